/** Leadership and numbers: the two things that are handed out once. */
import type { Fence } from '../domain/commit.ts'
import type { Engine, Steps } from './engine.ts'
import { type Compiler, prepare } from './statements.ts'
import type { Write } from './write.ts'

type Values = { name: string; holder: string; now: number; until: number }

export class Leases {
  private readonly sql: ReturnType<typeof leaseStatements>

  constructor(
    private readonly write: Write,
    db: Compiler,
  ) {
    this.sql = leaseStatements(db)
  }

  /** Renewing keeps the token; taking over a lease that ran out raises it, which fences the old leader out. */
  async take(name: string, holder: string, now: number, ttlMs: number): Promise<Fence | undefined> {
    const values = { name, holder, now, until: now + ttlMs }
    const { sql } = this
    return this.write(function* (): Steps<Fence | undefined> {
      for (const query of [sql.renew(values), sql.takeOver(values), sql.first(values)]) {
        const [row] = (yield query).rows as Array<[number]>
        if (row) return { name, token: row[0] }
      }
      return undefined
    })
  }
}

function leaseStatements(db: Compiler) {
  return {
    renew: prepare<Values>(({ name, holder, now, until }) =>
      db
        .updateTable('leases')
        .set({ until })
        .where('name', '=', name)
        .where('holder', '=', holder)
        .where('until', '>', now)
        .returning('token'),
    ),
    takeOver: prepare<Values>(({ name, holder, now, until }) =>
      db
        .updateTable('leases')
        .set((e) => ({ holder, until, token: e('token', '+', 1) }))
        .where('name', '=', name)
        .where('until', '<=', now)
        .returning('token'),
    ),
    first: prepare<Values>(({ name, holder, until }) =>
      db
        .insertInto('leases')
        .values({ name, holder, token: 1, until })
        .onConflict((conflict) => conflict.doNothing())
        .returning('token'),
    ),
  }
}

export const SEQUENCE_BLOCK = 500

interface Block {
  next: number
  end: number
}

export class Sequences {
  private readonly blocks = new Map<string, Block>()
  private readonly reserving = new Map<string, Promise<void>>()
  private readonly reserve: (values: { name: string }) => ReturnType<ReturnType<typeof prepare>>
  private readonly peek: (values: { name: string }) => ReturnType<ReturnType<typeof prepare>>

  constructor(
    private readonly engine: Pick<Engine, 'read'>,
    private readonly write: Write,
    db: Compiler,
  ) {
    this.peek = prepare<{ name: string }>(({ name }) =>
      db.selectFrom('sequences').select('next').where('name', '=', name),
    )
    this.reserve = prepare<{ name: string }>(({ name }) =>
      db
        .insertInto('sequences')
        .values({ name, next: SEQUENCE_BLOCK })
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet((e) => ({ next: e('sequences.next', '+', SEQUENCE_BLOCK) })),
        )
        .returning('next'),
    )
  }

  /** A number from 0 on that was never given before and never will be. A crash may skip up to 500, never repeat one. */
  async next(name: string): Promise<number> {
    for (;;) {
      const block = this.blocks.get(name)
      if (block && block.next < block.end) return block.next++
      await (this.reserving.get(name) ?? this.reserveBlock(name))
    }
  }

  /** No number from this one on was given yet: those below may have been. */
  async given(name: string): Promise<number> {
    const [row] = await this.engine.read(this.peek({ name }))
    return (row?.[0] as number | undefined) ?? 0
  }

  private reserveBlock(name: string): Promise<void> {
    const query = this.reserve({ name })
    const reserving = this.write(function* (): Steps<number> {
      return ((yield query).rows[0] as [number])[0]
    })
      .then((end) => void this.blocks.set(name, { next: end - SEQUENCE_BLOCK, end }))
      .finally(() => this.reserving.delete(name))
    this.reserving.set(name, reserving)
    return reserving
  }
}

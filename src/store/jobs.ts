/** Durable work: the truth is rows. At most one worker holds a job; `attempt` is the token it must show. */
import { sql } from 'kysely'
import type { JobKind, JobRow, LeasedJob } from '../domain/jobs.ts'
import type { Engine, Query, Steps } from './engine.ts'
import { otherTables } from './schema.ts'
import { type Compiler, prepare } from './statements.ts'
import type { Write } from './write.ts'

const columns = otherTables.jobs.split(' ') as Array<keyof JobRow>
const asRow = (values: unknown[]) =>
  Object.fromEntries(columns.map((name, index) => [name, values[index]])) as never as JobRow

export class Jobs {
  private readonly sql: ReturnType<typeof statements>

  constructor(
    private readonly engine: Engine,
    private readonly write: Write,
    private readonly db: Compiler,
  ) {
    this.sql = statements(db)
  }

  /** Leases what is due among these kinds, oldest first. */
  async take(kinds: JobKind[], now: number, leaseMs: number, limit = 1): Promise<LeasedJob[]> {
    const due = await this.nextDue(kinds)
    if (due === undefined || due > now) return [] // asking costs no transaction
    const { sql } = this
    return this.write(function* (): Steps<LeasedJob[]> {
      const found: Array<[string, number]> = []
      for (const kind of kinds) found.push(...((yield sql.due({ kind, now, limit })).rows as Array<[string, number]>))
      found.sort((a, b) => a[1] - b[1])
      const taken: LeasedJob[] = []
      for (const [id] of found.slice(0, limit)) {
        const { rows } = yield sql.lease({ id, leaseUntil: now + leaseMs })
        const [kind, ref, payload, attempt, wakes, failures] = rows[0] as [
          never,
          string,
          string,
          number,
          number,
          number,
        ]
        taken.push({ id, kind, ref, payload: JSON.parse(payload), attempt, wakes, failures })
      }
      return taken
    })
  }

  /** Failed: tried again at `runAt`; without one it is dead, kept and no longer tried. False when the lease was lost. */
  async retry(job: Pick<LeasedJob, 'id' | 'attempt'>, error: string, runAt: number | undefined): Promise<boolean> {
    const { id, attempt } = job
    const query =
      runAt === undefined ? this.sql.kill({ id, attempt, error }) : this.sql.retry({ id, attempt, error, runAt })
    return this.once(query)
  }

  /** Runs again later, which is no failure. Somebody woke it while it ran: at `now`. False when the lease was lost. */
  async reschedule(job: Pick<LeasedJob, 'id' | 'attempt' | 'wakes'>, runAt: number, now: number): Promise<boolean> {
    const { id, attempt, wakes } = job
    return this.once(this.sql.reschedule({ id, attempt, wakes, runAt, now }))
  }

  /** When the next job of these kinds can be taken: it is due, or its lease runs out. Unix ms. */
  async nextDue(kinds: JobKind[]): Promise<number | undefined> {
    let next: number | undefined
    for (const kind of kinds) {
      for (const query of [this.sql.nextFree({ kind }), this.sql.nextLeased({ kind })]) {
        const at = (await this.engine.read(query))[0]?.[0] as number | null | undefined
        if (typeof at === 'number' && (next === undefined || at < next)) next = at
      }
    }
    return next
  }

  /** At start: one process owns the file, so whoever held a lease is gone. */
  async voidLeases(): Promise<void> {
    await this.write(() => once(this.sql.voidLeases({})))
  }

  /** Newest due first; `after` is the last job of the page before. */
  async list(filter: {
    state?: JobRow['state']
    limit: number
    after?: Pick<JobRow, 'runAt' | 'id'>
  }): Promise<JobRow[]> {
    const { state, limit, after } = filter
    let query = this.db.selectFrom('jobs').select(columns).orderBy('runAt', 'desc').orderBy('id', 'desc').limit(limit)
    if (state) query = query.where('state', '=', sql.lit(state))
    if (after)
      query = query.where((e) =>
        e(e.refTuple('runAt', 'id'), '<', e.tuple(e.val(after.runAt), e.val(after.id)) as never),
      )
    return (await this.engine.read(query.compile())).map(asRow)
  }

  async find(id: string): Promise<JobRow | undefined> {
    const [row] = await this.engine.read(this.sql.find({ id }))
    return row && asRow(row)
  }

  /** A dead job is tried again from its first attempt on. False when it is not dead. */
  async revive(id: string, now: number): Promise<boolean> {
    return this.once(this.sql.revive({ id, now }))
  }

  async counts(): Promise<Array<{ kind: JobKind; state: JobRow['state']; count: number }>> {
    const rows = (await this.engine.read(this.sql.counts({}))) as Array<[JobKind, JobRow['state'], number]>
    return rows.map(([kind, state, count]) => ({ kind, state, count }))
  }

  private once(query: Query): Promise<boolean> {
    return this.write(() => once(query))
  }
}

function* once(query: Query): Steps<boolean> {
  return (yield query).changed === 1
}

type Held = { id: string; attempt: number }
const open = sql.lit('open' as const) // partial indexes are found by the literal only

function statements(db: Compiler) {
  const free = { leaseUntil: 0 }
  const held = ({ id, attempt }: Held) =>
    db.updateTable('jobs').where('id', '=', id).where('attempt', '=', attempt).where('state', '=', open)
  const ofKind = (kind: JobKind) => db.selectFrom('jobs').where('kind', '=', kind).where('state', '=', open)
  return {
    due: prepare<{ kind: JobKind; now: number; limit: number }>(({ kind, now, limit }) =>
      ofKind(kind)
        .select(['id', 'runAt'])
        .where('runAt', '<=', now)
        .where('leaseUntil', '<=', now)
        .orderBy('runAt')
        .limit(limit),
    ),
    lease: prepare<{ id: string; leaseUntil: number }>(({ id, leaseUntil }) =>
      db
        .updateTable('jobs')
        .set((e) => ({ leaseUntil, attempt: e('attempt', '+', 1) }))
        .where('id', '=', id)
        .returning(['kind', 'ref', 'payload', 'attempt', 'wakes', 'failures']),
    ),
    retry: prepare<Held & { error: string; runAt: number }>((values) =>
      held(values).set((e) => ({
        ...free,
        runAt: values.runAt,
        lastError: values.error,
        failures: e('failures', '+', 1),
      })),
    ),
    kill: prepare<Held & { error: string }>((values) =>
      held(values).set((e) => ({
        ...free,
        state: 'dead' as const,
        lastError: values.error,
        failures: e('failures', '+', 1),
      })),
    ),
    reschedule: prepare<Held & { wakes: number; runAt: number; now: number }>((values) =>
      held(values).set((e) => ({
        ...free,
        failures: 0,
        lastError: null,
        runAt: e.case().when('wakes', '=', values.wakes).then(values.runAt).else(values.now).end(),
      })),
    ),
    nextFree: prepare<{ kind: JobKind }>(({ kind }) =>
      ofKind(kind).select('runAt').where('leaseUntil', '=', 0).orderBy('runAt').limit(1),
    ),
    nextLeased: prepare<{ kind: JobKind }>(({ kind }) =>
      ofKind(kind).select('leaseUntil').where('leaseUntil', '>', sql.lit(0)).orderBy('leaseUntil').limit(1),
    ),
    voidLeases: prepare<object>(() =>
      db.updateTable('jobs').set(free).where('state', '=', open).where('leaseUntil', '>', sql.lit(0)),
    ),
    find: prepare<{ id: string }>(({ id }) => db.selectFrom('jobs').select(columns).where('id', '=', id)),
    revive: prepare<{ id: string; now: number }>(({ id, now }) =>
      db
        .updateTable('jobs')
        .set({ ...free, state: 'open', runAt: now, failures: 0 })
        .where('id', '=', id)
        .where('state', '=', sql.lit('dead' as const)),
    ),
    counts: prepare<object>(() =>
      db
        .selectFrom('jobs')
        .select((e) => ['kind', 'state', e.fn.countAll<number>().as('count')])
        .groupBy(['kind', 'state'])
        .orderBy('kind')
        .orderBy('state'),
    ),
  }
}

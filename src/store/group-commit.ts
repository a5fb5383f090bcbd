/** Commits that arrive in the same turn of the event loop share one transaction and one fsync. */
import type { Engine, Query, Steps } from './engine.ts'
import { StoreUnavailable } from './errors.ts'

/** What the bodies of one group have in common, written once at its end (event head, wake-ups). */
export interface Shared {
  /** The body that just ended is kept, or was undone. */
  keep(): void
  undo(): void
  /** Runs last in the transaction. */
  close(): Steps<void>
}
export type Body<T, Group extends Shared> = (shared: Group) => Steps<T>
type Outcome = { value: unknown } | { error: unknown }

interface Waiting<Group extends Shared> {
  body: Body<unknown, Group>
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

const SAVEPOINT: Query = { sql: 'savepoint body', parameters: [] }
const UNDO: Query = { sql: 'rollback to body', parameters: [] }
const RELEASE: Query = { sql: 'release body', parameters: [] }

export class GroupCommit<Group extends Shared> {
  readonly counts = { bodies: 0, transactions: 0 }
  private waiting: Array<Waiting<Group>> = []
  private flushing = false
  private closed = false
  private drained: Array<() => void> = []

  constructor(
    private readonly engine: Engine,
    private readonly open: () => Group,
    private readonly maxGroup = 256,
  ) {}

  get waitingCount(): number {
    return this.waiting.length
  }

  /** Durable when it resolves. Rejects with what the body threw, or with StoreUnavailable. */
  write<T>(body: Body<T, Group>): Promise<T> {
    if (this.closed) return Promise.reject(new StoreUnavailable('closed'))
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ body, resolve, reject })
      this.schedule()
    })
  }

  /** Resolves when all that waits is answered; whatever comes later is refused. */
  close(): Promise<void> {
    this.closed = true
    return new Promise((resolve) => {
      this.drained.push(resolve)
      this.schedule()
    })
  }

  private schedule(): void {
    if (this.flushing) return
    if (this.waiting.length === 0) {
      for (const resolve of this.drained.splice(0)) resolve()
      return
    }
    this.flushing = true
    setImmediate(async () => {
      await this.settle(this.waiting.splice(0, this.maxGroup))
      this.flushing = false
      this.schedule()
    })
  }

  /** Every answer is given after the transaction is durable, a refusal too: what it was refused for is then really stored. */
  private async settle(group: Array<Waiting<Group>>): Promise<void> {
    let outcomes: Outcome[]
    try {
      this.counts.transactions++
      outcomes = await this.engine.transaction(() => this.run(group))
    } catch (error) {
      // On a full disk or a locked file each would fail alone too, the last after minutes of waiting.
      if (group.length === 1 || error instanceof StoreUnavailable) return group.forEach((entry) => entry.reject(error))
      for (const entry of group) await this.settle([entry])
      return
    }
    this.counts.bodies += group.length
    for (const [index, entry] of group.entries()) {
      const outcome = outcomes[index]!
      if ('error' in outcome) entry.reject(outcome.error)
      else entry.resolve(outcome.value as never)
    }
  }

  /** Each body behind its own savepoint: one that throws is undone, the others stay. */
  private *run(group: Array<Waiting<Group>>): Steps<Outcome[]> {
    const shared = this.open()
    const outcomes: Outcome[] = []
    for (const { body } of group) {
      yield SAVEPOINT
      try {
        outcomes.push({ value: yield* body(shared) })
        shared.keep()
      } catch (error) {
        outcomes.push({ error })
        shared.undo()
        yield UNDO
      }
      yield RELEASE
    }
    yield* shared.close()
    return outcomes
  }
}

/** Durable work: the truth is rows. At most one worker holds a job; `attempt` is the token it must show. */
import { sql } from 'kysely'
import type { JobKind, JobRow, LeasedJob } from '../domain/jobs.ts'
import type { Engine, Query, Steps } from './engine.ts'
import { jobColumns, jobStatements, lookAt } from './jobs-statements.ts'
import type { Compiler } from './statements.ts'
import type { Write } from './write.ts'

const asRow = (values: unknown[]) =>
  Object.fromEntries(jobColumns.map((name, index) => [name, values[index]])) as never as JobRow

export class Jobs {
  private readonly sql: ReturnType<typeof jobStatements>
  private readonly looks = new Map<string, Query>()

  constructor(
    private readonly engine: Engine,
    private readonly write: Write,
    private readonly db: Compiler,
  ) {
    this.sql = jobStatements(db)
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
    const name = kinds.join()
    const query = this.looks.get(name) ?? lookAt(this.db, kinds)
    this.looks.set(name, query)
    const times = (await this.engine.read(query))[0]!.filter((at) => at !== null) as number[]
    return times.length === 0 ? undefined : Math.min(...times)
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
    let query = this.db
      .selectFrom('jobs')
      .select(jobColumns)
      .orderBy('runAt', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
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

  /** What is still to be done, or waits for a person; finished jobs are not looked at. */
  async unfinished(state: 'open' | 'dead'): Promise<Array<{ kind: JobKind; count: number }>> {
    const rows = (await this.engine.read(this.sql[state]({}))) as Array<[JobKind, number]>
    return rows.map(([kind, count]) => ({ kind, count }))
  }

  private once(query: Query): Promise<boolean> {
    return this.write(() => once(query))
  }
}

function* once(query: Query): Steps<boolean> {
  return (yield query).changed === 1
}

/** Takes due jobs lane by lane and runs them. The truth is the rows: a wake-up is only a hint to look. */
import PQueue from 'p-queue'
import { CommitRefused } from '../domain/commit.ts'
import { AppError } from '../domain/errors.ts'
import { backoffMs } from '../domain/backoff.ts'
import type { LeasedJob } from '../domain/jobs.ts'
import { ChainUnavailable } from '../domain/ports.ts'
import type { JobContext } from './context.ts'
import { KINDS, kindsOf, LANES, type Kind, type Lane } from './kinds.ts'

const LEASE_MS = 10 * 60_000
/** However quiet the rows are, the clock is looked at this often: it may have been set. */
const IDLE_MS = 5_000
/** Jobs taken at once while requests keep coming. */
const FEW = 4
/** Nothing ran for so long: there is time to tidy up. */
const REST_MS = 4_000

/** Runs one leased job and records how it ended. Tests call it; the loop calls it for ever. */
export async function runJob(context: JobContext, job: LeasedJob): Promise<void> {
  const { store, clock } = context
  const kind = KINDS[job.kind] as Kind<typeof job.kind>
  try {
    const outcome = await kind.handle(context, job as never)
    if (outcome.again === undefined) await store.commit({ at: clock.now(), ...outcome.commit, finishes: job })
    else await store.jobs.reschedule(job, outcome.again, clock.now())
  } catch (error) {
    await recordFailure(context, job, kind.attempts, error)
  }
}

async function recordFailure(context: JobContext, job: LeasedJob, attempts: number, error: unknown) {
  // Another worker has the job by now, or took over the leadership: it will do the rest.
  if (error instanceof CommitRefused && error.refusal === 'lease_lost') return
  const failures = job.failures + 1
  const dead = failures >= attempts
  const again = dead ? undefined : context.clock.now() + backoffMs(failures, context.random)
  const fields = {
    job: job.kind,
    ref: job.ref,
    failures,
    problem: error instanceof Error ? error.message : String(error),
  }
  // The chain being away is an ordinary state of the world, said once a while; anything else deserves its stack.
  const ordinary = error instanceof ChainUnavailable || error instanceof AppError || error instanceof CommitRefused
  if (!ordinary)
    context.log.error(
      { ...fields, stack: error instanceof Error ? error.stack : undefined },
      dead ? 'job is dead' : 'job failed',
    )
  else if (failures === 1 || failures % 10 === 0) context.log.warn(fields, 'job waits and will be tried again')
  await context.store.jobs.retry(job, fields.problem.slice(0, 500), again)
}

/** One round over all lanes without the loop: every due job once. Answers how many ran. For tests. */
export async function runDue(context: JobContext, lanes: Lane[] = Object.keys(LANES) as Lane[]): Promise<number> {
  let count = 0
  for (const lane of lanes) {
    const jobs = await context.store.jobs.take(kindsOf(lane), context.clock.now(), LEASE_MS, 50)
    for (const job of jobs) await runJob(context, job)
    count += jobs.length
  }
  return count
}

export interface JobLoop {
  /** Ends taking jobs and waits for those that run. */
  stop(): Promise<void>
  /** Looks at the rows now. */
  wake(): void
}

/** Starts taking jobs. At most `atOnce` of a lane run side by side; p-queue keeps the count. */
export function startJobs(context: JobContext): JobLoop {
  let resting: ReturnType<typeof setTimeout> | undefined
  const ended = () => {
    clearTimeout(resting)
    resting = setTimeout(() => context.rest(), REST_MS)
  }
  const lanes = (Object.keys(LANES) as Lane[]).map((name) => new LaneRunner(context, name, ended))
  const unsubscribe = context.store.onCommit((commit) => {
    // A job that ends wakes its lane itself.
    for (const { kind } of commit.jobs ?? []) lanes.find(({ lane }) => lane === KINDS[kind].lane)?.wake()
  })
  for (const lane of lanes) lane.wake()
  return {
    wake: () => lanes.forEach((lane) => lane.wake()),
    async stop() {
      unsubscribe()
      await Promise.all(lanes.map((lane) => lane.stop()))
      clearTimeout(resting)
    },
  }
}

class LaneRunner {
  private readonly queue: PQueue
  private readonly kinds
  private looking = false
  private lookAgain = false
  private latest: Promise<void> | undefined
  private stopped = false
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly context: JobContext,
    readonly lane: Lane,
    ended: () => void,
  ) {
    this.queue = new PQueue({ concurrency: LANES[lane].atOnce(context) })
    this.kinds = kindsOf(lane)
    // Not at the end of the task itself: its place is free only after this event.
    this.queue.addEventListener('next', () => {
      ended()
      this.wake()
    })
  }

  /** Many hints in one turn of the event loop are one look. */
  wake() {
    if (this.stopped) return
    this.lookAgain = true
    if (this.looking) return
    this.looking = true
    queueMicrotask(() => void (this.latest = this.look()))
  }

  async stop() {
    this.stopped = true
    clearTimeout(this.timer)
    await this.latest // it may have taken jobs already, which then run
    await this.queue.onIdle()
  }

  private async look() {
    try {
      while (this.lookAgain && !this.stopped) {
        this.lookAgain = false
        await this.takeDue()
      }
    } catch (error) {
      this.context.log.error({ lane: this.lane, problem: String(error) }, 'jobs cannot be read')
      this.sleep(IDLE_MS)
    } finally {
      this.looking = false
    }
  }

  private async takeDue() {
    const free = this.queue.concurrency - this.queue.pending - this.queue.size
    if (free <= 0) return // whoever ends wakes the lane
    const { store, clock, breathe } = this.context
    const due = await store.jobs.nextDue(this.kinds)
    const wait = due === undefined ? IDLE_MS : due - clock.now()
    if (wait > 0) return this.sleep(wait)
    const isBusy = await breathe(this.lane)
    if (this.stopped) return
    const jobs = await store.jobs.take(this.kinds, clock.now(), LEASE_MS, isBusy ? Math.min(free, FEW) : free)
    for (const job of jobs) void this.queue.add(() => this.run(job))
    if (jobs.length > 0) this.lookAgain = true
    else this.sleep(IDLE_MS) // due by its time, but leased: it wakes the lane when it ends
  }

  private async run(job: LeasedJob) {
    try {
      await runJob(this.context, job)
    } catch (error) {
      // The outcome could not be stored (disk full, closing): the lease runs out and the job is taken again.
      this.context.log.error(
        { job: job.kind, ref: job.ref, problem: String(error) },
        'the outcome of a job was not stored',
      )
    }
  }

  private sleep(ms: number) {
    clearTimeout(this.timer)
    if (!this.stopped) this.timer = setTimeout(() => this.wake(), Math.max(1, Math.min(ms, IDLE_MS)))
  }
}

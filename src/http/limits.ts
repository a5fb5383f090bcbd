/** Fixed windows of a minute, aligned to the clock, counted in memory: a restart forgives at most one window. */
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Plan } from '../domain/appliance.ts'

const WINDOW_MS = 60_000
const MAX_SUBJECTS = 100_000
/** What "unlimited" says in the headers: a number, because clients parse it as one. */
export const UNLIMITED = 1_000_000_000

export interface RateState {
  limit: number
  remaining: number
  /** Unix seconds. */
  reset: number
  /** Seconds until then. */
  secondsLeft: number
  exceeded: boolean
}

export class RateLimits {
  private counts = new Map<string, number>()
  private windowStart = 0

  constructor(private readonly clock: Clock) {}

  /** Counts one request of this subject; `perMinute` 0 = unlimited. */
  take(subject: string, perMinute: number): RateState {
    const now = this.clock.now()
    const start = Math.floor(now / WINDOW_MS) * WINDOW_MS
    if (start !== this.windowStart) {
      this.windowStart = start
      this.counts = new Map()
    }
    const end = start + WINDOW_MS
    const limit = perMinute || UNLIMITED
    const used = (this.counts.get(subject) ?? 0) + 1
    if (perMinute > 0) this.count(subject, used)
    return {
      limit,
      remaining: Math.max(0, limit - used),
      reset: end / 1000,
      secondsLeft: Math.max(1, Math.ceil((end - now) / 1000)),
      exceeded: used > limit,
    }
  }

  /** Bounded: with very many subjects the longest known one starts anew. */
  private count(subject: string, used: number) {
    if (used === 1 && this.counts.size >= MAX_SUBJECTS) this.counts.delete(this.counts.keys().next().value!)
    this.counts.set(subject, used)
  }
}

export const planOf = (plans: Record<string, Plan>, name: string): Plan =>
  plans[name] ?? plans.standard ?? { requestsPerMinute: 60, batchSize: 100 }

/** ★ X-RateLimit-*, and the IETF pair beside them. */
export const rateHeaders = (state: RateState): Record<string, string> => ({
  'X-RateLimit-Limit': String(state.limit),
  'X-RateLimit-Remaining': String(state.remaining),
  'X-RateLimit-Reset': String(state.reset),
  'RateLimit-Policy': `"default";q=${state.limit};w=60`,
  RateLimit: `"default";r=${state.remaining};t=${state.secondsLeft}`,
})

export function refuseExceeded(state: RateState, cure: string): void {
  if (!state.exceeded) return
  throw new AppError(
    'rate_limited',
    `More than ${state.limit} requests in this minute. Wait ${state.secondsLeft} seconds. ${cure}`,
    { retryAfter: state.secondsLeft },
  )
}

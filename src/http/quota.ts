/** How often something rare may be done in an hour: fixed windows, counted in memory, a restart forgives one. */
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'

const WINDOW_MS = 3_600_000
const MAX_SUBJECTS = 50_000

export class Quota {
  private counts = new Map<string, number>()
  private windowStart = 0

  constructor(private readonly clock: Clock) {}

  /** Counts one deed for each of these subjects; throws `rate_limited` when one of them did it too often this hour. */
  take(subjects: ReadonlyArray<readonly [subject: string, perHour: number]>): void {
    const now = this.clock.now()
    const start = Math.floor(now / WINDOW_MS) * WINDOW_MS
    if (start !== this.windowStart) {
      this.windowStart = start
      this.counts = new Map()
    }
    const over = subjects.some(([subject, perHour]) => (this.counts.get(subject) ?? 0) >= perHour)
    if (over) {
      const retryAfter = Math.max(1, Math.ceil((start + WINDOW_MS - now) / 1000))
      throw new AppError('rate_limited', 'This was asked for too often in this hour. Try again later.', { retryAfter })
    }
    for (const [subject] of subjects) {
      const used = (this.counts.get(subject) ?? 0) + 1
      if (used === 1 && this.counts.size >= MAX_SUBJECTS) this.counts.delete(this.counts.keys().next().value!)
      this.counts.set(subject, used)
    }
  }
}

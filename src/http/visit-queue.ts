/** Visits that come while others are being written share the next commit: a popular page costs one write at a time. */
import { MAX_VISITS, recordVisits, type Visit } from '../actions/visits.ts'
import type { HttpContext } from './context.ts'

/** More than this cannot wait: what is beyond is not counted. */
const MAX_WAITING = 10_000

export class VisitQueue {
  private waiting: Array<{ visit: Visit; done: () => void }> = []
  private running = false

  constructor(private readonly context: HttpContext) {}

  /** Resolves when it is counted, or given up. Never rejects: a page must not fail because of counting. */
  count(visit: Visit): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) return Promise.resolve()
    return new Promise((done) => {
      this.waiting.push({ visit, done })
      if (!this.running) void this.run()
    })
  }

  private async run() {
    this.running = true
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, MAX_VISITS)
      await recordVisits(
        this.context,
        group.map(({ visit }) => visit),
      ).catch((error: unknown) => this.context.log.warn({ error }, 'visits could not be counted'))
      for (const { done } of group) done()
    }
    this.running = false
  }
}

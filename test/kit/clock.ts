import type { Clock } from '../../src/domain/clock.ts'

/** Time that passes only when a test says so. */
export class ManualClock implements Clock {
  constructor(private ms = Date.parse('2026-03-03T09:15:00Z')) {}
  now() {
    return this.ms
  }
  advance(ms: number) {
    this.ms += ms
  }
}

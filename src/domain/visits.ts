import type { Partition } from './scopes.ts'

/** Counts of one certificate; nothing about who came is kept but a coarse referrer. */
export interface Visits {
  certificateId: string
  partition: Partition
  views: number
  uniqueViews: number
  verifications: number
  lastViewedAt: number | null
  /** Host → count. */
  referrers: Record<string, number>
  /** Channel → count: linkedin, embed, copy, … */
  shares: Record<string, number>
}

import { fresh, CommitRefused } from '../domain/commit.ts'
import { isId } from '../domain/ids.ts'
import type { Visits } from '../domain/visits.ts'
import type { ActionContext } from './context.ts'
import { fromFreshReading } from './retry.ts'

export interface Visit {
  kind: 'view' | 'verified' | 'shared'
  /** Whether this visitor was seen today before; the door knows without keeping an address. */
  unique: boolean
  /** Host the visitor came from, or null. */
  referrer: string | null
  /** For shared: linkedin, copy, … */
  channel: string | null
}

const EVENT = { view: 'certificate.viewed', verified: 'certificate.verified', shared: 'certificate.shared' } as const
const MAX_KEYS = 50

/** Counts a visit of a certificate page; unknown ids are ignored, so that a page can never fail because of counting. */
export async function recordVisit(context: ActionContext, id: string, visit: Visit): Promise<void> {
  const current = isId('cert', id) ? await context.store.certificates.findAnywhere(id) : undefined
  if (!current) return
  const { partition } = current.certificate
  await fromFreshReading(async () => {
    const now = context.clock.now()
    const stored = await context.store.visits.find(id)
    const row = stored ?? fresh(none(id, partition))
    const next: Visits = {
      ...row,
      views: row.views + Number(visit.kind === 'view'),
      uniqueViews: row.uniqueViews + Number(visit.kind === 'view' && visit.unique),
      verifications: row.verifications + Number(visit.kind === 'verified'),
      lastViewedAt: visit.kind === 'view' ? now : row.lastViewedAt,
      referrers: visit.kind === 'view' && visit.referrer ? counted(row.referrers, visit.referrer) : row.referrers,
      shares: visit.kind === 'shared' && visit.channel ? counted(row.shares, visit.channel) : row.shares,
    }
    const data = {
      ...(visit.referrer ? { referrer: visit.referrer } : {}),
      ...(visit.channel ? { channel: visit.channel } : {}),
    }
    await context.store.commit({
      at: now,
      puts: [{ entity: 'visits', row: { ...next, revision: row.revision } }],
      events: [{ type: EVENT[visit.kind], partition, subject: id, actor: 'system', data }],
    })
  }).catch((error: unknown) => {
    if (!(error instanceof CommitRefused)) throw error
  })
}

const none = (certificateId: string, partition: Visits['partition']): Visits => ({
  certificateId,
  partition,
  views: 0,
  uniqueViews: 0,
  verifications: 0,
  lastViewedAt: null,
  referrers: {},
  shares: {},
})

/** One more under this key; the tail goes to "other", since anybody can invent referrers. */
function counted(counts: Record<string, number>, key: string): Record<string, number> {
  const known = Object.hasOwn(counts, key) || Object.keys(counts).length < MAX_KEYS ? key : 'other'
  return { ...counts, [known]: (counts[known] ?? 0) + 1 }
}

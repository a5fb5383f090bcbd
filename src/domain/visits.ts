import type { Partition } from './scopes.ts'

/** Counts of one certificate; nothing about who came is kept but a coarse referrer and, if wanted, a coarse place. */
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
  /** Host of a page that shows the certificate in a frame → how often it was shown there. */
  embeds: Record<string, number>
  /** `Stockholm, SE` or `SE` → views. Empty without a geo database. */
  locations: Record<string, number>
}

/** Counts of all certificates of one template on one day of UTC. */
export interface VisitDay {
  templateId: string
  /** YYYY-MM-DD. */
  day: string
  partition: Partition
  views: number
  uniqueViews: number
  verifications: number
  embedViews: number
  referrers: Record<string, number>
  shares: Record<string, number>
  locations: Record<string, number>
}

export interface Visit {
  certificateId: string
  /** `embed`: shown in a frame of another page. */
  kind: 'view' | 'verified' | 'shared' | 'embed'
  /** The first of its kind by this visitor today; the door knows without keeping an address. */
  unique: boolean
  /** Whether it is told as an event. Not everything is: a flood of visits must not flood the log of events. */
  told: boolean
  /** Host the visitor came from, or null. */
  referrer: string | null
  /** For shared: linkedin, copy, … */
  channel: string | null
  /** `Stockholm, SE` or `SE`, for views; null when it is not known or not to be kept. */
  location: string | null
}

/** Channels that a page can name itself; the others are counted where they are led to. */
export const PAGE_CHANNELS = ['copy', 'share'] as const

/** Different referrers, channels or places that are counted apart; the rest is "other". */
export const MAX_KEYS = 50
const UNKNOWN_PLACE = 'unknown'
const OTHER_LOCATIONS = 'Other'

export const noVisits = (certificateId: string, partition: Partition): Visits => ({
  certificateId,
  partition,
  views: 0,
  uniqueViews: 0,
  verifications: 0,
  lastViewedAt: null,
  referrers: {},
  shares: {},
  embeds: {},
  locations: {},
})

export const noVisitDay = (templateId: string, day: string, partition: Partition): VisitDay => ({
  templateId,
  day,
  partition,
  views: 0,
  uniqueViews: 0,
  verifications: 0,
  embedViews: 0,
  referrers: {},
  shares: {},
  locations: {},
})

/** One more (or `by` more) under this key; the tail goes to the rest, since anybody can invent referrers. */
export function counted(counts: Record<string, number>, key: string, by = 1, rest = 'other'): Record<string, number> {
  const known = Object.hasOwn(counts, key) || Object.keys(counts).length < MAX_KEYS ? key : rest
  return { ...counts, [known]: (counts[known] ?? 0) + by }
}

/** A place where a certificate is embedded counts as a share when it is first seen. */
const shareOf = ({ kind, channel, referrer }: Visit, embeds: Record<string, number>): string | null => {
  if (kind === 'shared') return channel
  const isNew = kind === 'embed' && !Object.hasOwn(embeds, referrer ?? UNKNOWN_PLACE)
  return isNew && Object.keys(embeds).length < MAX_KEYS ? 'embed' : null
}

/** Both counts with this visit in them. */
export function countVisit<Row extends Visits, Day extends VisitDay>(
  row: Row,
  day: Day,
  visit: Visit,
  now: number,
): { row: Row; day: Day } {
  const isView = visit.kind === 'view'
  const share = shareOf(visit, row.embeds)
  const numbers = (
    counts: Pick<Visits, 'views' | 'uniqueViews' | 'verifications' | 'referrers' | 'shares' | 'locations'>,
  ) => ({
    views: counts.views + Number(isView),
    uniqueViews: counts.uniqueViews + Number(isView && visit.unique),
    verifications: counts.verifications + Number(visit.kind === 'verified'),
    referrers: isView && visit.referrer ? counted(counts.referrers, visit.referrer) : counts.referrers,
    shares: share ? counted(counts.shares, share) : counts.shares,
    locations:
      isView && visit.location ? counted(counts.locations, visit.location, 1, OTHER_LOCATIONS) : counts.locations,
  })
  const isEmbed = visit.kind === 'embed'
  return {
    row: {
      ...row,
      ...numbers(row),
      lastViewedAt: isView ? now : row.lastViewedAt,
      embeds: isEmbed ? counted(row.embeds, visit.referrer ?? UNKNOWN_PLACE) : row.embeds,
    },
    day: { ...day, ...numbers(day), embedViews: day.embedViews + Number(isEmbed) },
  }
}

export interface VisitTotals {
  views: number
  uniqueViews: number
  verifications: number
  embedViews: number
  referrers: Record<string, number>
  shares: Record<string, number>
  locations: Record<string, number>
}

/** The sum of some days. */
export function totalled(days: readonly VisitDay[]): VisitTotals {
  const numbers = { views: 0, uniqueViews: 0, verifications: 0, embedViews: 0 }
  const total: VisitTotals = { ...numbers, referrers: {}, shares: {}, locations: {} }
  for (const day of days) {
    for (const name of ['views', 'uniqueViews', 'verifications', 'embedViews'] as const) total[name] += day[name]
    for (const name of ['referrers', 'shares', 'locations'] as const)
      for (const [key, count] of Object.entries(day[name])) total[name][key] = (total[name][key] ?? 0) + count
  }
  return total
}

import { CommitRefused, fresh, type Commit, type Revised } from '../domain/commit.ts'
import { dayOf, isDay } from '../domain/dates.ts'
import { AppError, invalid } from '../domain/errors.ts'
import type { EventDraft } from '../domain/events.ts'
import { isId } from '../domain/ids.ts'
import type { Scope } from '../domain/scopes.ts'
import { countVisit, noVisitDay, noVisits, type Visit, type VisitDay, type Visits } from '../domain/visits.ts'
import type { ActionContext } from './context.ts'
import { fromFreshReading } from './retry.ts'

export type { Visit } from '../domain/visits.ts'

const EVENT = { view: 'certificate.viewed', verified: 'certificate.verified', shared: 'certificate.shared' } as const

/** Most visits of one commit: each may touch two rows. */
export const MAX_VISITS = 200

/**
 * Counts visits of certificate pages, all in one commit. Unknown ids are ignored, and a page never fails because of
 * counting: what somebody else changed over and over is left uncounted.
 */
export async function recordVisits(context: ActionContext, visits: readonly Visit[]): Promise<void> {
  try {
    await fromFreshReading(() => recordOnce(context, visits.slice(0, MAX_VISITS)))
  } catch (error) {
    const overtaken = error instanceof AppError && error.code === 'changed_meanwhile'
    if (!overtaken && !(error instanceof CommitRefused)) throw error
  }
}

async function recordOnce(context: ActionContext, visits: readonly Visit[]): Promise<void> {
  const { store, clock } = context
  const now = clock.now()
  const rows = new Map<string, Visits & Revised>()
  const days = new Map<string, VisitDay & Revised>()
  const events: EventDraft[] = []
  for (const visit of visits) {
    const id = visit.certificateId
    const current = isId('cert', id) ? await store.certificates.findAnywhere(id) : undefined
    if (!current) continue
    const { partition, templateId } = current.certificate
    const row = rows.get(id) ?? (await store.visits.find(id)) ?? fresh(noVisits(id, partition))
    const today = dayOf(now)
    const day =
      days.get(templateId) ??
      (await store.visitDays.find(templateId, today)) ??
      fresh(noVisitDay(templateId, today, partition))
    const next = countVisit(row, day, visit, now)
    rows.set(id, next.row)
    days.set(templateId, next.day)
    if (visit.told && visit.kind !== 'embed')
      events.push({ type: EVENT[visit.kind], partition, subject: id, actor: 'system', data: dataOf(visit) })
  }
  if (rows.size === 0) return
  const puts: NonNullable<Commit['puts']> = [
    ...[...rows.values()].map((row) => ({ entity: 'visits' as const, row })),
    ...[...days.values()].map((row) => ({ entity: 'visitDay' as const, row })),
  ]
  await store.commit({ at: now, puts, events })
}

const dataOf = ({ referrer, channel, location }: Visit) => ({
  ...(location ? { viewer_location: location } : {}),
  ...(referrer ? { referrer } : {}),
  ...(channel ? { channel } : {}),
})

const MAX_DAYS = 366
const DAY_MS = 86_400_000

/** The days of a period, of one template or of all; both ends belong to it. The last 30 days when nothing is said. */
export async function readAnalytics(
  { store, clock }: ActionContext,
  scope: Scope,
  asked: { template?: string | undefined; from?: string | undefined; to?: string | undefined },
): Promise<{ from: string; to: string; templateId: string | null; days: VisitDay[] }> {
  const to = asked.to ?? dayOf(clock.now())
  const from = asked.from ?? dayOf(Date.parse(`${to}T00:00:00Z`) - 29 * DAY_MS)
  const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
  if (!isDay(from) || length < 1)
    throw invalid([{ field: 'from', code: 'out_of_range', message: `from (${from}) must not lie after to (${to}).` }])
  if (length > MAX_DAYS) {
    const message = `from ${from} to ${to} are ${length} days; at most ${MAX_DAYS} can be asked for at once.`
    throw invalid([{ field: 'from', code: 'out_of_range', message }])
  }
  const current = asked.template === undefined ? undefined : await store.templates.find(scope, asked.template)
  if (asked.template !== undefined && !current) throw new AppError('template_not_found')
  const templateId = current?.template.id ?? null
  return { from, to, templateId, days: await store.visitDays.period(scope, from, to, templateId) }
}

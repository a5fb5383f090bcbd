/** Visits of certificate pages over a period, by day and by template. */
import { readAnalytics } from '../../actions/visits.ts'
import { totalled, type VisitDay } from '../../domain/visits.ts'
import { privateRoute } from '../route.ts'

const sorted = (counts: Record<string, number>) => Object.entries(counts).sort(([, left], [, right]) => right - left)

const numbers = (days: readonly VisitDay[]) => {
  const { views, uniqueViews, verifications, embedViews, shares } = totalled(days)
  return { views, unique_views: uniqueViews, verifications, embed_views: embedViews, shares }
}

/** Same key, same group; in the order in which the keys came. */
function grouped(days: readonly VisitDay[], key: 'day' | 'templateId'): Array<[string, VisitDay[]]> {
  const groups = new Map<string, VisitDay[]>()
  for (const day of days) {
    const group = groups.get(day[key])
    if (group) group.push(day)
    else groups.set(day[key], [day])
  }
  return [...groups]
}

const analytics = privateRoute({
  method: 'GET',
  path: '/v1/analytics',
  permission: 'certificates:read',
  tag: 'Analytics',
  summary: 'Visits over a period',
  description:
    'Views, unique views, verifications, embeddings and shares by day (UTC) and by template; both ends of the period belong to it. Robots and link previews are not counted, and nothing about a visitor is kept but the host they came from and, where a geo database is configured, their town or country. Days without a visit are left out.',
  query: {
    template_id: { kind: 'text', max: 100, doc: 'Id or slug; all templates without it.' },
    from: { kind: 'text', max: 10, format: 'day', doc: 'First day. Default: 29 days before the last one.' },
    to: { kind: 'text', max: 10, format: 'day', doc: 'Last day. Default: today.' },
  },
  answers: { 200: { description: 'The counts.', schema: 'Analytics' } },
  errors: ['template_not_found'],
  example: { query: 'template_id=apm&from=2026-03-01&to=2026-03-31' },
  handle: async ({ context, caller, query }) => {
    const { template_id: template, from, to } = query as Record<string, string | undefined>
    const found = await readAnalytics(context, caller, { template, from, to })
    const totals = totalled(found.days)
    const json = {
      from: found.from,
      to: found.to,
      template_id: found.templateId,
      totals: {
        ...numbers(found.days),
        referrers: sorted(totals.referrers).map(([referrer, views]) => ({ referrer, views })),
        locations: sorted(totals.locations).map(([location, views]) => ({ location, views })),
      },
      days: grouped(found.days, 'day').map(([day, days]) => ({ day, ...numbers(days) })),
      templates: grouped(found.days, 'templateId')
        .map(([templateId, days]) => ({ template_id: templateId, ...numbers(days) }))
        .sort((left, right) => right.views - left.views),
    }
    return { json }
  },
})

export const analyticsRoutes = [analytics]

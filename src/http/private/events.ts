/** The one log of events, read by integrations (events) and by auditors (audit). */
import { isoSeconds } from '../../domain/clock.ts'
import { invalid } from '../../domain/errors.ts'
import { EVENT_TYPES, type Event, type EventType } from '../../domain/events.ts'
import type { Shape } from '../../domain/shape.ts'
import { didYouMean } from '../../domain/suggest.ts'
import { shown } from '../../domain/text.ts'
import { privateRoute, type PrivateCall } from '../route.ts'

const TAG = 'Events'
const DEFAULT_LIMIT = 50

const feedShape: Shape = {
  after: { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER, doc: '`seq` of the last event you have seen.' },
  limit: { kind: 'integer', min: 1, max: 100, doc: 'Default 50.' },
  types: { kind: 'text', max: 1000, doc: 'Only these, separated by commas.' },
}

function typesOf(text: string | undefined): EventType[] | undefined {
  if (text === undefined) return undefined
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !EVENT_TYPES.includes(name as EventType))
  if (unknown === undefined) return names as EventType[]
  const message = `types names ${shown(unknown)}, which is no type of event.${didYouMean(unknown, EVENT_TYPES)}`
  throw invalid([{ field: 'types', code: 'not_a_choice', message }])
}

const eventBody = (event: Event) => ({
  id: event.id,
  seq: event.seq,
  type: event.type,
  event: event.type,
  subject: event.subject,
  certificate_id: event.subject.startsWith('cert_') ? event.subject : null,
  timestamp: isoSeconds(event.at),
  data: event.data,
})

async function feed({ context, caller, query }: PrivateCall, bodyOf: (event: Event) => object) {
  const limit = (query.limit as number | undefined) ?? DEFAULT_LIMIT
  const types = typesOf(query.types as string | undefined)
  const after = (query.after as number | undefined) ?? 0
  const events = await context.store.events.after(caller, after, limit, types ? { types } : {})
  const next = events.length === limit ? String(events.at(-1)!.seq) : null
  return { json: { data: events.map(bodyOf), pagination: { next, prev: null } } }
}

export const eventRoutes = [
  privateRoute({
    method: 'GET',
    path: '/v1/events',
    permission: 'certificates:read',
    tag: TAG,
    summary: 'Read events',
    description:
      'In order, oldest first. Ask again with `after` set to the last `seq`; `pagination.next` is null at the end.',
    query: feedShape,
    answers: { 200: { description: 'Events after that one.', schema: 'EventList' } },
    example: { query: 'after=0&types=certificate.issued' },
    handle: async (call) => feed(call, eventBody),
  }),
  privateRoute({
    method: 'GET',
    path: '/v1/audit',
    permission: 'admin',
    tag: TAG,
    summary: 'Read the audit log',
    description: 'The same events with who did it and the hash that chains each to all before it.',
    query: feedShape,
    answers: { 200: { description: 'Entries after that one.', schema: 'AuditList' } },
    handle: async (call) => feed(call, (event) => ({ ...eventBody(event), actor: event.actor, hash: event.hash })),
  }),
]

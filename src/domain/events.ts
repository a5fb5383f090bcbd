import type { Partition } from './scopes.ts'

export const EVENT_TYPES = [
  'certificate.created',
  'certificate.issued',
  'certificate.updated',
  'certificate.revoked',
  'certificate.withdrawn',
  'certificate.released',
  'certificate.failed',
  'certificate.viewed',
  'certificate.verified',
  'certificate.shared',
  'certificate.link_requested',
  'batch.created',
  'batch.completed',
  'batch.revoked',
  'template.created',
  'template.updated',
  'template.archived',
  'template.restored',
  'asset.created',
  'asset.deleted',
  'api_key.created',
  'api_key.updated',
  'api_key.revoked',
  'registry.deployed',
  'registry.changed',
  'reanchor.ordered',
  'reanchor.completed',
  'sandbox.wiped',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** Ids, numbers and dates only: personal data in an event could never be erased. */
export interface EventDraft {
  type: EventType
  partition: Partition
  /** The id it happened to. */
  subject: string
  /** Who did it: `key_…`, `usr_…`, `system`. */
  actor: string
  data: Record<string, string | number | boolean | null>
}

export interface Event extends EventDraft {
  seq: number
  id: string
  at: number
  hash: string
}

/** Text in, lower-case hex SHA-256 out. */
export type TextHash = (text: string) => string

/** Each event holds the hash of everything before it: a changed or missing row breaks the chain from there on. */
export const eventHash = (previous: string, event: Omit<Event, 'hash'>, hash: TextHash): string =>
  hash(
    JSON.stringify([
      previous,
      event.seq,
      event.id,
      event.type,
      event.partition,
      event.subject,
      event.actor,
      event.data,
      event.at,
    ]),
  )

/** The sequence number of the first event that does not fit, or undefined. `from` is the hash before the first one. */
export function firstBrokenEvent(events: Event[], hash: TextHash, from = ''): number | undefined {
  let previous = from
  for (const event of events) {
    if (event.hash !== eventHash(previous, event, hash)) return event.seq
    previous = event.hash
  }
  return undefined
}

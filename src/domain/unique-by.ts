import { normaliseAddress } from './addresses.ts'
import type { Recipient } from './issue-request.ts'
import type { FieldValue } from './templates.ts'

/** Spelling that does not make another person or course: case, accents' encoding, repeated blanks. */
const normalised = (value: FieldValue | null | undefined) =>
  value === null || value === undefined ? '' : String(value).normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()

/** The values of a template's unique_by as one text, or undefined when it has none. The caller makes an HMAC of it. */
export function uniqueKey(
  paths: string[],
  recipient: Recipient,
  fields: Record<string, FieldValue>,
): string | undefined {
  if (paths.length === 0) return undefined
  const values = paths.map((path) => {
    if (path === 'recipient.email') return normaliseAddress(recipient.email)
    if (path === 'recipient.name') return normalised(recipient.name)
    if (path === 'recipient.external_id') return normalised(recipient.externalId)
    return normalised(fields[path.slice('fields.'.length)])
  })
  return JSON.stringify([paths, values])
}

/** Terms of N-Quads in their canonical form, and RFC 8785 for the one JSON literal. Everything doubtful is refused. */

export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [member: string]: Json | undefined
}

/** The document cannot be canonicalized: it holds something outside the closed vocabulary. */
export class NotCanonical extends Error {
  override name = 'NotCanonical'
}
export const refuse = (reason: string): never => {
  throw new NotCanonical(reason)
}

const ESCAPED = /[\u0000-\u001f"\\\u007f]/
const ESCAPED_ALL = /[\u0000-\u001f"\\\u007f]/g
const SHORT: Record<string, string> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
}
const escapeOne = (char: string) =>
  SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`

/** A literal: `closing` is the closing quote with the datatype, if any. */
export function quoted(value: string, closing: string): string {
  // A lone surrogate would be hashed as U+FFFD: two texts, one hash.
  if (!value.isWellFormed()) refuse('lone surrogate')
  return `"${ESCAPED.test(value) ? value.replace(ESCAPED_ALL, escapeOne) : value}${closing}`
}

const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]*$/
/** An absolute IRI in its brackets. */
export function iri(value: Json | undefined): string {
  if (typeof value !== 'string' || !IRI.test(value) || !value.isWellFormed()) return refuse('not an absolute IRI')
  return `<${value}>`
}

/** RFC 8785 (JCS). Throws on numbers that are not JSON and on lone surrogates. */
export function jcs(value: Json | undefined): string {
  if (typeof value === 'string') return value.isWellFormed() ? JSON.stringify(value) : refuse('lone surrogate')
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : refuse('not a JSON number')
  if (value === null || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map(jcs).join(',')}]`
  if (typeof value !== 'object') return refuse('not JSON')
  const members = Object.keys(value).sort()
  return `{${members.map((member) => `${jcs(member)}:${jcs(value[member])}`).join(',')}}`
}

/** Credentials that are not made by this program: what they say is told, and that nothing of it was checked. */

export interface ForeignFacts {
  issuer: string
  recipient: string
  title: string
  from: string | null
  until: string | null
}

type Json = Record<string, unknown>
const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const record = (value: unknown): Json => (isRecord(value) ? value : {})
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)
const MAX_TEXT = 300
/** One line; a text in several languages gives its first one. */
function text(value: unknown): string {
  const one = first(value)
  const plain = typeof one === 'string' ? one : isRecord(one) ? text(one['@value'] ?? Object.values(one)[0]) : ''
  return plain.replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT)
}
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])

/** Made by this program, here or elsewhere, or claiming to be: that is verified and never merely told. */
function isOurs(file: Json): boolean {
  const achievement = record(first(record(first(file.credentialSubject)).achievement))
  const proofs = list(file.proof).map((proof) => record(proof).cryptosuite)
  return proofs.includes('merkle-proof-2019') || /\/achievements\/tmpl_/.test(String(achievement.id))
}

/** Undefined for our own files and for what is no credential at all; also reads the payload of a compact JWT (VC-JWT). */
export function foreignCredential(content: string): ForeignFacts | undefined {
  const file = parsed(content)
  if (!isRecord(file)) return undefined
  const types = list(file.type).map(String)
  if (!types.includes('VerifiableCredential') || isOurs(file)) return undefined
  const subject = record(first(file.credentialSubject))
  const achievement = record(first(subject.achievement))
  const { issuer } = file
  return {
    issuer: text(record(issuer).name) || text(typeof issuer === 'string' ? issuer : record(issuer).id),
    recipient: text(subject.name) || hashedOrNamed(subject) || text(subject.id),
    title:
      text(achievement.name) || text(file.name) || types.filter((type) => type !== 'VerifiableCredential').join(', '),
    from: moment(file.validFrom ?? file.issuanceDate),
    until: moment(file.validUntil ?? file.expirationDate),
  }
}

const moment = (value: unknown) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : null)

/** Open Badges 3.0 names its recipient in `identifier`, mostly as a hash that tells nobody anything. */
function hashedOrNamed(subject: Json): string {
  const plain = list(subject.identifier)
    .map(record)
    .find(({ hashed }) => hashed !== true)
  return plain ? text(plain.identityHash) : ''
}

function parsed(content: string): unknown {
  try {
    const trimmed = content.trim()
    const jwt = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(trimmed)?.[1]
    if (!jwt) return JSON.parse(trimmed)
    const bytes = Uint8Array.from(atob(jwt.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
    const payload: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isRecord(payload) && isRecord(payload.vc) ? payload.vc : payload
  } catch {
    return undefined
  }
}

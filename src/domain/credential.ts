/** The signed JSON of a certificate: W3C Verifiable Credential 2.0 and Open Badges 3.0.3. */
import { constantNode, utf8, type JsonObject } from './canonical.ts'
import { isoSeconds } from './clock.ts'
import { toHex } from './ids.ts'
import { base64url } from './multibase.ts'
import type { Hash } from './ports.ts'
import type { FieldValue } from './templates.ts'
import { checkDocument } from './verify-shape.ts'
import { CONTEXTS } from './vocabulary.ts'

export interface CredentialIssuer {
  did: string
  name: string
  url?: string
  description?: string
  email?: string
  /** Address of a picture. */
  image?: string
  /** CAIP-10 id of the registry contract. Signed: else a revoked certificate could be anchored anew in a look-alike. */
  registry: string
}
export interface CredentialAchievement {
  /** Addresses of the achievement and of its criteria; the two must differ. */
  id: string
  criteriaId: string
  name: string
  /** Empty = the name. */
  description: string
  /** Empty = none. */
  criteriaNarrative: string
  /** Open Badges AchievementType, e.g. CertificateOfCompletion. */
  type: string
}
export interface CredentialInput {
  /** Random `urn:uuid:`s; the public address of a certificate uses another id. */
  credentialId: string
  subjectId: string
  /** 16 random bytes. */
  salt: Uint8Array
  issuer: CredentialIssuer
  achievement: CredentialAchievement
  recipient: { name: string; email: string | null }
  /** Unix milliseconds. */
  validFrom: number
  validUntil: number | null
  /** YYYY-MM-DD. */
  awardedOn: string | null
  completionDate: string | null
  licenseNumber: string | null
  fields: Record<string, FieldValue> | null
  /** Public address of the status list, and the bit in it. */
  status: { listUrl: string; index: number } | null
}

/** Nodes that many certificates share. Cleared when full: text made per recipient must not grow it without end. */
const shared = new Map<string, JsonObject>()
const SHARED_MAX = 512

function share(kind: 'Profile' | 'Achievement', node: JsonObject, hash: Hash): JsonObject {
  const key = JSON.stringify(node)
  const known = shared.get(key)
  if (known) return known
  if (shared.size >= SHARED_MAX) shared.clear()
  shared.set(key, constantNode(node, kind, hash))
  return node
}

/** `{name: value}` unless the value is empty: RDF has no null, and an empty text says nothing. */
const optional = (name: string, value: string | null | undefined): JsonObject => (value ? { [name]: value } : {})

const issuerNode = (issuer: CredentialIssuer): JsonObject => ({
  id: issuer.did,
  type: ['Profile'],
  name: issuer.name,
  ...optional('url', issuer.url),
  ...optional('description', issuer.description),
  ...optional('email', issuer.email),
  ...(issuer.image ? { image: { id: issuer.image, type: 'Image' } } : {}),
  otherIdentifier: [{ type: 'IdentifierEntry', identifier: issuer.registry, identifierType: 'ext:caip10' }],
})

const profiles = new WeakMap<CredentialIssuer, JsonObject>()

/** Whoever gives the same frozen issuer again gets the same node at once. */
function profileOf(issuer: CredentialIssuer, hash: Hash): JsonObject {
  const known = profiles.get(issuer)
  if (known) return known
  const node = share('Profile', issuerNode(issuer), hash)
  if (Object.isFrozen(issuer)) profiles.set(issuer, node)
  return node
}

const achievementNode = (achievement: CredentialAchievement): JsonObject => ({
  id: achievement.id,
  type: ['Achievement'],
  achievementType: achievement.type,
  name: achievement.name,
  description: achievement.description || achievement.name,
  criteria: { id: achievement.criteriaId, ...optional('narrative', achievement.criteriaNarrative) },
})

/** Open Badges' salted hash of an address; the address itself is never in the file. */
export function emailIdentity(email: string, salt: Uint8Array, hash: Hash): JsonObject {
  const saltText = base64url(salt)
  return {
    type: 'IdentityObject',
    hashed: true,
    identityType: 'emailAddress',
    salt: saltText,
    identityHash: `sha256$${toHex(hash.sha256(utf8(email.trim().toLowerCase() + saltText)))}`,
  }
}

const startOfDay = (day: string | null) => (day ? `${day}T00:00:00Z` : null)

/**
 * The unsigned document; `issuer` and `achievement` come frozen and shared. Throws `Malformed` on what our own verification
 * would refuse (an empty name, an address with spaces …): such a file must never be signed.
 */
export function buildCredential(input: CredentialInput, hash: Hash): JsonObject {
  const { issuer, recipient, status } = input
  const fields = input.fields && Object.keys(input.fields).length > 0 ? input.fields : null
  const document: JsonObject = {
    '@context': (fields ? CONTEXTS.badgeWithFields : CONTEXTS.badge) as unknown as string[],
    id: input.credentialId,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: input.achievement.name,
    issuer: profileOf(issuer, hash),
    validFrom: isoSeconds(input.validFrom),
    ...(input.validUntil === null ? {} : { validUntil: isoSeconds(input.validUntil) }),
    ...optional('awardedDate', startOfDay(input.awardedOn)),
    credentialSubject: {
      id: input.subjectId,
      type: ['AchievementSubject'],
      name: recipient.name,
      ...(recipient.email ? { identifier: [emailIdentity(recipient.email, input.salt, hash)] } : {}),
      ...optional('activityEndDate', startOfDay(input.completionDate)),
      ...optional('licenseNumber', input.licenseNumber),
      achievement: share('Achievement', achievementNode(input.achievement), hash),
      ...(fields ? { fields } : {}),
    },
    ...(status ? { credentialStatus: statusEntry(status.listUrl, status.index) } : {}),
  }
  checkDocument(document)
  return document
}

/** The index is text, and the entry a single object: other forms fail the Open Badges schema. */
const statusEntry = (listUrl: string, index: number): JsonObject => ({
  id: `${listUrl}#${index}`,
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: String(index),
  statusListCredential: listUrl,
})

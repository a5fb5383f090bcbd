/**
 * The shape of our credential file, member by member. RDF does not see JSON's shape, so what is shown from a file may only
 * come from a document that passed here: every member known, of its type, alone, and no two nodes of the same id.
 */
import { contextOf, isConstantNode, type JsonObject } from './canonical.ts'

/** Path of the first member that is not as it must be. */
export class Malformed extends Error {
  override name = 'Malformed'
}

type Check = (value: unknown, path: string, ids: Set<string>) => void

const MAX_TEXT = 50_000
const fail = (path: string): never => {
  throw new Malformed(path)
}
const text =
  (pattern?: RegExp): Check =>
  (value, path) => {
    if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT || !value.isWellFormed()) fail(path)
    else if (pattern && !pattern.test(value)) fail(path)
  }
const ADDRESS = /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]+$/
/** Of two nodes with one id, each could carry what was signed for the other. */
const nodeId: Check = (value, path, ids) => {
  text(ADDRESS)(value, path, ids)
  if (ids.has(value as string)) fail(path)
  ids.add(value as string)
}
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/
const isMoment = (value: string) => {
  const time = MOMENT.test(value) ? Date.parse(value) : NaN
  return !Number.isNaN(time) && new Date(time).toISOString() === `${value.slice(0, 19)}.000Z`
}
const moment: Check = (value, path) => {
  if (typeof value !== 'string' || !isMoment(value)) fail(path)
}
const truth: Check = (value, path) => {
  if (typeof value !== 'boolean') fail(path)
}
/** One of these texts or lists of texts, member by member. */
const exactly =
  (...allowed: Array<string | string[]>): Check =>
  (value, path) => {
    const same = (one: string | string[]) =>
      typeof one === 'string'
        ? one === value
        : Array.isArray(value) && value.length === one.length && one.every((text, index) => text === value[index])
    if (!allowed.some(same)) fail(path)
  }
const isRecord = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Paths are written for complaints only: at first a document is read with none, and almost always that is all. */
const NO_PATH = ''
const below = (path: string, name: string) => (path === NO_PATH ? NO_PATH : `${path}.${name.slice(0, 60)}`)

/** A name ending in ? may be missing. */
function record(members: Record<string, Check>): Check {
  const checks = new Map(Object.entries(members).map(([name, one]) => [name.replace('?', ''), one]))
  const required = Object.keys(members).filter((name) => !name.endsWith('?'))
  return (value, path, ids) => {
    if (!isRecord(value)) return fail(path)
    for (const name of required) if (!Object.hasOwn(value, name)) fail(below(path, name))
    for (const name of Object.keys(value)) {
      const member = below(path, name)
      ;(checks.get(name) ?? fail(member))(value[name], member, ids)
    }
  }
}
const listOf =
  (of: Check, max: number): Check =>
  (value, path, ids) => {
    if (!Array.isArray(value) || value.length < 1 || value.length > max) return fail(path)
    value.forEach((one, index) => of(one, below(path, String(index)), ids))
  }

const idsOfConstants = new WeakMap<object, Set<string>>()
/** A node that many documents share is frozen: it is read once, and after that only its ids count. */
const readOnce =
  (check: Check): Check =>
  (value, path, ids) => {
    if (!isConstantNode(value)) return check(value, path, ids)
    let own = idsOfConstants.get(value)
    if (!own) {
      check(value, path, (own = new Set()))
      idsOfConstants.set(value, own)
    }
    for (const id of own) {
      if (ids.has(id)) fail(path)
      ids.add(id)
    }
  }

const image = record({ id: nodeId, type: exactly('Image', ['Image']), 'caption?': text() })
const profile = record({
  id: nodeId,
  type: exactly(['Profile']),
  name: text(),
  'url?': text(),
  'description?': text(),
  'email?': text(),
  'image?': image,
  'otherIdentifier?': listOf(
    record({ type: exactly('IdentifierEntry'), identifier: text(), identifierType: text() }),
    20,
  ),
})
const achievement = record({
  id: nodeId,
  type: exactly(['Achievement']),
  achievementType: text(),
  name: text(),
  description: text(),
  criteria: record({ id: nodeId, 'narrative?': text() }),
  'image?': image,
  'humanCode?': text(),
  'fieldOfStudy?': text(),
})
const fields: Check = (value, path) => {
  if (!isRecord(value)) return fail(path)
  for (const [name, one] of Object.entries(value)) {
    const scalar = typeof one === 'boolean' || (typeof one === 'number' && Number.isFinite(one))
    const written = typeof one === 'string' && one.length <= MAX_TEXT && one.isWellFormed()
    if (!name.isWellFormed() || !(scalar || written)) fail(`${path}.${name.slice(0, 60).toWellFormed()}`)
  }
}
const subject = record({
  id: nodeId,
  type: exactly(['AchievementSubject']),
  name: text(),
  'identifier?': listOf(
    record({
      type: exactly('IdentityObject'),
      hashed: truth,
      identityType: text(),
      identityHash: text(),
      'salt?': text(),
    }),
    5,
  ),
  'activityStartDate?': moment,
  'activityEndDate?': moment,
  'licenseNumber?': text(),
  'narrative?': text(),
  achievement: readOnce(achievement),
  'fields?': fields,
})
const status = record({
  id: nodeId,
  type: exactly('BitstringStatusListEntry'),
  statusPurpose: exactly('revocation'),
  statusListIndex: text(/^(0|[1-9]\d{0,8})$/),
  statusListCredential: text(ADDRESS),
})
const anything: Check = () => {}
const credential = record({
  '@context': anything,
  'proof?': anything,
  id: nodeId,
  type: exactly(['VerifiableCredential', 'OpenBadgeCredential'], ['VerifiableCredential', 'AchievementCredential']),
  name: text(),
  'description?': text(),
  issuer: readOnce(profile),
  validFrom: moment,
  'validUntil?': moment,
  'awardedDate?': moment,
  credentialSubject: subject,
  'credentialStatus?': status,
  'image?': image,
})

const MULTIBASE = /^z[1-9A-HJ-NP-Za-km-z]+$/
const proof = {
  type: exactly('DataIntegrityProof'),
  created: moment,
  proofPurpose: exactly('assertionMethod'),
  verificationMethod: text(ADDRESS),
  proofValue: text(MULTIBASE),
}
const signatureProof = record({ ...proof, id: nodeId, cryptosuite: exactly('eddsa-rdfc-2022') })
const chainProof = record({
  ...proof,
  'id?': nodeId,
  cryptosuite: exactly('merkle-proof-2019'),
  previousProof: text(ADDRESS),
})

/** A credential of our shape; the members that matter to the checks, typed. */
export interface CredentialFile {
  document: JsonObject & {
    issuer: JsonObject & {
      id: string
      name: string
      otherIdentifier?: { identifier: string; identifierType: string }[]
    }
    name: string
    validFrom: string
    validUntil?: string
    credentialSubject: JsonObject & { name: string; achievement: { name: string } }
  }
  signature: JsonObject & { id: string; verificationMethod: string; proofValue: string }
  /** Missing while the certificate waits for its anchor. */
  chain: (JsonObject & { verificationMethod: string; previousProof: string; proofValue: string }) | undefined
}

/** Does it claim to be a verifiable credential at all? */
export function looksLikeCredential(value: unknown): value is JsonObject {
  if (!isRecord(value) || !Array.isArray(value.type) || !isRecord(value.credentialSubject)) return false
  return (
    Object.hasOwn(value, '@context') && value.type.includes('VerifiableCredential') && Object.hasOwn(value, 'proof')
  )
}

/** The rules for everything but the proofs. Throws `Malformed`; the ids that were found come back. */
export function checkDocument(value: JsonObject): Set<string> {
  const ids = new Set<string>()
  const context = contextOf(value)
  if (context !== 'badge' && context !== 'badgeWithFields') fail('@context')
  try {
    credential(value, NO_PATH, ids)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    credential(value, 'credential', new Set())
  }
  const hasFields = Object.hasOwn(value.credentialSubject as object, 'fields')
  if (hasFields !== (context === 'badgeWithFields')) fail('credential.credentialSubject.fields')
  return ids
}

/** Throws `Malformed` with the path of the first member that is not as it must be. */
export function readCredentialFile(value: JsonObject): CredentialFile {
  const ids = checkDocument(value)
  const { proof: proofs, ...document } = value
  if (!Array.isArray(proofs) || proofs.length < 1 || proofs.length > 2) return fail('proof')
  signatureProof(proofs[0], 'proof.0', ids)
  if (proofs.length === 2) chainProof(proofs[1], 'proof.1', ids)
  const [signature, chain] = proofs as unknown as [CredentialFile['signature'], CredentialFile['chain']]
  if (chain && chain.previousProof !== signature.id) fail('proof.1.previousProof')
  return { document: document as CredentialFile['document'], signature, chain }
}

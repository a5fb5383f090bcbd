/**
 * /roots.json: where else an issuer's roots are anchored. Files that were handed out name one registry for ever; when its
 * chain dies, this signed list leads to the registry that holds the same roots today.
 */
import { isoSeconds } from './clock.ts'
import { readCaip10 } from './did.ts'
import { parseStrictJson } from './strict-json.ts'
import { Malformed } from './verify-shape.ts'

export interface RootPlace {
  /** CAIP-10. */
  registry: string
  /** 0x-hash of the anchoring transaction, lower case; null where it is not known. */
  transaction: string | null
  /** By the block's clock, YYYY-MM-DDThh:mm:ssZ. */
  anchored: string
}
export interface RootEntry extends RootPlace {
  /** 64 hex digits, lower case. */
  root: string
  also: RootPlace[]
}
export interface RootsDocument {
  type: 'TestamurRoots'
  version: 1
  /** The DID whose key signs this list. */
  issuer: string
  updated: string
  roots: RootEntry[]
}
export interface RootsProof {
  type: 'DataIntegrityProof'
  cryptosuite: 'eddsa-jcs-2022'
  created: string
  verificationMethod: string
  proofPurpose: 'assertionMethod'
  proofValue: string
}
export interface SignedRoots extends RootsDocument {
  proof: RootsProof
}

/** A place as the rows of the database tell it. */
export interface PlaceFacts {
  chainId: number
  address: string
  /** 0x-hash. */
  transactionHash: string | null
  /** Unix seconds. */
  blockTime: number
}

export const MAX_ROOTS_BYTES = 8 * 1024 * 1024
const MAX_ROOTS = 50_000
const MAX_PLACES = 20

const place = ({ chainId, address, transactionHash, blockTime }: PlaceFacts): RootPlace => ({
  registry: `eip155:${chainId}:${address.toLowerCase()}`,
  transaction: transactionHash?.toLowerCase() ?? null,
  anchored: isoSeconds(blockTime * 1000),
})

/** The unsigned list, its roots in the order given. The same facts make the same bytes. */
export const rootsDocument = (facts: {
  issuer: string
  /** Unix milliseconds. */
  updated: number
  roots: Array<PlaceFacts & { root: string; also: PlaceFacts[] }>
}): RootsDocument => ({
  type: 'TestamurRoots',
  version: 1,
  issuer: facts.issuer,
  updated: isoSeconds(facts.updated),
  roots: facts.roots.map(({ root, also, ...first }) => ({ root, ...place(first), also: also.map(place) })),
})

type Check = (value: unknown, path: string) => void
const fail = (path: string): never => {
  throw new Malformed(path)
}
const text =
  (pattern: RegExp, max = 300): Check =>
  (value, path) => {
    if (typeof value !== 'string' || value.length > max || !pattern.test(value)) fail(path)
  }
const exactly =
  (wanted: string | number): Check =>
  (value, path) => {
    if (value !== wanted) fail(path)
  }
const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Every member, and none beside. */
const record =
  (members: Record<string, Check>): Check =>
  (value, path) => {
    if (!isObject(value)) return fail(path)
    for (const name of Object.keys(value))
      if (!Object.hasOwn(members, name)) fail(`${path}.${name.slice(0, 60).toWellFormed()}`)
    for (const [name, check] of Object.entries(members)) check(value[name], `${path}.${name}`)
  }
const listOf =
  (check: Check, max: number): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length > max) return fail(path)
    value.forEach((one, index) => check(one, `${path}.${index}`))
  }
const moment: Check = (value, path) => {
  const time = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) ? Date.parse(value) : NaN
  if (Number.isNaN(time) || isoSeconds(time) !== value) fail(path)
}
const registry: Check = (value, path) => {
  if (typeof value !== 'string' || value.length > 80 || !readCaip10(value)) fail(path)
}
const hash = text(/^0x[0-9a-f]{64}$/)

const somewhere = {
  registry,
  transaction: ((value, path) => value === null || hash(value, path)) as Check,
  anchored: moment,
}
const list = record({
  type: exactly('TestamurRoots'),
  version: exactly(1),
  issuer: text(/^did:[a-z0-9]+:[!-~]+$/),
  updated: moment,
  roots: listOf(
    record({ root: text(/^[0-9a-f]{64}$/), ...somewhere, also: listOf(record(somewhere), MAX_PLACES) }),
    MAX_ROOTS,
  ),
  proof: record({
    type: exactly('DataIntegrityProof'),
    cryptosuite: exactly('eddsa-jcs-2022'),
    created: moment,
    verificationMethod: text(/^did:[a-z0-9]+:[!-~]+$/, 400),
    proofPurpose: exactly('assertionMethod'),
    proofValue: text(/^z[1-9A-HJ-NP-Za-km-z]{64,96}$/),
  }),
})

/**
 * A list from text, or from JSON already parsed. Throws `StrictJsonError` or `Malformed` with the path of the first member
 * that is not as it must be. Its form is right then; whose it is, `verifyRoots` says.
 */
export function readRoots(input: unknown): SignedRoots {
  const value = typeof input === 'string' ? parseStrictJson(input, { maxLength: MAX_ROOTS_BYTES, maxDepth: 8 }) : input
  list(value, 'roots')
  return value as SignedRoots
}

/** Where the list says this root stands: the place the file names first, as the issuer tells it, then the others. */
export function placesOf(roots: SignedRoots, root: string): RootEntry | undefined {
  return roots.roots.find((entry) => entry.root === root)
}

/** Bitstring status lists: for standard verifiers, which do not ask our contract. One bit per certificate version. */
import { utf8, type JsonObject } from './canonical.ts'
import { isoSeconds } from './clock.ts'
import { base64url, unbase64url } from './multibase.ts'
import type { Hash } from './ports.ts'
import { signDocument, type Signing } from './proof.ts'
import { CONTEXTS } from './vocabulary.ts'

/** Bits of a list: the least the standard allows, so that one index hides among many. */
export const STATUS_LIST_CAPACITY = 131_072
/** Even a list of random bits stays below it. Guards the decompressor of a reader. */
const MAX_ENCODED = 40_000

/** 16 KiB with these bits set; index 0 is the leftmost bit of byte 0. Throws on an index outside the list. */
export function statusBits(revoked: Iterable<number>): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(STATUS_LIST_CAPACITY / 8)
  for (const index of revoked) {
    if (!Number.isInteger(index) || index < 0 || index >= STATUS_LIST_CAPACITY) throw new Error('no such index')
    bits[index >> 3]! |= 0x80 >> (index & 7)
  }
  return bits
}

/** The unsigned list. `gzip` comes from outside: the domain has no compressor of its own. `validFrom` is Unix ms. */
export function statusListDocument(list: {
  url: string
  issuer: string
  validFrom: number
  revoked: Iterable<number>
  gzip: (bytes: Uint8Array) => Uint8Array
}): JsonObject {
  return {
    '@context': CONTEXTS.listForBlockcerts,
    id: list.url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: list.issuer,
    validFrom: isoSeconds(list.validFrom),
    credentialSubject: {
      id: `${list.url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: `u${base64url(list.gzip(statusBits(list.revoked)))}`,
    },
  }
}

/** The list with its one proof, as it is served. */
export async function signStatusList(document: JsonObject, signing: Signing): Promise<JsonObject> {
  return { ...document, proof: await signDocument(document, signing) }
}

/** The bit of this index. Throws when the list is not one, or shorter than the standard allows. */
export async function isRevokedInList(
  document: JsonObject,
  index: number,
  gunzip: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Promise<boolean> {
  const encoded = (document.credentialSubject as JsonObject | undefined)?.encodedList
  if (typeof encoded !== 'string' || !encoded.startsWith('u') || encoded.length > MAX_ENCODED) {
    throw new Error('not a bitstring status list')
  }
  const bits = await gunzip(unbase64url(encoded.slice(1)))
  if (bits.length < STATUS_LIST_CAPACITY / 8) throw new Error('status list too short')
  if (!Number.isInteger(index) || index < 0 || index >= bits.length * 8) throw new Error('no such index')
  return (bits[index >> 3]! & (0x80 >> (index & 7))) !== 0
}

// --- which certificate gets which bit ---------------------------------------------------------------------------------

const LEFT_BITS = 8
const RIGHT_BITS = 9
/** Many more than a permutation of 17 bits needs; a round is one look-up. */
const ROUNDS = 24
const RIGHT_SIZE = 1 << RIGHT_BITS

/** Round functions as tables: the even rounds take the right half, the odd ones the left. */
const tables = new Map<string, Uint16Array[]>()
const TABLES_MAX = 64

function roundTables(key: Uint8Array, hash: Hash): Uint16Array[] {
  const name = base64url(key)
  const known = tables.get(name)
  if (known) return known
  const made = Array.from({ length: ROUNDS }, (_, round) => {
    const table = new Uint16Array(RIGHT_SIZE)
    for (let at = 0; at < RIGHT_SIZE; at += 16) {
      const block = hash.sha256(key, utf8(`status-index/${round}/${at}`))
      for (let n = 0; n < 16; n++) table[at + n] = block[n * 2]! * 256 + block[n * 2 + 1]!
    }
    return table
  })
  if (tables.size >= TABLES_MAX) tables.clear()
  tables.set(name, made)
  return made
}

/**
 * The index of the `counter`-th certificate of a list (0 to 131,071): a permutation under a secret key (a Feistel network
 * with halves of 8 and 9 bits), so that no index comes twice and none tells the order of issue. Use one key per list.
 */
export function statusIndex(counter: number, key: Uint8Array, hash: Hash): number {
  if (!Number.isInteger(counter) || counter < 0 || counter >= STATUS_LIST_CAPACITY) throw new Error('the list is full')
  if (key.length < 16) throw new Error('a status index key has 16 bytes at least')
  const rounds = roundTables(key, hash)
  let left = counter >> RIGHT_BITS
  let right = counter & (RIGHT_SIZE - 1)
  for (let round = 0; round < ROUNDS; round += 2) {
    left ^= rounds[round]![right]! & ((1 << LEFT_BITS) - 1)
    right ^= rounds[round + 1]![left]! & (RIGHT_SIZE - 1)
  }
  return (left << RIGHT_BITS) | right
}

/** Number of the list (from 1) and index in it for the `counter`-th certificate of an installation. */
export function statusPlace(counter: number, key: Uint8Array, hash: Hash): { list: number; index: number } {
  const list = Math.floor(counter / STATUS_LIST_CAPACITY) + 1
  const listKey = hash.sha256(key, utf8(`status-list/${list}`))
  return { list, index: statusIndex(counter % STATUS_LIST_CAPACITY, listKey, hash) }
}

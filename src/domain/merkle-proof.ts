/** The `proofValue` of a merkle-proof-2019 proof: 'z' + base58btc(CBOR), byte for byte as Blockcerts' own encoder. */
import { CborWriter, readCbor, type Cbor } from './cbor.ts'
import { fromHex, toHex } from './ids.ts'
import type { Step } from './merkle.ts'
import { base58, unbase58 } from './multibase.ts'

/** Root, leaf and transaction hash are 32 bytes each; the path leads from the leaf up. */
export interface MerkleProof {
  root: Uint8Array
  leaf: Uint8Array
  /** EIP-155. */
  chainId: number
  transactionHash: Uint8Array
  path: Step[]
}

const ROOT = 0
const LEAF = 1
const ANCHORS = 2
const PATH = 3
const ETHEREUM_FAMILY = 1

/** Chains with a code of their own in Blockcerts: its public explorers want '0x' in front of the transaction's id. */
const takesTextHash = (chainId: number) => chainId === 1 || chainId === 11155111

const pair = (writer: CborWriter, key: number) => writer.array(2).unsigned(key)
/** 58 22 58 20 and 32 bytes: a byte string that holds the CBOR of a byte string. */
const hash = (writer: CborWriter, value: Uint8Array) => {
  if (value.length !== 32) throw new Error('a hash has 32 bytes')
  writer.wrap(34).bytes(value)
}

/** Throws when a hash is not 32 bytes. */
export function encodeMerkleProof(proof: MerkleProof): string {
  const writer = new CborWriter(256 + proof.path.length * 40).array(4)
  hash(pair(writer, ROOT), proof.root)
  hash(pair(writer, LEAF), proof.leaf)
  pair(writer, ANCHORS).array(1).array(3)
  pair(writer, 0).unsigned(ETHEREUM_FAMILY)
  pair(writer, 1).unsigned(proof.chainId)
  pair(writer, 2)
  if (takesTextHash(proof.chainId)) writer.wrap(68).text(`0x${toHex(proof.transactionHash)}`)
  else hash(writer, proof.transactionHash)
  pair(writer, PATH).array(proof.path.length)
  for (const step of proof.path) {
    if ('left' in step) hash(pair(writer, 0), step.left)
    else hash(pair(writer, 1), step.right)
  }
  return `z${base58(writer.finish())}`
}

/** More steps than a tree of 2^64 leaves has. */
const MAX_STEPS = 64

const list = (value: Cbor | undefined): Cbor[] => {
  if (!Array.isArray(value)) throw new Error('merkle proof: array expected')
  return value
}
/** [[0, a], [1, b], …] with exactly these keys, in any order. */
function fields(value: Cbor | undefined, count: number): Cbor[] {
  const members = new Map(
    list(value).map((entry) => {
      const [key, member, ...more] = list(entry)
      if (typeof key !== 'number' || member === undefined || more.length) throw new Error('merkle proof: pair expected')
      return [key, member] as const
    }),
  )
  const complete = members.size === count && list(value).length === count
  const values = Array.from({ length: count }, (_, key) => members.get(key))
  if (!complete || values.includes(undefined)) throw new Error('merkle proof: other members than expected')
  return values as Cbor[]
}
/** A byte string holding CBOR bytes, or CBOR text with or without 0x as the Python issuer writes it. */
function readHash(value: Cbor | undefined): Uint8Array<ArrayBuffer> {
  if (!(value instanceof Uint8Array)) throw new Error('merkle proof: byte string expected')
  const inner = readCbor(value)
  const bytes = typeof inner === 'string' ? fromHex(inner) : inner
  if (!(bytes instanceof Uint8Array) || bytes.length !== 32) throw new Error('merkle proof: a hash has 32 bytes')
  return bytes
}

/** Reads both forms of hashes. Throws on trailing bytes, other members, other chain families and more than one anchor. */
export function decodeMerkleProof(proofValue: string): MerkleProof {
  if (!proofValue.startsWith('z')) throw new Error('merkle proof: not base58btc')
  const [root, leaf, anchors, path] = fields(readCbor(unbase58(proofValue.slice(1))), 4)
  if (list(anchors).length !== 1) throw new Error('merkle proof: exactly one anchor expected')
  const [family, chainId, transactionHash] = fields(list(anchors)[0], 3)
  if (family !== ETHEREUM_FAMILY || typeof chainId !== 'number') throw new Error('merkle proof: not an EVM anchor')
  if (list(path).length > MAX_STEPS) throw new Error('merkle proof: path too long')
  return {
    root: readHash(root),
    leaf: readHash(leaf),
    chainId,
    transactionHash: readHash(transactionHash),
    path: list(path).map((step) => {
      const [side, sibling, ...more] = list(step)
      if ((side !== 0 && side !== 1) || more.length) throw new Error('merkle proof: side expected')
      return side === 0 ? { left: readHash(sibling) } : { right: readHash(sibling) }
    }),
  }
}

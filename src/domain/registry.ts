/**
 * The registry contract as seen from outside: selectors, call data, answers, hashes of released code. Written by hand
 * so that verifiers in a browser need neither an ABI library nor keccak. Source: contracts/TestamurRegistry.sol.
 */
import { fromHex } from './ids.ts'
import type { RegistryStatus } from './ports.ts'

/** First four bytes of call data of every function. */
export const REGISTRY_SELECTORS = {
  acceptOwnership: '79ba5097',
  anchoredAt: '9591a610',
  did: 'e6fcc84b',
  owner: '8da5cb5b',
  pendingOwner: 'e30c3978',
  permissions: '01e88208',
  revocations: 'bbe48780',
  revoke: 'd15392dd',
  setOperator: 'c9e9e221',
  status: 'd6582828',
  transferOwnership: 'f2fde38b',
} as const

/** What the contract says when it refuses: selector of the error → its name. */
export const REGISTRY_ERRORS: Readonly<Record<string, string>> = {
  '3d693ada': 'NotAllowed',
  '1a2e1594': 'BadCalldata',
  e228f47f: 'BadReason',
  '1fd264bc': 'BadPermissions',
  '9905827b': 'ZeroOwner',
}

/** SHA-256 of the deployed code of every released contract, 64 hex digits. Only ever grows. */
export const RELEASED_CODE: ReadonlySet<string> = new Set([
  '6d95935b73934d02812de1dd320890abcdb56afed996784b7ed301f06ca352a9',
])

export const ZERO_ADDRESS = `0x${'00'.repeat(20)}`
export const REASON_REVOKED = 1
export const REASON_SUPERSEDED = 2
export const MAY_ANCHOR = 1
export const MAY_REVOKE = 2
/** More in one transaction would run into the gas cap of EIP-7825 once state creation costs more (EIP-8037). */
export const MAX_REVOCATIONS = 100

const WORD = 64
const selectors: ReadonlySet<string> = new Set(Object.values(REGISTRY_SELECTORS))

/**
 * Does this root (64 hex digits) begin with a function's selector? The contract reverts for such a root, but Blockcerts
 * reads only the transaction's input and would call it anchored: such a root must never be signed.
 */
export const collidesWithSelector = (root: string) => selectors.has(digits(root).slice(0, 8))

/** Call data that anchors a root: the bare 32 bytes. */
export const encodeAnchor = (root: string) => `0x${word(root, 'root')}`

export const encodeStatus = (root: string, leaf: string) =>
  `0x${REGISTRY_SELECTORS.status}${word(root, 'root')}${word(leaf, 'leaf')}`

/** Call data of a getter without arguments. */
export const encodeGetter = (name: 'did' | 'owner' | 'pendingOwner') => `0x${REGISTRY_SELECTORS[name]}`

export const encodeAnchoredAt = (root: string) => `0x${REGISTRY_SELECTORS.anchoredAt}${word(root, 'root')}`
export const encodeRevocations = (id: string) => `0x${REGISTRY_SELECTORS.revocations}${word(id, 'id')}`
export const encodePermissions = (address: string) => `0x${REGISTRY_SELECTORS.permissions}${encodeAddress(address)}`

/** Call data with which the owner replaces what an account may do: 0 nothing, 1 anchor, 2 revoke, 3 both. */
export function encodeSetOperator(address: string, permissions: number): string {
  if (!Number.isInteger(permissions) || permissions < 0 || permissions > (MAY_ANCHOR | MAY_REVOKE))
    throw new Error(`no such permissions: ${permissions}`)
  return `0x${REGISTRY_SELECTORS.setOperator}${encodeAddress(address)}${encodeNumber(permissions)}`
}
/** Step 1 of handing over: the new owner has to accept. The zero address takes an offer back. */
export const encodeTransferOwnership = (address: string) =>
  `0x${REGISTRY_SELECTORS.transferOwnership}${encodeAddress(address)}`
/** Step 2, sent by the new owner. */
export const encodeAcceptOwnership = () => `0x${REGISTRY_SELECTORS.acceptOwnership}`

/** Call data that revokes leaves or whole roots (64 hex digits each). Reason 1 revoked, 2 superseded. */
export function encodeRevoke(ids: string[], reason: number): string {
  if (ids.length === 0 || ids.length > MAX_REVOCATIONS)
    throw new Error(`revoke takes 1 to ${MAX_REVOCATIONS} ids, got ${ids.length}`)
  if (reason !== REASON_REVOKED && reason !== REASON_SUPERSEDED) throw new Error(`no such reason: ${reason}`)
  const head = REGISTRY_SELECTORS.revoke + encodeNumber(64) + encodeNumber(reason) + encodeNumber(ids.length)
  return `0x${head}${ids.map((id) => word(id, 'id')).join('')}`
}

/** The ids and the reason in call data of `revoke`; null for any other call data. */
export function decodeRevoke(data: string): { ids: string[]; reason: number } | null {
  const text = digits(data)
  if (text.slice(0, 8) !== REGISTRY_SELECTORS.revoke || (text.length - 8) % WORD !== 0) return null
  const words = split(text.slice(8))
  const count = parseInt(words[2] ?? '', 16)
  if (words[0] !== encodeNumber(64) || words.length !== 3 + count || count === 0) return null
  return { ids: words.slice(3), reason: parseInt(words[1]!, 16) }
}

/** Account and permissions in call data of `setOperator`; null for any other call data. */
export function decodeSetOperator(data: string): { address: string; permissions: number } | null {
  const text = digits(data)
  if (text.slice(0, 8) !== REGISTRY_SELECTORS.setOperator || text.length !== 8 + 2 * WORD) return null
  const words = split(text.slice(8))
  return { address: decodeAddress(`0x${words[0]}`), permissions: toNumber(words[1]!) }
}

/** One 32-byte word of a constructor's or a function's arguments. */
export function encodeAddress(address: string): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(address)) throw new Error('an address has 0x and 40 hexadecimal digits')
  return address.slice(2).toLowerCase().padStart(WORD, '0')
}
export const encodeNumber = (value: number) => value.toString(16).padStart(WORD, '0')

/** The answer of status(): three words. Throws on anything else, as a node on another chain or without the contract gives. */
export function decodeStatus(data: string): RegistryStatus {
  const words = answerWords(data, 3)
  const status = { anchored: toNumber(words[0]!), revoked: toNumber(words[1]!), reason: toNumber(words[2]!) }
  if (status.reason > REASON_SUPERSEDED || (status.reason === 0) !== (status.revoked === 0))
    throw new Error('not the answer of a registry')
  return status
}

/** A string as a function returns it. Throws on anything else. */
export function decodeString(data: string): string {
  const text = answerDigits(data)
  const length = toNumber(text.slice(WORD, 2 * WORD).padEnd(WORD, 'x'))
  const content = text.slice(2 * WORD)
  if (text.slice(0, WORD) !== encodeNumber(32) || content.length !== Math.ceil(length / 32) * WORD)
    throw new Error('not a string')
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fromHex(content.slice(0, length * 2)))
}

/** One whole number that JavaScript holds exactly. */
export const decodeNumber = (data: string) => toNumber(answerWords(data, 1)[0]!)

/** The record of one id, as revocations() returns it. */
export function decodeRevocation(data: string): { time: number; reason: number } {
  const words = answerWords(data, 2)
  return { time: toNumber(words[0]!), reason: toNumber(words[1]!) }
}

/** 0x and 40 lower-case hexadecimal digits. */
export function decodeAddress(data: string): string {
  const value = answerWords(data, 1)[0]!
  if (!/^0{24}/.test(value)) throw new Error('not an address')
  return `0x${value.slice(24)}`
}

/** Why a call reverted, in the contract's words or the node's; undefined when the data says nothing we know. */
export function revertReason(data: string | undefined): string | undefined {
  if (!data || !/^0x[0-9a-fA-F]{8}/.test(data)) return undefined
  const selector = data.slice(2, 10).toLowerCase()
  if (selector !== '08c379a0') return REGISTRY_ERRORS[selector]
  try {
    return decodeString(`0x${data.slice(10)}`).slice(0, 200)
  } catch {
    return undefined
  }
}

const digits = (hex: string) => (hex.startsWith('0x') ? hex.slice(2) : hex).toLowerCase()

function word(hex: string, name: string): string {
  const text = digits(hex)
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${name} must be 64 hexadecimal digits`)
  return text
}

function answerDigits(data: string): string {
  const text = digits(data)
  if (!/^[0-9a-f]*$/.test(text) || text.length % WORD !== 0) throw new Error('not an answer in words of 32 bytes')
  return text
}

function answerWords(data: string, count: number): string[] {
  const text = answerDigits(data)
  if (text.length !== count * WORD) throw new Error(`expected ${count} words, got ${text.length / WORD}`)
  return split(text)
}

function split(text: string): string[] {
  const words: string[] = []
  for (let start = 0; start < text.length; start += WORD) words.push(text.slice(start, start + WORD))
  return words
}

function toNumber(hex: string): number {
  const value = /^[0-9a-f]{64}$/.test(hex) ? Number(`0x${hex}`) : NaN
  if (!Number.isSafeInteger(value)) throw new Error('not a whole number in range')
  return value
}

/**
 * Text forms of bytes: base58btc and base64url, with their multibase letters `z` and `u`, and the multikey of an Ed25519
 * public key. Base58 works on one big integer split in halves: digit by digit, 700 bytes cost milliseconds.
 */
import { toHex } from './ids.ts'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const PAIR_COUNT = 58 * 58
const PAIRS = Array.from({ length: PAIR_COUNT }, (_, n) => ALPHABET[Math.floor(n / 58)]! + ALPHABET[n % 58]!)
const FIVE = 58n ** 5n
const TEN = 58n ** 10n

const fiveDigits = (value: number): string => {
  const high = Math.floor(value / PAIR_COUNT)
  const first = Math.floor(high / PAIR_COUNT)
  return ALPHABET[first]! + PAIRS[high - first * PAIR_COUNT]! + PAIRS[value - high * PAIR_COUNT]!
}

/** 58^10, 58^20, 58^40, … as far as was needed until now. */
const POWERS = [TEN]
const power = (level: number): bigint => (POWERS[level] ??= power(level - 1) ** 2n)

/** Exactly 10 · 2^(level+1) digits. */
function digits(value: bigint, level: number): string {
  if (level < 0) {
    const high = value / FIVE
    return fiveDigits(Number(high)) + fiveDigits(Number(value - high * FIVE))
  }
  const high = value / power(level)
  return digits(high, level - 1) + digits(value - high * power(level), level - 1)
}

const LIMB = 58 ** 4
/** Above this the halves of one big integer are faster. */
const SHORT = 128

/** Limbs of four digits, three bytes at a time: for a signature a tenth of the time that one big integer takes. */
function shortDigits(bytes: Uint8Array): string {
  const limbs: number[] = []
  for (let at = 0; at < bytes.length;) {
    const size = (bytes.length - at) % 3 || 3
    let carry = 0
    for (let end = at + size; at < end; at++) carry = carry * 256 + bytes[at]!
    for (let index = 0; index < limbs.length; index++) {
      const value = limbs[index]! * 0x1000000 + carry
      carry = Math.floor(value / LIMB)
      limbs[index] = value - carry * LIMB
    }
    for (; carry > 0; carry = Math.floor(carry / LIMB)) limbs.push(carry % LIMB)
  }
  let text = ''
  for (let index = limbs.length - 1; index >= 0; index--) {
    const high = Math.floor(limbs[index]! / PAIR_COUNT)
    text += PAIRS[high]! + PAIRS[limbs[index]! - high * PAIR_COUNT]!
  }
  return text
}

export function base58(bytes: Uint8Array): string {
  let zeros = 0
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++
  if (zeros === bytes.length) return '1'.repeat(zeros)
  const text = bytes.length <= SHORT ? shortDigits(bytes) : longDigits(bytes)
  let start = 0
  while (text[start] === '1') start++
  return '1'.repeat(zeros) + text.slice(start)
}

function longDigits(bytes: Uint8Array): string {
  const value = BigInt(`0x${toHex(bytes)}`)
  let level = 0
  while (power(level) <= value) level++
  return digits(value, level - 1)
}

const VALUES = new Int8Array(128).fill(-1)
for (let index = 0; index < 58; index++) VALUES[ALPHABET.charCodeAt(index)] = index

function readDigits(text: string, from: number, to: number): number {
  let value = 0
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index)
    const digit = code < 128 ? VALUES[code]! : -1
    if (digit < 0) throw new Error('not base58')
    value = value * 58 + digit
  }
  return value
}

/** Longest text read: twice a Merkle proof of 64 steps. The work grows with the square. */
const MAX_BASE58 = 8_192

/** Throws on a letter outside the alphabet and on texts over 8,192 letters. */
export function unbase58(text: string): Uint8Array<ArrayBuffer> {
  if (text.length > MAX_BASE58) throw new Error('base58 text too long')
  let zeros = 0
  while (text[zeros] === '1') zeros++
  const odd = (text.length - zeros) % 10
  let at = zeros + odd
  let value = BigInt(readDigits(text, zeros, at))
  for (; at < text.length; at += 10) {
    value = value * TEN + (BigInt(readDigits(text, at, at + 5)) * FIVE + BigInt(readDigits(text, at + 5, at + 10)))
  }
  const hex = value === 0n ? '' : value.toString(16)
  const size = (hex.length + 1) >> 1
  const bytes = new Uint8Array(zeros + size)
  for (let end = hex.length, index = bytes.length - 1; end > 0; end -= 2, index--) {
    bytes[index] = nibble(hex, end - 1) | (end > 1 ? nibble(hex, end - 2) << 4 : 0)
  }
  return bytes
}
const nibble = (hex: string, at: number) => {
  const code = hex.charCodeAt(at)
  return code < 58 ? code - 48 : code - 87
}

interface NativeBase64 {
  toBase64?: (options: { alphabet: 'base64url'; omitPadding: boolean }) => string
}

/** Without padding. */
export function base64url(bytes: Uint8Array & NativeBase64): string {
  if (bytes.toBase64) return bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Throws on anything but the letters of base64url. */
export function unbase64url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new Error('not base64url')
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** The bytes of a `z` (base58btc) or `u` (base64url) text; throws on any other. */
export function unmultibase(text: string): Uint8Array<ArrayBuffer> {
  if (text.startsWith('z')) return unbase58(text.slice(1))
  if (text.startsWith('u')) return unbase64url(text.slice(1))
  throw new Error('unknown multibase')
}

/** `z6Mk…`: multicodec ed01 and the 32 bytes of an Ed25519 public key. */
export function encodeMultikey(publicKey: Uint8Array): string {
  if (publicKey.length !== 32) throw new Error('an Ed25519 public key has 32 bytes')
  const bytes = new Uint8Array(34)
  bytes.set([0xed, 0x01])
  bytes.set(publicKey, 2)
  return `z${base58(bytes)}`
}

/** The 32 bytes of an Ed25519 multikey, written as `encodeMultikey` writes it; throws on anything else. */
export function decodeMultikey(multikey: string): Uint8Array<ArrayBuffer> {
  // A multikey has 48 letters: a much longer text is not worth reading.
  const bytes = multikey.startsWith('z') && multikey.length < 64 ? unbase58(multikey.slice(1)) : new Uint8Array()
  if (bytes.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 0x01) throw new Error('not an Ed25519 multikey')
  return bytes.slice(2)
}

/** Chance comes in from outside: `size` random bytes, safe for keys. */
export type Random = (size: number) => Uint8Array

export const systemRandom: Random = (size) => crypto.getRandomValues(new Uint8Array(size))

export type IdPrefix =
  | 'cert'
  | 'tmpl'
  | 'batch'
  | 'anch'
  | 'txn'
  | 'evt'
  | 'job'
  | 'whk'
  | 'key'
  | 'usr'
  | 'inb'
  | 'src'
  | 'imp'
  | 'mail'
  | 'req'
  | 'move'
  | 'asset'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** 26 letters of 5 bits: 130 random bits, so an id in a public address cannot be guessed. */
export function newId(prefix: IdPrefix, random: Random): string {
  const bytes = random(26)
  let id = `${prefix}_`
  for (let index = 0; index < 26; index++) id += ALPHABET[bytes[index]! & 31]
  return id
}

const EPOCH_SECONDS = 1_577_836_800
/**
 * The same, but the first six letters are the second it was made in (30 bits since 2020): rows that come together stand
 * together in every index, where a purely random id costs a page write each. The other 100 bits cannot be guessed.
 */
export function newTimedId(prefix: IdPrefix, at: number, random: Random): string {
  let rest = Math.max(0, Math.floor(at / 1000) - EPOCH_SECONDS)
  let time = ''
  for (let index = 0; index < 6; index++) {
    time = ALPHABET[rest & 31] + time
    rest >>>= 5
  }
  return `${prefix}_${time}${newId(prefix, random).slice(-20)}`
}

const ID = /^[a-z]{3,5}_[0-9a-hjkmnp-tv-z]{26}$/
/** Is this text an id of this kind? Checked before any read, so that odd paths never reach the store. */
export const isId = (prefix: IdPrefix, text: string) => text.startsWith(`${prefix}_`) && ID.test(text)

/** `urn:uuid:` and a version 4 UUID. */
export function newUrn(random: Random): string {
  const bytes = random(16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = toHex(bytes)
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** Lower-case hexadecimal, without 0x. The engine's own where it has one: every certificate needs it a dozen times. */
export function toHex(bytes: Uint8Array & { toHex?: () => string }): string {
  if (bytes.toHex) return bytes.toHex()
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text
}

/** The engine's own where it has one: a tree has thousands of leaves. */
const native = Uint8Array as { fromHex?: (digits: string) => Uint8Array<ArrayBuffer> }

/** The bytes of hexadecimal text, with or without 0x; throws on anything else. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.startsWith('0x') ? text.slice(2) : text
  if (!/^([0-9a-fA-F]{2})*$/.test(digits)) throw new Error('not hexadecimal')
  if (native.fromHex) return native.fromHex(digits)
  const bytes = new Uint8Array(digits.length / 2)
  for (let index = 0; index < bytes.length; index++) bytes[index] = parseInt(digits.substr(index * 2, 2), 16)
  return bytes
}

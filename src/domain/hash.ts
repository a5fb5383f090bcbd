/** Hashes that run everywhere, the browser included. The server hands out a faster `Hash` (keys/hash.ts). */
import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { toHex } from './ids.ts'
import type { Hash } from './ports.ts'

/** SHA-256 in plain JavaScript. */
export const nobleHash: Hash = {
  sha256(...parts) {
    if (parts.length === 1) return sha256(parts[0]!) as Uint8Array<ArrayBuffer>
    const hasher = sha256.create()
    for (const part of parts) hasher.update(part)
    return hasher.digest() as Uint8Array<ArrayBuffer>
  },
}

/** Ethereum's hash: the original Keccak-256, not SHA3-256. */
export const keccak256 = (bytes: Uint8Array) => keccak_256(bytes)

/** The address of an uncompressed secp256k1 public key (x and y, 32 bytes each), with the EIP-55 checksum. */
export function ethereumAddress(x: Uint8Array, y: Uint8Array): string {
  if (x.length !== 32 || y.length !== 32) throw new Error('a coordinate has 32 bytes')
  const point = new Uint8Array(64)
  point.set(x)
  point.set(y, 32)
  return checksumAddress(toHex(keccak256(point).subarray(12)))
}

/** EIP-55 of 40 hex digits, with or without 0x; throws on anything else. */
export function checksumAddress(address: string): string {
  const digits = address.replace(/^0x/, '').toLowerCase()
  if (!/^[0-9a-f]{40}$/.test(digits)) throw new Error('not an address')
  const mask = toHex(keccak256(new TextEncoder().encode(digits)))
  let text = '0x'
  for (let index = 0; index < 40; index++) {
    text += mask.charCodeAt(index) > 55 ? digits[index]!.toUpperCase() : digits[index]!
  }
  return text
}

/** EIP-55 of an address as people write it; undefined for anything else, and for mixed case with a wrong checksum. */
export function readAddress(text: string): string | undefined {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return undefined
  const digits = text.slice(2)
  const address = checksumAddress(text)
  const isMixed = digits !== digits.toLowerCase() && digits !== digits.toUpperCase()
  return isMixed && address !== text ? undefined : address
}

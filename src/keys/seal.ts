/** Secrets at rest: AES-256-GCM. Each value is bound to its id, so that one sealed value cannot stand in for another. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Random } from '../domain/ids.ts'

const VERSION = 'v1.'
const NONCE = 12
const TAG = 16

/** `v1.` and base64url of nonce, ciphertext and tag. */
export function seal(key: Uint8Array, value: Uint8Array, id: string, random: Random): string {
  const nonce = random(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
  cipher.setAAD(Buffer.from(id, 'utf8'))
  const parts = [nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]
  return VERSION + Buffer.concat(parts).toString('base64url')
}

/** Throws when the key, the id or a single bit is another. */
export function unseal(key: Uint8Array, sealed: string, id: string): Uint8Array {
  if (!/^v1\.[A-Za-z0-9_-]+$/.test(sealed)) throw new Error('not a sealed value')
  const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url')
  if (bytes.length < NONCE + TAG) throw new Error('sealed value is too short')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG })
  decipher.setAAD(Buffer.from(id, 'utf8'))
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG))
  const value = Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()])
  return new Uint8Array(value)
}

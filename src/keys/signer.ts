/** The issuer's Ed25519 keys in memory, behind the port `Signer`. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { Signer } from '../domain/ports.ts'
import type { Partition } from '../domain/scopes.ts'

/** PKCS #8 (RFC 8410) around a 32-byte Ed25519 seed: node:crypto takes no bare seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

function privateKeyOf(seed: Uint8Array): KeyObject {
  if (seed.length !== 32) throw new Error('an Ed25519 seed has 32 bytes')
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}

/** Raw 32-byte public key of a seed. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  return rawPublicKey(privateKeyOf(seed))
}

function rawPublicKey(key: KeyObject): Uint8Array {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return new Uint8Array(Buffer.from(x as string, 'base64url'))
}

/** One seed per partition: a test can then never pass for the real thing. */
export function ed25519Signer(seeds: Record<Partition, Uint8Array>): Signer {
  const keys = { live: privateKeyOf(seeds.live), test: privateKeyOf(seeds.test) }
  const publicKeys = { live: rawPublicKey(keys.live), test: rawPublicKey(keys.test) }
  return {
    publicKey: (partition) => publicKeys[partition].slice(),
    sign: async (partition, message) => new Uint8Array(sign(null, message, keys[partition])),
  }
}

/** Ed25519 verification by the runtime's OpenSSL/BoringSSL. */
import { createPublicKey, verify } from 'node:crypto'
import type { SignatureVerifier } from '../domain/ports.ts'

/** SubjectPublicKeyInfo header of a raw Ed25519 key (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** A key or signature of the wrong length is a signature that does not verify, never an exception. */
export const serverVerifier: SignatureVerifier = {
  async verifyEd25519(publicKey, message, signature) {
    if (publicKey.length !== 32 || signature.length !== 64) return false
    try {
      const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' })
      return verify(null, message, key, signature)
    } catch {
      return false
    }
  },
}

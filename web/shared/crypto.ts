/** The browser's side of the crypto ports: WebCrypto where it knows Ed25519, JavaScript where it does not. */
import { ed25519 } from '@noble/curves/ed25519.js'
import type { SignatureVerifier } from '../../src/domain/ports.ts'

/** In JavaScript, by the strict rules of RFC 8032: what node:crypto and WebCrypto refuse is refused here too. */
export const javascriptVerifier: SignatureVerifier = {
  async verifyEd25519(publicKey, message, signature) {
    if (publicKey.length !== 32 || signature.length !== 64) return false
    try {
      return ed25519.verify(signature, message, publicKey, { zip215: false })
    } catch {
      return false
    }
  },
}

/** Asks the browser first. An old browser, or a page without a secure context, has no Ed25519: then JavaScript answers. */
export const browserVerifier: SignatureVerifier = {
  async verifyEd25519(publicKey, message, signature) {
    if (publicKey.length !== 32 || signature.length !== 64) return false
    const subtle = globalThis.crypto?.subtle
    if (!subtle) return javascriptVerifier.verifyEd25519(publicKey, message, signature)
    try {
      const key = await subtle.importKey('raw', publicKey.slice(), 'Ed25519', false, ['verify'])
      return await subtle.verify('Ed25519', key, signature.slice(), message.slice())
    } catch {
      return javascriptVerifier.verifyEd25519(publicKey, message, signature)
    }
  },
}

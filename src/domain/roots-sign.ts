/** Signature of the list of roots: Data Integrity, cryptosuite eddsa-jcs-2022 (W3C vc-di-eddsa). */
import { jcs, utf8, type JsonObject } from './canonical.ts'
import { isoSeconds } from './clock.ts'
import { base58, decodeMultikey, unmultibase } from './multibase.ts'
import type { Hash, SignatureVerifier } from './ports.ts'
import type { Signing } from './proof.ts'
import type { RootsDocument, RootsProof, SignedRoots } from './roots.ts'

/** What the key signs: hash of the proof's options, then hash of the document. */
export const jcsSignedBytes = (options: object, document: object, hash: Hash): Uint8Array =>
  new Uint8Array([options, document].flatMap((part) => [...hash.sha256(utf8(jcs(part as JsonObject)))]))

/** The list with its proof. */
export async function signRoots(document: RootsDocument, signing: Signing): Promise<SignedRoots> {
  const options: Omit<RootsProof, 'proofValue'> = {
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-jcs-2022',
    created: isoSeconds(signing.created),
    verificationMethod: signing.verificationMethod,
    proofPurpose: 'assertionMethod',
  }
  const signature = await signing.sign(jcsSignedBytes(options, document, signing.hash))
  return { ...document, proof: { ...options, proofValue: `z${base58(signature)}` } }
}

export interface RootsTrust {
  /** Whose list it has to be. */
  issuer: string
  /** Multikeys that speak for this issuer. */
  keys: readonly string[]
  hash: Hash
  signatures: SignatureVerifier
}

/** Is this the list of this issuer, signed by one of its keys? A list that is not says nothing about anything. */
export async function verifyRoots(roots: SignedRoots, trust: RootsTrust): Promise<boolean> {
  const { proof, ...document } = roots
  const { proofValue, ...options } = proof
  const key = trust.keys.find((multikey) => proof.verificationMethod === `${trust.issuer}#${multikey}`)
  if (roots.issuer !== trust.issuer || key === undefined) return false
  try {
    const message = jcsSignedBytes(options, document, trust.hash)
    return await trust.signatures.verifyEd25519(decodeMultikey(key), message, unmultibase(proofValue))
  } catch {
    return false
  }
}

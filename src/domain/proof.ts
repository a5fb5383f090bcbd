/** The chain of two Data Integrity proofs: eddsa-rdfc-2022 by the issuer's key, then merkle-proof-2019 by the chain. */
import {
  canonicalProofConfig,
  canonicalText,
  documentQuads,
  utf8,
  withProofs,
  type JsonObject,
  type Quads,
} from './canonical.ts'
import { isoSeconds } from './clock.ts'
import { encodeMerkleProof, type MerkleProof } from './merkle-proof.ts'
import { base58 } from './multibase.ts'
import type { Hash } from './ports.ts'

export interface DataIntegrityProof extends JsonObject {
  type: 'DataIntegrityProof'
  created: string
  verificationMethod: string
  cryptosuite: string
  proofPurpose: 'assertionMethod'
  proofValue: string
}
/** The first proof; the second points to its id, and the id is signed. */
export interface SignatureProof extends DataIntegrityProof {
  id: string
}

export interface Signing {
  hash: Hash
  /** Ed25519, 64 bytes. */
  sign: (message: Uint8Array) => Promise<Uint8Array>
  /** DID URL of the signing key (domain/did.ts). */
  verificationMethod: string
  /** Unix milliseconds; not later than the block that will anchor it. */
  created: number
}

/** What Ed25519 signs: the hash of the configuration FIRST, then the document's. */
export function signedBytes(config: JsonObject, document: Quads, hash: Hash): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64)
  bytes.set(hash.sha256(utf8(canonicalProofConfig(config, hash))))
  bytes.set(hash.sha256(utf8(canonicalText(document, hash))), 32)
  return bytes
}

/** SHA-256 of the document with its first proof. It holds a signature nobody can guess, so neither can the leaf be. */
export const leafOf = (document: Quads, proof: JsonObject, hash: Hash) =>
  hash.sha256(utf8(canonicalText(withProofs(document, [proof]), hash)))

const configuration = (signing: Signing) =>
  ({
    type: 'DataIntegrityProof',
    created: isoSeconds(signing.created),
    verificationMethod: signing.verificationMethod,
    cryptosuite: 'eddsa-rdfc-2022',
    proofPurpose: 'assertionMethod',
  }) as const

/** Signs a document and gives its leaf (32 bytes). Throws `NotCanonical` on anything outside the closed vocabulary. */
export async function signCredential(
  document: JsonObject,
  signing: Signing & { proofId: string },
): Promise<{ proof: SignatureProof; leaf: Uint8Array<ArrayBuffer> }> {
  const { hash } = signing
  const quads = documentQuads(document)
  const config = { id: signing.proofId, ...configuration(signing) }
  const signature = await signing.sign(signedBytes(config, quads, hash))
  const proof = { ...config, proofValue: `z${base58(signature)}` }
  return { proof, leaf: leafOf(quads, proof, hash) }
}

/** Signs a document that gets no second proof, such as a status list. */
export async function signDocument(document: JsonObject, signing: Signing): Promise<DataIntegrityProof> {
  const config = configuration(signing)
  const signature = await signing.sign(signedBytes(config, documentQuads(document), signing.hash))
  return { ...config, proofValue: `z${base58(signature)}` }
}

/** The second proof. `created` (Unix ms) is not covered by anything: the moment of anchoring is the block's. */
export const merkleProof = (
  proof: MerkleProof & { verificationMethod: string; previousProof: string; created: number },
): DataIntegrityProof => ({
  type: 'DataIntegrityProof',
  cryptosuite: 'merkle-proof-2019',
  created: isoSeconds(proof.created),
  proofPurpose: 'assertionMethod',
  verificationMethod: proof.verificationMethod,
  previousProof: proof.previousProof,
  proofValue: encodeMerkleProof(proof),
})

/** The credential file: signature first, because 1EdTech's validator takes the first proof whatever its suite. */
export const attachProofs = <T extends JsonObject>(document: T, proofs: DataIntegrityProof[]) => ({
  ...document,
  proof: proofs,
})

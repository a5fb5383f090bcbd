/** What a forger can do with a certificate he holds: everything outside the signature is his to exchange. */
import { documentQuads, type JsonObject } from '../../src/domain/canonical.ts'
import { ethMethod } from '../../src/domain/did.ts'
import { fromHex } from '../../src/domain/ids.ts'
import { decodeMerkleProof } from '../../src/domain/merkle-proof.ts'
import { leafOf, merkleProof } from '../../src/domain/proof.ts'
import { serverHash } from '../../src/keys/hash.ts'

export interface ForgedAnchor {
  chainId: number
  /** 0x-hex, of the transaction that anchors the leaf as a batch of one. */
  transactionHash: string
  /** Address that sent it. */
  account: string
  /** That of the file unless another is given. */
  leaf?: Uint8Array<ArrayBuffer>
}

/** Its leaf after whatever was changed in it, whether or not the signature still fits. */
export function leafOfFile({ proof, ...document }: JsonObject): Uint8Array<ArrayBuffer> {
  const [first] = proof as JsonObject[]
  return leafOf(documentQuads(document), first!, serverHash)
}

/** The same file with another second proof: its own leaf as the root, anchored by that transaction. */
export function withSecondProof(file: JsonObject, anchor: ForgedAnchor): JsonObject {
  const [first, second] = structuredClone(file.proof) as JsonObject[]
  const leaf = anchor.leaf ?? decodeMerkleProof(second!.proofValue as string).leaf
  const swapped = merkleProof({
    root: leaf,
    leaf,
    chainId: anchor.chainId,
    transactionHash: fromHex(anchor.transactionHash.slice(2)),
    path: [],
    verificationMethod: ethMethod((file.issuer as { id: string }).id, anchor.chainId, anchor.account, 'eth'),
    previousProof: first!.id as string,
    created: Date.parse(second!.created as string),
  })
  return { ...structuredClone(file), proof: [first!, swapped as unknown as JsonObject] }
}

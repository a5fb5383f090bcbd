/** What a forger can do with a certificate he holds: everything outside the signature is his to exchange. */
import type { JsonObject } from '../../src/domain/canonical.ts'
import { ethMethod } from '../../src/domain/did.ts'
import { fromHex } from '../../src/domain/ids.ts'
import { decodeMerkleProof } from '../../src/domain/merkle-proof.ts'
import { merkleProof } from '../../src/domain/proof.ts'

export interface ForgedAnchor {
  chainId: number
  /** 0x-hex, of the transaction that anchors the leaf as a batch of one. */
  transactionHash: string
  /** Address that sent it. */
  account: string
}

/** The same file with another second proof: its own leaf as the root, anchored by that transaction. */
export function withSecondProof(file: JsonObject, anchor: ForgedAnchor): JsonObject {
  const [first, second] = structuredClone(file.proof) as JsonObject[]
  const { leaf } = decodeMerkleProof(second!.proofValue as string)
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

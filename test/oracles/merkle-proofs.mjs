// Blockcerts' own encoder on proofs given as JSON lines of {root, leaf, transactionHash, path}, all hex: one proofValue per line.
// Run under node: npm's cbor encodes wrongly under Bun, without an error. Chain "goerli" is Blockcerts' name for id 5.
import { createInterface } from 'node:readline'
import * as blockcerts from '@blockcerts/lds-merkle-proof-2019'

const { Encoder } = blockcerts.default ?? blockcerts

for await (const line of createInterface({ input: process.stdin })) {
  const { root, leaf, transactionHash, path } = JSON.parse(line)
  const anchors = [`blink:eth:goerli:${transactionHash}`]
  console.log(new Encoder({ merkleRoot: root, targetHash: leaf, anchors, path }).encode())
}

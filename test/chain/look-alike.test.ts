/**
 * The attack that the signed registry is there for: the holder of a revoked certificate deploys the released contract
 * once more with the issuer's DID, anchors the leaf there as a batch of one and exchanges the second proof, which is
 * outside the signature. Signature, path, code, did() and anchor all pass there, and nothing is revoked.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import type { JsonObject } from '../../src/domain/canonical.ts'
import { caip10 } from '../../src/domain/did.ts'
import { toHex } from '../../src/domain/ids.ts'
import { decodeMerkleProof } from '../../src/domain/merkle-proof.ts'
import { RELEASED_CODE } from '../../src/domain/registry.ts'
import { verifyCredential, type VerifyOptions } from '../../src/domain/verify.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { CHAINS, type TestChain, addressOf } from '../kit/chains.ts'
import { withSecondProof } from '../kit/forgery.ts'
import { NOW, didDocumentOf, finishBatch, signBatch, testIssuer } from '../kit/credentials.ts'
import { COLD, DeployedRegistry, OK, OPERATOR, OTHER } from './registry-kit.ts'

const issuer = testIssuer()
const ATTACKER = OTHER

describe.each(CHAINS)('on %s', (_name, start) => {
  let chain: TestChain
  let real: DeployedRegistry
  let lookAlike: DeployedRegistry
  let honest: JsonObject[]
  let forged: JsonObject
  let leaf: string
  const options = (change: Partial<VerifyOptions> = {}): VerifyOptions => ({
    hash: serverHash,
    signatures: serverVerifier,
    now: NOW,
    rpc: { [chain.chainId]: (method, params) => chain.request(method, params) },
    knownIssuers: [{ did: issuer.did, registries: [caip10(chain.chainId, real.address.toLowerCase())] }],
    ...change,
  })
  const verdictOf = async (file: JsonObject, change?: Partial<VerifyOptions>) => {
    const verdict = await verifyCredential(JSON.stringify(file), options(change))
    return { overall: verdict.overall, codes: verdict.checks.map(({ code }) => code as string) }
  }

  beforeAll(async () => {
    chain = await start()
    const deployment = { did: issuer.did, owner: COLD, operator: OPERATOR }
    real = await DeployedRegistry.deploy(chain, deployment)
    const signed = await signBatch(chain.chainId, { issuer, registry: real.address.toLowerCase(), count: 3 })
    let root = ''
    finishBatch(chain.chainId, issuer, signed, (made) => ((root = made), `0x${'00'.repeat(32)}`))
    const { transactionHash, status } = await real.send(OPERATOR, `0x${root}`)
    expect(status).toBe(OK)
    honest = finishBatch(chain.chainId, issuer, signed, () => transactionHash).files
    leaf = `0x${toHex(signed[0]!.leaf)}`
    await real.call(OPERATOR, 'revoke', [[leaf], 1])
    lookAlike = await DeployedRegistry.deploy(chain, { ...deployment, owner: ATTACKER, operator: ATTACKER })
    const sent = await lookAlike.send(ATTACKER, leaf)
    const anchor = { chainId: chain.chainId, ...sent, account: addressOf(ATTACKER) }
    forged = withSecondProof(honest[0]!, anchor)
  })
  afterAll(() => chain.stop())

  test('everything but its address speaks for the look-alike', async () => {
    const code = await chain.request<string>('eth_getCode', [lookAlike.address, 'latest'])
    expect(
      RELEASED_CODE.has(
        createHash('sha256')
          .update(Buffer.from(code.slice(2), 'hex'))
          .digest('hex'),
      ),
    ).toBe(true)
    expect(await lookAlike.read('did')).toEqual([issuer.did])
    const [anchored, ...revoked] = await lookAlike.read('status', [leaf, leaf])
    expect(anchored).toBeGreaterThan(0n)
    expect(revoked).toEqual([0n, 0n])
    // The path of the forged file is right, and so is the transaction it names.
    const { root, transactionHash } = decodeMerkleProof((forged.proof as JsonObject[])[1]!.proofValue as string)
    expect(`0x${toHex(root)}`).toBe(leaf)
    const transaction = await chain.request<{ input: string }>('eth_getTransactionByHash', [
      `0x${toHex(transactionHash)}`,
    ])
    expect(transaction.input).toBe(leaf)
  })

  test('the honest files are judged as they are', async () => {
    expect((await verdictOf(honest[1]!)).overall).toBe('valid')
    const revoked = await verdictOf(honest[0]!)
    expect([revoked.overall, revoked.codes.includes('revoked')]).toEqual(['invalid', true])
  })

  const trust: [string, Partial<VerifyOptions>][] = [
    ['who knows the registry', {}],
    ['who knows nobody', { knownIssuers: [] }],
    ['who reads the DID document', { knownIssuers: [], resolveDid: async () => didDocumentOf(issuer) }],
  ]
  test.each(trust)('the forged file is invalid for one %s, and still seen as revoked', async (_who, change) => {
    const { overall, codes } = await verdictOf(forged, change)
    expect(overall).toBe('invalid')
    expect(codes).toEqual(expect.arrayContaining(['signature_valid', 'merkle_proof_valid', 'root_not_anchored']))
    expect(codes).toEqual(expect.arrayContaining(['transaction_elsewhere', 'revoked']))
  })

  test('naming the look-alike in the document breaks the signature', async () => {
    const text = JSON.stringify(forged).replaceAll(real.address.toLowerCase(), lookAlike.address.toLowerCase())
    const { overall, codes } = await verdictOf(JSON.parse(text) as JsonObject)
    expect([overall, codes]).toEqual(['invalid', ['signature_invalid']])
  })
})

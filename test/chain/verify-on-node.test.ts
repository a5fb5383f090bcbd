import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { caip10 } from '../../src/domain/did.ts'
import { encodeRevoke } from '../../src/domain/registry.ts'
import { verifyCredential, type VerifyOptions } from '../../src/domain/verify.ts'
import { deployData } from '../../src/chain/contract.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { startAnvil, type Anvil } from '../kit/anvil.ts'
import { finishBatch, NOW, signBatch, testIssuer } from '../kit/credentials.ts'

const issuer = testIssuer()
let node: Anvil
let account: string
let registry: string
let options: VerifyOptions

const send = async (transaction: { to?: string; data: string; gas?: string }) => {
  const hash = await node.request<string>('eth_sendTransaction', [{ from: account, ...transaction }])
  // The node mines at once, yet answers the sender a moment before it has the receipt.
  let receipt: { contractAddress: string } | null = null
  while (!receipt) receipt = await node.request('eth_getTransactionReceipt', [hash])
  return { hash, address: receipt.contractAddress }
}
/** A batch signed and anchored in the real contract. */
async function issue(count: number, gas?: string) {
  const signed = await signBatch(node.chainId, { issuer, registry, count })
  let root = ''
  finishBatch(node.chainId, issuer, signed, (made) => ((root = made), `0x${'00'.repeat(32)}`))
  const { hash } = await send({ to: registry, data: `0x${root}`, ...(gas && { gas }) })
  return finishBatch(node.chainId, issuer, signed, () => hash)
}

beforeAll(async () => {
  node = await startAnvil({ chainId: 80002 })
  account = (await node.request<string[]>('eth_accounts'))[0]!
  registry = (await send({ data: deployData(issuer.did, account, account) })).address.toLowerCase()
  options = {
    hash: serverHash,
    signatures: serverVerifier,
    now: NOW,
    rpc: { [node.chainId]: (method, params) => node.request(method, params) },
    knownIssuers: [{ did: issuer.did, registries: [caip10(node.chainId, registry)] }],
  }
})
afterAll(() => node.stop())

const codes = async (file: unknown, change: Partial<VerifyOptions> = {}) => {
  const verdict = await verifyCredential(file, { ...options, ...change })
  return { overall: verdict.overall, codes: verdict.checks.map(({ code }) => code) }
}

describe('a certificate anchored in the released contract on a real node', () => {
  test('is valid, its code is a released one, and its depth is read from the chain', async () => {
    const { files } = await issue(5)
    const good = ['signature_valid', 'merkle_proof_valid', 'within_dates', 'registry_code_known', 'root_anchored']
    const rest = ['transaction_confirmed', 'registry_names_issuer', 'registry_of_issuer', 'not_revoked']
    expect(await codes(files[3])).toEqual({ overall: 'valid', codes: [...good, ...rest] as never[] })
    expect(await codes(files[3], { minConfirmations: 4 })).toMatchObject({ overall: 'unknown' })
    await node.request('anvil_mine', ['0x3'])
    expect(await codes(files[3], { minConfirmations: 4 })).toMatchObject({ overall: 'valid' })
  })
  test('is seen as revoked or superseded, and its neighbour is not', async () => {
    const { files, leaves } = await issue(3)
    await send({ to: registry, data: encodeRevoke([leaves[0]!], 1) })
    await send({ to: registry, data: encodeRevoke([leaves[1]!], 2) })
    expect((await codes(files[0])).codes).toContain('revoked')
    expect((await codes(files[1])).codes).toContain('superseded')
    expect((await codes(files[2])).overall).toBe('valid')
  })
  test('is not anchored by a transaction that ran out of gas', async () => {
    const { files } = await issue(1, '0x5dc0')
    const { overall, codes: found } = await codes(files[0])
    expect(overall).toBe('invalid')
    expect(found).toEqual(expect.arrayContaining(['root_not_anchored', 'transaction_reverted']))
  })
  test('is invalid in a registry that is no contract', async () => {
    const signed = await signBatch(node.chainId, { issuer, registry: account })
    const { files } = finishBatch(node.chainId, issuer, signed, (root) => `0x${root}`)
    expect((await codes(files[0])).codes).toContain('registry_missing')
  })
})

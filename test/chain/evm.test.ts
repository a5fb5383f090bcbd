import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Transaction } from 'ethers/transaction'
import fc from 'fast-check'
import type { EvmChainOptions } from '../../src/chain/evm.ts'
import { RpcPool } from '../../src/chain/rpc.ts'
import { directRpc } from '../../src/chain/rpc-ask.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { type Chain, ChainRefused, ChainUnavailable } from '../../src/domain/ports.ts'
import * as registry from '../../src/domain/registry.ts'
import { type Anvil, startAnvil } from '../kit/anvil.ts'
import { addressOf, embeddedTestChain, randomHex } from '../kit/chains.ts'
import { account, chainOver, deploy, problem, send, STRANGER, US } from './nodes.ts'

let anvil: Anvil
const local = (rest: Partial<EvmChainOptions> = {}, url = anvil.url) =>
  chainOver(new RpcPool({ chainId: 31337, urls: [url], clock: systemClock }), rest)
beforeAll(async () => {
  anvil = await startAnvil({ args: ['--slots-in-an-epoch', '4'] })
})
afterAll(() => anvil.stop())

const BOTH: [string, () => Promise<Chain>][] = [
  ['anvil', async () => local()],
  ['anvil with legacy fees', async () => local({ legacyFees: true })],
  [
    'the embedded chain',
    async () => {
      const { request, chainId } = await embeddedTestChain()
      const rest = { chainId, embedded: true, minTip: 0n, feeCap: 0n }
      return chainOver(
        directRpc((method, params) => request(method, params)),
        rest,
      )
    },
  ],
]
describe.each(BOTH)('a chain port on %s', (name, make) => {
  test('deploys, anchors, revokes, and reads the registry back', async () => {
    const chain = await make()
    const contract = await deploy(chain)
    const codeHash = [...registry.RELEASED_CODE][0]!
    expect(await chain.registryFacts(contract)).toEqual({
      codeHash,
      did: 'did:web:certs.example.edu',
      owner: US.toLowerCase(),
      permissions: 3,
    })
    const [root, leaf] = [randomHex(), randomHex()]
    expect(await chain.registryStatus(contract, root, leaf)).toEqual({ anchored: 0, revoked: 0, reason: 0 })
    const anchored = await send(chain, contract, registry.encodeAnchor(root))
    expect([anchored.receipt.succeeded, anchored.receipt.transactionHash]).toEqual([true, anchored.hash])
    const block = (await chain.block(anchored.receipt.blockNumber))!
    expect(block.hash).toBe(anchored.receipt.blockHash)
    await send(chain, contract, registry.encodeRevoke([leaf], registry.REASON_SUPERSEDED))
    const status = await chain.registryStatus(contract, root, leaf)
    expect([status.anchored, status.reason]).toEqual([block.timestamp, 2])
    expect(await chain.nonce(anchored.receipt.blockNumber)).toBe(anchored.nonce + 1)
    expect(BigInt(await chain.balance()) > 0n).toBe(name !== 'the embedded chain')
    await chain.broadcast(anchored.raw).catch((error: unknown) => expect(error).toBeInstanceOf(ChainRefused))
    expect(await chain.receipt(`0x${randomHex()}`)).toBeNull()
    expect(await chain.block(1_000_000_000)).toBeNull()
  })

  test('says why the contract refuses, before anything is signed', async () => {
    const chain = await make()
    const contract = await deploy(chain)
    const refusal = await problem(chain.estimateGas(contract, '0x1234'))
    expect(refusal).toBeInstanceOf(ChainRefused)
    expect((refusal as Error).message).toBe('the contract refuses: BadCalldata')
  })

  test('finds the transaction that used a nonce, and only in the range', async () => {
    const chain = await make()
    const contract = await deploy(chain)
    const sent = []
    for (let index = 0; index < 5; index++) sent.push(await send(chain, contract, registry.encodeAnchor(randomHex())))
    const { latest } = await chain.heads()
    for (const { nonce, hash, receipt } of sent)
      expect(await chain.userOfNonce(nonce, 0, latest)).toEqual({ hash, receipt })
    const { nonce, receipt } = sent[3]!
    expect(await chain.userOfNonce(nonce, 0, receipt.blockNumber - 1)).toBeNull()
    expect(await chain.userOfNonce(nonce, receipt.blockNumber + 1, latest)).toBeNull()
    expect(await chain.userOfNonce(nonce + 100, 0, latest)).toBeNull()
  })
})

describe('signing', () => {
  test('is for this chain and by this account, as type 2 or as legacy', async () => {
    const draft = { nonce: 7, to: US, data: '0x', gas: 21_000, maxFee: '300', tip: '100', legacy: false }
    const signed = await local().sign(draft)
    const parsed = Transaction.from(signed.raw)
    expect([parsed.chainId, parsed.from, parsed.nonce, parsed.type]).toEqual([31337n, US, 7, 2])
    expect([parsed.maxFeePerGas, parsed.maxPriorityFeePerGas, parsed.hash]).toEqual([300n, 100n, signed.hash])
    const legacy = Transaction.from((await local().sign({ ...draft, legacy: true })).raw)
    expect([legacy.type, legacy.gasPrice, legacy.from]).toEqual([0, 300n, US])
  })
  test('an empty transfer to ourselves replaces what waits under its nonce', async () => {
    const chain = local()
    await anvil.request('evm_setAutomine', [false])
    const [nonce, fees] = [await chain.nonce('pending'), await chain.fees()]
    const waiting = await chain.sign({ nonce, to: US, data: `0x${'01'.repeat(32)}`, gas: 50_000, ...fees })
    await chain.broadcast(waiting.raw)
    const more = { maxFee: String(BigInt(fees.maxFee) * 2n), tip: String(BigInt(fees.tip) * 2n) }
    for (const legacy of [false, true]) {
      const price = legacy ? { maxFee: String(BigInt(more.maxFee) * 2n), tip: '0' } : more
      const cancel = await chain.sign({ nonce, to: US, data: '0x', gas: 21_000, ...price, legacy })
      await chain.broadcast(cancel.raw)
      if (!legacy) continue
      await anvil.request('anvil_mine', ['0x1'])
      expect((await chain.receipt(cancel.hash))?.succeeded).toBe(true)
    }
    await anvil.request('evm_setAutomine', [true])
    expect(await chain.receipt(waiting.hash)).toBeNull()
  })
  test('a root that begins with a selector is refused, whatever asked for it', async () => {
    const draft = { nonce: 0, to: US, gas: 50_000, maxFee: '1', tip: '1', legacy: false }
    const root = `0x${registry.REGISTRY_SELECTORS.owner}${'00'.repeat(28)}`
    expect(await problem(local().sign({ ...draft, data: root }))).toBeInstanceOf(ChainRefused)
    expect((await problem(local().sign({ ...draft, data: `0x${'01'.repeat(32)}` }))).message).toBe('no error') // control
  })
})

describe('heads', () => {
  test('are final by depth, and by the finalized tag where it is asked for', async () => {
    await anvil.request('anvil_mine', ['0x20'])
    const { latest } = await local().heads()
    expect(await local({ confirmations: 5 }).heads()).toEqual({ latest, final: latest - 4 })
    const tagged = await local({ finalityTag: true }).heads()
    expect(tagged.final).toBeLessThan(latest) // anvil finalizes two epochs behind the head
    expect(await local({ confirmations: 1_000_000 }).heads()).toEqual({ latest, final: 0 })
  })
})

describe('a node that lies', () => {
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('0x', '0x0', '0xffffffffffffffffffffffff', null, {}, [], `0x${'ab'.repeat(32)}`),
    fc.record({ blockNumber: fc.jsonValue(), blockHash: fc.jsonValue(), status: fc.jsonValue(), hash: fc.jsonValue() }),
    fc.record({ number: fc.constant('0x1'), hash: fc.constant(`0x${'ab'.repeat(32)}`), transactions: fc.jsonValue() }),
  )
  test('gives ChainUnavailable or a well-formed answer, never another error', async () => {
    await fc.assert(
      fc.asyncProperty(junk, async (answer) => {
        const chain = chainOver(directRpc(async () => answer))
        const asked = [
          chain.heads(),
          chain.nonce('latest'),
          chain.balance(),
          chain.fees(),
          chain.estimateGas(null, '0x'),
          chain.receipt(`0x${'cd'.repeat(32)}`),
          chain.block(1),
          chain.userOfNonce(0, 0, 1),
          chain.anchoringOf(US, '00'.repeat(32), 1),
          chain.deployedWith('did:web:x', 0, 2),
          chain.checkEndpoints(),
          chain.registryStatus(US, '00'.repeat(32), '00'.repeat(32)),
          chain.registryFacts(US),
        ]
        for (const outcome of await Promise.allSettled(asked))
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ChainUnavailable)
      }),
      { numRuns: 500 },
    )
  })
  test('cannot pass the receipt of one transaction for that of another', async () => {
    const contract = await deploy(local())
    const { hash } = await send(local(), contract, registry.encodeAnchor(randomHex()))
    const swapped = directRpc(async () => anvil.request('eth_getTransactionReceipt', [hash]))
    expect((await chainOver(swapped).receipt(hash))?.succeeded).toBe(true) // control
    expect(await problem(chainOver(swapped).receipt(`0x${randomHex()}`))).toBeInstanceOf(ChainUnavailable)
  })
  test('gives no facts of a contract that is not ours', async () => {
    const stranger = addressOf(STRANGER)
    const { did, permissions, codeHash } = await local().registryFacts(stranger)
    expect([did, permissions, registry.RELEASED_CODE.has(codeHash)]).toEqual(['', 0, false])
    expect(await problem(local().registryStatus(stranger, randomHex(), randomHex()))).toBeInstanceOf(ChainUnavailable)
  })
})

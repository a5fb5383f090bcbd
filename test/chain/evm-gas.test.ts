import { afterAll, afterEach, beforeAll, describe, expect, spyOn, test } from 'bun:test'
import { remoteChain } from '../../src/chain/chains.ts'
import { RpcPool } from '../../src/chain/rpc.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { BUILT_IN_NETWORKS } from '../../src/domain/networks.ts'
import { ChainRefused, ChainUnavailable } from '../../src/domain/ports.ts'
import * as registry from '../../src/domain/registry.ts'
import { type Anvil, startAnvil } from '../kit/anvil.ts'
import { randomHex, signRaw } from '../kit/chains.ts'
import {
  account,
  chainOver,
  deploy,
  direct,
  node,
  overriding,
  type Overrides,
  pool,
  problem,
  refuse,
  rpcError,
  send,
  stopNodes,
  STRANGER,
  US,
} from './nodes.ts'

let anvil: Anvil
beforeAll(async () => {
  anvil = await startAnvil()
})
afterAll(() => anvil.stop())
afterEach(stopNodes)
const local = () => chainOver(new RpcPool({ chainId: 31337, urls: [anvil.url], clock: systemClock }))

const GAS_PRICE = { eth_gasPrice: () => '0x3b9aca00' } // 1 gwei
const LEGACY = { base: '0', tip: '1250000000', maxFee: '1250000000', legacy: true }
const history = (baseFeePerGas: unknown, reward: unknown) => () => ({ oldestBlock: '0x1', baseFeePerGas, reward })
const feesOver = (overrides: Overrides, legacyFees = false) =>
  chainOver(direct({ ...GAS_PRICE, ...overrides }), { minTip: 3n, legacyFees }).fees()

describe('fees', () => {
  test('are twice the base fee and the median tip of five blocks, at least the network’s', async () => {
    const base = ['0x1', '0x77359400']
    const asked: unknown[][] = []
    const offered = (reward: unknown) =>
      feesOver({ eth_feeHistory: (params) => (asked.push(params), history(base, reward)()) })
    const tips = [['0x1'], ['0x64'], ['0x5'], ['0x6'], ['0x4']]
    expect(await offered(tips)).toEqual({ base: '2000000000', tip: '5', maxFee: '4000000005', legacy: false })
    expect(asked).toEqual([['0x5', 'latest', [50]]])
    for (const reward of [[], null, [['0x0'], ['0x1']]]) expect((await offered(reward)).tip).toBe('3')
  })
  test.each<[string, Overrides, boolean]>([
    ['the configuration says so', { eth_feeHistory: history(['0x1', '0x1'], []) }, true],
    ['no node knows eth_feeHistory', { eth_feeHistory: () => refuse() }, false],
    ['the answer has no base fees', { eth_feeHistory: history(undefined, []) }, false],
    ['the list of base fees is empty', { eth_feeHistory: history([], []) }, false],
    [
      'base fees are zero and blocks have none, as before London',
      { eth_feeHistory: history(['0x0', '0x0'], []), eth_getBlockByNumber: () => ({ number: '0x1' }) },
      false,
    ],
  ])('are a gas price and a quarter where %s', async (_name, overrides, configured) => {
    expect(await feesOver(overrides, configured)).toEqual(LEGACY)
  })
  test('are not legacy where gas is free but blocks have a base fee', async () => {
    const free = { eth_feeHistory: history(['0x0', '0x0'], []), eth_getBlockByNumber: () => ({ baseFeePerGas: '0x0' }) }
    expect(await feesOver(free)).toEqual({ base: '0', tip: '3', maxFee: '3', legacy: false })
  })
  test('remember what the nodes lack, and do not take silence for it', async () => {
    const plain = node(overriding({ ...GAS_PRICE, eth_feeHistory: () => refuse() }))
    const chain = chainOver(pool([plain]).rpc, { minTip: 3n })
    for (let round = 0; round < 3; round++) expect(await chain.fees()).toEqual(LEGACY)
    expect(plain.calls.filter((method) => method === 'eth_feeHistory').length).toBe(1)

    const server = { broken: true }
    const modern = { eth_feeHistory: history(['0x1', '0x2'], []) }
    const flaky = node(
      overriding({
        ...GAS_PRICE,
        eth_feeHistory: () => (server.broken ? new Response('', { status: 503 }) : modern.eth_feeHistory()),
      }),
    )
    const other = chainOver(pool([flaky]).rpc, { minTip: 3n })
    expect(await problem(other.fees())).toBeInstanceOf(ChainUnavailable)
    server.broken = false
    expect((await other.fees()).legacy).toBe(false)
  })
  test('are a gas price this once where a node refuses for another reason', async () => {
    const server = { confused: true }
    const chain = chainOver(
      direct({
        ...GAS_PRICE,
        eth_feeHistory: () =>
          server.confused ? refuse('request beyond head block', -32000) : history(['0x1', '0x2'], [])(),
      }),
    )
    expect((await chain.fees()).legacy).toBe(true)
    server.confused = false
    expect((await chain.fees()).legacy).toBe(false)
  })
  test('of polygon come from the configured hosts alone, and so does all else', async () => {
    const polygon = await startAnvil({ chainId: 137 })
    const seen = spyOn(globalThis, 'fetch')
    try {
      const network = BUILT_IN_NETWORKS.find(({ chainId }) => chainId === 137)!
      const chain = remoteChain(network, [polygon.url], account, systemClock)
      const contract = await deploy(chain)
      await send(chain, contract, registry.encodeAnchor(randomHex()))
      expect((await chain.fees()).tip).toBe('30000000000')
      await Promise.all([chain.heads(), chain.checkEndpoints(), chain.balance(), chain.registryFacts(contract)])
      const hosts = seen.mock.calls.map(([address]) => new URL(String(address)).host)
      expect(hosts.length).toBeGreaterThan(10)
      expect([...new Set(hosts)]).toEqual([new URL(polygon.url).host])
    } finally {
      seen.mockRestore()
      await polygon.stop()
    }
  })
})

describe('an estimate', () => {
  const estimated = (answer: () => unknown) => chainOver(direct({ eth_estimateGas: answer })).estimateGas(null, '0x')
  test('has a quarter on top, rounded up', async () => {
    expect(await estimated(() => '0x3e9')).toBe(1252) // 1001 × 1.25
  })
  test('above the cap of a transaction is refused', async () => {
    const cap = 16_777_216
    expect(await estimated(() => `0x${(cap * 0.8).toString(16).split('.')[0]}`)).toBeLessThanOrEqual(cap)
    const error = await problem(estimated(() => `0x${Math.ceil(cap * 0.8 + 1).toString(16)}`))
    expect(error).toBeInstanceOf(ChainRefused)
    expect(error.message).toContain('one may use at most 16777216')
  })
  test('of what the contract refuses gives its reason, on a real node', async () => {
    const chain = local()
    const contract = await deploy(chain)
    const reasonOf = async (data: string, from = chain) => (await problem(from.estimateGas(contract, data))).message
    expect(await reasonOf('0x1234')).toBe('the contract refuses: BadCalldata')
    expect(await reasonOf(registry.encodeSetOperator(US, 0))).toBe('no error') // control: ours to do
    await send(chain, contract, registry.encodeSetOperator(US, 0))
    expect(await reasonOf(registry.encodeAnchor(randomHex()))).toBe('the contract refuses: NotAllowed')
  })
  test.each<[string, unknown]>([
    ['bare bytes', '0x3d693ada'],
    ['bytes behind a word', 'Reverted 0x3d693ada'],
    ['an object', { data: '0x3d693ada' }],
  ])('understands the reason as %s', async (_name, data) => {
    const error = { code: -32015, message: 'VM execution error', data }
    const stub = node(() => Response.json({ jsonrpc: '2.0', id: 1, error }))
    const refused = await problem(chainOver(pool([stub]).rpc).estimateGas(US, '0x'))
    expect(refused.message).toBe('the contract refuses: NotAllowed')
  })
  test('that reverts for no known reason says what the node says', async () => {
    const error = await problem(estimated(() => refuse('execution reverted', 3)))
    expect(error.message).toBe('the contract refuses: execution reverted')
  })
  test.each([
    [-32000, 'insufficient funds for gas * price + value: address 0x00 have 0 want 21000'],
    [-32003, 'Insufficient funds for gas * price + value'],
    [-32004, 'Upfront cost exceeds account balance'],
    [-32000, 'gas required exceeds allowance (0)'],
    [-32000, "sender doesn't have enough funds to send tx"],
    [-32010, 'InsufficientFunds, Account balance: 0, cumulative cost: 1'],
  ])('or a broadcast that cannot be paid (%d %s) is no revert', async (code, message) => {
    const stub = () => node(() => rpcError(code, message))
    for (const refused of [
      await problem(chainOver(pool([stub()]).rpc).estimateGas(US, '0x')),
      await problem(chainOver(pool([stub()]).rpc).broadcast('0x00')),
    ]) {
      expect(refused).toBeInstanceOf(ChainRefused)
      expect(refused.message).toBe('insufficient funds')
    }
  })
  test('of an empty account is made by a real node, which then refuses the transaction', async () => {
    const key = randomHex()
    const raw = signRaw(key, { chainId: 31337, nonce: 0, to: US, gas: 21_000n, price: 3_000_000_000n })
    const refused = await problem(local().broadcast(raw))
    expect(refused).toBeInstanceOf(ChainRefused)
    expect(refused.message).toBe('insufficient funds')
    const paid = signRaw(STRANGER, { chainId: 31337, nonce: 0, to: US, gas: 21_000n, price: 3_000_000_000n })
    await local().broadcast(paid) // control
  })
})

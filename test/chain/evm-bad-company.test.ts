import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { ChainUnavailable } from '../../src/domain/ports.ts'
import * as registry from '../../src/domain/registry.ts'
import { type Anvil, startAnvil } from '../kit/anvil.ts'
import { randomHex } from '../kit/chains.ts'
import {
  chainOver,
  deploy,
  DID,
  direct,
  hexOf,
  never,
  node,
  type Overrides,
  pool,
  problem,
  proxy,
  rpcError,
  send,
  stopNodes,
  type StubNode,
} from './nodes.ts'

let anvil: Anvil
beforeAll(async () => {
  anvil = await startAnvil()
  await anvil.request('anvil_mine', ['0x10'])
})
afterAll(() => anvil.stop())
afterEach(stopNodes)

const head = async () => Number(await anvil.request('eth_blockNumber'))
const LAG = 6

/** A real node as it was six blocks ago, without receipts: every kind of read that can mislead. */
function lagging(): StubNode {
  const seen = async (tag: unknown) => hexOf(Math.min((await head()) - LAG, tag === 'latest' ? Infinity : Number(tag)))
  const late =
    (method: string): Overrides[string] =>
    async ([first, tag]) =>
      anvil.request(method, [first, await seen(tag)])
  return proxy(anvil, {
    eth_getBlockByNumber: async ([tag, full], ask) =>
      tag === 'latest'
        ? anvil.request('eth_getBlockByNumber', [await seen(tag), full])
        : Number(tag) > (await head()) - LAG
          ? null
          : ask(),
    eth_getTransactionReceipt: () => null,
    eth_getCode: late('eth_getCode'),
  })
}
const COMPANY: [string, () => StubNode][] = [
  ['one that hangs', () => node(never, 31337)],
  ['one that fails', () => node(() => new Response('<html>', { status: 500 }), 31337)],
  ['one behind a captive portal', () => node(() => new Response('<html>sign in</html>'), 31337)],
  ['one that limits the rate', () => node(() => new Response('slow down', { status: 429 }), 31337)],
  ['one whose quota is used up', () => node(() => rpcError(-32005, 'daily request count exceeded'), 31337)],
  ['one of another chain', () => node(() => '0x1', 1)],
  ['one that refuses to send', () => proxy(anvil, { eth_sendRawTransaction: () => rpcError(-32000, 'not here') })],
  [
    'one without receipts and blocks',
    () => proxy(anvil, { eth_getTransactionReceipt: () => null, eth_getBlockByNumber: () => null }),
  ],
  ['one that lags by six blocks', lagging],
]
const chainAmong = (nodes: (StubNode | string)[]) =>
  chainOver(pool(nodes, { chainId: 31337, timeoutMs: 1000, graceMs: 10 }).rpc, { confirmations: 3 })

async function works(nodes: (StubNode | string)[]) {
  const chain = chainAmong(nodes)
  const contract = await deploy(chain)
  const root = randomHex()
  const sent = await send(chain, contract, registry.encodeAnchor(root))
  await anvil.request('anvil_mine', [hexOf(LAG + 3)])
  const heads = await chain.heads()
  expect(sent.receipt.succeeded).toBe(true)
  expect((await chain.block(sent.receipt.blockNumber))!.hash).toBe(sent.receipt.blockHash)
  expect(await chain.anchoredAt(contract, root)).toBeGreaterThan(0)
  expect(await chain.userOfNonce(sent.nonce, 0, heads.final)).toEqual({ hash: sent.hash, receipt: sent.receipt })
  return { heads, chain, contract, nonce: sent.nonce }
}

describe('a chain keeps working with a good endpoint behind', () => {
  test.each(COMPANY)('%s', async (_name, make) => {
    await works([make(), anvil.url])
  })
  test('all of them at once, and says how each is', async () => {
    const nodes = COMPANY.map(([, make]) => make())
    const { heads, chain } = await works([...nodes, anvil.url])
    expect(heads.latest).toBe(await head())
    const states = (await chain.checkEndpoints()).map(({ state }) => state)
    expect(states).toEqual([...Array(5).fill('failing'), 'wrong_chain', 'ok', 'failing', 'ok', 'ok'])
  })
  test('and without it says that nobody answers', async () => {
    const chain = chainAmong(COMPANY.slice(0, 6).map(([, make]) => make()))
    const asked = [chain.heads(), chain.receipt(`0x${randomHex()}`), chain.block(1), chain.fees()]
    for (const error of await Promise.all(asked.map(problem))) expect(error).toBeInstanceOf(ChainUnavailable)
  })
})

test('one that lags makes nothing final that the other does not see as deep', async () => {
  const heads = await chainAmong([lagging(), anvil.url]).heads()
  expect(heads).toEqual({ latest: (await head()) - LAG, final: (await head()) - LAG - 2 })
  expect(await chainAmong([anvil.url]).heads()).toEqual({ latest: await head(), final: (await head()) - 2 }) // control
})

test('a registry that a lagging node does not have yet is found at the other', async () => {
  const chain = chainOver(direct({}, anvil))
  const from = await chain.nonce('latest')
  const contract = await deploy(chain)
  expect(await chainAmong([lagging()]).deployedWith(DID, from, from + 1)).toBeNull() // control
  const found = await chainAmong([lagging(), anvil.url]).deployedWith(DID, from, from + 1)
  expect(found!.address.toLowerCase()).toBe(contract)
})

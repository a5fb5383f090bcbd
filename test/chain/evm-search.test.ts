import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { EvmChain } from '../../src/chain/evm.ts'
import { ChainUnavailable } from '../../src/domain/ports.ts'
import * as registry from '../../src/domain/registry.ts'
import { type Anvil, startAnvil } from '../kit/anvil.ts'
import { addressOf, randomHex, signRaw } from '../kit/chains.ts'
import {
  chainOver,
  deploy,
  direct,
  hexOf,
  noBodies,
  noLogs,
  type Overrides,
  pool,
  problem,
  proxy,
  pruned,
  refuse,
  send,
  stopNodes,
  STRANGER,
  US,
} from './nodes.ts'

let anvil: Anvil
let local: EvmChain
beforeAll(async () => {
  anvil = await startAnvil()
  local = over()
})
afterAll(() => anvil.stop())
afterEach(stopNodes)

/** The real node, some of whose answers are replaced. */
const over = (overrides: Overrides = {}) => chainOver(direct(overrides, anvil))
const mine = (blocks: number) => anvil.request('anvil_mine', [hexOf(blocks)])
const head = async () => (await local.heads()).latest

const noReceipts: Overrides = { eth_getTransactionReceipt: () => null }

describe('the user of a nonce', () => {
  const hash = (digit: string) => `0x${digit.repeat(64)}`
  test('is ours, whoever else used the same number in that block', async () => {
    const transaction = (from: string, digit: string) => ({
      hash: hash(digit),
      from,
      to: US,
      nonce: '0x0',
      input: '0x',
    })
    const chain = chainOver(
      direct({
        eth_getTransactionCount: ([, tag]) => (Number(tag) >= 7 ? '0x1' : '0x0'),
        eth_getBlockByNumber: () => ({
          number: '0x7',
          hash: hash('b'),
          timestamp: '0x1',
          transactions: [transaction(addressOf(STRANGER), '1'), transaction(US, '2')],
        }),
        eth_getTransactionReceipt: ([asked]) => ({
          transactionHash: asked,
          blockNumber: '0x7',
          blockHash: hash('b'),
          status: '0x1',
        }),
      }),
    )
    expect((await chain.userOfNonce(0, 0, 100))?.hash).toBe(hash('2'))
  })

  test('is found on nodes without old state, by reading the blocks between', async () => {
    const contract = await deploy(local)
    await mine(50)
    const sent = await send(local, contract, registry.encodeAnchor(randomHex()))
    await mine(60)
    const later = await send(local, contract, registry.encodeAnchor(randomHex()))
    await mine(5)
    const found = { hash: sent.hash, receipt: sent.receipt }
    const to = await head()
    const from = sent.receipt.blockNumber - 20
    expect(await over(pruned(30, head)).userOfNonce(sent.nonce, from, to)).toEqual(found)
    expect(await over(pruned(30, head)).userOfNonce(later.nonce, from, to)).toEqual({
      hash: later.hash,
      receipt: later.receipt,
    })
    expect(await over(pruned(30, head)).userOfNonce(sent.nonce, sent.receipt.blockNumber + 1, to)).toBeNull() // used before
    const lagging = proxy(anvil, { eth_getTransactionCount: () => null })
    const both = chainOver(pool([lagging, proxy(anvil, {})], { chainId: 31337, timeoutMs: 4000 }).rpc)
    expect(await both.userOfNonce(sent.nonce, from, to)).toEqual(found)
    expect(both.health()[0]!.state).toBe('ok') // it has no such block yet, which is no fault
    const nothing = await problem(over(pruned(-1, head)).userOfNonce(sent.nonce, from, to))
    expect(nothing).toBeInstanceOf(ChainUnavailable)
    await mine(300)
    const tooFar = await problem(over(pruned(10, head)).userOfNonce(sent.nonce, from, await head()))
    expect(tooFar).toBeInstanceOf(ChainUnavailable)
    expect(tooFar.message).toContain('add one with older state to rpc_urls')
    expect(await local.userOfNonce(sent.nonce, from, await head())).toEqual(found) // control: an archive finds it
  })

  test('of an earlier account is found for that account', async () => {
    const key = STRANGER
    const nonce = Number(await anvil.request('eth_getTransactionCount', [addressOf(key), 'latest']))
    const raw = signRaw(key, { chainId: 31337, nonce, to: US, gas: 21_000n, price: 3_000_000_000n })
    await local.broadcast(raw)
    await mine(1)
    const found = await local.userOfNonce(nonce, 0, await head(), addressOf(key))
    expect(found!.receipt.succeeded).toBe(true)
    expect((await local.userOfNonce(nonce, 0, await head()))?.hash).not.toBe(found!.hash)
  })

  test('is not guessed where the block or the receipt contradict each other, or nobody serves the block', async () => {
    const sent = await send(local, US, '0x')
    const to = await head()
    const from = sent.receipt.blockNumber - 1
    const empty: Overrides = {
      eth_getBlockByNumber: async (_params, ask) => ({ ...((await ask()) as object), transactions: [] }),
    }
    expect((await problem(over(empty).userOfNonce(sent.nonce, from, to))).message).toContain('endpoints disagree')
    const elsewhere: Overrides = {
      eth_getTransactionReceipt: async (_params, ask) => ({ ...((await ask()) as object), blockHash: hash('e') }),
    }
    expect((await problem(over(elsewhere).userOfNonce(sent.nonce, from, to))).message).toContain('endpoints disagree')
    expect(await problem(over(noBodies).userOfNonce(sent.nonce, from, to))).toBeInstanceOf(ChainUnavailable)
  })

  test('is read from the block most endpoints agree on', async () => {
    const sent = await send(local, US, '0x')
    const forked: Overrides = {
      eth_getBlockByNumber: async (_params, ask) => ({
        ...((await ask()) as object),
        hash: hash('f'),
        transactions: [],
      }),
    }
    const nodes = [proxy(anvil, forked), proxy(anvil, {}), proxy(anvil, {})]
    const chain = chainOver(pool(nodes, { chainId: 31337, timeoutMs: 4000 }).rpc)
    const { nonce, receipt } = sent
    const range: [number, number] = [receipt.blockNumber - 1, receipt.blockNumber]
    expect(await chain.userOfNonce(nonce, ...range)).toEqual({ hash: sent.hash, receipt })
    const even = chainOver(pool(nodes.slice(0, 2), { chainId: 31337, timeoutMs: 4000 }).rpc)
    expect(await problem(even.userOfNonce(nonce, ...range))).toBeInstanceOf(ChainUnavailable)
  })
})

describe('the anchoring of a root', () => {
  const anchored = async (contract: string) => {
    const root = randomHex()
    const sent = await send(local, contract, registry.encodeAnchor(root))
    const block = (await local.block(sent.receipt.blockNumber))!
    return { root, time: block.timestamp, found: { receipt: sent.receipt, block } }
  }
  const searched = async (
    contract: string,
    { root, time }: { root: string; time: number },
    overrides: Overrides = {},
  ) => over(overrides).anchoringOf(contract, root, time)

  test('is found by the time of its block: among later ones, without old state, logs or, by logs, without bodies', async () => {
    const contract = await deploy(local)
    await anvil.request('evm_increaseTime', [60])
    const anchor = await anchored(contract)
    await anvil.request('anvil_mine', ['0x20', '0xc'])
    for (const overrides of [{}, { ...pruned(3, head), ...noLogs }, noBodies])
      expect(await searched(contract, anchor, overrides)).toEqual(anchor.found)
    expect(await searched(contract, anchor, { ...noBodies, ...noLogs })).toBeNull()
    expect(
      await searched(contract, anchor, { ...noBodies, eth_getLogs: () => refuse('range too wide', -32602) }),
    ).toBeNull()
    expect(await searched(contract, { ...anchor, time: anchor.time - 30 })).toBeNull() // no block of that time
    expect(await searched(contract, { ...anchor, time: anchor.time + 10 ** 6 })).toBeNull()
    expect(await searched(contract, { ...anchor, root: randomHex() })).toBeNull()
    expect(await searched(await deploy(local), anchor)).toBeNull()
  })

  test('costs a number of questions that grows with the logarithm of the chain', async () => {
    const contract = await deploy(local)
    await anvil.request('evm_increaseTime', [60])
    const anchor = await anchored(contract)
    await anvil.request('anvil_mine', ['0x1f4', '0x2'])
    let asked = 0
    const counted = await searched(contract, anchor, { eth_getBlockByNumber: (_params, ask) => (asked++, ask()) })
    expect(counted).toEqual(anchor.found)
    expect(asked).toBeLessThan(2 * Math.ceil(Math.log2(await head())) + 8)
  })

  test.each<[number, Overrides, boolean]>([
    [10, noLogs, true],
    [11, noLogs, true],
    [41, noLogs, true],
    [42, noLogs, false], // that far into a second only the log is asked
    [42, {}, true],
    [49, noBodies, true],
    [50, {}, false], // of another second
  ])('in block %d of 60, of which 10 to 49 share a second (%j), is found: %p', async (height, overrides, isFound) => {
    const contract = `0x${'cc'.repeat(20)}`
    const [root, hash] = [randomHex(), `0x${randomHex()}`]
    const blockHash = (number: number) => `0x${String(number).padStart(64, '0')}`
    const place = { transactionHash: hash, blockNumber: hexOf(height), blockHash: blockHash(height) }
    const transaction = { ...place, hash, from: US, to: contract, nonce: '0x0', input: `0x${root}` }
    const chain: Overrides = {
      eth_getBlockByNumber: ([tag]) => {
        const number = tag === 'latest' ? 60 : Number(tag)
        const timestamp = hexOf(number >= 10 && number < 50 ? 10 : number)
        return {
          number: hexOf(number),
          hash: blockHash(number),
          timestamp,
          transactions: number === height ? [transaction] : [],
        }
      },
      eth_getTransactionReceipt: () => ({ ...place, status: '0x1' }),
      eth_getTransactionByHash: () => transaction,
      eth_getLogs: ([filter]) => {
        const { fromBlock, toBlock, topics } = filter as { fromBlock: string; toBlock: string; topics: string[] }
        return Number(fromBlock) <= height && height <= Number(toBlock) ? [{ ...place, address: contract, topics }] : []
      },
    }
    const bodiless: Overrides = {
      eth_getBlockByNumber: (params, ask) => (params[1] ? refuse() : chain.eth_getBlockByNumber!(params, ask)),
    }
    const searching = chainOver(direct({ ...chain, ...overrides, ...(overrides === noBodies ? bodiless : {}) }))
    const found = await searching.anchoringOf(contract, root, 10)
    expect(found?.receipt.transactionHash).toBe(isFound ? hash : undefined)
    expect(found?.block.number).toBe(isFound ? height : undefined)
  })

  test('is the successful one: a failed attempt and a repetition do not count', async () => {
    const contract = await deploy(local)
    const root = randomHex()
    await anvil.request('evm_setAutomine', [false])
    const fees = await local.fees()
    const first = await local.nonce('latest')
    const hashes = []
    for (const [index, gas] of [25_000, 60_000, 60_000].entries()) {
      const draft = { nonce: first + index, to: contract, data: registry.encodeAnchor(root), gas, ...fees }
      const signed = await local.sign(draft)
      await local.broadcast(signed.raw)
      hashes.push(signed.hash)
    }
    await mine(1)
    await anvil.request('evm_setAutomine', [true])
    const receipts = await Promise.all(hashes.map((hash) => local.receipt(hash)))
    expect(receipts.map((receipt) => receipt!.succeeded)).toEqual([false, true, true]) // control
    const time = await local.anchoredAt(contract, root)
    const found = await local.anchoringOf(contract, root, time)
    expect(found!.receipt).toEqual(receipts[1]!)
    expect(await searched(contract, { root, time }, noBodies)).toEqual(found)
    expect(await searched(contract, { root, time }, noReceipts)).toBeNull()
  })

  test('is not the call of a contract that passed the root on: its input proves nothing', async () => {
    const contract = await deploy(local)
    // copies its call data into a call of the registry: what a multisig does
    const runtime = `36600060003760006000366000600073${contract.slice(2)}5af100`
    const forwarder = (await send(local, null, `0x6027600c60003960276000f3${runtime}`)).receipt.contractAddress!
    await send(local, contract, registry.encodeSetOperator(forwarder, 1))
    const root = randomHex()
    const draft = {
      nonce: await local.nonce('pending'),
      to: forwarder,
      data: registry.encodeAnchor(root),
      gas: 200_000,
    }
    await local.broadcast((await local.sign({ ...draft, ...(await local.fees()) })).raw)
    await mine(1)
    const time = await local.anchoredAt(contract, root)
    expect(time).toBeGreaterThan(0) // control
    for (const overrides of [{}, noBodies]) expect(await searched(contract, { root, time }, overrides)).toBeNull()
  })

  test('is not believed of a node that serves the logs and blocks of another fork', async () => {
    const contract = await deploy(local)
    const anchor = await anchored(contract)
    const forked: Overrides = {
      ...noBodies,
      eth_getTransactionReceipt: async (_params, ask) => ({
        ...((await ask()) as object),
        blockHash: `0x${'ee'.repeat(32)}`,
      }),
    }
    expect(await searched(contract, anchor, forked)).toBeNull()
    const others: Overrides = {
      ...noBodies,
      eth_getLogs: ([filter], _ask) =>
        anvil.request('eth_getLogs', [{ ...(filter as object), topics: [], address: [] }]),
    }
    expect(await searched(contract, anchor, others)).toEqual(anchor.found) // a filter that was ignored does no harm
  })
})

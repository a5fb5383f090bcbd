import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { RPC_LIMITS, answerRpc } from '../../src/chain/chain-rpc.ts'
import { ChainUnavailable } from '../../src/domain/ports.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { type TestChain, embeddedTestChain, randomHex, signRaw } from '../kit/chains.ts'
import { DeployedRegistry } from './registry-kit.ts'

const [KEY] = DEVELOPMENT_KEYS
interface AnswerJson {
  id: unknown
  result?: unknown
  error?: { code: number; message: string }
}
let chain: TestChain
let registry: DeployedRegistry
let loop: string
beforeAll(async () => {
  chain = await embeddedTestChain()
  registry = await DeployedRegistry.deploy(chain)
  const code = '0x635b6000565f526004601cf3' // its code, 5b600056, jumps to itself for ever
  loop = (await chain.send(KEY, { data: code })).contractAddress!
})
afterAll(() => chain.stop())

const post = async (body: unknown) => {
  const { status, body: text } = await answerRpc(chain, typeof body === 'string' ? body : JSON.stringify(body))
  return { status, answer: (text ? JSON.parse(text) : null) as AnswerJson }
}
const ask = async (method: string, ...params: unknown[]) =>
  (await post({ jsonrpc: '2.0', id: 1, method, params })).answer

describe('/chain/rpc', () => {
  test('answers what a verifier asks', async () => {
    const root = randomHex()
    const { transactionHash, blockNumber } = await registry.send(KEY, `0x${root}`)
    expect((await ask('eth_chainId')).result).toBe('0x7473746d')
    expect((await ask('eth_blockNumber')).result).toBe(blockNumber)
    expect((await ask('eth_getCode', loop, 'latest')).result).toBe('0x5b600056')
    expect((await ask('eth_getTransactionReceipt', transactionHash)).result).toMatchObject({ status: '0x1' })
    expect((await ask('eth_getTransactionByHash', transactionHash)).result).toMatchObject({ input: `0x${root}` })
    const full = (await ask('eth_getBlockByNumber', blockNumber, true)).result as { transactions: { hash: string }[] }
    expect(full.transactions[0]!.hash).toBe(transactionHash)
    const call = { to: registry.address, data: `0x9591a610${root}` }
    for (const tag of ['latest', 'finalized', 'safe', blockNumber])
      expect(Number((await ask('eth_call', call, tag)).result)).toBeGreaterThan(0)
    const filter = { address: registry.address, fromBlock: '0x0', topics: [null, `0x${root}`] }
    expect((await ask('eth_getLogs', filter)).result).toHaveLength(1)
    expect((await ask('eth_getLogs', { ...filter, topics: [null, `0x${randomHex()}`] })).result).toEqual([])
  })

  const target = () => ({ to: loop, data: '0x' })
  test.each<[string, () => unknown[], number]>([
    ['eth_sendRawTransaction', () => [signRaw(KEY, { chainId: chain.chainId, nonce: 0 })], -32601],
    ['eth_getBalance', () => [loop, 'latest'], -32601],
    ['eth_estimateGas', () => [target()], -32601],
    ['debug_traceTransaction', () => ['0x00'], -32601],
    ['__proto__', () => [], -32601],
    ['eth_call', () => [{ data: '0x5b600056' }, 'latest'], -32602], // would run as creation code
    ['eth_call', () => [null], -32602],
    ['eth_call', () => [{ ...target(), data: `0x${'00'.repeat(RPC_LIMITS.callDataBytes + 1)}` }], -32602],
    ['eth_call', () => [target(), { blockHash: '0x00' }], -32602],
    ['eth_call', () => [target(), '0xffffffff'], -32000],
    ['eth_getLogs', () => [{ fromBlock: '0x0' }], -32602],
    ['eth_getLogs', () => [{ address: loop, blockHash: `0x${'00'.repeat(32)}` }], -32602],
    ['eth_getLogs', () => [{ address: loop, fromBlock: '0x0', toBlock: '0x1388' }], -32005],
    ['eth_getLogs', () => [{ address: loop, topics: [[{}]] }], -32602],
    ['eth_getLogs', () => [{ address: loop, topics: [null, null, null, null, null] }], -32602],
    ['eth_getCode', () => ['0x12', 'latest'], -32602],
    ['eth_getTransactionReceipt', () => ['0x12'], -32602],
    ['eth_getTransactionByHash', () => [], -32602],
    ['eth_getBlockByNumber', () => ['0x', false], -32602],
  ])('refuses %s where it must', async (method, params, code) => {
    const head = await chain.request('eth_blockNumber')
    expect((await ask(method, ...params())).error?.code).toBe(code)
    expect(await chain.request('eth_blockNumber')).toBe(head)
  })

  test('stops a call that would run for ever, whatever gas it asks for, and lets no state be overridden', async () => {
    const runaway = await ask('eth_call', { to: loop, data: '0x', gas: '0xffffffffff' }, 'latest')
    expect(runaway.error?.message).toBe('out of gas')
    const passed: unknown[][] = []
    const recorder = { request: async (_method: string, params: unknown[]) => passed.push(params) }
    const greedy = { to: loop, data: '0x', gas: '0xffffffffff', from: registry.address, value: '0x1' }
    await answerRpc(
      recorder,
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [greedy, 'latest', {}] }),
    )
    expect(passed).toEqual([[{ to: loop, data: '0x', gas: '0x7a120' }, 'latest']])
    const override = { [registry.address]: { code: '0x600160005260206000f3' } }
    const overridden = await ask('eth_call', { to: registry.address, data: '0xe6fcc84b' }, 'latest', override)
    expect((overridden.result as string).length).toBeGreaterThan(2 + 64)
  })

  test('bounds bodies and batches, and answers a batch in order', async () => {
    const one = { jsonrpc: '2.0', id: 1, method: 'eth_chainId' }
    const batch = (count: number) => Array.from({ length: count }, (_, id) => ({ ...one, id }))
    const answers = (await post(batch(RPC_LIMITS.batch))).answer as unknown as AnswerJson[]
    expect(answers.map(({ id }) => id)).toEqual(batch(RPC_LIMITS.batch).map(({ id }) => id))
    for (const count of [0, RPC_LIMITS.batch + 1]) expect((await post(batch(count))).answer.error?.code).toBe(-32600)
    expect((await post('{oops')).answer.error?.code).toBe(-32700)
    expect((await post(' '.repeat(RPC_LIMITS.bodyBytes + 1))).status).toBe(413)
    expect((await post('ä'.repeat(RPC_LIMITS.bodyBytes / 2 + 1))).status).toBe(413) // bytes, not letters
    for (const bad of [null, 1, 'x', {}, { ...one, jsonrpc: '1.0' }, { ...one, params: {} }, { ...one, method: 1 }])
      expect((await post(JSON.stringify(bad))).answer.error?.code).toBe(-32600)
    expect((await post({ ...one, id: { a: 1 } })).answer.id).toBeNull()
  })

  test('survives whatever it is sent', async () => {
    const methods = fc.constantFrom('eth_call', 'eth_getLogs', 'eth_getCode', 'eth_getBlockByNumber', 'constructor')
    await fc.assert(
      fc.asyncProperty(methods, fc.array(fc.jsonValue(), { maxLength: 3 }), async (method, params) => {
        const { jsonrpc, error, result } = (await ask(method, ...params)) as AnswerJson & { jsonrpc: string }
        expect(jsonrpc).toBe('2.0')
        if (error) expect([-32601, -32602, -32000, -32005, 3]).toContain(error.code)
        else expect(result).toBeDefined()
      }),
      { numRuns: 300 },
    )
  })

  test('tells nothing of a fault inside', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId' })
    const failing = (error: Error) => answerRpc({ request: () => Promise.reject(error) }, body)
    expect((await failing(new Error('/data/chain.db is locked'))).body).not.toContain('chain.db')
    expect((await failing(new ChainUnavailable('/data/chain.db is locked'))).body).toContain('-32603')
    expect((await failing(new ChainUnavailable('/data/chain.db is locked'))).body).not.toContain('chain.db')
  })
})

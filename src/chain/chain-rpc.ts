/**
 * The embedded chain for everybody to read (/chain/rpc): an allow-list of methods with bounds, so that whatever can
 * verify on a public chain can verify here. Nothing that writes is ever passed on.
 */
import { ChainRefused, ChainUnavailable } from '../domain/ports.ts'

export interface ChainReader {
  request(method: string, params: unknown[]): Promise<unknown>
}

export const RPC_LIMITS = {
  bodyBytes: 32_768,
  batch: 20,
  callGas: 500_000,
  callDataBytes: 4_096,
  logBlocks: 5_000,
  logResults: 1_000,
} as const

type Params = unknown[]
type Narrow = (params: Params, chain: ChainReader) => Params | Promise<Params>

const HEX = /^0x([0-9a-f]{2})*$/i
const ADDRESS = /^0x[0-9a-f]{40}$/i
const HASH = /^0x[0-9a-f]{64}$/i
const NUMBER = /^0x[0-9a-f]{1,13}$/i
const TAGS = new Set<unknown>(['latest', 'safe', 'finalized', 'earliest', 'pending'])

const invalid = (message: string) => new ChainRefused(message, -32602)

/** What each method may be given; parameters beyond these, such as state overrides, are dropped. */
const METHODS: ReadonlyMap<string, Narrow> = new Map<string, Narrow>([
  ['eth_chainId', () => []],
  ['eth_blockNumber', () => []],
  ['eth_getBlockByNumber', ([tag, full]) => [blockTag(tag), full === true]],
  ['eth_getTransactionByHash', ([hash]) => [matching(hash, HASH, 'transaction hash: 0x and 64 digits')]],
  ['eth_getTransactionReceipt', ([hash]) => [matching(hash, HASH, 'transaction hash: 0x and 64 digits')]],
  ['eth_getCode', ([address, tag]) => [matching(address, ADDRESS, 'address: 0x and 40 digits'), blockTag(tag)]],
  ['eth_call', ([call, tag]) => [narrowCall(call), blockTag(tag)]],
  ['eth_getLogs', async ([filter], chain) => [await narrowFilter(filter, chain)]],
])

/** Answers one request or a batch. `body` is JSON text; empty with status 413. Never throws. */
export async function answerRpc(chain: ChainReader, bodyText: string): Promise<{ status: number; body: string }> {
  if (Buffer.byteLength(bodyText) > RPC_LIMITS.bodyBytes) return { status: 413, body: '' }
  let request: unknown
  try {
    request = JSON.parse(bodyText)
  } catch {
    return json(failure(null, -32700, 'parse error'))
  }
  if (!Array.isArray(request)) return json(await answerOne(chain, request))
  if (request.length === 0 || request.length > RPC_LIMITS.batch)
    return json(failure(null, -32600, `a batch has 1 to ${RPC_LIMITS.batch} requests`))
  const answers: unknown[] = []
  for (const one of request) answers.push(await answerOne(chain, one)) // one after another: a batch buys no parallelism
  return json(answers)
}

const json = (answer: unknown) => ({ status: 200, body: JSON.stringify(answer) })
const failure = (id: unknown, code: number, message: string, data?: string) => ({
  jsonrpc: '2.0',
  id,
  error: { code, message, data },
})

async function answerOne(chain: ChainReader, request: unknown) {
  const { jsonrpc, id: rawId, method, params = [] } = (request ?? {}) as Record<string, unknown>
  const id = typeof rawId === 'string' || typeof rawId === 'number' ? rawId : null
  if (jsonrpc !== '2.0' || typeof method !== 'string' || !Array.isArray(params))
    return failure(id, -32600, 'invalid request')
  const narrow = METHODS.get(method)
  if (!narrow) return failure(id, -32601, `the method ${method.slice(0, 64)} does not exist or is not available`)
  try {
    const result = await chain.request(method, await narrow(params, chain))
    if (method === 'eth_getLogs' && (result as unknown[]).length > RPC_LIMITS.logResults)
      return failure(id, -32005, `more than ${RPC_LIMITS.logResults} results`)
    return { jsonrpc: '2.0', id, result }
  } catch (error) {
    if (error instanceof ChainRefused) return failure(id, error.code, error.message, error.data)
    if (error instanceof ChainUnavailable) return failure(id, -32603, 'the chain cannot be asked just now')
    return failure(id, -32602, 'invalid params') // nothing internal leaks
  }
}

function matching(value: unknown, shape: RegExp, message: string): string {
  if (typeof value !== 'string' || !shape.test(value)) throw invalid(message)
  return value
}

function blockTag(tag: unknown = 'latest'): unknown {
  if (TAGS.has(tag)) return tag
  return matching(tag, NUMBER, 'block: a number in 0x-hex or a tag')
}

function narrowCall(call: unknown) {
  const { to, data, input } = (call ?? {}) as Record<string, unknown>
  const bytes = data ?? input ?? '0x'
  const tooLong = typeof bytes === 'string' && bytes.length > 2 + 2 * RPC_LIMITS.callDataBytes
  if (tooLong) throw invalid(`data: at most ${RPC_LIMITS.callDataBytes} bytes`)
  return {
    to: matching(to, ADDRESS, 'eth_call needs `to`'), // without it the data would run as creation code
    data: matching(bytes, HEX, 'data: 0x-hex'),
    gas: `0x${RPC_LIMITS.callGas.toString(16)}`, // whatever the caller asks for
  }
}

async function narrowFilter(filter: unknown, chain: ChainReader) {
  const { address, topics, fromBlock, toBlock, blockHash } = (filter ?? {}) as Record<string, unknown>
  if (blockHash !== undefined || address === undefined || address === null)
    throw invalid('eth_getLogs needs `address` and a block range')
  const head = Number(await chain.request('eth_blockNumber', []))
  const height = (tag: unknown) => {
    const known = blockTag(tag)
    if (known === 'earliest') return 0
    return TAGS.has(known) ? head : Number(known)
  }
  const [from, to] = [height(fromBlock), height(toBlock)]
  if (to - from >= RPC_LIMITS.logBlocks)
    throw new ChainRefused(`a block range has at most ${RPC_LIMITS.logBlocks} blocks`, -32005)
  return { address, topics, fromBlock: `0x${from.toString(16)}`, toBlock: `0x${to.toString(16)}` }
}

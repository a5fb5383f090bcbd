/** Nodes that misbehave, proxies before a real one, and the chain port over either. */
import { openAccount } from '../../src/chain/accounts.ts'
import { deployData } from '../../src/chain/contract.ts'
import { EvmChain, type EvmChainOptions } from '../../src/chain/evm.ts'
import { RpcPool, type RpcPoolOptions } from '../../src/chain/rpc.ts'
import { directRpc, type Rpc } from '../../src/chain/rpc-ask.ts'
import { systemRandom } from '../../src/domain/ids.ts'
import { type Chain, ChainRefused } from '../../src/domain/ports.ts'
import { type Anvil, DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { addressOf, type TestChain } from '../kit/chains.ts'

export const SECRET = 'k3yk3yk3yk3y'
export const [KEY, STRANGER] = DEVELOPMENT_KEYS
export const US = addressOf(KEY)
export const DID = 'did:web:certs.example.edu'
export const gwei = (amount: number) => BigInt(amount) * 1_000_000_000n
export const hexOf = (value: number) => `0x${value.toString(16)}`

export interface Call {
  method: string
  params: unknown[]
}
export type Behaviour = (call: Call, request: Request) => unknown
export interface StubNode {
  url: string
  host: string
  /** Methods it was asked for. */
  calls: string[]
  /** What it says to eth_chainId; null = nothing, ever. */
  chainId: number | 'refused' | null
}

const servers: { stop(force: boolean): void }[] = []
/** For afterEach. */
export const stopNodes = () => servers.splice(0).forEach((server) => server.stop(true))

/** What the behaviour returns is the `result`, unless it is a Response. */
export function node(behaviour: Behaviour, chainId = 137): StubNode {
  const stub: StubNode = { url: '', host: '', calls: [], chainId }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const call = (await request.json()) as Call
      stub.calls.push(call.method)
      if (call.method === 'eth_chainId')
        return stub.chainId === null
          ? never()
          : stub.chainId === 'refused'
            ? rpcError(-32000, `${SECRET} has no access`)
            : Response.json({ id: 1, result: hexOf(stub.chainId) })
      try {
        const result = await behaviour(call, request)
        return result instanceof Response ? result : Response.json({ jsonrpc: '2.0', id: 1, result })
      } catch (error) {
        if (error instanceof ChainRefused) return rpcError(error.code, error.message, error.data)
        throw error
      }
    },
  })
  servers.push(server)
  stub.host = `127.0.0.1:${server.port}`
  stub.url = `http://${stub.host}/v2/${SECRET}`
  return stub
}

export const rpcError = (code: number, message: string, data?: string, status = 200) =>
  Response.json({ jsonrpc: '2.0', id: 1, error: { code, message, data } }, { status })
export const never = () => new Promise<never>(() => {})
export const refuse = (message = 'the method does not exist', code = -32601) => {
  throw new ChainRefused(message, code)
}

/** Answers by method; what is not named goes to the real node, or is refused where there is none. */
export type Overrides = Record<string, (params: unknown[], ask: () => Promise<unknown>) => unknown>
export const overriding =
  (overrides: Overrides, anvil?: Pick<TestChain, 'request'>) =>
  async ({ method, params }: Call): Promise<unknown> => {
    const ask = async () => (anvil ? anvil.request(method, params) : refuse())
    return overrides[method] ? overrides[method](params, ask) : ask()
  }
/** A node before a real one, over HTTP. */
export const proxy = (anvil: Anvil, overrides: Overrides) => node(overriding(overrides, anvil), anvil.chainId)
/** The same without HTTP. */
export const direct = (overrides: Overrides, anvil?: Pick<TestChain, 'request'>): Rpc =>
  directRpc((method, params) => overriding(overrides, anvil)({ method, params }))

/** A node without the state of blocks that lie more than this far behind the head. */
export const pruned = (depth: number, head: () => Promise<number>): Overrides => {
  const old = async (params: unknown[], ask: () => Promise<unknown>) => {
    const tag = params[1]
    if (tag !== 'latest' && Number(tag) < (await head()) - depth) return refuse('missing trie node 00ff', -32000)
    return ask()
  }
  return { eth_getTransactionCount: old, eth_getCode: old, eth_call: old }
}

/** Blocks are served, their transactions are not. */
export const noBodies: Overrides = {
  eth_getBlockByNumber: ([, full], ask) => (full ? refuse('pruned history unavailable', 4444) : ask()),
}
export const noLogs: Overrides = { eth_getLogs: () => [] }

export function manualClock(time = 1_000_000_000_000) {
  const clock = { time, now: () => clock.time }
  return clock
}
export function pool(nodes: (StubNode | string)[], rest: Partial<RpcPoolOptions> = {}) {
  const clock = manualClock()
  const urls = nodes.map((each) => (typeof each === 'string' ? each : each.url))
  return { clock, rpc: new RpcPool({ chainId: 137, urls, clock, timeoutMs: 300, cooldownMs: 2000, ...rest }) }
}

export const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('no error'),
    (error: Error) => error,
  )

export const account = await openAccount({
  dir: '.',
  key: KEY,
  random: systemRandom,
  seal: () => '',
  unseal: () => new Uint8Array(),
  write: () => {},
})

export function chainOver(rpc: Rpc, rest: Partial<EvmChainOptions> = {}) {
  return new EvmChain({
    network: 'local',
    chainId: 31337,
    embedded: false,
    confirmations: 1,
    finalityTag: false,
    legacyFees: false,
    minTip: gwei(1),
    feeCap: gwei(200),
    explorerUrl: '',
    token: 'ETH',
    testnet: true,
    pace: { bumpAfterMs: 60_000, rebroadcastMs: 60_000, lookAgainMs: 2_000, maxInFlight: 16 },
    dailyBudget: 0n,
    lowBalance: 50,
    rpc,
    account,
    ...rest,
  })
}

/** Sends the way the transaction manager does, without its care. */
export async function send(chain: Chain, to: string | null, data: string) {
  const [fees, gas, nonce] = [await chain.fees(), await chain.estimateGas(to, data), await chain.nonce('pending')]
  const signed = await chain.sign({ nonce, to, data, gas, ...fees })
  await chain.broadcast(signed.raw)
  for (;;) {
    const receipt = await chain.receipt(signed.hash)
    if (receipt) return { ...signed, nonce, receipt }
  }
}
export async function deploy(chain: Chain, did = DID) {
  const { receipt } = await send(chain, null, deployData(did, US, US))
  return receipt.contractAddress!
}

/** A node's misbehaving front: every request is answered in the manner the scenario asks for. */
import { pause } from '../kit/binary.ts'

export type Manner =
  | 'sound'
  /** Passes the transaction on and loses the answer. */
  | 'reply lost'
  | 'refuses sends'
  | 'hangs'
  | 'http 500'
  | 'rate limited'
  | 'another chain'
  /** Six blocks behind, without receipts; every third time it does not know a block either. */
  | 'lags without receipts'
  /** Knows everything but receipts. */
  | 'no receipts'
  /** Says of every transaction that it succeeded, in the last block but one. */
  | 'invents receipts'

export interface Proxy {
  url: string
  /** Asked for every request. */
  manner: (method: string) => Manner
  /** Requests so far, by method. */
  seen: Map<string, number>
  stop(): void
}

/** Never a batch: the product sends none, and ethers is told not to. */
interface Call {
  jsonrpc: string
  id: unknown
  method: string
  params: unknown[]
}
interface Answer {
  id: unknown
  result?: unknown
}
const LAG_BLOCKS = 6
const INVENTED_DEEP = 1
const HANGS_MS = 30_000
const SEND = 'eth_sendRawTransaction'

export function startProxy(target: string, manner: Proxy['manner'] = () => 'sound'): Proxy {
  const stopping = Promise.withResolvers<void>()
  let asked = 0
  const proxy: Proxy = { url: '', manner, seen: new Map(), stop: () => {} }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    async fetch(request) {
      const call = (await request.json()) as Call
      const { method } = call
      proxy.seen.set(method, (proxy.seen.get(method) ?? 0) + 1)
      const how = proxy.manner(method)
      const refusal = await refuse(how, method, call, stopping.promise)
      if (refusal) return refusal
      const known = how === 'lags without receipts' ? await behind(target, call, () => asked++ % 3 === 0) : call
      if (!known) return Response.json({ jsonrpc: '2.0', id: call.id, result: null })
      const answer = await forward(target, known)
      if (how === 'reply lost' && method === SEND) return new Response('gateway timeout', { status: 504 })
      if (how === 'lags without receipts' && method === 'eth_blockNumber')
        answer.result = hex(Number(answer.result) - LAG_BLOCKS)
      if (method === 'eth_getTransactionReceipt' && /no receipts|without receipts/.test(how)) answer.result = null
      if (method === 'eth_getTransactionReceipt' && how === 'invents receipts')
        answer.result = await invented(target, call)
      return Response.json(answer)
    },
  })
  proxy.url = `http://127.0.0.1:${server.port}`
  proxy.stop = () => {
    stopping.resolve()
    void server.stop(true)
  }
  return proxy
}

async function forward(target: string, call: Call): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(call)
  return (await (await fetch(target, { method: 'POST', headers, body, keepalive: false })).json()) as Answer
}

async function refuse(how: Manner, method: string, { id }: Call, stopping: Promise<void>) {
  if (how === 'hangs') {
    await Promise.race([pause(HANGS_MS), stopping])
    return new Response('')
  }
  if (how === 'http 500') return new Response('<html>bad gateway</html>', { status: 502 })
  if (how === 'rate limited')
    return Response.json({ jsonrpc: '2.0', id, error: { code: -32005, message: 'daily request count exceeded' } })
  if (how === 'another chain' && method === 'eth_chainId') return Response.json({ jsonrpc: '2.0', id, result: '0x1' })
  if (how === 'refuses sends' && method === SEND) return new Response('unavailable', { status: 503 })
  return undefined
}

const OF_A_BLOCK = new Set(['eth_getBlockByNumber', 'eth_getTransactionCount', 'eth_call', 'eth_getBalance'])
const hex = (value: number) => `0x${value.toString(16)}`
/** The same question about what a node knows that is some blocks behind; undefined = it knows nothing of it. */
async function behind(target: string, call: Call, isForgetful: () => boolean): Promise<Call | undefined> {
  if (!OF_A_BLOCK.has(call.method)) return call
  const { result } = await forward(target, { ...call, method: 'eth_blockNumber', params: [] })
  const head = Number(result) - LAG_BLOCKS
  if (call.method !== 'eth_getBlockByNumber') {
    const [what, at] = call.params as [unknown, string]
    return at === 'latest' || at === 'pending' ? { ...call, params: [what, hex(head)] } : call
  }
  const [asked, isFull] = call.params as [string, boolean]
  if (asked === 'latest') return { ...call, params: [hex(head), isFull] }
  const height = Number(asked)
  if (Number.isNaN(height)) return call
  return height > head || (!isFull && isForgetful()) ? undefined : call
}

async function invented(target: string, call: Call) {
  const head = await forward(target, { ...call, method: 'eth_blockNumber', params: [] })
  const params = [hex(Number(head.result) - INVENTED_DEEP), false]
  const block = (await forward(target, { ...call, method: 'eth_getBlockByNumber', params })).result as { hash: string }
  const told = { transactionHash: call.params[0], blockNumber: params[0], blockHash: block.hash, status: '0x1' }
  return { ...told, contractAddress: null, gasUsed: '0x5208', effectiveGasPrice: '0x3b9aca00' }
}

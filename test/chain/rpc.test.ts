import { afterEach, describe, expect, test } from 'bun:test'
import { RpcPool } from '../../src/chain/rpc.ts'
import { ChainRefused, ChainUnavailable } from '../../src/domain/ports.ts'

const CHAIN = 137
const SECRET = 'k3yk3yk3yk3y'
const HOUR = 3_600_000

interface Call {
  method: string
  params: unknown[]
}
type Behaviour = (call: Call, request: Request) => unknown
const servers: { stop(force: boolean): void }[] = []
afterEach(() => servers.splice(0).forEach((server) => server.stop(true)))

/** A stub node. What it returns is the `result`, unless it is a Response; `calls` is what it was asked. */
function node(behaviour: Behaviour, chainId = CHAIN) {
  const calls: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const call = (await request.json()) as Call
      calls.push(call.method)
      if (call.method === 'eth_chainId') return Response.json({ id: 1, result: `0x${chainId.toString(16)}` })
      const result = await behaviour(call, request)
      return result instanceof Response ? result : Response.json({ jsonrpc: '2.0', id: 1, result })
    },
  })
  servers.push(server)
  return { url: `http://127.0.0.1:${server.port}/v2/${SECRET}`, host: `127.0.0.1:${server.port}`, calls }
}
const rpcError = (code: number, message: string, data?: string, status = 200) =>
  Response.json({ jsonrpc: '2.0', id: 1, error: { code, message, data } }, { status })

function pool(...urls: string[]) {
  const clock = { time: 1_000_000, now: () => clock.time }
  return { clock, rpc: new RpcPool({ chainId: CHAIN, urls, clock, timeoutMs: 150, cooldownMs: 2000 }) }
}
const text = (result: unknown) => {
  if (typeof result !== 'string') throw new Error('not text')
  return result
}
const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('no error'),
    (error: Error) => error,
  )

const never = () => new Promise<never>(() => {})
const endlessBody = () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([123])) }))
const FAULTS: [string, Behaviour, RegExp][] = [
  ['never answers', never, /timed out/],
  ['stops in the middle of the body', endlessBody, /timed out/],
  ['answers 500', () => new Response('<html>', { status: 500 }), /HTTP 500/],
  ['answers 502 with a JSON-RPC error', () => rpcError(-32000, 'upstream', undefined, 502), /upstream/],
  ['does not answer JSON', () => new Response('OK'), /not JSON/],
  ['answers null', () => new Response('null'), /not a JSON-RPC answer/],
  ['answers JSON without a result', () => Response.json({ id: 1 }), /no result/],
  ['answers 429', () => new Response('slow down', { status: 429 }), /HTTP 429/],
  ['answers 401 with the key in the text', () => new Response(SECRET, { status: 401 }), /HTTP 401/],
  ['limits the rate by -32005', () => rpcError(-32005, 'daily request count exceeded'), /-32005/],
  ['limits the rate by words', () => rpcError(-32000, 'Too many requests for this key'), /Too many/],
  ['fails inside', () => rpcError(-32603, `internal error of ${SECRET}`), /-32603/],
  ['redirects', () => Response.redirect('http://127.0.0.1:1/', 307), /UnexpectedRedirect/],
  ['gives an answer of the wrong shape', () => 42, /unusable answer to eth_blockNumber: not text/],
]

describe('an endpoint that', () => {
  test.each(FAULTS)('%s is left for the next one, which answers', async (_name, behaviour, message) => {
    const bad = node(behaviour)
    const { rpc } = pool(bad.url, node(() => 'fine').url)
    expect(await rpc.ask('eth_blockNumber', [], text)).toBe('fine')
    expect(rpc.health().map(({ state }) => state)).toEqual(['failing', 'ok'])
    const asked = bad.calls.length
    expect(await rpc.ask('eth_blockNumber', [], text)).toBe('fine')
    expect(bad.calls.length).toBe(asked) // cooling down: not asked again

    const alone = pool(bad.url).rpc
    const error = await problem(alone.ask('eth_blockNumber', [], text))
    expect(error).toBeInstanceOf(ChainUnavailable)
    expect(error.message).toMatch(message)
    for (const words of [error.message, error.stack ?? '', JSON.stringify(alone.health())]) {
      expect(words).not.toContain(SECRET)
      expect(words).not.toContain('/v2/')
    }
    expect(alone.health()[0]!.host).toBe(bad.host)
  })

  test('refuses connections is left too, and comes back after its cool-down', async () => {
    const gone = node(() => 'back')
    servers.pop()!.stop(true)
    const { rpc, clock } = pool(gone.url, node(() => 'fine').url)
    expect(await rpc.ask('eth_blockNumber', [], text)).toBe('fine')
    const [first] = rpc.health()
    expect([first!.state, first!.downUntil]).toEqual(['failing', clock.time + 2000])
    clock.time += 2001
    await rpc.ask('eth_blockNumber', [], text)
    expect(rpc.health()[0]!.downUntil).toBe(clock.time + 4000) // the second failure cools twice as long
    for (let round = 0; round < 8; round++) {
      clock.time += 60_001
      await rpc.ask('eth_blockNumber', [], text)
    }
    expect(rpc.health()[0]!.downUntil).toBe(clock.time + 60_000)
  })

  test('serves another chain is never asked anything and never sent anything', async () => {
    const wrong = node(() => 'from the wrong chain', 1)
    const right = node(() => 'fine')
    const { rpc, clock } = pool(wrong.url, right.url)
    expect(await rpc.ask('eth_blockNumber', [], text)).toBe('fine')
    await rpc.broadcast('0x00')
    expect(wrong.calls).toEqual(['eth_chainId'])
    expect(right.calls).toContain('eth_sendRawTransaction')
    expect(rpc.health()[0]).toMatchObject({ state: 'wrong_chain', downUntil: clock.time + HOUR })
    const alone = await problem(pool(wrong.url).rpc.ask('eth_blockNumber', [], text))
    expect(alone).toBeInstanceOf(ChainUnavailable)
    expect(alone.message).toContain('serves chain 1, not 137')
  })

  test('comes back as another chain is noticed: the id is asked again after a failure', async () => {
    const server = { chainId: CHAIN, broken: false }
    const stub = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        const { method } = (await request.json()) as Call
        if (server.broken) return new Response('', { status: 503 })
        return Response.json({ id: 1, result: method === 'eth_chainId' ? `0x${server.chainId.toString(16)}` : 'fine' })
      },
    })
    servers.push(stub)
    const { rpc } = pool(`http://127.0.0.1:${stub.port}/`)
    expect(await rpc.ask('eth_blockNumber', [], text)).toBe('fine')
    server.broken = true
    await problem(rpc.ask('eth_blockNumber', [], text))
    Object.assign(server, { broken: false, chainId: 31337 })
    expect((await problem(rpc.ask('eth_blockNumber', [], text))).message).toContain('serves chain 31337')
  })
})

describe("a node's no", () => {
  test('is passed on with code and data, and no other endpoint is asked', async () => {
    const second = node(() => 'fine')
    const { rpc } = pool(node(() => rpcError(3, 'execution reverted', '0x3d693ada')).url, second.url)
    const error = (await problem(rpc.ask('eth_estimateGas', [], text))) as ChainRefused
    expect(error).toBeInstanceOf(ChainRefused)
    expect([error.message, error.code, error.data]).toEqual(['execution reverted', 3, '0x3d693ada'])
    expect(second.calls).toEqual([])
    expect(rpc.health()[0]!.state).toBe('ok')
  })
  test('is no when a node reports a revert as an internal error', async () => {
    const { rpc } = pool(node(() => rpcError(-32603, 'VM Exception: reverted', '0x3d693ada')).url)
    expect(await problem(rpc.ask('eth_call', [], text))).toBeInstanceOf(ChainRefused)
  })
  test.each([
    [-32601, 'the method does not exist'],
    [-32000, 'missing trie node abc'],
    [4444, 'pruned history unavailable'],
  ])('that another node may answer (%d %s) is asked of the next, without a cool-down', async (code, message) => {
    const { rpc } = pool(node(() => rpcError(code, message)).url, node(() => 'from the archive').url)
    expect(await rpc.ask('eth_getTransactionCount', [], text)).toBe('from the archive')
    expect(rpc.health()[0]!.state).toBe('ok')
    const alone = pool(node(() => rpcError(code, message)).url).rpc
    expect(await problem(alone.ask('eth_getTransactionCount', [], text))).toBeInstanceOf(ChainRefused)
  })
})

describe('askAny', () => {
  test('gives the first answer that is not null; null only when all who can be reached say so', async () => {
    const empty = node(() => null)
    const { rpc } = pool(empty.url, node(() => new Response('', { status: 500 })).url, node(() => 'found').url)
    const maybe = (result: unknown) => (result === null ? null : text(result))
    expect(await rpc.askAny('eth_getTransactionReceipt', [], maybe)).toBe('found')
    const hanging = node(never)
    const partly = pool(empty.url, hanging.url).rpc
    expect(await partly.askAny('eth_getTransactionReceipt', [], maybe)).toBeNull()
    const asked = hanging.calls.length
    expect(await partly.askAny('eth_getTransactionReceipt', [], maybe)).toBeNull()
    expect(hanging.calls.length).toBe(asked) // somebody said null: no second time-out was spent
    const down = pool(node(never).url).rpc
    expect(await problem(down.askAny('eth_getTransactionReceipt', [], maybe))).toBeInstanceOf(ChainUnavailable)
  })
})

describe('broadcast', () => {
  test('goes to every endpoint, and one acceptance is enough', async () => {
    const nodes = [node(never), node(() => 'taken'), node(() => rpcError(-32000, 'nonce too low'))]
    await pool(...nodes.map(({ url }) => url)).rpc.broadcast('0x00')
    for (const { calls } of nodes) expect(calls).toEqual(['eth_chainId', 'eth_sendRawTransaction'])
  })
  test('of bytes the node has already is no error; a refusal is, and says more than silence', async () => {
    await pool(node(() => rpcError(-32000, 'already known')).url).rpc.broadcast('0x00')
    const refused = pool(node(never).url, node(() => rpcError(-32000, 'insufficient funds')).url).rpc
    const error = await problem(refused.broadcast('0x00'))
    expect(error).toBeInstanceOf(ChainRefused)
    expect(error.message).toBe('insufficient funds')
    const silent = await problem(pool(node(never).url).rpc.broadcast('0x00'))
    expect(silent).toBeInstanceOf(ChainUnavailable)
  })
})

describe('an address', () => {
  test('must be http or https, and is not repeated in the error', () => {
    for (const bad of [`ftp://host/${SECRET}`, `wss://host/${SECRET}`, 'file:///etc/passwd', 'localhost:8545', ''])
      try {
        pool('http://127.0.0.1:1/', bad)
        expect('accepted').toBe(bad)
      } catch (error) {
        expect((error as Error).message).toBe('rpc_urls[1] must be an http or https address')
      }
    expect(() => pool()).toThrow('rpc_urls is empty')
  })
  test('with user and password sends them as Authorization, and never names them', async () => {
    const seen: (string | null)[] = []
    const stub = node(
      (_call, request) => (seen.push(request.headers.get('authorization')), rpcError(-32000, 'no p4ssw0rd!!')),
    )
    const { rpc } = pool(stub.url.replace('http://', 'http://user:p4ssw0rd!!@'))
    const error = await problem(rpc.ask('eth_blockNumber', [], text))
    expect(seen).toEqual([`Basic ${btoa('user:p4ssw0rd!!')}`])
    expect(error.message).not.toContain('p4ssw0rd')
    expect(rpc.health()[0]!.host).toBe(stub.host)
  })
})

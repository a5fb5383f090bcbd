import { afterEach, describe, expect, test } from 'bun:test'
import { ChainRefused, ChainUnavailable } from '../../src/domain/ports.ts'
import { type Behaviour, never, node, pool, problem, rpcError, SECRET, stopNodes } from './nodes.ts'

const HOUR = 3_600_000

afterEach(stopNodes)
const text = (result: unknown) => {
  if (typeof result !== 'string') throw new Error('not text')
  return result
}

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
  ['refuses the key in JSON', () => rpcError(-32000, `project id ${SECRET} is disabled`), /project id … is disabled/],
  ['gives an answer of the wrong shape', () => 42, /unusable answer to eth_blockNumber: not text/],
]

describe('an endpoint that', () => {
  test.each(FAULTS)('%s is left for the next one, which answers', async (_name, behaviour, message) => {
    const bad = node(behaviour)
    const { rpc } = pool([bad, node(() => 'fine')])
    expect(await rpc.ask('eth_blockNumber', [], text)).toBe('fine')
    expect(rpc.health().map(({ state }) => state)).toEqual(['failing', 'ok'])
    const asked = bad.calls.length
    expect(await rpc.ask('eth_blockNumber', [], text)).toBe('fine')
    expect(bad.calls.length).toBe(asked) // cooling down: not asked again

    const alone = pool([bad]).rpc
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
    stopNodes()
    const { rpc, clock } = pool([gone, node(() => 'fine')])
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
    const { rpc, clock } = pool([wrong, right])
    expect(await rpc.ask('eth_blockNumber', [], text)).toBe('fine')
    await rpc.broadcast('0x00')
    expect(wrong.calls).toEqual(['eth_chainId'])
    expect(right.calls).toContain('eth_sendRawTransaction')
    expect(rpc.health()[0]).toMatchObject({ state: 'wrong_chain', downUntil: clock.time + HOUR })
    const alone = await problem(pool([wrong]).rpc.ask('eth_blockNumber', [], text))
    expect(alone).toBeInstanceOf(ChainUnavailable)
    expect(alone.message).toContain('serves chain 1, not 137')
  })

  test('refuses to name its chain is left for the next one: that is no answer to the question', async () => {
    const gateway = node(() => 'never asked')
    gateway.chainId = 'refused'
    const { rpc } = pool([gateway, node(() => 'fine')])
    expect(await rpc.ask('eth_blockNumber', [], text)).toBe('fine')
    expect(gateway.calls).toEqual(['eth_chainId'])
    expect(rpc.health()[0]).toMatchObject({ state: 'failing', lastError: 'does not name its chain: … has no access' })
  })

  test('comes back as another chain is noticed: the id is asked again after a failure', async () => {
    const server = { broken: false }
    const first = node(() => (server.broken ? new Response('', { status: 503 }) : 'fine'))
    const { rpc } = pool([first])
    expect(await rpc.ask('eth_blockNumber', [], text)).toBe('fine')
    server.broken = true
    await problem(rpc.ask('eth_blockNumber', [], text))
    server.broken = false
    first.chainId = 31337
    expect((await problem(rpc.ask('eth_blockNumber', [], text))).message).toContain('serves chain 31337')
  })
})

describe("a node's no", () => {
  test('is passed on with code and data, and no other endpoint is asked', async () => {
    const second = node(() => 'fine')
    const { rpc } = pool([node(() => rpcError(3, 'execution reverted', '0x3d693ada')), second])
    const error = (await problem(rpc.ask('eth_estimateGas', [], text))) as ChainRefused
    expect(error).toBeInstanceOf(ChainRefused)
    expect([error.message, error.code, error.data]).toEqual(['execution reverted', 3, '0x3d693ada'])
    expect(second.calls).toEqual([])
    expect(rpc.health()[0]!.state).toBe('ok')
  })
  test('is no when a node reports a revert as an internal error', async () => {
    const { rpc } = pool([node(() => rpcError(-32603, 'VM Exception: reverted', '0x3d693ada'))])
    expect(await problem(rpc.ask('eth_call', [], text))).toBeInstanceOf(ChainRefused)
  })
  test.each([
    [-32601, 'the method does not exist'],
    [-32000, 'missing trie node abc'],
    [4444, 'pruned history unavailable'],
    [-32602, 'BlockOutOfRangeError: block height is 6 but requested was 12'],
    [-32000, 'required historical state unavailable (reexec=128)'],
    [-32004, 'this method is not supported'],
  ])('that another node may answer (%d %s) is asked of the next, without a cool-down', async (code, message) => {
    const { rpc } = pool([node(() => rpcError(code, message)), node(() => 'from the archive')])
    expect(await rpc.ask('eth_getTransactionCount', [], text)).toBe('from the archive')
    expect(rpc.health()[0]!.state).toBe('ok')
    const alone = pool([node(() => rpcError(code, message))]).rpc
    expect(await problem(alone.ask('eth_getTransactionCount', [], text))).toBeInstanceOf(ChainRefused)
  })
})

describe('askAny', () => {
  test('gives the first answer that is not null; null only when all who can be reached say so', async () => {
    const empty = node(() => null)
    const { rpc } = pool([empty, node(() => new Response('', { status: 500 })), node(() => 'found')])
    const maybe = (result: unknown) => (result === null ? null : text(result))
    expect(await rpc.askAny('eth_getTransactionReceipt', [], maybe)).toBe('found')
    const hanging = node(never)
    const partly = pool([empty, hanging]).rpc
    expect(await partly.askAny('eth_getTransactionReceipt', [], maybe)).toBeNull()
    const asked = hanging.calls.length
    expect(await partly.askAny('eth_getTransactionReceipt', [], maybe)).toBeNull()
    expect(hanging.calls.length).toBe(asked) // somebody said null: no second time-out was spent
    const down = pool([node(never)]).rpc
    expect(await problem(down.askAny('eth_getTransactionReceipt', [], maybe))).toBeInstanceOf(ChainUnavailable)
  })
})

describe('broadcast', () => {
  test('goes to every endpoint, and one acceptance is enough', async () => {
    const nodes = [node(never), node(() => 'taken'), node(() => rpcError(-32000, 'nonce too low'))]
    await pool(nodes).rpc.broadcast('0x00')
    for (const { calls } of nodes) expect(calls).toEqual(['eth_chainId', 'eth_sendRawTransaction'])
  })
  test('waits for the slow ones only a moment once one has taken the bytes, and sends them to all the same', async () => {
    const nodes = [node(never), node(() => 'taken')]
    const hour = { timeoutMs: HOUR, graceMs: 20 } // without the grace this would last an hour
    await pool(nodes, hour).rpc.broadcast('0x00')
    expect(nodes[0]!.calls).toContain('eth_sendRawTransaction')
    const patient = pool([node(never), node(() => rpcError(-32000, 'already known'))], hour).rpc
    await patient.broadcast('0x00')
  })
  test('of bytes the node has already is no error; a refusal is, and says more than silence', async () => {
    await pool([node(() => rpcError(-32000, 'already known'))]).rpc.broadcast('0x00')
    const refused = pool([node(never), node(() => rpcError(-32000, 'insufficient funds'))]).rpc
    const error = await problem(refused.broadcast('0x00'))
    expect(error).toBeInstanceOf(ChainRefused)
    expect(error.message).toBe('insufficient funds')
    const silent = await problem(pool([node(never)]).rpc.broadcast('0x00'))
    expect(silent).toBeInstanceOf(ChainUnavailable)
  })
})

describe('askAll', () => {
  test('gives what every endpoint says that can be reached now, with its host', async () => {
    const [one, two] = [node(() => 'one'), node(() => 'two')]
    const broken = node(() => new Response('', { status: 500 }))
    const { rpc, clock } = pool([one, broken, two])
    const both = [
      { host: one.host, stale: false, value: 'one' },
      { host: two.host, stale: false, value: 'two' },
    ]
    expect(await rpc.askAll('eth_x', [], text)).toEqual(both)
    const asked = broken.calls.length
    expect(await rpc.askAll('eth_x', [], text)).toEqual(both)
    expect(broken.calls.length).toBe(asked) // it cools down
    clock.time += 2001
    await rpc.askAll('eth_x', [], text)
    expect(broken.calls.length).toBeGreaterThan(asked)
  })
  test('asks those that cool down when nobody else answers, and throws when nobody does', async () => {
    const server = { broken: true }
    const { rpc } = pool([node(() => (server.broken ? new Response('', { status: 500 }) : 'back'))])
    expect(await problem(rpc.askAll('eth_x', [], text))).toBeInstanceOf(ChainUnavailable)
    server.broken = false
    expect((await rpc.askAll('eth_x', [], text)).map(({ value }) => value)).toEqual(['back'])
    const no = pool([node(() => rpcError(-32601, 'no such method')), node(never)]).rpc
    expect(await problem(no.askAll('eth_x', [], text))).toBeInstanceOf(ChainRefused)
  })
})

describe('an address', () => {
  test('must be http or https, and is not repeated in the error', () => {
    for (const bad of [`ftp://host/${SECRET}`, `wss://host/${SECRET}`, 'file:///etc/passwd', 'localhost:8545', ''])
      try {
        pool(['http://127.0.0.1:1/', bad])
        expect('accepted').toBe(bad)
      } catch (error) {
        expect((error as Error).message).toBe('rpc_urls[1] must be an http or https address')
      }
    expect(() => pool([])).toThrow('rpc_urls is empty')
  })
  test('with user and password sends them as Authorization, and never names them', async () => {
    const seen: (string | null)[] = []
    const stub = node(
      (_call, request) => (seen.push(request.headers.get('authorization')), rpcError(-32000, 'no p4ssw0rd!!')),
    )
    const { rpc } = pool([stub.url.replace('http://', 'http://user:p4ssw0rd!!@')])
    const error = await problem(rpc.ask('eth_blockNumber', [], text))
    expect(seen).toEqual([`Basic ${btoa('user:p4ssw0rd!!')}`])
    expect(error.message).not.toContain('p4ssw0rd')
    expect(rpc.health()[0]!.host).toBe(stub.host)
  })
})

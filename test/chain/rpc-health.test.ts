import { afterEach, describe, expect, test } from 'bun:test'
import { ChainUnavailable } from '../../src/domain/ports.ts'
import { type Behaviour, hexOf, manualClock, never, node, pool, problem, refuse, stopNodes } from './nodes.ts'

afterEach(stopNodes)

const HOUR = 3_600_000
const now = manualClock().time / 1000
/** A node whose newest block has this number and age in seconds; any other question is answered with its number. */
const at = (number: number, age = 5): Behaviour => {
  const hash = `0x${'ab'.repeat(32)}`
  return ({ method }) =>
    method === 'eth_getBlockByNumber'
      ? { number: hexOf(number), hash, timestamp: hexOf(now - age) }
      : `from the node at ${number}`
}
const numbers = (blocks: { number: number }[]) => blocks.map(({ number }) => number)
const broken = () => new Response('', { status: 500 })

describe('the health of an endpoint', () => {
  test('counts what it was asked and what it failed, and times its last answer by the injected clock', async () => {
    const clock = manualClock()
    const server = { broken: false }
    const slow = node(() => {
      clock.time += 70
      return server.broken ? broken() : 'fine'
    })
    const { rpc } = pool([slow], { clock })
    expect(rpc.health()[0]).toMatchObject({ state: 'untried', head: null, latencyMs: null, requests: 0, errors: 0 })
    await rpc.ask('eth_x', [], String)
    expect(rpc.health()[0]).toMatchObject({ state: 'ok', latencyMs: 70, requests: 2, errors: 0, lastError: null })
    server.broken = true
    await problem(rpc.ask('eth_x', [], String))
    expect(rpc.health()[0]).toMatchObject({ state: 'failing', latencyMs: 70, requests: 3, errors: 1, failures: 1 })
    server.broken = false
    await rpc.ask('eth_x', [], String)
    expect(rpc.health()[0]).toMatchObject({ state: 'ok', requests: 5, errors: 1, failures: 0, lastError: null })
  })
  test('has no negative time when the clock is set back, and counts a refusal as an answer', async () => {
    const clock = manualClock()
    const { rpc } = pool([node(() => ((clock.time -= HOUR), refuse('execution reverted', 3)))], { clock })
    await problem(rpc.ask('eth_call', [], String))
    expect(rpc.health()[0]).toMatchObject({ state: 'ok', latencyMs: 0, requests: 2, errors: 0 })
  })
})

test('an endpoint that is named twice is one', async () => {
  const [liar, other] = [node(at(10 ** 9)), node(at(1000))]
  const { rpc } = pool([liar, liar.url.replace('http://', 'http://user@'), other])
  expect(rpc.health().map(({ host }) => host)).toEqual([liar.host, other.host])
  expect(numbers(await rpc.newest())).toEqual([10 ** 9, 1000])
})

describe('a stale endpoint', () => {
  test('has no say about the newest block, is asked last, and is called so', async () => {
    const [stuck, fresh] = [node(at(900, 3600)), node(at(1000))]
    const { rpc } = pool([stuck, fresh])
    expect(await rpc.ask('eth_x', [], String)).toBe('from the node at 900') // control: nobody knows it yet
    expect(numbers(await rpc.newest())).toEqual([1000])
    expect(rpc.health()).toMatchObject([
      { state: 'stale', head: 900 },
      { state: 'ok', head: 1000 },
    ])
    expect(await rpc.ask('eth_x', [], String)).toBe('from the node at 1000')
    expect((await rpc.askAll('eth_x', [], String)).map(({ stale }) => stale)).toEqual([true, false])
  })
  test.each([
    ['nine minutes', 540, false],
    ['eleven minutes', 660, true],
  ])('is one that is %s behind the clock', async (_name, age, stale) => {
    const { rpc } = pool([node(at(900, age)), node(at(1000))])
    expect(numbers(await rpc.newest())).toEqual(stale ? [1000] : [900, 1000])
  })
  test('is none where all are old: nothing happens on that chain', async () => {
    const { rpc } = pool([node(at(900, 3600)), node(at(901, 4000))])
    expect(numbers(await rpc.newest())).toEqual([900, 901])
    expect(rpc.health().map(({ state }) => state)).toEqual(['ok', 'ok'])
  })
  test('has a say when the others do not answer, and is fresh again when it has caught up', async () => {
    const server = { broken: false, age: 3600 }
    const stuck = node((call, request) => at(900, server.age)(call, request))
    const other = node((call, request) => (server.broken ? broken() : at(1000)(call, request)))
    const { rpc, clock } = pool([stuck, other])
    expect(numbers(await rpc.newest())).toEqual([1000])
    server.broken = true
    expect(numbers(await rpc.newest())).toEqual([900])
    Object.assign(server, { broken: false, age: 1 })
    clock.time += 2001
    expect(numbers(await rpc.newest())).toEqual([900, 1000])
  })
})

describe('check', () => {
  test('asks all now, also those that cool down, and says how each is', async () => {
    const server = { broken: true }
    const flaky = node((call, request) => (server.broken ? broken() : at(1000)(call, request)))
    const wrong = node(at(7), 1)
    const nodes = [flaky, wrong, node(never), node(at(900, 3600)), node(() => null), node(() => refuse())]
    const { rpc } = pool(nodes)
    const first = await rpc.check()
    expect(first.map(({ state }) => state)).toEqual(['failing', 'wrong_chain', 'failing', 'ok', 'failing', 'failing'])
    expect(first.map(({ host }) => host)).toEqual(nodes.map(({ host }) => host))
    expect(first.map(({ lastError }) => lastError)).toEqual([
      'HTTP 500, not JSON',
      'serves chain 1, not 137',
      'timed out',
      null,
      'unusable answer to eth_getBlockByNumber: no newest block',
      'the method does not exist',
    ])
    server.broken = false
    wrong.chainId = 137
    const second = await rpc.check()
    expect(second.map(({ state }) => state)).toEqual(['ok', 'ok', 'failing', 'stale', 'failing', 'failing'])
    expect(second.map(({ head }) => head)).toEqual([1000, 7, null, 900, null, null])
    expect(second[0]!.downUntil).toBe(0)
  })
  test('notices an endpoint that has become another chain since', async () => {
    const changed = node(at(1000))
    const { rpc } = pool([changed])
    expect((await rpc.check())[0]!.state).toBe('ok')
    changed.chainId = 1
    expect((await rpc.check())[0]).toMatchObject({ state: 'wrong_chain', lastError: 'serves chain 1, not 137' })
    expect(await problem(rpc.ask('eth_x', [], String))).toBeInstanceOf(ChainUnavailable)
  })
  test('costs one time-out, not two, where an endpoint is silent', async () => {
    const silent = node(never)
    silent.chainId = null
    const { rpc } = pool([silent])
    // both questions were asked: neither waited for the other
    expect(await rpc.check()).toMatchObject([{ state: 'failing', requests: 2, errors: 2, lastError: 'timed out' }])
  })
})

import { afterEach, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { EvmChainOptions } from '../../src/chain/evm.ts'
import { ChainUnavailable } from '../../src/domain/ports.ts'
import {
  type Behaviour,
  chainOver,
  direct,
  hexOf,
  manualClock,
  never,
  node,
  overriding,
  pool,
  problem,
  refuse,
  rpcError,
  stopNodes,
} from './nodes.ts'

afterEach(stopNodes)

const now = manualClock().time / 1000
const hash = (digit: string) => `0x${digit.repeat(64)}`
const block = (number: number, digit = 'a', age = 5) => ({
  number: hexOf(number),
  hash: hash(digit),
  timestamp: hexOf(now - age),
})

interface Head {
  latest: number
  age?: number
  finalized?: number | null | 'refused' | 'broken' | 'silent'
}
/** A node with this newest block, and this finalized one. */
const head = ({ latest, age, finalized = 'refused' }: Head): Behaviour =>
  overriding({
    eth_getBlockByNumber: ([tag]) => {
      if (tag !== 'finalized') return block(latest, 'a', age)
      if (finalized === 'refused') return refuse('finalized block not found', -39001)
      if (finalized === 'broken') return new Response('', { status: 502 })
      if (finalized === 'silent') return never()
      return finalized === null ? null : block(finalized)
    },
  })
const chainOf = (behaviours: Behaviour[], rest: Partial<EvmChainOptions> = {}) =>
  chainOver(pool(behaviours.map((each) => node(each))).rpc, { confirmations: 10, ...rest })
const headsOf = (heads: Head[], rest: Partial<EvmChainOptions> = {}) => chainOf(heads.map(head), rest).heads()

describe('the newest block', () => {
  test.each<[string, Head[], number]>([
    ['one endpoint: its own', [{ latest: 1000 }], 1000],
    ['two: the lower', [{ latest: 1000 }, { latest: 994 }], 994],
    ['three, one of which lies: the second-highest', [{ latest: 1000 }, { latest: 10 ** 9 }, { latest: 999 }], 1000],
    ['two, one of which lies', [{ latest: 10 ** 9 }, { latest: 1000 }], 1000],
    ['three, one of which lags by six', [{ latest: 994 }, { latest: 1000 }, { latest: 1000 }], 1000],
    ['two, one of which has stood still for an hour', [{ latest: 300, age: 3600 }, { latest: 1000 }], 1000],
    [
      'two that both stand still',
      [
        { latest: 300, age: 3600 },
        { latest: 301, age: 3600 },
      ],
      300,
    ],
  ])('%s', async (_name, heads, latest) => {
    expect(await headsOf(heads)).toEqual({ latest, final: latest - 9 })
  })
  test('is known while one endpoint hangs and another fails; with nobody left it is unknown', async () => {
    const failing = [never, () => new Response('', { status: 500 })]
    expect((await chainOf([...failing, head({ latest: 1000 })]).heads()).latest).toBe(1000)
    expect(await problem(chainOf(failing).heads())).toBeInstanceOf(ChainUnavailable)
  })
})

describe('what is final', () => {
  const tag = { finalityTag: true }
  test.each<[string, Head[], number]>([
    ['tag below the depth', [{ latest: 1000, finalized: 936 }], 936],
    ['depth below the tag', [{ latest: 1000, finalized: 999 }], 991],
    [
      'the tag lags on one of two',
      [
        { latest: 1000, finalized: 960 },
        { latest: 1000, finalized: 900 },
      ],
      900,
    ],
    ['only one of two serves the tag', [{ latest: 1000 }, { latest: 1000, finalized: 900 }], 900],
    [
      'null and a number',
      [
        { latest: 1000, finalized: null },
        { latest: 1000, finalized: 900 },
      ],
      900,
    ],
    ['nobody serves the tag', [{ latest: 1000 }, { latest: 1000, finalized: null }], 991],
    ['one refuses, one breaks at that question', [{ latest: 1000, finalized: 'broken' }, { latest: 1000 }], 991],
    [
      'a stale endpoint does not hold the tag back',
      [
        { latest: 10, finalized: 5, age: 3600 },
        { latest: 1000, finalized: 950 },
      ],
      950,
    ],
  ])('with the tag: %s', async (_name, heads, final) => {
    expect((await headsOf(heads, tag)).final).toBe(final)
    const withoutTag = await headsOf(heads)
    expect(withoutTag.final).toBe(withoutTag.latest - 9) // control: the tag is not asked for
  })
  test.each(['broken', 'silent'] as const)('is unknown when the question for the tag is %s', async (finalized) => {
    expect(await problem(headsOf([{ latest: 1000, finalized }], tag))).toBeInstanceOf(ChainUnavailable)
    expect((await headsOf([{ latest: 1000, finalized }])).final).toBe(991) // control
  })
  test('is never negative, and never above the newest block', async () => {
    const heights = fc.array(fc.record({ latest: fc.nat(3000), finalized: fc.option(fc.nat(5000)) }), {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(heights, fc.nat(100), fc.boolean(), async (heads, confirmations, finalityTag) => {
        const rpcs = heads.map((each) => direct({ eth_getBlockByNumber: ([name]) => answer(each, name) }))
        const first = rpcs[0]!
        const rpc = {
          ...first,
          newest: async () => (await Promise.all(rpcs.map((each) => each.newest()))).flat(),
          askAll: async (...question: Parameters<typeof first.askAll>) =>
            (await Promise.all(rpcs.map((each) => each.askAll(...question)))).flat(),
        } as typeof first
        const { latest, final } = await chainOver(rpc, { confirmations, finalityTag }).heads()
        expect(final).toBeGreaterThanOrEqual(0)
        expect(final).toBeLessThanOrEqual(latest)
        const sorted = heads.map((each) => each.latest).sort((a, b) => b - a)
        expect(latest).toBe(sorted[1] ?? sorted[0]!)
        if (confirmations > 0) expect(final).toBeLessThanOrEqual(Math.max(0, latest - confirmations + 1))
      }),
      { numRuns: 200 },
    )
  })
  const answer = ({ latest, finalized }: { latest: number; finalized: number | null }, name: unknown) =>
    name === 'latest' ? block(latest) : finalized === null ? null : block(finalized)
})

describe('the block at a height', () => {
  const serving = (digit: string | null): Behaviour =>
    overriding({ eth_getBlockByNumber: () => (digit === null ? null : block(7, digit)) })
  const at7 = (...digits: (string | null)[]) => chainOf(digits.map(serving)).block(7)

  test('is what more than half of those say that have it', async () => {
    expect(await at7('a')).toEqual({ number: 7, hash: hash('a'), timestamp: now - 5 })
    expect((await at7('b', 'a', 'a'))!.hash).toBe(hash('a'))
    expect((await at7(null, 'a'))!.hash).toBe(hash('a')) // lags
    expect(await at7(null, null)).toBeNull()
  })
  test.each([[['a', 'b']], [['a', 'b', null]], [['a', 'b', 'c']], [['a', 'a', 'b', 'b']]])(
    'is unknown while %j disagree, and the error names hosts',
    async (digits) => {
      const nodes = digits.map((digit) => node(serving(digit)))
      const error = await problem(chainOver(pool(nodes).rpc).block(7))
      expect(error).toBeInstanceOf(ChainUnavailable)
      const hosts = nodes.filter((_, index) => digits[index] !== null).map(({ host }) => host)
      expect(error.message).toBe(`endpoints disagree about block 7: ${hosts.join(', ')}`)
    },
  )
  test('is nobody’s when all refuse it, and unknown when all are silent', async () => {
    expect(await chainOf([() => rpcError(-32000, 'header not found')]).block(7)).toBeNull()
    expect(await problem(chainOf([never]).block(7))).toBeInstanceOf(ChainUnavailable)
  })
  test('is not for a stale endpoint to say', async () => {
    const forked = (digit: string, age: number): Behaviour =>
      overriding({ eth_getBlockByNumber: ([name]) => (name === 'latest' ? block(9, digit, age) : block(7, digit)) })
    const chain = chainOf([forked('b', 3600), forked('a', 5)])
    expect(await problem(chain.block(7))).toBeInstanceOf(ChainUnavailable) // control: not known to be stale yet
    await chain.heads()
    expect((await chain.block(7))!.hash).toBe(hash('a'))
  })
})

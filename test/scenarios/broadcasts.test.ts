import { expect, test } from 'bun:test'
import { aboveCap, dropped, gasRises, reorganised, repliesLost } from './plans.ts'
import { onceEach, PATIENCE } from './scenario.ts'

const NAIVE = ['send and wait', 'nonce manager'] as const

test.concurrent(
  '3 the answers to three broadcasts are lost: each root once',
  async () => expect(await repliesLost({})).toMatchObject(onceEach(6)),
  PATIENCE,
)
test.concurrent.each(NAIVE)(
  '3 the answers to three broadcasts are lost: %s sends roots again',
  async (strategy) => {
    const { twice } = await repliesLost({ job: { strategy, confirmations: 1 } })
    expect(twice).toBeGreaterThan(0)
  },
  PATIENCE,
)

test.concurrent.each([false, true])(
  '4 gas rises while nothing is mined (legacy fees: %p): replaced on the same nonce, each root once',
  async (legacyFees) => {
    const outcome = await gasRises({ job: { legacyFees } })
    expect(outcome).toMatchObject(onceEach(4))
    expect(outcome.report!.attempts).toBeGreaterThan(4)
    expect(outcome.report!.attempts).toBeLessThan(16)
  },
  PATIENCE,
)
test.concurrent(
  '4 gas rises while nothing is mined: nonce manager loses roots',
  async () => {
    const { missing } = await gasRises({ job: { strategy: 'nonce manager' } })
    expect(missing).toBeGreaterThan(0)
  },
  PATIENCE,
)

test.concurrent(
  '4 gas above the cap: nothing is signed meanwhile, then each root once',
  async () => {
    const outcome = await aboveCap({})
    expect(outcome).toMatchObject({ ...onceEach(3), told: { hold: 'fee_above_cap', signedWhileHolding: 0 } })
    expect(outcome.report).toMatchObject({ attempts: 3, holds: {} })
  },
  PATIENCE,
)

test.concurrent(
  '5 the mempool is dropped three times: the same bytes go out again, each root once',
  async () => {
    const outcome = await dropped({})
    expect(outcome).toMatchObject(onceEach(4))
    expect(outcome.report!.attempts).toBe(4)
  },
  PATIENCE,
)
test.concurrent(
  '5 the mempool is dropped three times: nonce manager loses roots',
  async () => {
    const { missing } = await dropped({ job: { strategy: 'nonce manager' } })
    expect(missing).toBeGreaterThan(0)
  },
  PATIENCE,
)

test.concurrent.each([1, 2, 3])(
  '6 a reorganisation of depth %i, three times: each root once',
  async (depth) => {
    const outcome = await reorganised({}, depth)
    expect(outcome).toMatchObject(onceEach(5))
    expect(outcome.told.removed).toBeGreaterThanOrEqual(3)
  },
  PATIENCE,
)
test.concurrent.each(NAIVE)(
  '6 a reorganisation of depth 2, three times: %s says done what is gone',
  async (strategy) => {
    const outcome = await reorganised({ job: { strategy } }, 2)
    expect(outcome.told.removed).toBeGreaterThan(0)
    expect(outcome.missing).toBeGreaterThan(0)
    if (strategy === 'send and wait') expect(outcome.report!.states).toEqual({ done: 5 })
  },
  PATIENCE,
)

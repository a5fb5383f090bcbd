import { expect, test } from 'bun:test'
import { pace, type Demand } from '../../src/jobs/pace.ts'
import { ManualClock } from '../kit/clock.ts'

/** Background work that takes `workMs` between two breaths, while requests come as `demandAt` says. */
async function share(lane: 'chain' | 'mail', workMs: number, demandAt: (ms: number) => Demand, rounds = 200) {
  const clock = new ManualClock()
  const begin = clock.now()
  const breathe = pace(
    () => demandAt(clock.now() - begin),
    clock,
    (milliseconds, wake) => {
      clock.advance(milliseconds)
      wake()
    },
  )
  for (let round = 0; round < rounds; round++) {
    await breathe(lane)
    clock.advance(workMs)
  }
  return (rounds * workMs) / (clock.now() - begin)
}
const none = () => ({ arrived: 0, waiting: 0 })
const steady =
  (perMs: number, waiting = 0) =>
  (ms: number) => ({ arrived: Math.floor(ms * perMs), waiting })

test('without requests background work never pauses', async () => {
  expect(await share('mail', 10, none)).toBe(1)
})

test('while requests keep coming, the chain gets an eighth of the time and mail a twentieth', async () => {
  expect(await share('chain', 10, steady(1))).toBeCloseTo(1 / 8, 1)
  expect(await share('mail', 10, steady(1))).toBeCloseTo(1 / 20, 1)
})

test('it never stops altogether, however long a piece of work is', async () => {
  expect(await share('mail', 200, steady(1))).toBeGreaterThan(0.15)
})

test('what requests wait for does not pause', async () => {
  expect(await share('chain', 10, steady(1, 5))).toBe(1)
  expect(await share('mail', 10, steady(1, 5))).toBeLessThan(0.1)
})

test('somebody who asks now and then holds up little: a pause ends when hardly any request came during a slice of it', async () => {
  expect(await share('chain', 10, steady(0.1))).toBeGreaterThan(0.7)
})

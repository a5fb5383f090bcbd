import { expect, test } from 'bun:test'
import { randomFrom } from '../crash/clients.ts'
import type { Job } from './job.ts'
import { withoutReceipts } from './plans.ts'
import type { Manner } from './proxy.ts'
import { onceEach, PATIENCE, scenario } from './scenario.ts'

/** 7: the first of two endpoints misbehaves from beginning to end. */
const firstIs = (manner: Manner, job: Partial<Job> = {}) =>
  scenario({ roots: 4, blocks: 200, job }, async (scene) => {
    const proxy = scene.proxy(() => manner)
    const end = await scene.run({ urls: [proxy.url, scene.node.url], timeoutMs: 500 })
    return { asked: Object.fromEntries(proxy.seen), end }
  })

const BROKEN: Manner[] = ['hangs', 'http 500', 'rate limited', 'refuses sends', 'lags without receipts']

test.concurrent.each(BROKEN)(
  '7 the first endpoint %s: each root once, by the second',
  async (manner) => expect(await firstIs(manner)).toMatchObject(onceEach(4)),
  PATIENCE,
)
test.concurrent(
  '7 the first endpoint serves another chain: it is asked for nothing but its chain id',
  async () => {
    const outcome = await firstIs('another chain')
    expect(outcome).toMatchObject(onceEach(4))
    expect(outcome.told.asked).toEqual({ eth_chainId: 1 })
  },
  PATIENCE,
)

test.concurrent.each(BROKEN)(
  '7 the first endpoint %s: send and wait fails',
  async (manner) => {
    const { missing, twice } = await firstIs(manner, { strategy: 'send and wait', confirmations: 1, seconds: 7 })
    expect(missing + twice).toBeGreaterThan(0)
  },
  PATIENCE,
)
test.concurrent(
  '7 the first endpoint serves another chain: send and wait does not notice',
  async () => {
    const { told } = await firstIs('another chain', { strategy: 'send and wait', confirmations: 1 })
    expect(told.asked.eth_sendRawTransaction).toBe(4)
  },
  PATIENCE,
)

test.concurrent(
  '8 the first endpoint flaps: each root once',
  async () => {
    const outcome = await scenario({ roots: 8, blocks: 200 }, async (scene) => {
      const random = randomFrom(8)
      const proxy = scene.proxy(() =>
        random() < 0.4 ? 'lags without receipts' : random() < 0.1 ? 'http 500' : 'sound',
      )
      return scene.run({ urls: [proxy.url, scene.node.url] })
    })
    expect(outcome).toMatchObject(onceEach(8))
  },
  PATIENCE,
)

test.concurrent.each(['no receipts', 'lags without receipts'] as const)(
  '8 the only endpoint has %s: the user of the nonce is found in a block, each root once',
  async (manner) => {
    const outcome = await withoutReceipts({}, manner)
    expect(outcome).toMatchObject(onceEach(4))
    expect(outcome.report!.attempts).toBe(4)
  },
  PATIENCE,
)

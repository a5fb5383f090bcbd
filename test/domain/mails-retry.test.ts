import { describe, expect, test } from 'bun:test'
import { systemRandom, type Random } from '../../src/domain/ids.ts'
import { MAIL_ATTEMPTS, mailRetryDelay } from '../../src/domain/mails-retry.ts'

const always =
  (byte: number): Random =>
  (size) =>
    new Uint8Array(size).fill(byte)

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function schedule(random: Random): number[] {
  const delays: number[] = []
  for (let delay = mailRetryDelay(1, random); delay !== null; delay = mailRetryDelay(delays.length + 1, random))
    delays.push(delay)
  return delays
}
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)

describe('the schedule of retries', () => {
  test('begins fast, for grey-listing, and ends after at least two days', () => {
    const middle = schedule(always(0x7f)).map((delay) => Math.round(delay / MINUTE))
    expect(middle.slice(0, 7)).toEqual([1, 5, 15, 60, 120, 240, 480])
    expect(sum(schedule(always(0)))).toBeGreaterThanOrEqual(48 * HOUR)
    expect(schedule(systemRandom)).toHaveLength(MAIL_ATTEMPTS - 1)
  })

  test('jitter stays within a tenth of each step, both ways', () => {
    const [low, high] = [schedule(always(0)), schedule(always(255))]
    expect(low.slice(0, 3)).toEqual([54_000, 270_000, 810_000])
    expect(high.slice(0, 3)).toEqual([66_000, 330_000, 990_000])
    for (let round = 0; round < 200; round++)
      schedule(systemRandom).forEach((delay, step) => {
        expect(delay).toBeGreaterThanOrEqual(low[step]!)
        expect(delay).toBeLessThanOrEqual(high[step]!)
      })
  })

  test('two mails that failed together do not come back together', () => {
    const moments = new Set(Array.from({ length: 100 }, () => mailRetryDelay(3, systemRandom)))
    expect(moments.size).toBeGreaterThan(80)
  })

  test('after the last attempt there is none, however often it is asked', () => {
    expect(mailRetryDelay(MAIL_ATTEMPTS - 1, systemRandom)).not.toBeNull()
    expect(mailRetryDelay(MAIL_ATTEMPTS, systemRandom)).toBeNull()
    expect(mailRetryDelay(1_000, systemRandom)).toBeNull()
  })
})

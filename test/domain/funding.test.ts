import { describe, expect, test } from 'bun:test'
import {
  averageSize,
  costOf,
  exact,
  formatAmount,
  formatCount,
  formatGwei,
  fundingOf,
  type FundingInput,
} from '../../src/domain/funding.ts'

const GWEI = 1_000_000_000n
const gwei = (amount: number) => String(BigInt(amount) * GWEI)
/** 40 gwei now, at most 80 offered. */
const input = (more: Partial<FundingInput> = {}): FundingInput => ({
  balance: '0',
  fees: { base: gwei(38), tip: gwei(2), maxFee: gwei(78), legacy: false },
  feeCap: gwei(200),
  anchorGas: 60_000,
  deployGas: 0,
  sizes: [],
  ...more,
})
const ANCHOR = 60_000n * 40n * GWEI
const OFFER = 60_000n * 78n * GWEI
const left = (balance: bigint, more: Partial<FundingInput> = {}) =>
  fundingOf(input({ balance: String(balance), ...more }))!

describe('what an account pays for', () => {
  test('counts at the present price, and the last one has to cover its whole offer', () => {
    expect(left(OFFER - 1n).transactionsLeft).toBe(0)
    expect(left(OFFER).transactionsLeft).toBe(1)
    expect(left(OFFER + ANCHOR - 1n).transactionsLeft).toBe(1)
    expect(left(OFFER + ANCHOR).transactionsLeft).toBe(2)
    expect(left(OFFER + 999n * ANCHOR).transactionsLeft).toBe(1000)
  })

  test('a deployment that is still to be paid comes first', () => {
    const deployGas = 800_000
    const deploy = 800_000n * 40n * GWEI
    const reserve = 800_000n * 78n * GWEI
    expect(left(reserve - 1n, { deployGas })).toMatchObject({ transactionsLeft: 0, isEmpty: true })
    const some = left(reserve, { deployGas })
    expect(some.transactionsLeft).toBe(Number((reserve - deploy - OFFER) / ANCHOR) + 1)
    expect(some.costOfDeployment).toBe(String(deploy))
    expect(left(deploy + OFFER, { deployGas }).transactionsLeft).toBe(0) // its offer cannot be covered
  })

  test('certificates are transactions times the average, which is at least 1', () => {
    expect(averageSize([])).toBe(1)
    expect(averageSize([0, 0])).toBe(1)
    expect(averageSize([1, 2])).toBe(1)
    expect(averageSize([10, 20, 30])).toBe(20)
    expect(left(OFFER + 9n * ANCHOR, { sizes: [10, 20, 30] })).toMatchObject({
      transactionsLeft: 10,
      certificatesLeft: 200,
      certificatesPerTransaction: 20,
    })
  })

  test('the cap bounds what is reserved; above the cap the price itself is', () => {
    expect(left(60_000n * 50n * GWEI, { feeCap: gwei(50) }).transactionsLeft).toBe(1)
    expect(left(60_000n * 50n * GWEI - 1n, { feeCap: gwei(50) }).transactionsLeft).toBe(0)
    expect(left(ANCHOR, { feeCap: gwei(1) }).transactionsLeft).toBe(1)
    expect(left(ANCHOR - 1n, { feeCap: gwei(1) }).transactionsLeft).toBe(0)
  })

  test('what is to be sent is exactly what makes it 1,000 transactions and the registry', () => {
    for (const deployGas of [0, 800_000]) {
      const { toSend } = left(12_345n, { deployGas })
      const after = 12_345n + BigInt(toSend)
      expect(left(after, { deployGas })).toMatchObject({ transactionsLeft: 1000, toSend: '0', isEmpty: false })
      expect(left(after - 1n, { deployGas }).transactionsLeft).toBe(999)
    }
  })

  test('the embedded chain pays nothing, and a price of nothing is no division by zero', () => {
    expect(fundingOf(input({ feeCap: '0' }))).toBeUndefined()
    const free = { base: '0', tip: '0', maxFee: '0', legacy: false }
    expect(left(5n, { fees: free }).transactionsLeft).toBe(6)
    expect(left(10n ** 30n, { fees: free }).transactionsLeft).toBe(Number.MAX_SAFE_INTEGER)
  })

  test('legacy fees are a price and no more', () => {
    const fees = { base: '0', tip: gwei(40), maxFee: gwei(40), legacy: true }
    expect(left(ANCHOR, { fees }).transactionsLeft).toBe(1)
    expect(costOf(60_000, fees, gwei(200))).toEqual({ cost: String(ANCHOR), reserve: String(ANCHOR) })
  })
})

describe('amounts as people read them', () => {
  test.each([
    ['0', '0 POL'],
    ['12300000000000000', '0.0123 POL'],
    ['12345678900000000', '0.0123 POL'],
    ['1234567890000000000', '1.23 POL'],
    ['1000000000000000000', '1 POL'],
    ['12345678900000000000000', '12,345 POL'],
    ['1234567000000000000000000', '1,234,567 POL'],
    ['1', '0.000000000000000001 POL'],
    ['1234', '0.00000000000000123 POL'],
  ])('%s wei is %s', (wei, text) => expect(formatAmount(wei, 'POL')).toBe(text))

  test('what has to be sent is rounded up, and what somebody has down', () => {
    expect(formatAmount('1230000000000000001', 'ETH', 'up')).toBe('1.24 ETH')
    expect(formatAmount('1239999999999999999', 'ETH')).toBe('1.23 ETH')
    expect(formatAmount('9999000000000000', 'ETH', 'up')).toBe('0.01 ETH')
    expect(formatAmount('1999999999999999999999', 'ETH', 'up')).toBe('2,000 ETH')
  })

  test('a network without a known token shows the number alone', () =>
    expect(formatAmount('1500000000000000000', '')).toBe('1.5'))

  test('gwei and counts', () => {
    expect(formatGwei('30000000000')).toBe('30')
    expect(formatGwei('30123456789')).toBe('30.1')
    expect(formatGwei('1000000000000')).toBe('1,000')
    expect(formatGwei('10')).toBe('0.00000001')
    expect(formatCount(1234567)).toBe('1,234,567')
  })

  test('programs get every digit and no separators', () => {
    expect(exact('1234567000000000000000001')).toBe('1234567.000000000000000001')
    expect(exact('1000000000000', 9)).toBe('1000')
    expect(exact('0')).toBe('0')
  })
})

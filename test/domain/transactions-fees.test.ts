import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { affordable, offer, replacementPrice, tokenText, worstCost } from '../../src/domain/transactions-fees.ts'

const market = { base: '10', tip: '2', maxFee: '22', legacy: false }

describe('the offer for gas', () => {
  test('never exceeds the cap', () => expect(offer(market, '15')).toEqual({ maxFee: '15', tip: '2', legacy: false }))
  test('is none above the cap: no nonce is spent', () => {
    expect(offer({ ...market, base: '14' }, '15')).toBe('above the cap')
    expect(offer({ ...market, base: '13' }, '15')).not.toBe('above the cap') // control: just below
  })
  test('is free where gas is free', () =>
    expect(offer({ base: '0', tip: '0', maxFee: '0', legacy: false }, '0')).toEqual({
      maxFee: '0',
      tip: '0',
      legacy: false,
    }))
  test('of a legacy network is its price, up to the cap', () => {
    const legacy = { base: '0', tip: '30', maxFee: '30', legacy: true }
    expect(offer(legacy, '40')).toEqual({ maxFee: '30', tip: '30', legacy: true })
    expect(offer(legacy, '29')).toBe('above the cap')
  })
})

describe('a replacement', () => {
  test('pays a step more of both, or what the market asks', () => {
    expect(replacementPrice({ maxFee: '1000', tip: '100' }, market, '5000')).toEqual({
      maxFee: '1150',
      tip: '115',
      legacy: false,
    })
    expect(replacementPrice({ maxFee: '1000', tip: '100' }, { ...market, maxFee: '3000', tip: '500' }, '5000')).toEqual(
      {
        maxFee: '3000',
        tip: '500',
        legacy: false,
      },
    )
  })
  test('pays a tip where there was none', () =>
    expect(replacementPrice({ maxFee: '1000', tip: '0' }, { ...market, tip: '0' }, '5000')?.tip).toBe('1'))
  test('is none where the cap forbids a legal step, and none where gas is free', () => {
    expect(replacementPrice({ maxFee: '1000', tip: '100' }, market, '1149')).toBeNull()
    expect(replacementPrice({ maxFee: '1000', tip: '100' }, market, '1150')).not.toBeNull() // control
    expect(replacementPrice({ maxFee: '0', tip: '0' }, { ...market, maxFee: '0', tip: '0' }, '0')).toBeNull()
  })
  test('is always at least a tenth more of both, never above the cap, and its tip never above its price', () =>
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 13n), fc.bigInt(0n, 10n ** 12n), fc.bigInt(1n, 10n ** 14n), (fee, tip, cap) => {
        const old = { maxFee: String(fee), tip: String(tip < fee ? tip : fee) }
        const next = replacementPrice(old, { base: '1', tip: '7', maxFee: '9', legacy: false }, String(cap))
        if (!next) return
        expect(BigInt(next.maxFee) * 10n >= BigInt(old.maxFee) * 11n).toBe(true)
        expect(BigInt(next.tip) * 10n >= BigInt(old.tip) * 11n).toBe(true)
        expect(BigInt(next.maxFee) <= cap && BigInt(next.tip) <= BigInt(next.maxFee)).toBe(true)
      }),
    ))
})

describe('what can be paid', () => {
  const means = { balance: '100', committed: 30n, spent: '0', dailyBudget: '0' }
  test.each([
    ['the balance covers it beside what is under way', 70n, means, 'yes'],
    ['the balance does not cover it beside what is under way', 71n, means, 'no_funds'],
    ['the budget of the day covers it', 10n, { ...means, spent: '60', dailyBudget: '100' }, 'yes'],
    ['the budget of the day does not', 11n, { ...means, spent: '60', dailyBudget: '100' }, 'daily_budget'],
  ] as const)('%s', (_what, cost, having, verdict) => expect(affordable(cost, having)).toBe(verdict))
  test('the worst case is gas times the highest price', () => expect(worstCost(60_000, '5')).toBe(300_000n))
})

test('amounts are written in tokens, rounded up so that what is asked for suffices', () => {
  expect(tokenText(0n, 'ETH')).toBe('0 ETH')
  expect(tokenText(1n, 'ETH')).toBe('0.000001 ETH')
  expect(tokenText(1_500_000_000_000_000_000n, 'POL')).toBe('1.5 POL')
  expect(tokenText(1_234_567_000_000_000_001n, '')).toBe('1.234568')
  expect(tokenText(2n * 10n ** 18n, 'S')).toBe('2 S')
})

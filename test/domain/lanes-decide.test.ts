import { describe, expect, test } from 'bun:test'
import { fresh } from '../../src/domain/commit.ts'
import { budgetUsed, feeAboveCap, foreignPending, noFunds, recordHold } from '../../src/domain/lanes-decide.ts'

describe('transactions of our account that are not ours', () => {
  const ask = (pending: number, latest: number, next: number) =>
    foreignPending({ pending, latest, next }, 'polygon', '0xA')
  test.each([
    ['nothing pending', 5, 5, 5, null],
    ['our own are pending', 9, 5, 9, null],
    ['a lagging node counts fewer', 4, 5, 9, null],
    ['one more than we made', 6, 5, 5, '1 pending transaction of'],
    ['three more than we made', 12, 5, 9, '3 pending transactions of'],
    ['what was mined by others is no obstacle', 8, 8, 5, null],
  ] as const)('%s', (_what, pending, latest, next, words) => {
    const hold = ask(pending, latest, next)
    if (words === null) expect(hold).toBeNull()
    else expect(hold?.detail).toStartWith(words)
  })
  test('the cure is named', () => expect(ask(6, 5, 5)!.detail).toContain('chain.key_file'))
})

describe('a hold', () => {
  const lane = { id: '137:0xA', network: 'polygon', account: '0xA' }
  const hold = noFunds('polygon', '0xA', 1_500_000_000_000_000n, 'POL')
  test('names account, amount and token', () =>
    expect(hold.detail).toContain(
      'Account 0xA on polygon cannot pay for the next transaction: send it at least 0.0015 POL',
    ))
  test('of the cap and of the budget name the bound', () => {
    expect(feeAboveCap('polygon', '200500000000').detail).toContain('200.5 gwei')
    expect(budgetUsed('polygon', '50000000000000000', 'POL').detail).toContain('0.05 POL')
  })
  test('is written when it begins, when it changes and when it ends, and not in between', () => {
    const begun = recordHold(undefined, lane, hold, 5)
    const row = (begun!.puts![0] as { row: ReturnType<typeof fresh> }).row as never
    expect(row).toMatchObject({ hold: 'no_funds', heldSince: 5 })
    expect(recordHold(row, lane, hold, 9)).toBeUndefined()
    expect(recordHold(row, lane, feeAboveCap('polygon', '1'), 9)!.puts![0]!.row).toMatchObject({
      hold: 'fee_above_cap',
      heldSince: 9,
    })
    expect(recordHold(row, lane, null, 9)!.puts![0]!.row).toMatchObject({ hold: null, detail: null, heldSince: null })
    expect(recordHold(undefined, lane, null, 9)).toBeUndefined()
  })
})

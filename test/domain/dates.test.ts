import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { addMonths, dayOf, endOfDay, isDay, momentOf, startOfDay } from '../../src/domain/dates.ts'

describe('a day', () => {
  test.each(['2026-02-28', '2024-02-29', '1999-12-31', '9999-12-31'])('%s exists', (day) =>
    expect(isDay(day)).toBe(true),
  )
  test.each([
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '0999-01-01',
    '20260101',
    '2026-01-01T00:00:00Z',
    '',
  ])('%s does not', (day) => expect(isDay(day)).toBe(false))
  test('survives the way to a moment and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.parse('1000-01-01'), max: Date.parse('9999-12-31') }), (time) => {
        const day = dayOf(time)
        expect(isDay(day)).toBe(true)
        expect(dayOf(startOfDay(day))).toBe(day)
        expect(dayOf(endOfDay(day))).toBe(day)
      }),
    )
  })
})

test.each([
  ['2026-01-31', 1, '2026-02-28'],
  ['2024-01-31', 1, '2024-02-29'],
  ['2026-03-03', 24, '2028-03-03'],
  ['2024-02-29', 12, '2025-02-28'],
  ['2026-12-15', 1, '2027-01-15'],
] as const)('%s and %i months is %s', (day, months, expected) => expect(addMonths(day, months)).toBe(expected))

test.each([
  ['2028-03-03', '2028-03-03T23:59:59.000Z'],
  ['2028-03-03T12:00:00Z', '2028-03-03T12:00:00.000Z'],
  ['2028-03-03T12:00:00.987+02:00', '2028-03-03T10:00:00.000Z'],
])('%s is the moment %s', (text, expected) => expect(new Date(momentOf(text)!).toISOString()).toBe(expected))

test.each(['2028-02-30T12:00:00Z', '2028-03-03T12:00:00', '2028-03-03 12:00:00Z', 'tomorrow', '2028-03-03T24:00:00Z'])(
  '%s is no moment',
  (text) => expect(momentOf(text)).toBeUndefined(),
)

import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { readShape, type Shape } from '../../src/domain/shape.ts'
import { schemaOf } from '../../src/domain/shape-schema.ts'
import { issueShape, rowProblems } from '../../src/domain/issue-request.ts'
import { shown, textProblem } from '../../src/domain/text.ts'

const good = {
  template_id: 'apm',
  recipient: { name: 'Maria Andersson', email: 'maria@example.org' },
  fields: { course_name: 'Course', hours: 12.5, passed: true },
}
const problemsOf = (change: Record<string, unknown>) =>
  readShape({ ...good, ...change }, issueShape).map(({ field, code }) => [field, code])

describe('an issue request', () => {
  test('that is right has no problems', () => expect(problemsOf({})).toEqual([]))

  test.each([
    [{ template_id: undefined }, ['template_id', 'required']],
    [{ template_id: 7 }, ['template_id', 'wrong_type']],
    [{ template: 'apm' }, ['template', 'unknown_field']],
    [{ recipient: 'Maria' }, ['recipient', 'wrong_type']],
    [{ recipient: { email: 'maria@example.org' } }, ['recipient.name', 'required']],
    [{ recipient: { ...good.recipient, name: '   ' } }, ['recipient.name', 'too_short']],
    [{ recipient: { ...good.recipient, name: 'M'.repeat(201) } }, ['recipient.name', 'too_long']],
    [{ recipient: { ...good.recipient, name: 'Maria\u202eevil' } }, ['recipient.name', 'bad_text']],
    [{ recipient: { ...good.recipient, name: 'Maria\ud800' } }, ['recipient.name', 'bad_text']],
    [{ recipient: { ...good.recipient, name: 'Maria\u0000' } }, ['recipient.name', 'bad_text']],
    [{ recipient: { ...good.recipient, name: 'Maria\nBcc: evil@x.example' } }, ['recipient.name', 'bad_text']],
    [
      { recipient: { ...good.recipient, email: 'maria@example.org, evil@x.example' } },
      ['recipient.email', 'bad_value'],
    ],
    [{ recipient: { ...good.recipient, language: 'sve nska' } }, ['recipient.language', 'bad_value']],
    [{ fields: ['Course'] }, ['fields', 'wrong_type']],
    [{ fields: { deep: { er: 1 } } }, ['fields.deep', 'wrong_type']],
    [{ fields: { empty: null } }, ['fields.empty', 'wrong_type']],
    [{ issued_on: '2026-02-30' }, ['issued_on', 'bad_date']],
    [{ issued_on: '3 March' }, ['issued_on', 'bad_date']],
    [{ expires_at: '2028-13-01' }, ['expires_at', 'bad_date']],
    [{ expires_at: '2028-03-03T25:00:00Z' }, ['expires_at', 'bad_date']],
    [{ metadata: { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } } }, ['metadata', 'too_deep']],
    [{ metadata: { big: 'x'.repeat(20_000) } }, ['metadata', 'too_long']],
    [{ notify: 'yes' }, ['notify', 'wrong_type']],
    [{ hold: 0 }, ['hold', 'out_of_range']],
    [{ hold: 'long' }, ['hold', 'wrong_type']],
  ])('%j is refused by its name', (change, expected) => expect(problemsOf(change)).toContainEqual(expected))

  test('says what was probably meant', () => {
    const [problem] = readShape({ ...good, feilds: {} }, issueShape)
    expect(problem!.message).toContain('Did you mean "fields"?')
  })

  test('takes a hold as true or as minutes, and null for what may be absent', () => {
    expect(problemsOf({ hold: true })).toEqual([])
    expect(problemsOf({ hold: 30, issued_on: null, expires_at: null, metadata: null })).toEqual([])
  })
})

describe('a row of a batch', () => {
  test('has its recipient at its top or under recipient', () => {
    expect(rowProblems({ name: 'Maria', email: 'maria@example.org', fields: {} })).toEqual([])
    expect(rowProblems({ recipient: { name: 'Maria', email: 'maria@example.org' } })).toEqual([])
  })
  test('that is no object is a problem and not an exception', () =>
    fc.assert(fc.property(fc.jsonValue(), (row) => void rowProblems(row))))
})

test('whatever is sent: problems come back, each naming a field, nothing invisible in a message', () => {
  const shape: Shape = { ...issueShape, list: { kind: 'list', of: { kind: 'integer', min: 0, max: 9 }, max: 3 } }
  fc.assert(
    fc.property(fc.anything({ maxDepth: 4 }), (body) => {
      for (const { message } of readShape(body, shape)) {
        expect(message.isWellFormed()).toBe(true)
        expect(textProblem(message)).toBeUndefined()
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a value in a message is short and harmless', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const value = shown(text)
      expect(value.length).toBeLessThan(120)
      expect(textProblem(value)).toBeUndefined()
    }),
  )
})

test('the JSON Schema of a shape refuses unknown members too', () => {
  const schema = schemaOf(issueShape) as { additionalProperties: boolean; required: string[] }
  expect(schema.additionalProperties).toBe(false)
  expect(schema.required).toEqual(['template_id', 'recipient'])
})

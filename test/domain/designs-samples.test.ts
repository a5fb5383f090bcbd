import { describe, expect, test } from 'bun:test'
import { fillText, placeholdersOf, renamed } from '../../src/domain/designs-fill.ts'
import { SAMPLE_ID, SAMPLE_NAMES, SAMPLES, sampleValue, sampleValues } from '../../src/domain/designs-samples.ts'
import { isId } from '../../src/domain/ids.ts'
import { valueProblem } from '../../src/domain/issue-request.ts'
import { FIELD_TYPES, type TemplateField } from '../../src/domain/templates.ts'

const field = (change: Partial<TemplateField>): TemplateField => ({
  ...{ key: 'x', label: 'X', type: 'text', required: false },
  ...change,
})
const facts = { issuerName: 'Example University', publicUrl: 'https://certs.example.edu' }

describe('a sample', () => {
  test('has a value that each type of field would take, long or short', () => {
    for (const sample of SAMPLE_NAMES)
      for (const type of FIELD_TYPES) {
        const each = field({ type, ...(type === 'choice' ? { choices: ['Pass', 'With distinction'] } : {}) })
        expect([sample, type, valueProblem(sampleValue(each, SAMPLES[sample]), each)]).toEqual([
          sample,
          type,
          undefined,
        ])
      }
    const choice = field({ type: 'choice', choices: ['Pass', 'With distinction'] })
    expect(sampleValue(choice, SAMPLES.long)).toBe('With distinction')
    expect(sampleValue(choice, SAMPLES.latin)).toBe('Pass')
  })

  test('guesses by key or label, else speaks of a course in the language of the person', () => {
    expect(sampleValue(field({ key: 'credential_id' }), SAMPLES.latin)).toBe('PM-2026-0042')
    expect(sampleValue(field({ key: 'f1', label: 'Signed by' }), SAMPLES.latin)).toBe('Prof. Anna Svensson')
    expect(sampleValue(field({ key: 'course_name' }), SAMPLES.chinese)).toBe('高级项目管理')
    expect(sampleValue(field({ key: 'course_name' }), { name: 'Ada', language: 'xx' })).toBe(
      'Advanced Project Management',
    )
  })

  test('fills what a draft names without declaring it, and lets nobody take the place of the program’s own', () => {
    const definition = { name: 'First aid', fields: [field({ key: 'version' })] }
    const values = sampleValues(definition, SAMPLES.latin, facts, ['signer', '__proto__', 'recipient.name', 'end_date'])
    expect(values).toMatchObject({ 'recipient.name': 'María Andersson', version: '1', end_date: '3 March 2026' })
    expect(values.signer).toBe('Prof. Anna Svensson')
    expect(values.verification_url).toBe(`https://certs.example.edu/${SAMPLE_ID}`)
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype)
  })

  test('has an id like any other', () => expect(isId('cert', SAMPLE_ID)).toBe(true))
})

describe('placeholders', () => {
  test('are found once each, with or without blanks, and nothing else is', () => {
    expect(placeholdersOf('{{a}} {{ b }} {{a}} {c} {{}} {{{d}}} }}{{')).toEqual(['a', 'b', '', 'd'])
  })
  test('are filled once: braces in a value stay, what objects inherit is nothing', () => {
    expect(fillText('{{a}}|{{b}}|{{toString}}|{{ a }}', { a: '{{b}}', b: '$&' })).toBe('{{b}}|$&||{{b}}')
  })
  test('can be given other names', () => {
    expect(renamed('{{a}} and {{ a.b }}', (name) => `r1.${name}`)).toBe('{{r1.a}} and {{r1.a.b}}')
  })
})

/** The rules of the house (ARCHITECTURE.md) as code: each is a function over files, and each must catch a planted violation. */
import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { allFiles } from './house/files.ts'
import { allowed as goodImports, planted as imports } from './house/imports.ts'
import { planted as papers } from './house/papers.ts'
import { allowed as goodPlaces, planted as places } from './house/places.ts'
import { allowed as goodShapes, planted as shapes } from './house/shapes.ts'

const files = allFiles()

test('the rules see the house', () => {
  expect(files.filter(({ path }) => path.startsWith('src/')).length).toBeGreaterThan(50)
  expect(files.filter(({ path }) => path.includes('node_modules'))).toEqual([])
})

const planted = [...imports, ...places, ...shapes, ...papers]
const rules = [...new Set(planted.map(([, rule]) => rule))].map((rule) => [rule.name, rule] as const)

describe('in this house', () => {
  test.each(rules)('%s', (_name, rule) => expect(rule(files)).toEqual([]))
})

describe('a violation is caught', () => {
  test.each(planted)('%s', (_name, rule, violation) => {
    const before = rule(files)
    const complaints = rule([...files.filter(({ path }) => path !== violation.path), violation])
    expect(complaints.filter((complaint) => !before.includes(complaint))).not.toEqual([])
  })
})

describe('no rule sees what is not there', () => {
  test.each([...goodImports, ...goodPlaces, ...goodShapes])('%s', (_name, rule, file) => {
    expect(rule([file])).toEqual([])
  })
})

test('R22 the verifier is built for browsers from domain code and pure packages alone', async () => {
  const entry = 'src/domain/verify.ts'
  expect(existsSync(entry)).toBe(true)
  const built = await Bun.build({ entrypoints: [entry], target: 'browser', metafile: true })
  expect(built.success).toBe(true)
  const inputs = Object.keys(built.metafile!.inputs)
  expect(inputs).toContain(entry)
  expect(inputs.filter((path) => !/^src\/domain\/|(^|\/)node_modules\/@noble\//.test(path))).toEqual([])
  expect(await built.outputs[0]!.text()).not.toMatch(/['"](node|bun):/)
})

import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseStrictJson, StrictJsonError, type StrictJsonProblem } from '../../src/domain/strict-json.ts'

const limits = { maxLength: 10_000, maxDepth: 8 }
const problemOf = (text: string): StrictJsonProblem | 'none' => {
  try {
    parseStrictJson(text, limits)
    return 'none'
  } catch (error) {
    expect(error).toBeInstanceOf(StrictJsonError)
    return (error as StrictJsonError).problem
  }
}

test('reads whatever JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      expect(parseStrictJson(text, { ...limits, maxLength: 1e6 })).toEqual(JSON.parse(text))
    }),
  )
})

describe('refuses', () => {
  const cases: [string, StrictJsonProblem | 'none'][] = [
    ['{"a":1,"a":2}', 'duplicate_member'],
    ['{"a":1,"b":{"c":[{"d":1,"d":1}]}}', 'duplicate_member'],
    ['{"a":1,"\\u0061":2}', 'duplicate_member'],
    ['{"":1,"":2}', 'duplicate_member'],
    ['{"\\\\":1,"\\\\":2}', 'duplicate_member'],
    ['{"a":"a","b":"a"}', 'none'],
    ['[{"a":1},{"a":2}]', 'none'],
    ['{"a":{"a":{"a":1}},"b":["a","a"]}', 'none'],
    ['{"a\\"":1,"a":2}', 'none'],
    ['["a,\\"a\\",{"]', 'none'],
    ['', 'not_json'],
    ['{', 'not_json'],
    ['{"a"}', 'not_json'],
    ['"x', 'not_json'],
    ['{"\\u00zz":1}', 'not_json'],
    ['[1,]', 'not_json'],
    ['{}}', 'not_json'],
    ['NaN', 'not_json'],
    ['\ufeff{}', 'not_json'],
    ['[[[[[[[[1]]]]]]]]', 'none'],
    ['[[[[[[[[[1]]]]]]]]]', 'too_deep'],
    [`"${'x'.repeat(10_000)}"`, 'too_large'],
  ]
  test.each(cases)('%p: %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem)
  })
})

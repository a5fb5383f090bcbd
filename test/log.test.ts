import { describe, expect, test } from 'bun:test'
import { systemRandom } from '../src/domain/ids.ts'
import { createLog, pretty, requestId } from '../src/log.ts'

function logged(format: 'auto' | 'json' | 'pretty', isTerminal: boolean, level: 'info' | 'debug' = 'info') {
  const lines: string[] = []
  return { lines, log: createLog({ level, format }, (line) => lines.push(line), isTerminal) }
}

test('a line is one JSON object with time, level and message, and ends where it ends', () => {
  const { lines, log } = logged('json', true)
  log.info({ url: 'http://127.0.0.1:1' }, 'listening')
  expect(lines).toHaveLength(1)
  expect(lines[0]).toEndWith('}\n')
  expect(JSON.parse(lines[0]!)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    url: 'http://127.0.0.1:1',
    message: 'listening',
  })
})

test('auto is pretty on a terminal and json elsewhere', () => {
  const line = (isTerminal: boolean) => {
    const { lines, log } = logged('auto', isTerminal)
    log.warn({ left: 3, why: 'two words' }, 'disk')
    return lines[0]!
  }
  expect(line(false)).toStartWith('{')
  expect(line(true)).toContain('\x1b[33mWARN \x1b[0m disk')
  expect(line(true)).toContain('\x1b[2mwhy=\x1b[0m"two words"')
})

test('what is below the level is not written', () => {
  const { lines, log } = logged('json', false)
  log.debug('quiet')
  expect(lines).toEqual([])
  const loud = logged('json', false, 'debug')
  loud.log.debug('heard')
  expect(loud.lines).toHaveLength(1)
})

describe('secrets', () => {
  const canary = 'CANARY1234567890'
  test.each([
    ['at the top', { password: canary }],
    ['one deep', { mail: { password: canary } }],
    ['two deep', { request: { headers: { authorization: canary } } }],
    ['an API key in a sentence', { note: `used tm_live_${canary} twice` }],
    ['a bearer header', { note: `authorization: Bearer ${canary}` }],
    ['in an error', { error: new Error(`refused whsec_${canary}`) }],
  ])('%s are hidden in both formats', (_name, fields) => {
    for (const format of ['json', 'pretty'] as const) {
      const { lines, log } = logged(format, false)
      log.info(fields, `with tm_test_${canary}`)
      expect(lines[0]).toContain('[hidden]')
      expect(lines[0]).not.toContain(canary)
    }
  })

  test('and nothing else is', () => {
    const { lines, log } = logged('json', false)
    log.info({ certificate: 'cert_0123456789abcdefghjkmnpqrs' }, 'issued')
    expect(lines[0]).not.toContain('[hidden]')
  })
})

test('an error keeps its stack, indented below the line', () => {
  const { lines, log } = logged('pretty', false)
  log.error({ error: new Error('broken') }, 'job failed')
  expect(lines[0]).toMatch(/ERROR job failed\n    Error: broken\n    +at /)
})

test('nothing from outside reaches a terminal as an escape sequence', () => {
  const line = JSON.stringify({ level: 'info', time: '2026-01-01T00:00:00.000Z', message: 'a\x1b[2Jb', x: '\x07' })
  const shown = pretty(line, false)
  expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f]/)
  expect(shown).toContain('a\\x1b[2Jb')
})

test('a request id is the caller’s when it is harmless, else ours', () => {
  expect(requestId('abc-1.2_3', systemRandom)).toBe('abc-1.2_3')
  for (const wrong of [null, undefined, '', 'a b', 'a\nb', 'é', 'x'.repeat(65)])
    expect(requestId(wrong, systemRandom)).toMatch(/^req_[0-9a-z]{26}$/)
})

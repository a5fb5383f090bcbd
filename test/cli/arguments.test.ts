import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type CommandShape, parseArguments } from '../../src/cli/arguments.ts'
import { commands as ours } from '../../src/cli/commands.ts'

const table: CommandShape[] = [
  { name: 'serve', summary: 'run everything', flags: [{ name: 'quickstart', summary: 'try it' }], positionals: [] },
  {
    name: 'keys create',
    summary: 'make an API key',
    flags: [
      { name: 'name', value: 'NAME', required: true, summary: 'what it is for' },
      { name: 'scope', value: 'SCOPE', many: true, summary: 'what it may do' },
      { name: 'sandbox', summary: 'for trying' },
    ],
    positionals: [],
  },
  { name: 'keys list', summary: 'list API keys', flags: [], positionals: [] },
  { name: 'verify', summary: 'verify', flags: [], positionals: [{ name: 'FILE', required: true, many: true }] },
  { name: 'init', summary: 'write', flags: [], positionals: [{ name: 'FILE', required: false }] },
]
const parse = (line: string) => parseArguments(table, line === '' ? [] : line.split(' '))
function understood(line: string) {
  const parsed = parse(line)
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed))
  return { name: parsed.command.name, given: parsed.arguments }
}

test('flags, values, lists and positionals come out as they were given', () => {
  const { name, given } = understood('keys create --name=lms --scope a --scope b --sandbox --config x.toml')
  expect(name).toBe('keys create')
  expect(given.value('name')).toBe('lms')
  expect(given.values('scope')).toEqual(['a', 'b'])
  expect(given.has('sandbox')).toBe(true)
  expect(given.value('config')).toBe('x.toml')
  expect(understood('verify a.json b.pdf').given.positionals).toEqual(['a.json', 'b.pdf'])
  expect(understood('verify -- --odd').given.positionals).toEqual(['--odd'])
  expect(understood('verify -').given.positionals).toEqual(['-'])
  expect(understood('init').given.positionals).toEqual([])
})

describe('what is wrong is said in one line', () => {
  test.each([
    ['', 'which command?'],
    ['serv', 'unknown command "serv". Did you mean "serve"?'],
    ['keys', 'keys: what? It has create, list'],
    ['keys craete', 'unknown command "keys craete". Did you mean "create"?'],
    ['serve --quikstart', 'serve: unknown flag --quikstart. Did you mean "--quickstart"?'],
    ['serve -q', 'serve: unknown flag -q'],
    ['serve --quickstart=yes', '--quickstart takes no value'],
    ['serve --quickstart --quickstart', 'given twice'],
    ['serve now', '"now" is one word too many'],
    ['keys create', '--name NAME is missing'],
    ['keys create --name', '--name needs a value'],
    ['keys create --name --sandbox', '--name needs a value'],
    ['keys create --name=', '--name needs a value'],
    ['verify', 'FILE is missing'],
    ['--quickstart serve', 'a command comes first'],
  ])('%s', (line, message) => {
    const parsed = parse(line)
    expect(parsed.kind).toBe('refused')
    expect(parsed.kind === 'refused' && parsed.message).toContain(message)
    expect(parsed.kind === 'refused' && parsed.message).not.toContain('\n')
  })

  test('no argument list ends in an exception', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('keys', 'create', '--name', '--', '-h', 'constructor', '--__proto__'),
    )
    fc.assert(fc.property(fc.array(word, { maxLength: 6 }), (words) => void parseArguments(table, words)))
  })
})

describe('help', () => {
  const textOf = (...argv: string[]) => {
    const parsed = parseArguments([...table, ...ours], argv)
    return parsed.kind === 'help' ? parsed.text : ''
  }
  test('is there for all, for a group and for each command, by any of its ways', () => {
    expect(textOf('--help')).toContain('keys create')
    expect(textOf('help')).toBe(textOf('-h'))
    expect(textOf('keys', '--help')).not.toContain('serve')
    expect(textOf('keys', 'create', '--help')).toBe(textOf('help', 'keys', 'create'))
    expect(textOf('keys', 'create', '--help')).toContain('(may be repeated)')
  })

  test('fits into 80 columns', () => {
    for (const { name } of [{ name: '' }, ...table, ...ours]) {
      const lines = textOf(...name.split(' ').filter(Boolean), '--help').split('\n')
      expect(lines.length).toBeGreaterThan(4)
      expect(lines.filter((line) => line.length > 80)).toEqual([])
      expect(lines.filter((line) => /\s$/.test(line))).toEqual([])
    }
  })
})

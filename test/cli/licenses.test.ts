import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { NOTICES, label, notices, productionDependencies } from '../../scripts/licenses.ts'
import { commands } from '../../src/cli/commands.ts'

const lock = readFileSync('package-lock.json', 'utf8')
const committed = readFileSync(NOTICES, 'utf8')
const dependencies = productionDependencies(lock)

test('the licences in the binary are those of what package-lock.json installs (cure: bun scripts/licenses.ts)', () => {
  expect(committed).toBe(notices(dependencies, Bun.version))
})

test('a dependency that is added or raised is noticed', () => {
  const added = JSON.parse(lock) as { packages: Record<string, { version: string; license: string }> }
  added.packages['node_modules/new-one'] = { version: '1.0.0', license: 'MIT' }
  const names = productionDependencies(JSON.stringify(added)).map(label)
  expect(names.filter((name) => !committed.includes(`\n${name} · `))).toEqual(['new-one 1.0.0'])
})

test('works under the Mozilla licence come with its text and with the place of their source', () => {
  const mozilla = dependencies.filter(({ license }) => license === 'MPL-2.0')
  expect(mozilla.length).toBeGreaterThan(0)
  for (const one of mozilla)
    expect(committed).toContain(`${label(one)} · MPL-2.0 (unchanged; source code of this version: https://`)
  expect(committed).toContain('Mozilla Public License Version 2.0')
})

test('fonts come with their licence and the names of who made them', () => {
  const fonts = dependencies.filter(({ license }) => license === 'MIT AND OFL-1.1')
  expect(fonts.length).toBeGreaterThan(30)
  for (const one of fonts)
    expect(committed).toMatch(new RegExp(`${one.name} ${one.version} · OFL-1.1.*\\n  Copyright `))
  expect(committed).toContain('SIL OPEN FONT LICENSE Version 1.1')
  expect(committed.match(/SIL OPEN FONT LICENSE Version 1\.1 - 26/g)).toHaveLength(1)
})

test('no licence is one that would bind the whole program', () => {
  const allowed = [
    'MIT',
    'MIT-0',
    'ISC',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'Apache-2.0',
    'MPL-2.0',
    'Unlicense',
    'CC0-1.0',
    'MIT AND OFL-1.1', // fonts
  ]
  expect(dependencies.filter(({ license }) => !allowed.includes(license)).map(label)).toEqual([])
})

test('testamur licenses prints them', async () => {
  const out: string[] = []
  const command = commands.find(({ name }) => name === 'licenses')!
  const context = { print: (line: string) => out.push(line) } as unknown as Parameters<typeof command.run>[0]
  expect(await command.run(context, undefined as never)).toBe(0)
  expect(out.join('\n')).toBe(committed.trimEnd())
})

/** docs/guide/contract.md says what the contract is: every selector, event, error and hash is compared with the artefact. */
import { afterAll, expect, test } from 'bun:test'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Interface } from 'ethers/abi'
import artefact from '../../src/chain/registry.json'

const ROOT = resolve(import.meta.dir, '../..')
const page = readFileSync(join(ROOT, 'docs/guide/contract.md'), 'utf8')
const abi = new Interface(artefact.abi)
const folder = mkdtempSync(join(tmpdir(), 'testamur-guide-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** First cells of the table's rows that match, and what stands behind. */
const rows = (pattern: RegExp) => [...page.matchAll(pattern)].map(([, ...cells]) => cells as string[])

test('every function is listed with its selector and the types of its arguments', () => {
  const listed = rows(/^\| (\w+)\(([^)]*)\) \| ([0-9a-f]{8}) \| /gm).filter(([name]) => !abi.getError(name!))
  const signature = (name: string, given: string) =>
    `${name}(${given
      .split(', ')
      .map((argument) => argument.split(' ')[0])
      .join(',')})`
  const found = listed.map(([name, given, selector]) => [signature(name!, given!), selector])
  expect(Object.fromEntries(found)).toEqual(artefact.selectors)
})

test('every error and every event is listed', () => {
  const errors = rows(/^\| (\w+)\(\) \| ([0-9a-f]{8}) \|$/gm)
  const events = rows(/^\| (\w+\([^)]*indexed[^)]*\)) \|/gm)
  const wanted: Record<'errors' | 'events', unknown[]> = { errors: [], events: [] }
  abi.forEachError(({ name, selector }) => void wanted.errors.push([name, selector.slice(2)]))
  abi.forEachEvent((event) => void wanted.events.push([event.format('full').replace('event ', '')]))
  expect(errors.sort()).toEqual(wanted.errors.sort() as string[][])
  expect(events.sort()).toEqual(wanted.events.sort() as string[][])
})

test('the recipe makes the released code from the source, with the compiler alone', async () => {
  const [, recipe = ''] = /```js\n([\s\S]*?\n)```/.exec(page) ?? []
  writeFileSync(join(folder, 'hash.cjs'), recipe)
  copyFileSync(join(ROOT, 'contracts/TestamurRegistry.sol'), join(folder, 'TestamurRegistry.sol'))
  symlinkSync(join(ROOT, 'test/oracles/node_modules'), join(folder, 'node_modules'))
  const child = Bun.spawn(['node', 'hash.cjs'], { cwd: folder, stdout: 'pipe', stderr: 'pipe' })
  const [out, complaints] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  expect([out.trim(), complaints]).toEqual([artefact.runtimeSha256, ''])
  expect(page).toContain(`\n${artefact.runtimeSha256}\n`)
}, 60_000)

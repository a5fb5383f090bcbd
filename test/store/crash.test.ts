import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstBrokenEvent } from '../../src/domain/events.ts'
import { diskStore, LIVE, sha256 } from '../kit/store.ts'

const CHILD = join(import.meta.dir, 'crash-child.ts')

/** Runs the writer until it has told of `lines` commits, kills it with -9, and answers what it told. */
async function killed(dir: string, lines: number, defect = ''): Promise<Array<{ id: string; number: number }>> {
  const child = Bun.spawn([process.execPath, CHILD, dir, defect], { stdout: 'pipe', stderr: 'inherit' })
  let text = ''
  const decoder = new TextDecoder()
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true })
    if (text.split('\n').length > lines) child.kill('SIGKILL')
  }
  await child.exited
  const complete = text.slice(0, text.lastIndexOf('\n') + 1)
  return complete
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id, number] = line.split(' ')
      return { id: id!, number: Number(number) }
    })
}

/** What was told and is not stored. */
async function lost(dir: string, told: Array<{ id: string }>): Promise<number> {
  const store = await diskStore(dir)
  const found = await store.certificates.many(told.map(({ id }) => id))
  const all = await store.certificates.list(LIVE, {}, { limit: 1_000_000 }, 1)
  const events = await store.events.after(undefined, 0, 1_000_000)
  expect(firstBrokenEvent(events, sha256)).toBeUndefined()
  expect((await store.events.head()).seq).toBe(events.length)
  // No half commits: the list joins the version, the claim and the event name the certificate.
  expect(new Set(events.map(({ subject }) => subject))).toEqual(new Set(all.map(({ certificate }) => certificate.id)))
  const keys = all.map(({ version }) => `key-${version.statusIndex}`)
  const holders = await store.claims.holders('unique_by/live/tmpl_1', keys)
  expect(all.map(({ certificate }) => certificate.id)).toEqual(keys.map((key) => holders.get(key)!))
  await store.close()
  return told.length - found.length
}

describe('kill -9 under load', () => {
  test('what was acknowledged is stored, nothing is stored by half, no number is given twice', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'testamur-crash-'))
    const told: Array<{ id: string; number: number }> = []
    for (const lines of [1, 40, 200, 333, 120, 700]) {
      told.push(...(await killed(dir, lines)))
      expect(await lost(dir, told)).toBe(0)
    }
    expect(told.length).toBeGreaterThan(1300)
    expect(new Set(told.map(({ number }) => number)).size).toBe(told.length)
    rmSync(dir, { recursive: true })
  }, 60_000)

  test('an answer given before the commit is caught', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'testamur-crash-'))
    let missing = 0
    for (let round = 0; round < 8 && missing === 0; round++)
      missing += await lost(dir, await killed(dir, 60 + round, 'tell-first'))
    expect(missing).toBeGreaterThan(0)
    rmSync(dir, { recursive: true })
  }, 60_000)
})

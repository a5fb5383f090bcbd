import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '../kit/clock.ts'
import { diskStore, LIVE, memoryStore, put, samples } from '../kit/store.ts'

const key = samples.apiKey()

test('a row that is kept in memory is read anew as soon as it is written', async () => {
  const store = await memoryStore()
  await store.commit({ at: 1, puts: [put('apiKey', key)] })
  const first = (await store.apiKeys.byHash(key.keyHash))!
  expect(await store.apiKeys.byHash(key.keyHash)).toBe(first)
  await store.commit({ at: 2, puts: [{ entity: 'apiKey', row: { ...first, revokedAt: 2 } }] })
  expect((await store.apiKeys.byHash(key.keyHash))!.revokedAt).toBe(2)
  await store.close()
})

test('what is kept cannot be changed by whoever holds it', async () => {
  const store = await memoryStore()
  await store.commit({ at: 1, puts: [put('apiKey', key)] })
  const row = (await store.apiKeys.byHash(key.keyHash))!
  expect(() => row.permissions.push('admin')).toThrow()
  expect(() => Object.assign(row, { plan: 'enterprise' })).toThrow()
  await store.close()
})

test('another program that writes is noticed within ten milliseconds: a key revoked on the command line', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'testamur-kept-'))
  const clock = new ManualClock()
  const served = await diskStore(dir, { clock })
  await served.commit({ at: 1, puts: [put('apiKey', key)] })
  expect((await served.apiKeys.byHash(key.keyHash))!.revokedAt).toBeNull()
  const beside = await diskStore(dir, { clock, lock: false })
  const row = (await beside.apiKeys.find(LIVE, key.id))!
  await beside.commit({ at: 2, puts: [{ entity: 'apiKey', row: { ...row, revokedAt: 2 } }] })
  clock.advance(10)
  expect((await served.apiKeys.byHash(key.keyHash))!.revokedAt).toBe(2)
  await beside.close()
  await served.close()
  rmSync(dir, { recursive: true })
})

test('a wiped sandbox leaves no template in memory', async () => {
  const store = await memoryStore()
  const template = { ...samples.template(), partition: 'test' as const }
  const version = {
    ...samples.templateVersion(),
    templateId: template.id,
    version: template.version,
    partition: 'test' as const,
  }
  await store.commit({ at: 1, puts: [put('template', template), put('templateVersion', version)] })
  expect(await store.templates.version(template.id, version.version)).toBeDefined()
  await store.wipe('test')
  expect(await store.templates.version(template.id, version.version)).toBeUndefined()
  await store.close()
})

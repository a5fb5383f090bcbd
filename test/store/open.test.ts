import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstBrokenEvent } from '../../src/domain/events.ts'
import { BackupTargetExists } from '../../src/store/backup.ts'
import { DataFolderBusy, type StoreOpenError } from '../../src/store/errors.ts'
import { lockDataFolder } from '../../src/store/lock.ts'
import { DATABASE_FILE } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { issueCommit, LIVE, put, sha256 } from '../kit/store.ts'
import { databaseOf, refused, useFolders } from '../kit/store-folders.ts'

const { folder, open } = useFolders()

describe('the data folder', () => {
  test('belongs to its owner alone: 0700, every file 0600', async () => {
    const dir = join(folder(), 'deep', 'data')
    const store = await open(dir)
    await store.commit(issueCommit())
    await store.backup(join(dir, 'backups', 'one.db'))
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
    expect(mode(dir)).toBe('700')
    for (const name of readdirSync(dir, { recursive: true }) as string[])
      expect([name, mode(join(dir, name))]).toEqual([name, name === 'backups' ? '700' : '600'])
  })

  test('a folder and a database that others may read are closed to them', async () => {
    const dir = folder()
    await (await open(dir)).close()
    chmodSync(dir, 0o755)
    chmodSync(join(dir, DATABASE_FILE), 0o644)
    await open(dir)
    expect([statSync(dir).mode & 0o777, statSync(join(dir, DATABASE_FILE)).mode & 0o777]).toEqual([0o700, 0o600])
  })

  test('serves one process; closing lets the next one in; the command line beside it may write', async () => {
    const dir = folder()
    const first = await open(dir)
    const error = (await refused(open(dir)))!
    expect(error).toBeInstanceOf(DataFolderBusy)
    expect([error.code, error.message.includes(dir), error.cure !== '']).toEqual(['busy', true, true])
    const beside = await open(dir, { lock: false })
    await beside.commit(issueCommit())
    await first.close()
    await open(dir)
  })

  test('the lock works without a C library too', () => {
    const dir = folder()
    const lock = lockDataFolder(dir, 'no-such-library.so')
    expect(() => lockDataFolder(dir, 'no-such-library.so')).toThrow(DataFolderBusy)
    lock.release()
    lockDataFolder(dir, 'no-such-library.so').release()
  })

  test('every way in which it cannot be used has a code, names the path and a cure', async () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    const corrupt = folder()
    writeFileSync(join(corrupt, DATABASE_FILE), 'this is not a database '.repeat(500))
    const directory = folder()
    mkdirSync(join(directory, DATABASE_FILE))
    const table: Array<[() => Promise<unknown>, string, string]> = [
      [() => open(file), 'not_writable', file],
      [() => open('/proc/testamur'), 'not_writable', '/proc/testamur'],
      [() => open(directory), 'not_writable', directory],
      [() => open(corrupt), 'corrupt', corrupt],
      [() => open(folder(), { readonly: true }), 'missing', DATABASE_FILE],
    ]
    for (const [attempt, code, part] of table) {
      const error = await refused(attempt())
      expect([error?.name, error?.code, error?.message.includes(part)]).toEqual(['StoreOpenError', code as never, true])
      expect(error!.cure.length).toBeGreaterThan(5)
    }
    const after = folder() // a failed start leaves no lock behind
    writeFileSync(join(after, DATABASE_FILE), 'x'.repeat(5000))
    await refused(open(after))
    rmSync(join(after, DATABASE_FILE))
    await open(after)
  })

  test('writes with WAL and FULL', async () => {
    const db = databaseOf(await open(folder()))
    const read = (name: string) => Object.values(db.query(`pragma ${name}`).get() as object)[0]
    expect(['journal_mode', 'synchronous', 'foreign_keys', 'secure_delete', 'busy_timeout'].map(read)).toEqual([
      ...['wal', 2, 1, 1, 5000],
    ])
  })

  test('read-only sees everything and changes nothing', async () => {
    const dir = folder()
    const store = await open(dir)
    const commit = issueCommit()
    await store.commit(commit)
    const reader = await open(dir, { readonly: true, lock: false })
    expect((await reader.certificates.find(LIVE, commit.id))?.certificate.id).toBe(commit.id)
    expect(await refused(reader.commit(issueCommit()))).toMatchObject({ name: 'StoreUnavailable', reason: 'readonly' })
  })

  test('a reader that has looked a table over closes without wanting to write statistics', async () => {
    const dir = folder()
    const store = await open(dir)
    await store.commit({ at: 1, puts: [put('transaction', {})] })
    await store.close()
    const reader = await open(dir, { readonly: true, lock: false })
    expect(await reader.transactions.list({ limit: 30 })).toHaveLength(1)
    await reader.close()
  })

  test('erased data leaves the database and its log', async () => {
    const dir = folder()
    const store = await open(dir)
    const name = 'Canary Unmistakable'
    const commit = issueCommit({ certificate: { recipientName: name }, version: { recipientName: name } })
    await store.commit(commit)
    const bytes = async () =>
      (await Promise.all((readdirSync(dir) as string[]).map((file) => Bun.file(join(dir, file)).text()))).join('')
    expect(await bytes()).toContain(name)
    const { certificate, version } = (await store.certificates.find(LIVE, commit.id))!
    const erased = { recipientName: null }
    await store.commit({
      at: 1,
      puts: [
        { entity: 'certificate', row: { ...certificate, ...erased } },
        { entity: 'certificateVersion', row: { ...version, ...erased } },
      ],
    })
    expect(await store.compact()).toBe(true)
    expect(await bytes()).not.toContain(name)
  })
})

describe('trouble while running', () => {
  test('a full disk refuses the commit as unavailable, reads go on, and it recovers by itself', async () => {
    const store = await open(folder())
    const kept = issueCommit()
    await store.commit(kept)
    const db = databaseOf(store)
    const { page_count } = db.query('pragma page_count').get() as { page_count: number }
    db.run(`pragma max_page_count = ${page_count}`)
    const big = () => issueCommit({ credential: { credential: 'x'.repeat(200_000) } })
    const answers = await Promise.all([big(), big(), big()].map((commit) => refused(store.commit(commit))))
    for (const error of answers) expect(error).toMatchObject({ name: 'StoreUnavailable', reason: 'full' })
    expect((await store.certificates.find(LIVE, kept.id))?.certificate.id).toBe(kept.id)
    db.run('pragma max_page_count = 1000000')
    await store.commit(big())
    const events = await store.events.after(undefined, 0, 100)
    expect([events.length, firstBrokenEvent(events, sha256)]).toEqual([2, undefined])
  })

  test('a disk that became read-only likewise', async () => {
    const store = await open(folder())
    databaseOf(store).run('pragma query_only = on')
    expect(await refused(store.commit(issueCommit()))).toMatchObject({ name: 'StoreUnavailable', reason: 'readonly' })
    databaseOf(store).run('pragma query_only = off')
    await store.commit(issueCommit())
  })

  test('a file that another program holds locked likewise', async () => {
    const dir = folder()
    const store = await open(dir)
    databaseOf(store).run('pragma busy_timeout = 1')
    const other = new Database(join(dir, DATABASE_FILE))
    other.run('begin immediate')
    expect(await refused(store.commit(issueCommit()))).toMatchObject({ name: 'StoreUnavailable', reason: 'busy' })
    other.run('rollback')
    other.close()
    await store.commit(issueCommit())
  })
})

describe('backup', () => {
  test('is a consistent copy made while writing goes on, and never overwrites', async () => {
    const dir = folder()
    const store = await open(dir)
    for (let index = 0; index < 300; index++) void store.commit(issueCommit())
    await store.commit(issueCommit())
    let writing = true
    let written = 0
    const writer = (async () => {
      while (writing) {
        await store.commit(issueCommit())
        written++
      }
    })()
    const copy = join(folder(), DATABASE_FILE)
    await store.backup(copy)
    writing = false
    await writer
    expect(written).toBeGreaterThan(0)
    const restored = await open(join(copy, '..'))
    const events = await restored.events.after(undefined, 0, 100_000)
    expect(events.length).toBeGreaterThanOrEqual(301)
    expect(firstBrokenEvent(events, sha256)).toBeUndefined()
    expect(await restored.events.head()).toMatchObject({ seq: events.length })
    expect(await refused(store.backup(copy))).toBeInstanceOf(BackupTargetExists)
  })

  test('one that fails leaves no file behind', async () => {
    const source = folder()
    const store = await open(source)
    const dir = folder()
    rmSync(join(source, DATABASE_FILE))
    expect(await refused(store.backup(join(dir, 'copy.db')))).toBeDefined()
    expect(readdirSync(dir)).toEqual([])
  })
})

describe('sequences', () => {
  test('give every number once, also to a hundred askers at once and over a crash', async () => {
    const dir = folder()
    const first = await open(dir)
    const ask = (store: Store, count: number) =>
      Promise.all(Array.from({ length: count }, () => store.sequences.next('bits')))
    const numbers = await ask(first, 1200)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1200 }, (_, index) => index))
    expect(await first.sequences.next('other')).toBe(0)
    const second = await open(dir, { lock: false }) // as after a crash: the first one's block is not known
    const [a, b] = await Promise.all([ask(first, 700), ask(second, 700)])
    expect(new Set([...numbers, ...a, ...b]).size).toBe(2600)
  })
})

test('two writers on one file make one unbroken chain of events', async () => {
  const dir = folder()
  const [server, cli] = [await open(dir), await open(dir, { lock: false })]
  const rounds = Array.from({ length: 150 }, (_, index) => (index % 3 === 0 ? cli : server).commit(issueCommit()))
  await Promise.all(rounds)
  for (let index = 0; index < 20; index++)
    await (index % 2 ? cli : server).commit({ at: 1, puts: [put('instanceValue')] })
  const events = await server.events.after(undefined, 0, 1000)
  expect([events.length, firstBrokenEvent(events, sha256)]).toEqual([150, undefined])
})

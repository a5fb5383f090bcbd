import { describe, expect, test } from 'bun:test'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { migrations } from '../../migrations/index.ts'
import { systemRandom } from '../../src/domain/ids.ts'
import { DataFolderBusy } from '../../src/store/errors.ts'
import { migrationState } from '../../src/store/open.ts'
import { issueCommit, LIVE, sha256 } from '../kit/store.ts'
import { databaseOf, refused, useFolders } from '../kit/store-folders.ts'

const { folder, open } = useFolders()

describe('migrations', () => {
  const next = [...migrations, { name: '0002_more', sql: 'create table more (id text primary key) strict;' }]
  const clock = { now: () => Date.parse('2026-03-03T09:15:00.123Z') }

  test('an older database is backed up, then upgraded; a new one needs no backup', async () => {
    const dir = folder()
    const before = await open(dir)
    const commit = issueCommit()
    await before.commit(commit)
    await before.close()
    expect(readdirSync(dir)).not.toContain('backups')
    const after = await open(dir, { migrations: next, clock })
    expect(databaseOf(after).query('select count(*) as n from more').get()).toEqual({ n: 0 })
    const backups = readdirSync(join(dir, 'backups'))
    expect(backups).toEqual(['before-2-20260303T091500Z.db'])
    const file = `backups/${backups[0]}`
    expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600)
    const old = await open(dir, { file, lock: false })
    expect((await old.certificates.find(LIVE, commit.id))?.certificate.id).toBe(commit.id)
  })

  test('migrating by command says from and to, and where the backup is', async () => {
    const dir = folder()
    const options = { dir, random: systemRandom, hash: sha256, clock }
    expect(await migrationState(options)).toEqual({ from: 0, to: 1 })
    expect(await migrationState(options)).toEqual({ from: 1, to: 1 })
    const backup = join(dir, 'backups', 'before-2-20260303T091500Z.db')
    expect(await migrationState({ ...options, migrations: next })).toEqual({ from: 1, to: 2, backup })
    expect(await refused(migrationState(options))).toMatchObject({ code: 'newer' })
    const server = folder()
    await open(server)
    expect(await migrationState({ ...options, dir: server })).toEqual({ from: 1, to: 1 })
    expect(await refused(migrationState({ ...options, dir: server, migrations: next }))).toBeInstanceOf(DataFolderBusy)
  })

  test('a database newer than the program is refused, with the cure', async () => {
    const dir = folder()
    await (await open(dir, { migrations: next })).close()
    expect(await refused(open(dir))).toMatchObject({ code: 'newer', message: expect.stringContaining('schema 2') })
  })

  test('a migration that was changed after it was applied is refused by name', async () => {
    const dir = folder()
    await (await open(dir)).close()
    const changed = [{ ...migrations[0]!, sql: `${migrations[0]!.sql}\n-- edited` }]
    const error = await refused(open(dir, { migrations: changed }))
    expect(error).toMatchObject({ code: 'changed_migration', message: expect.stringContaining('0001_init') })
  })

  test('a migration that fails leaves the database as it was', async () => {
    const dir = folder()
    await (await open(dir)).close()
    const broken = [...migrations, { name: '0002_broken', sql: 'create table fine (a text); create table nonsense' }]
    expect(await refused(open(dir, { migrations: broken }))).toBeDefined()
    const db = databaseOf(await open(dir))
    expect(db.query(`select name from sqlite_schema where name = 'fine'`).all()).toEqual([])
  })

  test('the command line does not upgrade under a running server; read-only never upgrades', async () => {
    const dir = folder()
    const server = await open(dir)
    expect(await refused(open(dir, { lock: false, migrations: next }))).toBeInstanceOf(DataFolderBusy)
    const readonly = open(dir, { lock: false, readonly: true, migrations: next })
    expect(await refused(readonly)).toMatchObject({ code: 'older' })
    await server.close()
    await open(dir, { lock: false, migrations: next })
  })
})

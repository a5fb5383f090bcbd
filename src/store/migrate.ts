/** Forward-only migrations: each in its own transaction, a backup first, nothing newer or changed is touched. */
import type { Database } from 'bun:sqlite'
import { join } from 'node:path'
import type { TextHash } from '../domain/events.ts'
import { vacuumIntoNow } from './backup.ts'
import { StoreOpenError } from './errors.ts'

/** Migration n takes the schema from n − 1 to n. */
export interface Migration {
  name: string
  sql: string
}

const APPLIED = `create table applied_migrations (
  version integer primary key,
  name text not null,
  sha256 text not null,
  applied_at integer not null
) strict`

export interface MigrateOptions {
  migrations: Migration[]
  hash: TextHash
  /** Unix ms. */
  now: number
  /** Folder for the copy made before an upgrade; none for a database in memory. */
  backups?: string
}

export const schemaVersion = (db: Database): number =>
  db.query<{ user_version: number }, []>('pragma user_version').get()!.user_version

/** Throws StoreOpenError when this program must not touch the database: it is newer, or has another history. */
export function checkSchema(db: Database, migrations: Migration[], hash: TextHash): { have: number; pending: number } {
  const have = schemaVersion(db)
  if (have > migrations.length) {
    throw new StoreOpenError(
      'newer',
      `the database has schema ${have}, this program knows up to ${migrations.length}`,
      'run the newer testamur again, or restore the backup that was made before its upgrade',
    )
  }
  if (have > 0) {
    const rows = db
      .query<{ version: number; name: string; sha256: string }, []>(
        'select version, name, sha256 from applied_migrations',
      )
      .all()
    for (const { version, name, sha256 } of rows) {
      const known = migrations[version - 1]
      if (known && hash(known.sql) === sha256) continue
      throw new StoreOpenError(
        'changed_migration',
        `migration ${name} was applied to this database with another text`,
        'run the testamur release that made this database; a released migration is never edited',
      )
    }
  }
  return { have, pending: migrations.length - have }
}

/** Brings the database to the newest schema. Answers the file of the backup when one was made. */
export function migrate(db: Database, { migrations, hash, now, backups }: MigrateOptions): string | undefined {
  const { have, pending } = checkSchema(db, migrations, hash)
  if (pending === 0) return undefined
  let backup: string | undefined
  if (have > 0 && backups) {
    const utc = new Date(now).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')
    backup = join(backups, `before-${migrations.length}-${utc}.db`)
    vacuumIntoNow(db, backup)
  }
  for (const [index, { name, sql }] of migrations.entries()) {
    const version = index + 1
    if (version > have) apply(db, { version, name, sql, sha256: hash(sql), now })
  }
  return backup
}

interface Step {
  version: number
  name: string
  sql: string
  sha256: string
  now: number
}

function apply(db: Database, { version, name, sql, sha256, now }: Step): void {
  db.transaction(() => {
    if (schemaVersion(db) !== version - 1) throw new Error(`the schema changed while migration ${name} began`)
    if (version === 1) db.run(APPLIED)
    db.run(sql)
    db.query('insert into applied_migrations (version, name, sha256, applied_at) values (?, ?, ?, ?)').run(
      ...[version, name, sha256, now],
    )
    db.run(`pragma user_version = ${version}`)
  }).immediate()
}

/** The schema as SQL text, sorted: migrations/schema.sql is this. */
export function dumpSchema(db: Database): string {
  const rows = db
    .query<{ sql: string }, []>(
      `select sql from sqlite_schema where sql is not null and name not like 'sqlite_%' order by tbl_name, type desc, name`,
    )
    .all()
  return `${rows.map(({ sql }) => `${sql};`).join('\n\n')}\n`
}

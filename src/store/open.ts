/** Opens the data folder: rights, lock, settings, migrations; whatever is wrong becomes a StoreOpenError with its cure. */
import type { Database } from 'bun:sqlite'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { migrations as embedded } from '../../migrations/index.ts'
import { type Clock, systemClock } from '../domain/clock.ts'
import type { TextHash } from '../domain/events.ts'
import type { Random } from '../domain/ids.ts'
import { machineReason, StoreOpenError } from './errors.ts'
import { type DataFolderLock, lockDataFolder } from './lock.ts'
import { checkSchema, migrate, type Migration, schemaVersion } from './migrate.ts'
import { openDatabase, SqliteEngine } from './sqlite.ts'
import { Store } from './store.ts'

export const DATABASE_FILE = 'testamur.db'

export interface OpenOptions {
  /** The data folder; it is made with rights for its owner alone. */
  dir: string
  /** Name of the database in it. */
  file?: string
  random: Random
  hash: TextHash
  /** Serving takes the folder for itself; the command line beside it does not. */
  lock: boolean
  /** Look only: nothing is made, migrated or locked; every write is refused. */
  readonly?: boolean
  clock?: Clock
  /** For tests: other migrations, groups of another size. */
  migrations?: Migration[]
  maxGroup?: number
}

/** The store of a data folder. Throws StoreOpenError (DataFolderBusy among them). */
export async function openStore(options: OpenOptions): Promise<Store> {
  const { dir, file = DATABASE_FILE, random, hash, maxGroup, readonly = false } = options
  const path = join(dir, file)
  let lock: DataFolderLock | undefined
  let db: Database | undefined
  try {
    if (readonly) {
      if (!existsSync(path)) throw missing(path)
    } else {
      prepareFolder(dir, path)
      if (options.lock) lock = lockDataFolder(dir)
    }
    db = openDatabase(path, readonly)
    bringUp(db, options, lock !== undefined)
    const engine = new SqliteEngine(db, path, options.clock)
    return new Store({ engine, random, hash, maxGroup, closed: () => lock?.release() })
  } catch (error) {
    db?.close()
    lock?.release()
    throw asOpenError(error, path)
  }
}

/**
 * Brings the database of a data folder to this program's schema and closes it again; `backup` is the copy made before an
 * upgrade. Nothing is done when it is up to date, also while a server runs. Throws as openStore does.
 */
export async function migrationState(
  options: Omit<OpenOptions, 'lock' | 'readonly'>,
): Promise<{ from: number; to: number; backup?: string }> {
  const path = join(options.dir, options.file ?? DATABASE_FILE)
  let db: Database | undefined
  try {
    prepareFolder(options.dir, path)
    db = openDatabase(path)
    const from = schemaVersion(db)
    const backup = bringUp(db, { ...options, lock: false }, false)
    return { from, to: schemaVersion(db), ...(backup === undefined ? {} : { backup }) }
  } catch (error) {
    throw asOpenError(error, path)
  } finally {
    db?.close()
  }
}

/** A store that lives as long as the process, for tests. */
export async function openMemoryStore(options: Pick<OpenOptions, 'random' | 'hash' | 'maxGroup'>): Promise<Store> {
  const { random, hash, maxGroup } = options
  const db = openDatabase(':memory:')
  migrate(db, { migrations: embedded, hash, now: 0 })
  return new Store({ engine: new SqliteEngine(db, ':memory:'), random, hash, maxGroup })
}

function bringUp(db: Database, options: OpenOptions, locked: boolean): string | undefined {
  const { dir, hash, migrations = embedded, clock = systemClock, readonly } = options
  const { have, pending } = checkSchema(db, migrations, hash)
  if (pending === 0) return undefined
  if (readonly) {
    throw new StoreOpenError(
      'older',
      `the database has schema ${have}, this program needs ${migrations.length}`,
      'run testamur migrate',
    )
  }
  // Without the lock a running older program would find its tables changed under its feet.
  const lock = locked ? undefined : lockDataFolder(dir)
  try {
    return migrate(db, { migrations, hash, now: clock.now(), backups: join(dir, 'backups') })
  } finally {
    lock?.release()
  }
}

function prepareFolder(dir: string, path: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  if ((statSync(dir).mode & 0o077) !== 0) chmodSync(dir, 0o700)
  // SQLite gives its log files the rights of the database file, so that one is made first.
  closeSync(openSync(path, 'a', 0o600))
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
}

const missing = (path: string) =>
  new StoreOpenError(
    'missing',
    `there is no database at ${path}`,
    'start testamur serve once, or name the right folder',
  )

const SYSTEM: Record<string, 'not_writable' | 'full'> = {
  EACCES: 'not_writable',
  ENOENT: 'not_writable', // a folder that cannot be made: /proc, a dangling link
  EPERM: 'not_writable',
  EROFS: 'not_writable',
  ENOTDIR: 'not_writable',
  EEXIST: 'not_writable',
  EISDIR: 'not_writable',
  ENOSPC: 'full',
  EDQUOT: 'full',
}

function asOpenError(error: unknown, path: string): unknown {
  if (error instanceof StoreOpenError) return error
  const reason = machineReason(error) ?? SYSTEM[(error as { code?: string }).code ?? '']
  const cause = { cause: error }
  switch (reason) {
    case 'not_writable':
    case 'readonly':
    case 'io':
      return new StoreOpenError(
        'not_writable',
        `cannot write to ${path}`,
        'give the user that runs testamur the data folder, or name another one ([data] dir)',
        cause,
      )
    case 'full':
      return new StoreOpenError('full', `no space left for ${path}`, 'free some space and start again', cause)
    case 'busy':
      return new StoreOpenError('busy', `another program holds ${path}`, 'end the other program and start again', cause)
    case 'corrupt':
      return new StoreOpenError('corrupt', `${path} is damaged`, 'restore a backup: testamur restore FILE', cause)
    default:
      return error
  }
}

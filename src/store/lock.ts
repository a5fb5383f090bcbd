/** One process serves from a data folder. The system drops the lock when the process ends, however it ends. */
import { Database } from 'bun:sqlite'
import { dlopen, FFIType } from 'bun:ffi'
import { closeSync, openSync } from 'node:fs'
import { platform } from 'node:os'
import { join } from 'node:path'
import { machineReason, DataFolderBusy } from './errors.ts'

export interface DataFolderLock {
  release(): void
}

const LOCK_EX_NB = 2 | 4
const LIBRARIES: Partial<Record<string, string>> = { linux: 'libc.so.6', darwin: 'libSystem.B.dylib' }

/** Takes the lock or throws DataFolderBusy. `library` is the C library with flock; without one SQLite's own lock serves. */
export function lockDataFolder(dir: string, library = LIBRARIES[platform()]): DataFolderLock {
  const flock = library && loadFlock(library)
  return flock ? lockFile(dir, flock) : lockDatabase(dir)
}

function loadFlock(library: string): ((descriptor: number, operation: number) => number) | undefined {
  try {
    return dlopen(library, { flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 } }).symbols.flock
  } catch {
    return undefined // musl has no libc.so.6
  }
}

function lockFile(dir: string, flock: (descriptor: number, operation: number) => number): DataFolderLock {
  const descriptor = openSync(join(dir, 'lock'), 'a', 0o600)
  if (flock(descriptor, LOCK_EX_NB) !== 0) {
    closeSync(descriptor)
    throw new DataFolderBusy(dir)
  }
  return { release: () => closeSync(descriptor) }
}

/** Everywhere else: an exclusive transaction, never ended, on an empty database file. SQLite knows every system's locks. */
function lockDatabase(dir: string): DataFolderLock {
  const file = join(dir, 'lock.db')
  closeSync(openSync(file, 'a', 0o600))
  const db = new Database(file)
  try {
    db.run('begin exclusive')
  } catch (error) {
    db.close()
    if (machineReason(error) === 'busy') throw new DataFolderBusy(dir)
    throw error
  }
  return { release: () => db.close() }
}

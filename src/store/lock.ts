/** Locks between processes. The system drops them when the process ends, however it ends: none is ever left over. */
import { Database } from 'bun:sqlite'
import { dlopen, FFIType } from 'bun:ffi'
import { closeSync, constants, openSync } from 'node:fs'
import { platform } from 'node:os'
import { join } from 'node:path'
import { machineReason, DataFolderBusy } from './errors.ts'

export interface FileLock {
  release(): void
}
export type DataFolderLock = FileLock

const LOCK_SHARED_NB = 1 | 4
const LOCK_EX_NB = 2 | 4
const LIBRARIES: Partial<Record<string, string>> = { linux: 'libc.so.6', darwin: 'libSystem.B.dylib' }
const ownLibrary = () => LIBRARIES[platform()]

/** One process serves from a data folder. Takes the lock or throws DataFolderBusy. */
export function lockDataFolder(dir: string, library = ownLibrary()): DataFolderLock {
  const lock = lockFile(join(dir, 'lock'), library)
  if (!lock) throw new DataFolderBusy(dir)
  return lock
}

/**
 * Locks a file that is there for nothing else; it is made when it is missing. Undefined: another process holds it. Throws
 * when it cannot be made. `library` is the C library with flock; without one SQLite's own lock serves.
 */
export function lockFile(path: string, library = ownLibrary()): FileLock | undefined {
  const flock = library && loadFlock(library)
  return flock ? hold(openOwn(path), flock) : lockDatabase(`${path}.db`)
}

/** The same for a file that somebody else wrote and that only has to be readable. Throws where files cannot be locked. */
export function lockReadable(path: string, library = ownLibrary()): FileLock | undefined {
  const flock = library && loadFlock(library)
  if (!flock) throw new Error('this system has no flock')
  const descriptor = openSync(path, constants.O_RDONLY)
  // Some network file systems lock only what is open for writing. Then nobody can hold it either: a shared lock tells.
  if (flock(descriptor, LOCK_EX_NB) === 0) return { release: () => closeSync(descriptor) }
  const lockable = flock(descriptor, LOCK_SHARED_NB) !== 0
  closeSync(descriptor)
  if (!lockable) throw new Error('its file system does not lock files that are open for reading')
  return undefined
}

type Flock = (descriptor: number, operation: number) => number

function loadFlock(library: string): Flock | undefined {
  try {
    return dlopen(library, { flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 } }).symbols.flock
  } catch {
    return undefined // musl has no libc.so.6
  }
}

/** Never through a symbolic link: in a folder that all may write to, it would let others choose which file is made. */
function openOwn(path: string): number {
  const flags = constants.O_RDWR | constants.O_NOFOLLOW
  try {
    return openSync(path, flags) // first as it is: in such a folder even root may not open another's file "to create it"
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return openSync(path, flags | constants.O_CREAT, 0o600)
  }
}

function hold(descriptor: number, flock: Flock): FileLock | undefined {
  if (flock(descriptor, LOCK_EX_NB) === 0) return { release: () => closeSync(descriptor) }
  closeSync(descriptor)
  return undefined
}

/** Everywhere else: an exclusive transaction, never ended, on an empty database file. SQLite knows every system's locks. */
function lockDatabase(file: string): FileLock | undefined {
  closeSync(openSync(file, 'a', 0o600))
  const db = new Database(file)
  try {
    db.run('begin exclusive')
  } catch (error) {
    db.close()
    if (machineReason(error) === 'busy') return undefined
    throw error
  }
  return { release: () => db.close() }
}

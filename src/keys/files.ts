/** Key files: mode 0600 in a folder 0700, written durably in one step, over another only when a password changes. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { KeysUnusable } from '../domain/ports.ts'

export function makeKeyFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  tighten(path, 0o700)
}

/** The text of a key file, or null when there is none. A file that others may read is closed to them. */
export function readKeyFile(path: string): string | null {
  if (!existsSync(path)) return null
  tighten(path, 0o600)
  return readFileSync(path, 'utf8')
}

/** The file is there whole or not at all, also after a power cut. */
export function writeKeyFile(path: string, text: string): void {
  if (existsSync(path)) throw new KeysUnusable(`${path} exists already: a key file is never overwritten`)
  replaceKeyFile(path, text)
}

/** The old text or the new one, whole, also after a power cut. For a change of password alone. */
export function replaceKeyFile(path: string, text: string): void {
  const draft = `${path}.new`
  rmSync(draft, { force: true }) // left by a crash, before anything relied on it
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
  syncFolderOf(path) // the name itself must be on the disk as well
}

export function removeKeyFile(path: string): void {
  rmSync(path, { force: true })
  syncFolderOf(path)
}

function syncFolderOf(path: string): void {
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function tighten(path: string, mode: number): void {
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, mode)
}

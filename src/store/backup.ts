/** Hot, consistent copies: VACUUM INTO on a connection of its own, in a worker, so that the writer never waits. */
import type { Database } from 'bun:sqlite'
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** In the binary a worker has no file to load, so its few lines travel as text. */
const WORKER = `
import { Database } from 'bun:sqlite'
self.onmessage = ({ data }) => {
  try {
    const db = new Database(data.from, { readonly: true })
    db.run('pragma busy_timeout = 5000')
    db.query('vacuum into ?').run(data.to)
    db.close()
    postMessage({})
  } catch (error) {
    postMessage({ message: error.message, code: error.code })
  }
}`

/** The target exists already: a backup never overwrites anything. */
export class BackupTargetExists extends Error {
  override name = 'BackupTargetExists'
  constructor(readonly file: string) {
    super(`${file} exists already; a backup does not overwrite`)
  }
}

/** Makes the empty file first: nobody else can read it at any moment, and an existing one is refused. */
function reserve(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') throw new BackupTargetExists(file)
    throw error
  }
}

/** VACUUM INTO leaves flushing to the system; a backup that is reported must survive a power cut. */
function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

/** Copies a database file while others write to it; resolves when the copy is complete and on disk. */
export async function vacuumInto(from: string, to: string): Promise<void> {
  statSync(from)
  reserve(to)
  const source = URL.createObjectURL(new Blob([WORKER], { type: 'application/javascript' }))
  const worker = new Worker(source)
  try {
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }) =>
        data.message === undefined ? resolve() : reject(Object.assign(new Error(data.message), { code: data.code }))
      worker.onerror = ({ message }) => reject(new Error(message))
      worker.postMessage({ from, to })
    })
    syncFile(to)
  } catch (error) {
    rmSync(to, { force: true })
    throw error
  } finally {
    worker.terminate()
    URL.revokeObjectURL(source)
  }
}

/** The same before a migration, when nobody writes yet. */
export function vacuumIntoNow(db: Database, to: string): void {
  reserve(to)
  try {
    db.query('vacuum into ?').run(to)
    syncFile(to)
  } catch (error) {
    rmSync(to, { force: true })
    throw error
  }
}

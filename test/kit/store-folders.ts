/** Data folders of store tests, closed and removed after each test. */
import type { Database } from 'bun:sqlite'
import { afterEach } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoreOpenError } from '../../src/store/errors.ts'
import type { OpenOptions } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { diskStore } from './store.ts'

/** `folder()` makes an empty one, `open()` a store in it. */
export function useFolders() {
  const folders: string[] = []
  const opened: Store[] = []
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
    for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true })
  })
  return {
    folder(): string {
      const dir = mkdtempSync(join(tmpdir(), 'testamur-store-'))
      folders.push(dir)
      return dir
    },
    async open(dir: string, options: Partial<OpenOptions> = {}): Promise<Store> {
      const store = await diskStore(dir, options)
      opened.push(store)
      return store
    },
  }
}

/** The error of an opening that must fail; undefined when it did not. */
export const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as StoreOpenError,
  )

/** The engine's own connection, to damage what lies below the store. */
export const databaseOf = (store: Store) =>
  (store as unknown as { parts: { engine: { db: Database } } }).parts.engine.db

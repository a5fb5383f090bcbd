/** What a database has to offer. Nothing above this file knows which one answers. */

/** A compiled statement: text with placeholders, and their values in order. */
export interface Query {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** Rows are arrays of values in the order of the select list: turning them into objects is done by position. */
export interface Result {
  rows: unknown[][]
  changed: number
}

/** A transaction body: it yields statements and is handed their results. A generator cannot await, so no network call fits in. */
export type Steps<T> = Generator<Query, T, Result>

export interface Engine {
  readonly dialect: 'sqlite' | 'postgres'
  /**
   * Runs the body in one writing transaction. Durable when it resolves; leaves no trace when it rejects.
   * A statement's error is thrown into the body, which may undo to a savepoint and go on, unless the whole transaction
   * is lost (StoreUnavailable: disk full, read-only, busy, I/O).
   */
  transaction<T>(body: () => Steps<T>): Promise<T>
  read(query: Query): Promise<unknown[][]>
  /** Another number whenever another connection has written. Undefined where that cannot be told: nothing is kept then. */
  foreignMark(): number | undefined
  /** Writes a consistent copy to a file that does not exist yet, while writing goes on. */
  backup(file: string): Promise<void>
  /** Moves what erasure overwrote out of the log too (SQLite: checkpoint with truncation). False: a reader is in the way. */
  compact(): Promise<boolean>
  /** Frees caches. */
  relax(): void
  close(): Promise<void>
}

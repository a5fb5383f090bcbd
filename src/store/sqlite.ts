/** The SQLite engine: bun:sqlite runs a whole group synchronously on one connection. */
import { Database, type SQLQueryBindings, type Statement } from 'bun:sqlite'
import { type Clock, systemClock } from '../domain/clock.ts'
import { vacuumInto } from './backup.ts'
import type { Engine, Query, Result, Steps } from './engine.ts'
import { machineReason, StoreOpenError, StoreUnavailable } from './errors.ts'

Database.MAX_QUERY_CACHE_SIZE = 500 // the default of 20 would prepare most statements again and again
const MAX_STATEMENTS = 500

/** FULL: an acknowledged row survives a power cut. secure_delete: erased data is overwritten. 32 MB of cache at most. */
const PRAGMAS = `
  pragma busy_timeout = 5000;
  pragma journal_mode = WAL;
  pragma synchronous = FULL;
  pragma foreign_keys = ON;
  pragma secure_delete = ON;
  pragma cache_size = -32000;
  pragma temp_store = MEMORY;
  pragma wal_autocheckpoint = 4000;`

/** So long may another program's change stay unseen. */
const MARK_MS = 10
const DATA_VERSION: Query = { sql: 'pragma data_version', parameters: [] }

interface Prepared {
  statement: Statement<unknown, SQLQueryBindings[]>
  reads: boolean
}

/** Opens a database file (or `:memory:`) with the settings durability rests on, and refuses to go on without them. */
export function openDatabase(file: string, readonly = false): Database {
  const db = readonly
    ? new Database(file, { readonly: true, strict: true })
    : new Database(file, { create: true, readwrite: true, strict: true })
  try {
    if (readonly) db.run('pragma busy_timeout = 5000')
    else db.run(PRAGMAS)
    if (file === ':memory:' || readonly) return db
    const mode = db.query<{ journal_mode: string }, []>('pragma journal_mode').get()?.journal_mode
    const synchronous = db.query<{ synchronous: number }, []>('pragma synchronous').get()?.synchronous
    if (mode === 'wal' && synchronous === 2) return db
    throw new StoreOpenError(
      'unsafe',
      `SQLite cannot write safely to ${file} (journal_mode ${mode}, synchronous ${synchronous})`,
      'put the data folder on a local disk; network file systems do not work',
    )
  } catch (error) {
    db.close()
    throw error
  }
}

export class SqliteEngine implements Engine {
  readonly dialect = 'sqlite'
  private readonly prepared = new Map<string, Prepared>()

  private mark = 0
  private markedAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly db: Database,
    private readonly file: string,
    private readonly clock: Clock = systemClock,
  ) {}

  async transaction<T>(body: () => Steps<T>): Promise<T> {
    try {
      this.db.run('begin immediate')
      const value = this.drive(body())
      this.db.run('commit')
      return value
    } catch (error) {
      if (this.db.inTransaction) this.db.run('rollback')
      throw asUnavailable(error)
    }
  }

  async read(query: Query): Promise<unknown[][]> {
    try {
      return this.execute(query).rows
    } catch (error) {
      throw asUnavailable(error)
    }
  }

  /** Each look locks the file, which costs more than most reads: one stands for all within a few milliseconds. */
  foreignMark(): number {
    const now = this.clock.now()
    if (Math.abs(now - this.markedAt) >= MARK_MS) {
      this.mark = this.execute(DATA_VERSION).rows[0]![0] as number
      this.markedAt = now
    }
    return this.mark
  }

  async backup(file: string): Promise<void> {
    await vacuumInto(this.file, file)
  }

  async compact(): Promise<boolean> {
    const row = this.db.query<{ busy: number }, []>('pragma wal_checkpoint(TRUNCATE)').get()
    return row?.busy === 0
  }

  relax(): void {
    this.db.run('pragma shrink_memory')
  }

  async close(): Promise<void> {
    for (const { statement } of this.prepared.values()) statement.finalize()
    this.prepared.clear()
    // A reader elsewhere may be in the way; the log is then folded in by whoever closes last.
    const folded = !machineReasonOf(() => this.db.run('pragma wal_checkpoint(TRUNCATE)'))
    // A read-only connection passes the first and is refused the statistics.
    if (folded) machineReasonOf(() => this.db.run('pragma optimize'))
    this.db.close()
  }

  private drive<T>(steps: Steps<T>): T {
    let step = steps.next()
    while (!step.done) {
      let result: Result
      try {
        result = this.execute(step.value)
      } catch (error) {
        // A full disk ends the whole transaction; going on behind a savepoint would write into nothing.
        if (!this.db.inTransaction || machineReason(error)) throw error
        step = steps.throw(error)
        continue
      }
      step = steps.next(result)
    }
    return step.value
  }

  private execute({ sql, parameters }: Query): Result {
    const { statement, reads } = this.prepared.get(sql) ?? this.prepare(sql)
    const values = parameters as SQLQueryBindings[]
    if (reads) {
      const rows = statement.values(...values)
      return { rows, changed: rows.length }
    }
    return { rows: [], changed: statement.run(...values).changes }
  }

  private prepare(sql: string): Prepared {
    if (this.prepared.size >= MAX_STATEMENTS) {
      const [oldest, entry] = this.prepared.entries().next().value!
      entry.statement.finalize()
      this.prepared.delete(oldest)
    }
    const statement = this.db.prepare<unknown, SQLQueryBindings[]>(sql)
    const prepared = { statement, reads: statement.columnNames.length > 0 }
    this.prepared.set(sql, prepared)
    return prepared
  }
}

function asUnavailable(error: unknown): unknown {
  const reason = machineReason(error)
  return reason ? new StoreUnavailable(reason, { cause: error }) : error
}

function machineReasonOf(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    const reason = machineReason(error)
    if (!reason) throw error
    return reason
  }
}

export type StoreOpenCode =
  'missing' | 'not_writable' | 'busy' | 'newer' | 'older' | 'changed_migration' | 'corrupt' | 'full' | 'unsafe'

/** The data folder cannot be used. `cure` says what the operator can do about it. */
export class StoreOpenError extends Error {
  override name = 'StoreOpenError'
  constructor(
    readonly code: StoreOpenCode,
    message: string,
    readonly cure: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** Another process serves from this data folder. */
export class DataFolderBusy extends StoreOpenError {
  override name = 'DataFolderBusy'
  constructor(readonly dir: string) {
    super(
      'busy',
      `the data folder ${dir} is used by another testamur process`,
      'stop the other process, or give this one a data folder of its own ([data] dir)',
    )
  }
}

export type UnavailableReason = 'full' | 'readonly' | 'busy' | 'io' | 'corrupt' | 'closed'

/** The database could not do this just now; nothing was written. Reads may still work, and it recovers by itself. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable'
  constructor(
    readonly reason: UnavailableReason,
    options?: ErrorOptions,
  ) {
    super(`the database is unavailable: ${reason}`, options)
  }
}

/** SQLite's result codes that speak about the machine and not about the statement; extended codes begin with these. */
const MACHINE: Array<[prefix: string, reason: UnavailableReason]> = [
  ['SQLITE_FULL', 'full'],
  ['SQLITE_READONLY', 'readonly'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_IOERR', 'io'],
  ['SQLITE_CANTOPEN', 'io'],
  ['SQLITE_NOMEM', 'io'],
  ['SQLITE_PERM', 'readonly'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
]

/** Why the machine refused, or undefined when the statement itself was wrong. */
export function machineReason(error: unknown): UnavailableReason | undefined {
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code !== 'string') return undefined
  return MACHINE.find(([prefix]) => code.startsWith(prefix))?.[1]
}

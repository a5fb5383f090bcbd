import type { ActionContext } from '../actions/context.ts'
import type { Config } from '../config.ts'
import type { Hash, SignatureVerifier } from '../domain/ports.ts'
import type { CliContext } from './context.ts'

/** The part of an action's context that needs no keys: the database, with or without a server beside. */
export type RecordsContext = Pick<ActionContext, 'store' | 'clock' | 'random' | 'textHash' | 'appliance'>

/** What commands reach that work on the data folder or on files; wire.ts fills it in. */
export interface AppContext extends CliContext {
  /** Short-lived and without the lock, so that it works while the server runs and while it does not. */
  withRecords<T>(config: Config, run: (records: RecordsContext) => Promise<T>): Promise<T>
  /** The same, but nothing is made, migrated or written; undefined when there is no database yet. */
  withRecordsToRead<T>(config: Config, run: (records: RecordsContext) => Promise<T>): Promise<T | undefined>
  /** Runs until a signal ends it; resolves with the exit code. */
  serve(config: Config, options: { quickstart: boolean }): Promise<number>
  /** Where the running program of this configuration serves its embedded chain's RPC. */
  ownChainRpc(config: Config): string
  /** Live facts of every configured network. */
  chainStatus(config: Config): Promise<NetworkStatus[]>
  /** Brings the database to this release; says from and to. */
  migrate(config: Config): Promise<{ from: number; to: number }>
  verification: {
    hash: Hash
    signatures: SignatureVerifier
    now(): number
    readFile(path: string): Promise<Uint8Array>
    /** GET; `named` = the person typed this very address. */
    get(url: string, named: boolean): Promise<{ status: number; bytes: Uint8Array }>
    ask(url: string, method: string, params: unknown[]): Promise<unknown>
  }
}

export interface NetworkStatus {
  network: string
  chainId: number
  default: boolean
  account: string
  /** Newest block, or why it is not known. */
  head: number | null
  problem: string | null
  balance: string | null
  registries: Array<{ partition: string; did: string; address: string | null }>
  waiting: number
  openTransactions: number
}

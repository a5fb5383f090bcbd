import type { ActionContext } from '../actions/context.ts'
import type { Config } from '../config.ts'
import type { NetworkFacts } from '../domain/network-facts.ts'
import type { Chains, Hash, SignatureVerifier } from '../domain/ports.ts'
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
  /** The configured networks beside the records, with or without a server: it is the server that sends. */
  withNetworks<T>(config: Config, run: (context: NetworksContext) => Promise<T>): Promise<T>
  /** Brings the database to this release; says from and to. */
  migrate(config: Config): Promise<{ from: number; to: number }>
  /** The accounts that send, and where their keys are held; makes them when there are none yet. */
  accounts(config: Config): Promise<AccountFacts[]>
  /** Encrypts the keys of the data folder anew, without a password when `next` is undefined. Not while a server runs. */
  changePassword(config: Config, next: string | undefined): Promise<void>
  /** A new signing key for a did:web issuer; the multikeys of the old one and the new one. Not while a server runs. */
  rotateIssuerKey(config: Config): Promise<{ did: string; from: string; to: string }>
  verification: {
    hash: Hash
    signatures: SignatureVerifier
    now(): number
    readFile(path: string): Promise<Uint8Array>
    /** GET of at most 5 MB, or `maxBytes`; `named` = the person typed this very address. */
    get(url: string, named: boolean, maxBytes?: number): Promise<{ status: number; bytes: Uint8Array }>
    ask(url: string, method: string, params: unknown[]): Promise<unknown>
    /** The credential that a PDF carries, or null. Throws RenderRefused with what is wrong with the file. */
    credentialOf(pdf: Uint8Array): Promise<Uint8Array | null>
  }
}

/** Records with the issuer's identities, and the chains to ask. Without a running server the embedded one does not answer. */
export interface NetworksContext extends RecordsContext {
  chains: Chains
  /** Everything about one network, asked now; what is not answered is null. */
  facts(network: string): Promise<NetworkFacts>
  /** Creation code of a live registry with its configured owner. */
  deployment(network: string, owner: string): string
}

export interface AccountFacts {
  /** EIP-55. */
  address: string
  /** Its name in did.json; null before the first start with it. */
  fragment: string | null
  /** Networks on which it sends. */
  networks: string[]
  held: 'data_folder' | 'key_file' | 'remote_signer'
  /** The file, or the signer's host: its address may hold a key. */
  place: string
  /** Whether a password opens it; null where that is not ours to know. */
  password: boolean | null
}

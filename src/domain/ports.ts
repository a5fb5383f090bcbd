/**
 * What the domain and the actions need from outside. Gateways (chain/, keys/, mail/, outbound/) implement these,
 * wire.ts hands them out, test/kit has a fake of each.
 */
import type { Partition } from './scopes.ts'

/** SHA-256, synchronous: on the hot path a promise per hash costs ten times the hash. */
export interface Hash {
  sha256(...parts: Uint8Array[]): Uint8Array<ArrayBuffer>
}

/** HMAC-SHA256 under the instance's secret, lower-case hex. For claims: a plain hash of an address can be guessed. */
export type Mac = (text: string) => string

/** Ed25519 verification; asynchronous because browsers have it only so. */
export interface SignatureVerifier {
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>
}

/** The issuer's Ed25519 keys. The sandbox signs with a key of its own, so that a test can never pass for the real thing. */
export interface Signer {
  /** Raw 32-byte public key. */
  publicKey(partition: Partition): Uint8Array
  /** Ed25519 signature, 64 bytes. */
  sign(partition: Partition, message: Uint8Array): Promise<Uint8Array>
}

/** Key material that cannot be opened. The message is for the operator: which file, what is wrong, what cures it. */
export class KeysUnusable extends Error {
  override name = 'KeysUnusable'
}

/** The node could not be asked: refused, timed out, rate limited, wrong chain. It says nothing about the chain. */
export class ChainUnavailable extends Error {
  override name = 'ChainUnavailable'
}
/** The node understood and said no (JSON-RPC error, revert). */
export class ChainRefused extends Error {
  override name = 'ChainRefused'
  constructor(
    message: string,
    readonly code: number = -32000,
    readonly data?: string,
  ) {
    super(message)
  }
}

/** Wei per gas as decimal text. A legacy network uses maxFee as gas price; its tip equals it. */
export interface Fees {
  base: string
  tip: string
  maxFee: string
}
export interface TransactionDraft {
  nonce: number
  /** null deploys a contract. */
  to: string | null
  /** 0x-hex. */
  data: string
  gas: number
  maxFee: string
  tip: string
}
export interface SignedTransaction {
  /** 0x-hex, as broadcast. */
  raw: string
  /** 0x-hex transaction hash. */
  hash: string
}
export interface ChainReceipt {
  transactionHash: string
  blockNumber: number
  blockHash: string
  succeeded: boolean
  contractAddress: string | null
}
export interface ChainBlock {
  number: number
  hash: string
  /** Unix seconds. */
  timestamp: number
}

/** One configured network with our account on it. Every method but `sign` and the encoders asks a node. */
export interface Chain {
  readonly network: string
  readonly chainId: number
  readonly embedded: boolean
  /** Our sending account, EIP-55. */
  readonly account: string
  /** Uncompressed public key of `account`, x and y, 32 bytes each: for did.json. */
  readonly publicKey: { x: Uint8Array; y: Uint8Array }
  /** How deep is final; 1 = mined. */
  readonly confirmations: number
  /** Whether the `finalized` block has to cover it as well. */
  readonly finalityTag: boolean
  /** Above it nothing is signed (wei per gas, decimal text). '0' on the embedded chain. */
  readonly feeCap: string
  readonly explorerUrl: string

  request(method: string, params: unknown[]): Promise<unknown>
  /** Number of the newest block, and of the newest that is final by depth and, where asked for, by tag. */
  heads(): Promise<{ latest: number; final: number }>
  nonce(at: 'latest' | 'pending' | number): Promise<number>
  /** Wei, decimal text. */
  balance(): Promise<string>
  fees(): Promise<Fees>
  /** 1.25 times the node's estimate. A revert is ChainRefused with its reason. */
  estimateGas(to: string | null, data: string): Promise<number>
  sign(draft: TransactionDraft): Promise<SignedTransaction>
  /** The same bytes again are no error. ChainRefused and ChainUnavailable both mean: unknown, keep watching. */
  broadcast(raw: string): Promise<void>
  receipt(hash: string): Promise<ChainReceipt | null>
  block(number: number): Promise<ChainBlock | null>
  /** The transaction of our account with this nonce in a final block, found by bisection; null when there is none. */
  userOfNonce(nonce: number, from: number, to: number): Promise<{ hash: string; receipt: ChainReceipt } | null>
  /** TestamurRegistry.status(root, leaf); roots and leaves are 64 hex digits; times are Unix seconds, 0 = none. */
  registryStatus(registry: string, root: string, leaf: string): Promise<RegistryStatus>
  /** SHA-256 of the deployed code (64 hex digits), did(), owner() and our account's permissions (0–3). */
  registryFacts(registry: string): Promise<RegistryFacts>
}
export interface RegistryStatus {
  anchored: number
  revoked: number
  /** 0 none, 1 revoked, 2 superseded. */
  reason: number
}
export interface RegistryFacts {
  codeHash: string
  did: string
  owner: string
  permissions: number
}

/** All configured networks. The sandbox always gets the embedded chain. */
export interface Chains {
  get(network: string): Chain | undefined
  all(): Chain[]
}

export interface MailMessage {
  /** Stable over retries: a relay that saw it twice can tell. Without angle brackets. */
  messageId: string
  from: { name: string; address: string }
  to: { name: string; address: string }
  replyTo: string | null
  subject: string
  text: string
  html: string
  headers: Record<string, string>
}
/** The relay's final no for this recipient (5xx): never tried again. */
export class MailRefused extends Error {
  override name = 'MailRefused'
}
/** The relay cannot be used now (connection, TLS, authentication, 4xx): tried again later. */
export class MailUnavailable extends Error {
  override name = 'MailUnavailable'
}
export interface Mailer {
  /** False when no relay is configured: mail is then captured in the outbox. */
  readonly configured: boolean
  /** Resolves with the relay's answer once it has taken the mail. */
  send(message: MailMessage): Promise<{ response: string }>
}

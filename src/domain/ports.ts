/**
 * What the domain and the actions need from outside. Gateways (chain/, keys/, mail/, outbound/) implement these,
 * wire.ts hands them out, test/kit has a fake of each.
 */
import type { Partition } from './scopes.ts'

export {
  RenderRefused,
  RenderUnavailable,
  type RenderJob,
  type RenderAsset,
  type PdfFacts,
  type FontFace,
  type InspectedFont,
  type NormalizedImage,
  type Renderer,
} from './ports-render.ts'

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
  /** The network, or this node, does not know EIP-1559: sign with a gas price. */
  legacy: boolean
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
  legacy: boolean
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
  /** Wei paid for gas, decimal text; null where the node does not say. */
  fee: string | null
}
export interface ChainBlock {
  number: number
  hash: string
  /** Unix seconds. */
  timestamp: number
}

/** How an endpoint has been doing. The host, never the address: that may hold a key. */
export interface EndpointHealth {
  /** Host and port. */
  host: string
  /** `stale`: it answers, but its newest block is old. */
  state: 'untried' | 'ok' | 'failing' | 'wrong_chain' | 'stale'
  /** In a row. */
  failures: number
  lastError: string | null
  /** Asked last until then; Unix milliseconds, 0 = now. */
  downUntil: number
  /** Newest block it has named; null while it has not. */
  head: number | null
  /** Of its last answer, in milliseconds. */
  latencyMs: number | null
  /** Since the start of the program. */
  requests: number
  errors: number
}

/** How patient a lane is; milliseconds. Data of the network. */
export interface LanePace {
  /** The transaction with the lowest nonce is replaced by one that pays more after so long. */
  bumpAfterMs: number
  /** The same bytes are sent again after so long. */
  rebroadcastMs: number
  /** Until the next look at a lane that waits for the chain. */
  lookAgainMs: number
  /** Signed and not mined at once. */
  maxInFlight: number
}

/** One configured network with our account on it. Every method but `sign` and `health` asks a node. */
export interface Chain {
  readonly network: string
  readonly chainId: number
  readonly embedded: boolean
  /** Symbol of what fees are paid in. */
  readonly token: string
  readonly testnet: boolean
  readonly pace: LanePace
  /** Most that is spent in 24 hours (wei, decimal text); '0' = no limit. */
  readonly dailyBudget: string
  /** A balance that pays for fewer transactions than this is worth a warning. */
  readonly lowBalance: number
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
  health(): EndpointHealth[]
  /** Asks every endpoint now, also those that cool down. */
  checkEndpoints(): Promise<EndpointHealth[]>
  /**
   * Number of the newest block, and of the newest that is final by depth and, where asked for, by tag. With several
   * endpoints the depth counts from the second-highest head: one node alone makes nothing final.
   */
  heads(): Promise<{ latest: number; final: number }>
  /** Of our account, or of an earlier one. */
  nonce(at: 'latest' | 'pending' | number, account?: string): Promise<number>
  /** Wei, decimal text. */
  balance(): Promise<string>
  fees(): Promise<Fees>
  /** 1.25 times the node's estimate. A revert is ChainRefused with its reason. */
  estimateGas(to: string | null, data: string): Promise<number>
  sign(draft: TransactionDraft): Promise<SignedTransaction>
  /** The same bytes again are no error. ChainRefused and ChainUnavailable both mean: unknown, keep watching. */
  broadcast(raw: string): Promise<void>
  receipt(hash: string): Promise<ChainReceipt | null>
  /** Null when no endpoint serves it. ChainUnavailable while endpoints disagree about its hash and no majority does. */
  block(number: number): Promise<ChainBlock | null>
  /**
   * The transaction of this account with this nonce in these final blocks, found by bisection; null when the nonce is not
   * used at their end, or was used before them. ChainUnavailable when nobody serves what would show it.
   */
  userOfNonce(
    nonce: number,
    from: number,
    to: number,
    account?: string,
  ): Promise<{ hash: string; receipt: ChainReceipt } | null>
  /** When the registry took this root (64 hex digits); Unix seconds, 0 = never. */
  anchoredAt(registry: string, root: string): Promise<number>
  /** The record of one id, by itself: a leaf is not revoked here because its root is. */
  revocation(registry: string, id: string): Promise<{ time: number; reason: number }>
  /** 0 none, 1 anchor, 2 revoke, 3 both. */
  permissions(registry: string, account: string): Promise<number>
  owners(registry: string): Promise<{ owner: string; pendingOwner: string }>
  /**
   * The transaction that anchored this root at this time (Unix seconds), found by the block's time; by logs, which nodes
   * prune, only where the block's transactions are not served. Null when neither is, or a contract sent it.
   */
  anchoringOf(
    registry: string,
    root: string,
    anchoredAt: number,
  ): Promise<{ receipt: ChainReceipt; block: ChainBlock } | null>
  /** A registry of this DID that our account deployed with one of these nonces (to exclusive), or null. */
  deployedWith(
    did: string,
    from: number,
    to: number,
  ): Promise<{ address: string; nonce: number; receipt: ChainReceipt | null } | null>
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
  attachments?: MessageAttachment[]
}
/** Beside text and HTML. With a `cid` it is a picture in the HTML (`cid:…`), else a file to keep. */
export interface MessageAttachment {
  /** Letters, digits and `. _ -`. */
  name: string
  mediaType: string
  bytes: Uint8Array
  /** Content-ID without angle brackets. */
  cid?: string
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

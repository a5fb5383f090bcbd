/** Everything one account sends on one chain goes through its lane: one row per operation, one per set of signed bytes. */

/**
 * queued → signed → mined → final | reverted | cancelled; mined → signed (reorg); signed → queued (nonce taken by a
 * foreign transaction); queued → final (the chain shows the effect already); queued → cancelled (nothing was signed).
 */
export type TransactionState = 'queued' | 'signed' | 'mined' | 'final' | 'reverted' | 'cancelled'

export type TransactionKind =
  'deploy' | 'anchor' | 'reanchor' | 'revoke' | 'set_operator' | 'transfer_ownership' | 'accept_ownership'

export interface Transaction {
  id: string
  /** `<chain id>:<account>` */
  lane: string
  network: string
  /** What it is for; unique per lane: asking twice is one transaction. */
  key: string
  kind: TransactionKind
  /** Id of what this carries: registry (deploy, operator, ownership), anchor (anchor, reanchor), itself (revoke). */
  subject: string
  /** 0x-address; null deploys. */
  dest: string | null
  /** 0x-hex calldata. */
  data: string
  state: TransactionState
  /** Belongs to this operation for ever once it is set: every replacement uses it. */
  nonce: number | null
  /** Height below the first signing: where a search for the nonce's user begins. */
  seenFrom: number | null
  /** Hash of the attempt that was mined. */
  hash: string | null
  blockNumber: number | null
  blockHash: string | null
  /** Unix seconds. */
  blockTime: number | null
  contractAddress: string | null
  /** Gas limit of the newest signing. */
  gas: number | null
  /** Wei that were paid, decimal text; null while it is not mined or no node says it. */
  fee: string | null
  /** Queued: not to be signed before, the contract refused it. Signed: not to be replaced before. Unix milliseconds. */
  holdUntil: number | null
  /** Somebody asked for it to be cancelled; the next step replaces it by nothing. */
  cancelAskedAt: number | null
  /** Why it waits, failed, or how it was found; for people. */
  note: string | null
  createdAt: number
  finalAt: number | null
}

/** Signed bytes, stored before they are broadcast. Replacements share the nonce. */
export interface TransactionAttempt {
  hash: string
  transactionId: string
  raw: string
  maxFee: string
  tip: string
  gas: number
  /** 1: not the operation, but an empty transfer to ourselves on the same nonce, which ends it. */
  cancels: number
  createdAt: number
  sentAt: number | null
  sends: number
  error: string | null
  /** Its nonce was taken by somebody else: never sent again. */
  stale: number
}

/** Why a lane signs nothing new. What is signed already is watched and sent again all the same. */
export type LaneHold =
  /** Another program's transactions of our account are on their way: signing behind them would be a gamble. */
  | 'foreign_pending'
  /** The network asks for more per gas than max_fee_gwei. */
  | 'fee_above_cap'
  /** The account cannot pay for the next transaction. */
  | 'no_funds'
  /** daily_budget is used up. */
  | 'daily_budget'
  /** No node gives a usable answer. */
  | 'unreachable'

/** One (chain, account). The row is written when something changes, not at every look. */
export interface LaneState {
  /** `<chain id>:<account>` */
  id: string
  network: string
  account: string
  hold: LaneHold | null
  /** For people: what is missing, and what cures it. */
  detail: string | null
  heldSince: number | null
  updatedAt: number
}

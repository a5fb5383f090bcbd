/** Everything one account sends on one chain goes through its lane: one row per operation, one per set of signed bytes. */

/** queued → signed → mined → final | reverted; mined → signed (reorg); signed → queued (nonce taken by a foreign transaction). */
export type TransactionState = 'queued' | 'signed' | 'mined' | 'final' | 'reverted'

export interface Transaction {
  id: string
  /** `<chain id>:<account>` */
  lane: string
  network: string
  /** What it is for; unique per lane: asking twice is one transaction. */
  key: string
  kind: 'deploy' | 'anchor' | 'revoke'
  /** registry, anchor or revocation batch this carries. */
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
  createdAt: number
  sentAt: number | null
  sends: number
  error: string | null
  /** Its nonce was taken by somebody else: never sent again. */
  stale: number
}

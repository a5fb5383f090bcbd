/**
 * The transaction manager's decisions. Signed bytes are stored before they are sent; a nonce belongs to its operation
 * for ever; absence is never proof. jobs/drive-lane.ts asks the chain and performs what is decided here.
 */
import type { Commit, Fence, Revised } from './commit.ts'
import { fresh } from './commit.ts'
import type { ChainBlock, ChainReceipt, Fees, SignedTransaction } from './ports.ts'
import type { Transaction, TransactionAttempt } from './transactions.ts'

type Row = Transaction & Revised
type Attempt = TransactionAttempt & Revised

export const laneOf = (chainId: number, account: string) => `${chainId}:${account}`

/** A new operation; the key makes it one, however often it is asked for. */
export const queuedTransaction = (
  operation: Pick<Transaction, 'id' | 'lane' | 'network' | 'key' | 'kind' | 'subject' | 'dest' | 'data'>,
  now: number,
): Transaction => ({
  ...operation,
  state: 'queued',
  nonce: null,
  seenFrom: null,
  hash: null,
  blockNumber: null,
  blockHash: null,
  blockTime: null,
  contractAddress: null,
  note: null,
  createdAt: now,
  finalAt: null,
})

/** What the nodes said about one live transaction. */
export interface Seen {
  latest: number
  final: number
  /** Our account's nonce at `latest`. */
  nonce: number
  receipt: ChainReceipt | null
  /** The block at the receipt's height, or else at the recorded height. */
  block: ChainBlock | null
}

export type Step =
  | { do: 'wait' }
  | { do: 'broadcast' }
  | { do: 'record'; state: 'mined' | 'final' | 'reverted'; receipt: ChainReceipt; block: ChainBlock }
  /** Another block stands at the recorded height: signed again, and the same bytes sent again. */
  | { do: 'reorg' }
  /** The nonce is used and no receipt of ours is served: find out by whom. */
  | { do: 'find-user' }

const REBROADCAST_MS = 60_000

/** The next step for a signed or mined transaction. */
export function nextStep(transaction: Transaction, attempt: TransactionAttempt, seen: Seen, now: number): Step {
  const { receipt, block } = seen
  if (receipt) {
    // The node is in the middle of a reorg when the block it names is not the one at that height: look again.
    if (!block || block.hash !== receipt.blockHash) return { do: 'wait' }
    const deep = receipt.blockNumber <= seen.final
    if (!deep && transaction.state === 'mined' && transaction.blockHash === receipt.blockHash) return { do: 'wait' }
    return { do: 'record', state: deep ? (receipt.succeeded ? 'final' : 'reverted') : 'mined', receipt, block }
  }
  const unsent = attempt.sentAt === null || now - attempt.sentAt >= REBROADCAST_MS
  if (transaction.state === 'mined') {
    if (seen.latest < transaction.blockNumber!) return unsent ? { do: 'broadcast' } : { do: 'wait' }
    return block && block.hash !== transaction.blockHash ? { do: 'reorg' } : { do: 'wait' }
  }
  if (seen.nonce > transaction.nonce!) return { do: 'find-user' }
  return unsent ? { do: 'broadcast' } : { do: 'wait' }
}

/** Above the cap nothing is signed, and no nonce spent. The offer never exceeds the cap. */
export function offer(fees: Fees, cap: string): { maxFee: string; tip: string } | 'above the cap' {
  if (BigInt(fees.base) + BigInt(fees.tip) > BigInt(cap)) return 'above the cap'
  return { maxFee: BigInt(fees.maxFee) > BigInt(cap) ? cap : fees.maxFee, tip: fees.tip }
}

/** State, nonce, bytes and hash in ONE commit; only then the network. */
export function recordSigned(
  transaction: Row,
  signed: SignedTransaction & { nonce: number; maxFee: string; tip: string },
  head: number,
  now: number,
  fence: Fence,
): Commit {
  const { raw, hash, nonce, maxFee, tip } = signed
  const attempt = {
    hash,
    transactionId: transaction.id,
    raw,
    maxFee,
    tip,
    createdAt: now,
    sentAt: null,
    sends: 0,
    error: null,
    stale: 0,
  }
  return {
    at: now,
    fence,
    puts: [
      {
        entity: 'transaction',
        row: { ...transaction, state: 'signed', nonce, seenFrom: Math.max(0, head - 64), hash },
      },
      { entity: 'transactionAttempt', row: fresh(attempt) },
    ],
  }
}

export const recordSent = (attempt: Attempt, error: string | null, now: number): Commit => ({
  at: now,
  puts: [{ entity: 'transactionAttempt', row: { ...attempt, sentAt: now, sends: attempt.sends + 1, error } }],
})

/** The row after `record`; the caller adds what follows from it to the same commit. */
export const recordedTransaction = (
  transaction: Row,
  state: 'mined' | 'final' | 'reverted',
  receipt: ChainReceipt,
  block: ChainBlock,
  now: number,
): Row => ({
  ...transaction,
  state,
  hash: receipt.transactionHash,
  blockNumber: receipt.blockNumber,
  blockHash: receipt.blockHash,
  blockTime: block.timestamp,
  contractAddress: receipt.contractAddress,
  finalAt: state === 'mined' ? null : now,
})

export const recordReorg = (transaction: Row, now: number): Commit => ({
  at: now,
  puts: [
    {
      entity: 'transaction',
      row: {
        ...transaction,
        state: 'signed',
        blockNumber: null,
        blockHash: null,
        blockTime: null,
        note: `reorganised away at ${transaction.blockNumber}`,
      },
    },
  ],
})

/** A proven foreign transaction took the nonce: the operation gets another one, its bytes are never sent again. */
export const recordForeign = (transaction: Row, attempts: Attempt[], by: string, now: number): Commit => ({
  at: now,
  puts: [
    {
      entity: 'transaction',
      row: {
        ...transaction,
        state: 'queued',
        nonce: null,
        hash: null,
        note: `nonce ${transaction.nonce} was used by ${by}`,
      },
    },
    ...attempts.map((attempt) => ({ entity: 'transactionAttempt' as const, row: { ...attempt, stale: 1 } })),
  ],
})

/** How long until the lane is looked at again: at once on the embedded chain, by the block time elsewhere. */
export const lookAgainMs = (embedded: boolean, mined: boolean) => (embedded ? 50 : mined ? 2_000 : 1_000)

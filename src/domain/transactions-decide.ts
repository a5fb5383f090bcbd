/**
 * The transaction manager's decisions. Signed bytes are stored before they are sent; a nonce belongs to its operation
 * for ever; absence is never proof. jobs/drive-lane.ts asks the chain and performs what is decided here.
 */
import type { Commit, Fence, Revised } from './commit.ts'
import { fresh } from './commit.ts'
import { AppError } from './errors.ts'
import type { ChainBlock, ChainReceipt, LanePace, SignedTransaction } from './ports.ts'
import type { Price } from './transactions-fees.ts'
import type { Transaction, TransactionAttempt } from './transactions.ts'

type Row = Transaction & Revised
type Attempt = TransactionAttempt & Revised
type Settled = 'final' | 'reverted' | 'cancelled'

export const laneOf = (chainId: number, account: string) => `${chainId}:${account}`
export const accountOfLane = (lane: string) => lane.slice(lane.indexOf(':') + 1)

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
  gas: null,
  fee: null,
  holdUntil: null,
  cancelAskedAt: null,
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
  | { do: 'record'; state: 'mined' | Settled; receipt: ChainReceipt; block: ChainBlock }
  /** Another block stands at the recorded height: signed again, and the same bytes sent again. */
  | { do: 'reorg' }
  /** The nonce is used and no receipt of ours is served: find out by whom. */
  | { do: 'find-user' }
  /** Another set of bytes on the same nonce: the same operation for more money, or nothing at all. */
  | { do: 'replace'; by: 'more' | 'nothing' }

/** A clock that was set back must not silence a lane until it has caught up: a moment to come is as long ago. */
export const apart = (now: number, then: number) => Math.abs(now - then)

/** The bytes that may still be mined, newest last. Each replacement pays more than what it replaces, whatever the clock said. */
export const liveAttempts = <Each extends TransactionAttempt>(attempts: Each[]): Each[] =>
  attempts.filter(({ stale }) => !stale).sort((a, b) => (BigInt(a.maxFee) < BigInt(b.maxFee) ? -1 : 1))

/** The next step for a signed or mined transaction. `attempts`: those that are not stale, oldest first. */
export function nextStep(
  transaction: Transaction,
  attempts: TransactionAttempt[],
  seen: Seen,
  now: number,
  pace: LanePace,
): Step {
  const { receipt, block } = seen
  if (receipt) {
    // The node is in the middle of a reorg when the block it names is not the one at that height: look again.
    if (!block || block.hash !== receipt.blockHash) return { do: 'wait' }
    const deep = receipt.blockNumber <= seen.final
    if (!deep && transaction.state === 'mined' && transaction.blockHash === receipt.blockHash) return { do: 'wait' }
    return { do: 'record', state: deep ? outcome(attempts, receipt) : 'mined', receipt, block }
  }
  const newest = attempts.at(-1)!
  const unsent = newest.sentAt === null || apart(now, newest.sentAt) >= pace.rebroadcastMs
  const keepAlive: Step = unsent ? { do: 'broadcast' } : { do: 'wait' }
  if (transaction.state === 'mined') {
    if (seen.latest < transaction.blockNumber!) return keepAlive
    if (block && block.hash !== transaction.blockHash) return { do: 'reorg' }
    // Deep enough, and nobody serves the receipt any more, or ever did so truly: the chain itself knows who used the nonce.
    return transaction.blockNumber! <= seen.final ? { do: 'find-user' } : { do: 'wait' }
  }
  if (seen.nonce > transaction.nonce!) return { do: 'find-user' }
  // Replacing bytes that were never sent would leave two unknowns where there was one.
  if (newest.sentAt === null) return { do: 'broadcast' }
  if (transaction.cancelAskedAt !== null && !newest.cancels) return { do: 'replace', by: 'nothing' }
  // Only the lowest nonce can be mined next: money for the others would be wasted.
  const impatient = apart(now, newest.createdAt) >= pace.bumpAfterMs && now >= (transaction.holdUntil ?? 0)
  if (impatient && seen.nonce === transaction.nonce) return { do: 'replace', by: newest.cancels ? 'nothing' : 'more' }
  return keepAlive
}

/** What a final receipt means: an empty replacement that was mined is the end of the operation. */
export function outcome(attempts: TransactionAttempt[], receipt: ChainReceipt): Settled {
  if (attempts.some((attempt) => attempt.hash === receipt.transactionHash && attempt.cancels)) return 'cancelled'
  return receipt.succeeded ? 'final' : 'reverted'
}

type Signed = SignedTransaction & Price & { nonce: number; gas: number; cancels: 0 | 1 }

/** State, nonce, bytes and hash in ONE commit; only then the network. Replacements too: they keep nonce and search start. */
export function recordSigned(transaction: Row, signed: Signed, head: number, now: number, fence: Fence): Commit {
  const { raw, hash, nonce, maxFee, tip, gas, cancels } = signed
  if (transaction.nonce !== null && transaction.nonce !== nonce)
    throw new Error(`transaction ${transaction.id} has nonce ${transaction.nonce} for ever, not ${nonce}`)
  const attempt: TransactionAttempt = {
    hash,
    transactionId: transaction.id,
    raw,
    maxFee,
    tip,
    gas,
    cancels,
    createdAt: now,
    sentAt: null,
    sends: 0,
    error: null,
    stale: 0,
  }
  const seenFrom = transaction.seenFrom ?? Math.max(0, head - 64)
  const row: Row = { ...transaction, state: 'signed', nonce, seenFrom, hash, gas, holdUntil: null, note: null }
  return {
    at: now,
    fence,
    puts: [
      { entity: 'transaction', row },
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
  state: 'mined' | Settled,
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
  fee: receipt.fee ?? transaction.fee,
  note: state === 'mined' ? transaction.note : noteOf(state, transaction),
  finalAt: state === 'mined' ? null : now,
})

const noteOf = (state: Settled, { note }: Transaction) =>
  state === 'reverted'
    ? 'the contract reverted the transaction'
    : state === 'cancelled'
      ? 'cancelled: an empty transaction took its nonce'
      : note

/** The effect stands on the chain although nothing was sent by us: a restored backup, or an owner's own wallet. */
export const foundTransaction = (
  transaction: Row,
  found: { receipt: ChainReceipt; block: ChainBlock } | null,
  now: number,
): Row => ({
  ...transaction,
  state: 'final',
  ...(found && {
    hash: found.receipt.transactionHash,
    blockNumber: found.receipt.blockNumber,
    blockHash: found.receipt.blockHash,
    blockTime: found.block.timestamp,
    contractAddress: found.receipt.contractAddress,
  }),
  holdUntil: null,
  note: 'found on the chain: nothing was sent',
  finalAt: now,
})

/** The same bytes get a fresh chance before more is paid: they were good enough once. */
const UNMINED = { blockNumber: null, blockHash: null, blockTime: null, contractAddress: null, fee: null }

/** The same bytes get a fresh chance; what was only found on the chain has none of ours, and is signed like anything new. */
export function recordReorg(transaction: Row, now: number, pace: LanePace): Commit {
  const { nonce, blockNumber } = transaction
  const then =
    nonce === null
      ? { state: 'queued' as const, holdUntil: null }
      : { state: 'signed' as const, holdUntil: now + pace.bumpAfterMs }
  const note = `reorganised away at ${blockNumber}`
  return {
    at: now,
    puts: [{ entity: 'transaction', row: { ...transaction, ...UNMINED, ...then, finalAt: null, note } }],
  }
}

/** A proven foreign transaction took the nonce: the operation gets another one, its bytes are never sent again. */
export const recordForeign = (transaction: Row, attempts: Attempt[], by: string, now: number): Commit => ({
  at: now,
  puts: [
    {
      entity: 'transaction',
      row: {
        ...transaction,
        ...UNMINED,
        state: 'queued',
        nonce: null,
        seenFrom: null,
        hash: null,
        note: `nonce ${transaction.nonce} was used by ${by}`,
      },
    },
    ...attempts.map((attempt) => ({ entity: 'transactionAttempt' as const, row: { ...attempt, stale: 1 } })),
  ],
})

/** Refused before it was signed: no nonce is spent, and the reason may go away (a missing permission, an empty account). */
export const recordRefused = (transaction: Row, reason: string, until: number, now: number): Commit => ({
  at: now,
  puts: [{ entity: 'transaction', row: { ...transaction, holdUntil: until, note: reason } }],
})

/** An earlier account's lane signs nothing any more: what it had not signed goes to the present one. */
export const recordMoved = (transaction: Row, lane: string, now: number): Commit => ({
  at: now,
  puts: [{ entity: 'transaction', row: { ...transaction, lane } }],
})

/** Asks for an operation to be ended. The lane replaces signed bytes by an empty transaction; either may be mined, never both. */
export function askCancel(transaction: Row, now: number): Row {
  if (transaction.state === 'final' || transaction.state === 'reverted' || transaction.state === 'cancelled')
    throw new AppError('changed_meanwhile', `Transaction ${transaction.id} is ${transaction.state}: nothing to cancel.`)
  return transaction.cancelAskedAt === null ? { ...transaction, cancelAskedAt: now } : transaction
}

/** Nothing was signed: it ends at once. */
export const cancelledUnsigned = (transaction: Row, now: number): Row => ({
  ...transaction,
  state: 'cancelled',
  holdUntil: null,
  note: 'cancelled before it was signed',
  finalAt: now,
})

const LONGEST_LOOK_MS = 15_000
/** How long until the lane is looked at again: soon at first, rarer the longer the chain takes; nodes count requests. */
export const lookAgainMs = (pace: LanePace, oldestMs: number) =>
  Math.max(pace.lookAgainMs, Math.min(LONGEST_LOOK_MS, Math.round(oldestMs / 20)))

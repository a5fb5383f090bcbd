import { describe, expect, test } from 'bun:test'
import { fresh } from '../../src/domain/commit.ts'
import {
  askCancel,
  liveAttempts,
  lookAgainMs,
  nextStep,
  outcome,
  queuedTransaction,
  recordForeign,
  recordReorg,
  recordSigned,
  type Seen,
} from '../../src/domain/transactions-decide.ts'
import type { ChainReceipt } from '../../src/domain/ports.ts'
import type { Transaction, TransactionAttempt } from '../../src/domain/transactions.ts'

const NOW = 1_000_000
const PACE = { bumpAfterMs: 60_000, rebroadcastMs: 60_000, lookAgainMs: 1_000, maxInFlight: 16 }
const transaction = (change: Partial<Transaction> = {}): Transaction => ({
  ...queuedTransaction(
    {
      id: 'txn_1',
      lane: '1:0xa',
      network: 'ethereum',
      key: 'anchor/1',
      kind: 'anchor',
      subject: 'anch_1',
      dest: '0xb',
      data: '0x',
    },
    0,
  ),
  state: 'signed',
  nonce: 7,
  ...change,
})
const attempt = (change: Partial<TransactionAttempt> = {}): TransactionAttempt => ({
  hash: '0xh',
  transactionId: 'txn_1',
  raw: '0x',
  maxFee: '1',
  tip: '1',
  gas: 60_000,
  cancels: 0,
  createdAt: NOW - 1_000,
  sentAt: NOW - 1_000,
  sends: 1,
  error: null,
  stale: 0,
  ...change,
})
const receipt: ChainReceipt = {
  transactionHash: '0xh',
  blockNumber: 100,
  blockHash: '0xblock',
  succeeded: true,
  contractAddress: null,
  fee: '21',
}
const block = { number: 100, hash: '0xblock', timestamp: 5 }
const seen = (change: Partial<Seen> = {}): Seen => ({
  latest: 110,
  final: 90,
  nonce: 7,
  receipt: null,
  block: null,
  ...change,
})
const step = (row: Transaction, signed: TransactionAttempt, what: Seen) => {
  const found = nextStep(row, [signed], what, NOW, PACE)
  return found.do === 'record' ? `record ${found.state}` : found.do === 'replace' ? `replace by ${found.by}` : found.do
}

describe('what to do with a transaction', () => {
  const mined = transaction({ state: 'mined', blockNumber: 100, blockHash: '0xblock' })
  test.each([
    [
      'whose bytes were stored and never sent: send them',
      transaction(),
      attempt({ sentAt: null }),
      seen(),
      'broadcast',
    ],
    ['that was just sent: wait', transaction(), attempt(), seen(), 'wait'],
    [
      'that was sent long ago and is in no block: send the same bytes again',
      transaction(),
      attempt({ sentAt: 0 }),
      seen(),
      'broadcast',
    ],
    ['that is in a block, not deep: mined', transaction(), attempt(), seen({ receipt, block }), 'record mined'],
    ['that is deep enough: final', transaction(), attempt(), seen({ receipt, block, final: 100 }), 'record final'],
    [
      'that was reverted, deep: reverted',
      transaction(),
      attempt(),
      seen({ receipt: { ...receipt, succeeded: false }, block, final: 100 }),
      'record reverted',
    ],
    [
      'whose node is in the middle of a reorganisation: wait',
      transaction(),
      attempt(),
      seen({ receipt, block: { ...block, hash: '0xother' } }),
      'wait',
    ],
    ['that is recorded as mined and still is: wait', mined, attempt(), seen({ receipt, block }), 'wait'],
    ['that is mined and whose receipt a lagging node does not serve: wait', mined, attempt(), seen({ block }), 'wait'],
    [
      'that is mined, deep, and whose receipt nobody serves any more: the block itself has to say it',
      mined,
      attempt(),
      seen({ block, final: 100 }),
      'find-user',
    ],
    [
      'that is mined, at a height that now has another block: a reorganisation',
      mined,
      attempt(),
      seen({ block: { ...block, hash: '0xother' } }),
      'reorg',
    ],
    [
      'that is mined, seen by a node that is not there yet: keep the bytes alive',
      mined,
      attempt({ sentAt: 0 }),
      seen({ latest: 99 }),
      'broadcast',
    ],
    [
      'whose nonce is used and whose receipt nobody serves: find out by whom, conclude nothing',
      transaction(),
      attempt(),
      seen({ nonce: 8 }),
      'find-user',
    ],
    [
      'that waits too long with the lowest nonce: pay more',
      transaction(),
      attempt({ createdAt: 0 }),
      seen(),
      'replace by more',
    ],
    [
      'whose bytes were sent at a time to come, by a clock that was set back: send them again',
      transaction({ nonce: 8 }),
      attempt({ sentAt: NOW + 3_600_000 }),
      seen(),
      'broadcast',
    ],
    [
      'that waits too long behind another: money would be wasted',
      transaction(),
      attempt({ createdAt: 0 }),
      seen({ nonce: 6 }),
      'wait',
    ],
    [
      'that was never sent, however old: send it before it is replaced',
      transaction({ cancelAskedAt: 1 }),
      attempt({ createdAt: 0, sentAt: null }),
      seen(),
      'broadcast',
    ],
    ['that is to be cancelled: by nothing', transaction({ cancelAskedAt: 1 }), attempt(), seen(), 'replace by nothing'],
    [
      'whose cancellation is under way: wait for it',
      transaction({ cancelAskedAt: 1 }),
      attempt({ cancels: 1 }),
      seen(),
      'wait',
    ],
    [
      'whose cancellation waits too long: pay more for nothing',
      transaction({ cancelAskedAt: 1 }),
      attempt({ cancels: 1, createdAt: 0 }),
      seen(),
      'replace by nothing',
    ],
    [
      'that is to be cancelled and was mined all the same: mined',
      transaction({ cancelAskedAt: 1 }),
      attempt(),
      seen({ receipt, block }),
      'record mined',
    ],
    [
      'whose empty replacement is deep: cancelled',
      transaction({ cancelAskedAt: 1 }),
      attempt({ cancels: 1 }),
      seen({ receipt, block, final: 100 }),
      'record cancelled',
    ],
  ])('%s', (_promise, row, signed, what, expected) => expect(step(row, signed, what)).toBe(expected))
})

describe('what is recorded', () => {
  const row = fresh(transaction({ state: 'queued', nonce: null }))
  const bytes = { raw: '0x1', hash: '0xh', maxFee: '5', tip: '1', legacy: false, gas: 7, cancels: 0 as const }
  const fence = { name: 'anchorer/x', token: 1 }
  const rowOf = (commit: { puts?: unknown[] }) => (commit.puts![0] as { row: Transaction }).row

  test('signing keeps the height from which a search would begin; a replacement does not move it', () => {
    const first = rowOf(recordSigned(row, { ...bytes, nonce: 3 }, 100, NOW, fence))
    expect([first.state, first.nonce, first.seenFrom, first.gas]).toEqual(['signed', 3, 36, 7])
    const second = rowOf(recordSigned(fresh(first), { ...bytes, hash: '0xi', nonce: 3 }, 500, NOW, fence))
    expect([second.nonce, second.seenFrom, second.hash]).toEqual([3, 36, '0xi'])
  })
  test('no replacement ever has another nonce', () =>
    expect(() => recordSigned(fresh(transaction()), { ...bytes, nonce: 8 }, 100, NOW, fence)).toThrow('for ever'))
  test('a reorganisation forgets block and fee, and keeps the nonce', () => {
    const mined = transaction({ state: 'mined', blockNumber: 9, blockHash: '0xb', blockTime: 1, fee: '5' })
    const again = rowOf(recordReorg(fresh(mined), NOW, PACE))
    expect([again.state, again.nonce, again.blockNumber, again.fee]).toEqual(['signed', 7, null, null])
    const old = attempt({ createdAt: 0 })
    expect(nextStep(again, [old], seen(), NOW, PACE).do).toBe('wait') // the same bytes get a fresh chance
    expect(nextStep(again, [old], seen(), NOW + PACE.bumpAfterMs, PACE).do).toBe('replace')
  })
  test('a reorganisation of what was only found on the chain queues it: there are no bytes of ours to send again', () => {
    const found = transaction({ state: 'final', nonce: null, blockNumber: 9, blockHash: '0xb' })
    expect(rowOf(recordReorg(fresh(found), NOW, PACE))).toMatchObject({ state: 'queued', blockNumber: null })
  })
  test('the newest bytes are those that pay most, even when the clock was set back in between', () => {
    const old = attempt({ hash: '0xa', maxFee: '9', createdAt: 500 })
    const more = attempt({ hash: '0xb', maxFee: '11', createdAt: 400 })
    expect(liveAttempts([more, attempt({ stale: 1 }), old]).map(({ hash }) => hash)).toEqual(['0xa', '0xb'])
  })
  test('only a proven foreign transaction gives the operation another nonce, and ends its bytes', () => {
    const mined = fresh(transaction({ seenFrom: 4, state: 'mined', blockNumber: 9 }))
    const commit = recordForeign(mined, [fresh(attempt())], '0xf', NOW)
    expect(rowOf(commit)).toMatchObject({ state: 'queued', nonce: null, seenFrom: null, blockNumber: null })
    expect((commit.puts![1] as { row: TransactionAttempt }).row.stale).toBe(1)
  })
  test('an empty replacement that is mined ends the operation, whatever its status', () => {
    const attempts = [attempt(), attempt({ hash: '0xc', cancels: 1 })]
    expect(outcome(attempts, { ...receipt, transactionHash: '0xc' })).toBe('cancelled')
    expect(outcome(attempts, receipt)).toBe('final')
    expect(outcome(attempts, { ...receipt, succeeded: false })).toBe('reverted')
  })
  test('what has ended cannot be cancelled; asking twice is asking once', () => {
    const asked = askCancel(fresh(transaction()), 5)
    expect([asked.cancelAskedAt, askCancel(asked, 9).cancelAskedAt]).toEqual([5, 5])
    for (const state of ['final', 'reverted', 'cancelled'] as const)
      expect(() => askCancel(fresh(transaction({ state })), 5)).toThrow('nothing to cancel')
  })
  test('the longer the chain takes, the rarer it is asked, within bounds', () =>
    expect([0, 40_000, 100_000, 9_000_000].map((age) => lookAgainMs(PACE, age))).toEqual([1000, 2000, 5000, 15_000]))
})

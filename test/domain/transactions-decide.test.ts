import { describe, expect, test } from 'bun:test'
import { nextStep, offer, queuedTransaction, type Seen } from '../../src/domain/transactions-decide.ts'
import type { ChainReceipt } from '../../src/domain/ports.ts'
import type { Transaction, TransactionAttempt } from '../../src/domain/transactions.ts'

const NOW = 1_000_000
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
  createdAt: 0,
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
  const found = nextStep(row, signed, what, NOW)
  return found.do === 'record' ? `record ${found.state}` : found.do
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
  ])('%s', (_promise, row, signed, what, expected) => expect(step(row, signed, what)).toBe(expected))
})

describe('the offer for gas', () => {
  test('never exceeds the cap', () =>
    expect(offer({ base: '10', tip: '2', maxFee: '22' }, '15')).toEqual({ maxFee: '15', tip: '2' }))
  test('is none above the cap: no nonce is spent', () =>
    expect(offer({ base: '14', tip: '2', maxFee: '30' }, '15')).toBe('above the cap'))
  test('is free where gas is free', () =>
    expect(offer({ base: '0', tip: '0', maxFee: '0' }, '0')).toEqual({ maxFee: '0', tip: '0' }))
})

/** `chain status` for people, line by line. */
import { describe, expect, test } from 'bun:test'
import type { NetworkReport } from '../../src/actions/networks.ts'
import { networkView } from '../../src/actions/networks-view.ts'
import { age, statusLines } from '../../src/cli/chain-status.ts'
import { BUILT_IN_NETWORKS } from '../../src/domain/networks.ts'

const NOW = Date.parse('2026-03-03T09:15:00Z')
const ACCOUNT = '0x1111111111111111111111111111111111111111'
const endpoint = { failures: 0, lastError: null, downUntil: 0, requests: 1, errors: 0 }
const registry = {
  ...{ id: 'r', network: 'polygon', chainId: 137, partition: 'live' as const, did: 'did:web:example.org' },
  ...{ address: '0x3333333333333333333333333333333333333333', transactionId: null, createdAt: 1, readyAt: 1 },
  ...{ retiredAt: null, revision: 1 },
}
const report: NetworkReport = {
  network: BUILT_IN_NETWORKS.find(({ name }) => name === 'polygon')!,
  isDefault: true,
  facts: {
    ...{ network: 'polygon', askedAt: NOW, embedded: false, account: ACCOUNT, feeCap: '1000000000000' },
    ...{ dailyBudget: '500000000000000000', lowBalance: 50, head: 61_000_000, problem: null },
    ...{ balance: '12345678900000000000', anchorGas: 60_000, deployGas: 0 },
    endpoints: [
      { ...endpoint, host: 'rpc.example.org', state: 'ok', head: 61_000_000, latencyMs: 12.6 },
      {
        ...endpoint,
        host: 'two.example',
        state: 'wrong_chain',
        head: null,
        latencyMs: null,
        lastError: 'serves chain 1, not 137',
      },
    ],
    fees: { base: '30000000000', tip: '0', maxFee: '60000000000', legacy: false },
    registry: {
      ...{ codeHash: '', did: 'did:web:example.org', owner: ACCOUNT },
      ...{ pendingOwner: '0x2222222222222222222222222222222222222222', permissions: 1 },
    },
  },
  funding: {
    ...{
      gasPrice: '30000000000',
      costPerTransaction: '1800000000000000',
      costOfDeployment: '0',
      transactionsLeft: 6858,
    },
    ...{ certificatesLeft: 164_592, certificatesPerTransaction: 24, isEmpty: false, toSend: '0' },
  },
  certificatesPerTransaction: 24,
  spent: '18000000000000000',
  lane: {
    ...{ id: 'l', network: 'polygon', account: ACCOUNT, hold: 'fee_above_cap', detail: 'Gas costs too much.' },
    ...({ heldSince: NOW - 60_000, updatedAt: NOW, revision: 1 } as { heldSince: number; updatedAt: number }),
  },
  registries: [{ ...registry, id: 'old', retiredAt: 5 }, registry],
  registry,
  open: [
    {
      ...{ id: 'txn_a', lane: 'l', network: 'polygon', key: 'k', kind: 'anchor', subject: 's', dest: null, data: '0x' },
      ...{ state: 'signed', nonce: 12, seenFrom: 1, hash: '0xab', blockNumber: null, blockHash: null, blockTime: null },
      ...{
        contractAddress: null,
        gas: null,
        fee: null,
        holdUntil: null,
        cancelAskedAt: NOW,
        note: 'nonce 11 was used by 0xcd',
      },
      ...{ createdAt: NOW - 180_000, finalAt: null, attempts: 2 },
    },
  ],
  waiting: 3,
  waitingSince: NOW - 150_000,
  revocations: 1,
  warnings: [
    { code: 'held', message: 'said by its own line', urgent: true },
    { code: 'wrong_chain', message: 'Correct it.', urgent: true },
    { code: 'owner_is_operator', message: 'Hand it over.', urgent: false },
  ],
}

test('a network with everything there is to say', () => {
  expect(statusLines(report, NOW)).toEqual([
    'polygon (chain 137), default',
    '  nodes       rpc.example.org  ok, block 61000000, 13 ms',
    '              two.example      serves another chain, last error: serves chain 1, not 137',
    `  account     ${ACCOUNT}`,
    '  balance     12.3 POL, pays for about 6,858 transactions (about 164,592 certificates at your',
    '              average of 24 per transaction; one costs about 0.0018 POL)',
    '  spent       0.018 POL in 24 hours of 0.5 (daily_budget)',
    '  gas price   30 gwei now, at most 1,000 gwei (max_fee_gwei)',
    '  registry    0x3333333333333333333333333333333333333333 of did:web:example.org',
    '              https://polygonscan.com/address/0x3333333333333333333333333333333333333333',
    `              owner ${ACCOUNT}, our account; our account may anchor`,
    '              offered to 0x2222222222222222222222222222222222222222, who has not accepted yet',
    '              1 earlier, kept for the certificates that name them',
    '  waiting     3 certificates (the first for 2 minutes), 1 revocation',
    '  open        txn_a anchor signed, nonce 12, 3 minutes old, signed 2 times, being cancelled',
    '              (nonce 11 was used by 0xcd)',
    '  held        since 2026-03-03T09:14:00Z: Gas costs too much.',
    '  NEEDS YOU   Correct it.',
    '  note        Hand it over.',
    '',
  ])
})

test('a network where nothing is known yet', () => {
  const facts = {
    ...report.facts,
    endpoints: [],
    head: null,
    balance: null,
    fees: null,
    registry: null,
    dailyBudget: '0',
  }
  const bare = { ...report, facts, isDefault: false, funding: undefined, spent: '0', lane: undefined }
  const nothing = {
    registries: [],
    registry: undefined,
    open: [],
    waiting: 0,
    waitingSince: null,
    revocations: 0,
    warnings: [],
  }
  expect(statusLines({ ...bare, ...nothing }, NOW)).toEqual([
    'polygon (chain 137)',
    `  account     ${ACCOUNT}`,
    '  balance     not known',
    '  spent       0 POL in 24 hours',
    '  gas price   at most 1,000 gwei (max_fee_gwei)',
    '  registry    none yet: deployed at first use, or with "testamur chain deploy"',
    '  waiting     nothing',
    '',
  ])
})

test('the same as data: names that stay, amounts without a digit lost', () => {
  expect(networkView(report, NOW)).toMatchObject({
    ...{ network: 'polygon', chain_id: 137, default: true, balance: '12.3456789', transactions_left: 6858 },
    ...{ cost_per_transaction: '0.0018', spent_24h: '0.018', daily_budget: '0.5', max_fee_gwei: '1000' },
    registry: { pending_owner: '0x2222222222222222222222222222222222222222', permissions: 1, ready: true },
    registries: [{ retired_at: '1970-01-01T00:00:00Z' }, { retired_at: null }],
    hold: { reason: 'fee_above_cap', detail: 'Gas costs too much.', since: '2026-03-03T09:14:00Z' },
    transactions: [{ id: 'txn_a', nonce: 12, attempts: 2, age_seconds: 180 }],
    ...{ waiting_certificates: 3, waiting_revocations: 1, waiting_since: '2026-03-03T09:12:30Z' },
  })
})

describe('ages', () => {
  test.each([
    [0, '0 seconds'],
    [1_000, '1 second'],
    [59_999, '59 seconds'],
    [60_000, '1 minute'],
    [7_200_000, '2 hours'],
    [86_400_000 * 3, '3 days'],
    [-5, '0 seconds'],
  ])('%d ms is %s', (milliseconds, text) => expect(age(milliseconds)).toBe(text))
})

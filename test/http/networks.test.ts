/** GET /v1/networks and the warnings of /v1/system: what nodes said a moment ago, never a wait for them. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { fresh } from '../../src/domain/commit.ts'
import type { NetworkFacts } from '../../src/domain/network-facts.ts'
import { BUILT_IN_NETWORKS } from '../../src/domain/networks.ts'
import { RELEASED_CODE, ZERO_ADDRESS } from '../../src/domain/registry.ts'
import { laneOf } from '../../src/domain/transactions-decide.ts'
import { knownFacts } from '../../src/wire-status.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'

const polygon = BUILT_IN_NETWORKS.find(({ name }) => name === 'polygon')!
const fantom = BUILT_IN_NETWORKS.find(({ name }) => name === 'fantom')!
const REGISTRY = '0x3333333333333333333333333333333333333333'

let http: TestHttp
let facts: Map<string, NetworkFacts>
beforeAll(async () => {
  http = await startHttp({
    networks: [polygon, fantom],
    context: { networkFacts: async () => facts },
  })
  const { chain, store, clock } = http.appliance
  const { account } = chain
  const paid = { ...knownFacts(chain), embedded: false, feeCap: '1000000000000' }
  const endpoint = { failures: 0, lastError: null, downUntil: 0, requests: 9, errors: 1 }
  facts = new Map<string, NetworkFacts>([
    ['embedded', { ...knownFacts(chain), head: 7 }],
    [
      'polygon',
      {
        ...{ ...paid, network: 'polygon', askedAt: 1, head: 61_000_000, balance: '1500000000000000000' },
        ...{ dailyBudget: '50000000000000000', lowBalance: 50, anchorGas: 60_000, deployGas: 0 },
        fees: { base: '30000000000', tip: '1000000000', maxFee: '61000000000', legacy: false },
        endpoints: [
          { ...endpoint, host: 'rpc.example.org', state: 'ok', head: 61_000_000, latencyMs: 12.4 },
          {
            ...endpoint,
            host: 'two.example.org',
            state: 'failing',
            head: null,
            latencyMs: null,
            lastError: 'timed out',
          },
        ],
        registry: {
          ...{ codeHash: [...RELEASED_CODE][0]!, did: http.context.appliance.dids.live, owner: account },
          ...{ pendingOwner: ZERO_ADDRESS, permissions: 3 },
        },
      },
    ],
    ['fantom', { ...paid, network: 'fantom' }],
  ])
  const now = clock.now()
  const lane = { id: laneOf(137, account), network: 'polygon', account, hold: 'daily_budget' as const }
  await store.commit({
    at: now,
    puts: [
      {
        entity: 'lane',
        row: fresh({ ...lane, detail: 'The daily_budget is used up.', heldSince: now, updatedAt: now }),
      },
      {
        entity: 'registry',
        row: fresh({
          ...{ id: 'r', network: 'polygon', chainId: 137, partition: 'live', did: http.context.appliance.dids.live },
          ...{ address: REGISTRY, transactionId: null, createdAt: now, readyAt: now, retiredAt: null },
        }),
      },
    ],
  })
})
afterAll(() => http.close())

const networks = async (key?: string) => {
  const { json } = await http.api('GET', '/v1/networks', key === undefined ? {} : { key })
  return Object.fromEntries(json.data.map((each: { name: string }) => [each.name, each]))
}

test('account, money, registry and hold of a public network', async () => {
  const { account } = http.appliance.chain
  const shown = (await networks()).polygon
  expect(shown).toMatchObject({
    ...{ account, balance: '1.5', token: 'POL', testnet: false, confirmations: 64, finalized_tag: true },
    ...{ gas_price_gwei: '31', max_fee_gwei: '1000', spent_24h: '0', daily_budget: '0.05', head: 61_000_000 },
    registry: {
      ...{ address: REGISTRY, ready: true, owner: account, pending_owner: null, permissions: 3 },
      explorer_url: `https://polygonscan.com/address/${REGISTRY}`,
    },
    hold: { reason: 'daily_budget', detail: 'The daily_budget is used up.', since: '2026-03-03T09:15:00Z' },
    warning: null,
  })
  // 1.5 POL, less the offer of the last one, at 31 gwei × 60,000.
  expect(shown.transactions_left).toBe(Math.floor((1.5e18 - 61e9 * 60_000) / (31e9 * 60_000)) + 1)
  expect(shown.certificates_left).toBe(shown.transactions_left)
  expect(shown.warnings.map(({ code, urgent }: { code: string; urgent: boolean }) => [code, urgent])).toEqual([
    ['held', true],
    ['owner_is_operator', false],
  ])
})

test('what is not known is null; what is known of a network is said', async () => {
  expect((await networks()).fantom).toMatchObject({
    ...{ balance: null, transactions_left: null, certificates_left: null, gas_price_gwei: null, head: null },
    ...{ registry: null, hold: null, warning: expect.stringContaining('moved to Sonic') },
  })
})

test('the embedded chain has an account and no money', async () => {
  expect((await networks()).embedded).toMatchObject({
    ...{ default: true, balance: null, max_fee_gwei: null, head: 7, hold: null, warnings: [] },
    registry: { ready: true, explorer_url: null },
  })
})

test('nodes are shown by host, to live administrators alone', async () => {
  const seen = (await networks(http.keys.admin)).polygon.endpoints
  expect(seen).toEqual([
    { host: 'rpc.example.org', state: 'ok', head: 61_000_000, latency_ms: 12, failures: 0, last_error: null },
    { host: 'two.example.org', state: 'failing', head: null, latency_ms: null, failures: 0, last_error: 'timed out' },
  ])
  for (const key of [http.keys.reader, http.keys.designer, http.keys.sandbox])
    expect((await networks(key)).polygon).not.toHaveProperty('endpoints')
})

test('the system lists the warnings of all networks', async () => {
  const { json } = await http.api('GET', '/v1/system', { key: http.keys.admin })
  expect(json.warnings.map(({ network, code }: { network: string; code: string }) => `${network} ${code}`)).toEqual([
    'polygon held',
    'polygon owner_is_operator',
    'fantom network',
  ])
})

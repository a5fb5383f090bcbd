/** The numbers of this appliance, from its rows and from what the nodes said in the last seconds. No personal data. */
import { networkReports, type NetworkReport } from './actions/networks.ts'
import type { ActionContext } from './actions/context.ts'
import type { JobKind } from './domain/jobs.ts'
import type { NetworkFacts } from './domain/network-facts.ts'
import type { EndpointHealth } from './domain/ports.ts'
import type { LaneHold, TransactionState } from './domain/transactions.ts'
import type { MetricFamily, MetricSample } from './http/metrics.ts'
import { KINDS } from './jobs/kinds.ts'
import type { Store } from './store/store.ts'

export interface MetricsContext {
  actions: ActionContext
  facts: () => Promise<ReadonlyMap<string, NetworkFacts>>
  /** Certificates that were issued since the program began. */
  issued: () => number
  startedAt: number
}

const HOLDS: LaneHold[] = ['foreign_pending', 'fee_above_cap', 'no_funds', 'daily_budget', 'unreachable']
const OPEN: TransactionState[] = ['queued', 'signed', 'mined']

const gauge = (name: string, help: string, samples: MetricSample[]): MetricFamily => ({
  ...{ name: `testamur_${name}`, help, type: 'gauge', samples },
})
const counter = (name: string, help: string, samples: MetricSample[]): MetricFamily => ({
  ...{ name: `testamur_${name}_total`, help, type: 'counter', samples },
})
const seconds = (milliseconds: number) => Math.max(0, milliseconds) / 1000

/** Everything there is to count. */
export async function collectMetrics(context: MetricsContext): Promise<MetricFamily[]> {
  const { actions, facts, issued, startedAt } = context
  const now = actions.clock.now()
  const reports = await networkReports(actions, await facts())
  return [
    gauge('build_info', 'Version of the program; always 1.', [
      { labels: { version: actions.appliance.version }, value: 1 },
    ]),
    gauge('start_time_seconds', 'When the program started, in Unix seconds.', [{ value: startedAt / 1000 }]),
    counter('certificates_issued', 'Certificates that the chain has confirmed since the program started.', [
      { value: issued() },
    ]),
    ...endpointMetrics(reports),
    ...walletMetrics(reports),
    ...laneMetrics(reports, now),
    ...(await jobMetrics(actions.store, now)),
  ]
}

/** Several endpoints of one host (with keys of their own) are one line: labels have to be unique. */
function byHost(endpoints: EndpointHealth[]): EndpointHealth[] {
  const hosts = new Map<string, EndpointHealth>()
  for (const each of endpoints) {
    const known = hosts.get(each.host)
    if (!known) hosts.set(each.host, each)
    else
      hosts.set(each.host, {
        ...(known.state === 'ok' ? known : each),
        head: Math.max(known.head ?? 0, each.head ?? 0) || null,
        requests: known.requests + each.requests,
        errors: known.errors + each.errors,
      })
  }
  return [...hosts.values()]
}

function endpointMetrics(reports: NetworkReport[]): MetricFamily[] {
  const endpoints = reports.flatMap(({ network, facts }) =>
    byHost(facts.endpoints).map((health) => ({ labels: { network: network.name, host: health.host }, health })),
  )
  const samples = (value: (health: EndpointHealth) => number | null): MetricSample[] =>
    endpoints.flatMap(({ labels, health }) => {
      const number = value(health)
      return number === null ? [] : [{ labels, value: number }]
    })
  return [
    gauge(
      'rpc_endpoint_up',
      'Whether the node answered last, on the right chain and with a fresh block.',
      samples(({ state }) => (state === 'untried' ? null : Number(state === 'ok'))),
    ),
    gauge(
      'rpc_endpoint_head_block',
      'Newest block that the node has named.',
      samples(({ head }) => head),
    ),
    gauge(
      'rpc_endpoint_latency_seconds',
      'How long the last answer took.',
      samples(({ latencyMs }) => (latencyMs === null ? null : latencyMs / 1000)),
    ),
    counter(
      'rpc_requests',
      'Requests to the node.',
      samples(({ requests }) => requests),
    ),
    counter(
      'rpc_errors',
      'Requests without a usable answer.',
      samples(({ errors }) => errors),
    ),
  ]
}

function walletMetrics(reports: NetworkReport[]): MetricFamily[] {
  const paid = reports.filter(({ facts }) => !facts.embedded)
  const samples = (value: (report: NetworkReport) => string | number | null | undefined): MetricSample[] =>
    paid.flatMap((report) => {
      const known = value(report)
      return known === null || known === undefined ? [] : [{ labels: { network: report.network.name }, value: known }]
    })
  const balances = paid.flatMap(({ network, facts: { account, balance } }) =>
    balance === null ? [] : [{ labels: { network: network.name, account }, value: balance }],
  )
  return [
    gauge('wallet_balance_wei', 'What the sending account holds.', balances),
    gauge(
      'wallet_transactions_left',
      'Transactions that the balance pays for at present prices.',
      samples(({ funding }) => funding?.transactionsLeft),
    ),
    gauge(
      'gas_price_wei',
      'Price of a unit of gas now.',
      samples(({ funding }) => funding?.gasPrice),
    ),
    gauge(
      'max_fee_wei',
      'Most that is paid for a unit of gas.',
      samples(({ facts }) => facts.feeCap),
    ),
    gauge(
      'spent_wei_24h',
      'Fees that were paid in the last 24 hours.',
      samples(({ spent }) => spent),
    ),
  ]
}

function laneMetrics(reports: NetworkReport[], now: number): MetricFamily[] {
  const each = (value: (report: NetworkReport) => number): MetricSample[] =>
    reports.map((report) => ({ labels: { network: report.network.name }, value: value(report) }))
  const holds = reports.flatMap(({ network, lane }) =>
    HOLDS.map((reason) => ({ labels: { network: network.name, reason }, value: Number(lane?.hold === reason) })),
  )
  const open = reports.flatMap((report) =>
    OPEN.map((state) => ({
      labels: { network: report.network.name, state },
      value: report.open.filter((transaction) => transaction.state === state).length,
    })),
  )
  return [
    gauge('lane_hold', 'Whether nothing new is sent for this reason.', holds),
    gauge('transactions_open', 'Transactions that have not ended, by state.', open),
    gauge(
      'anchor_lag_seconds',
      'How long the oldest certificate that is not confirmed has waited; 0 = none waits.',
      each(({ waitingSince }) => (waitingSince === null ? 0 : seconds(now - waitingSince))),
    ),
    gauge(
      'certificates_waiting',
      'Certificates that the chain has not confirmed.',
      each(({ waiting }) => waiting),
    ),
    gauge(
      'revocations_waiting',
      'Revocations that are not final on the chain.',
      each(({ revocations }) => revocations),
    ),
    gauge(
      'warnings',
      'What a person should look at.',
      each(({ warnings }) => warnings.filter(({ urgent }) => urgent).length),
    ),
  ]
}

async function jobMetrics({ jobs }: Store, now: number): Promise<MetricFamily[]> {
  const [open, dead, due] = await Promise.all([
    jobs.unfinished('open'),
    jobs.unfinished('dead'),
    jobs.nextDue(Object.keys(KINDS) as JobKind[]),
  ])
  const depth = (['open', 'dead'] as const).flatMap((state) =>
    (state === 'open' ? open : dead).map(({ kind, count }) => ({ labels: { kind, state }, value: count })),
  )
  return [
    gauge('queue_depth', 'Jobs that are to be done (open) or have failed for good (dead).', depth),
    gauge('oldest_job_age_seconds', 'How long the job that is due longest has waited; 0 = none is due.', [
      { value: due === undefined ? 0 : seconds(now - due) },
    ]),
  ]
}

/** Counts certificates as they are issued. A restart begins at 0, which is what a counter may do. */
export function countIssued(store: Store): { count: () => number; stop: () => void } {
  let issued = 0
  const stop = store.onCommit(({ events }) => {
    for (const { type } of events ?? []) if (type === 'certificate.issued') issued++
  })
  return { count: () => issued, stop }
}

/** What the operator wants to know, networks, and the sandbox's one click. */
import { isoSeconds } from '../../domain/clock.ts'
import { networkReports, type NetworkReport } from '../../actions/networks.ts'
import { endpointsView, holdView, moneyView, registryView, warningsView } from '../../actions/networks-view.ts'
import { wipeSandbox } from '../../actions/sandbox.ts'
import type { HttpContext } from '../context.ts'
import { privateRoute } from '../route.ts'
import { isoOrNull } from './certificate-body.ts'

const TAG = 'System'
const RECENT = 20

const networks = privateRoute({
  method: 'GET',
  path: '/v1/networks',
  permission: ['certificates:read', 'certificates:write', 'templates'],
  tag: TAG,
  summary: 'List networks',
  description:
    'The configured chains with account, balance and registry. Balance, price and nodes are some seconds old, and null while no node has answered. Amounts are decimal text in whole tokens. `endpoints` is there for live keys with the scope admin.',
  answers: { 200: { description: 'All networks.', schema: 'NetworkList' } },
  handle: async ({ context, caller }) => {
    const reports = await networkReports(context, await context.networkFacts())
    const seesNodes = caller.partition === 'live' && caller.permissions.includes('admin')
    const bodyOf = (report: NetworkReport) => {
      const { network } = report
      return {
        name: network.name,
        title: network.title,
        chain_id: network.chainId,
        token: network.token,
        explorer_url: network.explorerUrl || null,
        confirmations: network.confirmations,
        finalized_tag: network.finalityTag,
        testnet: network.testnet,
        default: report.isDefault,
        registries: report.registries.map((registry) => ({
          contract: registry.address,
          sandbox: registry.partition === 'test',
          did: registry.did,
        })),
        ...moneyView(report),
        registry: registryView(report),
        hold: holdView(report),
        head: report.facts.head,
        waiting_certificates: report.waiting,
        waiting_revocations: report.revocations,
        warning: network.warning || null,
        warnings: warningsView(report),
        ...(seesNodes ? { endpoints: endpointsView(report) } : {}),
      }
    }
    return { json: { data: reports.map(bodyOf) } }
  },
})

const system = privateRoute({
  method: 'GET',
  path: '/v1/system',
  permission: 'admin',
  tag: TAG,
  summary: 'Read the state of the appliance',
  description:
    'Version, health, jobs by state, what waits for the chain, warnings about the networks, and the newest anchors and transactions.',
  answers: { 200: { description: 'The state now.', schema: 'System' } },
  handle: async ({ context }) => ({ json: await state(context) }),
})

async function state(context: HttpContext) {
  const { store, appliance, clock } = context
  const [reports, health, jobs, waiting, revocations, anchors, transactions] = await Promise.all([
    context.networkFacts().then((facts) => networkReports(context, facts)),
    context.health(),
    store.jobs.counts(),
    store.certificates.countWaiting(),
    store.revocations.openCount(),
    store.anchors.list({ limit: RECENT }),
    store.transactions.list({ limit: RECENT }),
  ])
  return {
    version: appliance.version,
    time: isoSeconds(clock.now()),
    health,
    jobs: jobs.map(({ kind, state: at, count }) => ({ kind, state: at, count })),
    waiting_for_anchor: waiting,
    open_revocations: revocations,
    warnings: reports.flatMap((report) =>
      warningsView(report).map((warning) => ({ network: report.network.name, ...warning })),
    ),
    anchors: anchors.map((anchor) => ({
      id: anchor.id,
      network: anchor.network,
      sandbox: anchor.partition === 'test',
      state: anchor.state,
      size: anchor.size,
      merkle_root: anchor.root === null ? null : `0x${anchor.root}`,
      transaction_hash: anchor.transactionHash,
      block_number: anchor.blockNumber,
      created_at: isoSeconds(anchor.createdAt),
      confirmed_at: isoOrNull(anchor.confirmedAt),
    })),
    transactions: transactions.map((transaction) => ({
      id: transaction.id,
      network: transaction.network,
      kind: transaction.kind,
      state: transaction.state,
      hash: transaction.hash,
      nonce: transaction.nonce,
      note: transaction.note,
      created_at: isoSeconds(transaction.createdAt),
      final_at: isoOrNull(transaction.finalAt),
    })),
    store: store.activity(),
  }
}

const sandbox = privateRoute({
  method: 'DELETE',
  path: '/v1/sandbox',
  permission: 'admin',
  tag: TAG,
  summary: 'Empty the sandbox',
  description:
    'Removes everything that sandbox keys made: templates, certificates, batches and mails. Live data and all API keys stay.',
  answers: { 200: { description: 'The sandbox is empty.', schema: 'Wiped' } },
  handle: async ({ context, caller }) => {
    const { certificates } = await wipeSandbox(context, caller)
    return { json: { wiped: true, certificates } }
  },
})

export const systemRoutes = [networks, system, sandbox]

/** What the operator wants to know, networks, and the sandbox's one click. */
import { isoSeconds } from '../../domain/clock.ts'
import { wipeSandbox } from '../../actions/sandbox.ts'
import type { Network } from '../../domain/networks.ts'
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
  description: 'The configured chains, and the registry contracts of this issuer on them.',
  answers: { 200: { description: 'All networks.', schema: 'NetworkList' } },
  handle: async ({ context }) => {
    const registries = await context.store.registries.all()
    const bodyOf = (network: Network) => ({
      name: network.name,
      title: network.title,
      chain_id: network.chainId,
      token: network.token,
      explorer_url: network.explorerUrl || null,
      confirmations: network.confirmations,
      testnet: network.testnet,
      default: network.name === context.appliance.defaultNetwork,
      registries: registries
        .filter((registry) => registry.network === network.name)
        .map((registry) => ({
          contract: registry.address,
          sandbox: registry.partition === 'test',
          did: registry.did,
        })),
    })
    return { json: { data: context.appliance.networks.map(bodyOf) } }
  },
})

const system = privateRoute({
  method: 'GET',
  path: '/v1/system',
  permission: 'admin',
  tag: TAG,
  summary: 'Read the state of the appliance',
  description: 'Version, health, jobs by state, what waits for the chain, and the newest anchors and transactions.',
  answers: { 200: { description: 'The state now.', schema: 'System' } },
  handle: async ({ context }) => ({ json: await state(context) }),
})

async function state(context: HttpContext) {
  const { store, appliance, clock } = context
  const [health, jobs, waiting, revocations, anchors, transactions] = await Promise.all([
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

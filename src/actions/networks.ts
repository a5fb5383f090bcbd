/** The networks as the operator sees them: what nodes say (given by the caller) beside what is stored. */
import type { Registry } from '../domain/anchors.ts'
import type { Revised } from '../domain/commit.ts'
import { AVERAGED_ANCHORS, averageSize, fundingOf, type Funding } from '../domain/funding.ts'
import { warningsOf, type NetworkFacts, type NetworkWarning } from '../domain/network-facts.ts'
import type { Network } from '../domain/networks.ts'
import { laneOf } from '../domain/transactions-decide.ts'
import type { LaneState, Transaction } from '../domain/transactions.ts'
import type { ActionContext } from './context.ts'

/** What these actions need of their context: the command line has no more. */
export type Records = Pick<ActionContext, 'store' | 'clock' | 'random' | 'textHash' | 'appliance'>

const DAY = 86_400_000
/** A lane may hold thousands of open transactions; those at its head say enough. */
const COUNTED_ATTEMPTS = 50

export interface NetworkReport {
  network: Network
  isDefault: boolean
  facts: NetworkFacts
  /** Undefined where nothing is paid, and while balance or fees are not known. */
  funding: Funding | undefined
  certificatesPerTransaction: number
  /** Wei in the last 24 hours. */
  spent: string
  lane: LaneState | undefined
  /** Of this network, the sandbox's and retired ones too, oldest first. */
  registries: Array<Registry & Revised>
  /** The one that new live certificates name. */
  registry: (Registry & Revised) | undefined
  /** Open transactions of all our accounts with how often each was signed. */
  open: Array<Transaction & { attempts: number }>
  /** Certificates that the chain has not confirmed; since when (Unix ms), null = none. */
  waiting: number
  waitingSince: number | null
  /** Revocations that are not final on the chain. */
  revocations: number
  warnings: NetworkWarning[]
}

/** One report for each network there are facts of, in the order of the configuration. */
export async function networkReports(
  context: Records,
  facts: ReadonlyMap<string, NetworkFacts>,
): Promise<NetworkReport[]> {
  const { store, appliance } = context
  const [registries, waiting, collected, revocations] = await Promise.all([
    store.registries.all(),
    store.certificates.waitingByNetwork(),
    store.anchors.unconfirmed(),
    store.revocations.openByNetwork(),
  ])
  const known = appliance.networks.filter(({ name }) => facts.has(name))
  return Promise.all(
    known.map(async (network): Promise<NetworkReport> => {
      const { name } = network
      const asked = facts.get(name)!
      const mine = registries.filter((registry) => registry.network === name)
      const registry = mine.find(
        ({ partition, did, retiredAt }) => partition === 'live' && did === appliance.dids.live && retiredAt === null,
      )
      const unconfirmed = [...waiting, ...collected].filter((each) => each.network === name)
      const stored = await storedFacts(context, network, asked, registry)
      const funding = fundsOf(asked, stored.sizes, stored.deployment)
      const open = revocations.find((each) => each.network === name)?.count ?? 0
      return {
        network,
        isDefault: name === appliance.defaultNetwork,
        facts: asked,
        funding,
        certificatesPerTransaction: averageSize(stored.sizes),
        spent: stored.spent,
        lane: stored.lane,
        registries: mine,
        registry,
        open: stored.open,
        waiting: unconfirmed.reduce((sum, { count }) => sum + count, 0),
        waitingSince: unconfirmed.length === 0 ? null : Math.min(...unconfirmed.map(({ since }) => since)),
        revocations: open,
        warnings: warningsOf({
          ...{ network, facts: asked, funding, registry, revocations: open },
          ...{ lane: stored.lane, deployment: stored.deployment },
        }),
      }
    }),
  )
}

async function storedFacts(
  { store, clock }: Records,
  network: Network,
  { account }: NetworkFacts,
  registry: Registry | undefined,
) {
  const { name, chainId } = network
  const own = laneOf(chainId, account)
  const [lane, lanes, spent, sizes, deployment] = await Promise.all([
    store.transactions.lane(own),
    store.transactions.openLanes(name),
    store.transactions.spentSince(name, clock.now() - DAY),
    store.anchors.confirmedSizes(name, AVERAGED_ANCHORS),
    registry && registry.address === null ? store.transactions.newestFor(name, 'deploy', registry.id) : undefined,
  ])
  const rows = (await Promise.all(lanes.map((id) => store.transactions.open(id)))).flat()
  const open = await Promise.all(
    rows.map(async (row, index) => ({
      ...row,
      attempts: index < COUNTED_ATTEMPTS ? (await store.transactions.attempts(row.id)).length : 0,
    })),
  )
  return { lane, open, spent, sizes, deployment }
}

function fundsOf(facts: NetworkFacts, sizes: number[], deployment: Transaction | undefined) {
  const { balance, fees, feeCap, anchorGas } = facts
  if (balance === null || fees === null) return undefined
  // What is mined is paid, though not final.
  const deployGas = deployment?.state === 'mined' ? 0 : facts.deployGas
  return fundingOf({ balance, fees, feeCap, anchorGas, deployGas, sizes })
}

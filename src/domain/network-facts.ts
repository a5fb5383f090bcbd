/** What a network and its nodes say now about our account and registry, and which of it a person has to know. */
import type { Registry } from './anchors.ts'
import { ADVISED_TRANSACTIONS, formatAmount, formatCount, type Funding } from './funding.ts'
import type { Network } from './networks.ts'
import type { EndpointHealth, Fees, RegistryFacts } from './ports.ts'
import { MAY_ANCHOR, MAY_REVOKE, RELEASED_CODE, ZERO_ADDRESS } from './registry.ts'
import type { LaneHold, LaneState, Transaction } from './transactions.ts'

/** Asked of the nodes; null = not known. Amounts are wei as decimal text. */
export interface NetworkFacts {
  network: string
  /** Unix milliseconds; 0 = nobody was asked yet. */
  askedAt: number
  embedded: boolean
  account: string
  feeCap: string
  dailyBudget: string
  lowBalance: number
  endpoints: EndpointHealth[]
  /** Number of the newest block. */
  head: number | null
  /** Why the rest is not known, for people; null = the network answers. */
  problem: string | null
  balance: string | null
  fees: Fees | null
  /** Gas limits: of one anchor, and of a deployment (0 = there is a registry). */
  anchorGas: number
  deployGas: number
  /** What the chain says about the registry that live certificates name. */
  registry: (RegistryFacts & { pendingOwner: string }) | null
}

export type NetworkWarningCode =
  | 'unreachable'
  | 'wrong_chain'
  | 'held'
  | 'no_funds'
  | 'low_balance'
  | 'not_our_registry'
  | 'may_not_anchor'
  | 'may_not_revoke'
  | 'deployment_failed'
  | 'owner_is_operator'
  | 'network'

export interface NetworkWarning {
  code: NetworkWarningCode
  /** What is wrong and what cures it, for people. */
  message: string
  /** Certificates or revocations wait until a person acts. The others are only to be known. */
  urgent: boolean
}

export interface Watched {
  network: Network
  facts: NetworkFacts
  funding: Funding | undefined
  lane: LaneState | undefined
  /** The registry that new live certificates name, as stored. */
  registry: Registry | undefined
  deployment: Transaction | undefined
  /** Revocations that are not final. */
  revocations: number
}

export const sameAddress = (left: string, right: string) => left.toLowerCase() === right.toLowerCase()

/** "3 transactions", "1 transaction". */
const counted = (count: number, noun: string) => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`

/** Everything about this network that a person should know, the urgent first. */
export function warningsOf(watched: Watched): NetworkWarning[] {
  const warnings = [
    ...nodeWarnings(watched),
    ...laneWarnings(watched),
    ...fundWarnings(watched),
    ...registryWarnings(watched),
  ]
  const { warning } = watched.network
  if (warning !== '') warnings.push({ code: 'network', message: warning, urgent: false })
  return [...warnings.filter(({ urgent }) => urgent), ...warnings.filter(({ urgent }) => !urgent)]
}

function nodeWarnings({ facts }: Watched): NetworkWarning[] {
  const { problem, endpoints } = facts
  const wrong = endpoints.filter(({ state }) => state === 'wrong_chain').map(({ host }) => host)
  return [
    ...(problem === null ? [] : [{ code: 'unreachable' as const, message: problem, urgent: true }]),
    ...(wrong.length === 0
      ? []
      : [
          {
            code: 'wrong_chain' as const,
            message: `${wrong.join(', ')} serves another chain and is not used; correct [chain.${facts.network}] rpc_urls.`,
            urgent: true,
          },
        ]),
  ]
}

const HOLDS: Record<LaneHold, string> = {
  foreign_pending: 'Another program uses our account',
  fee_above_cap: 'The network asks for more than max_fee_gwei',
  no_funds: 'The account cannot pay for the next transaction',
  daily_budget: 'The daily_budget is used up',
  unreachable: 'No node gives a usable answer',
}
/** Why nothing is sent, in words; the detail the lane has stored says more. */
export const holdText = ({ hold, detail }: Pick<LaneState, 'hold' | 'detail'>) =>
  detail ?? (hold ? `${HOLDS[hold]}.` : '')

function laneWarnings({ lane, facts, funding }: Watched): NetworkWarning[] {
  // What the nodes say now has been said already; and the advice on funds names a sum that lasts, not the least.
  if (!lane?.hold || (lane.hold === 'unreachable' && facts.problem !== null)) return []
  if (lane.hold === 'no_funds' && funding?.isEmpty) return []
  return [{ code: 'held', message: `Nothing new is sent: ${holdText(lane)}`, urgent: true }]
}

function fundWarnings({ network, facts, funding }: Watched): NetworkWarning[] {
  if (!funding || funding.transactionsLeft >= facts.lowBalance) return []
  const amount = formatAmount(funding.toSend, network.token, 'up')
  const cure = `Send ${amount} to ${facts.account}, which pays for ${funding.costOfDeployment === '0' ? '' : 'the registry and '}${counted(ADVISED_TRANSACTIONS, 'transaction')} at present prices.`
  if (funding.isEmpty)
    return [{ code: 'no_funds', message: `The account cannot pay for a transaction. ${cure}`, urgent: true }]
  const left = counted(funding.transactionsLeft, 'more transaction')
  return [{ code: 'low_balance', message: `The account pays for about ${left}. ${cure}`, urgent: true }]
}

function registryWarnings({ network, facts, registry, deployment, revocations }: Watched): NetworkWarning[] {
  if (deployment?.state === 'reverted' || deployment?.state === 'cancelled') {
    const why = deployment.note ? ` (${deployment.note})` : ''
    const message = `The deployment of the registry was ${deployment.state}${why}; "testamur chain deploy --network ${network.name}" tries again.`
    return [{ code: 'deployment_failed', message, urgent: true }]
  }
  const found = facts.registry
  if (!registry?.address || !found) return []
  if (!RELEASED_CODE.has(found.codeHash) || found.did !== registry.did) {
    const message = `At ${registry.address} there is no registry of ${registry.did} on this network.`
    return [{ code: 'not_our_registry', message, urgent: true }]
  }
  const ask = (permissions: string) =>
    `its owner ${found.owner} has to call setOperator ("testamur chain operator ${facts.account} --network ${network.name} --permissions ${permissions}" prints the call)`
  const warnings: NetworkWarning[] = []
  if (!(found.permissions & MAY_ANCHOR))
    warnings.push({
      code: 'may_not_anchor',
      message: `Our account ${facts.account} may not anchor in the registry: ${ask('both')}.`,
      urgent: true,
    })
  if (!(found.permissions & MAY_REVOKE))
    warnings.push({
      code: 'may_not_revoke',
      message: `Our account ${facts.account} may not revoke${revocations > 0 ? `, and ${counted(revocations, 'revocation')} wait` : ''}: ${ask('both')}, or another account revokes.`,
      urgent: revocations > 0,
    })
  if (ownerIsOperator(network, facts))
    warnings.push({
      code: 'owner_is_operator',
      message: `The account that anchors also owns the registry: whoever steals its key can take the registry over. Hand it to a hardware wallet or a multi-signature account: "testamur chain transfer ADDRESS --network ${network.name}".`,
      urgent: false,
    })
  return warnings
}

/** Harmless where nothing of value is at stake: the embedded chain and the testnets. */
export function ownerIsOperator(network: Network, { embedded, registry, account }: NetworkFacts): boolean {
  if (embedded || network.testnet || !registry || sameAddress(registry.owner, ZERO_ADDRESS)) return false
  return sameAddress(registry.owner, account) && registry.permissions > 0
}

/** "anchor and revoke", for people. */
export function permissionsText(permissions: number): string {
  if (permissions === (MAY_ANCHOR | MAY_REVOKE)) return 'anchor and revoke'
  return permissions === MAY_ANCHOR ? 'anchor' : permissions === MAY_REVOKE ? 'revoke' : 'nothing'
}

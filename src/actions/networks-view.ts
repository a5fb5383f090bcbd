/** A network's report as data: the same names on the command line (--json) and in the API. */
import type { Registry } from '../domain/anchors.ts'
import { isoSeconds } from '../domain/clock.ts'
import { exact } from '../domain/funding.ts'
import type { NetworkReport } from './networks.ts'

const GWEI_DIGITS = 9
const momentOrNull = (at: number | null) => (at === null ? null : isoSeconds(at))

export const explorerAddress = (explorerUrl: string, address: string) =>
  explorerUrl === '' ? null : `${explorerUrl}/address/${address}`

/** Amounts are decimal text in whole tokens, exactly; null = not known, or nothing is paid on this network. */
export function moneyView({ facts, funding, spent }: NetworkReport) {
  const paid = (wei: string | undefined | null) => (wei === undefined || wei === null ? null : exact(wei))
  return {
    account: facts.account,
    balance: paid(facts.balance),
    transactions_left: funding?.transactionsLeft ?? null,
    certificates_left: funding?.certificatesLeft ?? null,
    cost_per_transaction: paid(funding?.costPerTransaction),
    amount_to_send: paid(funding?.toSend),
    gas_price_gwei: funding ? exact(funding.gasPrice, GWEI_DIGITS) : null,
    max_fee_gwei: facts.embedded ? null : exact(facts.feeCap, GWEI_DIGITS),
    spent_24h: exact(spent),
    daily_budget: facts.dailyBudget === '0' ? null : exact(facts.dailyBudget),
  }
}

/** The registry that new live certificates name; null while none was asked for. */
export function registryView({ network, facts, registry }: NetworkReport) {
  if (!registry) return null
  const { address, did } = registry
  return {
    address,
    explorer_url: address === null ? null : explorerAddress(network.explorerUrl, address),
    did,
    ready: address !== null,
    owner: facts.registry?.owner ?? null,
    pending_owner:
      facts.registry && /[1-9a-f]/i.test(facts.registry.pendingOwner.slice(2)) ? facts.registry.pendingOwner : null,
    permissions: facts.registry?.permissions ?? null,
  }
}

/** Why nothing new is sent; null = nothing stands in the way. */
export function holdView({ lane }: NetworkReport) {
  if (!lane?.hold) return null
  return { reason: lane.hold, detail: lane.detail ?? '', since: isoSeconds(lane.heldSince ?? lane.updatedAt) }
}

/** By host: the addresses may hold access keys. */
export const endpointsView = ({ facts }: NetworkReport) =>
  facts.endpoints.map(({ host, state, head, latencyMs, failures, lastError }) => ({
    ...{ host, state, head, latency_ms: latencyMs === null ? null : Math.round(latencyMs) },
    ...{ failures, last_error: lastError },
  }))

export const warningsView = ({ warnings }: NetworkReport) =>
  warnings.map(({ code, message, urgent }) => ({ code, message, urgent }))

const otherRegistry = ({ address, did, partition, retiredAt }: Registry) => ({
  ...{ address, did, sandbox: partition === 'test', retired_at: momentOrNull(retiredAt) },
})

/** Everything, as `chain status --json` prints it. */
export function networkView(report: NetworkReport, now: number) {
  const { network, facts, funding } = report
  return {
    network: network.name,
    title: network.title,
    chain_id: network.chainId,
    default: report.isDefault,
    testnet: network.testnet,
    token: network.token,
    confirmations: network.confirmations,
    finalized_tag: network.finalityTag,
    head: facts.head,
    problem: facts.problem,
    endpoints: endpointsView(report),
    ...moneyView(report),
    cost_of_deployment: funding ? exact(funding.costOfDeployment) : null,
    certificates_per_transaction: report.certificatesPerTransaction,
    registry: registryView(report),
    registries: report.registries.map(otherRegistry),
    hold: holdView(report),
    transactions: report.open.map((open) => ({
      ...{ id: open.id, kind: open.kind, state: open.state, nonce: open.nonce, hash: open.hash },
      ...{ attempts: open.attempts, created_at: isoSeconds(open.createdAt) },
      ...{ age_seconds: Math.max(0, Math.floor((now - open.createdAt) / 1000)), note: open.note },
    })),
    waiting_certificates: report.waiting,
    waiting_since: momentOrNull(report.waitingSince),
    waiting_revocations: report.revocations,
    warnings: warningsView(report),
  }
}

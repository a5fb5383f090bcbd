/** `chain status` for people: short lines, amounts in tokens, times as ages. */
import { explorerAddress } from '../actions/networks-view.ts'
import type { NetworkReport } from '../actions/networks.ts'
import { isoSeconds } from '../domain/clock.ts'
import { exact, formatAmount, formatCount, formatGwei, type Funding } from '../domain/funding.ts'
import { holdText, permissionsText, sameAddress } from '../domain/network-facts.ts'
import type { EndpointHealth } from '../domain/ports.ts'
import { ZERO_ADDRESS } from '../domain/registry.ts'
import { wrap } from './chain-network.ts'

const INDENT = 14
const NAMES: Record<EndpointHealth['state'], string> = {
  untried: 'not asked',
  ok: 'ok',
  failing: 'does not answer',
  wrong_chain: 'serves another chain',
  stale: 'stands still',
}
/** Shown one by one; the rest is a number. */
const SHOWN_TRANSACTIONS = 10

/** The first line stands beside its name, the others below it. */
function entry(name: string, texts: string[]): string[] {
  const lines = texts.flatMap((text) => wrap(text, INDENT))
  return lines.map((line, index) => `  ${(index === 0 ? name : '').padEnd(INDENT - 2)}${line}`.trimEnd())
}

/** Lines of one network, with an empty one behind. */
export function statusLines(report: NetworkReport, now: number): string[] {
  const { network, facts, isDefault, warnings } = report
  const kind = network.testnet ? ', testnet' : ''
  return [
    `${network.name} (chain ${network.chainId}${kind})${isDefault ? ', default' : ''}`,
    ...entry('nodes', nodeTexts(report)),
    ...entry('account', [facts.account]),
    ...(facts.embedded ? [] : moneyLines(report)),
    ...entry('registry', registryTexts(report)),
    ...entry('sandbox', sandboxTexts(report)),
    ...entry('waiting', [waitingText(report, now)]),
    ...openLines(report, now),
    ...(report.lane?.hold
      ? entry('held', [`since ${isoSeconds(report.lane.heldSince ?? report.lane.updatedAt)}: ${holdText(report.lane)}`])
      : []),
    ...warnings
      .filter(({ code }) => code !== 'held')
      .flatMap(({ message, urgent }) => entry(urgent ? 'NEEDS YOU' : 'note', [message])),
    '',
  ]
}

function nodeTexts({ facts }: NetworkReport): string[] {
  if (facts.embedded) return [facts.head === null ? 'not running' : `inside the server, block ${facts.head}`]
  const width = Math.max(0, ...facts.endpoints.map(({ host }) => host.length))
  return facts.endpoints.map(({ host, state, head, latencyMs, lastError }) => {
    const parts = [
      NAMES[state],
      head === null ? '' : `block ${head}`,
      latencyMs === null ? '' : `${Math.round(latencyMs)} ms`,
      state === 'ok' || lastError === null ? '' : `last error: ${lastError}`,
    ]
    return `${host.padEnd(width)}  ${parts.filter(Boolean).join(', ')}`
  })
}

function moneyLines({ network, facts, funding, spent }: NetworkReport): string[] {
  const { token } = network
  const budget = facts.dailyBudget === '0' ? '' : ` of ${exact(facts.dailyBudget)} (daily_budget)`
  const cap = `at most ${formatGwei(facts.feeCap)} gwei (max_fee_gwei)`
  const lines = [
    ...entry('spent', [`${formatAmount(spent, token)} in 24 hours${budget}`]),
    ...entry('gas price', [facts.fees && funding ? `${formatGwei(funding.gasPrice)} gwei now, ${cap}` : cap]),
  ]
  if (facts.balance === null) return [...entry('balance', ['not known']), ...lines]
  return [
    ...entry('balance', [`${formatAmount(facts.balance, token)}${funding ? paysFor(funding, token) : ''}`]),
    ...lines,
  ]
}

function paysFor(funding: Funding, token: string): string {
  const { transactionsLeft, certificatesLeft, certificatesPerTransaction, costPerTransaction } = funding
  const cost = `one costs about ${formatAmount(costPerTransaction, token, 'up')}`
  if (transactionsLeft === 0) return `, not enough for the next transaction (${cost})`
  return `, pays for about ${plural(transactionsLeft, 'transaction')} (about ${plural(certificatesLeft, 'certificate')} at your average of ${formatCount(certificatesPerTransaction)} per transaction; ${cost})`
}

function registryTexts({ network, facts, registry, registries }: NetworkReport): string[] {
  const older = registries.filter(({ retiredAt }) => retiredAt !== null).length
  const rest = older === 0 ? [] : [`${older} earlier, kept for the certificates that name them`]
  if (!registry) return ['none yet: deployed at first use, or with "testamur chain deploy"', ...rest]
  if (registry.address === null)
    return [registry.transactionId === null ? 'not deployed' : `being deployed (${registry.transactionId})`, ...rest]
  const link = explorerAddress(network.explorerUrl, registry.address)
  const found = facts.registry
  const who = (address: string) => (sameAddress(address, facts.account) ? `${address}, our account` : address)
  const offered =
    found && !sameAddress(found.pendingOwner, ZERO_ADDRESS) && !sameAddress(found.pendingOwner, found.owner)
  return [
    `${registry.address} of ${registry.did}`,
    ...(link === null ? [] : [link]),
    ...(found ? [`owner ${who(found.owner)}; our account may ${permissionsText(found.permissions)}`] : []),
    ...(offered ? [`offered to ${who(found.pendingOwner)}, who has not accepted yet`] : []),
    ...rest,
  ]
}

/** The sandbox has a registry of its own, on the embedded chain. */
const sandboxTexts = ({ registries }: NetworkReport) =>
  registries
    .filter(({ partition, retiredAt }) => partition === 'test' && retiredAt === null)
    .map(({ address, did }) => `${address ?? 'being deployed'} of ${did}`)

function waitingText({ waiting, waitingSince, revocations }: NetworkReport, now: number): string {
  const since = waitingSince === null ? '' : ` (the first for ${age(now - waitingSince)})`
  const parts = [
    waiting === 0 ? '' : `${plural(waiting, 'certificate')}${since}`,
    revocations === 0 ? '' : plural(revocations, 'revocation'),
  ].filter(Boolean)
  return parts.length === 0 ? 'nothing' : parts.join(', ')
}

function openLines({ open }: NetworkReport, now: number): string[] {
  const more = open.length - SHOWN_TRANSACTIONS
  const texts = open.slice(0, SHOWN_TRANSACTIONS).flatMap((one) => {
    const nonce = one.nonce === null ? '' : `nonce ${one.nonce}, `
    const signed = one.attempts > 1 ? `, signed ${one.attempts} times` : ''
    const cancel = one.cancelAskedAt === null ? '' : ', being cancelled'
    const head = `${one.id} ${one.kind} ${one.state}, ${nonce}${age(now - one.createdAt)} old${signed}${cancel}`
    return one.note ? [head, `(${one.note})`] : [head]
  })
  return entry('open', [...texts, ...(more > 0 ? [`and ${formatCount(more)} more`] : [])])
}

const plural = (count: number, noun: string) => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`

const STEPS: Array<[milliseconds: number, unit: string]> = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
]
/** "3 minutes": the largest unit alone. */
export function age(milliseconds: number): string {
  const [size, unit] = STEPS.find(([step]) => milliseconds >= step) ?? STEPS.at(-1)!
  return plural(Math.max(0, Math.floor(milliseconds / size)), unit)
}

/**
 * What the nodes of a chain say about one certificate: by the registry's state, which lasts, and by the transaction,
 * which nodes may forget. Several nodes are all asked; where they differ nothing is concluded.
 */
import { fromHex, toHex } from './ids.ts'
import type { Hash, RegistryStatus } from './ports.ts'
import { decodeStatus, decodeString, encodeGetter, encodeStatus } from './registry.ts'

/** One JSON-RPC request; rejects when the node cannot be asked or says no. The asker sets the time limit. */
export interface Ask {
  (method: string, params: unknown[]): Promise<unknown>
  /** Who is asked, as a report may name it: host and port, never the address, which may hold a key. */
  host?: string
}
/** A way to ask, with the name of whom. */
export const askOf = (host: string, ask: (method: string, params: unknown[]) => Promise<unknown>): Ask =>
  Object.assign(ask, { host })

export interface Question {
  chainId: number
  root: Uint8Array
  leaf: Uint8Array
  /** 0x-hash of the transaction that the proof names; null: the state alone is asked for. */
  transactionHash: string | null
  /** 0x-address, lower case. */
  registry: string
  hash: Hash
  /** 1 = being in the newest block is enough. */
  minConfirmations: number
}

export interface TransactionFacts {
  /** 0x-hex, lower case. */
  input: string
  to: string
  from: string
  succeeded: boolean
  block: number
}
export interface ChainFacts {
  /** 64 hex digits; empty when there is no code at the address. */
  codeHash: string
  did: string | null
  status: RegistryStatus
  /** Deep enough; null when that could not be found out. */
  final: boolean | null
  /** Null when the node does not serve it or could not be asked for it. */
  transaction: TransactionFacts | null
}
export type ChainAnswer =
  { kind: 'facts'; facts: ChainFacts } | { kind: 'unavailable' | 'other_chain' | 'disagree'; detail: string }

const HEX = /^0x([0-9a-f]{2})*$/
function hexText(value: unknown, maxLength = 200_000): string {
  const text = typeof value === 'string' && value.length <= maxLength ? value.toLowerCase() : ''
  if (!HEX.test(text)) throw new Error('the node answers with something else than hexadecimal data')
  return text
}
function quantity(value: unknown): number {
  const number = typeof value === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(value) ? Number(value) : NaN
  if (!Number.isSafeInteger(number)) throw new Error('the node answers with something else than a number')
  return number
}
const member = (value: unknown, name: string): unknown =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined
const block = (number: number) => `0x${number.toString(16)}`

async function readTransaction(ask: Ask, hash: string): Promise<TransactionFacts | null> {
  try {
    const [transaction, receipt] = await Promise.all([
      ask('eth_getTransactionByHash', [hash]),
      ask('eth_getTransactionReceipt', [hash]),
    ])
    if (!member(transaction, 'blockNumber') || !receipt) return null
    return {
      input: hexText(member(transaction, 'input')),
      to: hexText(member(transaction, 'to') ?? '0x'),
      from: hexText(member(transaction, 'from')),
      succeeded: member(receipt, 'status') === '0x1',
      block: quantity(member(transaction, 'blockNumber')),
    }
  } catch {
    return null
  }
}

const NOT_THERE: RegistryStatus = { anchored: 0, revoked: 0, reason: 0 }

async function isFinal(
  ask: Ask,
  question: Question,
  statusCall: { to: string; data: string },
  transaction: TransactionFacts | null,
): Promise<boolean | null> {
  const depth = question.minConfirmations
  if (depth <= 1) return true
  try {
    const head = quantity(await ask('eth_blockNumber', []))
    if (transaction?.succeeded) return head - transaction.block + 1 >= depth
    if (head + 1 < depth) return false
    // Without the transaction the state of an older block says the same, as long as the node keeps it.
    return decodeStatus(hexText(await ask('eth_call', [statusCall, block(head - depth + 1)]))).anchored > 0
  } catch {
    return null
  }
}

async function readFacts(ask: Ask, question: Question): Promise<ChainFacts> {
  const { root, leaf, transactionHash, registry, hash } = question
  const statusCall = { to: registry, data: encodeStatus(toHex(root), toHex(leaf)) }
  const [code, transaction] = await Promise.all([
    ask('eth_getCode', [registry, 'latest']),
    transactionHash === null ? null : readTransaction(ask, transactionHash),
  ])
  const bytes = fromHex(hexText(code))
  if (bytes.length === 0) return { codeHash: '', did: null, status: NOT_THERE, final: null, transaction }
  const [did, status] = await Promise.all([
    ask('eth_call', [{ to: registry, data: encodeGetter('did') }, 'latest']),
    ask('eth_call', [statusCall, 'latest']),
  ])
  return {
    codeHash: toHex(hash.sha256(bytes)),
    did: decodeString(hexText(did)),
    status: decodeStatus(hexText(status)),
    final: await isFinal(ask, question, statusCall, transaction),
    transaction,
  }
}

/** What was heard, with the name of who said it. */
const said = ({ host }: Ask, text: string) => (host ? `${host}: ${text}` : text)

async function askOne(ask: Ask, question: Question): Promise<ChainAnswer> {
  try {
    const chainId = quantity(await ask('eth_chainId', []))
    if (chainId !== question.chainId)
      return { kind: 'other_chain', detail: said(ask, `the node serves chain ${chainId}`) }
    return { kind: 'facts', facts: await readFacts(ask, question) }
  } catch (error) {
    const problem = error instanceof Error ? error.message.slice(0, 200) : 'no answer'
    return { kind: 'unavailable', detail: said(ask, problem) }
  }
}

const day = (seconds: number) => new Date(Math.min(seconds, 253402300799) * 1000).toISOString().slice(0, 19)
const ASPECTS: Array<(facts: ChainFacts) => string> = [
  ({ codeHash }) => (codeHash ? `code ${codeHash.slice(0, 8)}…` : 'no contract there'),
  ({ did }) => `issuer ${String(did).slice(0, 60)}`,
  ({ status }) => (status.anchored ? `anchored ${day(status.anchored)}Z` : 'not anchored'),
  ({ status }) => (status.revoked ? `revoked ${day(status.revoked)}Z, reason ${status.reason}` : 'not revoked'),
]

/** Who said what, of the things that differ. */
function differences(heard: Array<{ ask: Ask; facts: ChainFacts }>): string {
  const differing = ASPECTS.filter((aspect) => new Set(heard.map(({ facts }) => aspect(facts))).size > 1)
  return heard
    .map(({ ask, facts }, index) => {
      const what = facts.codeHash === '' ? [ASPECTS[0]!(facts)] : differing.map((aspect) => aspect(facts))
      return `${ask.host ?? `node ${index + 1}`}: ${what.join(', ')}`
    })
    .join('; ')
}

const transactionText = (transaction: TransactionFacts | null) =>
  transaction ? [transaction.input, transaction.to, transaction.from, transaction.succeeded].join(' ') : 'not served'

/** Same answer from all who answered, or `disagree`; a node on another chain or without an answer has no say. */
export async function askChain(endpoints: Ask[], question: Question): Promise<ChainAnswer> {
  const answers = await Promise.all(endpoints.map(async (ask) => ({ ask, answer: await askOne(ask, question) })))
  const heard = answers.flatMap(({ ask, answer }) => (answer.kind === 'facts' ? [{ ask, facts: answer.facts }] : []))
  const [first] = heard
  if (!first) return (answers.find(({ answer }) => answer.kind === 'unavailable') ?? answers[0]!).answer
  const states = new Set(heard.map(({ facts: { codeHash, did, status } }) => JSON.stringify([codeHash, did, status])))
  if (states.size > 1) return { kind: 'disagree', detail: differences(heard) }
  const served = heard.filter(({ facts }) => facts.transaction !== null)
  if (new Set(served.map(({ facts }) => transactionText(facts.transaction))).size > 1) {
    const texts = served.map(
      ({ ask, facts: { transaction } }, index) =>
        `${ask.host ?? `node ${index + 1}`}: ${transaction!.succeeded ? 'succeeded' : 'reverted'}, to ${transaction!.to}, ${transaction!.input.slice(0, 18)}…`,
    )
    return { kind: 'disagree', detail: `different transactions: ${texts.join('; ')}` }
  }
  const depths = heard.map(({ facts }) => facts.final)
  const final = depths.includes(false) ? false : depths.includes(true) ? true : null
  return { kind: 'facts', facts: { ...first.facts, final, transaction: served[0]?.facts.transaction ?? null } }
}

/**
 * What the nodes of a chain say about one certificate: by the registry's state, which lasts, and by the transaction,
 * which nodes may forget. Several nodes are all asked; where they differ nothing is concluded.
 */
import { fromHex, toHex } from './ids.ts'
import type { MerkleProof } from './merkle-proof.ts'
import type { Hash, RegistryStatus } from './ports.ts'
import { decodeStatus, decodeString, encodeGetter, encodeStatus } from './registry.ts'

/** One JSON-RPC request; rejects when the node cannot be asked or says no. The asker sets the time limit. */
export type Ask = (method: string, params: unknown[]) => Promise<unknown>

export interface Question {
  proof: MerkleProof
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
  const { proof, registry, hash } = question
  const statusCall = { to: registry, data: encodeStatus(toHex(proof.root), toHex(proof.leaf)) }
  const [code, transaction] = await Promise.all([
    ask('eth_getCode', [registry, 'latest']),
    readTransaction(ask, `0x${toHex(proof.transactionHash)}`),
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

async function askOne(ask: Ask, question: Question): Promise<ChainAnswer> {
  try {
    const chainId = quantity(await ask('eth_chainId', []))
    if (chainId !== question.proof.chainId) return { kind: 'other_chain', detail: `the node serves chain ${chainId}` }
    return { kind: 'facts', facts: await readFacts(ask, question) }
  } catch (error) {
    return { kind: 'unavailable', detail: error instanceof Error ? error.message.slice(0, 200) : 'no answer' }
  }
}

/** Same answer from all who answered, or `disagree`; a node on another chain or without an answer has no say. */
export async function askChain(endpoints: Ask[], question: Question): Promise<ChainAnswer> {
  const answers = await Promise.all(endpoints.map((ask) => askOne(ask, question)))
  const facts = answers.flatMap((answer) => (answer.kind === 'facts' ? [answer.facts] : []))
  const [first] = facts
  if (!first) return answers.find(({ kind }) => kind === 'unavailable') ?? answers[0]!
  const states = new Set(facts.map(({ codeHash, did, status }) => JSON.stringify([codeHash, did, status])))
  const served = facts.flatMap(({ transaction }) => (transaction ? [transaction] : []))
  const transactions = new Set(served.map(({ input, to, from, succeeded }) => [input, to, from, succeeded].join(' ')))
  if (states.size > 1)
    return { kind: 'disagree', detail: `${facts.length} nodes give ${states.size} states of the registry` }
  if (transactions.size > 1) return { kind: 'disagree', detail: 'nodes give different transactions' }
  const depths = facts.map(({ final }) => final)
  const final = depths.includes(false) ? false : depths.includes(true) ? true : null
  return { kind: 'facts', facts: { ...first, final, transaction: served[0] ?? null } }
}

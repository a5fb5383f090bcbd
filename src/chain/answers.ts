/** Readers of JSON-RPC answers. A node may be broken or lie: what does not have the right shape throws, and nothing else passes. */
import type { ChainBlock, ChainReceipt } from '../domain/ports.ts'

type Fields = Record<string, unknown>

const QUANTITY = /^0x[0-9a-f]{1,64}$/i
const HASH = /^0x[0-9a-f]{64}$/i
const ADDRESS = /^0x[0-9a-f]{40}$/i

/** A JSON-RPC quantity as whole number. */
export function readNumber(value: unknown): number {
  const number = Number(readBig(value))
  if (!Number.isSafeInteger(number)) throw new Error('number out of range')
  return number
}

export function readBig(value: unknown): bigint {
  if (typeof value !== 'string' || !QUANTITY.test(value)) throw new Error('not a quantity')
  return BigInt(value)
}

export function readHash(value: unknown): string {
  if (typeof value !== 'string' || !HASH.test(value)) throw new Error('not a 32-byte hash')
  return value.toLowerCase()
}

/** Bytes of any length as 0x-hex. */
export function readData(value: unknown): string {
  if (typeof value !== 'string' || !/^0x([0-9a-f]{2})*$/i.test(value)) throw new Error('not bytes')
  return value.toLowerCase()
}

export function readAddress(value: unknown): string {
  if (typeof value !== 'string' || !ADDRESS.test(value)) throw new Error('not an address')
  return value.toLowerCase()
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new Error('not an object')
  return value as Fields
}

/** A receipt of exactly this transaction; null while it is not mined. */
export const receiptReader =
  (hash: string) =>
  (value: unknown): ChainReceipt | null => {
    if (value === null) return null
    const fields = fieldsOf(value)
    if (fields.blockHash === null || fields.blockNumber === null) return null // some nodes serve receipts of pending ones
    const transactionHash = readHash(fields.transactionHash)
    if (transactionHash !== hash.toLowerCase()) throw new Error('receipt of another transaction')
    const status = readNumber(fields.status)
    if (status > 1) throw new Error('no such status')
    const created = fields.contractAddress
    return {
      transactionHash,
      blockNumber: readNumber(fields.blockNumber),
      blockHash: readHash(fields.blockHash),
      succeeded: status === 1,
      contractAddress: created === null || created === undefined ? null : readAddress(created),
      fee: paid(fields),
    }
  }

/** Gas times price; not every node says the price. */
function paid({ gasUsed, effectiveGasPrice }: Fields): string | null {
  if (typeof gasUsed !== 'string' || typeof effectiveGasPrice !== 'string') return null
  return String(readBig(gasUsed) * readBig(effectiveGasPrice))
}

/** The block at this height; null when the node has none. */
export const blockReader =
  (number: number) =>
  (value: unknown): ChainBlock | null => {
    const block = readBlock(value)
    if (block && block.number !== number) throw new Error('block of another height')
    return block
  }

export function readBlock(value: unknown): ChainBlock | null {
  if (value === null) return null
  const fields = fieldsOf(value)
  if (fields.hash === null || fields.number === null) return null // a pending block
  return { number: readNumber(fields.number), hash: readHash(fields.hash), timestamp: readNumber(fields.timestamp) }
}

export interface MinedTransaction {
  hash: string
  from: string
  to: string | null
  nonce: number
  input: string
  blockHash: string
}

/** The transactions of exactly this block, asked for in full; null when the node has none at its height. */
export const transactionsReader =
  ({ number, hash }: ChainBlock) =>
  (value: unknown): MinedTransaction[] | null => {
    const block = blockReader(number)(value)
    if (!block) return null
    if (block.hash !== hash) throw new Error('block of another fork')
    const { transactions } = fieldsOf(value)
    if (!Array.isArray(transactions)) throw new Error('block without transactions')
    return transactions.map((entry: unknown) => readTransaction(fieldsOf(entry), hash))
  }

/** The mined transaction with this hash; null while there is none. */
export const transactionReader =
  (hash: string) =>
  (value: unknown): MinedTransaction | null => {
    if (value === null) return null
    const fields = fieldsOf(value)
    if (fields.blockHash === null || fields.blockHash === undefined) return null
    const transaction = readTransaction(fields, readHash(fields.blockHash))
    if (transaction.hash !== hash) throw new Error('another transaction')
    return transaction
  }

function readTransaction(fields: Fields, blockHash: string): MinedTransaction {
  return {
    hash: readHash(fields.hash),
    from: readAddress(fields.from),
    to: fields.to === null || fields.to === undefined ? null : readAddress(fields.to),
    nonce: readNumber(fields.nonce),
    input: readData(fields.input),
    blockHash,
  }
}

/** Hashes of the transactions with a log of this contract and these topics, in order; null when there is none: pruned logs look the same. */
export const logsReader =
  (address: string, topics: string[]) =>
  (value: unknown): string[] | null => {
    if (value === null) return null
    if (!Array.isArray(value)) throw new Error('not a list of logs')
    const hashes = value
      .map((entry: unknown) => fieldsOf(entry))
      // a node that does not know the filter serves all
      .filter((log) => readAddress(log.address) === address && topics.every((topic, at) => topicAt(log, at) === topic))
      .map((log) => readHash(log.transactionHash))
    return hashes.length === 0 ? null : hashes
  }

const topicAt = ({ topics }: Fields, index: number) =>
  Array.isArray(topics) && topics[index] !== undefined ? readHash(topics[index]) : undefined

/**
 * Base fee of the next block and the median of the tips that were paid, in wei; null when the answer has no base fees, as
 * on a network without EIP-1559.
 */
export function readFeeHistory(value: unknown): { base: bigint; tip: bigint } | null {
  if (value === null) return null
  const { baseFeePerGas, reward } = fieldsOf(value)
  if (baseFeePerGas === null || baseFeePerGas === undefined) return null
  if (!Array.isArray(baseFeePerGas)) throw new Error('no base fees')
  if (baseFeePerGas.length === 0) return null
  const rewards = (Array.isArray(reward) ? reward : [])
    .map((percentiles: unknown) => readBig(Array.isArray(percentiles) ? percentiles[0] : undefined))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return { base: readBig(baseFeePerGas.at(-1)), tip: rewards[rewards.length >> 1] ?? 0n }
}

/** Whether blocks have a base fee: EIP-1559. */
export function readHasBaseFee(value: unknown): boolean {
  const { baseFeePerGas } = fieldsOf(value)
  return baseFeePerGas !== null && baseFeePerGas !== undefined
}

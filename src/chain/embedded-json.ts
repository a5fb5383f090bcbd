/** Blocks, transactions, receipts and logs of the embedded chain as JSON-RPC writes them. */
import type { Block } from '@ethereumjs/block'
import type { TypedTransaction } from '@ethereumjs/tx'
import { bytesToHex } from '@ethereumjs/util'
import type { RunTxResult } from '@ethereumjs/vm'
import { ChainRefused } from '../domain/ports.ts'

export const quantity = (value: bigint | number) => `0x${BigInt(value).toString(16)}`

export interface LogJson {
  address: string
  topics: string[]
  data: string
}

const placeOf = (transaction: TypedTransaction, block: Block) => ({
  blockHash: bytesToHex(block.hash()),
  blockNumber: quantity(block.header.number),
  transactionHash: bytesToHex(transaction.hash()),
  transactionIndex: '0x0',
})

export function receiptJson(transaction: TypedTransaction, block: Block, result: RunTxResult) {
  const place = placeOf(transaction, block)
  const logs = (result.execResult.logs ?? []).map(([address, topics, data], index) => ({
    ...place,
    address: bytesToHex(address),
    topics: topics.map((topic) => bytesToHex(topic)),
    data: bytesToHex(data),
    logIndex: quantity(index),
    removed: false,
  }))
  return {
    ...place,
    from: transaction.getSenderAddress().toString(),
    to: transaction.to?.toString() ?? null,
    contractAddress: result.createdAddress?.toString() ?? null,
    status: result.execResult.exceptionError ? '0x0' : '0x1',
    gasUsed: quantity(result.totalGasSpent),
    cumulativeGasUsed: quantity(result.totalGasSpent),
    effectiveGasPrice: '0x0',
    type: quantity(transaction.type),
    logs,
    logsBloom: bytesToHex(result.bloom.bitvector),
  }
}

export function transactionJson(transaction: TypedTransaction, block: Block, chainId: number) {
  const { transactionHash: hash, ...place } = placeOf(transaction, block)
  const { maxFeePerGas, maxPriorityFeePerGas, r, s, v } = transaction.toJSON()
  return {
    ...place,
    hash,
    from: transaction.getSenderAddress().toString(),
    to: transaction.to?.toString() ?? null,
    nonce: quantity(transaction.nonce),
    value: quantity(transaction.value),
    gas: quantity(transaction.gasLimit),
    gasPrice: '0x0',
    maxFeePerGas,
    maxPriorityFeePerGas,
    input: bytesToHex(transaction.data),
    type: quantity(transaction.type),
    chainId: quantity(chainId),
    accessList: [],
    r,
    s,
    v,
  }
}

export function blockJson(block: Block, chainId: number, full: boolean) {
  const header = block.header
  return {
    number: quantity(header.number),
    hash: bytesToHex(block.hash()),
    parentHash: bytesToHex(header.parentHash),
    nonce: '0x0000000000000000',
    sha3Uncles: bytesToHex(header.uncleHash),
    logsBloom: bytesToHex(header.logsBloom),
    transactionsRoot: bytesToHex(header.transactionsTrie),
    stateRoot: bytesToHex(header.stateRoot),
    receiptsRoot: bytesToHex(header.receiptTrie),
    miner: header.coinbase.toString(),
    difficulty: '0x0',
    extraData: bytesToHex(header.extraData),
    size: quantity(block.serialize().length),
    gasLimit: quantity(header.gasLimit),
    gasUsed: quantity(header.gasUsed),
    timestamp: quantity(header.timestamp),
    baseFeePerGas: quantity(header.baseFeePerGas ?? 0n),
    mixHash: bytesToHex(header.mixHash),
    uncles: [],
    transactions: block.transactions.map((transaction) =>
      full ? transactionJson(transaction, block, chainId) : bytesToHex(transaction.hash()),
    ),
  }
}

export const invalid = (message: string) => new ChainRefused(message, -32602)

const HASH = /^0x[0-9a-f]{64}$/i
const ADDRESS = /^0x[0-9a-f]{40}$/i

/** Does this log match the filter of eth_getLogs? Throws ChainRefused on a filter of another shape. */
export function logFilter(address: unknown, topics: unknown): (log: LogJson) => boolean {
  const addresses = address === undefined ? null : listOf(address, ADDRESS, 'address')
  if (topics !== undefined && (!Array.isArray(topics) || topics.length > 4))
    throw invalid('topics: a list of at most 4')
  const wanted = ((topics ?? []) as unknown[]).map((topic) => (topic === null ? null : listOf(topic, HASH, 'topics')))
  return (log) =>
    (!addresses || addresses.includes(log.address)) &&
    wanted.every((options, index) => options === null || options.includes(log.topics[index] ?? ''))
}

function listOf(value: unknown, shape: RegExp, name: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length > 100) throw invalid(`${name}: at most 100`)
  return list.map((entry) => {
    if (typeof entry !== 'string' || !shape.test(entry)) throw invalid(`${name}: not hexadecimal of the right length`)
    return entry.toLowerCase()
  })
}

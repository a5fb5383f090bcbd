/** What the embedded chain answers without mining: blocks, state at any past block, calls, estimates, logs. */
import type { Block } from '@ethereumjs/block'
import type { MerkleStateManager } from '@ethereumjs/statemanager'
import { bytesToHex, createAddressFromString } from '@ethereumjs/util'
import type { VM } from '@ethereumjs/vm'
import { fromHex } from '../domain/ids.ts'
import { EMBEDDED_CHAIN_ID } from '../domain/networks.ts'
import { ChainRefused } from '../domain/ports.ts'
import type { ChainFile } from './embedded-file.ts'
import { blockJson, invalid, type LogJson, logFilter, quantity, transactionJson } from './embedded-json.ts'

export const GAS_LIMIT = 30_000_000n

interface Source {
  file: ChainFile
  head: () => Block
  decode: (rlp: Uint8Array) => Block
  /** A copy of the state at this root, whose changes stay in memory. */
  stateAt: (root: Uint8Array) => Promise<MerkleStateManager>
  createVM: (state: MerkleStateManager) => Promise<VM>
}
type Answer = (params: unknown[]) => unknown

const ADDRESS = /^0x[0-9a-f]{40}$/i
const HASH = /^0x[0-9a-f]{64}$/i
const QUANTITY = /^0x[0-9a-f]{1,16}$/i
const HEAD_TAGS = new Set<unknown>([undefined, 'latest', 'pending', 'safe', 'finalized'])

export class EmbeddedReads {
  readonly #source: Source
  readonly #answers: ReadonlyMap<string, Answer>

  constructor(source: Source) {
    this.#source = source
    this.#answers = new Map<string, Answer>([
      ['eth_chainId', () => quantity(EMBEDDED_CHAIN_ID)],
      ['net_version', () => String(EMBEDDED_CHAIN_ID)],
      ['eth_blockNumber', () => quantity(source.head().header.number)],
      ['eth_gasPrice', () => '0x0'],
      ['eth_maxPriorityFeePerGas', () => '0x0'],
      ['eth_feeHistory', ([count, , percentiles]) => this.#feeHistory(count, percentiles)],
      ['eth_getBlockByNumber', ([tag, full]) => this.#block(tag, full === true)],
      ['eth_getTransactionByHash', ([hash]) => this.#transaction(hash)],
      ['eth_getTransactionReceipt', ([hash]) => JSON.parse(this.#rowOf(hash)?.receipt ?? 'null') as unknown],
      ['eth_getLogs', ([filter]) => this.#logs(filter)],
      ['eth_getTransactionCount', async ([address, tag]) => quantity((await this.#account(address, tag))?.nonce ?? 0n)],
      ['eth_getBalance', async ([address, tag]) => quantity((await this.#account(address, tag))?.balance ?? 0n)],
      ['eth_getCode', ([address, tag]) => this.#code(address, tag)],
      ['eth_call', async ([call, tag]) => bytesToHex((await this.#call(call, tag)).returnValue)],
      ['eth_estimateGas', ([call, tag]) => this.#estimate(call, tag)],
    ])
  }

  async answer(method: string, params: unknown[]): Promise<unknown> {
    const answer = this.#answers.get(method)
    if (!answer) throw new ChainRefused(`the method ${method} does not exist or is not available`, -32601)
    return answer(params)
  }

  /** undefined when there is no such block yet. Every block is final: it is mined at once and never replaced. */
  #blockAt(tag: unknown): Block | undefined {
    if (HEAD_TAGS.has(tag)) return this.#source.head()
    const row = this.#source.file.block(heightOf(tag))
    return row ? this.#source.decode(row.rlp) : undefined
  }
  async #stateAt(tag: unknown): Promise<{ block: Block; state: MerkleStateManager }> {
    const block = this.#blockAt(tag)
    if (!block) throw new ChainRefused('header not found')
    return { block, state: await this.#source.stateAt(block.header.stateRoot) }
  }

  #block(tag: unknown, full: boolean) {
    const block = this.#blockAt(tag)
    return block ? blockJson(block, EMBEDDED_CHAIN_ID, full) : null
  }
  #rowOf(hash: unknown) {
    if (typeof hash !== 'string' || !HASH.test(hash)) throw invalid('a transaction hash has 0x and 64 digits')
    return this.#source.file.blockOfTransaction(hash.toLowerCase())
  }
  #transaction(hash: unknown) {
    const row = this.#rowOf(hash)
    if (!row) return null
    const block = this.#source.decode(row.rlp)
    return transactionJson(block.transactions[0]!, block, EMBEDDED_CHAIN_ID)
  }

  #feeHistory(count: unknown, percentiles: unknown) {
    const blocks = Math.min(Number(count) || 0, 1024)
    const rewards = Array.isArray(percentiles) ? percentiles.slice(0, 100).map(() => '0x0') : []
    return {
      oldestBlock: quantity(this.#source.head().header.number),
      baseFeePerGas: Array<string>(blocks + 1).fill('0x0'),
      gasUsedRatio: Array<number>(blocks).fill(0),
      reward: Array<string[]>(blocks).fill(rewards),
    }
  }

  #logs(filter: unknown) {
    const { address, topics, fromBlock, toBlock } = (filter ?? {}) as Record<string, unknown>
    const matches = logFilter(address, topics)
    const head = Number(this.#source.head().header.number)
    const bound = (tag: unknown) => (HEAD_TAGS.has(tag) ? head : heightOf(tag))
    return this.#source.file
      .receipts(bound(fromBlock), bound(toBlock))
      .flatMap((receipt) => (JSON.parse(receipt) as { logs: LogJson[] }).logs)
      .filter(matches)
  }

  async #account(address: unknown, tag: unknown) {
    const { state } = await this.#stateAt(tag)
    return state.getAccount(addressOf(address))
  }
  async #code(address: unknown, tag: unknown) {
    const { state } = await this.#stateAt(tag)
    return bytesToHex(await state.getCode(addressOf(address)))
  }

  async #call(call: unknown, tag: unknown) {
    const { to, from, data, input, gas } = (call ?? {}) as Record<string, unknown>
    const { block, state } = await this.#stateAt(tag)
    const vm = await this.#source.createVM(state)
    const { execResult } = await vm.evm.runCall({
      to: to === undefined || to === null ? undefined : addressOf(to),
      caller: from === undefined ? undefined : addressOf(from),
      data: bytesOf(data ?? input ?? '0x'),
      gasLimit: gasOf(gas),
      block,
      skipBalance: true,
    })
    const failed = execResult.exceptionError
    if (!failed) return execResult
    const reverted = failed.error === 'revert'
    const message = reverted ? 'execution reverted' : failed.error
    throw new ChainRefused(message, reverted ? 3 : -32000, bytesToHex(execResult.returnValue))
  }

  async #estimate(call: unknown, tag: unknown) {
    const { to, data, input } = (call ?? {}) as Record<string, unknown>
    const bytes = bytesOf(data ?? input ?? '0x')
    const creation = to === undefined || to === null ? 32_000n + 2n * BigInt(Math.ceil(bytes.length / 32)) : 0n
    let intrinsic = 21_000n + creation
    for (const byte of bytes) intrinsic += byte === 0 ? 4n : 16n
    const { executionGasUsed } = await this.#call(call, tag)
    return quantity(intrinsic + executionGasUsed)
  }
}

function heightOf(tag: unknown): number {
  if (tag === 'earliest') return 0
  if (typeof tag !== 'string' || !QUANTITY.test(tag)) throw invalid('a block is a number in 0x-hex or latest')
  const height = Number(tag)
  if (!Number.isSafeInteger(height)) throw invalid('block number out of range')
  return height
}

function addressOf(value: unknown) {
  if (typeof value !== 'string' || !ADDRESS.test(value)) throw invalid('an address has 0x and 40 digits')
  return createAddressFromString(value.toLowerCase())
}

function bytesOf(value: unknown): Uint8Array {
  try {
    return fromHex(String(value))
  } catch {
    throw invalid('data must be 0x-hex')
  }
}

function gasOf(value: unknown): bigint {
  if (value === undefined) return GAS_LIMIT
  if (typeof value !== 'string' || !QUANTITY.test(value)) throw invalid('gas must be a number in 0x-hex')
  const gas = BigInt(value)
  return gas < GAS_LIMIT ? gas : GAS_LIMIT
}

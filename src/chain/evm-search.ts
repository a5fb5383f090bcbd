/** Finds mined transactions by what they did, on nodes that may have pruned receipts, logs or old state. */
import { getCreateAddress } from 'ethers/address'
import { type ChainBlock, type ChainReceipt, ChainRefused, ChainUnavailable } from '../domain/ports.ts'
import * as registry from '../domain/registry.ts'
import * as answers from './answers.ts'
import { blockAt, hex } from './evm-heads.ts'
import { codeHashOf, type RegistryReads } from './evm-registry.ts'
import { witnessed } from './evm-witness.ts'
import type { Reader, Rpc } from './rpc-ask.ts'

type Mined = answers.MinedTransaction

/** Full blocks that are read one after another where the state that would point at one of them is pruned. */
const LONGEST_SCAN = 256
/** Full blocks of one second that are read before the log is asked. */
const LONGEST_SECOND = 32
/** Codes that are asked for at once. */
const CODES_AT_ONCE = 8

/** keccak256("Anchored(bytes32,address)") */
const ANCHORED = '0xcdfd8c88d25a86e1d49452dc0ae55de56801c9cf37d5b930dc3893c32d5e0b1e'
/** keccak256("OwnershipTransferred(address,address)"); from the zero address: the deployment. */
const OWNERSHIP_TRANSFERRED = '0x8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0'

/** Every endpoint answers, and none has what is asked for. */
export class NotServed extends ChainUnavailable {
  override name = 'NotServed'
}

export class ChainSearch {
  readonly #rpc: Rpc
  readonly #reads: RegistryReads
  constructor(rpc: Rpc, reads: RegistryReads) {
    this.#rpc = rpc
    this.#reads = reads
  }

  /** Null while no endpoint serves it: not mined, or pruned. */
  receipt(hash: string): Promise<ChainReceipt | null> {
    return this.#any('eth_getTransactionReceipt', [hash], answers.receiptReader(hash))
  }

  /** The transaction with this nonce in these blocks; null when the nonce is not used at their end, or was used before. */
  async userOfNonce(
    account: string,
    nonce: number,
    from: number,
    to: number,
  ): Promise<{ hash: string; receipt: ChainReceipt } | null> {
    const place = await this.#firstUse(account, nonce, from, to)
    if (!place) return null
    const ours = account.toLowerCase()
    const end = Math.max(place.lowest, place.highest - LONGEST_SCAN + 1)
    for (let number = place.highest; number >= end; number--) {
      const { transactions } = await this.#fullBlock(number)
      const found = transactions.find((candidate) => candidate.from === ours && candidate.nonce === nonce)
      if (found) return { hash: found.hash, receipt: await this.#receiptOf(found, number) }
    }
    if (end > place.lowest)
      throw new NotServed(
        `no endpoint serves the state of block ${end}, where nonce ${nonce} may have been used: add one with older state to rpc_urls`,
      )
    if (end === from) return null
    throw new ChainUnavailable(`endpoints disagree about block ${end}: nonce ${nonce} is used there by no transaction`)
  }

  /**
   * By bisection: the highest block in which the nonce can have been used first, and the lowest. They differ where the
   * state between them is pruned.
   */
  async #firstUse(account: string, nonce: number, from: number, to: number) {
    if (to < from) return null
    const top = await this.#isUsed(account, nonce, to)
    if (top === null) throw new NotServed(`no endpoint serves the state of block ${to}`)
    if (!top) return null
    let [low, high, lowest] = [from, to, from]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const used = await this.#isUsed(account, nonce, middle)
      if (used) high = middle
      else low = middle + 1
      if (used === false) lowest = low // null: pruned, and so is all that is older
    }
    return { lowest, highest: high }
  }
  async #isUsed(account: string, nonce: number, height: number): Promise<boolean | null> {
    const read = (value: unknown) => (value === null ? null : answers.readNumber(value)) // null: no such block there
    const count = await this.#any('eth_getTransactionCount', [account, hex(height)], read)
    return count === null ? null : count > nonce
  }

  async #receiptOf(transaction: Mined, number: number): Promise<ChainReceipt> {
    const receipt = (await this.receipt(transaction.hash)) ?? (await witnessed(this.#reads, transaction, number))
    if (receipt.blockHash === transaction.blockHash) return receipt
    throw new ChainUnavailable(`endpoints disagree about block ${number}: the receipt names another one`)
  }

  /** The successful transaction that set `anchoredAt` of this root to this time; null when none is served. */
  async anchoringOf(
    contract: string,
    root: string,
    time: number,
    latest: number,
  ): Promise<{ receipt: ChainReceipt; block: ChainBlock } | null> {
    const first = await this.#firstSince(time, 0, latest)
    if (first === null || (await this.#timeOf(first)) !== time) return null
    const last = await this.#lastOfSecond(first, time, latest)
    const wanted = { to: contract.toLowerCase(), input: registry.encodeAnchor(root) }
    return (await this.#anchoredInBlocks(wanted, first, last)) ?? this.#anchoredInLogs(wanted, first, last)
  }

  /** The lowest block that is not older; blocks that nobody serves are taken for older. */
  async #firstSince(time: number, from: number, latest: number): Promise<number | null> {
    let [low, high] = [from, latest]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const found = await this.#timeOf(middle)
      if (found === null || found < time) low = middle + 1
      else high = middle
    }
    const found = await this.#timeOf(high)
    return found !== null && found >= time ? high : null
  }
  /** Several blocks may share a second: doubling steps, since it is mostly one. */
  async #lastOfSecond(first: number, time: number, latest: number): Promise<number> {
    let [last, step] = [first, 1]
    while (last + step <= latest && (await this.#timeOf(last + step)) === time) {
      last += step
      step *= 2
    }
    const end = Math.min(last + step, latest)
    if (end === last) return last
    const next = await this.#firstSince(time + 1, last, end)
    return next === null ? end : next - 1
  }
  /** A header, which nodes without old state serve too. */
  async #timeOf(number: number): Promise<number | null> {
    const block = await this.#any('eth_getBlockByNumber', [hex(number), false], answers.blockReader(number))
    return block?.timestamp ?? null
  }

  async #anchoredInBlocks(wanted: Pick<Mined, 'to' | 'input'>, first: number, last: number) {
    for (let number = first; number <= Math.min(last, first + LONGEST_SECOND - 1); number++) {
      const { block, transactions } = await this.#fullBlock(number).catch(notServed)
      if (!block) return null // its transactions are pruned; its logs may be there
      for (const transaction of transactions.filter((one) => isCall(one, wanted))) {
        const receipt = await this.receipt(transaction.hash)
        if (receipt?.succeeded && receipt.blockHash === block.hash) return { receipt, block }
      }
    }
    return null
  }
  async #anchoredInLogs(wanted: Pick<Mined, 'to' | 'input'>, first: number, last: number) {
    const hashes = await this.#logs(wanted.to!, [ANCHORED, wanted.input], hex(first), hex(last))
    for (const hash of hashes) {
      const receipt = await this.receipt(hash)
      const transaction = await this.#any('eth_getTransactionByHash', [hash], answers.transactionReader(hash))
      if (!receipt?.succeeded || !transaction || !isCall(transaction, wanted)) continue // a contract called the registry
      const block = await blockAt(this.#rpc, receipt.blockNumber)
      if (block?.hash === receipt.blockHash) return { receipt, block }
    }
    return null
  }

  /** A released registry of this DID at an address that these nonces of the account made. */
  async deployedWith(
    account: string,
    did: string,
    from: number,
    to: number,
    latest: () => Promise<number>,
  ): Promise<{ address: string; nonce: number; receipt: ChainReceipt | null } | null> {
    for (let start = from; start < to; start += CODES_AT_ONCE) {
      const count = Math.min(CODES_AT_ONCE, to - start)
      const made = await Promise.all(
        Array.from({ length: count }, async (_, index) => {
          const address = getCreateAddress({ from: account, nonce: start + index })
          return { address, nonce: start + index, code: await this.#reads.anyCode(address) }
        }),
      )
      for (const { address, nonce, code } of made) {
        if (code === null || !registry.RELEASED_CODE.has(codeHashOf(code))) continue
        if ((await this.#reads.did(address)) !== did) continue
        return { address, nonce, receipt: await this.#deployment(account, address, nonce, latest) }
      }
    }
    return null
  }
  /** Null where neither the log of the deployment nor the state before it is served any more. */
  async #deployment(account: string, address: string, nonce: number, latest: () => Promise<number>) {
    const isIt = (receipt: ChainReceipt | null) =>
      receipt?.succeeded && receipt.contractAddress === address.toLowerCase() ? receipt : null
    const topics = [OWNERSHIP_TRANSFERRED, `0x${registry.encodeAddress(registry.ZERO_ADDRESS)}`]
    const [logged] = await this.#logs(address.toLowerCase(), topics, '0x0', 'latest')
    const told = logged === undefined ? null : isIt(await this.receipt(logged))
    if (told) return told
    const found = await this.userOfNonce(account, nonce, 0, await latest()).catch((error: unknown) => {
      if (error instanceof NotServed) return null
      throw error
    })
    return isIt(found?.receipt ?? null)
  }

  /** Empty too where nodes refuse the range, or have pruned it. */
  async #logs(address: string, topics: string[], fromBlock: string, toBlock: string): Promise<string[]> {
    const filter = { address, topics, fromBlock, toBlock }
    return (await this.#any('eth_getLogs', [filter], answers.logsReader(address, topics))) ?? []
  }

  /** The block that the endpoints agree on, with its transactions. */
  async #fullBlock(number: number): Promise<{ block: ChainBlock; transactions: Mined[] }> {
    const block = await blockAt(this.#rpc, number)
    const transactions =
      block && (await this.#any('eth_getBlockByNumber', [hex(number), true], answers.transactionsReader(block)))
    if (!transactions) throw new NotServed(`no endpoint serves block ${number} with its transactions`)
    return { block, transactions }
  }

  /** The first answer that is not null; null also where every node refuses. */
  async #any<T>(method: string, params: unknown[], read: Reader<T | null>): Promise<T | null> {
    try {
      return await this.#rpc.askAny(method, params, read)
    } catch (error) {
      if (error instanceof ChainRefused) return null
      throw error
    }
  }
}

const isCall = (one: Pick<Mined, 'to' | 'input'>, wanted: Pick<Mined, 'to' | 'input'>) =>
  one.to === wanted.to && one.input === wanted.input

function notServed(error: unknown): { block: null; transactions: Mined[] } {
  if (error instanceof NotServed) return { block: null, transactions: [] }
  throw error
}

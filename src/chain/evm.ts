/** One EVM network behind the port `Chain`: it asks, signs and broadcasts. What is to be sent, and when, is decided elsewhere. */
import { createHash } from 'node:crypto'
import { getCreateAddress } from 'ethers/address'
import { Transaction } from 'ethers/transaction'
import { fromHex } from '../domain/ids.ts'
import type {
  Chain,
  ChainBlock,
  ChainReceipt,
  Fees,
  RegistryFacts,
  RegistryStatus,
  SignedTransaction,
  TransactionDraft,
} from '../domain/ports.ts'
import { ChainRefused, ChainUnavailable } from '../domain/ports.ts'
import * as registry from '../domain/registry.ts'
import type { Account } from './accounts.ts'
import * as answers from './answers.ts'
import type { EndpointHealth, Rpc } from './rpc.ts'

export interface EvmChainOptions {
  network: string
  chainId: number
  embedded: boolean
  confirmations: number
  finalityTag: boolean
  legacyFees: boolean
  /** Wei per gas. */
  minTip: bigint
  feeCap: bigint
  explorerUrl: string
  rpc: Rpc
  account: Account
}

const hex = (value: number) => `0x${value.toString(16)}`
const max = (a: bigint, b: bigint) => (a > b ? a : b)

export class EvmChain implements Chain {
  readonly network: string
  readonly chainId: number
  readonly embedded: boolean
  readonly confirmations: number
  readonly finalityTag: boolean
  readonly feeCap: string
  readonly explorerUrl: string
  readonly #rpc: Rpc
  readonly #account: Account
  readonly #legacyFees: boolean
  readonly #minTip: bigint

  constructor(options: EvmChainOptions) {
    this.network = options.network
    this.chainId = options.chainId
    this.embedded = options.embedded
    this.confirmations = options.confirmations
    this.finalityTag = options.finalityTag
    this.feeCap = String(options.feeCap)
    this.explorerUrl = options.explorerUrl
    this.#rpc = options.rpc
    this.#account = options.account
    this.#legacyFees = options.legacyFees
    this.#minTip = options.minTip
  }

  get account(): string {
    return this.#account.address
  }
  get publicKey(): { x: Uint8Array; y: Uint8Array } {
    return this.#account.publicKey
  }

  request(method: string, params: unknown[]): Promise<unknown> {
    return this.#rpc.ask(method, params, (result) => result)
  }
  /** How the endpoints are doing; by host, never by address. */
  health(): EndpointHealth[] {
    return this.#rpc.health()
  }

  async heads(): Promise<{ latest: number; final: number }> {
    const latest = await this.#rpc.ask('eth_blockNumber', [], answers.readNumber)
    const byDepth = Math.max(0, latest - this.confirmations + 1)
    const byTag = this.finalityTag ? await this.#finalizedHead() : null
    return { latest, final: byTag === null ? byDepth : Math.min(byDepth, byTag) }
  }
  /** null when the node does not serve the tag: depth alone decides then. */
  async #finalizedHead(): Promise<number | null> {
    try {
      const block = await this.#rpc.ask('eth_getBlockByNumber', ['finalized', false], answers.readBlock)
      return block?.number ?? null
    } catch (error) {
      if (error instanceof ChainRefused) return null
      throw error
    }
  }

  nonce(at: 'latest' | 'pending' | number): Promise<number> {
    const tag = typeof at === 'number' ? hex(at) : at
    return this.#rpc.ask('eth_getTransactionCount', [this.account, tag], answers.readNumber)
  }
  async balance(): Promise<string> {
    return String(await this.#rpc.ask('eth_getBalance', [this.account, 'latest'], answers.readBig))
  }

  async fees(): Promise<Fees> {
    if (this.#legacyFees) {
      const price = max(await this.#rpc.ask('eth_gasPrice', [], answers.readBig), this.#minTip)
      const offer = String((price * 5n) / 4n)
      return { base: '0', tip: offer, maxFee: offer }
    }
    const history = await this.#rpc.ask('eth_feeHistory', ['0x5', 'latest', [50]], answers.readFeeHistory)
    const tip = max(history.tip, this.#minTip)
    // twice the base fee outlasts six full blocks in a row, each of which may raise it by an eighth
    return { base: String(history.base), tip: String(tip), maxFee: String(history.base * 2n + tip) }
  }

  async estimateGas(to: string | null, data: string): Promise<number> {
    const call = { from: this.account, ...(to === null ? {} : { to }), data }
    try {
      const gas = await this.#rpc.ask('eth_estimateGas', [call], answers.readNumber)
      return Math.ceil(gas * 1.25)
    } catch (error) {
      const reason = error instanceof ChainRefused ? registry.revertReason(error.data) : undefined
      if (error instanceof ChainRefused && reason !== undefined)
        throw new ChainRefused(`the contract refuses: ${reason}`, error.code, error.data)
      throw error
    }
  }

  async sign(draft: TransactionDraft): Promise<SignedTransaction> {
    // Blockcerts reads only the input: a root that runs a function instead of being anchored must never get a signature
    if (draft.to !== null && draft.data.length === 66 && registry.collidesWithSelector(draft.data))
      throw new ChainRefused('this root begins with the selector of a function: add a leaf and build the tree again')
    const transaction = Transaction.from({
      chainId: this.chainId,
      nonce: draft.nonce,
      to: draft.to,
      data: draft.data,
      gasLimit: draft.gas,
      value: 0,
      ...(this.#legacyFees
        ? { type: 0, gasPrice: draft.maxFee }
        : { type: 2, maxFeePerGas: draft.maxFee, maxPriorityFeePerGas: draft.tip }),
    })
    transaction.signature = this.#account.sign(transaction.unsignedHash)
    return { raw: transaction.serialized, hash: transaction.hash! }
  }
  broadcast(raw: string): Promise<void> {
    return this.#rpc.broadcast(raw)
  }

  receipt(hash: string): Promise<ChainReceipt | null> {
    return this.#rpc.askAny('eth_getTransactionReceipt', [hash], answers.receiptReader(hash))
  }
  block(number: number): Promise<ChainBlock | null> {
    return this.#rpc.askAny('eth_getBlockByNumber', [hex(number), false], answers.blockReader(number))
  }

  async userOfNonce(nonce: number, from: number, to: number): Promise<{ hash: string; receipt: ChainReceipt } | null> {
    const usedAt = async (height: number) => (await this.nonce(height)) > nonce
    let [low, high] = [from, to]
    if (high < low || !(await usedAt(high))) return null
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (await usedAt(middle)) high = middle
      else low = middle + 1
    }
    const found = await this.#rpc.askAny('eth_getBlockByNumber', [hex(low), true], answers.transactionsReader(low))
    const ours = this.account.toLowerCase()
    const transaction = found?.find((candidate) => candidate.from === ours && candidate.nonce === nonce)
    if (!transaction) return null
    const receipt = (await this.receipt(transaction.hash)) ?? (await this.#witnessed(transaction, low))
    return { hash: transaction.hash, receipt }
  }

  /** A receipt nobody serves, from what the transaction has left in the contract's state. */
  async #witnessed(transaction: answers.MinedTransaction, blockNumber: number): Promise<ChainReceipt> {
    const { hash, to, input, nonce, blockHash } = transaction
    const created = to === null ? getCreateAddress({ from: this.account, nonce }) : null
    const succeeded = created ? (await this.#code(created)) !== '0x' : await this.#effectOf(to!, input)
    if (succeeded === null) throw new ChainUnavailable(`no endpoint serves the receipt of ${hash}`)
    const contractAddress = succeeded && created ? created.toLowerCase() : null
    return { transactionHash: hash, blockNumber, blockHash, succeeded, contractAddress }
  }
  async #effectOf(contract: string, input: string): Promise<boolean | null> {
    if (input.length === 66)
      return (await this.#call(contract, registry.encodeAnchoredAt(input), registry.decodeNumber)) > 0
    const revoked = registry.decodeRevoke(input)?.ids[0]
    if (!revoked) return null
    return (await this.#call(contract, registry.encodeRevocations(revoked), registry.decodeRevocation)).time > 0
  }

  registryStatus(contract: string, root: string, leaf: string): Promise<RegistryStatus> {
    return this.#call(contract, registry.encodeStatus(root, leaf), registry.decodeStatus)
  }

  async registryFacts(contract: string): Promise<RegistryFacts> {
    const codeHash = createHash('sha256')
      .update(fromHex(await this.#code(contract)))
      .digest('hex')
    // foreign code may answer anything: whoever asks refuses it by its hash alone
    if (!registry.RELEASED_CODE.has(codeHash))
      return { codeHash, did: '', owner: registry.ZERO_ADDRESS, permissions: 0 }
    return {
      codeHash,
      did: await this.#call(contract, registry.encodeGetter('did'), registry.decodeString),
      owner: await this.#call(contract, registry.encodeGetter('owner'), registry.decodeAddress),
      permissions: await this.#call(contract, registry.encodePermissions(this.account), registry.decodeNumber),
    }
  }

  #code(address: string): Promise<string> {
    return this.#rpc.ask('eth_getCode', [address, 'latest'], answers.readData)
  }
  #call<T>(to: string, data: string, read: (answer: string) => T): Promise<T> {
    return this.#rpc.ask('eth_call', [{ to, data }, 'latest'], (result) => read(answers.readData(result)))
  }
}

/** One EVM network behind the port `Chain`: it asks, signs and broadcasts. What is to be sent, and when, is decided elsewhere. */
import { Transaction } from 'ethers/transaction'
import type {
  Chain,
  ChainBlock,
  ChainReceipt,
  EndpointHealth,
  Fees,
  LanePace,
  RegistryFacts,
  RegistryStatus,
  SignedTransaction,
  TransactionDraft,
} from '../domain/ports.ts'
import { ChainRefused } from '../domain/ports.ts'
import { collidesWithSelector } from '../domain/registry.ts'
import type { Account } from './accounts.ts'
import { readBig, readNumber } from './answers.ts'
import { GasMarket, understood } from './evm-gas.ts'
import { blockAt, hex, readHeads } from './evm-heads.ts'
import { RegistryReads } from './evm-registry.ts'
import { ChainSearch } from './evm-search.ts'
import type { Rpc } from './rpc-ask.ts'

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
  token: string
  testnet: boolean
  pace: LanePace
  /** Wei in 24 hours; 0 = no limit. */
  dailyBudget: bigint
  lowBalance: number
  rpc: Rpc
  account: Account
}

export class EvmChain implements Chain {
  readonly network: string
  readonly chainId: number
  readonly embedded: boolean
  readonly confirmations: number
  readonly finalityTag: boolean
  readonly feeCap: string
  readonly explorerUrl: string
  readonly token: string
  readonly testnet: boolean
  readonly pace: LanePace
  readonly dailyBudget: string
  readonly lowBalance: number
  readonly #rpc: Rpc
  readonly #account: Account
  readonly #gas: GasMarket
  readonly #registry: RegistryReads
  readonly #search: ChainSearch

  constructor(options: EvmChainOptions) {
    this.network = options.network
    this.chainId = options.chainId
    this.embedded = options.embedded
    this.confirmations = options.confirmations
    this.finalityTag = options.finalityTag
    this.feeCap = String(options.feeCap)
    this.explorerUrl = options.explorerUrl
    this.token = options.token
    this.testnet = options.testnet
    this.pace = options.pace
    this.dailyBudget = String(options.dailyBudget)
    this.lowBalance = options.lowBalance
    this.#rpc = options.rpc
    this.#account = options.account
    this.#gas = new GasMarket(options.rpc, options)
    this.#registry = new RegistryReads(options.rpc)
    this.#search = new ChainSearch(options.rpc, this.#registry)
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
  checkEndpoints(): Promise<EndpointHealth[]> {
    return this.#rpc.check()
  }

  heads(): Promise<{ latest: number; final: number }> {
    return readHeads(this.#rpc, this)
  }
  nonce(at: 'latest' | 'pending' | number, account = this.account): Promise<number> {
    const tag = typeof at === 'number' ? hex(at) : at
    return this.#rpc.ask('eth_getTransactionCount', [account, tag], readNumber)
  }
  async balance(): Promise<string> {
    return String(await this.#rpc.ask('eth_getBalance', [this.account, 'latest'], readBig))
  }

  fees(): Promise<Fees> {
    return this.#gas.fees()
  }
  estimateGas(to: string | null, data: string): Promise<number> {
    return this.#gas.estimate(this.account, to, data)
  }

  async sign(draft: TransactionDraft): Promise<SignedTransaction> {
    // Blockcerts reads only the input: a root that runs a function instead of being anchored must never get a signature
    if (draft.to !== null && draft.data.length === 66 && collidesWithSelector(draft.data))
      throw new ChainRefused('this root begins with the selector of a function: add a leaf and build the tree again')
    const transaction = Transaction.from({
      chainId: this.chainId,
      nonce: draft.nonce,
      to: draft.to,
      data: draft.data,
      gasLimit: draft.gas,
      value: 0,
      ...(draft.legacy
        ? { type: 0, gasPrice: draft.maxFee }
        : { type: 2, maxFeePerGas: draft.maxFee, maxPriorityFeePerGas: draft.tip }),
    })
    await this.#account.signTransaction(transaction)
    return { raw: transaction.serialized, hash: transaction.hash! }
  }
  async broadcast(raw: string): Promise<void> {
    try {
      await this.#rpc.broadcast(raw)
    } catch (error) {
      throw understood(error)
    }
  }

  receipt(hash: string): Promise<ChainReceipt | null> {
    return this.#search.receipt(hash)
  }
  block(number: number): Promise<ChainBlock | null> {
    return blockAt(this.#rpc, number)
  }
  userOfNonce(
    nonce: number,
    from: number,
    to: number,
    account = this.account,
  ): Promise<{ hash: string; receipt: ChainReceipt } | null> {
    return this.#search.userOfNonce(account, nonce, from, to)
  }
  async anchoringOf(
    contract: string,
    root: string,
    anchoredAt: number,
  ): Promise<{ receipt: ChainReceipt; block: ChainBlock } | null> {
    const { latest } = await this.heads()
    return this.#search.anchoringOf(contract, root, anchoredAt, latest)
  }
  deployedWith(
    did: string,
    from: number,
    to: number,
  ): Promise<{ address: string; nonce: number; receipt: ChainReceipt | null } | null> {
    return this.#search.deployedWith(this.account, did, from, to, async () => (await this.heads()).latest)
  }

  registryStatus(contract: string, root: string, leaf: string): Promise<RegistryStatus> {
    return this.#registry.status(contract, root, leaf)
  }
  anchoredAt(contract: string, root: string): Promise<number> {
    return this.#registry.anchoredAt(contract, root)
  }
  revocation(contract: string, id: string): Promise<{ time: number; reason: number }> {
    return this.#registry.revocation(contract, id)
  }
  permissions(contract: string, account: string): Promise<number> {
    return this.#registry.permissions(contract, account)
  }
  owners(contract: string): Promise<{ owner: string; pendingOwner: string }> {
    return this.#registry.owners(contract)
  }
  registryFacts(contract: string): Promise<RegistryFacts> {
    return this.#registry.facts(contract, this.account)
  }
}

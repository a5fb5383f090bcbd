/**
 * The embedded chain: an EVM over one SQLite file. A transaction is mined at once, alone in its block, and gas is free.
 * It proves nothing to outsiders beyond the word of this issuer's machine, and runs inside a worker (embedded-worker.ts).
 */
import { type Block, createBlock, createBlockFromRLP } from '@ethereumjs/block'
import { type Common, Hardfork, Mainnet, createCustomCommon } from '@ethereumjs/common'
import { MerklePatriciaTrie } from '@ethereumjs/mpt'
import { MerkleStateManager } from '@ethereumjs/statemanager'
import { type TypedTransaction, createTxFromRLP } from '@ethereumjs/tx'
import { type DB, ValueEncoding, bytesToHex, utf8ToBytes } from '@ethereumjs/util'
import { type VM, buildBlock, createVM } from '@ethereumjs/vm'
import type { Clock } from '../domain/clock.ts'
import { fromHex } from '../domain/ids.ts'
import { EMBEDDED_CHAIN_ID } from '../domain/networks.ts'
import { ChainRefused } from '../domain/ports.ts'
import { ChainFile, OverlaidNodes, StoredNodes } from './embedded-file.ts'
import { receiptJson } from './embedded-json.ts'
import { EmbeddedReads, GAS_LIMIT } from './embedded-reads.ts'

export interface EmbeddedChainOptions {
  /** Path of the chain's file, created when missing. */
  file: string
  /** At most 32 bytes that differ per installation, so that two embedded chains never share a block hash. */
  installation: string
  clock: Clock
}

export class EmbeddedChain {
  readonly #file: ChainFile
  readonly #clock: Clock
  readonly #common: Common
  readonly #reads: EmbeddedReads
  #vm!: VM
  #head!: Block
  #writes: Promise<unknown> = Promise.resolve()

  private constructor(file: ChainFile, clock: Clock) {
    this.#file = file
    this.#clock = clock
    const chain = { chainId: EMBEDDED_CHAIN_ID, name: 'testamur' }
    this.#common = createCustomCommon(chain, Mainnet, { hardfork: Hardfork.Cancun })
    this.#reads = new EmbeddedReads({
      file,
      head: () => this.#head,
      decode: (rlp) => this.#decode(rlp),
      stateAt: (root) => this.#openState(new OverlaidNodes(file), root),
      createVM: (stateManager) => createVM({ common: this.#common, stateManager }),
    })
  }

  /** Opens or creates the chain; throws with the file's name when it is damaged. */
  static async open(options: EmbeddedChainOptions): Promise<EmbeddedChain> {
    let file: ChainFile | undefined
    try {
      file = ChainFile.open(options.file)
      const chain = new EmbeddedChain(file, options.clock)
      await chain.#start(options.installation)
      return chain
    } catch (error) {
      file?.close()
      const reason = error instanceof Error ? error.message : 'unknown'
      throw new Error(`${options.file} cannot be opened as embedded chain (${reason}): restore it from a backup`)
    }
  }

  /** EIP-1193. Writes go one after another; reads run on a copy of the state and never wait. ChainRefused = the node's no. */
  request(method: string, params: unknown[]): Promise<unknown> {
    if (method !== 'eth_sendRawTransaction') return this.#reads.answer(method, params)
    return this.#queued(() => this.#mine(params[0]))
  }
  /** A consistent copy of the file under a new name. */
  copyTo(path: string): Promise<void> {
    return this.#queued(async () => this.#file.copyTo(path))
  }
  /** Waits for the block in the making. */
  async close(): Promise<void> {
    await this.#queued(async () => this.#file.close())
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#writes.then(work)
    this.#writes = run.catch(() => {})
    return run
  }

  async #start(installation: string): Promise<void> {
    const last = this.#file.head()
    if (last) {
      this.#head = this.#decode(last.rlp)
      await this.#reset()
      return
    }
    const state = await this.#openState(new StoredNodes(this.#file))
    const header = {
      gasLimit: GAS_LIMIT,
      baseFeePerGas: 0n,
      timestamp: this.#seconds(),
      extraData: utf8ToBytes(installation).slice(0, 32),
      stateRoot: await state.getStateRoot(),
    }
    this.#head = createBlock({ header }, this.#blockOptions())
    const block = { number: 0, hash: bytesToHex(this.#head.hash()), rlp: this.#head.serialize() }
    this.#file.addBlock({ ...block, txHash: null, receipt: null })
    this.#vm = await createVM({ common: this.#common, stateManager: state })
  }

  /** A fresh state at the head: after a failed write the old one may hold checkpoints and caches of the lost block. */
  async #reset(): Promise<void> {
    const stateManager = await this.#openState(new StoredNodes(this.#file), this.#head.header.stateRoot)
    this.#vm = await createVM({ common: this.#common, stateManager })
  }
  async #openState(db: DB<string, Uint8Array>, root?: Uint8Array): Promise<MerkleStateManager> {
    const common = this.#common
    const trie = new MerklePatriciaTrie({ db, useKeyHashing: true, valueEncoding: ValueEncoding.Bytes, common })
    const state = new MerkleStateManager({ trie, common })
    if (!root) return state
    if (!(await state.hasStateRoot(root))) throw new Error('the state of a block is missing')
    await state.setStateRoot(root)
    return state
  }

  async #mine(raw: unknown): Promise<string> {
    const transaction = this.#parse(raw)
    const hash = bytesToHex(transaction.hash())
    if (this.#file.blockOfTransaction(hash)) throw new ChainRefused('already known')
    const next = (await this.#vm.stateManager.getAccount(transaction.getSenderAddress()))?.nonce ?? 0n
    if (transaction.nonce !== next) {
      const side = transaction.nonce < next ? 'low' : 'high'
      throw new ChainRefused(`nonce too ${side}: next nonce ${next}, tx nonce ${transaction.nonce}`)
    }
    this.#file.begin()
    try {
      const block = await this.#build(transaction, hash)
      this.#file.commit()
      this.#head = block
      return hash
    } catch (error) {
      this.#file.rollback()
      await this.#reset()
      throw error
    }
  }

  async #build(transaction: TypedTransaction, txHash: string): Promise<Block> {
    const parent = Number(this.#head.header.timestamp)
    const builder = await buildBlock(this.#vm, {
      parentBlock: this.#head,
      // gas is free: no key here ever needs funds
      headerData: { timestamp: Math.max(this.#seconds(), parent), gasLimit: GAS_LIMIT, baseFeePerGas: 0n },
      withdrawals: [],
      blockOpts: this.#blockOptions(),
    })
    const result = await builder.addTransaction(transaction).catch((error: unknown) => {
      throw new ChainRefused(reasonOf(error))
    })
    const { block } = await builder.build()
    this.#file.addBlock({
      number: Number(block.header.number),
      hash: bytesToHex(block.hash()),
      rlp: block.serialize(),
      txHash,
      receipt: JSON.stringify(receiptJson(transaction, block, result)),
    })
    return block
  }

  #parse(raw: unknown): TypedTransaction {
    try {
      const transaction = createTxFromRLP(fromHex(String(raw)), { common: this.#common })
      if (!transaction.verifySignature()) throw new Error('invalid signature')
      return transaction
    } catch (error) {
      throw new ChainRefused(`invalid transaction: ${reasonOf(error)}`)
    }
  }

  #decode(rlp: Uint8Array): Block {
    return createBlockFromRLP(new Uint8Array(rlp), this.#blockOptions())
  }
  #blockOptions() {
    return { common: this.#common, skipConsensusFormatValidation: true, putBlockIntoBlockchain: false } as const
  }
  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000)
  }
}

/** The library appends the whole block and transaction in brackets. */
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : 'unknown').split(' (')[0]!

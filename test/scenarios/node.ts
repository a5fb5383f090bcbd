/** A real node with the contract 16 blocks deep, whose blocks come only when the scenario says so. */
import { deployData } from '../../src/chain/contract.ts'
import { DEVELOPMENT_KEYS, startAnvil } from '../kit/anvil.ts'
import { pause } from '../kit/binary.ts'
import { addressOf, signRaw } from '../kit/chains.ts'
import counting from './counting-anchor.json'

export const CHAIN_ID = 31_337
/** Below any scenario's reorganisation: a contract that is taken back would be another failure than the one tried. */
const DEPLOYED_DEEP = 16
const GWEI = 1_000_000_000

export interface Tally {
  missing: number
  once: number
  /** More often than once. */
  twice: number
}
export type Contract = 'counting' | 'registry'

export class ScenarioNode {
  /** Blocks and reorganisations never overlap: the node stumbles over that, and no real network does it. */
  private turn: Promise<unknown> = Promise.resolve()
  private mining: { stop(): Promise<void> } | undefined
  private readonly began = Date.now()
  /** As fast as the children's clock: a newest block that is old for them would make the node stale. */
  speed = 1

  private constructor(
    readonly url: string,
    readonly contract: string,
    private readonly kind: Contract,
    readonly request: <T = unknown>(method: string, params?: unknown[]) => Promise<T>,
    private readonly close: () => Promise<void>,
  ) {}

  static async start(kind: Contract = 'counting', args: string[] = []): Promise<ScenarioNode> {
    const anvil = await startAnvil({ chainId: CHAIN_ID, args })
    const owner = addressOf(DEVELOPMENT_KEYS[0])
    const data = kind === 'counting' ? counting.bytecode : deployData('did:web:example.edu', owner, owner)
    const raw = signRaw(DEVELOPMENT_KEYS[3], {
      chainId: CHAIN_ID,
      nonce: 0,
      data,
      gas: 2_000_000n,
      price: 3_000_000_000n,
    })
    const hash = await anvil.request('eth_sendRawTransaction', [raw])
    await anvil.request('anvil_mine', [`0x${DEPLOYED_DEEP.toString(16)}`])
    const receipt = await anvil.request<{ contractAddress: string }>('eth_getTransactionReceipt', [hash])
    await anvil.request('evm_setAutomine', [false])
    return new ScenarioNode(anvil.url, receipt.contractAddress, kind, anvil.request, () => anvil.stop())
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work)
    this.turn = done.catch(() => {})
    return done
  }

  mine(blocks = 1): Promise<void> {
    return this.inTurn(async () => {
      for (let block = 0; block < blocks; block++) {
        const time = Math.ceil((this.began + (Date.now() - this.began) * this.speed) / 1000)
        await this.request('evm_mine', this.speed === 1 ? [] : [time])
      }
    })
  }
  /** A block every so many milliseconds, until the node stops. */
  keepMining(everyMs: number): void {
    let isOver = false
    const loop = (async () => {
      while (!isOver) {
        await this.mine()
        await pause(everyMs)
      }
    })()
    this.mining = { stop: () => ((isOver = true), loop.catch(() => {})) }
  }
  async stopMining(): Promise<void> {
    await this.mining?.stop()
    this.mining = undefined
  }

  /** The newest blocks are replaced by empty ones; what they held is gone. */
  reorganise(depth: number): Promise<void> {
    return this.inTurn(async () => void (await this.request('anvil_reorg', [depth, []])))
  }
  async dropMempool(): Promise<void> {
    await this.request('anvil_dropAllTransactions')
  }
  /** The next block asks for so much; each later empty one for an eighth less. */
  async baseFee(gwei: number): Promise<void> {
    await this.request('anvil_setNextBlockBaseFeePerGas', [`0x${(gwei * GWEI).toString(16)}`])
  }

  async nonce(key: string = DEVELOPMENT_KEYS[0], at: 'latest' | 'pending' = 'latest'): Promise<number> {
    return Number(await this.request('eth_getTransactionCount', [addressOf(key), at]))
  }
  /** Transactions in the mempool. */
  async waiting(): Promise<number> {
    const { pending, queued } = await this.request<{ pending: string; queued: string }>('txpool_status')
    return Number(pending) + Number(queued)
  }
  async height(): Promise<number> {
    return Number(await this.request('eth_blockNumber'))
  }

  /** How often each root stands in the contract's state, at the newest block. */
  async tally(roots: string[]): Promise<Tally> {
    const read = counting.selectors[this.kind === 'counting' ? 'count(bytes32)' : 'anchoredAt(bytes32)']
    const tally: Tally = { missing: 0, once: 0, twice: 0 }
    for (const root of roots) {
      const call = { to: this.contract, data: `0x${read}${root.slice(2)}` }
      const found = Number(await this.request('eth_call', [call, 'latest']))
      const times = this.kind === 'counting' ? found : Math.sign(found)
      tally[times === 0 ? 'missing' : times === 1 ? 'once' : 'twice']++
    }
    return tally
  }

  async stop(): Promise<void> {
    await this.stopMining()
    await this.close()
  }
}

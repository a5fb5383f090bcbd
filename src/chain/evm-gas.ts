/** What gas costs and how much of it a transaction needs, in the words of the configured nodes and nobody else. */
import { ChainRefused, type Fees } from '../domain/ports.ts'
import { revertReason } from '../domain/registry.ts'
import { readBig, readFeeHistory, readHasBaseFee, readNumber } from './answers.ts'
import type { Rpc } from './rpc-ask.ts'
import { isNoMethod, isOutOfFunds, isRevert } from './rpc-errors.ts'

export interface FeeRules {
  /** The network is known to have no EIP-1559. */
  legacyFees: boolean
  /** Wei per gas. */
  minTip: bigint
}

/** EIP-7825: no transaction may ask for more. */
export const LARGEST_GAS = 16_777_216

const max = (a: bigint, b: bigint) => (a > b ? a : b)

export class GasMarket {
  readonly #rpc: Rpc
  readonly #minTip: bigint
  /** Undefined until a node has shown it. */
  #legacy: boolean | undefined

  constructor(rpc: Rpc, { legacyFees, minTip }: FeeRules) {
    this.#rpc = rpc
    this.#minTip = minTip
    this.#legacy = legacyFees ? true : undefined
  }

  async fees(): Promise<Fees> {
    const history = this.#legacy ? null : await this.#history()
    if (!history) return this.#gasPrice()
    const { base, tip: median } = history
    const tip = max(median, this.#minTip)
    // twice the base fee outlasts six full blocks in a row, each of which may raise it by an eighth
    return { base: String(base), tip: String(tip), maxFee: String(base * 2n + tip), legacy: false }
  }

  async #gasPrice(): Promise<Fees> {
    const price = max(await this.#rpc.ask('eth_gasPrice', [], readBig), this.#minTip)
    const offer = String((price * 5n) / 4n)
    return { base: '0', tip: offer, maxFee: offer, legacy: true }
  }

  /** Null on a network, or of nodes, without EIP-1559; that is remembered. */
  async #history(): Promise<{ base: bigint; tip: bigint } | null> {
    try {
      const history = await this.#rpc.askAny('eth_feeHistory', ['0x5', 'latest', [50]], readFeeHistory)
      // before London some nodes give base fees of zero; so do networks on which gas is free
      this.#legacy ??= history === null || (history.base === 0n && !(await this.#hasBaseFee()))
      return this.#legacy ? null : history
    } catch (error) {
      if (!(error instanceof ChainRefused)) throw error
      // a gas price is understood everywhere; but only what the node lacks for good is worth remembering
      if (isNoMethod(error)) this.#legacy = true
      return null
    }
  }
  #hasBaseFee(): Promise<boolean> {
    return this.#rpc.ask('eth_getBlockByNumber', ['latest', false], readHasBaseFee)
  }

  /** 1.25 times the node's estimate. ChainRefused: it would revert, or cannot be paid, or is too large for one block. */
  async estimate(from: string, to: string | null, data: string): Promise<number> {
    const call = { from, ...(to === null ? {} : { to }), data }
    const gas = await this.#rpc.ask('eth_estimateGas', [call], readNumber).catch((error: unknown) => {
      throw understood(error)
    })
    const limit = Math.ceil(gas * 1.25)
    if (limit <= LARGEST_GAS) return limit
    throw new ChainRefused(
      `this transaction needs ${limit} gas, and one may use at most ${LARGEST_GAS}: it has to do less at a time`,
    )
  }
}

/** A refusal in words that callers can tell apart: `the contract refuses: …`, `insufficient funds`, or the node's own. */
export function understood(error: unknown): unknown {
  if (!(error instanceof ChainRefused)) return error
  if (isOutOfFunds(error)) return new ChainRefused('insufficient funds', error.code)
  if (!isRevert(error)) return error
  const reason = revertReason(error.data) ?? error.message
  return new ChainRefused(`the contract refuses: ${reason}`, error.code, error.data)
}

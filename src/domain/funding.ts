/** What an account can pay for, what it should be sent, and amounts as people read them. Wei are decimal text. */
import type { Fees } from './ports.ts'

/** Gas of one anchor while there is no registry to estimate it on: 48,000, and a quarter more as always. */
export const TYPICAL_ANCHOR_GAS = 60_000
/** The same for a deployment. */
export const TYPICAL_DEPLOY_GAS = 875_000
/** What is advised to be sent pays for so many transactions. */
export const ADVISED_TRANSACTIONS = 1_000
/** Newest confirmed trees that the average is taken of. */
export const AVERAGED_ANCHORS = 50

export interface FundingInput {
  /** Wei on the account. */
  balance: string
  fees: Fees
  /** Most that may be paid per unit of gas, wei; '0' = nothing is paid at all (the embedded chain). */
  feeCap: string
  /** Gas limit of one anchor. */
  anchorGas: number
  /** Gas limit of the deployment that is still to be paid; 0 = the registry is there. */
  deployGas: number
  /** Certificates in the newest confirmed trees. */
  sizes: readonly number[]
}

export interface Funding {
  /** Wei per unit of gas, as the network asks for it now. */
  gasPrice: string
  /** Wei of one anchor at this price. */
  costPerTransaction: string
  /** Wei of the deployment; '0' when there is nothing to deploy. */
  costOfDeployment: string
  /** Anchors that the balance pays for, after the deployment. */
  transactionsLeft: number
  certificatesLeft: number
  certificatesPerTransaction: number
  /** The balance does not reach for the deployment, or for one more transaction. */
  isEmpty: boolean
  /** Wei to send so that it pays for the deployment and 1,000 transactions; '0' when it does already. */
  toSend: string
}

/** At least 1, so that a network that was never used promises no more than one certificate per transaction. */
export function averageSize(sizes: readonly number[]): number {
  if (sizes.length === 0) return 1
  return Math.max(1, Math.floor(sizes.reduce((sum, size) => sum + size, 0) / sizes.length))
}

const most = (left: bigint, right: bigint) => (left > right ? left : right)

/** Price now, and what has to lie ready per unit of gas: nodes take only what the whole offer can be paid of. */
function prices(fees: Fees, feeCap: string): { price: bigint; reserve: bigint } {
  const price = BigInt(fees.base) + BigInt(fees.tip)
  const cap = BigInt(feeCap)
  const offered = BigInt(fees.maxFee) < cap ? BigInt(fees.maxFee) : cap
  return { price, reserve: most(offered, price) }
}

/** Wei for one transaction of this much gas: what it costs now, and what has to lie on the account to send it. */
export function costOf(gas: number, fees: Fees, feeCap: string): { cost: string; reserve: string } {
  const { price, reserve } = prices(fees, feeCap)
  return { cost: String(price * BigInt(gas)), reserve: String(reserve * BigInt(gas)) }
}

/** Undefined where nothing is paid: the embedded chain. */
export function fundingOf(input: FundingInput): Funding | undefined {
  if (input.feeCap === '0') return undefined
  const { price, reserve } = prices(input.fees, input.feeCap)
  const gas = BigInt(input.anchorGas)
  const [cost, deployment] = [most(price * gas, 1n), price * BigInt(input.deployGas)]
  const balance = BigInt(input.balance)
  const canDeploy = balance >= reserve * BigInt(input.deployGas)
  const left = canDeploy ? balance - deployment : 0n
  // The last one has to cover its whole offer, the others what they cost.
  const count = left >= reserve * gas ? (left - reserve * gas) / cost + 1n : 0n
  const transactionsLeft = Number(count < BigInt(Number.MAX_SAFE_INTEGER) ? count : BigInt(Number.MAX_SAFE_INTEGER))
  const certificatesPerTransaction = averageSize(input.sizes)
  const wanted = advised(input, price, reserve)
  return {
    gasPrice: String(price),
    costPerTransaction: String(cost),
    costOfDeployment: String(deployment),
    transactionsLeft,
    certificatesLeft: Math.min(transactionsLeft * certificatesPerTransaction, Number.MAX_SAFE_INTEGER),
    certificatesPerTransaction,
    isEmpty: !canDeploy || transactionsLeft === 0,
    toSend: String(most(wanted - balance, 0n)),
  }
}

/** What should lie on the account: the deployment, 1,000 transactions, and the reserve of whichever needs most. */
function advised({ anchorGas, deployGas }: FundingInput, price: bigint, reserve: bigint): bigint {
  const [gas, deploy] = [BigInt(anchorGas), BigInt(deployGas)]
  const whole = price * (deploy + gas * BigInt(ADVISED_TRANSACTIONS))
  return most(whole + (reserve - price) * gas, reserve * deploy)
}

const WEI_DIGITS = 18
const KEPT_DIGITS = 3

/**
 * "0.0123 POL": three digits that count, or all whole ones. `down` for what somebody has, `up` for what somebody has to
 * send: rounding never promises too much. Without a token the number alone.
 */
export function formatAmount(wei: string, token: string, rounding: 'down' | 'up' = 'down'): string {
  const value = BigInt(wei)
  const unit = token === '' ? '' : ` ${token}`
  if (value === 0n) return `0${unit}`
  // Digits behind the point that stay: at most 18, none when there are three whole digits.
  const length = String(value).length
  const cut = Math.max(0, length - KEPT_DIGITS)
  const step = 10n ** BigInt(Math.min(cut, WEI_DIGITS))
  const kept = rounding === 'up' ? (value + step - 1n) / step : value / step
  return `${decimal(kept * step)}${unit}`
}

/** Wei as tokens, exactly: 1500000000000000000 is 1.5. */
export function decimal(wei: bigint, digits = WEI_DIGITS): string {
  const text = String(wei).padStart(digits + 1, '0')
  const whole = text.slice(0, -digits).replace(/\B(?=(\d{3})+$)/g, ',')
  const rest = text.slice(-digits).replace(/0+$/, '')
  return rest === '' ? whole : `${whole}.${rest}`
}

/** Wei per gas as gwei: "30", "1.53", "0.00000001". */
export function formatGwei(wei: string): string {
  const value = BigInt(wei)
  const cut = Math.min(9, Math.max(0, String(value).length - KEPT_DIGITS))
  const step = 10n ** BigInt(cut)
  return decimal((value / step) * step, 9)
}

/** "1,234": numbers in sentences. */
export const formatCount = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/** Wei as decimal text of whole tokens, every digit of it and nothing else: for programs. */
export const exact = (wei: string, digits = WEI_DIGITS) => decimal(BigInt(wei), digits).replaceAll(',', '')

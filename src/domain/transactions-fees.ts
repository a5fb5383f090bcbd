/** What is offered for gas, what a replacement has to pay, and whether it can be afforded. Wei as decimal text. */
import type { Fees } from './ports.ts'
import type { TransactionAttempt } from './transactions.ts'

export interface Price {
  maxFee: string
  tip: string
  legacy: boolean
}

/** Nodes take a replacement that pays a tenth more; what lies above is for those that round. */
const RAISE_PERCENT = 115n

const max = (a: bigint, b: bigint) => (a > b ? a : b)
const min = (a: bigint, b: bigint) => (a < b ? a : b)
/** At least one more: nodes want a higher tip even where it was nothing. */
const raised = (amount: bigint) => max((amount * RAISE_PERCENT + 99n) / 100n, amount + 1n)

/** Above the cap nothing is signed, and no nonce spent. The offer never exceeds the cap. */
export function offer({ base, tip, maxFee, legacy }: Fees, cap: string): Price | 'above the cap' {
  const least = legacy ? BigInt(tip) : BigInt(base) + BigInt(tip)
  if (least > BigInt(cap)) return 'above the cap'
  return { maxFee: String(min(BigInt(maxFee), BigInt(cap))), tip, legacy }
}

/**
 * The price of a replacement on the same nonce: both fees a step up, or what the market asks where that is more. Null
 * when the cap forbids a legal step: the old bytes are then kept alive.
 */
export function replacementPrice(
  old: Pick<TransactionAttempt, 'maxFee' | 'tip'>,
  market: Fees,
  cap: string,
): Price | null {
  const least = { maxFee: raised(BigInt(old.maxFee)), tip: raised(BigInt(old.tip)) }
  const tip = max(least.tip, BigInt(market.tip))
  const maxFee = min(max(least.maxFee, BigInt(market.maxFee)), BigInt(cap))
  if (maxFee < least.maxFee || tip > maxFee || BigInt(old.maxFee) === 0n) return null
  return { maxFee: String(maxFee), tip: String(tip), legacy: market.legacy }
}

/** The most that a signed transaction can cost. */
export const worstCost = (gas: number, maxFee: string) => BigInt(gas) * BigInt(maxFee)

export interface Means {
  /** Of the account. */
  balance: string
  /** The most that everything signed and not mined can cost. */
  committed: bigint
  /** Paid in the last 24 hours. */
  spent: string
  /** '0' = no limit. */
  dailyBudget: string
}

/** Can one more transaction of this cost be paid, now and within the day's budget? */
export function affordable(cost: bigint, means: Means): 'yes' | 'no_funds' | 'daily_budget' {
  const { balance, committed, spent, dailyBudget } = means
  if (committed + cost > BigInt(balance)) return 'no_funds'
  if (dailyBudget !== '0' && BigInt(spent) + committed + cost > BigInt(dailyBudget)) return 'daily_budget'
  return 'yes'
}

/** Wei as people write it: at most six decimals, rounded up so that what is asked for suffices. */
export function tokenText(wei: bigint, token: string): string {
  const micro = (wei + 999_999_999_999n) / 1_000_000_000_000n
  const decimals = String(micro % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return `${micro / 1_000_000n}${decimals === '' ? '' : `.${decimals}`}${token === '' ? '' : ` ${token}`}`
}

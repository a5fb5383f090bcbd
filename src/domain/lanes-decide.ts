/** Why a lane signs nothing new, in words that say what cures it. */
import { fresh, type Commit, type Revised } from './commit.ts'
import { tokenText } from './transactions-fees.ts'
import type { LaneHold, LaneState } from './transactions.ts'

export interface Hold {
  reason: LaneHold
  detail: string
}

/** Pending transactions of our account that this database did not make; null when all are ours. */
export function foreignPending(
  { pending, latest, next }: { pending: number; latest: number; next: number },
  network: string,
  account: string,
): Hold | null {
  const strangers = pending - Math.max(next, latest)
  if (strangers <= 0) return null
  const many = strangers === 1 ? '1 pending transaction' : `${strangers} pending transactions`
  return {
    reason: 'foreign_pending',
    detail: `${many} of account ${account} on ${network} that this database did not make: another program uses the key, or the database was restored from an older backup. Wait until they are mined, or stop the other program, or give this one a key of its own (chain.key_file).`,
  }
}

export const feeAboveCap = (network: string, cap: string): Hold => ({
  reason: 'fee_above_cap',
  detail: `Gas on ${network} costs more than max_fee_gwei (${gwei(cap)} gwei) allows. Anchoring goes on by itself when it is cheaper; to pay more, raise max_fee_gwei.`,
})

export const noFunds = (network: string, account: string, missing: bigint, token: string): Hold => ({
  reason: 'no_funds',
  detail: `Account ${account} on ${network} cannot pay for the next transaction: send it at least ${tokenText(missing, token)}. Anchoring then goes on by itself.`,
})

export const budgetUsed = (network: string, budget: string, token: string): Hold => ({
  reason: 'daily_budget',
  detail: `The daily_budget of ${network} (${tokenText(BigInt(budget), token)} in 24 hours) is used up. Anchoring goes on by itself when the day has passed; to spend more, raise daily_budget.`,
})

export const unreachable = (network: string, problem: string): Hold => ({
  reason: 'unreachable',
  detail: `No node of ${network} gives a usable answer (${problem}). Anchoring goes on by itself when one does; see rpc_urls.`,
})

const gwei = (wei: string) => String(Number(BigInt(wei) / 1_000_000n) / 1000)

/** The row that says so, or undefined when it stands there already. */
export function recordHold(
  known: (LaneState & Revised) | undefined,
  lane: { id: string; network: string; account: string },
  hold: Hold | null,
  now: number,
): Commit | undefined {
  if ((known?.hold ?? null) === (hold?.reason ?? null)) return undefined
  const row = {
    ...(known ?? fresh({ ...lane, hold: null, detail: null, heldSince: null, updatedAt: now })),
    hold: hold?.reason ?? null,
    detail: hold?.detail ?? null,
    heldSince: hold ? now : null,
    updatedAt: now,
  }
  return { at: now, puts: [{ entity: 'lane', row }] }
}

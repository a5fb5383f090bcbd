/** Another set of bytes on a nonce that is spent already. */
import type { Revised } from '../domain/commit.ts'
import { apart, recordSigned } from '../domain/transactions-decide.ts'
import { replacementPrice, worstCost, type Price } from '../domain/transactions-fees.ts'
import type { Transaction, TransactionAttempt } from '../domain/transactions.ts'
import { broadcast, keepAlive, type LaneRun } from './drive-lane-send.ts'

type Row = Transaction & Revised
type Attempt = TransactionAttempt & Revised

/**
 * The same operation for more money, or an empty transfer to ourselves that ends it. Stored before it is sent, on the
 * same nonce: either may be mined, never both. When the cap or the balance forbids it, or the account is an earlier one
 * whose key is no longer here, the old bytes are kept alive.
 */
export async function replace(run: LaneRun, transaction: Row, attempts: Attempt[], by: 'more' | 'nothing') {
  const { context, chain } = run
  const newest = attempts.at(-1)!
  const empty = by === 'nothing'
  const [to, data] = empty ? [chain.account, '0x'] : [transaction.dest, transaction.data]
  const gas = empty ? await chain.estimateGas(to, data) : newest.gas
  const price = await payable(run, newest, gas)
  const fence = price && (await run.fence())
  if (!price || !fence) {
    if (apart(context.clock.now(), newest.sentAt ?? 0) >= chain.pace.rebroadcastMs) await keepAlive(run, attempts)
    return
  }
  const nonce = transaction.nonce!
  const signed = await chain.sign({ nonce, to, data, gas, ...price })
  const { latest } = await chain.heads()
  const now = context.clock.now()
  const bytes = { ...signed, ...price, nonce, gas, cancels: empty ? (1 as const) : (0 as const) }
  await context.store.commit(recordSigned(transaction, bytes, latest, now, fence))
  context.log.warn(
    { network: chain.network, transaction: transaction.id, nonce, maxFee: price.maxFee },
    empty ? 'cancelling: an empty transaction takes the nonce' : 'not mined in time: sent again for a higher fee',
  )
  const stored = (await context.store.transactions.attempts(transaction.id)).find(({ hash }) => hash === signed.hash)
  await broadcast(run, stored!)
}

/** Null where there is no legal price that this account can pay: a node would refuse the bytes, and the old ones be forgotten. */
async function payable({ chain, account }: LaneRun, newest: Attempt, gas: number): Promise<Price | null> {
  if (account !== chain.account) return null
  const price = replacementPrice(newest, await chain.fees(), chain.feeCap)
  return price && worstCost(gas, price.maxFee) <= BigInt(await chain.balance()) ? price : null
}

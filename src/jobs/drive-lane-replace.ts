/** Another set of bytes on a nonce that is spent already. */
import type { Revised } from '../domain/commit.ts'
import { recordSigned } from '../domain/transactions-decide.ts'
import { replacementPrice } from '../domain/transactions-fees.ts'
import type { Transaction, TransactionAttempt } from '../domain/transactions.ts'
import { broadcast, type LaneRun } from './drive-lane-send.ts'

type Row = Transaction & Revised
type Attempt = TransactionAttempt & Revised

/**
 * The same operation for more money, or an empty transfer to ourselves that ends it. Stored before it is sent, on the
 * same nonce: either may be mined, never both. When the cap forbids it, or the account is an earlier one whose key is no
 * longer here, the old bytes are kept alive.
 */
export async function replace(run: LaneRun, transaction: Row, newest: Attempt, by: 'more' | 'nothing') {
  const { context, chain } = run
  const price = run.account === chain.account ? replacementPrice(newest, await chain.fees(), chain.feeCap) : null
  const fence = price && (await run.fence())
  if (!price || !fence) {
    if (context.clock.now() - (newest.sentAt ?? 0) >= chain.pace.rebroadcastMs) await broadcast(run, newest)
    return
  }
  const empty = by === 'nothing'
  const [to, data] = empty ? [chain.account, '0x'] : [transaction.dest, transaction.data]
  const gas = empty ? await chain.estimateGas(to, data) : newest.gas
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

/** What the operator asks the lane to send beside anchors: permissions, ownership, and the end of a transaction. */
import { laneJob } from '../domain/anchors-decide.ts'
import type { Registry } from '../domain/anchors.ts'
import { fresh, type Revised } from '../domain/commit.ts'
import { AppError } from '../domain/errors.ts'
import { newId } from '../domain/ids.ts'
import { askCancel, laneOf, queuedTransaction } from '../domain/transactions-decide.ts'
import type { Transaction, TransactionKind } from '../domain/transactions.ts'
import type { Records } from './networks.ts'
import { fromFreshReading } from './retry.ts'

export interface RegistryCall {
  kind: Extract<TransactionKind, 'set_operator' | 'transfer_ownership' | 'accept_ownership'>
  registry: Registry
  /** 0x-hex. */
  data: string
  /** Our account, which has to be the owner (or the pending one). */
  account: string
}

/** Queues a call of the owner. The same call that is still on its way is not queued twice. */
export async function queueRegistryCall(
  context: Records,
  { kind, registry, data, account }: RegistryCall,
): Promise<{ transaction: Transaction; already: boolean }> {
  const { network, chainId, id: subject, address: dest } = registry
  const lane = laneOf(chainId, account)
  const same = (await context.store.transactions.open(lane)).find(
    (open) => open.kind === kind && open.dest === dest && open.data === data && open.cancelAskedAt === null,
  )
  if (same) return { transaction: same, already: true }
  const now = context.clock.now()
  const id = newId('txn', context.random)
  // Done, undone and done again are three operations.
  const key = `${kind}/${id}`
  const transaction = queuedTransaction({ id, lane, network, key, kind, subject, dest, data }, now)
  await context.store.commit({
    at: now,
    puts: [{ entity: 'transaction', row: fresh(transaction) }],
    jobs: [laneJob(network, now)],
  })
  return { transaction, already: false }
}

/** Asks the lane to end a transaction; what has ended already is refused. */
export function cancelTransaction(context: Records, id: string): Promise<Transaction & Revised> {
  return fromFreshReading(async () => {
    const found = await context.store.transactions.find(id)
    if (!found) throw new AppError('not_found', `There is no transaction "${id.slice(0, 60)}".`)
    const now = context.clock.now()
    const row = askCancel(found, now)
    await context.store.commit({
      at: now,
      puts: row === found ? [] : [{ entity: 'transaction', row }],
      jobs: [laneJob(row.network, now)],
    })
    return row
  })
}

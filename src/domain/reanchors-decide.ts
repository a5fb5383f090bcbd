/** Decisions about anchoring a network's roots once more on another one. */
import { laneJob } from './anchors-decide.ts'
import type { AnchorRow, Reanchor, Registry, Replica } from './anchors.ts'
import { revokeJob } from './certificates-decide.ts'
import { fresh, type Commit, type Put, type Revised } from './commit.ts'
import { newId, type Random } from './ids.ts'
import type { JobDraft } from './jobs.ts'
import { encodeAnchor } from './registry.ts'
import { laneOf, queuedTransaction } from './transactions-decide.ts'
import type { Transaction } from './transactions.ts'

type Order = Reanchor & Revised

export const reanchorJob = (id: string, runAt: number): JobDraft => ({
  kind: 'reanchor',
  ref: id,
  payload: { reanchorId: id },
  runAt,
  standing: true,
})

/**
 * A new order, or an earlier one of the same two networks begun again from the start: it then finds what came since and
 * what failed, and leaves alone what is there.
 */
export function order(
  earlier: Order | undefined,
  wish: { from: string; to: string; actor: string },
  now: number,
  random: Random,
): Commit & { row: Order } {
  const row: Order = earlier
    ? { ...earlier, state: 'open', cursor: null, doneAt: null }
    : fresh({
        ...{ id: newId('move', random), fromNetwork: wish.from, toNetwork: wish.to, state: 'open' as const },
        ...{ cursor: null, createdAt: now, createdBy: wish.actor, doneAt: null },
      })
  const data = { from: wish.from, to: wish.to }
  return {
    row,
    at: now,
    puts: [{ entity: 'reanchor', row }],
    events: [{ type: 'reanchor.ordered', partition: 'live', subject: row.id, actor: wish.actor, data }],
    jobs: [reanchorJob(row.id, now)],
  }
}

/** One root and where it goes: a replica that failed before gets another transaction. */
export interface Move {
  anchor: AnchorRow
  registry: Registry
  failed: (Replica & Revised) | undefined
}

/** Queues these roots and what is to be revoked in them, and moves the order's cursor on, in one commit. */
export function moveRoots(
  order: Order,
  account: string,
  moves: Move[],
  cursor: string | null,
  now: number,
  random: Random,
): Commit {
  const puts = moves.flatMap(({ anchor, registry, failed }): Put[] => {
    const transaction = anchoring(anchor, registry, account, failed !== undefined, now, random)
    const replica: Replica & Revised = failed
      ? { ...failed, state: 'queued', transactionId: transaction.id, transactionHash: null }
      : fresh(newReplica(order, anchor, registry, transaction.id, now))
    return [
      { entity: 'transaction', row: fresh(transaction) },
      { entity: 'replica', row: replica },
    ]
  })
  return {
    at: now,
    puts: [...puts, { entity: 'reanchor', row: { ...order, cursor } }],
    copyRevocations: moves.map(({ anchor, registry }) => ({ anchorId: anchor.id, registryId: registry.id })),
    jobs: [laneJob(order.toNetwork, now), revokeJob(order.toNetwork, 'live', now)],
  }
}

function anchoring(
  { id: anchorId, root }: AnchorRow,
  { id: registryId, network, chainId, address }: Registry,
  account: string,
  again: boolean,
  now: number,
  random: Random,
): Transaction {
  const id = newId('txn', random)
  const key = `reanchor/${anchorId}/${registryId}`
  return queuedTransaction(
    {
      ...{ id, lane: laneOf(chainId, account), network, kind: 'reanchor', subject: anchorId },
      // A failed one keeps its key for ever.
      ...{ key: again ? `${key}/${id}` : key, dest: address!, data: encodeAnchor(root!) },
    },
    now,
  )
}

const newReplica = (
  order: Reanchor,
  anchor: AnchorRow,
  registry: Registry,
  transactionId: string,
  now: number,
): Replica => ({
  ...{ anchorId: anchor.id, registryId: registry.id, reanchorId: order.id, root: anchor.root! },
  ...{ network: registry.network, chainId: registry.chainId, state: 'queued', transactionId },
  ...{ transactionHash: null, blockNumber: null, blockTime: null, createdAt: now, confirmedAt: null },
})

/** What the final, reverted or cancelled transaction of a replica means; joins the commit that records it. */
export function replicaSettled(
  replica: Replica & Revised,
  transaction: Transaction,
  now: number,
): Pick<Commit, 'puts' | 'jobs' | 'events'> {
  const { hash, blockNumber, blockTime, state } = transaction
  const row: Replica & Revised =
    state === 'final'
      ? { ...replica, state: 'confirmed', transactionHash: hash, blockNumber, blockTime, confirmedAt: now }
      : { ...replica, state: 'failed', transactionHash: hash }
  return { puts: [{ entity: 'replica', row }], jobs: [reanchorJob(replica.reanchorId, now)] }
}

/** Everything the order asked for is confirmed, or has failed and waits for a person to ask again. */
export const orderDone = (order: Order, counts: { confirmed: number; failed: number }, now: number): Commit => ({
  at: now,
  puts: [{ entity: 'reanchor', row: { ...order, state: 'done', doneAt: now } }],
  events: [
    {
      type: 'reanchor.completed',
      partition: 'live',
      subject: order.id,
      actor: 'system',
      data: { from: order.fromNetwork, to: order.toNetwork, confirmed: counts.confirmed, failed: counts.failed },
    },
  ],
})

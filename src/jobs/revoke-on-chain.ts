import { laneJob } from '../domain/anchors-decide.ts'
import type { Revocation } from '../domain/anchors.ts'
import { fresh, type Revised } from '../domain/commit.ts'
import { newId } from '../domain/ids.ts'
import { encodeRevoke, MAX_REVOCATIONS } from '../domain/registry.ts'
import { laneOf, queuedTransaction } from '../domain/transactions-decide.ts'
import type { Handler, JobContext } from './context.ts'

/** Queues the waiting revocations of a network, as many as fit into one transaction of one registry and reason. */
export const revokeOnChain: Handler<'revoke-on-chain'> = async (context, { payload }) => {
  const { network, partition } = payload
  for (;;) {
    const queued = await context.store.revocations.queued(network, partition, MAX_REVOCATIONS * 2)
    const first = queued[0]
    if (!first) return {}
    const together = queued
      .filter((each) => each.registryId === first.registryId && each.reason === first.reason)
      .slice(0, MAX_REVOCATIONS)
    await queueTogether(context, network, together)
  }
}

async function queueTogether(context: JobContext, network: string, revocations: Array<Revocation & Revised>) {
  const { store, clock, random } = context
  const chain = context.chains.get(network)
  if (!chain) throw new Error(`network ${network} is not configured`)
  const { registryId, reason } = revocations[0]!
  const registry = (await store.registries.find(registryId))!
  const now = clock.now()
  const id = newId('txn', random)
  const transaction = queuedTransaction(
    {
      id,
      lane: laneOf(chain.chainId, chain.account),
      network,
      key: `revoke/${id}`,
      kind: 'revoke',
      subject: id,
      dest: registry.address,
      data: encodeRevoke(
        revocations.map((revocation) => revocation.leaf),
        reason,
      ),
    },
    now,
  )
  await store.commit({
    at: now,
    puts: [
      { entity: 'transaction', row: fresh(transaction) },
      ...revocations.map((revocation) => ({
        entity: 'revocation' as const,
        row: { ...revocation, state: 'sent' as const, transactionId: id },
      })),
    ],
    jobs: [laneJob(network, now)],
  })
}

/** The registry of a network and partition: deployed at first use, or given in the configuration. */
import type { Registry } from '../domain/anchors.ts'
import { laneJob, registryId } from '../domain/anchors-decide.ts'
import { fresh, type Revised } from '../domain/commit.ts'
import { newId } from '../domain/ids.ts'
import type { Partition } from '../domain/scopes.ts'
import { laneOf, queuedTransaction } from '../domain/transactions-decide.ts'
import type { ActionContext } from './context.ts'

export const findRegistry = (context: ActionContext, network: string, partition: Partition) =>
  context.store.registries.of(network, partition, context.appliance.dids[partition])

const draft = (context: ActionContext, network: string, chainId: number, partition: Partition): Registry => {
  const did = context.appliance.dids[partition]
  const now = context.clock.now()
  const id = registryId(network, partition, did, context.textHash)
  return { id, network, chainId, partition, did, address: null, transactionId: null, createdAt: now, readyAt: null }
}

/** Queues the deployment; `data` is creation code with our DID and account in it. Asking twice is one deployment. */
export async function deployRegistry(
  context: ActionContext,
  {
    network,
    chainId,
    account,
    partition,
    data,
  }: { network: string; chainId: number; account: string; partition: Partition; data: string },
): Promise<void> {
  const registry = draft(context, network, chainId, partition)
  const now = context.clock.now()
  const transaction = queuedTransaction(
    {
      id: newId('txn', context.random),
      lane: laneOf(chainId, account),
      network,
      key: `deploy/${registry.id}`,
      kind: 'deploy',
      subject: registry.id,
      dest: null,
      data,
    },
    now,
  )
  await context.store.commit({
    at: now,
    puts: [
      { entity: 'registry', row: fresh({ ...registry, transactionId: transaction.id }) },
      { entity: 'transaction', row: fresh(transaction) },
    ],
    jobs: [laneJob(network, now)],
  })
}

/** Takes a registry that exists already; the caller has checked its code, DID and permissions. */
export async function adoptRegistry(
  context: ActionContext,
  { network, chainId, partition, address }: { network: string; chainId: number; partition: Partition; address: string },
): Promise<void> {
  const stored = await findRegistry(context, network, partition)
  const now = context.clock.now()
  const row: Registry & Revised = {
    ...(stored ?? fresh(draft(context, network, chainId, partition))),
    address,
    readyAt: now,
  }
  await context.store.commit({
    at: now,
    puts: [{ entity: 'registry', row }],
    events: [{ type: 'registry.deployed', partition, subject: row.id, actor: 'system', data: { network, address } }],
  })
}

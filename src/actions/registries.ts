/** The registry of a network and partition: deployed at first use, or given in the configuration. */
import type { Registry } from '../domain/anchors.ts'
import { laneJob, registryId } from '../domain/anchors-decide.ts'
import { fresh, type Put, type Revised } from '../domain/commit.ts'
import { checksumAddress } from '../domain/hash.ts'
import { newId } from '../domain/ids.ts'
import { sameAddress } from '../domain/network-facts.ts'
import type { Partition } from '../domain/scopes.ts'
import { laneOf, queuedTransaction } from '../domain/transactions-decide.ts'
import type { Transaction } from '../domain/transactions.ts'
import type { Records } from './networks.ts'
import { fromFreshReading } from './retry.ts'

/** The one that new certificates name. */
export const findRegistry = (context: Records, network: string, partition: Partition) =>
  context.store.registries.of(network, partition, context.appliance.dids[partition])

const draft = (context: Records, network: string, chainId: number, partition: Partition): Registry => {
  const did = context.appliance.dids[partition]
  const now = context.clock.now()
  const id = registryId(network, partition, did, context.textHash)
  return {
    ...{ id, network, chainId, partition, did, address: null, transactionId: null },
    ...{ createdAt: now, readyAt: null, retiredAt: null },
  }
}

/** How far the registry of a network has come. `failed`: its deployment ended without one, and a person has to say go. */
export type RegistryProgress =
  | { state: 'none' }
  | { state: 'ready'; registry: Registry & Revised & { address: string } }
  | { state: 'deploying'; registry: Registry & Revised; transaction: Transaction | undefined }
  | { state: 'failed'; registry: Registry & Revised; transaction: Transaction | undefined }

/** Where it stands; reads only. */
export async function registryProgress(
  context: Records,
  network: string,
  partition: Partition,
): Promise<RegistryProgress> {
  const registry = await findRegistry(context, network, partition)
  if (registry?.address) return { state: 'ready', registry: { ...registry, address: registry.address } }
  if (!registry) return { state: 'none' }
  const { transactions } = context.store
  const transaction = await (registry.transactionId
    ? transactions.find(registry.transactionId)
    : transactions.newestFor(network, 'deploy', registry.id))
  return registry.transactionId === null || transaction?.state === 'reverted' || transaction?.state === 'cancelled'
    ? { state: 'failed', registry, transaction }
    : { state: 'deploying', registry, transaction }
}

/**
 * Queues the deployment; `data` is creation code with our DID, owner and account in it. Asking twice is one deployment;
 * after one that failed it is another one. Answers what is true now.
 */
export const deployRegistry = (context: Records, plan: DeploymentPlan): Promise<RegistryProgress> =>
  // The server and the command line may want it at the same moment.
  fromFreshReading(() => queueDeployment(context, plan))

export interface DeploymentPlan {
  network: string
  chainId: number
  account: string
  partition: Partition
  data: string
}

async function queueDeployment(context: Records, plan: DeploymentPlan): Promise<RegistryProgress> {
  const { network, chainId, account, partition, data } = plan
  const progress = await registryProgress(context, network, partition)
  if (progress.state === 'ready' || progress.state === 'deploying') return progress
  const registry = progress.state === 'failed' ? progress.registry : fresh(draft(context, network, chainId, partition))
  const now = context.clock.now()
  const id = newId('txn', context.random)
  const transaction = queuedTransaction(
    {
      id,
      lane: laneOf(chainId, account),
      network,
      // A failed one keeps its key for ever.
      key: progress.state === 'failed' ? `deploy/${registry.id}/${id}` : `deploy/${registry.id}`,
      kind: 'deploy',
      subject: registry.id,
      dest: null,
      data,
    },
    now,
  )
  const row = { ...registry, transactionId: id }
  await context.store.commit({
    at: now,
    puts: [
      { entity: 'registry', row },
      { entity: 'transaction', row: fresh(transaction) },
    ],
    jobs: [laneJob(network, now)],
  })
  return { state: 'deploying', registry: row, transaction }
}

/**
 * Takes a registry that exists already; the caller has checked its code, DID and permissions. Certificates that name
 * another one keep it: their revocations go there. New ones name this.
 */
export async function adoptRegistry(
  context: Records,
  named: { network: string; chainId: number; partition: Partition; address: string },
): Promise<void> {
  const { network, chainId, partition } = named
  const address = checksumAddress(named.address)
  const current = await findRegistry(context, network, partition)
  if (current?.address && sameAddress(current.address, address)) return
  const now = context.clock.now()
  const isNamed = current && (current.address !== null || current.transactionId !== null)
  const row = isNamed
    ? await successor(context, current, address)
    : (current ?? fresh(draft(context, network, chainId, partition)))
  const puts: Put[] = [
    ...(isNamed ? [{ entity: 'registry' as const, row: { ...current, retiredAt: now } }] : []),
    { entity: 'registry', row: { ...row, address, readyAt: row.readyAt ?? now, retiredAt: null } },
  ]
  const type = current?.address ? ('registry.changed' as const) : ('registry.deployed' as const)
  const data = { network, address, ...(current?.address ? { change: 'address', before: current.address } : {}) }
  await context.store.commit({
    at: now,
    puts,
    events: [{ type, partition, subject: row.id, actor: 'system', data }],
  })
}

/** A row of its own for the new address, or the one that had it before. */
async function successor(
  { store, clock }: Records,
  { network, chainId, partition, did }: Registry,
  address: string,
): Promise<Registry & Revised> {
  const earlier = (await store.registries.all()).find(
    (registry) =>
      registry.network === network &&
      registry.partition === partition &&
      registry.did === did &&
      registry.address !== null &&
      sameAddress(registry.address, address),
  )
  if (earlier) return earlier
  const id = `${network}/${partition}/${address.toLowerCase()}`
  return fresh({
    ...{ id, network, chainId, partition, did, address, transactionId: null },
    ...{ createdAt: clock.now(), readyAt: null, retiredAt: null },
  })
}

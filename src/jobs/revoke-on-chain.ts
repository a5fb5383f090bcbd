import { revokeJob } from '../domain/certificates-decide.ts'
import type { Chain } from '../domain/ports.ts'
import { MAX_REVOCATIONS } from '../domain/registry.ts'
import { sendLeaves, sendTrees } from '../domain/revocations-decide.ts'
import type { Partition } from '../domain/scopes.ts'
import type { Handler, JobContext } from './context.ts'

/**
 * Queues what is to be revoked on a network: whole trees by their roots, then leaves, up to a hundred ids of one registry
 * and reason in a transaction. A tree may stand on other networks too: those that have something to send are woken.
 */
export const revokeOnChain: Handler<'revoke-on-chain'> = async (context, { payload }) => {
  const { network, partition } = payload
  const { store, clock, chains } = context
  const chain = chains.get(network)
  if (chain) await sendQueued(context, chain, partition)
  else await tellOnce(context, network)
  const now = clock.now()
  const others = (await store.revocations.queuedNetworks(partition)).filter((name) => name !== network)
  const woken = others.filter((name) => chains.get(name)).map((name) => revokeJob(name, partition, now))
  return woken.length === 0 ? {} : { commit: { at: now, jobs: woken } }
}

async function sendQueued(context: JobContext, chain: Chain, partition: Partition) {
  const { store, clock, random } = context
  const registryOf = async (id: string) => (await store.registries.find(id))!
  let trees = await store.revocations.wholeTrees(chain.network, partition)
  while (trees.length > 0) {
    const { registryId } = trees[0]!
    const together = trees.filter((tree) => tree.registryId === registryId).slice(0, MAX_REVOCATIONS)
    await store.commit(sendTrees(await registryOf(registryId), chain, together, clock.now(), random))
    trees = trees.filter((tree) => !together.includes(tree))
    await context.breathe('chain')
  }
  for (;;) {
    const [first] = await store.revocations.queued(chain.network, partition, 1)
    if (!first) return
    const together = await store.revocations.queuedOf(first, MAX_REVOCATIONS)
    await store.commit(sendLeaves(await registryOf(first.registryId), chain, together, clock.now(), random))
    await context.breathe('chain')
  }
}

const told = new WeakMap<JobContext['chains'], Set<string>>()

/** A network that was taken out of the configuration: what waits for it is kept, and sent should it come back. */
async function tellOnce(context: JobContext, network: string) {
  const known = told.get(context.chains) ?? new Set()
  told.set(context.chains, known)
  if (known.has(network)) return
  known.add(network)
  const open = await context.store.revocations.openByNetwork()
  const waiting = open.find((each) => each.network === network)?.count ?? 0
  if (waiting === 0) return
  const message = 'revocations wait for a network that is not configured; "chain reanchor" moves its roots to another'
  context.log.warn({ network, waiting }, message)
}

import { anchoringMethod } from '../actions/accounts.ts'
import { assign, newAnchor, safeTree, seal } from '../domain/anchors-decide.ts'
import type { AnchorRow, Registry } from '../domain/anchors.ts'
import type { CertificateVersion } from '../domain/certificates.ts'
import { CommitRefused, fresh, type Fence, type Revised } from '../domain/commit.ts'
import { fromHex, toHex } from '../domain/ids.ts'
import type { Chain } from '../domain/ports.ts'
import type { Partition } from '../domain/scopes.ts'
import { laneOf } from '../domain/transactions-decide.ts'
import type { Handler, JobContext } from './context.ts'
import { leadership } from './leadership.ts'

/** Versions put into the tree per commit, with their held certificates at most 401 puts; fewer while requests come. */
const CHUNK = 200
const SMALL_CHUNK = 40
const NOT_LEADER_MS = 5_000

/** Collects what is ready into one tree, seals it, queues its transaction. Every step can be repeated after a crash. */
export const closeAnchor: Handler<'close-anchor'> = async (context, { payload }) => {
  const { network, partition } = payload
  const { store, clock } = context
  const chain = context.chains.get(network)
  if (!chain) throw new Error(`network ${network} is not configured`)
  const fence = await leadership(context, `anchorer/${network}`)
  if (!fence) return { again: clock.now() + NOT_LEADER_MS }
  const registry = await store.registries.of(network, partition, context.appliance.dids[partition])
  let anchor = await store.anchors.collecting(network, partition)
  for (let chunk = SMALL_CHUNK; ;) {
    const room = context.appliance.batchMax - (anchor?.size ?? 0)
    const versions =
      room > 0 ? await store.certificates.waiting(network, partition, clock.now(), Math.min(chunk, room)) : []
    // A version names the registry it was signed for; one tree goes into one registry.
    const first = anchor?.registryId ?? versions[0]?.registryId
    const fitting = versions.filter((version) => version.registryId === first)
    if (fitting.length === 0) break
    const into = anchor ?? (await openAnchor(context, chain, first!, registry))
    anchor = await addTo(context, into, fitting, fence)
    chunk = (await context.breathe('chain')) ? SMALL_CHUNK : CHUNK
  }
  if (anchor && !(await waitsForEarlier(context, chain, anchor))) await sealAnchor(context, chain, anchor, fence)
  const next = await store.certificates.nextReady(network, partition)
  return next === undefined ? {} : { again: Math.max(next, clock.now() + 1) }
}

async function openAnchor(
  context: JobContext,
  chain: Chain,
  registryId: string,
  current: Registry | undefined,
): Promise<AnchorRow & Revised> {
  const registry = current?.id === registryId ? current : (await context.store.registries.find(registryId))!
  const method = await anchoringMethod(context, registry, chain.account)
  return fresh(newAnchor(registry, method, context.clock.now(), context.random))
}

async function addTo(
  context: JobContext,
  anchor: AnchorRow & Revised,
  versions: Array<CertificateVersion & Revised>,
  fence: Fence,
) {
  const held = await heldAmong(context, versions)
  const { anchor: next, commit } = assign(anchor, versions, held, context.clock.now(), fence)
  try {
    await context.store.commit(commit)
    return next
  } catch (error) {
    // Somebody withdrew, revoked or corrected one of them at this very moment: read again and go on without it.
    if (!(error instanceof CommitRefused) || error.refusal !== 'stale') throw error
    return (await context.store.anchors.collecting(anchor.network, anchor.partition as Partition)) ?? undefined
  }
}

/** Only what waited can have been held; the others save the reading. */
async function heldAmong({ store }: JobContext, versions: CertificateVersion[]) {
  const ids = versions
    .filter((version) => version.readyAt !== version.createdAt)
    .map((version) => version.certificateId)
  if (ids.length === 0) return []
  return (await store.certificates.many(ids))
    .map(({ certificate }) => certificate)
    .filter(({ status }) => status === 'held')
}

/**
 * While an earlier tree cannot be sent (no node, no funds, gas too dear), a second one would only cost a second
 * transaction: what comes meanwhile collects in one. The lane wakes this job when the earlier one is signed.
 */
async function waitsForEarlier({ store, appliance }: JobContext, chain: Chain, anchor: AnchorRow) {
  if (chain.embedded || anchor.size >= appliance.batchMax) return false
  const open = await store.transactions.open(laneOf(chain.chainId, chain.account))
  return open.some(
    ({ kind, state, cancelAskedAt }) => kind === 'anchor' && state === 'queued' && cancelAskedAt === null,
  )
}

async function sealAnchor(context: JobContext, chain: Chain, anchor: AnchorRow & Revised, fence: Fence) {
  const { store, hash, random, clock } = context
  const leaves = (await store.certificates.leaves(anchor.id)).map(fromHex)
  const { tree, fillers } = safeTree(leaves, random, hash)
  const registry = (await store.registries.find(anchor.registryId))!
  const root = toHex(tree.root)
  // The account may have changed since the tree was begun.
  const method = await anchoringMethod(context, registry, chain.account)
  await store.commit(seal({ ...anchor, method }, root, fillers, registry, chain.account, clock.now(), random, fence))
}

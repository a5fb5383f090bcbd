import type { AnchorRow, Reanchor, Registry } from '../domain/anchors.ts'
import type { Revised } from '../domain/commit.ts'
import type { LeasedJob } from '../domain/jobs.ts'
import type { Chain } from '../domain/ports.ts'
import { moveRoots, orderDone } from '../domain/reanchors-decide.ts'
import { ensureRegistry } from './ensure-registry.ts'
import type { Handler, JobContext } from './context.ts'

type Order = Reanchor & Revised
type Next = { anchors: AnchorRow[]; cursor: string | null }

/** Roots on their way at once: the target's lane is shared with certificates that are being issued. */
const AT_ONCE = 64
/** Below it more are queued; in between nothing is read. */
const REFILL = AT_ONCE / 2
/** Certificates under the roots of one commit: what is revoked of them is copied with it. */
const MAX_LEAVES = 10_000
const DEPLOYING_MS = 2_000
const NOT_CONFIGURED_MS = 3_600_000

/**
 * Anchors the confirmed roots of one network on another. All it knows is in the rows: whoever kills it, the next run goes
 * on. Woken by each replica that is settled.
 */
export const reanchor: Handler<'reanchor'> = async (context, job) => {
  const { store, clock } = context
  const order = await store.reanchors.find(job.payload.reanchorId)
  if (!order || order.state === 'done') return {}
  const chain = context.chains.get(order.toNetwork)
  if (!chain) {
    context.log.warn({ order: order.id, network: order.toNetwork }, 're-anchoring waits: its target is not configured')
    return { again: clock.now() + NOT_CONFIGURED_MS }
  }
  for (;;) {
    const current = (await store.reanchors.find(order.id))!
    const queued = await store.reanchors.queuedCount(current.id)
    if (queued > REFILL) return {}
    const next = await nextRoots(context, current, queued)
    if (next.anchors.length === 0) return queued > 0 ? {} : finish(context, current)
    const targets = await targetsOf(context, chain, next.anchors, job)
    if (!targets) return { again: clock.now() + DEPLOYING_MS }
    await queue(context, chain, current, next, targets)
    await context.breathe('chain')
  }
}

/** At the end everything is looked through once more: a tree may have been confirmed behind the cursor. */
async function nextRoots({ store }: JobContext, order: Order, queued: number): Promise<Next> {
  const found = few(await store.reanchors.toMove(order, AT_ONCE - queued))
  if (found.length > 0) return { anchors: found, cursor: found.at(-1)!.id }
  return { anchors: queued > 0 ? [] : few(await store.reanchors.missed(order, AT_ONCE)), cursor: order.cursor }
}

function few(anchors: AnchorRow[]): AnchorRow[] {
  let leaves = 0
  return anchors.filter(({ size }, index) => (leaves += size) <= MAX_LEAVES || index === 0)
}

/**
 * The target's registry for each registry of these roots; undefined while one is being deployed. A registry belongs to
 * one DID for ever, so roots from before a change of public_url need one of that DID.
 */
async function targetsOf(context: JobContext, chain: Chain, anchors: AnchorRow[], job: LeasedJob<'reanchor'>) {
  const { store, appliance } = context
  const targets = new Map<string, Registry>()
  for (const id of new Set(anchors.map(({ registryId }) => registryId))) {
    const { did } = (await store.registries.find(id))!
    const target = await store.registries.of(chain.network, 'live', did)
    if (target?.address) {
      targets.set(id, target)
      continue
    }
    const isOurs = did === appliance.dids.live
    const asIssuer: JobContext = {
      ...context,
      appliance: { ...appliance, dids: { ...appliance.dids, live: did } },
      // A registry given in the configuration is one of today's DID.
      givenRegistries: isOurs ? context.givenRegistries : {},
    }
    const payload = { network: chain.network, partition: 'live' as const }
    await ensureRegistry(asIssuer, { ...job, kind: 'ensure-registry', payload })
    return undefined
  }
  return targets
}

async function queue(
  context: JobContext,
  chain: Chain,
  order: Order,
  { anchors, cursor }: Next,
  targets: Map<string, Registry>,
) {
  const { store, clock, random, log } = context
  const moves = await Promise.all(
    anchors.map(async (anchor) => {
      const registry = targets.get(anchor.registryId)!
      return { anchor, registry, failed: await store.reanchors.replica(anchor.id, registry.id) }
    }),
  )
  await store.commit(moveRoots(order, chain.account, moves, cursor, clock.now(), random))
  log.info({ order: order.id, from: order.fromNetwork, to: order.toNetwork, roots: moves.length }, 're-anchoring')
}

async function finish({ store, clock, log }: JobContext, order: Order) {
  const counts = await store.reanchors.progress(order.id)
  const fields = { order: order.id, from: order.fromNetwork, to: order.toNetwork, ...counts }
  if (counts.failed > 0) log.error(fields, 're-anchoring ended with failures: ask again to retry them')
  else log.info(fields, 're-anchoring is complete')
  return { commit: orderDone(order, counts, clock.now()) }
}

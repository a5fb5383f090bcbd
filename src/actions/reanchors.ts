/** Orders to anchor a network's roots once more on another one, because the first is dying. */
import type { Reanchor } from '../domain/anchors.ts'
import type { Revised } from '../domain/commit.ts'
import { AppError } from '../domain/errors.ts'
import { EMBEDDED_NETWORK } from '../domain/networks.ts'
import { order } from '../domain/reanchors-decide.ts'
import { MAX_REVOCATIONS } from '../domain/registry.ts'
import type { Records } from './networks.ts'
import { fromFreshReading } from './retry.ts'

export interface Move {
  from: string
  to: string
}

/** What an order is about and how far it has come. */
export interface MoveReport {
  order: (Reanchor & Revised) | undefined
  /** Confirmed live roots on the source. */
  roots: number
  /** Of them on the target: confirmed, on their way, and refused by it. */
  confirmed: number
  queued: number
  failed: number
  /** Neither confirmed nor on their way: what an order would send. */
  missing: number
  /** Revocations under the missing roots, which go with them. */
  revocations: number
  /** At most, without the deployment: a tree that is revoked as a whole is one entry. */
  transactions: number
}

const refuse = (message: string) => new AppError('invalid_request', message)

/** Refuses what cannot be; reads only. */
export async function reportMove(context: Records, { from, to }: Move): Promise<MoveReport> {
  const { store, appliance } = context
  if (from === to) throw refuse(`--from and --to both name "${from}": name the network the roots are to go to.`)
  if (to === EMBEDDED_NETWORK)
    throw refuse(
      'the embedded chain cannot be a target: it lives in the data folder of this appliance, and proves nothing to others once that is gone.',
    )
  const target = appliance.networks.find(({ name }) => name === to)
  if (!target) {
    const known = appliance.networks.map(({ name }) => name).filter((name) => name !== EMBEDDED_NETWORK)
    const choice = known.length === 0 ? 'none is' : `configured: ${known.join(', ')}`
    throw refuse(`network "${to}" is not configured (${choice}); add [chain.${to}] with rpc_urls.`)
  }
  const extent = await store.reanchors.extent(from, to)
  if (extent.roots === 0) throw refuse(await nothingOn(context, from))
  if (extent.chainId === target.chainId)
    throw refuse(`"${from}" and "${to}" are the same chain (id ${target.chainId}): its roots are there already.`)
  const earlier = (await store.reanchors.all()).find((each) => each.fromNetwork === from && each.toNetwork === to)
  const counts = earlier ? await store.reanchors.progress(earlier.id) : { confirmed: 0, queued: 0, failed: 0 }
  const { roots, missing, revocations } = extent
  const transactions = missing + Math.ceil(revocations / MAX_REVOCATIONS)
  return { order: earlier, roots, missing, revocations, transactions, ...counts }
}

async function nothingOn({ store }: Records, from: string): Promise<string> {
  const sources = await store.reanchors.sources()
  const others = sources.map(({ network, roots }) => `${network} (${roots})`).join(', ')
  return `nothing was anchored on "${from}" by this appliance${others ? `; there are roots on ${others}` : ''}.`
}

/**
 * Stores the order and wakes the job that carries it out. Asking again goes on: what failed is tried once more, what was
 * anchored on the source since is picked up, what is there is left alone. Answers what was true before.
 */
export function orderMove(context: Records, actor: string, move: Move): Promise<MoveReport & { changed: boolean }> {
  return fromFreshReading(async () => {
    const report = await reportMove(context, move)
    const { order: earlier, missing } = report
    // Nothing is left, or it is under way and nothing has failed: the job finds what is new by itself.
    const underWay = earlier?.state === 'open' && report.failed === 0
    if (underWay || (earlier && missing === 0)) return { ...report, changed: false }
    const { row, ...commit } = order(earlier, { ...move, actor }, context.clock.now(), context.random)
    await context.store.commit(commit)
    return { ...report, order: row, changed: true }
  })
}

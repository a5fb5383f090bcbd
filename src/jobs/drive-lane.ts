/** One step of everything our accounts have open on a network. A restart is just the next step. */
import { anchoringMethod } from '../actions/accounts.ts'
import type { Revised } from '../domain/commit.ts'
import { recordHold, unreachable } from '../domain/lanes-decide.ts'
import { ChainUnavailable } from '../domain/ports.ts'
import { accountOfLane, laneOf, lookAgainMs, recordMoved } from '../domain/transactions-decide.ts'
import type { Transaction } from '../domain/transactions.ts'
import type { Handler } from './context.ts'
import { launch } from './drive-lane-launch.ts'
import type { LaneRun } from './drive-lane-send.ts'
import { watch } from './drive-lane-watch.ts'
import { leadership } from './leadership.ts'

const NOT_LEADER_MS = 5_000
const UNREACHABLE_MS = 15_000

export const driveLane: Handler<'drive-lane'> = async (context, { payload }) => {
  const { store, clock } = context
  const chain = context.chains.get(payload.network)
  if (!chain) throw new Error(`network ${payload.network} is not configured`)
  const fence = () => leadership(context, `anchorer/${chain.network}`)
  if (!(await fence())) return { again: clock.now() + NOT_LEADER_MS }
  const lane = laneOf(chain.chainId, chain.account)
  const run: LaneRun = { context, chain, lane, account: chain.account, fence }
  try {
    await drainEarlier(run)
    const open = await store.transactions.open(lane)
    await watch(run, open.filter(isSigned))
    const waitMs = await launch(run)
    return await nextLook(run, waitMs)
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error
    return { again: await away(run, error) }
  }
}

const isSigned = ({ state }: Transaction) => state === 'signed' || state === 'mined'

/** The chain being away is an ordinary state of the world: said once, and looked at again soon. */
async function away({ context, chain, lane, account }: LaneRun, error: Error): Promise<number> {
  const { store, clock, log } = context
  const hold = unreachable(chain.network, error.message)
  const commit = recordHold(
    await store.transactions.lane(lane),
    { id: lane, network: chain.network, account },
    hold,
    clock.now(),
  )
  if (commit) {
    log.warn({ network: chain.network, problem: error.message }, hold.detail)
    await store.commit(commit)
  }
  return clock.now() + UNREACHABLE_MS
}

/** The second proof of a certificate names the account that anchors it, so an anchor learns of the new one. */
async function moveHere({ context, chain, lane }: LaneRun, row: Transaction & Revised) {
  const { store, clock } = context
  const commit = recordMoved(row, lane, clock.now())
  const anchor = row.kind === 'anchor' ? await store.anchors.find(row.subject) : undefined
  const registry = anchor && (await store.registries.find(anchor.registryId))
  if (!anchor || !registry) return store.commit(commit)
  const method = await anchoringMethod(context, registry, chain.account)
  return store.commit({ ...commit, puts: [...commit.puts!, { entity: 'anchor', row: { ...anchor, method } }] })
}

async function nextLook({ context, chain }: LaneRun, waitMs: number | null) {
  const { store, clock } = context
  const lanes = await store.transactions.openLanes(chain.network)
  const rest = (await Promise.all(lanes.map((each) => store.transactions.open(each)))).flat()
  if (rest.length === 0) return {}
  const live = rest.filter(isSigned)
  const oldest = Math.min(...live.map(({ createdAt }) => createdAt))
  const look = live.length === 0 ? Infinity : lookAgainMs(chain.pace, clock.now() - oldest)
  const wait = Math.min(look, waitMs ?? Infinity)
  return { again: clock.now() + (Number.isFinite(wait) ? wait : chain.pace.lookAgainMs) }
}

/** After a change of account: what the old one signed is watched to its end, what it had not signed goes to the new one. */
async function drainEarlier(run: LaneRun) {
  const { context, chain } = run
  for (const lane of await context.store.transactions.openLanes(chain.network)) {
    if (lane === run.lane) continue
    const open = await context.store.transactions.open(lane)
    for (const row of open.filter(({ state }) => state === 'queued')) await moveHere(run, row)
    await watch({ ...run, lane, account: accountOfLane(lane) }, open.filter(isSigned))
  }
}

/** Signs what is queued, stores the bytes, sends them. Every reason not to is found before a nonce is spent. */
import { anchorJob } from '../domain/certificates-decide.ts'
import type { Fence, Revised } from '../domain/commit.ts'
import { budgetUsed, feeAboveCap, foreignPending, noFunds, recordHold, type Hold } from '../domain/lanes-decide.ts'
import { ChainRefused } from '../domain/ports.ts'
import { cancelledUnsigned, recordRefused, recordSigned } from '../domain/transactions-decide.ts'
import { affordable, offer, worstCost, type Means, type Price } from '../domain/transactions-fees.ts'
import type { Transaction } from '../domain/transactions.ts'
import { alreadyOnChain } from './drive-lane-found.ts'
import { broadcast, type LaneRun } from './drive-lane-send.ts'
import { settle } from './drive-lane-settle.ts'
import { watch } from './drive-lane-watch.ts'

type Row = Transaction & Revised

const HELD_MS = 30_000
const REFUSED_MS = 60_000
const DAY_MS = 86_400_000
/** Gas costs nothing on the embedded chain, and an estimate would cost a call. */
const EMBEDDED_GAS = 8_000_000

/** Milliseconds until another look is worth it because something is held, or null. */
export async function launch(run: LaneRun): Promise<number | null> {
  const { context, chain, lane } = run
  const now = context.clock.now()
  const open = await context.store.transactions.open(lane)
  const queued = open.filter(({ state }) => state === 'queued')
  for (const row of queued.filter(({ cancelAskedAt }) => cancelAskedAt !== null))
    await settle(context, cancelledUnsigned(row, now))
  const waiting = queued.filter(({ cancelAskedAt }) => cancelAskedAt === null)
  const due = waiting.filter(({ holdUntil }) => (holdUntil ?? 0) <= now)
  const room = chain.pace.maxInFlight - open.filter(({ state }) => state === 'signed').length
  const later = waiting.length > due.length ? REFUSED_MS : null
  if (due.length === 0) {
    await setHold(run, null)
    return later
  }
  if (room <= 0) {
    await setHold(run, null)
    return later
  }
  const hold = await launchAll(run, open, due.slice(0, room))
  await setHold(run, hold)
  return hold ? HELD_MS : later
}

/** Signs one after the other until something holds the whole lane. */
async function launchAll(run: LaneRun, open: Row[], due: Row[]): Promise<Hold | null> {
  const { context, chain, lane } = run
  const latest = await chain.nonce('latest')
  const { latest: head } = await chain.heads()
  const price = offer(await chain.fees(), chain.feeCap)
  const means = chain.embedded ? null : await readMeans(run, open)
  const sent: string[] = []
  for (const row of due) {
    const next = await context.store.transactions.nextNonce(lane)
    // What an earlier life of this database queued may have been sent by a later one. Elsewhere money is at stake: always ask.
    if ((!chain.embedded || row.createdAt < context.startedAt) && (await alreadyOnChain(run, row, next, latest)))
      continue
    const strangers = chain.embedded ? null : await strangersAhead(run, next, latest)
    if (strangers) return strangers
    if (price === 'above the cap') return feeAboveCap(chain.network, chain.feeCap)
    const gas = await gasFor(run, row)
    if (gas === null) continue
    const tight = means && notAffordable(run, worstCost(gas, price.maxFee), means)
    if (tight) return tight
    const fence = await run.fence()
    if (!fence) return null
    await signAndSend(run, row, { nonce: Math.max(next, latest), gas, price, head }, fence)
    if (means) means.committed += worstCost(gas, price.maxFee)
    sent.push(row.id)
  }
  if (chain.embedded) await lookOnce(run, sent)
  return null
}

async function signAndSend(
  run: LaneRun,
  row: Row,
  { nonce, gas, price, head }: { nonce: number; gas: number; price: Price; head: number },
  fence: Fence,
) {
  const { context, chain } = run
  const signed = await chain.sign({ nonce, to: row.dest, data: row.data, gas, ...price })
  const bytes = { ...signed, ...price, nonce, gas, cancels: 0 as const }
  const now = context.clock.now()
  // A tree that waited for this one may be sealed now.
  const anchor = row.kind === 'anchor' && !chain.embedded ? await context.store.anchors.find(row.subject) : undefined
  const jobs = anchor ? [anchorJob(anchor.network, anchor.partition, now)] : []
  await context.store.commit({ ...recordSigned(row, bytes, head, now, fence), jobs })
  const stored = (await context.store.transactions.attempts(row.id)).find(({ hash }) => hash === signed.hash)
  await broadcast(run, stored!)
}

/** On the embedded chain it is mined by now. */
async function lookOnce(run: LaneRun, ids: string[]) {
  const rows = await Promise.all(ids.map((id) => run.context.store.transactions.find(id)))
  await watch(
    run,
    rows.filter((row) => row !== undefined),
  )
}

/** Rule J. A node that does not serve `pending` has nothing to say about it. */
async function strangersAhead({ chain }: LaneRun, next: number, latest: number): Promise<Hold | null> {
  try {
    return foreignPending({ pending: await chain.nonce('pending'), latest, next }, chain.network, chain.account)
  } catch (error) {
    if (error instanceof ChainRefused) return null
    throw error
  }
}

/** Null: the contract refuses at present. No nonce is spent, and the others go on. */
async function gasFor(run: LaneRun, row: Row): Promise<number | null> {
  const { context, chain } = run
  if (chain.embedded) return EMBEDDED_GAS
  try {
    return await chain.estimateGas(row.dest, row.data)
  } catch (error) {
    if (!(error instanceof ChainRefused)) throw error
    const now = context.clock.now()
    if (row.note !== error.message)
      context.log.error(
        { network: chain.network, transaction: row.id, kind: row.kind, registry: row.dest, problem: error.message },
        'the contract refuses this transaction; it waits until the reason is gone',
      )
    await context.store.commit(recordRefused(row, error.message, now + REFUSED_MS, now))
    return null
  }
}

async function readMeans({ context, chain }: LaneRun, open: Row[]): Promise<Means> {
  const { store, clock } = context
  let committed = 0n
  for (const row of open.filter(({ state }) => state === 'signed'))
    for (const { maxFee, gas } of (await store.transactions.attempts(row.id)).slice(-1))
      committed += worstCost(gas, maxFee)
  const { dailyBudget } = chain
  const spent = dailyBudget === '0' ? '0' : await store.transactions.spentSince(chain.network, clock.now() - DAY_MS)
  return { balance: await chain.balance(), committed, spent, dailyBudget }
}

function notAffordable({ chain }: LaneRun, cost: bigint, means: Means): Hold | null {
  const verdict = affordable(cost, means)
  if (verdict === 'no_funds')
    return noFunds(chain.network, chain.account, cost + means.committed - BigInt(means.balance), chain.token)
  return verdict === 'daily_budget' ? budgetUsed(chain.network, chain.dailyBudget, chain.token) : null
}

async function setHold({ context, chain, lane, account }: LaneRun, hold: Hold | null) {
  const { store, clock, log } = context
  const known = await store.transactions.lane(lane)
  const commit = recordHold(known, { id: lane, network: chain.network, account }, hold, clock.now())
  if (!commit || (!known && !hold)) return
  if (hold) log.warn({ network: chain.network, reason: hold.reason }, hold.detail)
  else log.info({ network: chain.network }, 'anchoring goes on')
  await store.commit(commit)
}

import { checksumAddress } from '../domain/hash.ts'
import { anchorSettled } from '../domain/anchors-decide.ts'
import type { Commit, Fence, Put, Revised } from '../domain/commit.ts'
import { ChainRefused, ChainUnavailable, type Chain, type ChainBlock, type ChainReceipt } from '../domain/ports.ts'
import {
  laneOf,
  lookAgainMs,
  nextStep,
  offer,
  recordedTransaction,
  recordForeign,
  recordReorg,
  recordSent,
  recordSigned,
  type Seen,
} from '../domain/transactions-decide.ts'
import type { Transaction, TransactionAttempt } from '../domain/transactions.ts'
import { alreadyOnChain, recordFound } from './drive-lane-found.ts'
import type { Handler, JobContext } from './context.ts'
import { leadership } from './leadership.ts'

type Row = Transaction & Revised
type Attempt = TransactionAttempt & Revised

const MAX_IN_FLIGHT = 16
const NOT_LEADER_MS = 5_000
const ABOVE_CAP_MS = 30_000
/** Gas costs nothing on the embedded chain, and an estimate would cost a call. */
const EMBEDDED_GAS = 8_000_000

/** One step of everything our account has open on a network. A restart is just the next step. */
export const driveLane: Handler<'drive-lane'> = async (context, { payload }) => {
  const { store, clock } = context
  const chain = context.chains.get(payload.network)
  if (!chain) throw new Error(`network ${payload.network} is not configured`)
  const fence = await leadership(context, `anchorer/${chain.network}`)
  if (!fence) return { again: clock.now() + NOT_LEADER_MS }
  const lane = laneOf(chain.chainId, chain.account)
  const open = await store.transactions.open(lane)
  if (open.length === 0) return {}
  await watch(
    context,
    chain,
    open.filter((row) => row.state !== 'queued'),
  )
  const held = await launch(context, chain, lane, open, fence)
  const rest = await store.transactions.open(lane)
  if (rest.length === 0) return {}
  return {
    again:
      clock.now() +
      (held
        ? ABOVE_CAP_MS
        : lookAgainMs(
            chain.embedded,
            rest.every((row) => row.state === 'mined'),
          )),
  }
}

async function watch(context: JobContext, chain: Chain, live: Row[]) {
  if (live.length === 0) return
  const [heads, nonce] = [await chain.heads(), await chain.nonce('latest')]
  for (const transaction of live) {
    const attempts = (await context.store.transactions.attempts(transaction.id)).filter((attempt) => !attempt.stale)
    const receipt = await firstReceipt(chain, attempts)
    const height = receipt?.blockNumber ?? (transaction.state === 'mined' ? transaction.blockNumber! : null)
    const block = height === null ? null : await chain.block(height)
    await perform(context, chain, transaction, attempts, { ...heads, nonce, receipt, block })
  }
}

async function firstReceipt(chain: Chain, attempts: Attempt[]): Promise<ChainReceipt | null> {
  for (const attempt of attempts) {
    const receipt = await chain.receipt(attempt.hash)
    if (receipt) return receipt
  }
  return null
}

async function perform(context: JobContext, chain: Chain, transaction: Row, attempts: Attempt[], seen: Seen) {
  const newest = attempts.at(-1)
  if (!newest) throw new Error(`transaction ${transaction.id} is ${transaction.state} without signed bytes`)
  const step = nextStep(transaction, newest, seen, context.clock.now())
  switch (step.do) {
    case 'wait':
      return
    case 'broadcast':
      return broadcast(context, chain, newest)
    case 'record':
      return settle(context, transaction, step.state, step.receipt, step.block)
    case 'reorg':
      context.log.warn(
        { transaction: transaction.id, height: transaction.blockNumber },
        'a reorganisation removed our transaction; sending it again',
      )
      await context.store.commit(recordReorg(transaction, context.clock.now()))
      return broadcast(context, chain, newest)
    case 'find-user':
      return findUser(context, chain, transaction, attempts, seen)
  }
}

/** An error says nothing about the transaction: it may have been taken all the same. The watch decides. */
async function broadcast(context: JobContext, chain: Chain, attempt: Attempt) {
  let problem: string | null = null
  try {
    await chain.broadcast(attempt.raw)
  } catch (error) {
    if (!(error instanceof ChainRefused) && !(error instanceof ChainUnavailable)) throw error
    problem = error.message
    context.log.warn(
      { network: chain.network, transaction: attempt.transactionId, problem },
      'broadcast was not acknowledged',
    )
  }
  await context.store.commit(recordSent(attempt, problem, context.clock.now()))
}

/** Records where it stands now; when it is final, what follows from it joins the same commit. */
async function settle(
  context: JobContext,
  transaction: Row,
  state: 'mined' | 'final' | 'reverted',
  receipt: ChainReceipt,
  block: ChainBlock,
) {
  const now = context.clock.now()
  const row = recordedTransaction(transaction, state, receipt, block, now)
  const follows = state === 'mined' ? {} : await consequences(context, row, now)
  if (state === 'reverted')
    context.log.error({ transaction: row.id, kind: row.kind, hash: row.hash }, 'the contract reverted our transaction')
  await context.store.commit({ at: now, ...follows, puts: [{ entity: 'transaction', row }, ...(follows.puts ?? [])] })
}

async function consequences(
  context: JobContext,
  row: Row,
  now: number,
): Promise<Pick<Commit, 'puts' | 'jobs' | 'events'>> {
  const { store } = context
  if (row.kind === 'anchor') {
    const anchor = await store.anchors.find(row.subject)
    return anchor && anchor.state === 'sealed' ? anchorSettled(anchor, row, now) : {}
  }
  if (row.kind === 'revoke') {
    const revocations = await store.revocations.ofTransaction(row.id)
    const state = row.state === 'reverted' ? ('queued' as const) : ('final' as const)
    const settled = { state, transactionId: state === 'final' ? row.id : null, finalAt: state === 'final' ? now : null }
    return {
      puts: revocations.map((revocation): Put => ({ entity: 'revocation', row: { ...revocation, ...settled } })),
    }
  }
  const registry = await store.registries.find(row.subject)
  if (!registry || row.state === 'reverted' || !row.contractAddress) return {}
  const { partition, network } = registry
  const address = checksumAddress(row.contractAddress)
  const data = { network, address }
  context.log.info({ ...data, partition }, 'registry is deployed')
  return {
    puts: [{ entity: 'registry', row: { ...registry, address, readyAt: now } }],
    events: [{ type: 'registry.deployed', partition, subject: registry.id, actor: 'system', data }],
  }
}

/** No receipt of ours, but the nonce is used. Only a transaction found in a final block proves by whom. */
async function findUser(context: JobContext, chain: Chain, transaction: Row, attempts: Attempt[], seen: Seen) {
  const user = await chain.userOfNonce(transaction.nonce!, transaction.seenFrom ?? 0, seen.final)
  if (!user) return
  if (attempts.some((attempt) => attempt.hash === user.hash)) {
    const block = await chain.block(user.receipt.blockNumber)
    if (block) await settle(context, transaction, user.receipt.succeeded ? 'final' : 'reverted', user.receipt, block)
    return
  }
  context.log.error(
    { network: chain.network, nonce: transaction.nonce, by: user.hash },
    'another program uses our key: a foreign transaction took our nonce',
  )
  await context.store.commit(recordForeign(transaction, attempts, user.hash, context.clock.now()))
}

/** Signs what is queued, stores the bytes, sends them, and looks once whether they are mined. True = held above the cap. */
async function launch(context: JobContext, chain: Chain, lane: string, open: Row[], fence: Fence): Promise<boolean> {
  const inFlight = open.filter((row) => row.state === 'signed').length
  const queued = open.filter((row) => row.state === 'queued').slice(0, MAX_IN_FLIGHT - inFlight)
  if (queued.length === 0) return false
  const [heads, latest, fees] = [await chain.heads(), await chain.nonce('latest'), await chain.fees()]
  const price = offer(fees, chain.feeCap)
  if (price === 'above the cap') {
    context.log.warn(
      { network: chain.network, cap: chain.feeCap },
      'gas costs more than max_fee_gwei allows: anchoring waits',
    )
    return true
  }
  const sent: Row[] = []
  for (const transaction of queued) {
    const { store, clock, startedAt } = context
    // What an earlier life of this database queued may have been sent by a later one: a restored backup sends nothing twice.
    if (transaction.createdAt < startedAt && (await alreadyOnChain(context, chain, transaction))) {
      await recordFound(context, chain, transaction)
      continue
    }
    const gas = chain.embedded ? EMBEDDED_GAS : await chain.estimateGas(transaction.dest, transaction.data)
    const nonce = Math.max(await store.transactions.nextNonce(lane), latest)
    const signed = await chain.sign({ nonce, to: transaction.dest, data: transaction.data, gas, ...price })
    await store.commit(recordSigned(transaction, { ...signed, nonce, ...price }, heads.latest, clock.now(), fence))
    const [attempt] = (await store.transactions.attempts(transaction.id)).filter((each) => each.hash === signed.hash)
    await broadcast(context, chain, attempt!)
    sent.push((await store.transactions.find(transaction.id))!)
  }
  if (chain.embedded) await watch(context, chain, sent)
  return false
}

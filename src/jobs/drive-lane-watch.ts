/** Looks at what is signed, and does the next thing for each. */
import { auditJob } from '../domain/anchors-decide.ts'
import type { Revised } from '../domain/commit.ts'
import { ChainRefused, ChainUnavailable, type Chain, type ChainReceipt } from '../domain/ports.ts'
import {
  liveAttempts,
  nextStep,
  outcome,
  recordedTransaction,
  recordForeign,
  recordReorg,
  type Seen,
} from '../domain/transactions-decide.ts'
import type { Transaction, TransactionAttempt } from '../domain/transactions.ts'
import { replace } from './drive-lane-replace.ts'
import { broadcast, keepAlive, type LaneRun } from './drive-lane-send.ts'
import { effectStands, settle } from './drive-lane-settle.ts'

type Row = Transaction & Revised
type Attempt = TransactionAttempt & Revised

/** Looks at each signed transaction. One that endpoints refuse or disagree about does not keep the others from being seen. */
export async function watch(run: LaneRun, live: Row[]) {
  if (live.length === 0) return
  const { chain, context } = run
  const [heads, nonce] = [await chain.heads(), await chain.nonce('latest', run.account)]
  if (live.every((row) => row.nonce! > nonce)) await askForAudit(run)
  for (const transaction of live) {
    try {
      const attempts = liveAttempts(await context.store.transactions.attempts(transaction.id))
      const receipt = await firstReceipt(chain, attempts)
      const height = receipt?.blockNumber ?? (transaction.state === 'mined' ? transaction.blockNumber! : null)
      const block = height === null ? null : await chain.block(height)
      await perform(run, transaction, attempts, { ...heads, nonce, receipt, block })
    } catch (error) {
      if (!(error instanceof ChainUnavailable) && !(error instanceof ChainRefused)) throw error
      const problem = error.message
      context.log.warn({ network: chain.network, transaction: transaction.id, problem }, 'looking again later')
    }
  }
}

/**
 * A nonce below all that is open was spent, and the chain calls it free: what was final has vanished and keeps all that is
 * open from being mined, or the node is behind. Asking again does not put off what is asked for.
 */
async function askForAudit({ context, chain }: LaneRun) {
  const now = context.clock.now()
  await context.store.commit({ at: now, jobs: [auditJob(chain.network, now + chain.pace.bumpAfterMs)] })
}

/** Of whichever set of bytes was mined; the newest is the likeliest. */
async function firstReceipt(chain: Chain, attempts: Attempt[]): Promise<ChainReceipt | null> {
  for (const attempt of attempts.toReversed()) {
    const receipt = await chain.receipt(attempt.hash)
    if (receipt) return receipt
  }
  return null
}

async function perform(run: LaneRun, transaction: Row, attempts: Attempt[], seen: Seen) {
  const { context, chain } = run
  const newest = attempts.at(-1)
  if (!newest) throw new Error(`transaction ${transaction.id} is ${transaction.state} without signed bytes`)
  const now = context.clock.now()
  const step = nextStep(transaction, attempts, seen, now, chain.pace)
  switch (step.do) {
    case 'wait':
      return
    case 'broadcast':
      return keepAlive(run, attempts)
    case 'record': {
      const row = recordedTransaction(transaction, step.state, step.receipt, step.block, now)
      if (step.state === 'final' && !(await effectStands(run, row))) return
      return settle(context, row)
    }
    case 'reorg':
      return sendAgain(run, transaction, newest)
    case 'find-user':
      return findUser(run, transaction, attempts, seen)
    case 'replace':
      return replace(run, transaction, attempts, step.by)
  }
}

/** The block that held it is gone, or never held it. */
async function sendAgain(run: LaneRun, transaction: Row, newest: Attempt) {
  const { context, chain } = run
  context.log.warn(
    { transaction: transaction.id, height: transaction.blockNumber },
    'a reorganisation removed our transaction; sending it again',
  )
  await context.store.commit(recordReorg(transaction, context.clock.now(), chain.pace))
  await broadcast(run, newest)
}

/** No receipt of ours, but the nonce is used. Only a transaction found in a final block proves by whom. */
async function findUser(run: LaneRun, transaction: Row, attempts: Attempt[], seen: Seen) {
  const { context, chain, account } = run
  const user = await chain.userOfNonce(transaction.nonce!, transaction.seenFrom ?? 0, seen.final, account)
  // Not used in any final block, though a node said once that ours was mined there: it was wrong.
  if (!user) return transaction.state === 'mined' ? sendAgain(run, transaction, attempts.at(-1)!) : undefined
  const now = context.clock.now()
  if (attempts.some((attempt) => attempt.hash === user.hash)) {
    const block = await chain.block(user.receipt.blockNumber)
    const state = outcome(attempts, user.receipt)
    if (block) await settle(context, recordedTransaction(transaction, state, user.receipt, block, now))
    return
  }
  context.log.error(
    { network: chain.network, nonce: transaction.nonce, by: user.hash },
    'another program uses our key: a foreign transaction took our nonce',
  )
  await context.store.commit(recordForeign(transaction, attempts, user.hash, now))
}

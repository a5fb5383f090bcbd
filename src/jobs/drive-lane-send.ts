/** What a step of a lane works with, and the one place that hands bytes to the nodes. */
import type { Fence, Revised } from '../domain/commit.ts'
import { ChainRefused, ChainUnavailable, type Chain } from '../domain/ports.ts'
import { recordSent } from '../domain/transactions-decide.ts'
import type { TransactionAttempt } from '../domain/transactions.ts'
import type { JobContext } from './context.ts'

/** What one step works with. `fence` asks for the leadership anew each time it is called; undefined = somebody else leads. */
export interface LaneRun {
  context: JobContext
  chain: Chain
  lane: string
  /** Of this lane: an earlier account's lane is watched until it is drained, but nothing is signed in it. */
  account: string
  fence: () => Promise<Fence | undefined>
}

type Attempt = TransactionAttempt & Revised

/** An error says nothing about the transaction: it may have been taken all the same. The watch decides. True: acknowledged. */
export async function broadcast({ context, chain }: Pick<LaneRun, 'context' | 'chain'>, attempt: Attempt) {
  let problem: string | null = null
  try {
    await chain.broadcast(attempt.raw)
  } catch (error) {
    if (!(error instanceof ChainRefused) && !(error instanceof ChainUnavailable)) throw error
    problem = error.message
    const fields = { network: chain.network, transaction: attempt.transactionId, problem }
    context.log.warn(fields, 'broadcast was not acknowledged')
  }
  await context.store.commit(recordSent(attempt, problem, context.clock.now()))
  return problem === null
}

/**
 * The newest bytes once more, and older ones as long as no node takes the newer: the account may be too poor for them. A
 * cancellation is not undone by that.
 */
export async function keepAlive(run: LaneRun, attempts: Attempt[]) {
  for (const attempt of attempts.toReversed()) if ((await broadcast(run, attempt)) || attempt.cancels) return
}

/** Rule H's second half: what was called final is looked at again, because chains have broken their word before. */
import { laneJob } from '../domain/anchors-decide.ts'
import type { Revised } from '../domain/commit.ts'
import type { Chain } from '../domain/ports.ts'
import { recordReorg } from '../domain/transactions-decide.ts'
import type { Transaction } from '../domain/transactions.ts'
import type { Handler, JobContext } from './context.ts'

const DAY_MS = 86_400_000
const LOOK_BACK_MS = 7 * DAY_MS
const AT_MOST = 500

/**
 * Once a day, and when a nonce that was spent is free again: does the block that holds an ended transaction still stand at
 * its height? Where another one does, the transaction is brought back to signed: the same bytes on the same nonce, so that
 * it lands once more and not twice. Reverted and cancelled ones too, for without their nonces nothing later is mined.
 */
export const auditLane: Handler<'audit-lane'> = async (context, { payload }) => {
  const { store, clock } = context
  const chain = context.chains.get(payload.network)
  if (!chain || chain.embedded) return {}
  const now = clock.now()
  const settled = await store.transactions.endedSince(payload.network, now - LOOK_BACK_MS, AT_MOST)
  const blocks = new Map<number, string | null>()
  for (const row of settled) {
    const height = row.blockNumber!
    if (!blocks.has(height)) blocks.set(height, (await chain.block(height))?.hash ?? null)
    const standing = blocks.get(height)
    // A height that no node serves says nothing.
    if (standing && standing !== row.blockHash) await bringBack(context, chain, row)
  }
  return { again: now + DAY_MS }
}

async function bringBack(context: JobContext, chain: Chain, row: Transaction & Revised) {
  const now = context.clock.now()
  context.log.error(
    { network: row.network, transaction: row.id, kind: row.kind, height: row.blockNumber, hash: row.hash },
    'a block that was final is gone from the chain: its transaction is watched and sent again',
  )
  const commit = recordReorg(row, now, chain.pace)
  await context.store.commit({ ...commit, jobs: [laneJob(row.network, now)] })
}

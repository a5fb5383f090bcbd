/** A queued transaction whose effect the chain shows already: a restored backup, or a reply that was lost for good. */
import { anchorSettled } from '../domain/anchors-decide.ts'
import type { Revised } from '../domain/commit.ts'
import type { Chain } from '../domain/ports.ts'
import type { Transaction } from '../domain/transactions.ts'
import type { JobContext } from './context.ts'

/** Only an anchor can be told from the chain's state alone; revoking twice is a no-op of the contract. */
export async function alreadyOnChain(_context: JobContext, chain: Chain, transaction: Transaction): Promise<boolean> {
  if (transaction.kind !== 'anchor') return false
  const root = transaction.data.slice(2)
  return (await chain.registryStatus(transaction.dest!, root, root)).anchored > 0
}

/** Finds the transaction that anchored the root through its event, and takes it as ours. */
export async function recordFound(context: JobContext, chain: Chain, transaction: Transaction & Revised) {
  const { store, clock, log } = context
  const topics = [ANCHORED, transaction.data]
  const logs = (await chain.request('eth_getLogs', [
    { address: transaction.dest, topics, fromBlock: '0x0', toBlock: 'latest' },
  ])) as Array<{ transactionHash: string }>
  const hash = logs[0]?.transactionHash
  const receipt = hash ? await chain.receipt(hash) : null
  const block = receipt ? await chain.block(receipt.blockNumber) : null
  const anchor = await store.anchors.find(transaction.subject)
  if (!receipt || !block || !anchor)
    throw new Error(`root ${transaction.data} is anchored, but its transaction is not served`)
  const now = clock.now()
  const row = {
    ...transaction,
    state: 'final' as const,
    hash: receipt.transactionHash,
    blockNumber: receipt.blockNumber,
    blockHash: receipt.blockHash,
    blockTime: block.timestamp,
    note: 'found on the chain',
    finalAt: now,
  }
  const follows = anchorSettled(anchor, row, now)
  log.warn({ transaction: row.id, hash: row.hash }, 'this root was anchored before: nothing is sent again')
  await store.commit({ at: now, ...follows, puts: [{ entity: 'transaction', row }, ...(follows.puts ?? [])] })
}

/** keccak256("Anchored(bytes32,address)") */
const ANCHORED = '0xcdfd8c88d25a86e1d49452dc0ae55de56801c9cf37d5b930dc3893c32d5e0b1e'

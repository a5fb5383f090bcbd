/** What follows from a transaction's end; it joins the commit that records it. */
import { anchoringMethod } from '../actions/accounts.ts'
import { anchorSettled } from '../domain/anchors-decide.ts'
import type { AnchorRow } from '../domain/anchors.ts'
import { revokeJob } from '../domain/certificates-decide.ts'
import type { Commit, Revised } from '../domain/commit.ts'
import type { EventDraft } from '../domain/events.ts'
import { checksumAddress } from '../domain/hash.ts'
import { replicaSettled } from '../domain/reanchors-decide.ts'
import { decodeRevoke, RELEASED_CODE } from '../domain/registry.ts'
import { accountOfLane } from '../domain/transactions-decide.ts'
import type { Transaction } from '../domain/transactions.ts'
import type { JobContext } from './context.ts'
import type { LaneRun } from './drive-lane-send.ts'

type Row = Transaction & Revised
type Follows = Pick<Commit, 'puts' | 'jobs' | 'events' | 'settleRevocations'>

/** A revocation that the contract reverted is tried again, but not in a loop. */
const REVOKE_AGAIN_MS = 10 * 60_000

/** Stores where the transaction stands; when it has ended, with everything that follows. */
export async function settle(context: JobContext, row: Row) {
  const now = context.clock.now()
  const follows = row.state === 'mined' ? {} : await consequences(context, row, now)
  if (row.state === 'reverted')
    context.log.error({ transaction: row.id, kind: row.kind, hash: row.hash }, 'the contract reverted our transaction')
  if (row.state === 'cancelled') context.log.warn({ transaction: row.id, kind: row.kind }, 'transaction is cancelled')
  await context.store.commit({ at: now, ...follows, puts: [{ entity: 'transaction', row }, ...(follows.puts ?? [])] })
}

async function consequences(context: JobContext, row: Row, now: number): Promise<Follows> {
  const { store } = context
  switch (row.kind) {
    case 'anchor': {
      const anchor = await store.anchors.find(row.subject)
      return anchor ? anchorSettled(await asSent(context, anchor, row), row, now) : {}
    }
    case 'reanchor': {
      const replica = await store.reanchors.replicaByTransaction(row.id)
      return replica ? replicaSettled(replica, row, now) : {}
    }
    case 'revoke':
      return revocationsSettled(context, row, now)
    case 'deploy':
      return deploymentSettled(context, row, now)
    default:
      return row.state === 'final' ? { events: await registryChanged(context, row) } : {}
  }
}

/** The account may have changed after the tree was begun: the proof names the one that sent it. */
async function asSent<Anchor extends AnchorRow>(context: JobContext, anchor: Anchor, { lane }: Row): Promise<Anchor> {
  const registry = await context.store.registries.find(anchor.registryId)
  return { ...anchor, method: await anchoringMethod(context, registry!, accountOfLane(lane)) }
}

async function revocationsSettled({ store }: JobContext, row: Row, now: number): Promise<Follows> {
  const final = row.state === 'final'
  const settleRevocations = { transactionId: row.id, final, at: now }
  if (final) return { settleRevocations }
  const [first] = await store.revocations.ofTransaction(row.id)
  return {
    settleRevocations,
    jobs: first ? [revokeJob(first.network, first.partition, now + REVOKE_AGAIN_MS)] : [],
  }
}

async function deploymentSettled({ store, log }: JobContext, row: Row, now: number): Promise<Follows> {
  const registry = await store.registries.find(row.subject)
  if (!registry || registry.address) return {}
  // Ended without a registry: a person begins another one with "chain deploy"; each costs money.
  if (row.state !== 'final' || !row.contractAddress)
    return { puts: [{ entity: 'registry', row: { ...registry, transactionId: null } }] }
  const { partition, network } = registry
  const address = checksumAddress(row.contractAddress)
  const data = { network, address }
  log.info({ ...data, partition }, 'registry is deployed')
  return {
    puts: [{ entity: 'registry', row: { ...registry, address, readyAt: now } }],
    events: [{ type: 'registry.deployed', partition, subject: registry.id, actor: 'system', data }],
  }
}

async function registryChanged({ store }: JobContext, row: Row): Promise<EventDraft[]> {
  const registry = await store.registries.find(row.subject)
  const { network, kind } = row
  return registry
    ? [
        {
          type: 'registry.changed',
          partition: registry.partition,
          subject: registry.id,
          actor: 'system',
          data: { network, change: kind, transaction_hash: row.hash },
        },
      ]
    : []
}

/**
 * A receipt is one node's word; before anything is called final, the registry itself is asked. On the embedded chain the
 * receipt is our own word already.
 */
export async function effectStands({ context, chain }: LaneRun, row: Row): Promise<boolean> {
  if (chain.embedded || (await hasEffect(context, chain, row))) return true
  context.log.error(
    { network: chain.network, transaction: row.id, kind: row.kind, hash: row.hash },
    'a node says that our transaction succeeded, but the registry does not show it: waiting for nodes that agree',
  )
  return false
}

async function hasEffect({ store }: JobContext, chain: LaneRun['chain'], row: Row): Promise<boolean> {
  const { kind, dest, data } = row
  if (kind === 'anchor' || kind === 'reanchor') return (await chain.anchoredAt(dest!, data.slice(2))) > 0
  if (kind === 'revoke') {
    const id = decodeRevoke(data)?.ids.at(-1)
    return id !== undefined && (await chain.revocation(dest!, id)).time > 0
  }
  if (kind !== 'deploy') return true
  const registry = await store.registries.find(row.subject)
  const facts = await chain.registryFacts(row.contractAddress ?? '')
  return RELEASED_CODE.has(facts.codeHash) && (!registry || facts.did === registry.did)
}

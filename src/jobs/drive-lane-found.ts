/** A queued transaction whose effect the chain shows already: a restored backup, or what an owner sent from a wallet. */
import type { Revised } from '../domain/commit.ts'
import { decodeRevoke, decodeSetOperator } from '../domain/registry.ts'
import { foundTransaction, recordRefused } from '../domain/transactions-decide.ts'
import type { Transaction } from '../domain/transactions.ts'
import type { LaneRun } from './drive-lane-send.ts'
import { settle } from './drive-lane-settle.ts'

type Row = Transaction & Revised

/** True when there is nothing left to send: it was recorded as final, or is on the chain and waits to be final. */
export async function alreadyOnChain(run: LaneRun, row: Row, next: number, latest: number): Promise<boolean> {
  switch (row.kind) {
    case 'anchor':
    case 'reanchor':
      return anchoredAlready(run, row)
    case 'revoke':
      return (await allRevoked(run, row)) && found(run, row, null)
    case 'deploy':
      return deployedAlready(run, row, next, latest)
    default:
      return (await hasAlready(run, row)) && found(run, row, null)
  }
}

async function anchoredAlready(run: LaneRun, row: Row): Promise<boolean> {
  const { chain } = run
  const root = row.data.slice(2)
  const { anchored } = await chain.registryStatus(row.dest!, root, root)
  if (anchored === 0) return false
  const evidence = await chain.anchoringOf(row.dest!, root, anchored)
  if (!evidence) return wait(run, row, 'this root is anchored already, but no node serves its transaction')
  // What is not final yet may still be taken back: then it is sent after all.
  if (evidence.block.number > (await chain.heads()).final) return wait(run, row, NOT_FINAL)
  return found(run, row, evidence)
}

async function allRevoked({ chain }: LaneRun, row: Row): Promise<boolean> {
  const call = decodeRevoke(row.data)
  if (!call) return false
  for (const id of call.ids) {
    const { time, reason } = await chain.revocation(row.dest!, id)
    if (time === 0 || reason > call.reason) return false
  }
  return true
}

/** Our account deployed a registry of this DID with a nonce that this database does not know. */
async function deployedAlready(run: LaneRun, row: Row, next: number, latest: number): Promise<boolean> {
  const { chain, context } = run
  const registry = await context.store.registries.find(row.subject)
  if (!registry || latest <= next) return false
  const deployed = await chain.deployedWith(registry.did, next, latest)
  if (!deployed) return false
  const block = deployed.receipt ? await chain.block(deployed.receipt.blockNumber) : null
  if (!deployed.receipt || !block || block.number > (await chain.heads()).final) return wait(run, row, NOT_FINAL)
  const contractAddress = deployed.address
  return found(run, row, { receipt: { ...deployed.receipt, contractAddress }, block })
}

async function hasAlready({ chain }: LaneRun, row: Row): Promise<boolean> {
  const operator = decodeSetOperator(row.data)
  if (row.kind === 'set_operator')
    return operator !== null && (await chain.permissions(row.dest!, operator.address)) === operator.permissions
  const { owner, pendingOwner } = await chain.owners(row.dest!)
  if (row.kind === 'accept_ownership') return owner === chain.account.toLowerCase()
  return row.data.slice(-40).toLowerCase() === pendingOwner.slice(2)
}

const NOT_FINAL = 'this stands on the chain already, and is not final yet'
const WAIT_MS = 30_000

/** Asked again a little later: neither sent nor settled. */
async function wait({ context, chain }: LaneRun, row: Row, why: string): Promise<true> {
  const now = context.clock.now()
  if (row.note !== why) context.log.warn({ network: chain.network, transaction: row.id, kind: row.kind }, why)
  await context.store.commit(recordRefused(row, why, now + WAIT_MS, now))
  return true
}

async function found(
  { context, chain }: LaneRun,
  row: Row,
  evidence: Parameters<typeof foundTransaction>[1],
): Promise<true> {
  const settled = foundTransaction(row, evidence, context.clock.now())
  context.log.warn(
    { network: chain.network, transaction: row.id, kind: row.kind, hash: settled.hash },
    'this stands on the chain already: nothing is sent',
  )
  await settle(context, settled)
  return true
}

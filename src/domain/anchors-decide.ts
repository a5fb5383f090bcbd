/** Decisions about trees: which certificates stand in one, when it is sealed, what follows from its confirmation. */
import type { AnchorRow, Registry } from './anchors.ts'
import type { Certificate, CertificateVersion } from './certificates.ts'
import { fresh, type Commit, type Fence, type Put, type Revised } from './commit.ts'
import { newId, toHex, type Random } from './ids.ts'
import type { JobDraft } from './jobs.ts'
import { buildTree, collidesWithSelector, type Tree } from './merkle.ts'
import type { Hash } from './ports.ts'
import { encodeAnchor } from './registry.ts'
import type { Partition } from './scopes.ts'
import { laneOf, queuedTransaction } from './transactions-decide.ts'
import type { Transaction } from './transactions.ts'

export const laneJob = (network: string, runAt: number): JobDraft => ({
  kind: 'drive-lane',
  ref: network,
  payload: { network },
  runAt,
  standing: true,
})
export const auditJob = (network: string, runAt: number): JobDraft => ({
  kind: 'audit-lane',
  ref: network,
  payload: { network },
  runAt,
  standing: true,
})

export function newAnchor(registry: Registry, method: string, now: number, random: Random): AnchorRow {
  const { network, chainId, partition, id: registryId } = registry
  return {
    id: newId('anch', random),
    partition,
    network,
    chainId,
    registryId,
    state: 'collecting',
    root: null,
    size: 0,
    fillers: '',
    transactionId: null,
    transactionHash: null,
    blockNumber: null,
    blockTime: null,
    method,
    createdAt: now,
    sealedAt: null,
    confirmedAt: null,
    recorded: 0,
    reason: null,
  }
}

/**
 * Puts versions into the tree. A held certificate is put too, changed to pending: an undo at the same moment then loses
 * (or this does) instead of slipping past.
 */
export function assign(
  anchor: AnchorRow & Revised,
  versions: Array<CertificateVersion & Revised>,
  held: Array<Certificate & Revised>,
  now: number,
  fence: Fence,
): { anchor: AnchorRow & Revised; commit: Commit } {
  const next = { ...anchor, size: anchor.size + versions.length }
  const puts: Put[] = [
    { entity: 'anchor', row: next },
    ...versions.map((version, index) => ({
      entity: 'certificateVersion' as const,
      row: { ...version, anchorId: anchor.id, leafIndex: anchor.size + index },
    })),
    ...held.map((certificate) => ({
      entity: 'certificate' as const,
      row: { ...certificate, status: 'pending' as const, holdUntil: null, updatedAt: now },
    })),
  ]
  return { anchor: { ...next, revision: anchor.revision + 1 }, commit: { at: now, puts, fence } }
}

/** The tree over the leaves (64 hex digits each) and the stored fillers. */
export function treeOf(leaves: Uint8Array[], fillers: string, hash: Hash): Tree {
  const extra = (fillers.match(/.{64}/g) ?? []).map((text) =>
    Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16)),
  )
  return buildTree([...leaves, ...extra], hash)
}

/** A root that begins like a function's selector would call that function: random leaves move it away. */
export function safeTree(leaves: Uint8Array[], random: Random, hash: Hash): { tree: Tree; fillers: string } {
  let fillers = ''
  for (;;) {
    const tree = treeOf(leaves, fillers, hash)
    if (!collidesWithSelector(tree.root)) return { tree, fillers }
    fillers += toHex(random(32))
  }
}

/** Fixes the tree and queues its transaction, in one commit. */
export function seal(
  anchor: AnchorRow & Revised,
  root: string,
  fillers: string,
  registry: Registry,
  account: string,
  now: number,
  random: Random,
  fence: Fence,
): Commit {
  const transaction = queuedTransaction(
    {
      id: newId('txn', random),
      lane: laneOf(anchor.chainId, account),
      network: anchor.network,
      key: `anchor/${anchor.id}`,
      kind: 'anchor',
      subject: anchor.id,
      dest: registry.address!,
      data: encodeAnchor(root),
    },
    now,
  )
  return {
    at: now,
    fence,
    puts: [
      {
        entity: 'anchor',
        row: { ...anchor, state: 'sealed', root, fillers, sealedAt: now, transactionId: transaction.id },
      },
      { entity: 'transaction', row: fresh(transaction) },
    ],
    jobs: [laneJob(anchor.network, now)],
  }
}

/** What the final (or reverted) anchoring transaction means; joins the commit that records it. */
export function anchorSettled(
  anchor: AnchorRow & Revised,
  transaction: Transaction,
  now: number,
): Pick<Commit, 'puts' | 'jobs'> {
  const { hash, blockNumber, blockTime, state } = transaction
  if (anchor.transactionId !== transaction.id) return {}
  // A chain took back what was final, and the same transaction landed again: certificates stay issued, the block is another.
  if (anchor.state === 'confirmed')
    return state === 'final'
      ? { puts: [{ entity: 'anchor', row: { ...anchor, transactionHash: hash, blockNumber, blockTime } }] }
      : {}
  if (anchor.state !== 'sealed') return {}
  if (state === 'final')
    return {
      puts: [
        {
          entity: 'anchor',
          row: { ...anchor, state: 'confirmed', transactionHash: hash, blockNumber, blockTime, confirmedAt: now },
        },
      ],
      jobs: [{ kind: 'record-issued', ref: anchor.id, payload: { anchorId: anchor.id }, runAt: now }],
    }
  const reason = transaction.note ?? 'the anchoring transaction was reverted by the contract'
  return {
    puts: [{ entity: 'anchor', row: { ...anchor, state: 'failed', transactionHash: hash, reason } }],
    jobs: [{ kind: 'record-failed', ref: anchor.id, payload: { anchorId: anchor.id, reason }, runAt: now }],
  }
}

export const registryId = (network: string, partition: Partition, did: string, hash: (text: string) => string) =>
  `${network}/${partition}/${hash(did).slice(0, 16)}`

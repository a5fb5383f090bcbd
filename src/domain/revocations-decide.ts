/** Revocations on their way to the chain: what one transaction carries, and what is revoked along with a certificate. */
import type { Registry, Revocation } from './anchors.ts'
import { laneJob } from './anchors-decide.ts'
import type { Certificate, CertificateVersion } from './certificates.ts'
import { revocationOf, revoke } from './certificates-end.ts'
import { fresh, type Commit, type Revised } from './commit.ts'
import { newId, type Random } from './ids.ts'
import { encodeRevoke, REASON_REVOKED } from './registry.ts'
import type { Scope } from './scopes.ts'
import { laneOf, queuedTransaction } from './transactions-decide.ts'
import type { Transaction } from './transactions.ts'

type Sender = { account: string }

/** Revokes these leaves, all of one registry and one reason, and at most as many as `revoke` takes. */
export function sendLeaves(
  registry: Registry,
  sender: Sender,
  revocations: Array<Revocation & Revised>,
  now: number,
  random: Random,
): Commit {
  const leaves = revocations.map(({ leaf }) => leaf)
  const transaction = revoking(registry, sender, leaves, revocations[0]!.reason, now, random)
  return {
    at: now,
    puts: [
      { entity: 'transaction', row: fresh(transaction) },
      ...revocations.map((revocation) => ({
        entity: 'revocation' as const,
        row: { ...revocation, state: 'sent' as const, transactionId: transaction.id },
      })),
    ],
    jobs: [laneJob(registry.network, now)],
  }
}

/** Revokes the roots of these trees, each in one entry however many leaves it has. */
export function sendTrees(
  registry: Registry,
  sender: Sender,
  trees: Array<{ anchorId: string; root: string }>,
  now: number,
  random: Random,
): Commit {
  const roots = trees.map(({ root }) => root)
  const transaction = revoking(registry, sender, roots, REASON_REVOKED, now, random)
  const { id: transactionId } = transaction
  return {
    at: now,
    puts: [{ entity: 'transaction', row: fresh(transaction) }],
    revokeTrees: trees.map(({ anchorId }) => ({ anchorId, registryId: registry.id, transactionId })),
    jobs: [laneJob(registry.network, now)],
  }
}

function revoking(
  registry: Registry,
  { account }: Sender,
  ids: string[],
  reason: number,
  now: number,
  random: Random,
): Transaction {
  const id = newId('txn', random)
  const { chainId, network, address } = registry
  if (address === null) throw new Error(`registry ${registry.id} has no address: nothing can be revoked in it`)
  const data = encodeRevoke(ids, reason)
  const lane = laneOf(chainId, account)
  return queuedTransaction(
    { id, lane, network, key: `revoke/${id}`, kind: 'revoke', subject: id, dest: address, data },
    now,
  )
}

/**
 * A certificate of a batch that is revoked as a whole. What was replaced is revoked along with it: then every leaf of the
 * tree is, and the tree goes to the chain as one entry.
 */
export function revokeEveryVersion(
  scope: Scope,
  certificate: Certificate & Revised,
  versions: Array<CertificateVersion & Revised>,
  reason: string | null,
  now: number,
): Commit {
  const living = versions.filter(({ endedAt }) => endedAt === null)
  const commit = revoke(scope, certificate, living, reason, now)
  const replaced = versions.filter(({ endedAt }) => endedAt !== null).map((version) => revocationOf(version, 1, now))
  return { ...commit, puts: [...(commit.puts ?? []), ...replaced] }
}

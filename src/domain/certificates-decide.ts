/** What the decisions about certificates share. Each decision is pure: it takes what is, and returns the Commit that makes it so. */
import type { Certificate, CertificateVersion } from './certificates.ts'
import type { Commit, Revised } from './commit.ts'
import type { AcceptedIssue, IssueCommand } from './issue-request.ts'
import type { JobDraft } from './jobs.ts'
import type { Partition, Scope } from './scopes.ts'
import type { CurrentTemplate } from './templates.ts'

/** A signed document, ready to be stored: made by actions/credentials.ts. */
export interface SignedDocument {
  /** JSON text with the first proof. */
  credential: string
  leaf: string
  registryId: string
  statusList: number
  statusIndex: number
}

/** A certificate and one of its versions as they were read: only what was read can be changed. */
export interface ReadCertificate {
  certificate: Certificate & Revised
  version: CertificateVersion & Revised
}

export interface IssuePlan {
  id: string
  scope: Scope
  command: IssueCommand
  accepted: AcceptedIssue
  template: CurrentTemplate
  network: string
  /** HMAC of the unique_by values; undefined when the template has none. */
  uniqueKey: string | undefined
  document: SignedDocument
  /** Its row in a batch; the batch's hold was decided when it came. */
  batch: { id: string; index: number; holdUntil: number | null } | undefined
}

export const uniqueScope = (partition: Partition, templateId: string) => `unique_by/${partition}/${templateId}`
export const rowScope = (batchId: string) => `row/${batchId}`

/** Wakes the anchorer of a network and partition. */
export const anchorJob = (network: string, partition: Partition, runAt: number): JobDraft => ({
  kind: 'close-anchor',
  ref: `${network}/${partition}`,
  payload: { network, partition },
  runAt,
  standing: true,
})
export const revokeJob = (network: string, partition: Partition, runAt: number): JobDraft => ({
  kind: 'revoke-on-chain',
  ref: `${network}/${partition}`,
  payload: { network, partition },
  runAt,
  standing: true,
})
export const listJob = (list: number, runAt: number): JobDraft => ({
  kind: 'publish-status-list',
  ref: String(list),
  payload: { list },
  runAt,
  standing: true,
})

/** Until when it is held: a moment, 0 = until released, null = not at all. */
export function holdUntil(hold: IssueCommand['hold'], templateMinutes: number, now: number): number | null {
  if (hold === true) return 0
  const minutes = hold ?? templateMinutes
  return minutes > 0 ? now + minutes * 60_000 : null
}

/** Columns of a version that stands in no tree yet. */
export const unanchored = { anchorId: null, leafIndex: null, path: null, confirmedAt: null, endedAt: null }

/** An event about one certificate. */
export const event = (
  type: NonNullable<Commit['events']>[number]['type'],
  scope: Scope,
  subject: string,
  data: Record<string, string | number | boolean | null>,
) => ({ type, partition: scope.partition, subject, actor: scope.actor, data })

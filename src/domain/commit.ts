/** A transaction is a value: an action computes it, the store writes all of it or none of it. */
import type { AnchorRow, Reanchor, Registry, Replica, Revocation, SendingAccount } from './anchors.ts'
import type { ApiKey } from './api-keys.ts'
import type { Asset, AssetContent, AssetUse, StoredDesign } from './assets.ts'
import type { Batch, BatchError, BatchRows } from './batches.ts'
import type { Certificate, CertificateVersion, StoredCredential } from './certificates.ts'
import type { EventDraft } from './events.ts'
import type { JobDraft, LeasedJob } from './jobs.ts'
import type { Mail } from './mails.ts'
import type { IdempotentAnswer, InstanceValue } from './settings.ts'
import type { StatusList } from './status-lists-row.ts'
import type { Template, TemplateVersion } from './templates.ts'
import type { LaneState, Transaction, TransactionAttempt } from './transactions.ts'
import type { VisitDay, Visits } from './visits.ts'

/** The row carries the revision at which it was read; 0 means it is new. */
export interface Revised {
  revision: number
}

export interface Entities {
  apiKey: ApiKey
  template: Template
  templateVersion: TemplateVersion
  design: StoredDesign
  asset: Asset
  assetContent: AssetContent
  assetUse: AssetUse
  certificate: Certificate
  certificateVersion: CertificateVersion
  credential: StoredCredential
  batch: Batch
  batchRows: BatchRows
  batchError: BatchError
  registry: Registry
  anchor: AnchorRow
  revocation: Revocation
  transaction: Transaction
  transactionAttempt: TransactionAttempt
  lane: LaneState
  account: SendingAccount
  reanchor: Reanchor
  replica: Replica
  statusList: StatusList
  mail: Mail
  visits: Visits
  visitDay: VisitDay
  idempotentAnswer: IdempotentAnswer
  instanceValue: InstanceValue
}
export type EntityName = keyof Entities
export type Put = { [Name in EntityName]: { entity: Name; row: Entities[Name] & Revised } }[EntityName]

/** A new row. */
export const fresh = <Row extends object>(row: Row): Row & Revised => ({ ...row, revision: 0 })

/** "This key is mine." The second holder is refused and told who the first one is. */
export interface Claim {
  scope: string
  /** An HMAC under the instance's secret where it comes from personal data. */
  key: string
  holder: string
}

/** The leadership under which a commit is valid. */
export interface Fence {
  name: string
  token: number
}

/** At most 500 puts: longer work is a cursor in a row and many commits, each safe to repeat. */
export interface Commit {
  /** Unix ms from the action's clock: SQL has none. */
  at: number
  claims?: Claim[]
  /** Holders whose claims are given back. */
  releases?: string[]
  puts?: Put[]
  /** Rows that are gone after this: batchRows once they were read, and assets (with their content) that nobody uses. */
  deletes?: Array<
    { entity: 'batchRows'; batchId: string; chunk: number } | { entity: 'asset'; id: string; revision: number }
  >
  /** Every pending certificate of this batch may be put into a tree from `readyAt` on: one statement for all its rows. */
  readyBatch?: { batchId: string; readyAt: number }
  /** All queued revocations (reason 1) of these trees go out with one transaction that revokes their roots. */
  revokeTrees?: Array<{ anchorId: string; registryId: string; transactionId: string }>
  /**
   * This tree stands in a further registry: what was revoked in its own one is queued there too. A revocation that is
   * put later goes into every registry of its tree by itself, in the transaction that puts it: none is missed.
   */
  copyRevocations?: Array<{ anchorId: string; registryId: string }>
  /** Every revocation of this transaction: final, or queued again. One statement for all rows. */
  settleRevocations?: { transactionId: string; final: boolean; at: number }
  events?: EventDraft[]
  jobs?: JobDraft[]
  /** The leased job this completes; refused when another worker holds it by now. */
  finishes?: Pick<LeasedJob, 'id' | 'attempt' | 'wakes'>
  fence?: Fence
}

export type Refusal = 'taken' | 'stale' | 'lease_lost' | 'fenced'

/** Nothing of the commit was written. `holder` is set when a claim was taken; `what` names scope, entity, job or lease. */
export class CommitRefused extends Error {
  override name = 'CommitRefused'
  constructor(
    readonly refusal: Refusal,
    readonly what: string,
    readonly holder?: string,
  ) {
    super(`commit refused: ${refusal} (${what})`)
  }
}

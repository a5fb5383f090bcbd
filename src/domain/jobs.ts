import type { Partition } from './scopes.ts'

/** Every kind of background work with its payload. jobs/kinds.ts gives each a lane and a number of attempts. */
export interface JobKinds {
  /** Standing: makes sure the registry of this network and partition is deployed. */
  'ensure-registry': { network: string; partition: Partition }
  /** Standing: puts what is ready into trees and queues their transactions. */
  'close-anchor': { network: string; partition: Partition }
  /** Standing: signs, broadcasts and watches the transactions of one (chain, account). */
  'drive-lane': { network: string }
  /** Standing, runs by the day: looks again at what was called final. */
  'audit-lane': { network: string }
  /** Turns the certificates of a confirmed anchor into issued ones, in chunks. */
  'record-issued': { anchorId: string }
  /** Certificates of an anchor whose transaction can never succeed. */
  'record-failed': { anchorId: string; reason: string }
  /** Standing: queues revocations for the chain. */
  'revoke-on-chain': { network: string; partition: Partition }
  /** Standing: signs a status list again after its bits changed. */
  'publish-status-list': { list: number }
  'issue-rows': { batchId: string }
  /** Standing: revokes every certificate of a batch, in chunks; the state of the certificates is the cursor. */
  'revoke-batch': { batchId: string; reason: string | null; notify: boolean; actor: string }
  /** Standing: anchors the roots of a network once more on another one. */
  reanchor: { reanchorId: string }
  'send-mail': { mailId: string }
  /** Standing, runs by the clock: ends idempotent answers, finished jobs, rate of last use. */
  sweep: Record<string, never>
}
export type JobKind = keyof JobKinds

/**
 * (kind, ref) is one job. Plain: done once, asking again, also after it is done, changes nothing.
 * Standing: asking again wakes it, also when it is done or just running; `runAt` only ever moves nearer.
 */
export type JobDraft = {
  [Kind in JobKind]: { kind: Kind; ref: string; payload: JobKinds[Kind]; runAt: number; standing?: boolean }
}[JobKind]

/** `attempt` is the fencing token of the lease; `wakes` tells whether somebody asked again while it ran. */
export interface LeasedJob<Kind extends JobKind = JobKind> {
  id: string
  kind: Kind
  ref: string
  payload: JobKinds[Kind]
  attempt: number
  wakes: number
  /** Failures in a row so far; a standing job that ran well starts at 0 again. */
  failures: number
}

/** A job as people see it. */
export interface JobRow {
  id: string
  kind: JobKind
  ref: string
  state: 'open' | 'done' | 'dead'
  payload: string
  runAt: number
  attempt: number
  wakes: number
  failures: number
  leaseUntil: number
  lastError: string | null
  doneAt: number | null
}

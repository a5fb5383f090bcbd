import type { JobKind } from '../domain/jobs.ts'
import { auditLane } from './audit-lane.ts'
import { closeAnchor } from './close-anchor.ts'
import type { Handler, JobContext } from './context.ts'
import { driveLane } from './drive-lane.ts'
import { ensureRegistry } from './ensure-registry.ts'
import { issueRows } from './issue-rows.ts'
import { recordFailed } from './record-failed.ts'
import { recordIssued } from './record-issued.ts'
import { reanchor } from './reanchor.ts'
import { revokeBatch } from './revoke-batch.ts'
import { revokeOnChain } from './revoke-on-chain.ts'
import { sendMail } from './send-mail.ts'
import { publishList, sweep } from './sweep.ts'

/** Work of one lane never waits for another lane's backlog. */
export type Lane = 'chain' | 'rows' | 'mail' | 'house'

/**
 * Jobs of a lane that run side by side. Jobs of the chain mostly wait for nodes, and one network's dead nodes must not
 * keep the others waiting. Mail that is only kept goes into one transaction by the dozen.
 */
export const LANES: Record<Lane, { atOnce: (context: JobContext) => number }> = {
  chain: { atOnce: () => 12 },
  rows: { atOnce: () => 1 },
  mail: { atOnce: ({ mailer }) => (mailer.configured ? 4 : 24) },
  house: { atOnce: () => 1 },
}

export interface Kind<Name extends JobKind> {
  lane: Lane
  handle: Handler<Name>
  /** Failures in a row after which a person has to look; Infinity where giving up would lose a certificate. */
  attempts: number
}

/** Every kind with its lane and patience. Payloads and refs stand in domain/jobs.ts. */
export const KINDS: { [Name in JobKind]: Kind<Name> } = {
  'ensure-registry': { lane: 'chain', handle: ensureRegistry, attempts: Infinity },
  'close-anchor': { lane: 'chain', handle: closeAnchor, attempts: Infinity },
  'drive-lane': { lane: 'chain', handle: driveLane, attempts: Infinity },
  'audit-lane': { lane: 'chain', handle: auditLane, attempts: Infinity },
  'record-issued': { lane: 'chain', handle: recordIssued, attempts: Infinity },
  'record-failed': { lane: 'chain', handle: recordFailed, attempts: Infinity },
  'revoke-on-chain': { lane: 'chain', handle: revokeOnChain, attempts: Infinity },
  'revoke-batch': { lane: 'chain', handle: revokeBatch, attempts: Infinity },
  reanchor: { lane: 'chain', handle: reanchor, attempts: Infinity },
  'issue-rows': { lane: 'rows', handle: issueRows, attempts: Infinity },
  'send-mail': { lane: 'mail', handle: sendMail, attempts: 20 },
  'publish-status-list': { lane: 'house', handle: publishList, attempts: Infinity },
  sweep: { lane: 'house', handle: sweep, attempts: Infinity },
}

export const kindsOf = (lane: Lane) => (Object.keys(KINDS) as JobKind[]).filter((kind) => KINDS[kind].lane === lane)

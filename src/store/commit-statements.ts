/** The statements of a commit. */
import { sql } from 'kysely'
import type { Claim } from '../domain/commit.ts'
import type { EventDraft } from '../domain/events.ts'
import type { JobDraft } from '../domain/jobs.ts'
import { type Compiler, prepare } from './statements.ts'

/** The newest event of the chain. */
export interface Head {
  seq: number
  hash: string
}

type RevocationKey = { leaf: string; reason: number; registryId: string }
type EventValues = { seq: number; id: string; data: string; at: number; hash: string } & Omit<EventDraft, 'data'>
type JobValues = Pick<JobDraft, 'kind' | 'ref' | 'runAt'> & { id: string; payload: string }
type FinishValues = { id: string; attempt: number; wakes: number; at: number }
type WakeValues = Pick<JobDraft, 'kind' | 'ref' | 'runAt'> & { wakes: number }

/** Compiled when the store is opened. */
export function commitStatements(db: Compiler) {
  return {
    ...claimStatements(db),
    ...jobStatements(db),
    head: prepare<object>(() => db.selectFrom('eventHead').select(['seq', 'hash'])),
    moveHead: prepare<Head>(({ seq, hash }) => db.updateTable('eventHead').set({ seq, hash })),
    event: prepare<EventValues>(({ seq, id, type, partition, subject, actor, data, at, hash }) =>
      db.insertInto('events').values({ seq, id, type, partition, subject, actor, data, at, hash }),
    ),
    deleteRows: prepare<{ batchId: string; chunk: number }>(({ batchId, chunk }) =>
      db.deleteFrom('batchRows').where('batchId', '=', batchId).where('chunk', '=', chunk),
    ),
    deleteContent: prepare<{ id: string }>(({ id }) => db.deleteFrom('assetContents').where('assetId', '=', id)),
    /** None while a template version uses it. */
    deleteAsset: prepare<{ id: string; revision: number }>(({ id, revision }) =>
      db
        .deleteFrom('assets')
        .where('id', '=', id)
        .where('revision', '=', revision)
        .where((e) => e.not(e.exists(e.selectFrom('assetUses').select('assetId').where('assetId', '=', id)))),
    ),
    ...revocationStatements(db),
    readyBatch: prepare<{ batchId: string; readyAt: number }>(({ batchId, readyAt }) =>
      db
        .updateTable('certificateVersions')
        .set((e) => ({ readyAt, revision: e('revision', '+', 1) }))
        .where('readyAt', 'is', null)
        .where('anchorId', 'is', null)
        .where('endedAt', 'is', null)
        .where('certificateId', 'in', (e) =>
          e
            .selectFrom('certificates')
            .select('id')
            .where('batchId', '=', batchId)
            .where('status', 'in', ['held', 'pending']),
        ),
    ),
  }
}

function revocationStatements(db: Compiler) {
  return {
    revokeTree: prepare<{ anchorId: string; registryId: string; transactionId: string }>(
      ({ anchorId, registryId, transactionId }) =>
        db
          .updateTable('revocations')
          .set((e) => ({ state: 'sent', transactionId, revision: e('revision', '+', 1) }))
          .where('leaf', 'in', (e) =>
            e.selectFrom('certificateVersions').select('leaf').where('anchorId', '=', anchorId),
          )
          .where('registryId', '=', registryId)
          .where('reason', '=', sql.lit(1))
          .where('state', '=', sql.lit('queued' as const)),
    ),
    /** A new revocation, once more for each registry in which its tree was anchored again. */
    spreadRevocation: prepare<RevocationKey>(({ leaf, reason, registryId }) =>
      inFurtherRegistries(db)((e) =>
        e
          .where('revocations.leaf', '=', leaf)
          .where('revocations.reason', '=', reason)
          .where('revocations.registryId', '=', registryId),
      ),
    ),
    /** Every revocation of a tree in its own registry, once more for this one. */
    copyRevocations: prepare<{ anchorId: string; registryId: string }>(({ anchorId, registryId }) =>
      inFurtherRegistries(db)((e) =>
        e.where('replicas.anchorId', '=', anchorId).where('replicas.registryId', '=', registryId),
      ),
    ),
    finalRevocations: prepare<{ transactionId: string; at: number }>(({ transactionId, at }) =>
      db
        .updateTable('revocations')
        .set((e) => ({ state: 'final', finalAt: at, revision: e('revision', '+', 1) }))
        .where('transactionId', '=', transactionId),
    ),
    requeueRevocations: prepare<{ transactionId: string; at: number }>(({ transactionId }) =>
      db
        .updateTable('revocations')
        .set((e) => ({ state: 'queued', transactionId: null, revision: e('revision', '+', 1) }))
        .where('transactionId', '=', transactionId),
    ),
  }
}

/** Revocations of the registry a version names, as new rows for those that hold its tree besides; known ones stay. */
function inFurtherRegistries(db: Compiler) {
  const source = db
    .selectFrom('replicas')
    .innerJoin('certificateVersions', 'certificateVersions.anchorId', 'replicas.anchorId')
    .innerJoin('revocations', (join) =>
      join
        .onRef('revocations.leaf', '=', 'certificateVersions.leaf')
        .onRef('revocations.certificateId', '=', 'certificateVersions.certificateId')
        .onRef('revocations.version', '=', 'certificateVersions.version')
        .onRef('revocations.registryId', '=', 'certificateVersions.registryId'),
    )
    .select([
      ...(['revocations.leaf', 'revocations.reason', 'replicas.registryId', 'revocations.partition'] as const),
      ...(['replicas.network', 'revocations.certificateId', 'revocations.version'] as const),
      ...(['revocations.statusList', 'revocations.statusIndex'] as const),
      sql.lit('queued' as const).as('state'),
      'revocations.createdAt',
      sql.lit(1).as('revision'),
    ])
  const columns = [
    ...(['leaf', 'reason', 'registryId', 'partition', 'network', 'certificateId', 'version'] as const),
    ...(['statusList', 'statusIndex', 'state', 'createdAt', 'revision'] as const),
  ]
  return (narrow: (from: typeof source) => typeof source) =>
    db
      .insertInto('revocations')
      .columns(columns)
      .expression(narrow(source))
      .onConflict((conflict) => conflict.doNothing())
}

function claimStatements(db: Compiler) {
  return {
    fence: prepare<{ name: string; token: number }>(({ name, token }) =>
      db.selectFrom('leases').select('token').where('name', '=', name).where('token', '=', token),
    ),
    release: prepare<{ holder: string }>(({ holder }) => db.deleteFrom('claims').where('holder', '=', holder)),
    claim: prepare<Claim>(({ scope, key, holder }) =>
      db
        .insertInto('claims')
        .values({ scope, key, holder })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    holder: prepare<Claim>(({ scope, key }) =>
      db.selectFrom('claims').select('holder').where('scope', '=', scope).where('key', '=', key),
    ),
  }
}

function jobStatements(db: Compiler) {
  return {
    job: prepare<JobValues>(({ id, kind, ref, payload, runAt }) =>
      db
        .insertInto('jobs')
        .values({
          ...{ id, kind, ref, state: 'open', payload, runAt, attempt: 0, wakes: 0, failures: 0, leaseUntil: 0 },
          ...{ lastError: null, doneAt: null },
        })
        .onConflict((conflict) => conflict.columns(['kind', 'ref']).doNothing()),
    ),
    /** Done, unless somebody woke it while it ran: then it is due at once. */
    finish: prepare<FinishValues>(({ id, attempt, wakes, at }) =>
      db
        .updateTable('jobs')
        .set((e) => ({
          state: e
            .case()
            .when('wakes', '=', wakes)
            .then('done' as const)
            .else('open' as const)
            .end(),
          doneAt: e.case().when('wakes', '=', wakes).then(at).else(null).end(),
          runAt: e.case().when('wakes', '=', wakes).then(e.ref('runAt')).else(at).end(),
          ...{ leaseUntil: 0, failures: 0, lastError: null },
        }))
        .where('id', '=', id)
        .where('attempt', '=', attempt)
        .where('state', '=', 'open'),
    ),
    wake: prepare<WakeValues>(({ kind, ref, wakes, runAt }) =>
      db
        .updateTable('jobs')
        .set((e) => ({
          wakes: e('wakes', '+', wakes),
          runAt: e
            .case()
            .when(e.and([e('state', '=', 'open'), e('runAt', '<', runAt)]))
            .then(e.ref('runAt'))
            .else(runAt)
            .end(),
          failures: e.case().when('state', '=', 'open').then(e.ref('failures')).else(0).end(),
          ...{ state: 'open' as const, doneAt: null },
        }))
        .where('kind', '=', kind)
        .where('ref', '=', ref),
    ),
  }
}

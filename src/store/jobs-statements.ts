/** The statements of the job queue. */
import { sql } from 'kysely'
import type { JobKind, JobRow } from '../domain/jobs.ts'
import type { Query } from './engine.ts'
import { otherTables } from './schema.ts'
import { type Compiler, prepare } from './statements.ts'

export const jobColumns = otherTables.jobs.split(' ') as Array<keyof JobRow>
type Held = { id: string; attempt: number }
const open = sql.lit('open' as const) // partial indexes are found by the literal only

/** Compiled when the store is opened. */
export function jobStatements(db: Compiler) {
  const free = { leaseUntil: 0 }
  const ofKind = (kind: JobKind) => db.selectFrom('jobs').where('kind', '=', kind).where('state', '=', open)
  return {
    ...endingStatements(db),
    due: prepare<{ kind: JobKind; now: number; limit: number }>(({ kind, now, limit }) =>
      ofKind(kind)
        .select(['id', 'runAt'])
        .where('runAt', '<=', now)
        .where('leaseUntil', '<=', now)
        .orderBy('runAt')
        .limit(limit),
    ),
    lease: prepare<{ id: string; leaseUntil: number }>(({ id, leaseUntil }) =>
      db
        .updateTable('jobs')
        .set((e) => ({ leaseUntil, attempt: e('attempt', '+', 1) }))
        .where('id', '=', id)
        .returning(['kind', 'ref', 'payload', 'attempt', 'wakes', 'failures']),
    ),
    voidLeases: prepare<object>(() =>
      db.updateTable('jobs').set(free).where('state', '=', open).where('leaseUntil', '>', sql.lit(0)),
    ),
    find: prepare<{ id: string }>(({ id }) => db.selectFrom('jobs').select(jobColumns).where('id', '=', id)),
    open: prepare<object>(() => byKind(db).where('state', '=', open)),
    dead: prepare<object>(() => byKind(db).where('state', '=', sql.lit('dead' as const))),
    counts: prepare<object>(() =>
      db
        .selectFrom('jobs')
        .select((e) => ['kind', 'state', e.fn.countAll<number>().as('count')])
        .groupBy(['kind', 'state'])
        .orderBy('kind')
        .orderBy('state'),
    ),
  }
}

const byKind = (db: Compiler) =>
  db
    .selectFrom('jobs')
    .select((e) => ['kind', e.fn.countAll<number>().as('count')])
    .groupBy('kind')
    .orderBy('kind')

function endingStatements(db: Compiler) {
  const free = { leaseUntil: 0 }
  const held = ({ id, attempt }: Held) =>
    db.updateTable('jobs').where('id', '=', id).where('attempt', '=', attempt).where('state', '=', open)
  return {
    retry: prepare<Held & { error: string; runAt: number }>((values) =>
      held(values).set((e) => ({
        ...free,
        runAt: values.runAt,
        lastError: values.error,
        failures: e('failures', '+', 1),
      })),
    ),
    kill: prepare<Held & { error: string }>((values) =>
      held(values).set((e) => ({
        ...free,
        state: 'dead' as const,
        lastError: values.error,
        failures: e('failures', '+', 1),
      })),
    ),
    reschedule: prepare<Held & { wakes: number; runAt: number; now: number }>((values) =>
      held(values).set((e) => ({
        ...free,
        failures: 0,
        lastError: null,
        runAt: e.case().when('wakes', '=', values.wakes).then(values.runAt).else(values.now).end(),
      })),
    ),
    revive: prepare<{ id: string; now: number }>(({ id, now }) =>
      db
        .updateTable('jobs')
        .set({ ...free, state: 'open', runAt: now, failures: 0 })
        .where('id', '=', id)
        .where('state', '=', sql.lit('dead' as const)),
    ),
  }
}

/** One statement for all kinds: every statement locks the file, which costs more than a look into an index. */
export function lookAt(db: Compiler, kinds: JobKind[]): Query {
  const ofKind = (kind: JobKind) => db.selectFrom('jobs').where('kind', '=', kind).where('state', '=', open)
  return db
    .selectNoFrom(() =>
      kinds.flatMap((kind, index) => [
        ofKind(kind).select('runAt').where('leaseUntil', '=', 0).orderBy('runAt').limit(1).as(`free${index}`),
        ofKind(kind)
          .select('leaseUntil')
          .where('leaseUntil', '>', sql.lit(0))
          .orderBy('leaseUntil')
          .limit(1)
          .as(`leased${index}`),
      ]),
    )
    .compile()
}

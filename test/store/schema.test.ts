import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { migrations } from '../../migrations/index.ts'
import released from '../../migrations/released.json'
import type { Query } from '../../src/store/engine.ts'
import { dumpSchema, migrate } from '../../src/store/migrate.ts'
import { otherTables, tables } from '../../src/store/schema.ts'
import type { Store } from '../../src/store/store.ts'
import { LIVE, memoryStore, sha256 } from '../kit/store.ts'

const migrated = () => {
  const db = new Database(':memory:')
  migrate(db, { migrations, hash: sha256, now: 0 })
  return db
}
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

describe('the schema', () => {
  test('migrations/schema.sql is what the migrations make (TESTAMUR_WRITE_SCHEMA=1 writes it)', async () => {
    const file = Bun.file(new URL('../../migrations/schema.sql', import.meta.url))
    const made = dumpSchema(migrated())
    if (process.env.TESTAMUR_WRITE_SCHEMA) await file.write(made)
    expect(await file.text()).toBe(made)
  })

  test('a released migration never changes', () => {
    for (const [name, hash] of Object.entries(released as Record<string, string>)) {
      expect([name, sha256(migrations.find((each) => each.name === name)!.sql)]).toEqual([name, hash])
    }
  })

  test('every migration file is embedded, in order', () => {
    const files = [...new Bun.Glob('[0-9]*.sql').scanSync('migrations')].toSorted()
    expect(migrations.map(({ name }) => `${name}.sql`)).toEqual(files)
    expect(files.map((name, index) => Number(name.slice(0, 4)) - index)).toEqual(files.map(() => 1))
  })

  test('every table has exactly the columns of its row type, and its key is unique', () => {
    const db = migrated()
    const columns = (table: string) =>
      db
        .query<{ name: string }, [string]>('select name from pragma_table_info(?)')
        .all(table)
        .map(({ name }) => name)
    for (const { table, columns: known, key } of Object.values(tables)) {
      expect(columns(snake(table)).toSorted()).toEqual([...known.map(snake), 'revision'].toSorted())
      const plan = db
        .query<{ detail: string }, []>(
          `explain query plan select 1 from ${snake(table)} where ${key.map((name) => `"${snake(name)}" = 1`).join(' and ')}`,
        )
        .all()
      expect(plan[0]!.detail).toStartWith('SEARCH')
    }
    for (const [table, known] of Object.entries(otherTables))
      expect(columns(snake(table)).toSorted()).toEqual(known.split(' ').map(snake).toSorted())
  })
})

/** Everything a store reads, with the statement behind it. */
async function observed(work: (store: Store) => Promise<unknown>): Promise<string[]> {
  const store = await memoryStore()
  const { engine } = (store as unknown as { parts: { engine: { read(query: Query): unknown; db: Database } } }).parts
  const read = engine.read.bind(engine)
  const plans: string[] = []
  engine.read = (query) => {
    const rows = engine.db.query(`explain query plan ${query.sql}`).all(...(query.parameters as string[]))
    plans.push(...(rows as Array<{ detail: string }>).map(({ detail }) => detail))
    return read(query)
  }
  await work(store)
  return plans
}

describe('query plans', () => {
  const hot: Record<string, (store: Store) => Promise<unknown>> = {
    'apiKeys.byHash': (store) => store.apiKeys.byHash('x'),
    'templates.find': (store) => store.templates.find(LIVE, 'x'),
    'designs.find': (store) => store.designs.find(LIVE, 'x'),
    'assets.find': (store) => store.assets.find(LIVE, `asset_${'0'.repeat(26)}`),
    'assets.findContent': (store) => store.assets.findContent(LIVE, 'x'),
    'assets.content': (store) => store.assets.content(LIVE, `asset_${'0'.repeat(26)}`),
    'assets.uses': (store) => store.assets.uses(LIVE, 'x'),
    'assets.list': (store) => store.assets.list(LIVE, { limit: 9 }),
    'certificates.find': (store) => store.certificates.find(LIVE, 'x'),
    'certificates.credential': (store) => store.certificates.credential('x', 1),
    'certificates.latest': (store) => store.certificates.latest('x'),
    'certificates.many': (store) => store.certificates.many(['x', 'y', 'z']),
    'certificates.idsOfBatch': (store) => store.certificates.idsOfBatch('x'),
    'certificates.waiting': (store) => store.certificates.waiting('embedded', 'live', 1, 1),
    'certificates.nextReady': (store) => store.certificates.nextReady('embedded', 'live'),
    'certificates.inAnchor': (store) => store.certificates.inAnchor('x', 1, 1),
    'certificates.leaves': (store) => store.certificates.leaves('x'),
    'certificates.list': (store) => store.certificates.list(LIVE, {}, { limit: 9 }, 1),
    'certificates.list goes on': (store) =>
      store.certificates.list(LIVE, {}, { limit: 9, cursor: { createdAt: 1, id: 'x' } }, 1),
    'certificates.list of a template': (store) => store.certificates.list(LIVE, { templateId: 'x' }, { limit: 9 }, 1),
    'mails.list': (store) => store.mails.list(LIVE, {}, { limit: 9 }),
    'batches.list': (store) => store.batches.list(LIVE, { limit: 9 }),
    'batches.open': (store) => store.batches.open(),
    'anchors.collecting': (store) => store.anchors.collecting('embedded', 'live'),
    'anchors.list': (store) => store.anchors.list({ limit: 9 }),
    'anchors.confirmedSizes': (store) => store.anchors.confirmedSizes('embedded', 50),
    'anchors.unconfirmed': (store) => store.anchors.unconfirmed(),
    'certificates.waitingByNetwork': (store) => store.certificates.waitingByNetwork(),
    'registries.of': (store) => store.registries.of('embedded', 'live', 'did:web:x'),
    'transactions.openLanes': (store) => store.transactions.openLanes('embedded'),
    'transactions.spentSince': (store) => store.transactions.spentSince('embedded', 1),
    'jobs.unfinished': (store) => store.jobs.unfinished('open'),
    'jobs.unfinished that are dead': (store) => store.jobs.unfinished('dead'),
    'anchors.byTransaction': (store) => store.anchors.byTransaction('x'),
    'revocations.queued': (store) => store.revocations.queued('embedded', 'live', 9),
    'revocations.ofTransaction': (store) => store.revocations.ofTransaction('x'),
    'revocations.setBits': (store) => store.revocations.setBits(1),
    'transactions.byKey': (store) => store.transactions.byKey('x', 'y'),
    'transactions.nextNonce': (store) => store.transactions.nextNonce('x'),
    'jobs.take': (store) => store.jobs.take(['send-mail'], 1, 1),
    'jobs.nextDue': (store) => store.jobs.nextDue(['send-mail']),
    'events.after': (store) => store.events.after(undefined, 1, 9),
    'events.ofSubject': (store) => store.events.ofSubject('x'),
    'claims.holders': (store) => store.claims.holders('x', ['y']),
    'idempotentAnswers.find': (store) => store.idempotentAnswers.find('x', 'y'),
    'visits.find': (store) => store.visits.find('x'),
    'visitDays.find': (store) => store.visitDays.find('x', '2026-03-03'),
    'visitDays.period': (store) => store.visitDays.period(LIVE, '2026-03-01', '2026-03-31', null),
  }

  /** Walking is right through an index of open rows only, and through one that gives the order asked for. */
  const walks = (detail: string) =>
    /^SCAN (?!CONSTANT ROW|.* INDEX (batches_open|anchors_by_time|anchors_open|versions_waiting|jobs_due|jobs_dead)$)|TEMP B-TREE/.test(
      detail,
    )

  test('no read of the hot path walks through a table or sorts it', async () => {
    for (const [name, read] of Object.entries(hot)) {
      const bad = (await observed(read)).filter(walks)
      expect([name, bad]).toEqual([name, []])
    }
  })

  test('a read without an index is seen as such', async () => {
    const plans = await observed((store) => store.jobs.list({ limit: 1 }))
    expect(plans.some(walks)).toBe(true)
  })
})

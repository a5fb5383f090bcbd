import { describe, expect, test } from 'bun:test'
import { type Commit, CommitRefused, fresh } from '../../src/domain/commit.ts'
import { firstBrokenEvent } from '../../src/domain/events.ts'
import type { Engine } from '../../src/store/engine.ts'
import { StoreUnavailable } from '../../src/store/errors.ts'
import { GroupCommit } from '../../src/store/group-commit.ts'
import { issueCommit, LIVE, memoryStore, put, samples, sha256 } from '../kit/store.ts'

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as CommitRefused,
  )

describe('put', () => {
  test('a row comes back as it was given, with revision 1, JSON columns as values', async () => {
    const store = await memoryStore()
    const commit = issueCommit()
    await store.commit(commit)
    const found = (await store.certificates.find(LIVE, commit.id))!
    expect(found.certificate).toEqual({ ...commit.puts![0]!.row, revision: 1 } as never)
    expect(found.version).toEqual({ ...commit.puts![1]!.row, revision: 1 } as never)
    expect(found.version.fields).toEqual({ course: 'First aid', hours: 8, passed: true })
  })

  test('a row that was changed meanwhile is refused as stale, named by its entity, and nothing of the commit stays', async () => {
    const store = await memoryStore()
    const commit = issueCommit()
    await store.commit(commit)
    const { certificate } = (await store.certificates.find(LIVE, commit.id))!
    const change = (status: 'issued' | 'revoked'): Commit => ({
      at: 2,
      claims: [{ scope: 's', key: status, holder: 'h' }],
      puts: [{ entity: 'certificate', row: { ...certificate, status } }],
      events: [{ type: 'certificate.revoked', partition: 'live', subject: commit.id, actor: 'system', data: {} }],
    })
    await store.commit(change('issued'))
    const error = await refusal(store.commit(change('revoked')))
    expect(error).toMatchObject({ refusal: 'stale', what: 'certificate' })
    const now = (await store.certificates.find(LIVE, commit.id))!.certificate
    expect(now).toMatchObject({ status: 'issued', revision: 2 })
    expect([...(await store.claims.holders('s', ['issued', 'revoked'])).keys()]).toEqual(['issued'])
    expect((await store.events.ofSubject(commit.id)).length).toBe(2)
  })

  test('of two changes in the same group one wins and the other is stale', async () => {
    const store = await memoryStore()
    const commit = issueCommit()
    await store.commit(commit)
    const { certificate } = (await store.certificates.find(LIVE, commit.id))!
    const answers = await Promise.allSettled(
      [1, 2, 3].map(() => store.commit({ at: 2, puts: [{ entity: 'certificate', row: certificate }] })),
    )
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  })

  test('the same new row twice is stale', async () => {
    const store = await memoryStore()
    const template = put('template')
    await store.commit({ at: 1, puts: [template] })
    expect(await refusal(store.commit({ at: 1, puts: [template] }))).toMatchObject({
      refusal: 'stale',
      what: 'template',
    })
  })

  test('what is set once is not written again, and last use is not turned back by a change read before it', async () => {
    const store = await memoryStore()
    const key = samples.apiKey()
    await store.commit({ at: 1, puts: [put('apiKey', key)] })
    const read = (await store.apiKeys.find(LIVE, key.id))!
    await store.apiKeys.touch(new Map([[key.id, 5000]]))
    await store.apiKeys.touch(new Map([[key.id, 4000]]))
    await store.commit({ at: 1, puts: [{ entity: 'apiKey', row: { ...read, name: 'Other', partition: 'test' } }] })
    expect(await store.apiKeys.byHash(key.keyHash)).toMatchObject({
      ...{ name: 'Other', partition: 'live', lastUsedAt: 5000, revision: 2, allowedCidrs: ['10.0.0.0/8'] },
    })
  })

  test('more than 500 puts are a mistake of the caller', async () => {
    const store = await memoryStore()
    const puts = Array.from({ length: 501 }, () => put('instanceValue'))
    expect(await refusal(store.commit({ at: 1, puts }))).toBeInstanceOf(RangeError)
    await store.commit({ at: 1, puts: puts.slice(1) })
  })

  test('a chunk of rows is deleted once', async () => {
    const store = await memoryStore()
    const batch = samples.batch()
    await store.commit({ at: 1, puts: [put('batch', batch), put('batchRows', { batchId: batch.id })] })
    const read: Commit = { at: 2, deletes: [{ entity: 'batchRows', batchId: batch.id, chunk: 0 }] }
    await store.commit(read)
    expect(await store.batches.rows(batch.id, 10)).toEqual([])
    expect(await refusal(store.commit(read))).toMatchObject({ refusal: 'stale', what: 'batchRows' })
  })
})

describe('claims', () => {
  test('the second holder is refused and told who the first is; the same holder too', async () => {
    const store = await memoryStore()
    const first = issueCommit({ key: 'elise' })
    await store.commit(first)
    const error = await refusal(store.commit(issueCommit({ key: 'elise' })))
    expect(error).toBeInstanceOf(CommitRefused)
    expect(error).toMatchObject({ refusal: 'taken', what: 'unique_by/live/tmpl_1', holder: first.id })
    const again: Commit = { at: 1, claims: [{ scope: 'unique_by/live/tmpl_1', key: 'elise', holder: first.id }] }
    expect(await refusal(store.commit(again))).toMatchObject({ refusal: 'taken', holder: first.id })
  })

  test('a release gives all claims of a holder back, and the same commit may take them for another', async () => {
    const store = await memoryStore()
    const claims = ['a', 'b'].map((key) => ({ scope: 's', key, holder: 'one' }))
    await store.commit({ at: 1, claims })
    await store.commit({ at: 1, releases: ['one'], claims: [{ scope: 's', key: 'b', holder: 'two' }] })
    expect(await store.claims.holders('s', ['a', 'b', 'c'])).toEqual(new Map([['b', 'two']]))
  })
})

describe('the group', () => {
  test('commits of one turn share a transaction, and a poisonous one hurts only itself', async () => {
    const store = await memoryStore()
    const good = Array.from({ length: 40 }, () => issueCommit())
    const poison = { at: 1, puts: [put('mail', { status: 'nonsense' as never })], events: issueCommit().events }
    const before = store.activity().transactions
    const answers = await Promise.allSettled(
      [...good.slice(0, 20), poison, ...good.slice(20)].map((commit) => store.commit(commit)),
    )
    expect(store.activity().transactions - before).toBe(1)
    expect(answers.filter(({ status }) => status === 'rejected').length).toBe(1)
    expect(answers[20]!.status).toBe('rejected')
    expect((await store.certificates.many(good.map(({ id }) => id))).length).toBe(40)
    const events = await store.events.after(undefined, 0, 1000)
    expect(events.length).toBe(40)
    expect(firstBrokenEvent(events, sha256)).toBeUndefined()
    expect(await store.events.head()).toEqual({ seq: 40, hash: events[39]!.hash })
  })

  test('an event that was changed afterwards breaks the chain from there on', async () => {
    const store = await memoryStore()
    for (let index = 0; index < 5; index++) await store.commit(issueCommit())
    const events = await store.events.after(undefined, 0, 10)
    events[2]!.subject = 'cert_other'
    expect(firstBrokenEvent(events, sha256)).toBe(3)
  })

  test('a transaction that fails as a whole is tried commit by commit, once', async () => {
    const sizes: number[] = []
    const engine = {
      async transaction(body: () => Generator) {
        let steps = 0
        for (const step of body()) if ((step as { sql: string }).sql.startsWith('savepoint')) steps++
        sizes.push(steps)
        if (steps === 3 || sizes.length === 3) throw new Error('no')
        return [{ value: 'stored' }]
      },
    } as unknown as Engine
    const group = new GroupCommit(engine, () => ({ keep() {}, undo() {}, *close() {} }))
    const answers = await Promise.allSettled([1, 2, 3].map(() => group.write(function* () {})))
    expect(sizes).toEqual([3, 1, 1, 1])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('when the machine refuses, all are answered at once and none is tried again', async () => {
    let tries = 0
    const engine = {
      async transaction() {
        tries++
        throw new StoreUnavailable('busy')
      },
    } as unknown as Engine
    const group = new GroupCommit(engine, () => ({ keep() {}, undo() {}, *close() {} }))
    const answers = await Promise.all([1, 2, 3].map(() => refusal(group.write(function* () {}))))
    expect(tries).toBe(1)
    expect(answers.every((error) => (error as unknown) instanceof StoreUnavailable)).toBe(true)
  })

  test('listeners hear of every commit that is stored and of no other, and cannot spoil it', async () => {
    const store = await memoryStore()
    const heard: number[] = []
    const stop = store.onCommit(({ at }) => heard.push(at))
    await store.commit({ at: 1, puts: [put('instanceValue', { name: 'a' })] })
    await refusal(store.commit({ at: 2, puts: [put('instanceValue', { name: 'a' })] }))
    await store.commit({ at: 3 })
    stop()
    await store.commit({ at: 4 })
    expect(heard).toEqual([1, 3])
  })

  test('after closing, a write is refused and what waited is stored', async () => {
    const store = await memoryStore()
    const waiting = store.commit({ at: 1 })
    const closing = store.close()
    await waiting
    await closing
    expect(await refusal(store.commit({ at: 2 }))).toMatchObject({ name: 'StoreUnavailable', reason: 'closed' })
  })
})

describe('fences', () => {
  test('a replaced leader is refused; renewing keeps the token', async () => {
    const store = await memoryStore()
    const old = (await store.leases.take('anchorer', 'a', 1000, 100))!
    expect(await store.leases.take('anchorer', 'b', 1050, 100)).toBeUndefined()
    expect(await store.leases.take('anchorer', 'a', 1060, 100)).toEqual(old)
    const next = (await store.leases.take('anchorer', 'b', 1160, 100))!
    expect(next.token).toBe(old.token + 1)
    const row = fresh(samples.instanceValue())
    const commit: Commit = { at: 1, fence: old, puts: [{ entity: 'instanceValue', row }] }
    expect(await refusal(store.commit(commit))).toMatchObject({ refusal: 'fenced', what: 'anchorer' })
    expect(await store.instance.get(row.name)).toBeUndefined()
    await store.commit({ ...commit, fence: next })
    expect(await store.instance.get(row.name)).toMatchObject({ value: 'on', revision: 1 })
  })
})

import { describe, expect, test } from 'bun:test'
import type { Certificate, CertificateVersion } from '../../src/domain/certificates.ts'
import type { Commit } from '../../src/domain/commit.ts'
import type { CertificateFilter } from '../../src/store/certificates-list.ts'
import type { Page } from '../../src/store/reads.ts'
import type { Store } from '../../src/store/store.ts'
import { issueCommit, LIVE, memoryStore, put, samples } from '../kit/store.ts'

const day = (date: string) => Date.parse(`${date}T12:00:00Z`)

describe('the certificate list', () => {
  const issue = async (
    store: Store,
    certificate: Partial<Certificate>,
    version: Partial<CertificateVersion> = {},
  ): Promise<string> => {
    const commit = issueCommit({ certificate, version })
    await store.commit(commit)
    return commit.id
  }
  const ids = async (store: Store, filter: CertificateFilter, now = 1000) =>
    (await store.certificates.list(LIVE, filter, { limit: 100 }, now)).map(({ certificate }) => certificate.id)

  test('each filter finds exactly its own', async () => {
    const store = await memoryStore()
    const plain = await issue(store, { createdAt: 1 })
    const other = await issue(store, { createdAt: 2, templateId: 'tmpl_2', recipientEmail: 'o@example.com' })
    const batch = await issue(store, { createdAt: 3, batchId: 'batch_1', batchIndex: 0, issuedOn: '2027-01-01' })
    const expired = await issue(store, { createdAt: 4, status: 'issued', expiresAt: 900 })
    const valid = await issue(store, { createdAt: 5, status: 'issued', expiresAt: 1100, recipientName: '100 %_' })
    const replaced = await issue(
      store,
      { createdAt: 6, status: 'issued', version: 2, latestVersion: 2 },
      { version: 2 },
    )
    const all = [replaced, valid, expired, batch, other, plain]
    const table: Array<[CertificateFilter, string[]]> = [
      [{}, all],
      [{ templateId: 'tmpl_2' }, [other]],
      [{ recipientEmail: 'o@example.com' }, [other]],
      [{ batchId: 'batch_1' }, [batch]],
      [{ status: 'pending' }, [batch, other, plain]],
      [{ status: 'issued' }, [replaced, valid]],
      [{ status: 'expired' }, [expired]],
      [{ status: 'replaced' }, [replaced]],
      [{ issuedFrom: '2026-03-04' }, [batch]],
      [{ issuedTo: '2026-03-03', templateId: 'tmpl_1' }, [replaced, valid, expired, plain]],
      [{ issuedFrom: '2026-03-03', issuedTo: '2026-03-03', templateId: 'tmpl_2' }, [other]],
      [{ expiresBefore: 1100 }, [expired]],
      [{ expiresBefore: 1101 }, [valid, expired]],
      [{ q: 'o@exam' }, [other]],
      [{ q: 'ÅNGSTRÖM' }, []], // documented: only ASCII letters are folded
      [{ q: 'ngstr', status: 'expired' }, [expired]],
      [{ q: '%' }, [valid]],
      [{ q: '_' }, [valid]],
      [{ q: plain.slice(0, 20) }, [plain]],
      [{ q: plain }, [plain]],
      [{ q: '' }, all],
      [{ q: "'; drop table certificates" }, []],
    ]
    for (const [filter, expected] of table) expect([filter, await ids(store, filter)]).toEqual([filter, expected])
  })

  test('valid_on: who held a valid certificate on that day', async () => {
    const store = await memoryStore()
    const confirmed = { confirmedAt: day('2026-03-05'), issuedOn: '2026-03-03' }
    const table: Array<[string, Partial<CertificateVersion>, string, boolean]> = [
      ['never confirmed', { confirmedAt: null }, '2026-03-05', false],
      ['the day before it was confirmed', confirmed, '2026-03-04', false],
      ['the day it was confirmed', confirmed, '2026-03-05', true],
      ['years later', confirmed, '2036-01-01', true],
      ['dated later than it was confirmed', { ...confirmed, issuedOn: '2026-04-01' }, '2026-03-31', false],
      ['on the date it bears', { ...confirmed, issuedOn: '2026-04-01' }, '2026-04-01', true],
      ['the day it was revoked', { ...confirmed, endedAt: day('2026-03-09') }, '2026-03-09', false],
      ['the day before it was revoked', { ...confirmed, endedAt: day('2026-03-09') }, '2026-03-08', true],
      [
        'revoked in the first second of the next day',
        { ...confirmed, endedAt: day('2026-03-09') - 43_200_000 },
        '2026-03-08',
        true,
      ],
      ['the day it runs out', { ...confirmed, expiresAt: day('2026-03-10') }, '2026-03-10', true],
      ['the day after it ran out', { ...confirmed, expiresAt: day('2026-03-10') }, '2026-03-11', false],
      ['ran out at midnight', { ...confirmed, expiresAt: day('2026-03-10') - 43_200_000 }, '2026-03-10', false],
    ]
    for (const [name, version, validOn, expected] of table) {
      const id = await issue(store, {}, version)
      const found = (await ids(store, { validOn })).includes(id)
      expect([name, found]).toEqual([name, expected])
    }
  })

  test('valid_on: a corrected certificate is valid without a gap', async () => {
    const store = await memoryStore()
    const commit = issueCommit({
      certificate: { status: 'issued', version: 2, latestVersion: 2 },
      version: { confirmedAt: day('2026-03-05'), endedAt: day('2026-03-20'), issuedOn: '2026-03-01' },
    })
    const second = { certificateId: commit.id, version: 2, confirmedAt: day('2026-03-20'), issuedOn: '2026-03-01' }
    await store.commit({ ...commit, puts: [...commit.puts!, put('certificateVersion', second)] })
    for (const validOn of ['2026-03-05', '2026-03-19', '2026-03-20', '2026-03-21'])
      expect(await ids(store, { validOn })).toEqual([commit.id])
  })

  test('paging neither repeats nor leaves out a row while rows are written', async () => {
    const store = await memoryStore()
    const before: string[] = []
    for (let index = 0; index < 53; index++) before.unshift(await issue(store, { createdAt: 100 + (index >> 2) }))
    const seen: string[] = []
    let cursor: Page['cursor']
    for (;;) {
      const rows = await store.certificates.list(LIVE, {}, { limit: 10, cursor }, 1)
      seen.push(...rows.map(({ certificate }) => certificate.id))
      if (rows.length < 10) break
      cursor = rows.at(-1)!.certificate
      await issue(store, { createdAt: 500 })
    }
    expect(seen.length).toBe(53)
    expect(seen.toSorted()).toEqual(before.toSorted())
    const first = (await store.certificates.list(LIVE, {}, { limit: 10, cursor, direction: 'prev' }, 1)).map(
      ({ certificate }) => certificate.id,
    )
    const place = seen.indexOf(cursor!.id)
    expect(first).toEqual(seen.slice(place - 10, place))
  })
})

describe('certificates for the chain', () => {
  test('what waits, when the next is ready, and what an anchor holds', async () => {
    const store = await memoryStore()
    const readyAts = [3000, 1000, 2000, null, 1500]
    const commits = readyAts.map((readyAt, index) =>
      issueCommit({ version: { readyAt, network: index === 4 ? 'polygon' : 'embedded' } }),
    )
    for (const commit of commits) await store.commit(commit)
    const waiting = await store.certificates.waiting('embedded', 'live', 2500, 10)
    expect(waiting.map(({ readyAt }) => readyAt)).toEqual([1000, 2000])
    expect(await store.certificates.nextReady('embedded', 'live')).toBe(1000)
    expect(await store.certificates.nextReady('embedded', 'test')).toBeUndefined()
    expect(await store.certificates.countWaiting()).toBe(4)
    const assigned = waiting.map((row, index) => ({
      entity: 'certificateVersion' as const,
      row: { ...row, anchorId: 'anch_1', leafIndex: 1 - index },
    }))
    await store.commit({ at: 1, puts: assigned })
    expect(await store.certificates.leaves('anch_1')).toEqual([commits[2]!.leaf, commits[1]!.leaf])
    const inAnchor = await store.certificates.inAnchor('anch_1', 1, 10)
    expect(inAnchor.map(({ certificate }) => certificate.id)).toEqual([commits[1]!.id])
    expect(await store.certificates.countWaiting()).toBe(2)
    expect(await store.certificates.nextReady('embedded', 'live')).toBe(3000)
  })

  test('the shown version, the newest version and all versions are told apart', async () => {
    const store = await memoryStore()
    const commit = issueCommit({ certificate: { latestVersion: 2 } })
    const second = { certificateId: commit.id, version: 2, statusList: 5 }
    await store.commit({ ...commit, puts: [...commit.puts!, put('certificateVersion', second)] })
    expect((await store.certificates.findAnywhere(commit.id))?.version.version).toBe(1)
    expect((await store.certificates.latest(commit.id))?.version).toBe(2)
    expect((await store.certificates.versions(commit.id)).map(({ version }) => version)).toEqual([1, 2])
    expect((await store.certificates.many(['cert_none', commit.id])).map((each) => each.certificate.id)).toEqual([
      commit.id,
    ])
  })

  test('a batch becomes ready in one statement: only what waits for it, and each row counts as changed', async () => {
    const store = await memoryStore()
    const of = (status: Certificate['status'], version: Partial<CertificateVersion>, batchId = 'batch_1') =>
      issueCommit({ certificate: { status, batchId, batchIndex: 0 }, version: { readyAt: null, ...version } })
    const commits = [
      ...[of('pending', {}), of('held', {}), of('withdrawn', {}), of('pending', { anchorId: 'anch_1' })],
      ...[of('pending', { endedAt: 5 }), of('pending', {}, 'batch_2'), of('pending', { readyAt: 7 })],
    ]
    for (const commit of commits) await store.commit(commit)
    await store.commit({ at: 1, readyBatch: { batchId: 'batch_1', readyAt: 9000 } })
    const versions = await Promise.all(commits.map(async ({ id }) => (await store.certificates.latest(id))!))
    expect(versions.map(({ readyAt, revision }) => [readyAt, revision])).toEqual([
      ...[
        [9000, 2],
        [9000, 2],
        [null, 1],
        [null, 1],
        [null, 1],
        [null, 1],
        [7, 1],
      ],
    ])
  })

  test('nonces go up by one in each lane; open transactions come in the order in which they must be sent', async () => {
    const store = await memoryStore()
    expect(await store.transactions.nextNonce('1:0xabc')).toBe(0)
    const rows = [null, 3, 2].map((nonce, index) => ({
      ...{ ...samples.transaction(), nonce, key: `k${index}` },
      state: nonce === null ? ('queued' as const) : ('signed' as const),
    }))
    await store.commit({ at: 1, puts: rows.map((row) => put('transaction', row)) })
    await store.commit({ at: 1, puts: [put('transaction', { nonce: 1, state: 'final', key: 'old' })] })
    expect(await store.transactions.nextNonce('1:0xabc')).toBe(4)
    expect((await store.transactions.open('1:0xabc')).map(({ nonce }) => nonce)).toEqual([2, 3, null])
    expect((await store.transactions.byKey('1:0xabc', 'k1'))?.nonce).toBe(3)
    expect(await store.transactions.lanes()).toEqual(['1:0xabc'])
    const same: Commit = { at: 1, puts: [put('transaction', { nonce: 3 })] }
    expect(await store.commit(same).catch((error) => error)).toMatchObject({ refusal: 'stale', what: 'transaction' })
  })
})

test('sweep ends answers after 7 days with their claims and finished jobs after 30, and nothing else', async () => {
  const store = await memoryStore()
  const DAY = 86_400_000
  const now = 100 * DAY
  for (const [keyHash, createdAt] of [
    ['old', now - 8 * DAY],
    ['new', now - 6 * DAY],
  ] as const) {
    await store.commit({
      at: 1,
      claims: [{ scope: 'idempotency/key_live', key: keyHash, holder: 'cert_1' }],
      puts: [put('idempotentAnswer', { keyHash, createdAt })],
    })
  }
  for (const [ref, age] of [
    ['old', 31],
    ['new', 29],
  ] as const) {
    await store.commit({ at: 1, jobs: [{ kind: 'send-mail', ref, payload: { mailId: ref }, runAt: 1 }] })
    const [job] = await store.jobs.take(['send-mail'], 5, 5)
    await store.commit({ at: now - age * DAY, finishes: job! })
  }
  expect(await store.sweep(now)).toEqual({ answers: 1, jobs: 1 })
  expect(await store.idempotentAnswers.find('key_live', 'old')).toBeUndefined()
  expect(await store.idempotentAnswers.find('key_live', 'new')).toMatchObject({ status: 201 })
  expect([...(await store.claims.holders('idempotency/key_live', ['old', 'new'])).keys()]).toEqual(['new'])
  expect((await store.jobs.list({ limit: 9 })).map(({ ref }) => ref)).toEqual(['new'])
})

test('every small noun is read back as it was put', async () => {
  const store = await memoryStore()
  const registry = { ...samples.registry(), address: '0xabc' }
  const [anchor, transaction, list, batch] = [
    samples.anchor(),
    samples.transaction(),
    samples.statusList(),
    samples.batch(),
  ]
  const certificate = issueCommit({ version: { anchorId: anchor.id, leafIndex: 0 } })
  await store.commit(certificate)
  const visits = { ...samples.visits(), certificateId: certificate.id }
  await store.commit({
    at: 1,
    puts: [
      put('registry', registry),
      put('anchor', { ...anchor, registryId: registry.id, transactionId: transaction.id }),
      put('transaction', transaction),
      put('transactionAttempt', { transactionId: transaction.id }),
      put('statusList', list),
      put('batch', batch),
      put('batchRows', { batchId: batch.id }),
      put('batchError', { batchId: batch.id }),
      put('visits', visits),
      put('revocation', { registryId: registry.id, transactionId: transaction.id, certificateId: certificate.id }),
    ],
  })
  expect(await store.registries.of(registry.network, 'live', registry.did)).toEqual({ ...registry, revision: 1 })
  expect((await store.registries.all()).length).toBe(1)
  expect((await store.anchors.collecting('embedded', 'live'))?.id).toBe(anchor.id)
  expect((await store.anchors.byTransaction(transaction.id))?.id).toBe(anchor.id)
  expect((await store.anchors.list({ state: 'collecting', limit: 5 })).length).toBe(1)
  expect((await store.transactions.attempts(transaction.id))[0]).toMatchObject({ maxFee: '30000000000000000000' })
  expect(await store.statusLists.find(list.number)).toEqual({ ...list, revision: 1 })
  expect((await store.batches.open()).map(({ id }) => id)).toEqual([batch.id])
  expect((await store.batches.errors(batch.id, 5))[0]).toMatchObject({ index: 1, code: 'invalid_request' })
  expect((await store.batches.rows(batch.id, 5))[0]).toMatchObject({ chunk: 0 })
  expect(await store.visits.find(certificate.id)).toEqual({ ...visits, revision: 1 })
  // Its tree is still being collected.
  expect((await store.revocations.queued('embedded', 'live', 5)).length).toBe(0)
  expect((await store.revocations.ofTransaction(transaction.id)).length).toBe(1)
  expect((await store.revocations.ofCertificate(certificate.id)).length).toBe(1)
  expect(await store.revocations.openCount()).toBe(1)
})

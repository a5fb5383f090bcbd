import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'bun:test'
import { createBatch, readBatch, revokeBatch } from '../../src/actions/batches.ts'
import { correctCertificate, readCertificate, revokeCertificate } from '../../src/actions/certificates.ts'
import { credentialFile } from '../../src/actions/certificates-public.ts'
import { isRevokedInList } from '../../src/domain/status-lists.ts'
import { readStatusList } from '../../src/actions/identity.ts'
import type { Commit } from '../../src/domain/commit.ts'
import { ChainUnavailable } from '../../src/domain/ports.ts'
import { decodeRevoke } from '../../src/domain/registry.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { startTestAppliance, type TestAppliance, type TestApplianceOptions } from '../kit/appliance.ts'

const open: TestAppliance[] = []
afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
})
async function start(options: TestApplianceOptions = {}) {
  const app = await startTestAppliance(options)
  open.push(app)
  return app
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    name: `Person ${number}`,
    email: `p${number}@example.org`,
    fields: { course_name: 'Course', completion_date: '2026-03-01' },
  }))

async function issueBatch(app: TestAppliance, count: number, more: { hold?: true; notify?: boolean } = {}) {
  const templateId = await app.template(app.live, { unique_by: ['recipient.email'] })
  return createBatch(app.context, app.live, { ...commandOf(templateId, count), ...more })
}
const commandOf = (templateId: string, count: number) => ({
  ...{ templateId, rows: rows(count), notify: false, hold: null, network: null, source: 'api' },
})
const WISH = { reason: 'Wrong course.', notify: false }

/** What was sent to the chain: per transaction, how many ids and with which reason. */
async function revoking(app: TestAppliance) {
  const transactions = await app.store.transactions.list({ limit: 500 })
  return transactions
    .filter(({ kind }) => kind === 'revoke')
    .map(({ data, state }) => ({ ...decodeRevoke(data)!, state }))
}
const certificatesOf = async (app: TestAppliance, batchId: string) =>
  app.store.certificates.many(await app.store.certificates.idsOfBatch(batchId))
/** As the contract answers for the file of a certificate. */
async function onChain(app: TestAppliance, id: string, version?: number) {
  const versions = await app.store.certificates.versions(id)
  const one = version === undefined ? versions.at(-1)! : versions[version - 1]!
  const anchor = (await app.store.anchors.find(one.anchorId!))!
  const registry = (await app.store.registries.find(one.registryId))!
  return app.chain.registryStatus(registry.address!, anchor.root!, one.leaf)
}

describe('revoking a batch', () => {
  test('is one entry on the chain for all of its certificates, and each is revoked', async () => {
    const app = await start()
    const batch = await issueBatch(app, 60)
    await app.settle()
    await revokeBatch(app.context, app.live, batch.id, WISH)
    await app.settle()
    const [anchor] = await app.store.anchors.list({ limit: 1 })
    expect(await revoking(app)).toEqual([{ ids: [anchor!.root!], reason: 1, state: 'final' }])
    const all = await certificatesOf(app, batch.id)
    expect(all.length).toBe(60)
    for (const { certificate, version } of all) {
      expect(certificate).toMatchObject({ status: 'revoked', statusReason: 'Wrong course.' })
      expect(await onChain(app, certificate.id)).toMatchObject({ reason: 1 })
      expect(version.endedAt).not.toBeNull()
    }
    expect(await app.store.certificates.revokedOfBatch(batch.id)).toBe(60)
    expect(await app.store.revocations.openCount()).toBe(0)
    const list = JSON.parse(await readStatusList(app.context, all[0]!.version.statusList))
    for (const { version } of all) expect(await isRevokedInList(list, version.statusIndex, gunzipSync)).toBe(true)
  })

  test('frees what the template issues once, records each in the audit log, and mails only when asked to', async () => {
    const app = await start()
    const batch = await issueBatch(app, 5)
    await app.settle()
    await revokeBatch(app.context, app.live, batch.id, { ...WISH, notify: true })
    await app.settle()
    const mails = await app.store.mails.list(app.live, {}, { limit: 100 })
    expect(mails.map(({ kind }) => kind)).toEqual(Array(5).fill('revoked'))
    const events = await app.store.events.after(app.live, 0, 500)
    const of = (type: string) => events.filter((event) => event.type === type)
    expect(of('certificate.revoked').length).toBe(5)
    expect(of('batch.revoked')).toMatchObject([{ subject: batch.id, actor: 'key_test', data: { total: 5 } }])
    const again = await createBatch(app.context, app.live, commandOf(batch.templateId, 5))
    await app.settle()
    expect(await readBatch(app.context, app.live, again.id)).toMatchObject({ completed: 5, failed: 0 })
  })

  test('asked again changes nothing: no event, no transaction, the first reason stands', async () => {
    const app = await start()
    const batch = await issueBatch(app, 4)
    await app.settle()
    await revokeBatch(app.context, app.live, batch.id, WISH)
    await app.settle()
    const before = await app.store.events.after(app.live, 0, 500)
    await revokeBatch(app.context, app.live, batch.id, { reason: 'Another reason.', notify: true })
    await app.settle()
    expect((await app.store.events.after(app.live, 0, 500)).length).toBe(before.length)
    expect((await revoking(app)).length).toBe(1)
    for (const { certificate } of await certificatesOf(app, batch.id))
      expect(certificate.statusReason).toBe('Wrong course.')
  })

  test('what was revoked before keeps its reason and date, and does not keep the others from going as one', async () => {
    const app = await start()
    const batch = await issueBatch(app, 8)
    await app.settle()
    const [first] = await app.store.certificates.idsOfBatch(batch.id)
    await revokeCertificate(app.context, app.live, first!, { reason: 'Cheated.', notify: false })
    await app.settle()
    const date = (await onChain(app, first!)).revoked
    app.clock.advance(3_600_000)
    await revokeBatch(app.context, app.live, batch.id, WISH)
    await app.settle()
    const sent = await revoking(app)
    expect(sent.map(({ ids }) => ids.length)).toEqual([1, 1])
    expect((await readCertificate(app.context, app.live, first!)).certificate.statusReason).toBe('Cheated.')
    expect((await onChain(app, first!)).revoked).toBe(date)
  })

  test('a replaced version is revoked along with it: its tree is still one entry', async () => {
    const app = await start()
    const batch = await issueBatch(app, 10)
    await app.settle()
    const [first] = await app.store.certificates.idsOfBatch(batch.id)
    const change = { recipient: { name: 'Corrected' }, fields: {}, issuedOn: null, metadata: undefined }
    const correction = { ...change, expiresAt: undefined, reason: 'misspelt', notify: false }
    await correctCertificate(app.context, app.live, first!, correction)
    await app.settle()
    expect(await onChain(app, first!, 1)).toMatchObject({ reason: 2 })
    await revokeBatch(app.context, app.live, batch.id, WISH)
    await app.settle()
    const sent = (await revoking(app)).filter(({ reason }) => reason === 1)
    expect(sent.map(({ ids }) => ids.length).sort()).toEqual([1, 1]) // the tree, and version 2 in its own
    expect(await onChain(app, first!, 1)).toMatchObject({ reason: 1 })
    expect(await onChain(app, first!, 2)).toMatchObject({ reason: 1 })
  })

  test('a tree that holds a stranger goes leaf by leaf', async () => {
    const app = await start()
    const batch = await issueBatch(app, 6)
    await runDue(app.context, ['rows']) // ready, and not in a tree yet
    const { certificate: stranger } = await app.issue(await app.template())
    await app.settle()
    const trees = await app.store.anchors.list({ state: 'confirmed', limit: 9 })
    expect(trees.map(({ size }) => size)).toEqual([7])
    await revokeBatch(app.context, app.live, batch.id, WISH)
    await app.settle()
    expect((await revoking(app)).map(({ ids }) => ids.length)).toEqual([6])
    expect(await onChain(app, stranger.id)).toMatchObject({ revoked: 0 })
    expect((await readCertificate(app.context, app.live, stranger.id)).certificate.status).toBe('issued')
  })

  test('while it is being read: every row is revoked, none is issued behind its back', async () => {
    const app = await start()
    const batch = await issueBatch(app, 30, { notify: true })
    await revokeBatch(app.context, app.live, batch.id, WISH)
    await app.settle()
    app.clock.advance(2_000)
    await app.settle()
    const all = await certificatesOf(app, batch.id)
    expect(all.map(({ certificate }) => certificate.status)).toEqual(Array(30).fill('revoked'))
    expect(await readBatch(app.context, app.live, batch.id)).toMatchObject({ status: 'completed', completed: 30 })
    expect((await revoking(app)).map(({ ids }) => ids.length)).toEqual([1])
  })

  test('before its tree is confirmed: nobody is mailed, and the chain hears of it once, afterwards', async () => {
    let down = false
    const app = await start({
      wrap: (chain) =>
        new Proxy(chain, {
          get(target, name) {
            const member: unknown = Reflect.get(target, name)
            if (typeof member !== 'function') return member
            return down ? () => Promise.reject(new ChainUnavailable('away')) : member.bind(target)
          },
        }),
    })
    down = true
    const batch = await issueBatch(app, 12, { notify: true })
    await app.settle()
    expect((await certificatesOf(app, batch.id))[0]!.certificate.status).toBe('pending')
    await revokeBatch(app.context, app.live, batch.id, WISH)
    await app.settle()
    expect((await certificatesOf(app, batch.id))[0]!.certificate.status).toBe('revoked')
    expect(await revoking(app)).toEqual([])
    down = false
    app.clock.advance(600_000)
    await app.settle()
    expect((await revoking(app)).map(({ ids, state }) => [ids.length, state])).toEqual([[1, 'final']])
    expect(await app.store.mails.list(app.live, {}, { limit: 100 })).toEqual([])
    expect(await app.store.revocations.openCount()).toBe(0)
  })

  test('held certificates are withdrawn: nothing reaches the chain', async () => {
    const app = await start()
    const batch = await issueBatch(app, 5, { hold: true })
    await app.settle()
    const before = (await app.store.transactions.list({ limit: 100 })).length
    await revokeBatch(app.context, app.live, batch.id, WISH)
    await app.settle()
    const statuses = (await certificatesOf(app, batch.id)).map(({ certificate }) => certificate.status)
    expect(statuses).toEqual(Array(5).fill('withdrawn'))
    expect((await app.store.transactions.list({ limit: 100 })).length).toBe(before)
  })

  test('of another partition is not there', async () => {
    const app = await start()
    const batch = await issueBatch(app, 2)
    await app.settle()
    await expect(revokeBatch(app.context, app.sandbox, batch.id, WISH)).rejects.toMatchObject({
      code: 'batch_not_found',
    })
    await app.settle()
    expect(await app.store.certificates.revokedOfBatch(batch.id)).toBe(0)
  })

  test('the files stay as they were', async () => {
    const app = await start()
    const batch = await issueBatch(app, 3)
    await app.settle()
    const [id] = await app.store.certificates.idsOfBatch(batch.id)
    const file = JSON.stringify(await credentialFile(app.context, id!))
    await revokeBatch(app.context, app.live, batch.id, WISH)
    await app.settle()
    expect(JSON.stringify(await credentialFile(app.context, id!))).toBe(file)
  })
})

class Died extends Error {}

describe('whichever commit of it dies', () => {
  test('before it was written or after: each is revoked once, in one entry', async () => {
    const live = async (nth: number, when: 'before' | 'after') => {
      const app = await start()
      // More than one chunk: 20, then 100.
      const batch = await issueBatch(app, 45)
      await app.settle()
      await revokeBatch(app.context, app.live, batch.id, { ...WISH, notify: true })
      const commit = app.store.commit.bind(app.store)
      let count = 0
      app.store.commit = async (value: Commit) => {
        if (++count !== nth) return commit(value)
        if (when === 'after') await commit(value)
        throw new Died()
      }
      for (let round = 0; round < 6; round++) {
        await app.settle()
        await app.store.jobs.voidLeases()
        app.clock.advance(120_000)
      }
      const events = await app.store.events.after(app.live, 0, 500)
      return {
        count,
        facts: {
          statuses: (await certificatesOf(app, batch.id)).filter(({ certificate }) => certificate.status === 'revoked')
            .length,
          sent: (await revoking(app)).map(({ ids, state }) => [ids.length, state]),
          open: await app.store.revocations.openCount(),
          events: events.filter(({ type }) => type === 'certificate.revoked').length,
          mails: (await app.store.mails.list(app.live, {}, { limit: 100 })).length,
        },
      }
    }
    const calm = await live(Infinity, 'before')
    expect(calm.facts).toEqual({ statuses: 45, sent: [[1, 'final']], open: 0, events: 45, mails: 45 })
    for (const when of ['before', 'after'] as const)
      for (let nth = 1; nth <= calm.count; nth++) {
        const { facts } = await live(nth, when)
        expect({ nth, when, facts }).toEqual({ nth, when, facts: calm.facts })
        for (const app of open.splice(0)) await app.close()
      }
  }, 120_000)
})

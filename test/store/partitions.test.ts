import { describe, expect, test } from 'bun:test'
import type { Scope } from '../../src/domain/scopes.ts'
import type { Page } from '../../src/store/reads.ts'
import { issueCommit, LIVE, memoryStore, put, samples, SANDBOX } from '../kit/store.ts'

const day = (date: string) => Date.parse(`${date}T12:00:00Z`)

describe('partitions', () => {
  /** One row of every owned kind in `scope`; answers what each scoped read finds when `asker` asks for it. */
  async function scenario(scope: Scope) {
    const store = await memoryStore()
    const { partition } = scope
    const [key, template, batch, mail] = [samples.apiKey(), samples.template(), samples.batch(), samples.mail()]
    const [asset, design] = [samples.asset(), samples.design()]
    const commit = issueCommit({ partition, certificate: { batchId: batch.id, batchIndex: 0 } })
    const puts = [
      put('apiKey', { ...key, partition }),
      put('template', { ...template, partition }),
      put('templateVersion', { templateId: template.id, partition }),
      put('asset', { ...asset, partition }),
      put('assetContent', { assetId: asset.id, partition }),
      put('assetUse', { assetId: asset.id, templateId: template.id, partition }),
      put('design', { ...design, partition }),
      put('batch', { ...batch, partition }),
      put('mail', { ...mail, partition }),
      put('visitDay', { templateId: template.id, day: '2026-03-03', partition }),
    ]
    await store.commit({ at: 1, puts })
    await store.commit(commit)
    const page: Page = { limit: 10 }
    const reads: Record<string, (asker: Scope) => Promise<unknown>> = {
      'apiKeys.find': (asker) => store.apiKeys.find(asker, key.id),
      'apiKeys.list': (asker) => store.apiKeys.list(asker),
      'templates.find by id': (asker) => store.templates.find(asker, template.id),
      'templates.find by slug': (asker) => store.templates.find(asker, template.slug),
      'templates.versions': (asker) => store.templates.versions(asker, template.id),
      'templates.list': (asker) => store.templates.list(asker, page),
      'assets.find': (asker) => store.assets.find(asker, asset.id),
      'assets.findContent': (asker) => store.assets.findContent(asker, asset.sha256),
      'assets.content': (asker) => store.assets.content(asker, asset.id),
      'assets.some': (asker) => store.assets.some(asker, [asset.id]),
      'assets.list': (asker) => store.assets.list(asker, page),
      'assets.uses': (asker) => store.assets.uses(asker, asset.id),
      'assets.find of designs': (asker) => store.designs.find(asker, design.hash),
      'certificates.find': (asker) => store.certificates.find(asker, commit.id),
      'certificates.list': (asker) => store.certificates.list(asker, {}, page, 1),
      'certificates.list of its batch': (asker) => store.certificates.list(asker, { batchId: batch.id }, page, 1),
      'batches.find': (asker) => store.batches.find(asker, batch.id),
      'batches.list': (asker) => store.batches.list(asker, page),
      'mails.find': (asker) => store.mails.find(asker, mail.id),
      'mails.list': (asker) => store.mails.list(asker, { certificateId: 'cert_1' }, page),
      'visitDays.period': (asker) => store.visitDays.period(asker, '2026-03-01', '2026-03-31', null),
      'events.after': (asker) => store.events.after(asker, 0, 10),
    }
    return { store, reads }
  }
  const count = (found: unknown) => (Array.isArray(found) ? found.length : found === undefined ? 0 : 1)

  test('every read finds what is in its own partition and nothing of the other', async () => {
    for (const [own, other] of [
      [LIVE, SANDBOX],
      [SANDBOX, LIVE],
    ] as const) {
      const { reads } = await scenario(own)
      for (const [name, read] of Object.entries(reads)) {
        expect([name, own.partition, count(await read(own))]).toEqual([name, own.partition, 1])
        // Keys of the sandbox are managed with live keys; the other way round nothing is seen.
        const seen = name.startsWith('apiKeys.') && own === SANDBOX ? 1 : 0
        expect([name, own.partition, count(await read(other))]).toEqual([name, own.partition, seen])
      }
    }
  })

  test('every read that takes a scope is in the table above', async () => {
    const { reads } = await scenario(LIVE)
    const listed = new Set(Object.keys(reads).map((name) => name.split(' ')[0]))
    const scoped = new Set<string>()
    for (const file of new Bun.Glob('src/store/*.ts').scanSync('.')) {
      const text = await Bun.file(file).text()
      const noun = file.match(/([a-z-]+)\.ts$/)![1]!.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
      for (const [, method] of text.matchAll(/^ {2}async (\w+)\(\s*scope: Scope/gm)) scoped.add(`${noun}.${method}`)
    }
    expect([...scoped].toSorted()).toEqual([...listed].toSorted() as string[])
  })

  test('the sandbox is emptied by wipe, with its claims; live rows, registries and revocation bits stay', async () => {
    const { store, reads } = await scenario(SANDBOX)
    for (let index = 0; index < 450; index++) void store.commit(issueCommit({ partition: 'test', key: `k${index}` }))
    const live = issueCommit({ key: 'live' })
    await store.commit(live)
    const registry = samples.registry()
    const revoked = put('revocation', { partition: 'test', registryId: registry.id, statusIndex: 7 })
    await store.commit({ at: 1, puts: [put('registry', { ...registry, partition: 'test' }), revoked] })
    expect(await store.wipe('test')).toEqual({ certificates: 451 })
    const page: Page = { limit: 10 }
    expect(await store.certificates.list(SANDBOX, {}, page, 1)).toEqual([])
    expect(await store.templates.list(SANDBOX, page)).toEqual([])
    expect(await store.assets.list(SANDBOX, page)).toEqual([])
    expect(await reads['assets.find of designs']!(SANDBOX)).toBeUndefined()
    expect(await reads['assets.content']!(SANDBOX)).toBeUndefined()
    expect(await store.batches.list(SANDBOX, page)).toEqual([])
    expect(await store.mails.list(SANDBOX, {}, page)).toEqual([])
    expect(await reads['visitDays.period']!(SANDBOX)).toEqual([])
    expect(await store.claims.holders('unique_by/live/tmpl_1', ['k1', 'k449', 'live'])).toEqual(
      new Map([['live', live.id]]),
    )
    expect((await store.certificates.find(LIVE, live.id))?.certificate.id).toBe(live.id)
    expect(await store.registries.find(registry.id)).toBeDefined()
    expect(await store.revocations.setBits(1)).toEqual([7])
  })
})

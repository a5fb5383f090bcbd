/** A revocation is the issuer's word at once and the chain's a little later: API and page say which. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fresh } from '../../src/domain/commit.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startHttp()
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'apm' } })
})
afterAll(() => http.close())

const issue = async () =>
  (await http.api('POST', '/v1/certificates', { body: requestFor('apm'), chain: true })).json.id as string
const read = async (id: string) => (await http.api('GET', `/v1/certificates/${id}`)).json
const page = async (id: string) => (await http.api('GET', `/${id}`, { key: null })).text

describe('a revocation', () => {
  test('is null, then the issuer’s word, then on the chain with its transaction', async () => {
    const id = await issue()
    expect((await read(id)).revocation).toBeNull()
    await http.api('POST', `/v1/certificates/${id}/revoke`, { body: { reason: 'by mistake' } })
    const before = await read(id)
    expect(before.revocation).toEqual({
      reason: 'revoked',
      revoked_at: before.revoked_at,
      on_chain: false,
      transaction_hash: null,
    })
    expect(before.status_reason).toBe('by mistake')
    expect(await page(id)).toContain('the entry on the issuer’s own chain is still being written')
    await http.appliance.settle()
    const after = await read(id)
    expect(after.revocation).toEqual({
      ...before.revocation,
      on_chain: true,
      transaction_hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    })
    expect(after.history[0].revocation).toEqual(after.revocation)
    expect(await page(id)).not.toContain('being written')
  })

  test('of a replaced version stands in the history: superseded, and not a revocation of the certificate', async () => {
    const id = await issue()
    const patch = { recipient: { name: 'Maria Anderson' }, reason: 'misspelt' }
    await http.api('PATCH', `/v1/certificates/${id}`, { body: patch, chain: true })
    await http.appliance.settle()
    const { revocation, history } = await read(id)
    expect(revocation).toBeNull()
    const versions = history.sort((one: { version: number }, other: { version: number }) => one.version - other.version)
    expect(versions.map((each: { revocation: object | null }) => each.revocation)).toEqual([
      {
        reason: 'superseded',
        revoked_at: versions[0].ended_at,
        on_chain: true,
        transaction_hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      },
      null,
    ])
  })
})

describe('a certificate that was anchored again', () => {
  test('tells on its page where, once that is confirmed', async () => {
    const id = await issue()
    const { store } = http.appliance
    const current = (await store.certificates.findAnywhere(id))!
    const anchor = (await store.anchors.find(current.version.anchorId!))!
    const registry = {
      ...{ id: 'reg_further', network: 'sonic', chainId: 146, partition: 'live' as const, did: 'did:web:x.example' },
      ...{ address: `0x${'77'.repeat(20)}`, transactionId: null, createdAt: 1, readyAt: 1, retiredAt: null },
    }
    const reanchor = {
      ...{ id: 'rea_1', fromNetwork: 'embedded', toNetwork: 'sonic', state: 'done' as const, cursor: null },
      ...{ createdAt: 1, createdBy: 'cli', doneAt: 2 },
    }
    const replica = {
      ...{ anchorId: anchor.id, registryId: registry.id, reanchorId: reanchor.id, network: 'sonic', chainId: 146 },
      ...{ root: anchor.root!, state: 'queued' as const, transactionId: 'tx_further', transactionHash: null },
      ...{ blockNumber: null, blockTime: null, createdAt: 1, confirmedAt: null },
    }
    await store.commit({
      at: 1,
      puts: [
        { entity: 'registry', row: fresh(registry) },
        { entity: 'reanchor', row: fresh(reanchor) },
        { entity: 'replica', row: fresh(replica) },
      ],
    })
    expect(await page(id)).not.toContain(registry.address)
    const stored = (await store.reanchors.replicasOf(anchor.id))[0]!
    const confirmed = { state: 'confirmed' as const, transactionHash: `0x${'ab'.repeat(32)}`, blockTime: 1_777_593_600 }
    await store.commit({ at: 2, puts: [{ entity: 'replica', row: { ...stored, ...confirmed, confirmedAt: 2 } }] })
    const text = await page(id)
    expect(text).toContain(registry.address)
    expect(text).toContain('On 1 May 2026 at 00:00 UTC the same fingerprint was recorded on')
  })
})

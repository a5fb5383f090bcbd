/** /roots.json and the revocation of a batch, as a client meets them. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fresh } from '../../src/domain/commit.ts'
import { readRoots } from '../../src/domain/roots.ts'
import { TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'
import { put, samples } from '../kit/store.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startHttp()
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'apm' } })
})
afterAll(() => http.close())

const get = (path: string, headers: Record<string, string> = {}) => http.api('GET', path, { key: null, headers })
const row = (number: number) => ({
  ...{ name: `Person ${number}`, email: `p${number}@example.org` },
  fields: { course_name: 'Course', completion_date: '2026-03-01' },
})
async function issueBatch(count = 3, key: string = http.keys.issuer) {
  const body = { template_id: 'apm', recipients: Array.from({ length: count }, (_, number) => row(number)) }
  const { json } = await http.api('POST', '/v1/certificates/batch', { key, body })
  await http.appliance.settle()
  return json.id as string
}

/** The newest tree again in a registry of another chain. */
async function replicate(root: string) {
  const { store, clock } = http.appliance
  const anchor = (await store.anchors.list({ state: 'confirmed', limit: 1 }))[0]!
  const did = http.context.appliance.dids.live
  const registry = { ...samples.registry(), did, network: 'sonic', chainId: 146 }
  Object.assign(registry, { address: `0x${'cd'.repeat(20)}`, createdAt: clock.now() })
  const order = samples.reanchor()
  const replica = { ...samples.replica(), anchorId: anchor.id, registryId: registry.id, reanchorId: order.id, root }
  await store.commit({
    at: clock.now(),
    puts: [put('registry', registry), put('reanchor', order), { entity: 'replica', row: fresh(replica) }],
  })
  return async (state: 'confirmed' | 'failed') => {
    const stored = (await store.reanchors.replica(anchor.id, registry.id))!
    const place = { transactionHash: `0x${'ee'.repeat(32)}`, blockTime: 1_790_000_000, confirmedAt: clock.now() }
    await store.commit({ at: clock.now(), puts: [{ entity: 'replica', row: { ...stored, ...place, state } }] })
  }
}

describe('/roots.json', () => {
  test('is an empty, signed list while nothing was moved; any site may read it, and caches may keep it', async () => {
    const answer = await get('/roots.json')
    expect(answer.status).toBe(200)
    expect(readRoots(answer.text)).toMatchObject({ issuer: http.context.appliance.dids.live, roots: [] })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    const tag = answer.headers.get('etag')!
    expect((await get('/roots.json', { 'If-None-Match': tag })).status).toBe(304)
    expect((await get('/roots.json')).text).toBe(answer.text)
    expect((await get('/.well-known/testamur.json')).json.roots).toBe(`${http.context.appliance.publicUrl}/roots.json`)
  })

  test('names a root once its replica is confirmed, and not before', async () => {
    await issueBatch()
    const { root } = (await http.appliance.store.anchors.list({ state: 'confirmed', limit: 1 }))[0]!
    const empty = await get('/roots.json')
    const becomes = await replicate(root!)
    expect((await get('/roots.json')).text).toBe(empty.text)
    await becomes('confirmed')
    const listed = await get('/roots.json')
    expect(listed.headers.get('etag')).not.toBe(empty.headers.get('etag'))
    const [entry] = readRoots(listed.text).roots
    expect(entry).toMatchObject({
      root,
      also: [
        {
          registry: `eip155:146:0x${'cd'.repeat(20)}`,
          transaction: `0x${'ee'.repeat(32)}`,
          anchored: '2026-09-21T14:13:20Z',
        },
      ],
    })
    expect(entry!.registry).toStartWith('eip155:1953723501:0x')
    for (const asked of [root!, `0x${root!.toUpperCase()}`])
      expect(readRoots((await get(`/roots.json?root=${asked}`)).text).roots).toEqual([entry!])
    expect(readRoots((await get(`/roots.json?root=${'ab'.repeat(32)}`)).text).roots).toEqual([])
    await becomes('failed')
    expect(readRoots((await get('/roots.json')).text).roots).toEqual([])
  })

  test('refuses what is no root', async () => {
    for (const root of ['', 'abc', 'z'.repeat(64), 'a'.repeat(65), `0x${'a'.repeat(62)}`])
      expect((await get(`/roots.json?root=${root}`)).status).toBe(400)
    const { error } = (await get('/roots.json?root=xyz')).json
    expect(error).toMatchObject({ code: 'invalid_request', field: 'root' })
  })
})

describe('revoking a batch', () => {
  const revoke = (id: string, key: string = http.keys.issuer, body?: object) =>
    http.api('POST', `/v1/batches/${id}/revoke`, { key, ...(body ? { body } : {}) })

  test('answers at once with the batch, and counts up', async () => {
    const id = await issueBatch(4)
    const answer = await revoke(id, http.keys.issuer, { reason: ' Wrong course. ', notify: true })
    expect(answer.status).toBe(202)
    expect(answer.headers.get('location')).toBe(`/v1/batches/${id}`)
    expect(answer.json).toMatchObject({ id, status: 'completed', total: 4, revoked: 0 })
    expect(answer.json.certificate_ids.length).toBe(4)
    await http.appliance.settle()
    expect((await http.api('GET', `/v1/batches/${id}`)).json).toMatchObject({ revoked: 4, completed: 4 })
    const one = await http.api('GET', `/v1/certificates/${answer.json.certificate_ids[0]}`)
    expect(one.json).toMatchObject({ status: 'revoked', status_reason: 'Wrong course.' })
    const again = await revoke(id)
    expect([again.status, again.json.revoked]).toEqual([202, 4])
  })

  test('without a body it has no reason and mails nobody', async () => {
    const id = await issueBatch(1)
    expect((await revoke(id)).status).toBe(202)
    await http.appliance.settle()
    const { certificate_ids: ids } = (await http.api('GET', `/v1/batches/${id}`)).json
    expect((await http.api('GET', `/v1/certificates/${ids[0]}`)).json.status_reason).toBeNull()
    const mails = (await http.api('GET', `/v1/mails?certificate_id=${ids[0]}`, { key: http.keys.admin })).json.data
    expect(mails.length).toBe(1) // that it was issued
  })

  test('is refused to other partitions, to keys that only read, and for a field that is not there', async () => {
    const id = await issueBatch(1)
    expect((await revoke(id, http.keys.sandbox)).json.error.code).toBe('batch_not_found')
    expect((await revoke('batch_nothing')).status).toBe(404)
    const key = http.keys.reader
    expect((await revoke(id, key)).status).toBe(403)
    expect((await revoke(id, http.keys.issuer, { reasn: 'x' })).json.error.code).toBe('unknown_field')
    await http.appliance.settle()
    expect((await http.api('GET', `/v1/batches/${id}`)).json.revoked).toBe(0)
  })
})

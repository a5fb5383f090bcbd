/** Who may do what: every role on every route, and nothing of the other partition, on every route with an id. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mayDo } from '../../src/domain/api-keys-decide.ts'
import { PERMISSIONS, type Permission } from '../../src/domain/api-keys.ts'
import { privateRoutes } from '../../src/http/routes.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
const ids: Record<'live' | 'test', Record<string, string>> = { live: {}, test: {} }

beforeAll(async () => {
  http = await startHttp({ appliance: { syncWaitMs: 0 } })
  const { api, keys, appliance } = http
  for (const [side, key] of [
    ['live', keys.admin],
    ['test', keys.sandbox],
  ] as const) {
    const own = ids[side]
    own.templates = (await api('POST', '/v1/templates', { key, body: { ...TEMPLATE, slug: `apm-${side}` } })).json.id
    const upload = { key, raw: `a picture of ${side}`, headers: { 'Content-Type': 'application/octet-stream' } }
    own.assets = (await api('POST', '/v1/assets', upload)).json.id
    own.certificates = (await api('POST', '/v1/certificates', { key, body: requestFor(`apm-${side}`) })).json.id
    const batch = { template_id: `apm-${side}`, recipients: [{ name: 'A', email: 'a@example.org' }] }
    own.batches = (await api('POST', '/v1/certificates/batch', { key, body: batch })).json.id
    await appliance.settle()
    own.mails = (await api('GET', '/v1/mails', { key })).json.data[0].id
    own.api_keys = (await api('POST', '/v1/api_keys', { key, body: { name: 'x', sandbox: side === 'test' } })).json.id
  }
})
afterAll(() => http.close())

const named = (path: string) => path.replace('/attachments/:name', '/attachments/certificate.jpg')
const filled = (path: string, side: 'live' | 'test') =>
  named(path).replace(/^\/v1\/(\w+)\/:id/, (_whole, noun: string) => `/v1/${noun}/${ids[side][noun]}`)

describe('the matrix of roles and routes', () => {
  for (const permission of [...PERMISSIONS, undefined]) {
    const name = permission ?? 'nobody'
    test(`${name} gets past the door exactly where the table says`, async () => {
      const key = permission ? (await http.makeKey({ permissions: [permission] })).key : null
      for (const route of privateRoutes) {
        if (route.surface !== 'private') throw new Error('not private')
        // A body of the wrong type: whoever gets past the door is refused by the next step, and nothing is done.
        const { status } = await http.api(route.method, `${filled(route.path, 'live')}?not_there=1`, { key, body: 1 })
        const needed = [route.permission].flat() as Permission[]
        const reads = permission === 'certificates:write' && needed.includes('certificates:read')
        const may = permission && (permission === 'admin' || reads || needed.includes(permission))
        expect([route.method, route.path, status]).toEqual([
          route.method,
          route.path,
          permission === undefined ? 401 : may ? 400 : 403,
        ])
      }
    })
  }

  test('admin is needed where keys, the audit log, the system and the sandbox are', () => {
    const adminOnly = privateRoutes.filter((route) => route.surface === 'private' && route.permission === 'admin')
    expect(adminOnly.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'DELETE /v1/api_keys/:id',
      'DELETE /v1/sandbox',
      'GET /v1/api_keys',
      'GET /v1/audit',
      'GET /v1/system',
      'POST /v1/api_keys',
    ])
  })

  test('mayDo denies what is not granted', () => {
    const caller = (permissions: Permission[]) => ({ partition: 'live' as const, actor: 'key_1', permissions })
    expect(mayDo(caller(['certificates:read']), 'certificates:read')).toBe(true)
    expect(mayDo(caller(['certificates:read']), 'certificates:write')).toBe(false)
    expect(mayDo(caller([]), 'templates')).toBe(false)
    expect(mayDo(caller(['admin']), 'templates')).toBe(true)
  })
})

describe('live and sandbox never meet', () => {
  const withId = privateRoutes.filter(({ path }) => path.includes(':id'))
  const bodies: Record<string, unknown> = {
    'PATCH /v1/certificates/:id': { reason: 'x' },
    'PUT /v1/certificates/:id': { reason: 'x' },
    'POST /v1/templates/:id/mail/test': { to: 'me@example.org' },
  }
  for (const { method, path } of withId) {
    const body = bodies[`${method} ${path}`] ?? (method === 'GET' ? undefined : {})
    test(`${method} ${path} of the other side is 404, as if it were not there`, async () => {
      const other = await http.api(method, filled(path, 'live'), { key: http.keys.sandbox, body })
      expect(other.status).toBe(404)
      // Keys are managed from live keys, which see both sides.
      if (path.startsWith('/v1/api_keys')) return
      const back = await http.api(method, filled(path, 'test'), { key: http.keys.admin, body })
      expect(back.status).toBe(404)
      const nothing = named(path).replace(':id', ids.live.mails!.replace(/.{4}$/, '0000'))
      const missing = await http.api(method, nothing, { key: http.keys.admin, body })
      const code = (text: string) => JSON.parse(text).error.code
      expect(code(back.text)).toBe(code(missing.text))
    })
  }

  test('lists hold one side only', async () => {
    for (const path of [
      '/v1/certificates',
      '/v1/templates',
      '/v1/assets',
      '/v1/batches',
      '/v1/mails',
      '/v1/events',
      '/v1/audit',
    ]) {
      const live = await http.api('GET', path, { key: http.keys.admin })
      const sandbox = await http.api('GET', path, { key: http.keys.sandbox })
      for (const id of Object.values(ids.test)) if (!id.startsWith('key_')) expect(live.text).not.toContain(id)
      for (const id of Object.values(ids.live)) expect(sandbox.text).not.toContain(id)
      expect(live.json.data.length).toBeGreaterThan(0)
      expect(sandbox.json.data.length).toBeGreaterThan(0)
    }
  })

  test('a template of the other side cannot be issued with, and a sandbox key makes no live key', async () => {
    const issue = await http.api('POST', '/v1/certificates', { key: http.keys.sandbox, body: requestFor('apm-live') })
    expect(issue.json.error.code).toBe('template_not_found')
    const key = await http.api('POST', '/v1/api_keys', { key: http.keys.sandbox, body: { name: 'x' } })
    expect(key.status).toBe(403)
  })

  test('emptying the sandbox leaves live data', async () => {
    const own = await startHttp({ appliance: { syncWaitMs: 0 } })
    for (const key of [own.keys.admin, own.keys.sandbox]) {
      await own.api('POST', '/v1/templates', { key, body: { ...TEMPLATE, slug: 'apm' } })
      await own.api('POST', '/v1/certificates', { key, body: requestFor('apm') })
    }
    const { json } = await own.api('DELETE', '/v1/sandbox', { key: own.keys.sandbox })
    expect(json).toEqual({ wiped: true, certificates: 1 })
    expect((await own.api('GET', '/v1/certificates', { key: own.keys.sandbox })).json.data).toEqual([])
    expect((await own.api('GET', '/v1/certificates')).json.data).toHaveLength(1)
    const events = (await own.api('GET', '/v1/audit', { key: own.keys.sandbox })).json.data
    expect(events.at(-1).type).toBe('sandbox.wiped')
    await own.close()
  })
})

describe('the key itself', () => {
  const get = (headers: Record<string, string>, path = '/v1/certificates') =>
    http.api('GET', path, { key: null, headers })

  test('comes as Bearer and in no other way', async () => {
    const { issuer } = http.keys
    expect((await get({ Authorization: `bearer ${issuer}` })).status).toBe(200)
    const elsewhere: Array<Record<string, string>> = [
      { Authorization: issuer },
      { Authorization: `Basic ${btoa(`${issuer}:`)}` },
      { 'X-Api-Key': issuer },
      { Cookie: `key=${issuer}` },
    ]
    for (const headers of elsewhere) expect((await get(headers)).status).toBe(401)
    const inAddress = await get({}, `/v1/certificates?api_key=${issuer}`)
    expect(inAddress.status).toBe(401)
    expect(inAddress.json.error.message).toContain('logs')
    expect(inAddress.headers.get('www-authenticate')).toContain('Bearer')
  })

  test('that was mistyped, is unknown, revoked or expired opens nothing', async () => {
    const messages: string[] = []
    const { key, apiKey } = await http.makeKey({})
    const typo = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a')
    const soon = await http.makeKey({ expiresAt: http.appliance.clock.now() + 1000 })
    expect((await get({ Authorization: `Bearer ${soon.key}` })).status).toBe(200)
    http.appliance.clock.advance(1000)
    await http.api('DELETE', `/v1/api_keys/${apiKey.id}`, { key: http.keys.admin })
    const unknown = 'tm_test_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_16DVtj'
    for (const each of [typo, unknown, key, soon.key]) {
      const answer = await get({ Authorization: `Bearer ${each}` })
      expect(answer.status).toBe(401)
      expect(answer.text).not.toContain(each)
      messages.push(answer.json.error.message)
    }
    expect(messages.join(' ')).toMatch(/letter is missing.*not known.*revoked.*expired/)
  })

  test('is bound to its addresses', async () => {
    const { key } = await http.makeKey({ allowedCidrs: ['192.0.2.0/24', '2001:db8::/32'] })
    for (const [address, status] of [
      ['192.0.2.9', 200],
      ['::ffff:192.0.2.9', 200],
      ['2001:db8::1', 200],
      ['198.51.100.1', 403],
      ['2001:db9::1', 403],
    ] as const)
      expect((await http.api('GET', '/v1/certificates', { key, address })).status).toBe(status)
  })

  test('is shown once, and its last use is written down', async () => {
    const { json } = await http.api('POST', '/v1/api_keys', { key: http.keys.admin, body: { name: 'lms' } })
    expect(json.key).toMatch(/^tm_live_/)
    expect(json).toMatchObject({
      plan: 'standard',
      scopes: ['certificates:read', 'certificates:write'],
      last_used_at: null,
    })
    await http.api('GET', '/v1/certificates', { key: json.key })
    await http.server.flushLastUsed()
    const list = await http.api('GET', '/v1/api_keys', { key: http.keys.admin })
    expect(list.text).not.toContain(json.key)
    expect(list.json.data.find(({ id }: { id: string }) => id === json.id).last_used_at).toMatch(/^2026-/)
  })
})

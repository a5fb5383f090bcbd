/** Every route gives every status it documents: a describe for each, and none is missing. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { exportTemplate } from '../../src/actions/templates-archive.ts'
import { openSetup } from '../../src/actions/setup.ts'
import type { Permission } from '../../src/domain/api-keys.ts'
import { mayDo } from '../../src/domain/api-keys-decide.ts'
import { PERMISSIONS } from '../../src/domain/api-keys.ts'
import { StoreUnavailable } from '../../src/store/errors.ts'
import { fresh } from '../../src/domain/commit.ts'
import { RenderUnavailable } from '../../src/domain/ports.ts'
import { DEFAULT_LIMITS } from '../../src/http/context.ts'
import { routeStatuses } from '../../src/http/openapi.ts'
import type { Route } from '../../src/http/route.ts'
import { allRoutes } from '../../src/http/routes.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type ApiAnswer, type ApiOptions, type TestHttp } from '../kit/http.ts'

let http: TestHttp
let serial = 0
const unique = () => `n${++serial}`
const SECRET = 'secret /etc/testamur/key.pem at line 7'
const GHOST = '0'.repeat(26)

beforeAll(async () => {
  http = await startHttp({
    appliance: {
      plans: {
        standard: { requestsPerMinute: 60, batchSize: 100 },
        tiny: { requestsPerMinute: 1, batchSize: 1 },
        enterprise: { requestsPerMinute: 0, batchSize: 10_000 },
      },
      syncWaitMs: 0,
    },
    context: {
      limits: { bodyBytes: 20_000, batchBodyBytes: 40_000, unauthenticatedPerMinute: 0, publicPerMinute: 5 },
    },
  })
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'apm' } })
  await http.api('POST', '/v1/templates', {
    key: http.keys.admin,
    body: { ...TEMPLATE, slug: 'once', unique_by: ['recipient.email'] },
  })
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'old' } })
  await http.api('POST', '/v1/templates/old/archive', { key: http.keys.admin })
})
afterAll(() => http.close())

// Each test comes from an address of its own, so that none meets another's limit.
const from = () => `198.51.${Math.floor(++serial / 250) % 250}.${serial % 250}`
const call = (method: string, path: string, options: ApiOptions = {}) =>
  http.api(method, path, { key: http.keys.admin, address: from(), ...options })
const issue = async (more: object = {}, template = 'apm') =>
  (await call('POST', '/v1/certificates', { body: { ...requestFor(template), ...more } })).json as { id: string }
const issued = async () => {
  const certificate = await issue()
  await http.appliance.settle()
  return certificate
}
const held = () => issue({ hold: true })

const ZIP = { 'Content-Type': 'application/zip' }
const OCTETS = { 'Content-Type': 'application/octet-stream' }
const upload = (text: string) => call('POST', '/v1/assets', { raw: text, headers: OCTETS })
const QR = { id: 'qr', kind: 'qr', x: 10, y: 10, width: 30, height: 30 }
const PICTURE = { id: 'seal', kind: 'image', x: 50, y: 50, width: 30, height: 30 }
const DESIGN = { page: { width: 297, height: 210 }, elements: [QR] }

type Provoke = () => Promise<ApiAnswer>
/** What a route needs to succeed, and how its own errors are met. Statuses all routes share are met below. */
const own: Record<string, Record<number, Provoke>> = {
  'POST /v1/certificates': {
    201: () => call('POST', '/v1/certificates', { body: requestFor('apm') }),
    200: () => call('POST', '/v1/certificates?dry_run=true', { body: requestFor('apm') }),
    404: () => call('POST', '/v1/certificates', { body: requestFor('nothing') }),
    409: async () => {
      const body = { ...requestFor('once'), recipient: { name: 'A', email: `${unique()}@example.org` } }
      await call('POST', '/v1/certificates', { body })
      return call('POST', '/v1/certificates', { body })
    },
    422: () => sameKey('/v1/certificates', requestFor('apm'), { ...requestFor('apm'), notify: false }),
  },
  'GET /v1/certificates': { 200: () => call('GET', '/v1/certificates?limit=2') },
  'GET /v1/certificates/:id': { 200: async () => call('GET', `/v1/certificates/${(await issued()).id}`) },
  'PATCH /v1/certificates/:id': correction('PATCH'),
  'PUT /v1/certificates/:id': correction('PUT'),
  'POST /v1/certificates/:id/revoke': {
    200: async () => call('POST', `/v1/certificates/${(await issued()).id}/revoke`, { body: { reason: 'A mistake.' } }),
    409: async () => call('POST', `/v1/certificates/${(await held()).id}/revoke`),
  },
  'DELETE /v1/certificates/:id': {
    200: async () => call('DELETE', `/v1/certificates/${(await issued()).id}`),
    409: async () => {
      const { id } = await held()
      await call('POST', `/v1/certificates/${id}/withdraw`)
      const answer = await call('DELETE', `/v1/certificates/${id}`)
      expect(answer.json.error.code).toBe('certificate_closed')
      return answer
    },
  },
  'POST /v1/certificates/:id/withdraw': {
    200: async () => call('POST', `/v1/certificates/${(await held()).id}/withdraw`),
    409: async () => call('POST', `/v1/certificates/${(await issued()).id}/withdraw`),
  },
  'POST /v1/certificates/:id/release': {
    200: async () => call('POST', `/v1/certificates/${(await held()).id}/release`, { body: {} }),
    409: async () => call('POST', `/v1/certificates/${(await issued()).id}/release`),
  },
  'POST /v1/certificates/:id/retry': {
    200: async () => {
      const { id } = await issue()
      const { store, clock, live } = http.appliance
      const current = (await store.certificates.find(live, id))!
      await store.commit({
        at: clock.now(),
        puts: [
          { entity: 'certificate', row: { ...current.certificate, status: 'failed', statusReason: 'reverted' } },
          { entity: 'certificateVersion', row: { ...current.version, readyAt: null } },
        ],
      })
      return call('POST', `/v1/certificates/${id}/retry`)
    },
    409: async () => call('POST', `/v1/certificates/${(await issued()).id}/retry`),
  },
  'POST /v1/certificates/batch': {
    202: () => call('POST', '/v1/certificates/batch', { body: batch('apm') }),
    200: () => call('POST', '/v1/certificates/batch?dry_run=true', { body: batch('apm') }),
    404: () => call('POST', '/v1/certificates/batch', { body: batch('nothing') }),
    409: () => running('/v1/certificates/batch', batch('apm')),
    422: () => sameKey('/v1/certificates/batch', batch('apm'), { ...batch('apm'), notify: false }),
  },
  'GET /v1/batches': { 200: () => call('GET', '/v1/batches') },
  'GET /v1/batches/:id': {
    200: async () => {
      const { json } = await call('POST', '/v1/certificates/batch', { body: batch('apm', { name: '' }) })
      await http.appliance.settle()
      return call('GET', `/v1/batches/${json.id}`)
    },
  },
  'POST /v1/batches/:id/revoke': {
    202: async () => {
      const { json } = await call('POST', '/v1/certificates/batch', { body: batch('apm') })
      await http.appliance.settle()
      return call('POST', `/v1/batches/${json.id}/revoke`)
    },
  },
  'POST /v1/templates': {
    201: () => call('POST', '/v1/templates', { body: TEMPLATE }),
    409: () => call('POST', '/v1/templates', { body: { ...TEMPLATE, slug: 'apm' } }),
  },
  'GET /v1/templates': { 200: () => call('GET', '/v1/templates?status=archived') },
  'GET /v1/templates/:id': { 200: () => call('GET', '/v1/templates/apm') },
  'PATCH /v1/templates/:id': {
    200: () => call('PATCH', '/v1/templates/apm', { body: { validity: { months: 24 } } }),
    409: () => stale(() => call('PATCH', '/v1/templates/apm', { body: { name: 'Other' } })),
  },
  'GET /v1/templates/:id/versions': { 200: () => call('GET', '/v1/templates/apm/versions') },
  'POST /v1/templates/:id/archive': {
    200: () => call('POST', '/v1/templates/old/archive'),
    409: () => stale(() => call('POST', '/v1/templates/once/archive')),
  },
  'POST /v1/templates/:id/restore': {
    200: () => call('POST', '/v1/templates/apm/restore'),
    409: () => stale(() => call('POST', '/v1/templates/old/restore')),
  },
  'GET /v1/templates/:id/versions/:version': { 200: () => call('GET', '/v1/templates/apm/versions/1') },
  'GET /v1/templates/:id/export': { 200: () => call('GET', '/v1/templates/apm/export') },
  'POST /v1/templates/import': {
    201: async () => {
      const { bytes } = await exportTemplate(http.context, http.appliance.live, 'apm')
      return call('POST', '/v1/templates/import', { raw: bytes as BodyInit, headers: ZIP })
    },
    409: async () => {
      const { bytes } = await exportTemplate(http.context, http.appliance.live, 'apm')
      return stale(() => call('POST', '/v1/templates/import', { raw: bytes as BodyInit, headers: ZIP }))
    },
    413: () => call('POST', '/v1/templates/import', { raw: '', headers: { ...ZIP, 'Content-Length': '99999999' } }),
  },
  'POST /v1/templates/:id/preview': {
    200: () => call('POST', '/v1/templates/apm/preview', { body: { sample: 'thai' } }),
  },
  'GET /v1/designs': { 200: () => call('GET', '/v1/designs') },
  'GET /v1/designs/:slug': { 200: () => call('GET', '/v1/designs/classic') },
  'GET /v1/fonts': { 200: () => call('GET', '/v1/fonts') },
  'POST /v1/designs/preview': { 200: () => call('POST', '/v1/designs/preview', { body: { design: DESIGN } }) },
  'POST /v1/designs/proof': { 200: () => call('POST', '/v1/designs/proof', { body: { design: DESIGN } }) },
  'POST /v1/assets': {
    201: () => upload(unique()),
    200: async () => {
      await upload('the same')
      return upload('the same')
    },
    409: async () => {
      const { assets } = http.appliance.store
      const real = assets.size
      assets.size = () => Promise.resolve({ assets: 2_000, bytes: 0 })
      try {
        return await upload(unique())
      } finally {
        assets.size = real
      }
    },
    413: () => call('POST', '/v1/assets', { raw: 'x'.repeat(10 * 1024 * 1024 + 1), headers: OCTETS }),
    415: () =>
      call('POST', '/v1/assets', {
        raw: '{"data":"AAAA"}',
        headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      }),
  },
  'GET /v1/assets': { 200: () => call('GET', '/v1/assets?kind=image') },
  'GET /v1/assets/:id': { 200: async () => call('GET', `/v1/assets/${(await upload(unique())).json.id}`) },
  'GET /v1/assets/:id/content': {
    200: async () => call('GET', `/v1/assets/${(await upload(unique())).json.id}/content`),
  },
  'DELETE /v1/assets/:id': {
    204: async () => call('DELETE', `/v1/assets/${(await upload(unique())).json.id}`),
    409: async () => {
      const { id } = (await upload(unique())).json
      const body = { ...TEMPLATE, design: { ...DESIGN, elements: [...DESIGN.elements, { ...PICTURE, asset: id }] } }
      expect((await call('POST', '/v1/templates', { body })).status).toBe(201)
      const answer = await call('DELETE', `/v1/assets/${id}`)
      expect(answer.json.error.code).toBe('asset_in_use')
      return answer
    },
  },
  'POST /v1/api_keys': { 201: () => call('POST', '/v1/api_keys', { body: { name: 'lms' } }) },
  'GET /v1/api_keys': { 200: () => call('GET', '/v1/api_keys') },
  'DELETE /v1/api_keys/:id': {
    200: async () => call('DELETE', `/v1/api_keys/${(await http.makeKey({})).apiKey.id}`),
    409: async () => {
      const { apiKey } = await http.makeKey({})
      return stale(() => call('DELETE', `/v1/api_keys/${apiKey.id}`))
    },
  },
  'GET /v1/events': { 200: () => call('GET', '/v1/events?limit=3&types=certificate.issued') },
  'GET /v1/audit': { 200: () => call('GET', '/v1/audit?limit=3') },
  'GET /v1/mails': { 200: () => call('GET', '/v1/mails?limit=3') },
  'GET /v1/mails/:id': {
    200: async () => {
      const { id } = await issued()
      const { json } = await call('GET', `/v1/mails?certificate_id=${id}`)
      return call('GET', `/v1/mails/${json.data[0].id}`)
    },
  },
  'GET /v1/mails/:id/attachments/:name': {
    200: async () => {
      const { id } = await issued()
      const { json } = await call('GET', `/v1/mails?certificate_id=${id}`)
      return call('GET', json.data[0].attachments[0].url)
    },
  },
  'POST /v1/templates/:id/mail/preview': {
    200: () => call('POST', '/v1/templates/apm/mail/preview', { body: { language: 'sv' } }),
  },
  'POST /v1/templates/:id/mail/test': {
    202: () => call('POST', '/v1/templates/apm/mail/test', { body: { to: 'me@example.org' } }),
  },
  'GET /v1/networks': { 200: () => call('GET', '/v1/networks') },
  'GET /v1/system': { 200: () => call('GET', '/v1/system') },
  'DELETE /v1/sandbox': { 200: () => call('DELETE', '/v1/sandbox') },
  'GET /:id': {
    200: async () => call('GET', `/${(await issued()).id}.json`),
    400: async () => call('GET', `/${(await issued()).id}.json?version=zero`),
    409: async () => call('GET', `/${(await issue()).id}.pdf`),
    410: async () => call('GET', `/${(await erased()).id}.svg`),
    503: async () => call('GET', `/${(await undrawable()).id}.png`),
  },
  'GET /:id/logo': {
    200: async () => call('GET', `/${(await withLogo()).id}/logo`),
    404: async () => call('GET', `/${(await issued()).id}/logo`),
  },
  'GET /:id/embed': { 200: async () => call('GET', `/${(await issued()).id}/embed`) },
  'GET /oembed': {
    200: async () => call('GET', `/oembed?url=https://certs.example.edu/${(await issued()).id}`),
    400: async () => call('GET', `/oembed?url=https://certs.example.edu/${(await issued()).id}&format=xml`),
    404: () => call('GET', '/oembed?url=https://evil.example/'),
  },
  'POST /:id/mail': asked('mail', { email: 'maria@example.org' }),
  'POST /:id/report': asked('report', { message: 'The name is misspelt.' }),
  'GET /brand/:file': { 200: () => call('GET', '/brand/7a1f5c.css') },
  'GET /v1/analytics': {
    200: () => call('GET', '/v1/analytics?template_id=apm'),
    404: () => call('GET', '/v1/analytics?template_id=nothing'),
  },
  'POST /:id/visits': {
    204: async () => call('POST', `/${(await issued()).id}/visits`, { raw: '{"kind":"view"}' }),
    404: () => call('POST', '/somebody/visits', { raw: '{}' }),
    413: () => call('POST', `/cert_${GHOST}/visits`, { raw: 'x'.repeat(2000) }),
  },
  'GET /s/:id/:channel': { 303: async () => call('GET', `/s/${(await issued()).id}/whatsapp`) },
  'GET /.well-known/did.json': {
    200: () => call('GET', '/.well-known/did.json'),
    404: () => withKeyDid(() => call('GET', '/.well-known/did.json')),
  },
  'GET /issuer.json': { 200: () => call('GET', '/issuer.json') },
  'GET /.well-known/testamur.json': { 200: () => call('GET', '/.well-known/testamur.json') },
  'GET /roots.json': { 200: () => call('GET', `/roots.json?root=${'ab'.repeat(32)}`) },
  'GET /status/:file': {
    200: async () => {
      await issued()
      return call('GET', '/status/1.json')
    },
  },
  'GET /achievements/:template/:version': {
    200: async () => {
      const { json } = await call('GET', '/v1/templates/apm')
      return call('GET', `/achievements/${json.id}/1`, { headers: { Accept: 'application/json' } })
    },
  },
  'GET /': { 200: () => call('GET', '/') },
  'GET /verify': {
    200: () => call('GET', '/verify'),
    303: () => call('GET', `/verify?id=https://certs.example.edu/cert_${GHOST}`),
  },
  'GET /verify.html': {
    200: () => call('GET', '/verify.html'),
    404: () => withoutAssets(() => call('GET', '/verify.html')),
  },
  'GET /robots.txt': { 200: () => call('GET', '/robots.txt') },
  'GET /favicon.ico': { 200: () => call('GET', '/favicon.ico') },
  'POST /chain/rpc': {
    200: () => call('POST', '/chain/rpc', { raw: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}' }),
    413: () => call('POST', '/chain/rpc', { raw: 'x'.repeat(40_000) }),
    404: () => withoutChain(() => call('POST', '/chain/rpc', { raw: '{}' })),
    400: () => broken('/chain/rpc'),
  },
  'GET /assets/:file': { 200: () => call('GET', '/assets/certificate.js') },
  'GET /livez': { 200: () => call('GET', '/livez') },
  'GET /readyz': {
    200: () => call('GET', '/readyz'),
    503: async () => {
      http.health.value = { ready: false, degraded: true, checks: { database: 'the disk is full' } }
      const answer = await call('GET', '/readyz')
      http.health.value = { ready: true, degraded: false, checks: { database: 'ok' } }
      return answer
    },
  },
  'GET /docs': { 200: () => call('GET', '/docs') },
  'GET /docs/style.css': { 200: () => call('GET', '/docs/style.css') },
  'GET /docs/guide/:name': {
    200: () => call('GET', '/docs/guide/retries'),
    404: () => call('GET', '/docs/guide/nothing'),
  },
  'GET /docs/errors': { 200: () => call('GET', '/docs/errors') },
  'GET /docs/errors/:code': {
    200: () => call('GET', '/docs/errors/not_found'),
    404: () => call('GET', '/docs/errors/__proto__'),
  },
  'GET /admin/designer': { 200: () => call('GET', '/admin/designer', { key: null }) },
  'GET /admin/setup/:token': {
    200: async () => call('GET', `/admin/setup/${await setupToken()}`),
    404: () => call('GET', `/admin/setup/${'0'.repeat(64)}`),
    410: async () => usedUp('GET'),
  },
  'POST /admin/setup/:token': {
    200: async () => call('POST', `/admin/setup/${await setupToken()}`, { raw: '' }),
    404: () => call('POST', `/admin/setup/${'0'.repeat(64)}`, { raw: '' }),
    410: async () => usedUp('POST'),
  },
  'GET /openapi.json': { 200: () => call('GET', '/openapi.json') },
}

/** A link that is good: as long as nobody used one, each call makes a new one. */
async function setupToken() {
  const { store, clock } = http.appliance
  const stored = await store.instance.get('admin_setup')
  if (stored) {
    const value = JSON.stringify({ ...JSON.parse(stored.value), usedAt: null })
    await store.commit({ at: clock.now(), puts: [{ entity: 'instanceValue', row: { ...stored, value } }] })
  }
  return (await openSetup(http.appliance.context))!
}
async function usedUp(method: string) {
  const path = `/admin/setup/${await setupToken()}`
  await call('POST', path, { raw: '' })
  return call(method, path, method === 'POST' ? { raw: '' } : {})
}

function correction(method: string): Record<number, Provoke> {
  const body = { reason: 'The name was misspelt.', recipient: { name: 'Maria Anderson' } }
  return {
    200: async () => call(method, `/v1/certificates/${(await issued()).id}`, { body }),
    409: async () => {
      const { id } = await issued()
      await call(method, `/v1/certificates/${id}`, { body })
      const answer = await call(method, `/v1/certificates/${id}`, { body })
      expect(answer.json.error.code).toBe('correction_pending')
      return answer
    },
  }
}

const batch = (template: string, change: object = {}) => ({
  template_id: template,
  recipients: [{ name: 'Maria', email: 'maria@example.org', fields: requestFor(template).fields, ...change }],
})

async function sameKey(path: string, first: object, second: object) {
  const headers = { 'Idempotency-Key': unique() }
  await call('POST', path, { body: first, headers })
  return call('POST', path, { body: second, headers })
}

/** The first of two requests with one key is still at work when the second one comes. */
async function running(path: string, body: object) {
  const headers = { 'Idempotency-Key': unique() }
  const first = call('POST', path, { body, headers })
  const second = await call('POST', path, { body, headers })
  await first
  return second
}

/** A form of a certificate's page. */
function asked(what: string, body: object): Record<number, Provoke> {
  const path = async () => `/${(await issued()).id}/${what}`
  return {
    202: async () => call('POST', await path(), { body }),
    400: async () => call('POST', await path(), { body: { ...body, surprise: 1 } }),
    403: async () => call('POST', await path(), { body, headers: { 'Sec-Fetch-Site': 'cross-site' } }),
    404: () => call('POST', `/cert_${GHOST}/${what}`, { body }),
    415: async () => call('POST', await path(), { raw: 'a', headers: { 'Content-Type': 'text/plain' } }),
  }
}

async function erased() {
  const { id } = await issued()
  const { store, clock, live } = http.appliance
  const { certificate } = (await store.certificates.find(live, id))!
  await store.commit({
    at: clock.now(),
    puts: [{ entity: 'certificate', row: { ...certificate, erasedAt: clock.now() } }],
  })
  return { id }
}

/** The renderer has too much to do. */
async function undrawable() {
  const { renderer } = http.context
  const raster = renderer.raster.bind(renderer)
  renderer.raster = async () => {
    renderer.raster = raster
    throw new RenderUnavailable('full')
  }
  return issued()
}

async function withLogo() {
  const { store, clock } = http.appliance
  const id = `asset_${'0'.repeat(25)}${(serial++ % 10).toString()}`
  const asset = { id, partition: 'live', kind: 'image', sha256: id.padEnd(64, '0'), mediaType: 'image/png' } as const
  const more = { name: 'logo', bytes: 1, width: 9, height: 9, family: null, createdAt: clock.now(), createdBy: 'key_1' }
  const content = { assetId: id, partition: 'live', content: new Uint8Array([1]) } as const
  await store.commit({
    at: clock.now(),
    puts: [
      { entity: 'asset', row: fresh({ ...asset, ...more }) },
      { entity: 'assetContent', row: fresh(content) },
    ],
  })
  const { json } = await call('POST', '/v1/templates', { body: { ...TEMPLATE, logo: id } })
  const certificate = await issue({}, json.id)
  await http.appliance.settle()
  return certificate
}

/** Somebody else is always faster: every commit is refused as stale. */
async function stale(act: Provoke) {
  const { store } = http.appliance
  const real = store.commit
  const { CommitRefused } = await import('../../src/domain/commit.ts')
  store.commit = () => Promise.reject(new CommitRefused('stale', 'template'))
  try {
    return await act()
  } finally {
    store.commit = real
  }
}

async function withKeyDid(act: Provoke) {
  const { dids } = http.context.appliance
  const { live } = dids
  dids.live = dids.test
  try {
    return await act()
  } finally {
    dids.live = live
  }
}

async function withoutAssets(act: Provoke) {
  const { assets } = http.context
  http.context.assets = () => undefined
  try {
    return await act()
  } finally {
    http.context.assets = assets
  }
}

async function withoutChain(act: Provoke) {
  const { chainRpc } = http.context
  delete http.context.chainRpc
  try {
    return await act()
  } finally {
    http.context.chainRpc = chainRpc!
  }
}

/** The body breaks off in the middle. */
function broken(path: string) {
  const raw = new ReadableStream({ start: (controller) => controller.error(new Error(SECRET)) })
  return call('POST', path, { raw })
}

const ghostPath = (route: Route) =>
  route.path
    .replace('/v1/batches/:id', `/v1/batches/batch_${GHOST}`)
    .replace('/attachments/:name', '/attachments/certificate.jpg')
    .replace(':id', `cert_${GHOST}`)
    .replace(':file', route.path.startsWith('/status') ? '999999999.json' : 'nothing.js')
    .replace(':template', `tmpl_${GHOST}`)
    .replace(':version', '1')
    .replace(/:\w+/, 'nothing')

const needsBody = ({ method }: Route) => ['POST', 'PUT', 'PATCH'].includes(method)
const bodyFor = (route: Route) => (route.body ? { body: validBody(route) } : {})
function validBody({ path, method }: Route): object {
  if (path === '/v1/certificates') return requestFor('apm')
  if (path === '/v1/certificates/batch') return batch('apm')
  if (path === '/v1/templates') return TEMPLATE
  if (path === '/v1/api_keys') return { name: 'x' }
  if (path.startsWith('/v1/designs/')) return { design: DESIGN }
  if (path.endsWith('/mail/test')) return { to: 'me@example.org' }
  if (path === '/v1/certificates/:id' && method !== 'DELETE') return { reason: 'x' }
  return {}
}

const lacking = (route: Route & { surface: 'private' }) => {
  const needed = [route.permission].flat() as Permission[]
  const grants = (each: Permission) => needed.some((one) => mayDo({ permissions: [each] }, one))
  return PERMISSIONS.filter((each) => !grants(each))
}

async function forbidden(route: Route) {
  if (route.surface !== 'private') throw new Error('open to all')
  const permissions = lacking(route)
  const { key } = await http.makeKey(permissions.length ? { permissions } : { allowedCidrs: ['192.0.2.0/24'] })
  return call(route.method, ghostPath(route), { key, ...bodyFor(route) })
}

async function limited(route: Route) {
  const address = from()
  const { key } = await http.makeKey({ plan: 'tiny' })
  const times = route.surface === 'private' ? (route.frequent ? 11 : 2) : 6
  let answer: ApiAnswer | undefined
  for (let time = 0; time < times; time++)
    answer = await call(route.method, ghostPath(route), {
      key: route.surface === 'private' ? key : null,
      address,
      ...(needsBody(route) && !route.body ? { raw: '{}' } : bodyFor(route)),
    })
  expect(answer!.headers.get('retry-after')).toMatch(/^\d+$/)
  return answer!
}

/** Something inside is broken: for /v1 the store, for pages the clock. */
async function failing(route: Route, error: Error) {
  const { apiKeys } = http.appliance.store
  const real = apiKeys.byHash
  if (route.surface === 'private') apiKeys.byHash = () => Promise.reject(error)
  else http.fault.error = error
  try {
    return await call(route.method, ghostPath(route), bodyFor(route))
  } finally {
    apiKeys.byHash = real
    http.fault.error = undefined
  }
}

/** How a status that many routes share is met. */
function shared(route: Route, status: number): Promise<ApiAnswer> {
  const path = ghostPath(route)
  switch (status) {
    case 400:
      return call(route.method, `${path}?surprise=1`, bodyFor(route))
    case 401:
      return call(route.method, path, { key: null, ...bodyFor(route) })
    case 403:
      return forbidden(route)
    case 404:
      return call(route.method, path, needsBody(route) && !route.body ? { raw: '{}' } : bodyFor(route))
    case 409:
      return stale(() => call(route.method, path, bodyFor(route)))
    case 413:
      return call(route.method, path, { raw: `"${'x'.repeat(50_000)}"` })
    case 415:
      return call(route.method, path, { raw: 'a=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
    case 429:
      return limited(route)
    case 500:
      return failing(route, new Error(SECRET))
    case 503:
      return failing(route, new StoreUnavailable('full'))
    default:
      throw new Error(`no way to meet ${status}`)
  }
}

const described = new Set<string>()
for (const route of allRoutes) {
  const name = `${route.method} ${route.path}`
  describe(name, () => {
    for (const status of routeStatuses(route)) {
      const provoke = own[name]?.[status] ?? (status >= 400 ? () => shared(route, status) : undefined)
      if (!provoke) continue
      described.add(`${name} ${status}`)
      describe(String(status), () => {
        test('is answered as documented, and nothing leaks', async () => {
          const answer = await provoke()
          expect(answer.status).toBe(status)
          if (status >= 400) expect(answer.text).not.toContain('secret')
          expect(answer.text).not.toMatch(/\bat \S+ \(|\.ts:\d+|node_modules|SQLITE|\/etc\//)
          if (status >= 400 && !route.answers[status])
            expect(answer.json?.error.documentation_url).toBe(
              `https://certs.example.edu/docs/errors/${answer.json?.error.code}`,
            )
        })
      })
    }
  })
}

test('R9: no documented status is without its describe, and the table names no route that is gone', () => {
  const documented = allRoutes.flatMap((route) =>
    routeStatuses(route).map((status) => `${route.method} ${route.path} ${status}`),
  )
  expect(documented.filter((each) => !described.has(each))).toEqual([])
  const names = allRoutes.map(({ method, path }) => `${method} ${path}`)
  expect(Object.keys(own).filter((name) => !names.includes(name))).toEqual([])
  expect(DEFAULT_LIMITS.bodyBytes).toBe(2 * 1024 * 1024)
})

test('every route is in one surface, once', () => {
  const names = allRoutes.map(({ method, path }) => `${method} ${path}`)
  expect(new Set(names).size).toBe(names.length)
  for (const { surface, path } of allRoutes) expect(path.startsWith('/v1/')).toBe(surface === 'private')
})

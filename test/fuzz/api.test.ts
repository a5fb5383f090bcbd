/**
 * Thousands of generated requests over all routes, from valid ones to nonsense: none ends in a 5xx, none leaks what is
 * inside, and every answer is one the OpenAPI document knows. TESTAMUR_FUZZ sets how many.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { allRoutes } from '../../src/http/routes.ts'
import type { Route } from '../../src/http/route.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { HOST, answerOf, requestOf, startHttp, type ApiAnswer, type TestHttp } from '../kit/http.ts'
import { unlikeDocument } from '../kit/openapi.ts'

const DESIGN = {
  page: { width: 297, height: 210 },
  elements: [{ id: 'qr', kind: 'qr', x: 10, y: 10, width: 30, height: 30 }],
}
const RUNS = Number(process.env.TESTAMUR_FUZZ ?? (process.env.CI ? 100_000 : 5_000))
let http: TestHttp
const ids: Record<'certificate' | 'sandboxCertificate' | 'template' | 'batch' | 'mail', string> = {
  certificate: '',
  sandboxCertificate: '',
  template: '',
  batch: '',
  mail: '',
}

beforeAll(async () => {
  http = await startHttp({ appliance: { syncWaitMs: 0 } })
  const { api, keys, appliance } = http
  const template = { ...TEMPLATE, slug: 'apm' }
  ids.template = (await api('POST', '/v1/templates', { key: keys.admin, body: template })).json.id
  await api('POST', '/v1/templates', { key: keys.sandbox, body: template })
  ids.certificate = (await api('POST', '/v1/certificates', { body: requestFor('apm') })).json.id
  const inSandbox = await api('POST', '/v1/certificates', { key: keys.sandbox, body: requestFor('apm') })
  ids.sandboxCertificate = inSandbox.json.id
  const batch = { template_id: 'apm', recipients: [{ name: 'A', email: 'a@example.org' }] }
  ids.batch = (await api('POST', '/v1/certificates/batch', { body: batch })).json.id
  await appliance.settle()
  ids.mail = (await api('GET', '/v1/mails')).json.data[0].id
})
afterAll(() => http.close())

/** Mostly the usual thing. */
const seldom = <Usual, Other>(usual: Usual, other: fc.Arbitrary<Other>, weight = 3) =>
  fc.oneof<[fc.WeightedArbitrary<Usual>, fc.WeightedArbitrary<Other>]>(
    { weight, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: other },
  )

const hostileText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'null',
    "'; drop table certificates; --",
    '<script>alert(1)</script>',
    '{{constructor}}',
    '../../etc/passwd',
    '%00',
    '\u0000',
    '\ud800',
    '\u202e',
    '__proto__',
    'a@b',
    'maria@example.org, evil@example.com',
    '2026-02-30',
    '9999-12-31',
    'x'.repeat(5000),
    '\r\nX-Evil: 1',
    '1e999',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, false, 0, -1, 1e308, 0.1, [], {}, [[]], [null], { a: 1 }, { constructor: 1 }),
  fc.jsonValue({ maxDepth: 3 }),
)

type Step = { at: number; how: 'replace' | 'remove' | 'add'; value: unknown; name: string }
const steps = fc.array(
  fc.record({
    at: fc.nat(60),
    how: fc.constantFrom<Step['how']>('replace', 'remove', 'add'),
    value: hostileValue,
    name: fc.oneof(
      hostileText,
      fc.constantFrom('reason', 'notify', 'hold', 'metadata', 'expires_at', 'network', 'sandbox'),
    ),
  }),
  { maxLength: 3 },
)

/** Changes some members somewhere in a copy of the body. */
function mutated(body: unknown, changes: Step[]): unknown {
  const copy = structuredClone(body)
  for (const { at, how, value, name } of changes) {
    const places: Array<[Record<string, unknown>, string]> = []
    const walk = (part: unknown) => {
      if (part === null || typeof part !== 'object') return
      for (const key of Object.keys(part)) {
        places.push([part as Record<string, unknown>, key])
        walk((part as Record<string, unknown>)[key])
      }
    }
    walk(copy)
    if (places.length === 0) continue
    const [holder, key] = places[at % places.length]!
    if (how === 'remove') delete holder[key]
    else if (how === 'replace') holder[key] = structuredClone(value)
    else if (!Array.isArray(holder))
      // A copy: the generator's own objects would be changed by a later step, until one holds itself.
      Object.defineProperty(holder, name, {
        value: structuredClone(value),
        enumerable: true,
        configurable: true,
        writable: true,
      })
  }
  return copy
}

function validBody({ path }: Route): unknown {
  if (path === '/v1/certificates') return { ...requestFor('apm'), notify: false }
  if (path === '/v1/certificates/batch')
    return {
      template_id: 'apm',
      recipients: [{ name: 'Maria', email: 'maria@example.org', fields: { course_name: 'x' } }],
    }
  if (path === '/v1/templates') return { ...TEMPLATE, validity: { months: 12 }, unique_by: ['recipient.email'] }
  if (path === '/v1/templates/:id') return { validity: { months: 6 } }
  if (path === '/v1/api_keys') return { name: 'lms', scopes: ['certificates:read'], allowed_cidrs: ['192.0.2.0/24'] }
  if (path === '/chain/rpc') return { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }
  if (path.endsWith('/visits')) return { kind: 'view', referrer: 'linkedin.com' }
  if (path.startsWith('/v1/designs/')) return { design: DESIGN, sample: 'mixed' }
  if (path === '/:id/mail') return { email: 'maria@example.org' }
  if (path === '/:id/report') return { message: 'The date is wrong.' }
  return { reason: 'Because.', fields: { course_name: 'Other' } }
}

const idFor = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom<keyof typeof ids>('certificate', 'sandboxCertificate', 'template', 'batch', 'mail'),
  },
  { weight: 2, arbitrary: hostileText.map((text) => `=${text}`) },
)

/** A real id, also of the wrong kind or partition, or nonsense. */
function filledPath(route: Route, id: string): string {
  const text = id.startsWith('=') ? encodeURIComponent(id.slice(1).toWellFormed()) : ids[id as keyof typeof ids]
  return route.path
    .replace(':template', ids.template)
    .replace(':version', '1')
    .replace(':file', id.startsWith('=') ? text : '1.json')
    .replace(/:\w+/g, () => text || 'x')
}

const query = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.constant('?dry_run=true') },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.tuple(
          fc.constantFrom(
            'limit',
            'cursor',
            'status',
            'q',
            'after',
            'types',
            'valid_on',
            'version',
            'id',
            'expires_before',
            'template_id',
            'lang',
            'nothing',
          ),
          hostileText,
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map(
        (pairs) => `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&')}`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('?', '?limit=1&limit=2', '?%E0%A4', '?a[b]=1', '?limit=100', '?cursor=bmV4dC4x'),
  },
)

const headers = fc.record(
  {
    Accept: fc.constantFrom(
      'application/json',
      'application/problem+json',
      'text/html',
      'application/vc+json',
      '*/*',
      ';;;q=',
      'x'.repeat(500),
    ),
    'Content-Type': fc.constantFrom(
      'application/json; charset=utf-8',
      'text/plain',
      'multipart/form-data',
      'application/json; charset=latin1',
      '',
      ';',
    ),
    'Idempotency-Key': fc.oneof(fc.constantFrom('a', '"b"', '""', 'x'.repeat(256), 'c'), fc.uuid()),
    Prefer: fc.constantFrom('wait=0', 'respond-async', 'wait=999', 'wait=', 'return=minimal'),
    'If-None-Match': fc.constantFrom('*', '"abc"', 'W/"x"'),
    'X-Forwarded-For': fc.constantFrom('1.2.3.4', 'nonsense', '::1, 10.0.0.1'),
    'Content-Encoding': fc.constantFrom('gzip'),
    Cookie: fc.constantFrom('__proto__=1', 'a=%'),
  },
  { requiredKeys: [] },
)

const request = fc.record({
  route: fc.constantFrom(...allRoutes),
  method: seldom(undefined, fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'), 7),
  id: idFor,
  query,
  changes: seldom<Step[], Step[]>([], steps, 1),
  raw: seldom(
    undefined,
    fc.oneof(
      hostileText,
      fc.constantFrom(
        '{',
        '[]',
        '"',
        'nul',
        '{"a":1,"a":2}',
        `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
        '{"__proto__":{"x":1}}',
      ),
      fc.uint8Array({ maxLength: 60 }),
    ),
    6,
  ),
  headers: seldom({}, headers, 2),
  who: fc.constantFrom('admin', 'admin', 'issuer', 'reader', 'designer', 'sandbox', 'sandbox', 'nobody', 'typo'),
})
type Generated = typeof request extends fc.Arbitrary<infer Value> ? Value : never

function built({ route, method, id, query: search, changes, raw, headers: more, who }: Generated): Request {
  const verb = method ?? route.method
  const takesBody = !['GET', 'HEAD', 'OPTIONS'].includes(verb)
  const key = who === 'nobody' ? null : who === 'typo' ? 'tm_live_typo' : http.keys[who as keyof TestHttp['keys']]
  const body = takesBody ? { body: mutated(validBody(route), changes) } : {}
  const sent = takesBody && raw !== undefined ? { raw: raw as string } : body
  return requestOf(verb, `${HOST}${filledPath(route, id)}${search}`, {
    key,
    headers: { 'User-Agent': 'Mozilla/5.0', ...(more as Record<string, string>) },
    ...sent,
  })
}

const LEAK = /\bat [\w.<>]+ \(|\.ts:\d+|node_modules|SQLITE|bun:|TypeError|RangeError|undefined is not|Cannot read/

/** What is wrong with an answer, whatever the request was. */
function faults(asked: Request, answer: ApiAnswer): string[] {
  const found = unlikeDocument(asked, answer)
  if (answer.status >= 500) found.push(`status ${answer.status}`)
  const isDocumentation = asked.url.includes('/docs') || asked.url.includes('/openapi.json')
  if ((LEAK.test(answer.text) || answer.text.includes(process.cwd())) && !isDocumentation) found.push('it leaks')
  if (answer.headers.get('x-content-type-options') !== 'nosniff') found.push('no nosniff')
  if (answer.headers.has('x-evil')) found.push('a header was injected')
  if (asked.url.includes('/v1/') && !answer.headers.has('x-ratelimit-limit')) found.push('no rate limit header')
  return found
}

test(`${RUNS} generated requests: no 5xx, no leak, nothing the OpenAPI document does not know`, async () => {
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(request, async (generated) => {
      // The sandbox is emptied and keys are made on the way: that is part of the noise.
      const asked = built(generated)
      const answer = await answerOf(await http.fetch(asked, { remoteAddress: '203.0.113.9' }))
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      const found = faults(asked, answer)
      if (found.length)
        throw new Error(`${asked.method} ${asked.url.slice(0, 300)}: ${found.join('; ')}\n${answer.text.slice(0, 400)}`)
    }),
    { numRuns: RUNS, endOnFailure: false },
  )
  // Negative control of the generator: it reaches success as well as every kind of refusal.
  const kinds = [...statuses.keys()]
  for (const status of [200, 201, 204, 400, 401, 403, 404, 405, 415]) expect(kinds).toContain(status)
  expect(http.log.filter(({ level }) => level === 'error')).toEqual([])
}, 600_000)

test('the judge notices what it is there for', () => {
  const asked = requestOf('GET', '/v1/certificates', {})
  const answer = (status: number, text: string): ApiAnswer => ({
    status,
    text,
    json: JSON.parse(text),
    headers: new Headers({ 'content-type': 'application/json' }),
  })
  expect(faults(asked, answer(500, '{}'))).toContain('status 500')
  expect(faults(asked, answer(418, '{}'))).toContain('status 418 is not documented')
  expect(faults(asked, answer(400, '{"error":"at run (src/a.ts:7)"}'))).toContain('it leaks')
  expect(unlikeDocument(asked, answer(200, '{"data":[{}]}')).join()).toContain('must have required property')
})

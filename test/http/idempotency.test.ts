/** The same request twice is one certificate; the same key for something else is refused. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { canonicalJson, readKey } from '../../src/http/idempotency.ts'
import { createHttp } from '../../src/http/server.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { ALL_SURFACES, answerOf, requestOf, startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startHttp()
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'apm' } })
})
afterAll(() => http.close())

const post = (key: string, body: unknown = requestFor('apm'), more: Record<string, string> = {}) =>
  http.api('POST', '/v1/certificates', {
    body,
    headers: { 'Idempotency-Key': key, Prefer: 'respond-async', ...more },
  })
const count = async () => (await http.api('GET', '/v1/certificates?limit=100')).json.data.length

test('the same request gets the very same answer, and one certificate', async () => {
  const before = await count()
  const first = await post('order-1')
  const second = await post('order-1')
  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.text).toBe(first.text)
  expect(first.headers.get('idempotent-replayed')).toBeNull()
  expect(second.headers.get('idempotent-replayed')).toBe('true')
  expect(await count()).toBe(before + 1)
})

test('quoted or bare, and members in another order, are the same request', async () => {
  const first = await post('"order-2"')
  const { template_id, recipient, fields } = requestFor('apm')
  const second = await post('order-2', {
    fields,
    recipient: { email: recipient.email, name: recipient.name },
    template_id,
  })
  expect(second.text).toBe(first.text)
})

test('another request with the same key is 422, whatever differs', async () => {
  await post('order-3')
  const other = await post('order-3', { ...requestFor('apm'), notify: false })
  expect(other.status).toBe(422)
  expect(other.json.error.code).toBe('idempotency_key_reused')
  const batch = { template_id: 'apm', recipients: [{ name: 'A', email: 'a@example.org' }] }
  const elsewhere = await http.api('POST', '/v1/certificates/batch', {
    body: batch,
    headers: { 'Idempotency-Key': 'order-3' },
  })
  expect(elsewhere.status).toBe(422)
})

test('keys of different API keys do not meet', async () => {
  const first = await post('order-4')
  const other = await http.api('POST', '/v1/certificates', {
    key: http.keys.admin,
    body: requestFor('apm'),
    headers: { 'Idempotency-Key': 'order-4', Prefer: 'respond-async' },
  })
  expect(other.json.id).not.toBe(first.json.id)
})

test('while the first one waits for the chain the second one is told so; afterwards it gets the final answer', async () => {
  const headers = { 'Idempotency-Key': 'order-5' }
  const first = http.api('POST', '/v1/certificates', { body: requestFor('apm'), headers })
  while (http.schedule.count === 0) await new Promise((resolve) => setImmediate(resolve))
  const second = await post('order-5')
  expect(second.status).toBe(409)
  expect(second.json.error.code).toBe('idempotency_in_progress')
  expect(second.headers.get('retry-after')).toBe('1')
  await http.appliance.settle()
  const answer = await first
  expect(answer.json).toMatchObject({ status: 'issued', blockchain: { confirmed: true } })
  // What was stored at the commit said pending; what is replayed is what was answered.
  const third = await post('order-5')
  expect(third.text).toBe(answer.text)
})

test('refusals are not stored: a corrected request may use the key again', async () => {
  const refused = await post('order-6', { ...requestFor('apm'), fields: {} })
  expect(refused.status).toBe(400)
  const { recipient } = requestFor('apm')
  expect((await post('order-6', { ...requestFor('apm'), recipient: { ...recipient, email: 'no' } })).status).toBe(400)
  expect((await post('order-6')).status).toBe(201)
})

test('a dry run leaves no trace of the key', async () => {
  await http.api('POST', '/v1/certificates?dry_run=true', {
    body: requestFor('apm'),
    headers: { 'Idempotency-Key': 'order-7' },
  })
  expect((await post('order-7', { ...requestFor('apm'), notify: false })).status).toBe(201)
})

test('two processes at the same moment make one certificate, and both give its answer', async () => {
  // The second program knows nothing of what runs in the first one: only the store stands between them.
  const other = createHttp(http.context).serve(ALL_SURFACES)
  const before = await count()
  const headers = { 'Idempotency-Key': 'order-8', Prefer: 'respond-async' }
  const asked = () => requestOf('POST', '/v1/certificates', { key: http.keys.issuer, body: requestFor('apm'), headers })
  const peer = { remoteAddress: '203.0.113.7' }
  const answers = await Promise.all([http.fetch(asked(), peer), other(asked(), peer)])
  const [one, two] = await Promise.all(answers.map(answerOf))
  expect([one!.status, two!.status]).toEqual([201, 201])
  expect(one!.text).toBe(two!.text)
  expect(await count()).toBe(before + 1)
})

test('a batch is one batch', async () => {
  const body = {
    template_id: 'apm',
    recipients: [{ name: 'A', email: 'a@example.org', fields: requestFor('apm').fields }],
  }
  const headers = { 'Idempotency-Key': 'batch-1' }
  const first = await http.api('POST', '/v1/certificates/batch', { body, headers })
  const second = await http.api('POST', '/v1/certificates/batch', { body, headers })
  expect(first.status).toBe(202)
  expect(second.text).toBe(first.text)
  expect((await http.api('GET', '/v1/batches')).json.data).toHaveLength(1)
})

test('unique_by answers 409 with the certificate that exists', async () => {
  const template = { ...TEMPLATE, slug: 'once', unique_by: ['recipient.email', 'fields.credential_id'] }
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: template })
  const first = await http.api('POST', '/v1/certificates', { body: requestFor('once'), headers: { Prefer: 'wait=0' } })
  const second = await http.api('POST', '/v1/certificates', { body: requestFor('once') })
  expect(second.status).toBe(409)
  expect(second.json.error).toMatchObject({ code: 'already_issued', certificate_id: first.json.id })
})

test('the header is read or refused, never misread', async () => {
  expect(readKey('abc')).toBe('abc')
  expect(readKey(' "a b" ')).toBe('a b')
  expect(readKey(null)).toBeUndefined()
  for (const bad of ['', '""', 'x'.repeat(256), 'ä']) expect(() => readKey(bad)).toThrow('1 to 255')
  expect((await post('x'.repeat(256))).json.error.field).toBe('Idempotency-Key')
})

test('canonical JSON: the same content has one text, other content another', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      const [one, two] = [left, right].map((value) => JSON.parse(JSON.stringify(value)))
      expect(canonicalJson(JSON.parse(canonicalJson(one)))).toBe(canonicalJson(one))
      expect(canonicalJson(one) === canonicalJson(two)).toBe(Bun.deepEquals(one, two))
    }),
  )
  expect(canonicalJson({ b: 1, a: [2, { d: null, c: 'x' }] })).toBe('{"a":[2,{"c":"x","d":null}],"b":1}')
})

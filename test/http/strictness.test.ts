/** What comes in is checked to the letter, and the answer names field, value and cure. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { catalogue } from '../../src/domain/errors.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startHttp({ appliance: { syncWaitMs: 0 } })
  const template = { ...TEMPLATE, slug: 'apm' }
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: template })
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'old' } })
  await http.api('POST', '/v1/templates/old/archive', { key: http.keys.admin })
})
afterAll(() => http.close())

const valid = requestFor('apm')
const recipient = (change: object) => ({ ...valid, recipient: { ...valid.recipient, ...change } })
const fields = (change: object) => ({ ...valid, fields: { ...valid.fields, ...change } })

describe('POST /v1/certificates refuses', () => {
  const cases: Array<[what: string, body: unknown, field: string, words: RegExp, code?: string]> = [
    [
      'an unknown member, with a hint',
      { ...valid, recepient: {} },
      'recepient',
      /did you mean "recipient"/i,
      'unknown_field',
    ],
    [
      'an unknown member inside',
      recipient({ emial: 'x' }),
      'recipient.emial',
      /did you mean "email"/i,
      'unknown_field',
    ],
    [
      'a field the template lacks',
      fields({ course_nam: 'x' }),
      'fields.course_nam',
      /did you mean "course_name"/i,
      'unknown_field',
    ],
    ['a name that is missing', recipient({ name: undefined }), 'recipient.name', /is required/],
    ['a name of blanks', recipient({ name: '   ' }), 'recipient.name', /must not be empty/],
    ['a name that is a number', recipient({ name: 7 }), 'recipient.name', /must be a text, but is 7/],
    ['a name with a line break', recipient({ name: 'A\nB' }), 'recipient.name', /U\+000A/],
    ['a name with NUL', recipient({ name: 'A\u0000' }), 'recipient.name', /U\+0000/],
    ['a name with a bidi override', recipient({ name: 'A\u202eB' }), 'recipient.name', /U\+202E/],
    ['half a surrogate pair', recipient({ name: 'A\ud83d' }), 'recipient.name', /surrogate/],
    ['a name of 300 letters', recipient({ name: 'x'.repeat(300) }), 'recipient.name', /at most 200/],
    ['an e-mail without @', recipient({ email: 'maria' }), 'recipient.email', /exactly one @/],
    ['two e-mails', recipient({ email: 'a@example.org, b@example.org' }), 'recipient.email', /./],
    [
      'an e-mail with a header',
      recipient({ email: 'a@example.org\r\nBcc: b@example.org' }),
      'recipient.email',
      /U\+000D/,
    ],
    ['an e-mail with a name', recipient({ email: 'Maria <m@example.org>' }), 'recipient.email', /./],
    ['an e-mail without a whole domain', recipient({ email: 'a@localhost' }), 'recipient.email', /whole domain/],
    ['a language that is none', recipient({ language: 'swedish!' }), 'recipient.language', /language tag/],
    [
      'a required field that is missing',
      fields({ course_name: undefined }),
      'fields.course_name',
      /required by this template/,
    ],
    ['a required field that is empty', fields({ course_name: ' ' }), 'fields.course_name', /required by this template/],
    [
      'a day that does not exist',
      fields({ completion_date: '2026-02-30' }),
      'fields.completion_date',
      /day that exists/,
    ],
    ['a day in American', fields({ completion_date: '03/03/2026' }), 'fields.completion_date', /YYYY-MM-DD/],
    ['a field that is an object', fields({ course_name: {} }), 'fields.course_name', /text, number or boolean/],
    ['an issue day that does not exist', { ...valid, issued_on: '2026-13-01' }, 'issued_on', /day that exists/],
    ['an issue day far ahead', { ...valid, issued_on: '2030-01-01' }, 'issued_on', /future/],
    ['an end before the beginning', { ...valid, expires_at: '2020-01-01' }, 'expires_at', /after issued_on/],
    ['a hold of minus one', { ...valid, hold: -1 }, 'hold', /between 1 and 43200/],
    ['metadata that is no object', { ...valid, metadata: 'x' }, 'metadata', /must be an object/],
    [
      'metadata too deep',
      { ...valid, metadata: { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } } },
      'metadata',
      /deeper than 8/,
    ],
    ['metadata too large', { ...valid, metadata: { a: 'x'.repeat(20_000) } }, 'metadata', /at most 16384/],
    ['a network that is not there', { ...valid, network: 'polygn' }, 'network', /not configured/],
    [
      '__proto__ as a member',
      JSON.parse('{"__proto__":{"x":1},"template_id":"apm"}'),
      '__proto__',
      /no field/,
      'unknown_field',
    ],
    ['a body that is a list', [], '', /must be an object/],
  ]
  for (const [what, body, field, words, code = 'invalid_request'] of cases)
    test(what, async () => {
      const { status, json } = await http.api('POST', '/v1/certificates', { body })
      expect(status).toBe(400)
      const found = json.error.details.find((each: { field: string }) => each.field === field)
      expect(found?.message).toMatch(words)
      expect(json.error.code).toBe(json.error.details[0].code === 'unknown_field' ? 'unknown_field' : code)
      expect(json.error.field).toBe(json.error.details[0].field)
    })

  test('nothing of all that was issued, and the same body without the fault is taken', async () => {
    expect((await http.api('GET', '/v1/certificates')).json.data).toEqual([])
    expect((await http.api('POST', '/v1/certificates?dry_run=true', { body: valid })).json.valid).toBe(true)
    expect((await http.api('GET', '/v1/certificates')).json.data).toEqual([])
  })

  test('a template that is missing or archived', async () => {
    const missing = await http.api('POST', '/v1/certificates', { body: requestFor('apn') })
    expect(missing.json.error).toMatchObject({ code: 'template_not_found', field: 'template_id' })
    const archived = await http.api('POST', '/v1/certificates', { body: requestFor('old') })
    expect(archived.json.error.code).toBe('template_archived')
  })

  test('a misspelt parameter, which would have issued for real', async () => {
    const { status, json } = await http.api('POST', '/v1/certificates?dryrun=true', { body: valid })
    expect(status).toBe(400)
    expect(json.error.message).toContain('Did you mean "dry_run"')
  })
})

describe('the body as such', () => {
  const post = (raw: BodyInit, headers: Record<string, string> = {}) =>
    http.api('POST', '/v1/certificates', { raw, headers })
  const code = async (raw: BodyInit, headers?: Record<string, string>) => (await post(raw, headers)).json.error.code

  test('is JSON', async () => {
    for (const text of ['{', '{"a":1,}', "{'a':1}", 'null x', '"', '{"a":1}}', '﻿{', ''])
      expect(await code(text)).toBe('malformed_json')
  })
  test('is UTF-8', async () => {
    // Valid JSON but for one letter in Latin-1: taken leniently it would become a certificate for "Jos\ufffd".
    const latin = Buffer.from(
      JSON.stringify({ ...valid, recipient: { name: 'José', email: 'jose@example.org' } }),
      'latin1',
    )
    expect(await code(new Uint8Array(latin))).toBe('malformed_json')
  })
  test('is not nested 10,000 deep', async () => {
    expect(await code(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toBe('malformed_json')
    expect(await code(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)).toBe('malformed_json')
    const inText = { ...valid, metadata: { a: '['.repeat(5_000) } }
    expect((await http.api('POST', '/v1/certificates?dry_run=true', { body: inText })).status).toBe(200)
  })
  test('may name a member twice: the last one counts, and nothing breaks', async () => {
    const text = JSON.stringify(valid).replace('{', '{"template_id":"nothing",')
    expect((await http.api('POST', '/v1/certificates?dry_run=true', { raw: text })).status).toBe(200)
  })
  test('has the type JSON: no form, no text, no compression, no other charset', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/json; charset=latin1',
      'application/jsonx',
    ])
      expect(await code('{}', { 'Content-Type': type })).toBe('unsupported_media_type')
    expect(await code('{}', { 'Content-Encoding': 'gzip' })).toBe('unsupported_media_type')
    expect((await post('{}', { 'Content-Type': 'application/json; charset=UTF-8' })).status).toBe(400)
  })
  test('of 200 MB is refused before it was read', async () => {
    let sent = 0
    const raw = new ReadableStream({
      pull(controller) {
        sent += 1_000_000
        if (sent > 200_000_000) controller.close()
        else controller.enqueue(new Uint8Array(1_000_000).fill(32))
      },
    })
    expect(await code(raw)).toBe('payload_too_large')
    expect(sent).toBeLessThan(5_000_000)
    expect(await code('{}', { 'Content-Length': '200000000' })).toBe('payload_too_large')
  })
  test('may be absent where nothing has to be said', async () => {
    const { json } = await http.api('POST', '/v1/certificates', { body: { ...valid, hold: true } })
    const path = `/v1/certificates/${json.id}/withdraw`
    expect((await http.api('POST', path, { body: { why: 1 } })).status).toBe(400)
    expect((await http.api('POST', path)).json.status).toBe('withdrawn')
  })
})

describe('other requests', () => {
  const cases: Array<[method: string, path: string, body: unknown, words: RegExp]> = [
    ['GET', '/v1/certificates?limit=0', undefined, /between 1 and 100/],
    ['GET', '/v1/certificates?limit=ten', undefined, /integer/],
    ['GET', '/v1/certificates?limit=1&limit=2', undefined, /twice/],
    ['GET', '/v1/certificates?status=isued', undefined, /did you mean "issued"/i],
    ['GET', '/v1/certificates?valid_on=2026-02-31', undefined, /day that exists/],
    ['GET', '/v1/certificates?cursor=abc', undefined, /pagination/],
    ['GET', '/v1/events?types=certificate.isued', undefined, /did you mean "certificate.issued"/i],
    ['GET', '/v1/events?after=-1', undefined, /between 0/],
    ['POST', '/v1/api_keys', { name: 'x', plan: 'profesional' }, /did you mean "professional"/i],
    ['POST', '/v1/api_keys', { name: 'x', scopes: ['certificate:write'] }, /did you mean "certificates:write"/i],
    ['POST', '/v1/api_keys', { name: 'x', allowed_cidrs: ['10.0.0.0/33'] }, /address or range/],
    ['POST', '/v1/templates', { name: 'x', fields: [{ key: 'Course' }] }, /begins with a letter/],
    [
      'POST',
      '/v1/templates',
      { name: 'x', fields: [], unique_by: ['recipient.mail'] },
      /did you mean "recipient.email"/i,
    ],
    ['PATCH', '/v1/templates/apm', { slug: 'new' }, /cannot be changed/],
  ]
  for (const [method, path, body, words] of cases)
    test(`${method} ${path} ${body ? JSON.stringify(body) : ''}`, async () => {
      const { status, json } = await http.api(method, path, { key: http.keys.admin, body })
      expect(status).toBe(400)
      expect(json.error.message).toMatch(words)
    })
})

test('a batch above the plan is refused with the plan and the cure', async () => {
  const { key } = await http.makeKey({ plan: 'standard' })
  const body = { template_id: 'apm', recipients: Array.from({ length: 101 }, () => ({})) }
  const { status, json } = await http.api('POST', '/v1/certificates/batch', { key, body })
  expect(status).toBe(400)
  expect(json.error.message).toContain('the plan "standard" of this key allows 100')
})

test('one bad row never stops the others, and a dry run says so before', async () => {
  const good = { name: 'A', email: 'a@example.org', fields: valid.fields }
  const body = { template_id: 'apm', recipients: [good, { ...good, email: 'nobody' }, 7, { ...good, name: 'B' }] }
  const dry = await http.api('POST', '/v1/certificates/batch?dry_run=true', { body })
  expect(dry.json).toMatchObject({ valid: false, total: 4, failed: 2 })
  expect(dry.json.errors.map(({ index }: { index: number }) => index)).toEqual([1, 2])
  const { json } = await http.api('POST', '/v1/certificates/batch', { body })
  expect(json).toMatchObject({ status: 'queued', total: 4, completed: 0, failed: 0, certificate_ids: [], errors: [] })
  await http.appliance.settle()
  const done = await http.api('GET', `/v1/batches/${json.id}`)
  expect(done.json).toMatchObject({ status: 'completed', total: 4, completed: 2, failed: 2 })
  expect(done.json.certificate_ids).toHaveLength(2)
  expect(done.json.errors[0]).toMatchObject({ index: 1, field: 'email' })
})

test('every code of the catalogue is one the documentation speaks of', async () => {
  for (const code of Object.keys(catalogue)) {
    const page = await http.api('GET', `/docs/errors/${code}`)
    expect(page.status).toBe(200)
    expect(page.text).toContain(code)
  }
})

test('each refusal has the code that says what is missing', async () => {
  const ghost = '0'.repeat(26)
  const cases: Array<[method: string, path: string, key: string | null, code: string, body?: unknown]> = [
    ['GET', '/v1/certificates', null, 'unauthorized'],
    ['GET', '/v1/audit', http.keys.issuer, 'forbidden'],
    ['GET', '/v1/nothing', http.keys.admin, 'not_found'],
    ['GET', `/v1/certificates/cert_${ghost}`, http.keys.admin, 'certificate_not_found'],
    ['GET', '/v1/templates/nothing', http.keys.admin, 'template_not_found'],
    ['GET', `/v1/batches/batch_${ghost}`, http.keys.admin, 'batch_not_found'],
    ['DELETE', `/v1/api_keys/key_${ghost}`, http.keys.admin, 'api_key_not_found'],
    ['GET', `/v1/mails/mail_${ghost}`, http.keys.admin, 'mail_not_found'],
    ['POST', '/v1/templates', http.keys.admin, 'slug_taken', { ...TEMPLATE, slug: 'apm' }],
  ]
  for (const [method, path, key, code, body] of cases)
    expect((await http.api(method, path, { key, body })).json.error.code).toBe(code)
})

test('a slug nobody asked for gets a number when it is taken', async () => {
  const one = await http.api('POST', '/v1/templates', { key: http.keys.admin, body: TEMPLATE })
  const two = await http.api('POST', '/v1/templates', { key: http.keys.admin, body: TEMPLATE })
  expect([one.json.slug, two.json.slug]).toEqual(['advanced-project-management', 'advanced-project-management-2'])
})

/** Sharing: counted redirects to fixed places, the link by mail, a word about a mistake. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { CHANNELS } from '../../src/http/public/share.ts'
import { Quota } from '../../src/http/quota.ts'
import { ManualClock } from '../kit/clock.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type ApiOptions, type TestHttp } from '../kit/http.ts'

let http: TestHttp
let id = ''
let serial = 0
const BROWSER = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0' }
const NAME = 'Project\r\nBcc: evil@x.example & <Management> "漢字" 100%'.replace('\r\n', ' ')
beforeAll(async () => {
  http = await startHttp()
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, name: NAME, slug: 'apm' } })
  id = await issue()
})
afterAll(() => http.close())
const from = () => `198.51.${Math.floor(++serial / 250)}.${serial % 250}`
const issue = async (more: object = {}, key = http.keys.issuer) =>
  (await http.api('POST', '/v1/certificates', { body: { ...requestFor('apm'), ...more }, chain: true, key })).json
    .id as string
const get = (path: string, headers: Record<string, string> = BROWSER) =>
  http.api('GET', path, { key: null, headers, address: from() })
const post = (path: string, options: ApiOptions = {}) =>
  http.api('POST', path, { key: null, address: from(), ...options })
const shares = async () => (await http.api('GET', `/v1/certificates/${id}`)).json.shares
const events = async (type: string) =>
  (await http.api('GET', '/v1/events?limit=100', { key: http.keys.admin })).json.data.filter(
    (event: { event: string }) => event.event === type,
  )

describe('a share', () => {
  test('leads each channel to its own fixed place, with the link and the title as values', async () => {
    const page = `https://certs.example.edu/${id}`
    const places: Record<string, [origin: string, parameter: string]> = {
      linkedin: ['https://www.linkedin.com/profile/add', 'certUrl'],
      'linkedin-post': ['https://www.linkedin.com/sharing/share-offsite/', 'url'],
      x: ['https://x.com/intent/post', 'url'],
      facebook: ['https://www.facebook.com/sharer/sharer.php', 'u'],
      whatsapp: ['https://wa.me/', 'text'],
    }
    for (const [channel, [place, parameter]] of Object.entries(places)) {
      const answer = await get(`/s/${id}/${channel}`)
      const to = new URL(answer.headers.get('location')!)
      expect([channel, answer.status, to.origin + to.pathname]).toEqual([channel, 303, place])
      expect(to.searchParams.get(parameter)).toContain(page)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
    const mail = (await get(`/s/${id}/email`)).headers.get('location')!
    expect(mail).toMatch(/^mailto:\?subject=[^&\s]+&body=[^&\s]+$/)
    expect(decodeURIComponent(mail.split('body=')[1]!)).toContain(page)
    expect(Object.keys(places).concat('email').sort()).toEqual([...CHANNELS].sort())
    expect(await shares()).toEqual(Object.fromEntries(CHANNELS.map((channel) => [channel, 1])))
  })

  test('of an unknown channel, a robot, a HEAD, or another place leads nowhere new and is not counted', async () => {
    const before = await shares()
    for (const channel of [
      'myspace',
      'LinkedIn',
      'constructor',
      '__proto__',
      'x%0d%0aSet-Cookie:a',
      'x?to=https://evil.example',
      'https:%2F%2Fevil.example',
      'x/..%2f',
    ]) {
      const answer = await get(`/s/${id}/${channel}`, { 'User-Agent': 'bot/1' })
      expect([channel, answer.status === 404 || answer.headers.get('location')!.startsWith('https://x.com/')]).toEqual([
        channel,
        true,
      ])
      expect(answer.headers.get('set-cookie')).toBeNull()
    }
    expect((await get(`/s/${id}/x`, { 'User-Agent': 'Twitterbot/1.0' })).status).toBe(303)
    await http.api('HEAD', `/s/${id}/x`, { key: null, headers: BROWSER })
    expect(await shares()).toEqual(before)
    expect((await get(`/s/cert_${'0'.repeat(26)}/x`)).status).toBe(404)
    const held = (await http.api('POST', '/v1/certificates', { body: { ...requestFor('apm'), hold: true } })).json.id
    expect((await get(`/s/${held}/linkedin`)).status).toBe(404)
  })

  test('is told as an event once a visitor and day, however often it is clicked', async () => {
    const own = await issue()
    const click = (address: string) => http.api('GET', `/s/${own}/facebook`, { key: null, headers: BROWSER, address })
    for (let times = 0; times < 5; times++) await click('203.0.113.1')
    await click('203.0.113.2')
    const told = (await events('certificate.shared')).filter((event: { subject: string }) => event.subject === own)
    expect(told).toHaveLength(2)
    expect((await http.api('GET', `/v1/certificates/${own}`)).json.shares).toEqual({ facebook: 6 })
  })

  test('cannot be counted by the page’s script under a name that leads elsewhere', async () => {
    const own = await issue()
    for (const channel of ['linkedin', 'copy', 'share', 'embed', '__proto__', 7])
      await post(`/${own}/visits`, { body: { kind: 'shared', channel }, headers: BROWSER })
    expect((await http.api('GET', `/v1/certificates/${own}`)).json.shares).toEqual({ other: 4, copy: 1, share: 1 })
  })
})

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' }
const mailsOf = async (certificate: string, kind: string) =>
  (await http.api('GET', `/v1/mails?certificate_id=${certificate}`)).json.data.filter(
    (mail: { kind: string }) => mail.kind === kind,
  )

describe('send me my link', () => {
  test('mails the address on file, and answers the same word for word when another one is given', async () => {
    const own = await issue()
    const right = await post(`/${own}/mail`, { body: { email: ' Maria@EXAMPLE.org'.trim() } })
    const wrong = await post(`/${own}/mail`, { body: { email: 'eve@example.org' } })
    expect([right.status, right.text]).toEqual([202, '{"accepted":true}'])
    expect([wrong.status, wrong.text]).toEqual([right.status, right.text])
    await http.appliance.settle()
    const [mail, ...others] = await mailsOf(own, 'link')
    expect(others).toEqual([])
    expect(mail).toMatchObject({ to: 'maria@example.org', status: 'captured' })
    expect(mail.text).toContain(`https://certs.example.edu/${own}`)
    const page = await post(`/${own}/mail`, { raw: 'email=eve%40example.org', headers: FORM })
    expect([page.status, page.headers.get('content-type')]).toEqual([202, 'text/html; charset=utf-8'])
    expect(page.text).not.toMatch(/maria@|eve@/)
  })

  test('once in ten minutes, and a few times an hour by certificate and by address', async () => {
    const own = await issue()
    const ask = (address = from()) => post(`/${own}/mail`, { body: { email: 'maria@example.org' }, address })
    for (let times = 0; times < 3; times++) expect((await ask()).status).toBe(202)
    await http.appliance.settle()
    expect(await mailsOf(own, 'link')).toHaveLength(1)
    const refused = await ask()
    expect([refused.status, refused.json.error.code]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    http.appliance.clock.advance(3_600_000)
    expect((await ask()).status).toBe(202)
    await http.appliance.settle()
    expect(await mailsOf(own, 'link')).toHaveLength(2)
    const address = '192.0.2.77'
    const ids = await Promise.all(Array.from({ length: 6 }, () => issue()))
    const statuses = []
    for (const each of ids)
      statuses.push((await post(`/${each}/mail`, { body: { email: 'maria@example.org' }, address })).status)
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429])
  })

  test('sends nothing for a revoked certificate and does not exist for a held one', async () => {
    const own = await issue()
    await http.api('POST', `/v1/certificates/${own}/revoke`, { body: { reason: 'x', notify: false } })
    expect((await post(`/${own}/mail`, { body: { email: 'maria@example.org' } })).status).toBe(202)
    await http.appliance.settle()
    expect(await mailsOf(own, 'link')).toEqual([])
    const held = (await http.api('POST', '/v1/certificates', { body: { ...requestFor('apm'), hold: true } })).json.id
    expect((await post(`/${held}/mail`, { body: { email: 'maria@example.org' } })).status).toBe(404)
  })

  test('refuses what is no address, header injection, foreign forms and other types', async () => {
    for (const email of [
      '',
      'x',
      'a@b.example, c@d.example',
      'a@b.example\r\nBcc: c@d.example',
      7,
      null,
      ['a@b.example'],
    ])
      expect([email, (await post(`/${id}/mail`, { body: { email } })).status]).toEqual([email, 400])
    const foreign = { ...FORM, 'Sec-Fetch-Site': 'cross-site' }
    expect((await post(`/${id}/mail`, { raw: 'email=maria%40example.org', headers: foreign })).status).toBe(403)
    const multipart = { 'Content-Type': 'multipart/form-data; boundary=x' }
    expect((await post(`/${id}/mail`, { raw: 'x', headers: multipart })).status).toBe(415)
    expect((await post(`/${id}/mail`, { raw: `email=${'a'.repeat(30_000)}`, headers: FORM })).status).toBe(413)
  })
})

describe('report a mistake', () => {
  test('mails plain text to the issuer, with the reporter for the answer, and no HTML of theirs', async () => {
    const own = await issue()
    const message = 'My name is <b>Märia</b>,\r\nnot <script>alert(1)</script>.'
    const raw = new URLSearchParams({ message, email: 'maria@example.org' }).toString()
    const answer = await post(`/${own}/report`, { raw, headers: FORM })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([202, 'text/html; charset=utf-8'])
    await http.appliance.settle()
    const [mail] = await mailsOf(own, 'mistake')
    expect(mail).toMatchObject({ to: 'registrar@example.edu', status: 'captured' })
    expect(mail.text).toContain('My name is <b>Märia</b>,')
    expect(mail.html).not.toContain('<script>')
    expect(mail.html).toContain('&lt;script&gt;')
    // It is not what the certificate's own mail status is about.
    expect((await http.api('GET', `/v1/certificates/${own}`)).json.mail.status).toBe('captured')
  })

  test('has limits of length and of number; steering characters and unknown fields are refused', async () => {
    const own = await issue()
    for (const body of [
      { message: 'x'.repeat(2001) },
      { message: 'hi' },
      { message: 'Name \u202egnorw' },
      { message: 'Fine.', subject: 'Hello' },
      { message: 'Fine.', email: 'a@b.example\nBcc: c@d.example' },
      {},
    ])
      expect([body, (await post(`/${own}/report`, { body })).status]).toEqual([body, 400])
    const statuses = []
    for (let times = 0; times < 6; times++)
      statuses.push((await post(`/${own}/report`, { body: { message: 'The date is wrong.' } })).status)
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429])
  })

  test('is not taken where the issuer names no address', async () => {
    const own = await issue()
    const { issuer } = http.context.appliance
    const { email } = issuer
    issuer.email = ''
    try {
      const answer = await post(`/${own}/report`, { body: { message: 'The date is wrong.' } })
      expect([answer.status, answer.json.error.code]).toEqual([404, 'not_found'])
      expect((await get(`/${own}`)).text).not.toContain(`/${own}/report`)
    } finally {
      issuer.email = email
    }
    expect((await get(`/${own}`)).text).toContain(`/${own}/report`)
  })
})

test('a quota counts each subject by the hour and forgets with it', () => {
  const clock = new ManualClock()
  const quota = new Quota(clock)
  const take =
    (subject = 'a') =>
    () =>
      quota.take([
        [subject, 2],
        ['all', 3],
      ])
  take()()
  take()()
  expect(take()).toThrow('too often')
  take('b')()
  expect(take('c')).toThrow('too often')
  clock.advance(3_600_000)
  expect(take()).not.toThrow()
})

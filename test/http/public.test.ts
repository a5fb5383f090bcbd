/** What recipients and verifiers see: page or file, visits, shares, identity, status lists, assets. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { isMachine, referrerHost, Visitors } from '../../src/http/visitors.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { ManualClock } from '../kit/clock.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
let id = ''
const BROWSER = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0' }
beforeAll(async () => {
  http = await startHttp()
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'apm' } })
  id = (
    await http.api('POST', '/v1/certificates', {
      body: { ...requestFor('apm'), expires_at: '2028-03-03' },
      chain: true,
    })
  ).json.id
})
afterAll(() => http.close())
const get = (path: string, headers: Record<string, string> = {}) => http.api('GET', path, { key: null, headers })

describe('the certificate', () => {
  test('is a page for browsers and for whoever takes anything, a file for those who name one', async () => {
    const page = await get(`/${id}`, { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' })
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.text).toContain('Maria Andersson')
    expect(page.headers.get('link')).toContain(`/${id}.json>; rel="alternate"`)
    expect(page.headers.get('vary')).toContain('Accept')
    expect((await get(`/${id}`)).headers.get('content-type')).toContain('text/html')
    expect((await get(`/${id}`, { Accept: '*/*' })).headers.get('content-type')).toContain('text/html')
    for (const [accept, type] of [
      ['application/vc+json', 'application/vc+json'],
      ['application/ld+json', 'application/ld+json'],
      ['application/json', 'application/json'],
      ['application/json;q=0.5, application/vc+json', 'application/vc+json'],
      ['text/html;q=0.1, application/vc+json', 'application/vc+json'],
    ] as const) {
      const file = await get(`/${id}`, { Accept: accept })
      expect(file.headers.get('content-type')).toBe(type)
      expect(file.json.proof).toHaveLength(2)
      expect(file.headers.get('access-control-allow-origin')).toBe('*')
    }
  })

  test('has the same bytes each time, an ETag, and 304 for those who have it', async () => {
    const [one, two] = [await get(`/${id}.json`), await get(`/${id}.json`)]
    expect(two.text).toBe(one.text)
    const tag = one.headers.get('etag')!
    const same = await get(`/${id}.json`, { 'If-None-Match': `"other", W/${tag}` })
    expect([same.status, same.text]).toEqual([304, ''])
    expect((await get(`/${id}.json`, { 'If-None-Match': '"other"' })).status).toBe(200)
  })

  test('earlier versions stay to be had; versions that never were are 404', async () => {
    const body = { recipient: { name: 'Maria Anderson' }, reason: 'Misspelt.' }
    await http.api('PATCH', `/v1/certificates/${id}`, { body, chain: true })
    expect((await get(`/${id}.json?version=1`)).text).toContain('Maria Andersson')
    expect((await get(`/${id}.json`)).text).toContain('Maria Anderson"')
    expect((await get(`/${id}.json?version=3`)).status).toBe(404)
    expect((await get(`/${id}.json?version=0`)).status).toBe(400)
  })

  test('speaks the language that is asked for', async () => {
    expect((await get(`/${id}?lang=sv`)).text).toContain('<html lang="sv"')
    expect((await get('/verify', { 'Accept-Language': 'de-AT,de;q=0.9' })).text).toContain('<html lang="de"')
  })

  test('a revoked one says so on the page and in the status list', async () => {
    const own = (await http.api('POST', '/v1/certificates', { body: requestFor('apm'), chain: true })).json.id
    const before = (await get('/status/1.json')).json.credentialSubject.encodedList
    await http.api('POST', `/v1/certificates/${own}/revoke`, { body: { reason: 'By mistake.' } })
    await http.appliance.settle()
    expect((await get(`/${own}`)).text).toContain('By mistake.')
    expect((await get('/status/1.json')).json.credentialSubject.encodedList).not.toBe(before)
    const full = (await http.api('GET', `/v1/certificates/${own}`)).json
    expect(full).toMatchObject({ status: 'revoked', status_reason: 'By mistake.' })
  })
})

describe('visits', () => {
  const visit = (body: object, headers: Record<string, string> = BROWSER, address = '203.0.113.50') =>
    http.api('POST', `/${id}/visits`, { key: null, body, headers, address })
  const analytics = async () => (await http.api('GET', `/v1/certificates/${id}`)).json.analytics

  test('count people, once a day as unique, with the host they came from', async () => {
    await visit({ kind: 'view', referrer: 'www.linkedin.com' })
    await visit({ kind: 'view', referrer: 'https://example.org/page?secret=1' })
    await visit({ kind: 'verified' })
    await visit({ kind: 'view', referrer: 'certs.example.edu' }, BROWSER, '203.0.113.51')
    expect(await analytics()).toMatchObject({
      views: 3,
      unique_views: 2,
      verifications: 1,
      referrers: [
        { referrer: 'linkedin.com', views: 1 },
        { referrer: 'example.org', views: 1 },
      ],
      locations: [],
    })
  })

  test('do not count robots, previews, or whoever does not say what it is; and never fail', async () => {
    const before = await analytics()
    for (const agent of [
      'LinkedInBot/1.0',
      'Slackbot-LinkExpanding 1.0',
      'curl/8.5',
      '',
      'facebookexternalhit/1.1',
      'HeadlessChrome/140',
    ])
      expect((await visit({ kind: 'view' }, { 'User-Agent': agent })).status).toBe(204)
    await visit({ kind: 'view' }, { ...BROWSER, 'Sec-Purpose': 'prefetch;prerender' })
    expect(await analytics()).toEqual(before)
    for (const raw of ['', 'nonsense', 'null', '[]', '{"kind":7,"referrer":{}}'])
      expect((await http.api('POST', `/${id}/visits`, { key: null, raw, headers: BROWSER })).status).toBe(204)
    expect(
      (await http.api('POST', `/cert_${'0'.repeat(26)}/visits`, { key: null, raw: '{}', headers: BROWSER })).status,
    ).toBe(204)
  })

  test('a new day is a new visitor, and nothing of the address is kept', () => {
    const clock = new ManualClock()
    const visitors = new Visitors(
      clock,
      (size) => new Uint8Array(size).fill(1),
      (text) => `h(${text})`.padEnd(30),
    )
    const first = () => visitors.isFirstToday('cert_1', '203.0.113.1', 'Firefox')
    expect([first(), first()]).toEqual([true, false])
    clock.advance(86_400_000)
    expect(first()).toBe(true)
  })

  test('referrers are hosts or nothing', () => {
    const origin = 'https://certs.example.edu'
    for (const bad of ['', 'javascript:alert(1)', 'a b', 7, null, 'https://', 'x'.repeat(3000), 'certs.example.edu'])
      expect(referrerHost(bad, origin)).toBeNull()
    expect(referrerHost('https://user:pw@Example.org:8443/x', origin)).toBe('example.org')
    expect(isMachine(new Headers(BROWSER))).toBe(false)
  })
})

describe('sharing', () => {
  test('leads to LinkedIn with the facts, and is counted for people', async () => {
    const { status, headers } = await get(`/s/${id}/linkedin`, BROWSER)
    expect(status).toBe(303)
    const to = new URL(headers.get('location')!)
    expect(to.origin + to.pathname).toBe('https://www.linkedin.com/profile/add')
    expect(Object.fromEntries(to.searchParams)).toEqual({
      startTask: 'CERTIFICATION_NAME',
      name: 'Advanced Project Management',
      organizationName: 'Example University',
      issueYear: '2026',
      issueMonth: '3',
      expirationYear: '2028',
      expirationMonth: '3',
      certUrl: `https://certs.example.edu/${id}`,
      certId: 'PM-2026-0042',
    })
    await get(`/s/${id}/linkedin`, { 'User-Agent': 'LinkedInBot/1.0' })
    await http.api('HEAD', `/s/${id}/linkedin`, { key: null, headers: BROWSER })
    const { json } = await http.api('GET', `/v1/certificates/${id}`)
    expect(json.shares.linkedin).toBe(1)
  })
})

describe('the site', () => {
  test('its home page leads to the check and to the documentation', async () => {
    const { text } = await get('/')
    expect(text).toContain('Example University')
    expect(text).toContain('href="/verify"')
    expect(text).toContain('href="/docs"')
  })
  test('an id or a link typed at /verify leads to its certificate', async () => {
    for (const typed of [id, id.toUpperCase(), `https://certs.example.edu/${id}.json`, ` ${id} `]) {
      const { status, headers } = await get(`/verify?id=${encodeURIComponent(typed)}`)
      expect([status, headers.get('location')]).toEqual([303, `/${id}`])
    }
    expect((await get('/verify?id=https://evil.example')).status).toBe(200)
  })
  test('/verify.html holds what the site says of itself, as data, under the policy it was built with', async () => {
    const { text, headers } = await get('/verify.html')
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    const data = JSON.parse(/id="saved-from">([^<]*)</.exec(text)![1]!)
    const { issuers } = (await get('/.well-known/testamur.json')).json
    expect(data).toEqual({
      host: 'certs.example.edu',
      origin: 'https://certs.example.edu',
      saved: new Date(http.context.clock.now()).toISOString().slice(0, 10),
      issuers,
      nodes: { [data.nodes ? Object.keys(data.nodes)[0]! : '']: ['https://certs.example.edu/chain/rpc'] },
    })
    expect(issuers[0].registries).toHaveLength(1)
    const same = await get('/verify.html', { 'If-None-Match': headers.get('etag')! })
    expect(same.status).toBe(304)
    expect((await get('/verify')).text).toContain('<a href="/verify.html" download="verify.html">')
  })
  test('/verify.html: a name cannot end the element that holds the data', async () => {
    const { name } = http.context.appliance.issuer
    http.context.appliance.issuer.name = '</script><script>alert(1)</script>$&'
    try {
      const { text } = await get('/verify.html')
      expect(text.match(/<script/g)).toHaveLength(1)
      expect(JSON.parse(/id="saved-from">([^<]*)</.exec(text)![1]!).issuers[0].name).toContain('</script>')
    } finally {
      http.context.appliance.issuer.name = name
    }
  })
  test('achievements are readable for people and machines', async () => {
    const { credentialSubject } = (await get(`/${id}.json`)).json
    const path = new URL(credentialSubject.achievement.id).pathname
    expect((await get(path, { Accept: 'application/json' })).json.id).toBe(credentialSubject.achievement.id)
    const page = await get(path, { Accept: 'text/html' })
    expect(page.text).toContain('id="criteria"')
    expect((await get(path.replace(/1$/, '2'))).status).toBe(404)
  })
  test('the browser asks the embedded chain through this site', async () => {
    expect((await get(`/${id}`)).text).toContain('/chain/rpc')
    const rpc = await http.api('POST', '/chain/rpc', {
      key: null,
      raw: '{}',
      headers: { 'Content-Type': 'text/plain' },
    })
    expect(rpc.json.result).toBe('0x1')
    expect(rpc.headers.get('access-control-allow-origin')).toBe('*')
  })
  test('vouches for its issuers and their registries', async () => {
    const { issuers } = (await get('/.well-known/testamur.json')).json
    expect(issuers.map(({ sandbox }: { sandbox: boolean }) => sandbox)).toEqual([false, true])
    expect(issuers[0].registries[0]).toMatch(/^eip155:\d+:0x/)
    expect((await get('/status/99999.json')).status).toBe(404)
    expect((await get('/status/0.json')).status).toBe(404)
  })
})

describe('assets', () => {
  test('with the hash of today are kept for ever; others are asked for again', async () => {
    const address = /\/assets\/certificate\.[0-9a-f]{12}\.js/.exec((await get(`/${id}`)).text)![0]
    const current = await get(address)
    expect(current.headers.get('cache-control')).toContain('immutable')
    expect(current.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    for (const path of ['/assets/certificate.js', '/assets/certificate.000000000000.js'])
      expect((await get(path)).headers.get('cache-control')).toBe('no-cache')
    for (const path of ['/assets/nothing.js', '/assets/..%2Fsecret.js', '/assets/certificate', '/assets/'])
      expect((await get(path)).status).toBe(404)
  })
  test('come compressed to those who take it', async () => {
    const { headers, text } = await get('/assets/certificate.css', { 'Accept-Encoding': 'br, gzip' })
    expect(headers.get('content-encoding')).toBe('gzip')
    expect(headers.get('vary')).toBe('Accept-Encoding')
    expect(text).not.toBe('body{}')
  })
})

/** The card for other people's pages, and oEmbed. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { brandStyle } from '../../src/http/public/brand.ts'
import { contrast } from '../../src/domain/mails-brand.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
let id = ''
const BROWSER = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0' }
const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`
beforeAll(async () => {
  http = await startHttp()
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'apm', name: HOSTILE } })
  id = await issue()
})
afterAll(() => http.close())
const issue = async (key = http.keys.issuer) => {
  const body = { ...requestFor('apm'), recipient: { name: HOSTILE, email: 'm@example.org' } }
  return (await http.api('POST', '/v1/certificates', { body, chain: true, key })).json.id as string
}
const get = (path: string, headers: Record<string, string> = {}) => http.api('GET', path, { key: null, headers })
const full = async (which = id) => (await http.api('GET', `/v1/certificates/${which}`)).json

describe('the card', () => {
  test('may be framed by whom the operator allows; every other page by nobody', async () => {
    const card = await get(`/${id}/embed`)
    expect(card.headers.get('content-security-policy')).toEndWith('frame-ancestors *')
    expect(card.headers.has('x-frame-options')).toBe(false)
    for (const path of [`/${id}`, `/${id}.json`, `/${id}.svg`, '/verify', '/oembed?url=x', `/${id}/nothing`]) {
      const { headers } = await get(path)
      expect([path, headers.get('x-frame-options')]).toEqual([path, 'DENY'])
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    }
    const { embedOrigins } = http.context
    for (const [origins, policy] of [
      [['https://a.example', 'https://b.example'], 'frame-ancestors https://a.example https://b.example'],
      [[], "frame-ancestors 'none'"],
    ] as const) {
      http.context.embedOrigins = origins
      expect((await get(`/${id}/embed`)).headers.get('content-security-policy')).toEndWith(policy)
    }
    http.context.embedOrigins = embedOrigins
  })

  test('has no script, and hostile names stay text', async () => {
    const { text, headers } = await get(`/${id}/embed`)
    expect(text).not.toMatch(/<script|<img src=x|onerror=alert\(1\)>/)
    expect(headers.get('content-security-policy')).toStartWith(
      "default-src 'none'; style-src 'self'; img-src 'self' data:;",
    )
    expect(text).toContain('&lt;script&gt;')
    expect(text).toContain(`href="https://certs.example.edu/${id}" target="_blank" rel="noopener"`)
    expect((await get(`/${id}/embed?lang=sv`)).text).toContain('<html lang="sv">')
  })

  test('says what became of the certificate, and that of nothing is not there', async () => {
    const own = await issue()
    await http.api('POST', `/v1/certificates/${own}/revoke`, { body: { reason: 'x', notify: false } })
    expect((await get(`/${own}/embed`)).text).toContain('data-standing="revoked"')
    expect((await get(`/${own}/embed`)).text).toContain('Revoked on')
    await http.api('POST', '/v1/templates', { key: http.keys.sandbox, body: { ...TEMPLATE, slug: 'apm' } })
    expect((await get(`/${await issue(http.keys.sandbox)}/embed`)).text).toContain('SANDBOX')
    const held = (await http.api('POST', '/v1/certificates', { body: { ...requestFor('apm'), hold: true } })).json.id
    for (const path of [`/${held}/embed`, `/cert_${'0'.repeat(26)}/embed`, '/tmpl_x/embed', '/embed'])
      expect([path, (await get(path)).status]).toEqual([path, 404])
  })

  test('counts where it is shown, the place as a share once; opened by itself or by a robot it is not counted', async () => {
    const own = await issue()
    const show = (referer: string | null, more: Record<string, string> = {}) =>
      get(`/${own}/embed`, { ...BROWSER, ...(referer ? { Referer: referer } : {}), ...more })
    await show('https://www.blog.example/post?secret=1', { 'Sec-Fetch-Dest': 'iframe' })
    await show('https://blog.example/', { 'Sec-Fetch-Dest': 'iframe' })
    await show('https://other.example/')
    await show('https://third.example/', { 'Sec-Fetch-Dest': 'document' })
    await show('https://third.example/', { 'User-Agent': 'Googlebot/2.1' })
    const { analytics, shares } = await full(own)
    expect(analytics).toMatchObject({
      views: 0,
      embed_views: 3,
      embeds: [
        { host: 'blog.example', views: 2 },
        { host: 'other.example', views: 1 },
      ],
    })
    expect(shares).toEqual({ embed: 2 })
  })
})

describe('oEmbed', () => {
  const ask = (url: string, more = '') => get(`/oembed?url=${encodeURIComponent(url)}${more}`)
  const page = () => `https://certs.example.edu/${id}`

  test('is found from the page and gives a frame whose title cannot break out', async () => {
    const link = /type="application\/json\+oembed" href="([^"]+)"/.exec((await get(`/${id}`)).text)![1]!
    const found = await get(link.replace('https://certs.example.edu', '').replaceAll('&amp;', '&'))
    expect(found.json).toMatchObject({ version: '1.0', type: 'rich', provider_url: 'https://certs.example.edu' })
    const frames: Record<string, string>[] = []
    await new HTMLRewriter()
      .on('*', { element: (one) => void frames.push({ tag: one.tagName, ...Object.fromEntries(one.attributes) }) })
      .transform(new Response(found.json.html))
      .text()
    expect(frames).toHaveLength(1)
    expect(frames[0]).toMatchObject({ tag: 'iframe', src: `${page()}/embed`, width: '480', height: '440' })
    expect(found.headers.get('access-control-allow-origin')).toBe('*')
    expect(found.json.thumbnail_url).toBe(`${page()}.og.jpg`)
  })

  test('keeps to the size asked for', async () => {
    expect((await ask(page(), '&maxwidth=300&maxheight=10000')).json).toMatchObject({ width: 300, height: 440 })
    expect((await ask(page(), '&maxwidth=1')).json.width).toBe(240)
    expect((await ask(page(), '&maxwidth=x')).status).toBe(400)
    expect((await ask(page(), '&format=xml')).status).toBe(400)
  })

  test('speaks for no other host, however it is written', async () => {
    for (const url of [
      `https://evil.example/${id}`,
      `http://certs.example.edu/${id}`,
      `https://certs.example.edu.evil.example/${id}`,
      `https://certs.example.edu@evil.example/${id}`,
      `https://user:pw@certs.example.edu/${id}`,
      `https://certs.example.edu:8443/${id}`,
      `//certs.example.edu/${id}`,
      `javascript:alert(1)//${id}`,
      `https://certs.example.edu/x/${id}`,
      `https://certs.example.edu/${id}.json`,
      `https://certs.example.edu/cert_${'0'.repeat(26)}`,
      'https://certs.example.edu/',
      id,
      'x',
    ])
      expect([url, (await ask(url)).status]).toEqual([url, 404])
    for (const url of [`${page()}/`, `${page()}/embed`, `${page()}?utm=1#x`]) expect((await ask(url)).status).toBe(200)
    expect((await get('/oembed')).status).toBe(404)
    expect((await get('/oembed?url=')).status).toBe(400)
  })
})

describe('the issuer’s colour', () => {
  test('is made readable on light and on dark, whatever it is', async () => {
    for (const color of ['#ffffff', '#000000', '#ffff00', '#7a1f5c', '#00ff00', '#808080', '#0000ff']) {
      const [light, dark] = brandStyle(color).split('@media')
      const [accent, on] = [...light!.matchAll(/#[0-9a-f]{6}/g)].map(String)
      const [darkAccent, darkOn] = [...dark!.matchAll(/#[0-9a-f]{6}/g)].map(String)
      for (const ground of ['#ebe5d8', '#fdfbf6']) expect(contrast(accent!, ground)).toBeGreaterThanOrEqual(4.5)
      for (const ground of ['#131210', '#1d1b18']) expect(contrast(darkAccent!, ground)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(on!, accent!)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(darkOn!, darkAccent!)).toBeGreaterThanOrEqual(4.5)
    }
    expect((await get('/brand/7A1F5C.css')).status).toBe(404)
    for (const path of ['/brand/red.css', '/brand/7a1f5c', '/brand/7a1f5c;}.css', '/brand/..%2fx.css'])
      expect((await get(path)).status).toBe(404)
    expect((await get('/brand/7a1f5c.css')).headers.get('content-type')).toBe('text/css; charset=utf-8')
  })
})

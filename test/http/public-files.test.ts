/** Pictures and PDF of a certificate: what is drawn, with which mark, for whom, how often, and under which name. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { revokeCertificate } from '../../src/actions/certificates.ts'
import { letterboxed } from '../../src/domain/designs-letterbox.ts'
import { designValues, filledAddress, writtenDay, writtenValue } from '../../src/domain/designs-values.ts'
import type { Design } from '../../src/domain/designs.ts'
import type { PdfFacts, RenderJob } from '../../src/domain/ports.ts'
import { RenderRefused, RenderUnavailable } from '../../src/domain/ports.ts'
import { Pictures } from '../../src/http/pictures.ts'
import { TEMPLATE, requestFor } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'
import { FakeRenderer } from '../kit/renderer.ts'

class Recording extends FakeRenderer {
  facts: PdfFacts[] = []
  widths: number[] = []
  override async pdf(job: RenderJob, facts: PdfFacts) {
    this.facts.push(facts)
    return super.pdf(job, facts)
  }
  override async raster(job: RenderJob, options: { width: number; format: string }) {
    this.widths.push(options.width)
    return super.raster(job, options)
  }
}

let http: TestHttp
let renderer: Recording
let id = ''
let serial = 0
beforeAll(async () => {
  renderer = new Recording()
  http = await startHttp({ appliance: {}, renderer })
  await http.api('POST', '/v1/templates', {
    key: http.keys.admin,
    body: { ...TEMPLATE, slug: 'apm', colors: { primary: '#112233' } },
  })
})
afterAll(() => http.close())
const get = (path: string, headers: Record<string, string> = {}, address = `198.51.100.${++serial % 250}`) =>
  http.api('GET', path, { key: null, headers, address })
const issue = async (more: object = {}, key = http.keys.issuer) => {
  const body = { ...requestFor('apm'), ...more }
  return (await http.api('POST', '/v1/certificates', { body, chain: true, key })).json.id as string
}
beforeEach(async () => {
  renderer.failure = undefined
  id = await issue()
  renderer.asked.length = renderer.facts.length = renderer.widths.length = 0
})
const job = () => renderer.asked.at(-1)!.job

describe('a picture', () => {
  test('shows the frozen design with the values of the certificate, without a mark', async () => {
    const answer = await get(`/${id}.svg`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
    expect(job().values).toMatchObject({
      'recipient.name': 'Maria Andersson',
      course_name: 'Advanced Project Management',
      completion_date: '3 March 2026',
      verification_url: `https://certs.example.edu/${id}`,
    })
    expect(job().mark).toBeNull()
    expect(job().design.page.bleed ?? 0).toBe(0)
    expect(job().design.elements.length).toBeGreaterThan(3)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('comes as PNG and JPEG in three widths and no other', async () => {
    for (const [path, type] of [
      ['png', 'image/png'],
      ['jpg', 'image/jpeg'],
      ['png?width=600', 'image/png'],
      ['jpg?width=2400', 'image/jpeg'],
    ] as const)
      expect((await get(`/${id}.${path}`)).headers.get('content-type')).toBe(type)
    expect(renderer.widths).toEqual([1200, 1200, 600, 2400])
    for (const width of ['0', '99999', '601', '-1', '1e9', ''])
      expect((await get(`/${id}.png?width=${width}`)).status).toBe(400)
    for (const path of ['gif', 'svgz', 'svg.png', 'exe', 'SVG']) expect((await get(`/${id}.${path}`)).status).toBe(404)
  })

  test('for social networks is 1200 wide, whole, on the issuer’s colour', async () => {
    await get(`/${id}.og.jpg`)
    const { page } = job().design
    expect(renderer.widths).toEqual([1200])
    expect(Math.round((page.width / page.height) * 630)).toBe(1200)
    expect(page.background).toBe('#112233')
  })

  test('of the sandbox, of a revoked, replaced, expired and waiting certificate says so across it', async () => {
    await http.api('POST', '/v1/templates', { key: http.keys.sandbox, body: { ...TEMPLATE, slug: 'apm' } })
    const marked = async (which: string) => {
      await get(`/${which}.svg`)
      return job().mark
    }
    expect(await marked(await issue({}, http.keys.sandbox))).toBe('sandbox')
    await revokeCertificate(http.appliance.context, http.appliance.live, id, { reason: 'x', notify: false })
    expect(await marked(id)).toBe('revoked')
    expect(await marked(await issue({ expires_at: '2026-03-04' }))).toBeNull()
    const expiring = await issue({ expires_at: '2026-03-04' })
    http.appliance.clock.advance(3 * 86_400_000)
    expect(await marked(expiring)).toBe('expired')
    const corrected = await issue()
    const body = { recipient: { name: 'Maria Anderson' }, reason: 'Misspelt.' }
    await http.api('PATCH', `/v1/certificates/${corrected}`, { body, chain: true })
    await get(`/${corrected}.svg?version=1`)
    expect([job().mark, job().values['recipient.name']]).toEqual(['replaced', 'Maria Andersson'])
    expect(await marked(corrected)).toBeNull()
    expect((await get(`/${corrected}.svg?version=3`)).status).toBe(404)
    const sent = http.api('POST', '/v1/certificates', {
      body: requestFor('apm'),
      headers: { Prefer: 'respond-async' },
    })
    expect(await marked((await sent).json.id)).toBe('preview')
    await http.appliance.settle()
  })

  test('of a held or withdrawn certificate does not exist, of a failed neither', async () => {
    const { json } = await http.api('POST', '/v1/certificates', { body: { ...requestFor('apm'), hold: true } })
    for (const ending of ['svg', 'pdf', 'og.jpg']) expect((await get(`/${json.id}.${ending}`)).status).toBe(404)
    await http.api('POST', `/v1/certificates/${json.id}/withdraw`)
    expect((await get(`/${json.id}.png`)).json.error.code).toBe('certificate_not_found')
    expect((await get(`/cert_${'0'.repeat(26)}.svg`)).status).toBe(404)
    expect(renderer.asked).toEqual([])
  })

  test('of an erased certificate is gone, and nothing is drawn', async () => {
    const { certificate } = (await http.appliance.store.certificates.find(http.appliance.live, id))!
    await http.appliance.store.commit({
      at: 1,
      puts: [{ entity: 'certificate', row: { ...certificate, erasedAt: 1 } }],
    })
    const answer = await get(`/${id}.svg`)
    expect([answer.status, answer.json.error.code]).toEqual([410, 'certificate_erased'])
    expect(renderer.asked).toEqual([])
  })
})

describe('the PDF', () => {
  test('carries the credential exactly as .json serves it, and says who made it and when', async () => {
    const file = await get(`/${id}.json`)
    const pdf = await get(`/${id}.pdf`)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    const [facts] = renderer.facts
    expect(new TextDecoder().decode(facts!.credential!)).toBe(file.text)
    expect(facts).toMatchObject({ author: 'Example University', language: 'en' })
    expect(facts!.title).toContain('Maria Andersson')
  })

  test('is refused while the chain holds no proof, with a hint when to come back', async () => {
    const body = requestFor('apm')
    const { json } = await http.api('POST', '/v1/certificates', { body, headers: { Prefer: 'respond-async' } })
    const answer = await get(`/${json.id}.pdf`)
    expect([answer.status, answer.json.error.code]).toEqual([409, 'certificate_pending'])
    expect(answer.headers.get('retry-after')).toBe('5')
    await http.appliance.settle()
    expect((await get(`/${json.id}.pdf`)).status).toBe(200)
  })

  test('is saved under a name that no name can break out of', async () => {
    const name = 'Eve"; filename="x.exe\\ ../ 漢字 (1)*\u2019'
    const own = await issue({ recipient: { name, email: 'e@example.org' } })
    const shown = (await get(`/${own}.pdf`)).headers.get('content-disposition')!
    expect(shown).toStartWith(`inline; filename="${own}.pdf"; filename*=UTF-8''Eve%20`)
    const saved = (await get(`/${own}.pdf?download`)).headers.get('content-disposition')!
    expect(saved).toStartWith('attachment; ')
    expect(saved.split("filename*=UTF-8''")[1]).toMatch(/^[A-Za-z0-9%._~!-]+$/)
    expect(decodeURIComponent(saved.split("''")[1]!)).not.toMatch(/[\\/:*?"<>|]/)
  })
})

describe('drawing', () => {
  test('happens once for the same state, and anew after a revocation', async () => {
    const first = await get(`/${id}.svg`)
    const again = await get(`/${id}.svg`)
    expect(again.text).toBe(first.text)
    expect(renderer.asked).toHaveLength(1)
    const tag = first.headers.get('etag')!
    const small = await get(`/${id}.svg`, { 'Accept-Encoding': 'br, gzip' })
    expect([small.headers.get('content-encoding'), small.headers.get('etag')]).toEqual(['gzip', tag])
    expect([small.headers.get('vary'), renderer.asked.length]).toEqual(['Accept-Encoding', 1])
    const same = await get(`/${id}.svg`, { 'If-None-Match': tag })
    expect([same.status, same.text]).toEqual([304, ''])
    await revokeCertificate(http.appliance.context, http.appliance.live, id, { reason: 'x', notify: false })
    const revoked = await get(`/${id}.svg`, { 'If-None-Match': tag })
    expect([revoked.status, renderer.asked.length]).toEqual([200, 2])
    expect(revoked.headers.get('etag')).not.toBe(tag)
  })

  test('is limited by address; what lies ready is not counted', async () => {
    const address = '203.0.113.99'
    let answer = await get(`/${id}.svg`, {}, address)
    const ids = await Promise.all(Array.from({ length: 5 }, () => issue()))
    for (let round = 0; round < 6 && answer.status === 200; round++)
      for (const each of ids)
        for (const ending of ['svg', 'png', 'jpg', 'png?width=600', 'png?width=2400', 'og.jpg'])
          if (answer.status === 200) answer = await get(`/${each}.${ending}`, {}, address)
    expect(answer.status).toBe(200)
    const more = await Promise.all(Array.from({ length: 20 }, () => issue()))
    for (const each of more)
      for (const ending of ['svg', 'png', 'jpg', 'png?width=600', 'png?width=2400', 'og.jpg'])
        if (answer.status === 200) answer = await get(`/${each}.${ending}`, {}, address)
    expect([answer.status, answer.json.error.code]).toEqual([429, 'rate_limited'])
    expect((await get(`/${id}.svg`, {}, address)).status).toBe(200)
    expect((await get(`/${more[19]!}.pdf`, {}, '203.0.113.98')).status).toBe(200)
  })

  test('that cannot be done now is 503, without a word of why', async () => {
    renderer.failure = new RenderUnavailable('queue full at /secret')
    const busy = await get(`/${id}.svg`)
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '2'])
    renderer.failure = new RenderRefused('secret asset')
    const refused = await get(`/${id}.svg`)
    expect(refused.status).toBe(503)
    expect(busy.text + refused.text).not.toContain('secret')
    renderer.failure = undefined
    expect((await get(`/${id}.svg`)).status).toBe(200)
  })

  test('is kept within its bytes, the one not asked for longest goes first, and each is made once at a time', async () => {
    const pictures = new Pictures(100)
    let made = 0
    const make = (size: number) => async () => (made++, new Uint8Array(size))
    await Promise.all([pictures.get('a', make(40)), pictures.get('a', make(40))])
    expect(made).toBe(1)
    await pictures.get('b', make(40))
    await pictures.get('a', make(40))
    await pictures.get('c', make(40))
    expect([pictures.has('a'), pictures.has('b'), pictures.has('c'), pictures.bytes]).toEqual([true, false, true, 80])
    await pictures.get('large', make(101))
    expect([pictures.has('large'), pictures.bytes]).toEqual([false, 80])
    await expect(pictures.get('bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(pictures.has('bad')).toBe(false)
  })
})

describe('values', () => {
  const facts = {
    certificateId: 'cert_1',
    publicUrl: 'https://x.example',
    template: {
      name: 'T',
      fields: [
        { key: 'when', label: '', type: 'date' as const, required: false },
        { key: 'passed', label: '', type: 'boolean' as const, required: false },
        { key: 'score', label: '', type: 'number' as const, required: false },
        { key: 'none', label: '', type: 'text' as const, required: false },
        { key: 'issued_on', label: '', type: 'text' as const, required: false },
      ],
    },
    fields: { when: '2026-03-03', passed: true, score: 1234.5, issued_on: 'forged' },
    recipientName: 'M',
    issuerName: 'I',
    issuedOn: '2026-03-03',
    expiresAt: null,
    version: 2,
    language: 'de',
  }
  test('are written out in the certificate’s language; a field takes no placeholder’s place; nothing is left open', () => {
    expect(designValues(facts)).toMatchObject({
      when: '3. März 2026',
      passed: 'Ja',
      score: '1234,5',
      none: '',
      issued_on: '3. März 2026',
      'fields.issued_on': 'forged',
      expires_at: '',
      version: '2',
      verification_url: 'https://x.example/cert_1',
    })
    expect(writtenDay(Date.UTC(2028, 2, 3), 'not a language!')).toBe('3 March 2028')
    expect(writtenDay('Easter', 'en')).toBe('Easter')
    expect(writtenValue(false, 'boolean', 'sv-SE')).toBe('Nej')
  })
  test('in an address stay one part of it', () => {
    const values = { name: 'a b&c=d#/../', url: 'javascript:alert(1)' }
    expect(filledAddress('https://x.example/?n={{ name }}', values)).toBe(
      'https://x.example/?n=a%20b%26c%3Dd%23%2F..%2F',
    )
    for (const bad of ['{{url}}', 'javascript:alert(1)', 'ftp://x', 'https://'])
      expect(filledAddress(bad, values)).toBe('')
    expect(filledAddress('https://x.example/{{__proto__}}', values)).toBe('https://x.example/')
  })
  test('a letterboxed design is whole, in the middle, and its edges are covered', () => {
    const design: Design = {
      page: { width: 210, height: 297, background: '#eeeeee' },
      elements: [{ id: 'r', kind: 'rect', x: -5, y: 0, width: 220, height: 10 }],
    }
    const { page, elements } = letterboxed(design, 1200 / 630, '#123456')
    expect(page.width / page.height).toBeCloseTo(1200 / 630)
    expect(page.height).toBeGreaterThan(297)
    const [ground, moved, ...frame] = elements
    expect(ground).toMatchObject({ width: 210, height: 297, fill: '#eeeeee' })
    expect(moved!.x - ground!.x).toBeCloseTo(-5)
    expect(frame).toHaveLength(4)
    expect(new Set(elements.map(({ id }) => id)).size).toBe(elements.length)
  })
})

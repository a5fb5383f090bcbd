/** Designs, uploads, previews and versions as a client of the API meets them; drawn by the real renderer. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { SAMPLE_NAMES } from '../../src/domain/designs-samples.ts'
import { GALLERY } from '../../src/domain/gallery/gallery.ts'
import { RenderUnavailable } from '../../src/domain/ports.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type ApiOptions, type TestHttp } from '../kit/http.ts'
import { RealRenderer } from '../kit/real-renderer.ts'

const FONT = 'node_modules/@expo-google-fonts/alex-brush/400Regular/AlexBrush_400Regular.ttf'
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><circle cx="30" cy="20" r="18" fill="#a21"/></svg>'
const BIRD = '\u{13142}'
const box = { x: 20, y: 20, width: 257, height: 30 }
const NAME = {
  ...{ id: 'name', kind: 'text', name: 'Name', ...box, text: '{{recipient.name}}', font: 'noto-serif', size: 40 },
  ...{ minSize: 10, color: '#123456' },
}
const QR = { id: 'qr', kind: 'qr', x: 240, y: 160, width: 30, height: 30 }
const DESIGN = { page: { width: 297, height: 210 }, elements: [NAME, QR] }

let http: TestHttp
let renderer: RealRenderer
beforeAll(async () => {
  renderer = new RealRenderer()
  http = await startHttp({ renderer, appliance: { syncWaitMs: 0 } })
})
afterAll(() => http.close())
const call = (method: string, path: string, options: ApiOptions = {}) =>
  http.api(method, path, { key: http.keys.admin, ...options })
const upload = (raw: BodyInit, query = '', headers: Record<string, string> = {}, key = http.keys.admin) =>
  call('POST', `/v1/assets${query}`, { raw, key, headers: { 'Content-Type': 'application/octet-stream', ...headers } })
const withElements = (...elements: object[]) => ({ ...DESIGN, elements: [...DESIGN.elements, ...elements] })

describe('the gallery', () => {
  test('lists every design without its drawing, and gives each drawing in each of its sizes', async () => {
    const { json } = await call('GET', '/v1/designs')
    expect(json.data.map(({ slug }: { slug: string }) => slug)).toEqual(GALLERY.map(({ slug }) => slug))
    for (const { slug, sizes } of GALLERY)
      for (const size of sizes) {
        const found = await call('GET', `/v1/designs/${slug}?size=${size}`)
        expect([slug, size, found.status, found.json.size]).toEqual([slug, size, 200, size])
      }
  })

  test('says what was probably meant, and which sizes there are', async () => {
    const typo = await call('GET', '/v1/designs/clasic')
    expect([typo.status, typo.json.error.code]).toEqual([404, 'design_not_found'])
    expect(typo.json.error.message).toContain('Did you mean "classic"?')
    const size = await call('GET', '/v1/designs/classic?size=letter_portrait')
    const { sizes } = GALLERY.find(({ slug }) => slug === 'classic')!
    expect(size.status).toBe(sizes.includes('letter_portrait') ? 200 : 400)
  })

  test('is frozen in the template: the drawing of a version is in the answer', async () => {
    const { json } = await call('POST', '/v1/templates', { body: { ...TEMPLATE, slug: 'frozen', page_size: 'letter' } })
    const { design } = (await call('GET', '/v1/designs/classic?size=letter')).json
    expect([json.design, json.page_size]).toEqual(['classic', 'letter'])
    expect(json.design_document).toEqual(design)
    const { data } = (await call('GET', '/v1/templates?limit=100')).json
    expect(data.every((each: object) => !('design_document' in each))).toBe(true)
  })

  test.each([
    [{ design: 'clasic' }, 'design', 'Did you mean "classic"?'],
    [{ design: 'custom' }, 'design', 'Send the design itself'],
    [{ design: 7 }, 'design', 'must be a text'],
    [{ design: { ...DESIGN, elements: [NAME] } }, 'design.elements', 'leads to the verification page'],
    [{ design: withElements({ ...NAME, id: 'x', x: 'left' }) }, 'design.elements[2].x', '(text "x")'],
    [
      { design: withElements({ ...NAME, id: 'x', text: '{{cours_name}}' }) },
      'design.elements[2].text',
      '"course_name"',
    ],
    [{ page_size: 'a3' }, 'page_size', 'must be one of'],
    [{ colors: { primary: 'blue' } }, 'colors.primary', 'must be a colour such as #1a2b3c'],
    [{ cta: { label: 'x', url: 'javascript:alert(1)' } }, 'cta.url', 'http or https'],
    [{ cta: { label: '{{x}}', url: 'https://example.org' } }, 'cta.label', 'no field of this template'],
    [{ languages: ['sv', 'sv'] }, 'languages[1]', 'stands twice'],
    [{ languages: ['Swedish'] }, 'languages[0]', 'language tag'],
    [{ reminders: { days: [30, 30] } }, 'reminders.days[1]', 'stands twice'],
    [{ reminders: { days: [0] } }, 'reminders.days[0]', 'between 1 and 3650'],
    [{ mail: { swedish: { subject: 'x' } } }, 'mail.swedish', 'language tags'],
    [{ mail: { sv: { subject: '{{naem}}' } } }, 'mail.sv.subject', 'no merge field'],
    [{ mail: JSON.parse('{"__proto__": {"subject": "x"}}') }, 'mail.__proto__', 'language tags'],
    [{ mail: { sv: { subject: 'x', html: '<b>' } } }, 'mail.sv.html', 'There is no field'],
    [{ achievement: { tags: ['a', 'a'] } }, 'achievement.tags[1]', 'stands twice'],
    [{ achievement: { image: `asset_${'0'.repeat(26)}` } }, 'achievement.image', 'POST /v1/assets'],
  ])('a template with %j is refused by its name', async (change, field, words) => {
    const { status, json } = await call('POST', '/v1/templates', { body: { ...TEMPLATE, ...change } })
    expect([status, json.error.field]).toEqual([400, field])
    expect(json.error.message).toContain(words)
  })
})

describe('versions', () => {
  test('certificates keep the one they were issued with; each can be read with its drawing', async () => {
    await call('POST', '/v1/templates', { body: { ...TEMPLATE, slug: 'grows', design: DESIGN } })
    const first = (await call('POST', '/v1/certificates', { body: requestFor('grows') })).json
    const blue = { ...DESIGN, elements: [{ ...NAME, color: '#0000ff' }, QR] }
    const changed = (await call('PATCH', '/v1/templates/grows', { body: { design: blue } })).json
    expect([changed.version, changed.design, changed.design_document.elements[0].color]).toEqual([
      2,
      'custom',
      '#0000ff',
    ])
    const second = (await call('POST', '/v1/certificates', { body: requestFor('grows') })).json
    const rows = await Promise.all(
      [first, second].map(({ id }) => http.appliance.store.certificates.find(http.appliance.live, id)),
    )
    expect(rows.map((row) => row!.version.templateVersion)).toEqual([1, 2])
    const versions = await Promise.all([1, 2].map((number) => call('GET', `/v1/templates/grows/versions/${number}`)))
    expect(versions.map(({ json }) => [json.version, json.current, json.design_document.elements[0].color])).toEqual([
      [1, false, '#123456'],
      [2, true, '#0000ff'],
    ])
    expect((await call('GET', '/v1/templates/grows/versions/3')).json.error.message).toContain('versions 1 to 2')
    expect((await call('GET', '/v1/templates/grows/versions/0')).status).toBe(404)
  })

  test('a change of something else keeps the design, and one that takes a field from it is refused', async () => {
    const own = withElements({ ...NAME, id: 'course', y: 80, text: '{{course_name}}' })
    await call('POST', '/v1/templates', { body: { ...TEMPLATE, slug: 'keeps', design: own } })
    const { json } = await call('PATCH', '/v1/templates/keeps', { body: { hold_minutes: 5 } })
    expect([json.design, json.hold_minutes, json.design_document]).toEqual(['custom', 5, own])
    const same = await call('PATCH', '/v1/templates/keeps', {
      body: { design: 'custom', colors: { primary: '#ABCDEF' } },
    })
    expect([same.status, same.json.colors.primary, same.json.design_document]).toEqual([200, '#ABCDEF', own])
    const taken = await call('PATCH', '/v1/templates/keeps', { body: { fields: [] } })
    const places = taken.json.error.details.map(({ field }: { field: string }) => field)
    expect([taken.status, places]).toEqual([400, ['achievement.name', 'design.elements[2].text']])
    const back = await call('PATCH', '/v1/templates/keeps', { body: { design: 'classic' } })
    expect([back.json.design, back.json.page_size]).toEqual(['classic', null])
  })

  test('older ones that only name a design of the gallery are drawn with it', async () => {
    const { json } = await call('POST', '/v1/templates', { body: { ...TEMPLATE, slug: 'older' } })
    const { store, clock } = http.appliance
    const version = (await store.templates.version(json.id, 1))!
    for (const design of ['classic', 'of-a-gallery-long-gone']) {
      const template = (await store.templates.find(http.appliance.live, json.id))!.template
      const { designHash: _, ...definition } = version.definition
      const row = { ...version, version: template.version + 1, definition: { ...definition, design }, revision: 0 }
      await store.commit({
        at: clock.now(),
        puts: [
          { entity: 'template', row: { ...template, version: row.version } },
          { entity: 'templateVersion', row },
        ],
      })
      const read = (await call('GET', '/v1/templates/older')).json
      expect([read.design, read.design_document]).toEqual([design, json.design_document])
      expect((await call('POST', '/v1/templates/older/preview')).status).toBe(200)
      expect((await call('POST', '/v1/certificates', { body: requestFor('older') })).status).toBe(201)
    }
  })

  test('the same design is stored once, whatever versions use it', async () => {
    await call('POST', '/v1/templates', { body: { ...TEMPLATE, slug: 'twin-one', design: DESIGN } })
    const { json } = await call('POST', '/v1/templates', { body: { ...TEMPLATE, slug: 'twin-two', design: DESIGN } })
    const { store } = http.appliance
    const hash = (await store.templates.version(json.id, 1))!.definition.designHash!
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(await store.designs.find(http.appliance.sandbox, hash)).toBeUndefined()
    expect(await store.designs.find(http.appliance.live, hash)).toEqual(DESIGN as never)
  })
})

describe('a preview', () => {
  const preview = (body: object, key?: string) => call('POST', '/v1/designs/preview', { body, ...(key ? { key } : {}) })

  test.each(SAMPLE_NAMES)('with the sample "%s" is drawn, and says of itself what is wrong', async (sample) => {
    const { status, json } = await preview({ design: DESIGN, sample })
    expect([status, json.problems, json.warnings]).toEqual([200, [], []])
    expect(json.svg).toStartWith('<svg')
    expect(json.svg).not.toMatch(/<script|javascript:/i)
  })

  test('names elements that cannot be printed, and what the template would be refused for', async () => {
    const design = { ...DESIGN, elements: [NAME, { ...NAME, id: 'title', y: 80, text: '{{naem}} and', width: 5 }] }
    const { json } = await preview({ design, fields: [{ key: 'name' }], values: { 'recipient.name': BIRD } })
    expect(json.problems.map(({ element, kind }: Record<string, string>) => [element, kind])).toEqual([
      ['name', 'missing_letters'],
      ['title', 'does_not_fit'],
    ])
    expect(json.warnings.map(({ code }: { code: string }) => code)).toEqual(['unknown_field', 'no_verification'])
  })

  test('fills fields by type, label and language; a value given wins, even one that looks like code', async () => {
    const asked: Array<Record<string, string>> = []
    const real = renderer.svg.bind(renderer)
    renderer.svg = (job) => (asked.push(job.values), real(job))
    const fields = [
      { key: 'day', label: 'Day', type: 'date' },
      { key: 'signer', label: 'Signed by' },
      { key: 'passed', label: 'Passed', type: 'boolean' },
    ]
    const values = { signer: '{{recipient.name}}<script>', __proto__: 'x' }
    await preview({ design: DESIGN, fields, language: 'sv', values: JSON.parse(JSON.stringify(values)) })
    await preview({ design: DESIGN, fields, sample: 'arabic' })
    renderer.svg = real
    expect(asked[0]).toMatchObject({ day: '3 mars 2026', signer: '{{recipient.name}}<script>', passed: 'Ja' })
    expect(asked[1]!['recipient.name']).toContain('محمد')
  })

  test('of a template shows the version, person and values that were asked for; as PDF it is a proof', async () => {
    await call('POST', '/v1/templates', { body: { ...TEMPLATE, slug: 'shown', design: DESIGN } })
    const svg = await call('POST', '/v1/templates/shown/preview', { body: { sample: 'long', version: 1 } })
    expect([svg.status, svg.json.problems]).toEqual([200, []])
    const none = await call('POST', '/v1/templates/shown/preview', { body: { version: 9 } })
    expect([none.status, none.json.error.code]).toEqual([404, 'template_not_found'])
    const pdf = await call('POST', '/v1/templates/shown/preview', { body: { format: 'pdf' } })
    expect([pdf.headers.get('content-type'), pdf.text.slice(0, 5)]).toEqual(['application/pdf', '%PDF-'])
    const proof = await call('POST', '/v1/designs/proof', { body: { design: DESIGN, mark: 'preview' } })
    expect(proof.text.slice(0, 5)).toBe('%PDF-')
  })

  test('has a count of its own, and a body of at most a megabyte', async () => {
    const { key } = await http.makeKey({ permissions: ['templates'], plan: 'standard' })
    const counted = await preview({ design: DESIGN }, key)
    expect(counted.headers.get('x-ratelimit-limit')).toBe('600')
    const other = await call('GET', '/v1/designs', { key })
    expect([other.headers.get('x-ratelimit-limit'), other.headers.get('x-ratelimit-remaining')]).toEqual(['60', '59'])
    const large = await call('POST', '/v1/designs/preview', { raw: ' '.repeat(1024 * 1024 + 1) })
    expect(large.status).toBe(413)
  })

  test('is 503 while too much is being drawn', async () => {
    const real = renderer.svg.bind(renderer)
    renderer.svg = () => Promise.reject(new RenderUnavailable('too many'))
    const { status, headers } = await preview({ design: DESIGN })
    renderer.svg = real
    expect([status, headers.get('retry-after')]).toEqual([503, '2'])
  })
})

describe('an upload', () => {
  test('of the same file is the same asset; a picture is drawn anew without what it said of itself', async () => {
    const first = await upload(SVG, '?name=Seal')
    const second = await upload(SVG, '?name=Other')
    expect([first.status, second.status, second.json.id, second.json.name]).toEqual([201, 200, first.json.id, 'Seal'])
    const data = Buffer.from(SVG).toString('base64')
    const third = await upload(JSON.stringify({ name: 'Third', data }), '', { 'Content-Type': 'application/json' })
    expect([third.status, third.json.id]).toEqual([200, first.json.id])
    expect(first.json).toMatchObject({ kind: 'image', media_type: 'image/png', family: null, sandbox: false })
    expect(first.json.width).toBeGreaterThan(first.json.height)
  })

  test('of a font can be named in a design, and is listed with the fonts', async () => {
    const { status, json } = await upload(await Bun.file(FONT).bytes())
    expect([status, json.kind, json.media_type, json.name]).toEqual([201, 'font', 'font/ttf', 'Alex Brush Regular'])
    const { data } = (await call('GET', '/v1/fonts')).json
    expect(data.at(-1)).toEqual({
      id: json.id,
      family: json.family,
      style: 'Regular',
      weight: 400,
      italic: false,
      kind: 'uploaded',
    })
    const body = { ...TEMPLATE, slug: 'lettered', design: withElements({ ...NAME, id: 'own', y: 90, font: json.id }) }
    expect((await call('POST', '/v1/templates', { body })).status).toBe(201)
    expect((await call('POST', '/v1/certificates', { body: requestFor('lettered') })).status).toBe(201)
  })

  test('is served so that a browser runs nothing of it', async () => {
    const { id } = (await upload(SVG)).json
    const { headers, status } = await call('GET', `/v1/assets/${id}/content`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('image/png')
    expect(headers.get('content-security-policy')).toStartWith("sandbox; default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test.each([
    ['nothing', '', 'is empty'],
    ['text', 'hello', 'no picture'],
    ['a page', '<!doctype html><script>alert(1)</script>', 'cannot be used'],
    ['an SVG with script', SVG.replace('<circle', '<script>alert(1)</script><circle'), 'script'],
    ['an SVG that loads', SVG.replace('<circle', '<image href="https://evil.example/x"/><circle'), 'image'],
    ['a web font', 'wOF2\0\0\0\0', 'WOFF'],
    ['a PDF', '%PDF-1.7 …', 'is a PDF'],
    ['half a font', '\0\u0001\0\0\0\u0001', 'font'],
  ])('of %s is refused with what is wrong', async (_, raw, words) => {
    const { status, json } = await upload(raw)
    expect([status, json.error.field]).toEqual([400, 'file'])
    expect(json.error.message).toContain(words)
  })

  test('of bad base64, or of a name that hides something, is refused', async () => {
    const json = { 'Content-Type': 'application/json' }
    expect((await upload('{"data":"@@@@"}', '', json)).json.error.field).toBe('data')
    expect((await upload('{"data":"AAAA","path":"/etc"}', '', json)).json.error.code).toBe('unknown_field')
    expect((await upload(SVG, `?name=${encodeURIComponent('a\u202eb')}`)).json.error.field).toBe('name')
  })

  test('stays in its partition', async () => {
    const svg = SVG.replace('#a21', '#1a2')
    const { id } = (await upload(svg, '', {}, http.keys.sandbox)).json
    for (const path of [`/v1/assets/${id}`, `/v1/assets/${id}/content`])
      expect([path, (await call('GET', path)).json.error.code]).toEqual([path, 'asset_not_found'])
    const seal = { id: 'seal', kind: 'image', asset: id, ...box }
    const body = { ...TEMPLATE, slug: 'foreign', design: withElements(seal) }
    expect((await call('POST', '/v1/templates', { body })).json.error.field).toBe('design.elements[2].asset')
    const live = await upload(svg)
    expect([live.status, live.json.id === id]).toEqual([201, false])
  })

  test('cannot be deleted from under a version that uses it, not even an old one', async () => {
    const { id } = (await upload(SVG.replace('#a21', '#777'))).json
    const seal = { id: 'seal', kind: 'image', asset: id, ...box }
    const { json } = await call('POST', '/v1/templates', {
      body: { ...TEMPLATE, slug: 'sealed', design: withElements(seal) },
    })
    await call('PATCH', '/v1/templates/sealed', { body: { design: DESIGN } })
    const answer = await call('DELETE', `/v1/assets/${id}`)
    expect([answer.status, answer.json.error.code, answer.json.error.template_id]).toEqual([
      409,
      'asset_in_use',
      json.id,
    ])
    expect(answer.json.error.message).toContain('(version 1)')
    const unused = (await upload(SVG.replace('#a21', '#888'))).json.id
    expect((await call('DELETE', `/v1/assets/${unused}`)).status).toBe(204)
    expect((await call('GET', `/v1/assets/${unused}/content`)).status).toBe(404)
  })

  test('that is deleted while a template begins to use it: one of the two loses', async () => {
    const { id } = (await upload(SVG.replace('#a21', '#999'))).json
    const seal = { id: 'seal', kind: 'image', asset: id, ...box }
    const [made, gone] = await Promise.all([
      call('POST', '/v1/templates', { body: { ...TEMPLATE, slug: 'race', design: withElements(seal) } }),
      call('DELETE', `/v1/assets/${id}`),
    ])
    expect([
      [201, 409],
      [400, 204],
      [409, 204],
    ]).toContainEqual([made.status, gone.status])
  })

  test('is refused when there is no room for it', async () => {
    const { assets } = http.appliance.store
    const real = assets.size
    assets.size = () => Promise.resolve({ assets: 3, bytes: 1024 * 1024 * 1024 })
    const { status, json } = await upload(SVG.replace('#a21', '#555'))
    assets.size = real
    expect([status, json.error.code]).toEqual([409, 'assets_full'])
  })
})

test('a design that the sandbox lost when it was emptied is stored again', async () => {
  const { sandbox } = http.keys
  const made = async () => {
    const body = { ...TEMPLATE, slug: 'again', design: DESIGN }
    const { json } = await call('POST', '/v1/templates', { key: sandbox, body })
    expect((await call('GET', '/v1/templates/again', { key: sandbox })).json.design_document).toEqual(DESIGN)
    return (await http.appliance.store.templates.version(json.id, 1))!.definition.designHash!
  }
  const hash = await made()
  await call('DELETE', '/v1/sandbox', { key: sandbox })
  expect(await http.appliance.store.designs.has(http.appliance.sandbox, hash)).toBe(false)
  expect(await made()).toBe(hash)
  expect(await http.appliance.store.designs.has(http.appliance.sandbox, hash)).toBe(true)
})

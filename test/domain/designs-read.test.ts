import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { readDesign, type DesignSurroundings } from '../../src/domain/designs-read.ts'
import { GALLERY, galleryDesign } from '../../src/domain/gallery/gallery.ts'
import { AppError } from '../../src/domain/errors.ts'
import { FONT_FACES } from '../../src/render/fonts-catalogue.ts'

const SEAL = `asset_${'0'.repeat(26)}`
const SCRIPT = `asset_${'1'.repeat(26)}`
const AROUND: DesignSurroundings = {
  fonts: FONT_FACES.map(({ id }) => id),
  images: [SEAL],
  assetFonts: [SCRIPT],
  fields: ['course_name', 'completion_date'],
}
const box = { x: 10, y: 10, width: 100, height: 20 }
const QR = { id: 'qr', kind: 'qr', ...box }
const NAME = {
  id: 'name',
  kind: 'text',
  ...box,
  text: '{{recipient.name}}',
  font: 'noto-serif',
  size: 30,
  color: '#112233',
}
const design = (...elements: object[]) => ({ page: { width: 297, height: 210 }, elements: [QR, ...elements] })

function problemsOf(body: unknown, around = AROUND): Array<[string, string]> {
  try {
    readDesign(body, around)
    return []
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.status).toBe(400)
    return error.extras.details!.map(({ field, code }) => [field, code])
  }
}
const messageOf = (body: unknown) => {
  try {
    readDesign(body, AROUND)
    return ''
  } catch (error) {
    return (error as AppError).message
  }
}
const withName = (change: object) => design({ ...NAME, ...change })

describe('a design', () => {
  test('that is right is copied, member by member, in one order', () => {
    const elements = [
      NAME,
      { id: 'seal', kind: 'image', asset: SEAL, ...box },
      { id: 'frame', kind: 'rect', ...box, stroke: '#AABBCC', dash: [1, 2] },
      { id: 'lace', kind: 'path', ...box, d: 'M0 0L1e2-5.5a1 1 0 01.5.5z', viewBox: [10, 10] },
      { ...NAME, id: 'own-font', font: SCRIPT, link: 'mailto:registrar@example.org?subject={{certificate.id}}' },
    ]
    const read = readDesign(design(...elements), AROUND)
    const turned = { elements: [QR, ...elements].map((each) => Object.fromEntries(Object.entries(each).toReversed())) }
    const again = readDesign({ ...turned, page: { height: 210, width: 297 } }, AROUND)
    expect(JSON.stringify(again)).toBe(JSON.stringify(read))
    expect(read.elements[3]).toMatchObject({ stroke: '#aabbcc' })
  })

  test('of the guide passes', async () => {
    const guide = await Bun.file('docs/guide/templates.md').text()
    const [, json] = /```json\n([^`]+)```/.exec(guide)!
    expect(problemsOf(JSON.parse(json!))).toEqual([])
  })

  test('of the gallery passes, but for fields that the template does not have', () => {
    for (const { slug, sizes, fields } of GALLERY)
      for (const size of sizes) {
        const around = { ...AROUND, fields: fields.map(({ key }) => key) }
        expect([slug, size, problemsOf(galleryDesign(slug, size), around)]).toEqual([slug, size, []])
      }
  })

  test.each([
    ['nothing', null, ['', 'wrong_type']],
    ['a page of nothing', { elements: [] }, ['page', 'required']],
    ['a page of a kilometre', { ...design(), page: { width: 1e6, height: 210 } }, ['page.width', 'out_of_range']],
    ['a page of no number', { ...design(), page: { width: NaN, height: 210 } }, ['page.width', 'wrong_type']],
    ['an element of no kind', design({ id: 'x', ...box }), ['elements[1].kind', 'required']],
    ['an unknown kind', design({ id: 'x', kind: 'txet', ...box }), ['elements[1].kind', 'not_a_choice']],
    [
      'a kind that objects inherit',
      design({ id: 'x', kind: 'constructor', ...box }),
      ['elements[1].kind', 'not_a_choice'],
    ],
    ['a number beyond all pages', withName({ x: 1e9 }), ['elements[1].x', 'out_of_range']],
    ['no number', withName({ size: Infinity }), ['elements[1].size', 'wrong_type']],
    ['far outside the page', withName({ x: 700 }), ['elements[1].x', 'out_of_range']],
    ['larger than any page', withName({ width: 1000 }), ['elements[1].width', 'out_of_range']],
    ['a quote in a colour', withName({ color: '#11223"' }), ['elements[1].color', 'bad_value']],
    ['a colour by name', withName({ color: 'red' }), ['elements[1].color', 'bad_value']],
    ['a font that is not there', withName({ font: 'noto-serf' }), ['elements[1].font', 'unknown_font']],
    ['a picture as a font', withName({ font: SEAL }), ['elements[1].font', 'unknown_font']],
    ['a path as a font', withName({ font: '../../etc/passwd' }), ['elements[1].font', 'bad_value']],
    ['a field that is not there', withName({ text: '{{course}}' }), ['elements[1].text', 'unknown_field']],
    ['a field that objects inherit', withName({ text: '{{__proto__}}' }), ['elements[1].text', 'unknown_field']],
    [
      'a field in a QR code',
      design({ ...QR, id: 'two', data: '{{cours_name}}' }),
      ['elements[1].data', 'unknown_field'],
    ],
    ['script as a link', withName({ link: 'javascript:alert(1)' }), ['elements[1].link', 'bad_url']],
    ['a row as a link', withName({ link: '{{course_name}}' }), ['elements[1].link', 'bad_url']],
    ['a row as the host', withName({ link: 'https://{{course_name}}/' }), ['elements[1].link', 'bad_url']],
    ['a file as a link', withName({ link: 'file:///etc/passwd' }), ['elements[1].link', 'bad_url']],
    ['too many letters', withName({ text: 'x'.repeat(4001) }), ['elements[1].text', 'too_long']],
    ['an invisible letter', withName({ text: 'a\u202eb' }), ['elements[1].text', 'bad_text']],
    [
      'a picture that was not uploaded',
      design({ id: 'x', kind: 'image', ...box, asset: SCRIPT }),
      ['elements[1].asset', 'unknown_asset'],
    ],
    [
      'a picture elsewhere',
      design({ id: 'x', kind: 'image', ...box, asset: 'https://evil.example/x.png' }),
      ['elements[1].asset', 'bad_value'],
    ],
    ['the same id twice', design(NAME, NAME), ['elements[2].id', 'duplicate']],
    ['a smallest size above the size', withName({ minSize: 31 }), ['elements[1].minSize', 'out_of_range']],
    [
      'an own prototype',
      withName(JSON.parse('{"__proto__": {"hidden": true}}')),
      ['elements[1].__proto__', 'unknown_field'],
    ],
    [
      'what only another kind has',
      design({ ...QR, id: 'two', font: 'noto-serif' }),
      ['elements[1].font', 'unknown_field'],
    ],
    ['more than 200 elements', { ...design(), elements: Array(201).fill(QR) }, ['elements', 'too_long']],
    ['nothing that leads to the proof', { ...design(), elements: [NAME] }, ['elements', 'no_verification']],
    ['a hidden code', { ...design(), elements: [{ ...QR, hidden: true }] }, ['elements', 'no_verification']],
    [
      'a code that says something else',
      { ...design(), elements: [{ ...QR, data: 'https://example.org' }] },
      ['elements', 'no_verification'],
    ],
  ] as Array<[string, unknown, [string, string]]>)('with %s is refused by its name', (_, body, expected) => {
    expect(problemsOf(body)).toContainEqual(expected)
  })

  test.each([
    ['', 'must not be empty'],
    ['L0 0', 'must begin with M'],
    ['M0', 'number 2 of the 2'],
    ['M0 0 X1 1', 'a command (M L H V C S Q T A Z)'],
    ['M0 0 A1 1 0 2 0 1 1', 'number 4 of the 7'],
    ['M0 0 L1e9 0', 'numbers go up to 1000000'],
    ['M0 0 LNaN 0', 'number 1 of the 2'],
    ['M0 0 C1 2 3 4 5', 'number 6 of the 6'],
    ['M0 0"/><script>', 'a command'],
    ['M0 0 url(#x)', 'a command'],
  ])('whose drawing is %j is told what is wrong with it', (d, why) => {
    expect(messageOf(design({ id: 'lace', kind: 'path', ...box, viewBox: [1, 1], d }))).toContain(why)
  })

  test('may hold 400,000 letters of drawings, each of at most 40,000', () => {
    const lace = (id: string, letters: number) => ({
      ...{ id, kind: 'path', ...box, viewBox: [1, 1], d: 'M0 0L1 1'.padEnd(letters, 'L1 1') },
    })
    const ten = Array.from({ length: 10 }, (_, index) => lace(`l${index}`, 40_000))
    expect(problemsOf(design(...ten))).toEqual([])
    expect(problemsOf(design(...ten, lace('more', 8)))).toEqual([['elements', 'too_long']])
    expect(problemsOf(design(lace('long', 40_001)))).toEqual([['elements[1].d', 'too_long']])
  })

  test('names the element, the value and the cure', () => {
    expect(messageOf(withName({ font: 'noto-serf' }))).toBe(
      'elements[1].font (text "name") names "noto-serf", which is no font here. Did you mean "noto-serif"?',
    )
    expect(messageOf(withName({ size: 0 }))).toBe(
      'elements[1].size must lie between 1 and 1000, but is 0. (text "name")',
    )
    expect(messageOf(withName({ text: '{{course_nme}}' }))).toContain(
      'no field of this template. Did you mean "course_name"?',
    )
  })

  test('takes whatever a draft without a template names, and misses no way to the proof in it', () => {
    const draft = { ...AROUND, fields: undefined, draft: true }
    expect(problemsOf({ ...design(), elements: [{ ...NAME, text: '{{anything}}' }] }, draft)).toEqual([])
  })

  const anything = fc.anything({
    withNullPrototype: true,
    maxDepth: 4,
    values: [fc.double(), fc.string(), fc.constantFrom(NaN, 1e9, '__proto__', 'text', 'path')],
  })
  const element = fc.record(
    {
      ...{
        id: fc.oneof(fc.string(), fc.constant('name')),
        kind: fc.constantFrom('text', 'image', 'rect', 'path', 'qr', 'nothing'),
      },
      ...{
        x: fc.double(),
        y: fc.double({ noNaN: true, min: -1e3, max: 1e3 }),
        width: fc.oneof(fc.double(), anything),
        height: fc.nat(300),
      },
      ...{
        text: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('{{a}}', '{{', '}}{{}}', '{{__proto__}}')),
        font: fc.string(),
      },
      ...{
        size: fc.double(),
        color: fc.oneof(fc.string(), fc.constant('#000000')),
        link: fc.oneof(fc.webUrl(), fc.string()),
      },
      ...{
        d: fc.string({ unit: fc.constantFrom(...'MLHVCSQTAZz0123456789.-+e ,') }),
        viewBox: fc.array(fc.double()),
        data: anything,
      },
    },
    { requiredKeys: [] },
  )
  const body = fc.record({
    page: fc.oneof(anything, fc.constant({ width: 297, height: 210 })),
    elements: fc.oneof(anything, fc.array(element)),
  })

  test('of any shape is read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.oneof(body, anything), (made) => {
        try {
          const read = readDesign(made, AROUND)
          expect(readDesign(JSON.parse(JSON.stringify(read)), AROUND)).toEqual(read)
        } catch (error) {
          if (!(error instanceof AppError) || error.status !== 400) throw error
          for (const { field, message } of error.extras.details!) {
            expect(field.isWellFormed()).toBe(true)
            expect(message.length).toBeLessThan(1_000)
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

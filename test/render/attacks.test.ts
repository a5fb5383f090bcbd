/** What a hostile design or value could try: break out of the markup, lead elsewhere, never end. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Design, DesignElement } from '../../src/domain/designs.ts'
import { RenderRefused } from '../../src/domain/ports.ts'
import type { DisplayList } from '../../src/render/display-list.ts'
import { fill } from '../../src/render/fill.ts'
import { layOut } from '../../src/render/layout.ts'
import { escapeXml, toSvg } from '../../src/render/svg.ts'
import {
  CERTIFICATE,
  certificateValues,
  context,
  designOf,
  layOutText,
  svgOf,
  svgOptions,
  textElement,
} from '../kit/rendering.ts'

/** Tag names in order; throws where the markup is not well formed. Enough XML for what the writer writes. */
function tagsOf(svg: string): string[] {
  const open: string[] = []
  const seen: string[] = []
  const rest = svg.replace(/<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<]*")*)(\/?)>/g, (_, end, name, attributes, self) => {
    if (/&(?!(amp|lt|gt|quot|#39);)/.test(attributes)) throw new Error(`unescaped: ${attributes}`)
    if (end) {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`)
    } else {
      seen.push(name)
      if (!self) open.push(name)
    }
    return ''
  })
  if (open.length > 0 || /[<>]/.test(rest) || /&(?!(amp|lt|gt|quot|#39);)/.test(rest))
    throw new Error(`no markup: ${rest}`)
  return [...new Set(seen)].sort()
}
const HARMLESS = ['a', 'defs', 'g', 'image', 'path', 'rect', 'svg', 'title', 'use']

const MARKUP = [
  '</svg><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '<![CDATA[<x>]]>',
  '<!-- -->',
  '&lt;&amp;&#60;',
  '{{__proto__}}{{constructor}}{{recipient.name}}',
  '\u202e\u2066\u200f<b>',
  ']]>\u0000\u0008\ufffe\uffff',
]

test.each(MARKUP)('the value %j stays text', (value) => {
  const svg = svgOf(designOf(textElement({ height: 40, link: 'https://x.example/{{name}}' })), { name: value })
  expect(tagsOf(svg).filter((tag) => !HARMLESS.includes(tag))).toEqual([])
  expect(svg).not.toMatch(/<script|<img|<b>|<!/)
  const titled = toSvg(layOut(designOf(), {}, context()), svgOptions({ title: value, language: value }))
  expect(tagsOf(titled)).toEqual(['svg', 'title'])
})

test('the writer escapes what the checks before it would have stopped', () => {
  const box = { x: 0, y: 0, width: 9, height: 9 }
  const evil = '"/><script>'
  const common = { element: evil, matrix: null, opacity: 1, box }
  const list: DisplayList = {
    width: 10,
    height: 10,
    bleed: 0,
    background: evil,
    problems: [],
    items: [
      { ...common, kind: 'image', asset: 'aa', place: box, alt: evil },
      {
        ...common,
        kind: 'path',
        path: [['M', 1, 1], ['Z']],
        fill: evil,
        stroke: evil,
        strokeWidth: 1,
        dash: null,
        rule: 'nonzero',
        alt: evil,
      },
      { ...common, kind: 'text', color: evil, lines: [{ x: 0, y: 0, width: 1, text: evil, runs: [] }], link: evil },
    ],
  }
  expect(tagsOf(toSvg(list, svgOptions({ image: () => evil })))).toEqual([
    'a',
    'g',
    'image',
    'path',
    'rect',
    'svg',
    'title',
  ])
})

const shape = (over: object): DesignElement =>
  ({ kind: 'rect', id: 's', x: 0, y: 0, width: 10, height: 10, fill: '#000000', ...over }) as DesignElement
const refused: Array<[string, Design]> = [
  ['a quote in a colour', designOf(shape({ fill: '#000000"/><script>' }))],
  ['a colour by name', designOf(textElement({ color: 'red' }))],
  ['a colour as a reference', designOf(shape({ stroke: 'url(https://evil.example/x)' }))],
  ['a background that is none', { ...designOf(), page: { width: 10, height: 10, background: '"' } }],
  ['not a number', designOf(shape({ x: NaN }))],
  ['an endless width', designOf(shape({ width: Infinity }))],
  ['a thousand kilometres', designOf(shape({ x: 1e9 }))],
  ['a negative height', designOf(shape({ height: -1 }))],
  ['a size of nothing', designOf(textElement({ size: 0 }))],
  ['a page of nothing', { ...designOf(), page: { width: 0, height: 10 } }],
  ['a page without a number', { ...designOf(), page: { width: NaN, height: 10 } }],
  ['a page as large as a field', { ...designOf(), page: { width: 1e9, height: 10 } }],
  ['an endless bleed', { ...designOf(), page: { width: 10, height: 10, bleed: Infinity } }],
  ['a drawing in no space', designOf(shape({ kind: 'path', d: 'M0 0L1 1', viewBox: [0, 10] }))],
  ['a drawing that is none', designOf(shape({ kind: 'path', d: '<script>', viewBox: [10, 10] }))],
  ['an endless dash', designOf(shape({ stroke: '#000000', dash: [1, NaN] }))],
  ['a code that holds too much', designOf(shape({ kind: 'qr', data: 'x'.repeat(4_000) }))],
  ['more elements than anyone draws', designOf(...Array.from({ length: 2_001 }, () => shape({})))],
]
describe('is refused:', () => {
  test.each(refused)('%s', (_what, design) => {
    expect(() => layOut(design, {}, context())).toThrow(RenderRefused)
  })
  test('and nothing of the kind where all is well', () => {
    expect(layOut(designOf(shape({})), {}, context()).items).toHaveLength(1)
  })
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom(...MARKUP, 'محمد', 'Anna', '王', ' ', '\n', '\u00a0', '\u200d', '👩‍🎓', 'กิ'), {
      maxLength: 8,
    })
    .map((parts) => parts.join('')),
)

test('whatever a value says: it is laid out, twice alike, inside well-formed markup', () => {
  fc.assert(
    fc.property(
      anyText,
      fc.boolean(),
      fc.option(fc.integer({ min: 4, max: 14 }), { nil: undefined }),
      (name, wrap, minSize) => {
        const element = textElement({
          wrap,
          ...(minSize === undefined ? {} : { minSize }),
          align: 'center',
          uppercase: name.length % 2 === 0,
        })
        const [first, second] = [svgOf(designOf(element), { name }), svgOf(designOf(element), { name })]
        expect(first).toBe(second)
        expect(tagsOf(first).filter((tag) => !HARMLESS.includes(tag))).toEqual([])
        expect(first).not.toMatch(/NaN|Infinity|undefined|e-\d/)
      },
    ),
    { numRuns: 400 },
  )
})

test('whatever a value says: lines hold its letters, and what fits is inside the box', () => {
  fc.assert(
    fc.property(anyText, (name) => {
      const { lines, problems, item } = layOutText({ wrap: true, height: 90, minSize: 6 }, { name })
      const sizes = new Set(lines.flatMap(({ runs }) => runs.map(({ size }) => size)))
      expect(sizes.size).toBeLessThanOrEqual(1)
      for (const { runs, text, width } of lines) {
        const covered = runs.map(({ start, end }) => [start, end]).sort(([left], [right]) => left! - right!)
        expect(covered.flat()).toEqual(
          covered.flatMap(([, end], index) => [index === 0 ? 0 : covered[index - 1]![1]!, end!]),
        )
        expect(covered.at(-1)?.[1] ?? 0).toBe(text.length)
        if (!problems.some(({ kind }) => kind === 'does_not_fit'))
          expect(width).toBeLessThanOrEqual(item.box.width + 0.02)
      }
    }),
    { numRuns: 300 },
  )
})

test('filling puts values in once and never what objects inherit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.string()), (text, values) => {
      expect(fill(`[${text.replaceAll(/[{}]/g, '')}]{{a}}`, { ...values, a: '{{b}}', b: 'no' })).toEndWith(']{{b}}')
      expect(escapeXml(fill(text, values))).not.toMatch(/[<>"']/)
    }),
  )
  for (const key of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) expect(fill(`{{${key}}}`, {})).toBe('')
})

test('a text longer than any page is told, and takes no time to speak of', () => {
  const { problems } = layOutText({ wrap: true, minSize: 4 }, { name: 'word '.repeat(50_000) })
  expect(problems.map(({ kind }) => kind)).toEqual(['does_not_fit'])
})

test('a whole certificate under attack is still a certificate', () => {
  for (const value of MARKUP) {
    const values = Object.fromEntries(Object.keys(certificateValues('')).map((key) => [key, value]))
    expect(tagsOf(svgOf(CERTIFICATE, values)).filter((tag) => !HARMLESS.includes(tag))).toEqual([])
  }
})

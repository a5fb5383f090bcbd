import { describe, expect, test } from 'bun:test'
import { placeholdersOf } from '../../src/domain/designs-fill.ts'
import { readDesign } from '../../src/domain/designs-read.ts'
import { SAMPLES, SAMPLE_NAMES, sampleValues, type Sample } from '../../src/domain/designs-samples.ts'
import { DESIGN_PLACEHOLDERS, type Design, type DesignElement, type TextElement } from '../../src/domain/designs.ts'
import { GALLERY, galleryDesign } from '../../src/domain/gallery/gallery.ts'
import { GALLERY_SAMPLES } from '../../src/domain/gallery/samples.ts'
import { FONT_FACES } from '../../src/render/fonts-catalogue.ts'
import { FaceLibrary } from '../../src/render/fonts-library.ts'
import { layOut } from '../../src/render/layout.ts'

const library = new FaceLibrary()
const fonts = FONT_FACES.map(({ id }) => id)
const ALL = GALLERY.flatMap((entry) =>
  entry.sizes.map((size) => ({ entry, size, design: galleryDesign(entry.slug, size)! })),
)
const named = ALL.map((each) => [`${each.entry.slug} ${each.size}`, each] as const)

const LONG_ISSUER = 'The Royal and Ancient Academy of Applied Sciences, Arts and Letters of Nordhaven'
function problemsOf({ entry, design }: (typeof ALL)[number], sample: Sample, issuerName: string) {
  const place = { issuerName, publicUrl: 'https://credentials.academy.nordhaven.example' }
  const values = sampleValues({ name: entry.name, fields: entry.fields }, sample, place)
  return layOut(design, values, { language: sample.language, mark: null, library, assets: new Map() }).problems
}

/** WCAG 2: lightness of a colour. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((left, right) => right - left)
  return (light! + 0.05) / (dark! + 0.05)
}
type Box = Pick<DesignElement, 'x' | 'y' | 'width' | 'height'>
const meets = (one: Box, other: Box) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height
const holds = (outer: Box, inner: Box) =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  outer.x + outer.width >= inner.x + inner.width &&
  outer.y + outer.height >= inner.y + inner.height

/** Colours of the filled boxes a text may stand on: those it touches, down to one that bears it wholly. */
function groundsOf(design: Design, element: DesignElement): string[] {
  const below = design.elements.slice(0, design.elements.indexOf(element)).toReversed()
  const grounds: string[] = []
  for (const each of below) {
    if (each.kind !== 'rect' || !each.fill || (each.opacity ?? 1) < 1 || !meets(each, element)) continue
    // A hairline is no ground.
    if (Math.min(each.width, each.height) < 1) continue
    grounds.push(each.fill)
    if (holds(each, element)) return grounds
  }
  return [...grounds, design.page.background ?? '#ffffff']
}
const lowContrast = (design: Design) =>
  design.elements
    .filter((element): element is TextElement => element.kind === 'text')
    .flatMap((element) =>
      groundsOf(design, element).map((ground) => ({ id: element.id, ratio: contrast(element.color, ground) })),
    )
    .filter(({ ratio }) => ratio < 4.5)

const upright = ({ rotation = 0, ...element }: DesignElement): Box => {
  if (rotation % 180 === 0) return element
  const [x, y] = [element.x + element.width / 2, element.y + element.height / 2]
  return { x: x - element.height / 2, y: y - element.width / 2, width: element.height, height: element.width }
}
function outside({ page, elements }: Design) {
  const bleed = page.bleed ?? 0
  // A tenth of a millimetre over the edge is nothing.
  const edge = bleed + 0.1
  const sheet = { x: -edge, y: -edge, width: page.width + 2 * edge, height: page.height + 2 * edge }
  const safe = { x: 10, y: 10, width: page.width - 20, height: page.height - 20 }
  return elements
    .filter((element) => !holds(element.kind === 'text' || element.kind === 'qr' ? safe : sheet, upright(element)))
    .map(({ id }) => id)
}

/** Texts whose boxes share more than a sliver. */
function overlaps({ elements }: Design) {
  const texts = elements
    .filter(({ kind }) => kind === 'text')
    .map((element) => ({ id: element.id, ...upright(element) }))
  const core = (box: Box): Box => ({ x: box.x + 0.1, y: box.y + 0.3, width: box.width - 0.2, height: box.height - 0.6 })
  return texts.flatMap((one, index) =>
    texts
      .slice(index + 1)
      .filter((other) => meets(core(one), core(other)))
      .map((other) => `${one.id} ${other.id}`),
  )
}

test('there is a design for each of the eight uses, and classic is the first', () => {
  expect(GALLERY.length).toBeGreaterThanOrEqual(10)
  expect(GALLERY[0]!.slug).toBe('classic')
  expect(new Set(GALLERY.map(({ purpose }) => purpose)).size).toBe(8)
  expect(new Set(GALLERY.map(({ slug }) => slug)).size).toBe(GALLERY.length)
  expect(Object.keys(GALLERY_SAMPLES).toSorted()).toEqual(GALLERY.map(({ slug }) => slug).toSorted())
})
test('each comes for A4 and for Letter', () => {
  for (const { sizes } of GALLERY) {
    expect(sizes.some((size) => size.startsWith('a4'))).toBe(true)
    expect(sizes.filter((size) => size.startsWith('a4')).length).toBe(
      sizes.filter((size) => size.startsWith('letter')).length,
    )
  }
})
test('without a size it is the first; what is not in the gallery is undefined', () => {
  expect(galleryDesign('membership')!.page).toMatchObject({ width: 210, height: 297 })
  expect(galleryDesign('classic', 'a5')).toBeUndefined()
  expect(galleryDesign('classical')).toBeUndefined()
})
test('classic needs no field: templates of any kind have it by default', () => {
  const texts = galleryDesign('classic')!.elements.flatMap((element) =>
    element.kind === 'text' ? placeholdersOf(element.text) : [],
  )
  expect(texts.filter((name) => !(DESIGN_PLACEHOLDERS as readonly string[]).includes(name))).toEqual([])
})

describe.each(named)('%s', (_name, each) => {
  const { entry, size, design } = each
  test('is a valid design of known fonts and declared fields', () => {
    const around = { fonts, images: [], assetFonts: [], fields: entry.fields.map(({ key }) => key) }
    expect(readDesign(structuredClone(design), around)).toEqual(design)
  })
  test('shows every field it declares', () => {
    const shown = new Set(
      design.elements.flatMap((element) => (element.kind === 'text' ? placeholdersOf(element.text) : [])),
    )
    expect(entry.fields.map(({ key }) => key).filter((key) => !shown.has(key))).toEqual([])
    for (const name of ['recipient.name', 'issuer.name', 'certificate.id', 'issued_on', 'verification_url'])
      expect(shown).toContain(name)
  })
  test.each(SAMPLE_NAMES)('holds the name %s', (sample) => {
    expect(problemsOf(each, SAMPLES[sample], 'Nordhaven University')).toEqual([])
  })
  test('holds a long issuer, long fields and the long name together', () => {
    expect(problemsOf(each, SAMPLES.long, LONG_ISSUER)).toEqual([])
  })
  test('stays on the sheet, its words and code 10 mm from the edge', () => {
    expect(outside(design)).toEqual([])
  })
  test('has words that can be read on their ground', () => {
    expect(lowContrast(design)).toEqual([])
  })
  test('has no words over other words', () => {
    expect(overlaps(design)).toEqual([])
  })
  test('has a code of 20 mm with its margin of light free of words', () => {
    const codes = design.elements.filter(({ kind }) => kind === 'qr')
    expect(codes).toHaveLength(1)
    expect(codes[0]!.width / (1 + 8 / 37)).toBeGreaterThanOrEqual(20)
    expect(
      design.elements.filter((element) => element.kind === 'text' && meets(element, codes[0]!)).map(({ id }) => id),
    ).toEqual([])
    for (const ground of groundsOf(design, codes[0]!)) expect(luminance(ground)).toBeGreaterThan(0.8)
  })
  test('has no line that a printer loses', () => {
    const lines = design.elements.filter((element) => 'stroke' in element && element.stroke !== undefined)
    expect(lines.filter((line) => !('strokeWidth' in line) || line.strokeWidth! < 0.15).map(({ id }) => id)).toEqual([])
  })
  test('is small, and the same every time', () => {
    const json = JSON.stringify(design)
    expect(json.length).toBeLessThan(120_000)
    expect(JSON.stringify(galleryDesign(entry.slug, size))).toBe(json)
  })
})

describe('the checks of this file see what is wrong', () => {
  const design = galleryDesign('award')!
  const spoiled = (id: string, change: Partial<TextElement>): Design => ({
    ...design,
    elements: design.elements.map((element) =>
      element.id === id ? ({ ...element, ...change } as DesignElement) : element,
    ),
  })
  test('dark words on a dark sheet', () => {
    expect(lowContrast(spoiled('recipient', { color: '#303040' })).map(({ id }) => id)).toEqual(['recipient'])
  })
  test('words in the margin', () => {
    expect(outside(spoiled('date', { y: 203 }))).toEqual(['date'])
  })
  test('words over words', () => {
    expect(overlaps(spoiled('date', { x: 60 }))).toContain('sign date')
  })
  test('a name that cannot shrink', () => {
    const entry = GALLERY.find(({ slug }) => slug === 'award')!
    const stiff = { entry, size: 'a4' as const, design: spoiled('recipient', { minSize: 46 }) }
    expect(problemsOf(stiff, SAMPLES.long, 'X')).toMatchObject([{ element: 'recipient', kind: 'does_not_fit' }])
  })
})

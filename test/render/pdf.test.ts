/** The PDF that is written, judged by programs of others: qpdf says that it is sound, pdfium what is on it. */
import { describe, expect, test } from 'bun:test'
import {
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  PDFRawStream,
  PDFString,
  decodePDFRawStream,
} from '@cantoo/pdf-lib'
import { RenderRefused } from '../../src/domain/ports.ts'
import type { DisplayItem, DisplayList } from '../../src/render/display-list.ts'
import { PdfWriter } from '../../src/render/pdf.ts'
import { asset, facts, jobOf, NAMES, page, pdfium, qpdf, text } from '../kit/drawings.ts'
import { squares } from '../kit/otf.ts'
import { gradient, jpeg, pixelsOf, png } from '../kit/pictures.ts'
import { LocalRenderer } from '../kit/renderer.ts'

const renderer = new LocalRenderer()
const writer = new PdfWriter()
const list = (items: DisplayItem[], more: Partial<DisplayList> = {}): DisplayList => ({
  width: 200,
  height: 100,
  bleed: 0,
  background: null,
  items,
  problems: [],
  ...more,
})
const box = { x: 20, y: 10, width: 60, height: 40 }
type PathItem = Extract<DisplayItem, { kind: 'path' }>
const square = (more: Partial<PathItem> = {}): PathItem => ({
  element: 'a',
  kind: 'path',
  matrix: null,
  opacity: 1,
  path: [['M', 20, 10], ['L', 80, 10], ['L', 80, 50], ['L', 20, 50], ['Z']],
  fill: '#ff0000',
  stroke: null,
  strokeWidth: 0,
  dash: null,
  rule: 'nonzero',
  alt: '',
  box,
  ...more,
})
const draw = (items: DisplayItem[], more: Partial<DisplayList> = {}) =>
  writer.write(list(items, more), facts({ credential: null }), new Map())

const read = (pdf: Uint8Array) => PDFDocument.load(pdf, { updateMetadata: false })
const name = (text: string) => PDFName.of(text)
async function streamOf(pdf: Uint8Array): Promise<string> {
  const { node } = (await read(pdf)).getPage(0)
  const stream = node.Contents() as PDFRawStream
  return new TextDecoder('latin1').decode(decodePDFRawStream(stream).decode())
}
async function xmp(pdf: Uint8Array): Promise<string> {
  const stream = (await read(pdf)).catalog.lookup(name('Metadata'))
  return stream instanceof PDFRawStream ? new TextDecoder().decode(stream.contents) : ''
}

describe('text', () => {
  /** What copying gives; the last three kinds lose their order or their blanks in every reader, the attached file has them. */
  const exact: Array<keyof typeof NAMES> = [
    'latin',
    'long',
    'cyrillic',
    'greek',
    'chinese',
    'hindi',
    'thai',
    'vietnamese',
    'decomposed',
    'injection',
  ]

  test.each(Object.keys(NAMES) as Array<keyof typeof NAMES>)('a %s name is sound, and the same twice', async (kind) => {
    const job = jobOf(page([text({ wrap: false, minSize: 4 })]), { name: NAMES[kind] })
    expect(await renderer.check(job)).toEqual([])
    const pdf = await renderer.pdf(job, facts())
    expect(Buffer.from(await new LocalRenderer().pdf(job, facts())).equals(pdf)).toBe(true)
    expect((await qpdf(pdf, '--check')).code).toBe(0)
    if (exact.includes(kind)) expect((await pdfium(pdf)).text).toBe(NAMES[kind].normalize('NFC'))
    else
      expect([...(await pdfium(pdf)).text].filter((letter) => /\p{L}/u.test(letter)).sort()).toEqual(
        [...NAMES[kind]].filter((letter) => /\p{L}/u.test(letter)).sort(),
      )
  })
  test('two names are two files, with fonts of the same name: the library keeps every name it ever wrote', async () => {
    const files = await Promise.all(
      ['Ada', 'Grace'].map((who) => renderer.pdf(jobOf(page([text()]), { name: who }), facts())),
    )
    expect(Buffer.from(files[0]!).equals(files[1]!)).toBe(false)
    const fonts = files.map((file) =>
      Buffer.from(file)
        .toString('latin1')
        .match(/\/BaseFont \/\S+/g),
    )
    expect(fonts[0]).toEqual(fonts[1])
    expect(fonts[0]![0]).toBe('/BaseFont /AAAAAA+noto-serif')
  })
  test('fonts hold the glyphs of the text and no others', async () => {
    const pdf = await renderer.pdf(jobOf(page([text()]), { name: 'i' }), facts())
    expect(pdf.length).toBeLessThan(20_000) // the whole font has half a megabyte
  })
  test('a font with PostScript outlines is embedded as such', async () => {
    const font = asset(squares(), 'font/otf')
    const job = jobOf(page([text({ font: 'asset_f', text: 'ABBA', size: 40 })]), { assets: { asset_f: font } })
    const pdf = await renderer.pdf(job, facts())
    expect(Buffer.from(pdf).toString('latin1')).toContain('/FontFile3')
    expect((await qpdf(pdf, '--check')).code).toBe(0)
    const seen = await pdfium(pdf)
    expect(seen.text).toBe('ABBA')
    expect(seen.at(seen.width / 2 - 12, 212)).toEqual([26, 26, 26]) // inside the first B
  })
  test('a letter that no font has makes no claim of PDF/A', async () => {
    const good = await renderer.pdf(jobOf(page([text()])), facts())
    expect(await xmp(good)).toContain('<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>')
    const job = jobOf(page([text()]), { name: 'x\u{13000}' })
    expect(await renderer.check(job)).toMatchObject([{ kind: 'missing_letters' }])
    expect(await xmp(await renderer.pdf(job, facts()))).toBe('')
  })
})

describe('links', () => {
  const annotations = async (link: string) => {
    const { node } = (await read(await renderer.pdf(jobOf(page([text({ text: 'here', link })])), facts()))).getPage(0)
    return node.Annots()?.lookup(0, PDFDict)
  }
  test('lead to pages and mailboxes, are printed, and are in the structure', async () => {
    const annotation = (await annotations('https://example.edu/a(b)\\c?q=ä'))!
    const action = annotation.lookup(name('A'), PDFDict)
    expect(action.lookup(name('URI'), PDFString).asString()).toBe('https://example.edu/a\\(b\\)/c?q=%C3%A4')
    expect(annotation.lookup(name('F'), PDFNumber).asNumber()).toBe(4)
    expect(annotation.lookup(name('StructParent'), PDFNumber).asNumber()).toBe(1)
    expect(await annotations('mailto:a@example.org')).toBeDefined()
  })
  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'https://', ' '])(
    '%s leads nowhere',
    async (link) => {
      expect(await annotations(link)).toBeUndefined()
    },
  )
})

describe('drawings', () => {
  test('are filled, and where they are not there is paper', async () => {
    const { at } = await pdfium(await draw([square()]))
    expect([at(50, 30), at(10, 5), at(90, 30)]).toEqual([
      [255, 0, 0],
      [255, 255, 255],
      [255, 255, 255],
    ])
  })
  test('turn around their matrix, as in SVG', async () => {
    // A quarter turn clockwise around (50, 30): 60 × 40 becomes 40 × 60.
    const { at } = await pdfium(await draw([square({ matrix: [0, 1, -1, 0, 80, -20] })]))
    expect([at(50, 3), at(25, 30), at(50, 57)]).toEqual([
      [255, 0, 0],
      [255, 255, 255],
      [255, 0, 0],
    ])
  })
  test('a half transparent stroke does not show the filling beneath it', async () => {
    const both = { fill: '#ff0000', stroke: '#0000ff', strokeWidth: 10, opacity: 0.5 }
    const { at } = await pdfium(await draw([square(both)]))
    expect(at(22, 30)).toEqual([128, 128, 255]) // the inner half of the stroke
    expect(at(18, 30)).toEqual([128, 128, 255])
    expect(at(50, 30)[1]).toBeCloseTo(127, -1)
  })
  test('even-odd leaves holes where nonzero does not', async () => {
    const inner = [['M', 40, 20], ['L', 60, 20], ['L', 60, 40], ['L', 40, 40], ['Z']] as PathItem['path']
    const path = [...square().path, ...inner]
    expect((await pdfium(await draw([square({ path, rule: 'evenodd' })]))).at(50, 30)).toEqual([255, 255, 255])
    expect((await pdfium(await draw([square({ path })]))).at(50, 30)).toEqual([255, 0, 0])
  })
  test('dashes, curves and the background', async () => {
    const line = square({
      path: [
        ['M', 0, 20],
        ['L', 200, 20],
      ],
      fill: null,
      stroke: '#00ff00',
      strokeWidth: 8,
      dash: [20, 20],
    })
    const arc = square({ path: [['M', 100, 60], ['C', 150, 60, 150, 100, 100, 100], ['Z']] })
    const { at } = await pdfium(await draw([line, arc], { background: '#ffee00' }))
    expect([at(10, 20), at(30, 20)]).toEqual([
      [0, 255, 0],
      [255, 238, 0],
    ])
    expect([at(110, 80), at(145, 80)]).toEqual([
      [255, 0, 0],
      [255, 238, 0],
    ])
  })
  test('nothing is painted of what has neither filling nor stroke', async () => {
    expect(await streamOf(await draw([square({ fill: null })]))).not.toContain(' re\n')
    expect(await streamOf(await draw([square({ fill: null })]))).not.toContain('BMC')
  })
})

describe('pictures', () => {
  const image = (sha256: string, more: Partial<Extract<DisplayItem, { kind: 'image' }>> = {}): DisplayItem => ({
    element: 'a',
    kind: 'image',
    matrix: null,
    opacity: 1,
    asset: sha256,
    box,
    place: box,
    alt: '',
    ...more,
  })
  const write = (file: ReturnType<typeof asset>, more = {}) =>
    writer.write(list([image(file.sha256, more)]), facts({ credential: null }), new Map([[file.sha256, file]]))

  test('a JPEG goes in as it is', async () => {
    const bytes = await jpeg(64, 64)
    expect(Buffer.from(await write(asset(bytes, 'image/jpeg'))).includes(bytes)).toBe(true)
    const large = await jpeg(700, 700, (x, y) => [Math.imul(x * 700 + y, 0x9e3779b1) & 255, x & 255, y & 255, 255])
    const pdf = await write(asset(large, 'image/jpeg'))
    expect(large.length).toBeGreaterThan(70_000) // copied in bulk
    expect(Buffer.from(pdf).includes(large)).toBe(true)
    expect((await qpdf(pdf, '--check')).code).toBe(0)
  })
  test('a PNG keeps its transparency and its colours', async () => {
    const file = asset(
      png(6, 4, (x) => [0, 0, 255, x < 3 ? 255 : 0]),
      'image/png',
    )
    const pdf = await write(file)
    expect(Buffer.from(pdf).toString('latin1')).toContain('/SMask')
    const { at } = await pdfium(pdf)
    expect([at(30, 30), at(70, 30)]).toEqual([
      [0, 0, 255],
      [255, 255, 255],
    ])
    const opaque = await write(asset(png(6, 4, gradient), 'image/png'))
    expect(Buffer.from(opaque).toString('latin1')).not.toContain('/SMask')
  })
  test('stand upright, and what sticks out of the box is cut off', async () => {
    const file = asset(
      png(4, 4, (_, y) => (y < 2 ? [255, 0, 0, 255] : [0, 255, 0, 255])),
      'image/png',
    )
    const upright = await pdfium(await write(file))
    expect([upright.at(50, 14), upright.at(50, 46)]).toEqual([
      [255, 0, 0],
      [0, 255, 0],
    ])
    const cover = await pdfium(await write(file, { place: { x: 0, y: -30, width: 120, height: 120 } }))
    expect([cover.at(50, 12), cover.at(50, 48), cover.at(50, 60), cover.at(10, 30)]).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [255, 255, 255],
      [255, 255, 255],
    ])
  })
  test('opacity is that of the picture', async () => {
    const { at } = await pdfium(
      await write(
        asset(
          png(2, 2, () => [255, 0, 0, 255]),
          'image/png',
        ),
        { opacity: 0.5 },
      ),
    )
    expect(at(50, 30)[1]).toBeCloseTo(128, -1)
  })
  test('a grey JPEG says that it is grey, one in CMYK is refused', async () => {
    const grey = Uint8Array.from(await jpeg(16, 16))
    const frame = grey.indexOf(0xc0, 100)
    grey[frame + 8] = 1
    expect(Buffer.from(await write(asset(grey, 'image/jpeg'))).toString('latin1')).toContain('/DeviceGray')
    grey[frame + 8] = 4
    expect(write(asset(grey, 'image/jpeg'))).rejects.toThrow(/CMYK/)
  })
  test('one that is missing refuses the file', () => {
    expect(writer.write(list([image('nope')]), facts(), new Map())).rejects.toThrow(RenderRefused)
  })
})

describe('structure', () => {
  const design = page([
    text({ text: 'first' }),
    { id: 'logo', kind: 'image', asset: 'asset_l', x: 5, y: 5, width: 20, height: 20, alt: 'Crest (gold)' },
    { id: 'frame', kind: 'rect', x: 2, y: 2, width: 290, height: 200, stroke: '#000000', strokeWidth: 1 },
    text({ id: 'url', text: 'second', link: 'https://example.edu', y: 120 }),
  ])
  const assets = { asset_l: asset(png(4, 4, gradient), 'image/png') }

  test('readers hear language, texts in order, and what pictures show', async () => {
    const doc = await read(await renderer.pdf(jobOf(design, { assets }), facts({ language: 'sv-SE' })))
    expect(doc.catalog.lookup(name('Lang'), PDFString).asString()).toBe('sv-SE')
    expect(doc.catalog.lookup(name('MarkInfo'), PDFDict).toString()).toContain('/Marked true')
    const top = doc.catalog.lookup(name('StructTreeRoot'), PDFDict).lookup(name('K'), PDFDict)
    const kids = top.lookup(name('K'), PDFArray)
    const roles = kids.asArray().map((_, at) => kids.lookup(at, PDFDict).lookup(name('S'), PDFName).decodeText())
    expect(roles).toEqual(['P', 'Figure', 'Link'])
    expect(kids.lookup(1, PDFDict).lookup(name('Alt'), PDFHexString).decodeText()).toBe('Crest (gold)')
  })
  test('every painted thing is tagged or an artifact', async () => {
    const stream = await streamOf(await renderer.pdf(jobOf(design, { assets }), facts()))
    expect(stream.match(/MCID \d/g)).toEqual(['MCID 0', 'MCID 1', 'MCID 2'])
    expect(stream.match(/\/Artifact BMC/g)).toHaveLength(1)
    const outside = stream.replace(
      /\/(Artifact|P|Figure|Link) (BMC|<<\/MCID \d>> BDC)[^]*?\nEMC\n(?=\/(Artifact|P|Figure|Link) |$)/g,
      '',
    )
    expect(outside).toMatch(/^1 0 0 -1 0 [\d.]+ cm\n$/)
  })
  test('a language that is none is English', async () => {
    const doc = await read(await renderer.pdf(jobOf(design, { assets }), facts({ language: 'x)/JS(' })))
    expect(doc.catalog.lookup(name('Lang'), PDFString).asString()).toBe('en')
  })
})

describe('document', () => {
  test('says what the facts say, in both places, whatever is in them', async () => {
    const title = 'A & B <c> "d" (e) \\ \u0007\ud800 ünï'
    const pdf = await renderer.pdf(jobOf(page([text()])), facts({ title, author: ')</rdf:li>' }))
    const doc = await read(pdf)
    expect(doc.getTitle()).toBe('A & B <c> "d" (e) \\  \ufffd ünï')
    const packet = await xmp(pdf)
    expect(packet).toContain('A &amp; B &lt;c&gt; &quot;d&quot; (e) \\  \ufffd ünï')
    expect(packet).toContain(')&lt;/rdf:li&gt;')
    expect(doc.getCreationDate()?.getTime()).toBe(facts().createdAt)
    expect(packet).toContain('2026-09-21T')
  })
  test('has an id from its content', async () => {
    const idOf = (pdf: Uint8Array) => /\/ID \[ <([0-9A-Fa-f]{32})>/.exec(Buffer.from(pdf).toString('latin1'))![1]
    const job = jobOf(page([text()]))
    const same = [await renderer.pdf(job, facts()), await renderer.pdf(job, facts())].map(idOf)
    expect(same[0]).toBe(same[1]!)
    for (const more of [{ title: 'Other' }, { createdAt: 1 }, { credential: null }])
      expect(idOf(await renderer.pdf(job, facts(more)))).not.toBe(same[0]!)
  })
  test('has boxes for the printer when the design bleeds, and none otherwise', async () => {
    const bled = (await read(await renderer.pdf(jobOf(page([text()], { bleed: 3 })), facts()))).getPage(0)
    const trim = bled.getTrimBox()
    expect([bled.getWidth(), trim.x, trim.width].map((value) => Math.round((value * 25.4) / 72))).toEqual([303, 3, 297])
    const plain = (await read(await renderer.pdf(jobOf(page([text()])), facts()))).getPage(0)
    expect(plain.node.has(name('TrimBox'))).toBe(false)
  })
})

test('PDF and SVG show the same page', async () => {
  const design = page(
    [
      { id: 'r', kind: 'rect', x: 10, y: 10, width: 277, height: 190, stroke: '#884400', strokeWidth: 2, radius: 6 },
      { id: 'e', kind: 'ellipse', x: 30, y: 30, width: 50, height: 30, fill: '#3366cc', opacity: 0.4, rotation: 25 },
      { id: 'i', kind: 'image', asset: 'asset_l', x: 220, y: 25, width: 40, height: 30, fit: 'cover' },
      text({ font: 'great-vibes' }),
      text({ id: 'b', text: 'Zusammen 2026 – مرحبا', y: 110, rotation: -5, color: '#224488' }),
      { id: 'q', kind: 'qr', x: 240, y: 150, width: 35, height: 35 },
    ],
    { background: '#fffdf5' },
  )
  const assets = { asset_l: asset(png(40, 30, gradient), 'image/png') }
  const seen = await pdfium(await renderer.pdf(jobOf(design, { assets }), facts()), 1)
  const raster = await renderer.raster(jobOf(design, { assets }), { width: seen.width, format: 'png' })
  const other = await pixelsOf(raster)
  let differing = 0
  for (let y = 0; y < Math.min(seen.height, other.height); y++)
    for (let x = 0; x < seen.width; x++) {
      const [one, two] = [seen.at(x, y), other.at(x, y)]
      if (one.some((part, at) => Math.abs(part - two[at]!) > 96)) differing++
    }
  expect(differing / (seen.width * seen.height)).toBeLessThan(0.01)
})

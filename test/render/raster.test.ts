/** Pictures of pages: painted in layers, of which those that come again are kept. */
import { describe, expect, test } from 'bun:test'
import UPNG from '@cantoo/pdf-lib/upng'
import { RenderRefused } from '../../src/domain/ports.ts'
import type { Box, DisplayItem, DisplayList } from '../../src/render/display-list.ts'
import { readHeader } from '../../src/render/images-header.ts'
import { pngOf } from '../../src/render/raster-png.ts'
import { layersOf, Rasterizer } from '../../src/render/raster.ts'
import { toSvg } from '../../src/render/svg.ts'
import { asset, jobOf, page, text } from '../kit/drawings.ts'
import { jpeg, pixelsOf, plain, png } from '../kit/pictures.ts'
import { LocalRenderer } from '../kit/renderer.ts'

const renderer = new LocalRenderer()
const common = { matrix: null, opacity: 1 }
const image = (element: string, box: Box, more = {}): DisplayItem => ({
  ...common,
  element,
  kind: 'image',
  asset: element,
  box,
  place: box,
  alt: '',
  ...more,
})
const drawing = (element: string, box: Box, more = {}): DisplayItem => {
  const [right, bottom] = [box.x + box.width, box.y + box.height]
  return {
    ...common,
    element,
    kind: 'path',
    path: [['M', box.x, box.y], ['L', right, box.y], ['L', right, bottom], ['L', box.x, bottom], ['Z']],
    fill: '#00ff00',
    stroke: null,
    strokeWidth: 0,
    dash: null,
    rule: 'nonzero',
    alt: '',
    box,
    ...more,
  }
}
const list = (items: DisplayItem[], more: Partial<DisplayList> = {}): DisplayList => ({
  width: 200,
  height: 100,
  bleed: 0,
  background: null,
  items,
  problems: [],
  ...more,
})
const whole = { x: 0, y: 0, width: 200, height: 100 }
const left = { x: 10, y: 10, width: 40, height: 40 }
const right = { x: 120, y: 10, width: 40, height: 40 }
const layers = (items: DisplayItem[]) =>
  layersOf(list(items)).map(({ items: painted }) => painted.map(({ element }) => element))

describe('layers', () => {
  test('a logo beside a drawing joins the background beneath', () => {
    expect(layers([image('back', whole), drawing('box', left), image('logo', right)])).toEqual([
      ['back', 'logo'],
      ['box'],
    ])
  })
  test('a picture over a drawing stays above it', () => {
    expect(layers([image('back', whole), drawing('box', left), image('logo', left)])).toEqual([
      ['back'],
      ['box'],
      ['logo'],
    ])
  })
  test('so does one over the stroke or the curves of a drawing, and one that is turned', () => {
    const beside = { x: 52, y: 10, width: 20, height: 20 }
    const matrix = [0, 1, -1, 0, 0, 0]
    const curve = { path: [['M', 10, 10], ['C', 90, 10, 90, 50, 10, 50], ['Z']] }
    expect(layers([drawing('box', left), image('logo', beside)])).toEqual([['box'], ['logo']])
    expect(layers([image('a', right), drawing('box', left), image('logo', beside)])).toEqual([['a', 'logo'], ['box']])
    for (const more of [{ stroke: '#000000', strokeWidth: 4 }, curve, { matrix }])
      expect(layers([image('a', right), drawing('box', left, more), image('logo', beside)])).toEqual([
        ['a'],
        ['box'],
        ['logo'],
      ])
  })
})

describe('pixels', () => {
  const assets = new Map([
    [
      'red',
      asset(
        png(20, 20, () => [255, 0, 0, 255]),
        'image/png',
      ),
    ],
    [
      'veil',
      asset(
        png(20, 20, () => [0, 0, 255, 128]),
        'image/png',
      ),
    ],
  ])
  const draw = async (items: DisplayItem[], more: Partial<DisplayList> = {}) => {
    const rasterizer = new Rasterizer((shown, picture) => toSvg(shown, { title: '', language: 'en', image: picture }))
    return pixelsOf(await rasterizer.draw(list(items, more), { width: 200, format: 'png' }, assets))
  }
  test('what is painted later lies above, in whatever order kinds come', async () => {
    const { at, width, height } = await draw(
      [image('red', left), drawing('d', { ...left, x: 30 }), image('veil', { ...left, x: 40, width: 60 })],
      { background: '#ffffff' },
    )
    expect([width, height]).toEqual([200, 100])
    expect([at(20, 30), at(35, 30), at(90, 30), at(150, 80)]).toEqual([
      [255, 0, 0, 255],
      [0, 255, 0, 255],
      [127, 127, 255, 255],
      [255, 255, 255, 255],
    ])
    const [red, green, blue] = at(60, 30)
    expect([red, Math.round(green! / 10), Math.round(blue! / 10)]).toEqual([0, 13, 13])
  })
  test('paper is white, or what the design says', async () => {
    expect((await draw([])).at(5, 5)).toEqual([255, 255, 255, 255])
    expect((await draw([], { background: '#102030' })).at(5, 5)).toEqual([16, 32, 48, 255])
  })
})

test('a PNG of ours is what Bun’s decoder and another one read', async () => {
  const [width, height] = [37, 21]
  const bgra = Uint8Array.from({ length: width * height * 4 }, (_, at) => Math.imul(at + 1, 0x9e3779b1) >>> 24)
  const file = pngOf(bgra, width, height)
  const seen = await pixelsOf(file)
  const plainly = new Uint8Array(UPNG.toRGBA8(UPNG.decode(file.slice().buffer))[0]!)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [blue, green, red] = bgra.subarray(pixel * 4)
    expect(seen.at(pixel % width, Math.floor(pixel / width))).toEqual([red!, green!, blue!, 255])
    expect([...plainly.subarray(pixel * 4, pixel * 4 + 3)]).toEqual([red!, green!, blue!])
  }
  expect(readHeader(file)).toMatchObject({ format: 'png', width, height })
})

describe('formats and sizes', () => {
  const design = page([text(), { id: 'q', kind: 'qr', x: 10, y: 10, width: 30, height: 30 }])
  test.each(['png', 'jpeg', 'webp'] as const)('%s at the width asked for', async (format) => {
    const bytes = await renderer.raster(jobOf(design), { width: 600, format })
    expect(await new Bun.Image(bytes).metadata()).toEqual({ width: 600, height: 424, format })
  })
  test.each([0, 15, 4_097, 600.5, NaN])('a width of %p is refused', (width) => {
    expect(renderer.raster(jobOf(design), { width, format: 'png' })).rejects.toThrow(RenderRefused)
  })
  test('pictures show the page as it is cut, PDF and SVG the whole sheet', async () => {
    const sheet = page([text()], { bleed: 5, background: '#ff0000' })
    const bytes = await renderer.raster(jobOf(sheet), { width: 594, format: 'png' })
    expect(await new Bun.Image(bytes).metadata()).toMatchObject({ width: 594, height: 420 })
    expect((await renderer.svg(jobOf(sheet))).svg).toContain('viewBox="0 0 870.24 623.62"')
    expect((await renderer.svg(jobOf(page([text()])))).svg).toContain('viewBox="0 0 841.89 595.28"')
  })
  test('the same job gives the same bytes', async () => {
    const options = { width: 400, format: 'jpeg' } as const
    const [one, two] = [
      await renderer.raster(jobOf(design), options),
      await new LocalRenderer().raster(jobOf(design), options),
    ]
    expect(Buffer.from(one).equals(two)).toBe(true)
  })
})

test('what is kept is bounded, however many designs there are', async () => {
  const rasterizer = new Rasterizer((shown, picture) => toSvg(shown, { title: '', language: 'en', image: picture }))
  const file = asset(await jpeg(40, 40, plain), 'image/jpeg')
  for (let round = 0; round < 40; round++) {
    const box = { x: round, y: 0, width: 100, height: 100 }
    await rasterizer.draw(
      list([image('a', box)], { height: 200 }),
      { width: 800, format: 'jpeg' },
      new Map([['a', file]]),
    )
  }
  expect(rasterizer.held).toBeGreaterThan(20_000_000)
  expect(rasterizer.held).toBeLessThan(75_000_000)
})

/**
 * Uploaded pictures. The hostile ones are made here, each after a known kind of attack: the decompression bombs and size lies
 * of image libraries' CVE lists, ImageTragick's references, the billion laughs, GIFAR polyglots, trailing archives.
 */
import { describe, expect, test } from 'bun:test'
import { deflateSync } from 'node:zlib'
import { RenderRefused } from '../../src/domain/ports.ts'
import { formatOf, readHeader } from '../../src/render/images-header.ts'
import { normalizeImage } from '../../src/render/images.ts'
import {
  bytesOf,
  chunk,
  exif,
  gif,
  gradient,
  jpeg,
  pixelsOf,
  plain,
  png,
  pngEnd,
  pngHead,
  webp,
  withSegment,
} from '../kit/pictures.ts'

const MAX = 400
const text = (content: string) => new TextEncoder().encode(content)
const svg = (inside: string, attributes = 'viewBox="0 0 100 50"') =>
  text(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`,
  )
async function refusal(file: Uint8Array): Promise<string> {
  try {
    await normalizeImage(file, MAX)
  } catch (error) {
    if (error instanceof RenderRefused) return error.message
    throw error
  }
  return 'taken'
}

describe('what is taken', () => {
  test('a photograph becomes a JPEG without metadata, within the limit', async () => {
    const picture = withSegment(await jpeg(800, 600), 0xe1, bytesOf('http://ns.adobe.com/xap/1.0/\0 SECRET PLACE'))
    const made = await normalizeImage(picture, MAX)
    expect([made.mediaType, made.width, made.height]).toEqual(['image/jpeg', 400, 300])
    expect(Buffer.from(made.bytes).includes('SECRET')).toBe(false)
    expect(readHeader(made.bytes)).toMatchObject({ format: 'jpeg', width: 400, height: 300, components: 3 })
  })
  test('one taken with the camera held upright is turned upright', async () => {
    const made = await normalizeImage(withSegment(await jpeg(80, 40), 0xe1, exif(6)), MAX)
    expect([made.width, made.height]).toEqual([40, 80])
    const still = await normalizeImage(await jpeg(80, 40), MAX)
    expect([still.width, still.height]).toEqual([80, 40])
  })
  test('transparency stays, as PNG', async () => {
    const made = await normalizeImage(
      png(50, 40, (x) => [255, 0, 0, x < 25 ? 0 : 255]),
      MAX,
    )
    expect(made.mediaType).toBe('image/png')
    const { at } = await pixelsOf(made.bytes)
    expect(at(5, 5)[3]).toBe(0)
    expect(at(45, 5)).toEqual([255, 0, 0, 255])
  })
  test('an opaque drawing with few colours stays PNG, an opaque photograph becomes JPEG', async () => {
    expect((await normalizeImage(png(100, 100, plain), MAX)).mediaType).toBe('image/png')
    const noise = png(200, 200, (x, y) => {
      const grain = Math.imul(x * 200 + y + 1, 0x9e3779b1) >>> 8
      return [x ^ (grain & 63), y ^ ((grain >> 6) & 63), (grain >> 12) & 127, 255]
    })
    expect((await normalizeImage(noise, MAX)).mediaType).toBe('image/jpeg')
  })
  test('PNG texts, profiles and animations are left out', async () => {
    const whole = png(4, 4, plain)
    const end = whole.length - 12
    const extra = bytesOf(chunk('tEXt', text('Comment\0SECRET')), chunk('acTL', new Uint8Array(8)))
    const made = await normalizeImage(bytesOf(whole.subarray(0, end), extra, whole.subarray(end)), MAX)
    expect(Buffer.from(made.bytes).includes('SECRET')).toBe(false)
    expect(made).toMatchObject({ width: 4, height: 4 })
  })
  test('WebP and GIF are read', async () => {
    expect(await normalizeImage(await webp(60, 30), MAX)).toMatchObject({ width: 60, height: 30 })
    expect(await normalizeImage(gif(), MAX)).toMatchObject({ mediaType: 'image/png', width: 2, height: 1 })
  })
  test('SVG is drawn at its largest useful size, transparent where it paints nothing', async () => {
    const drawing = svg(
      '<defs><linearGradient id="a"><stop offset="0" stop-color="#f00"/></linearGradient></defs><style>.b{fill:url(#a)}</style><rect class="b" width="50" height="50"/><metadata><x:y xmlns:x="z"/></metadata>',
    )
    const made = await normalizeImage(drawing, MAX)
    expect(made).toMatchObject({ mediaType: 'image/png', width: 400, height: 200 })
    const { at } = await pixelsOf(made.bytes)
    expect(at(100, 100)).toEqual([255, 0, 0, 255])
    expect(at(300, 100)[3]).toBe(0)
  })
  test('SVG of drawing programs: prologue, doctype, comments, their own elements', async () => {
    const drawing = text(
      `<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n<svg version="1.1" xmlns="http://www.w3.org/2000/svg" xmlns:sodipodi="s" width="20mm" height="10mm" sodipodi:docname="a.svg"><sodipodi:namedview id="n"><i/></sodipodi:namedview><title>Logo &amp; more</title><path d="M0 0h20v10z" data-name="\\x"/></svg>`,
    )
    expect(await normalizeImage(drawing, MAX)).toMatchObject({ width: 400, height: 200 })
  })
  test('the same picture gives the same bytes', async () => {
    const file = png(90, 90, gradient)
    expect((await normalizeImage(file, MAX)).bytes).toEqual((await normalizeImage(file, MAX)).bytes)
  })
})

const laughs = (levels: number) =>
  Array.from(
    { length: levels },
    (_, level) => `<g id="l${level + 1}">${`<use href="#l${level}"/>`.repeat(10)}</g>`,
  ).join('')
const rows = (width: number, height: number) => new Uint8Array(deflateSync(new Uint8Array((width * 4 + 1) * height)))
const HUGE = '9'.repeat(40)

/** Name → file and a word of the refusal. */
const HOSTILE: Array<[name: string, file: () => Uint8Array | Promise<Uint8Array>, says: RegExp]> = [
  ['an empty file', () => new Uint8Array(), /empty/],
  ['bytes of nothing', () => new Uint8Array(500).fill(7), /no picture/],
  ['a program with the name of a picture', () => bytesOf('\x7fELF', new Uint8Array(400)), /no picture/],
  ['a PDF with the name of a picture', () => text('%PDF-1.7\n'), /no picture/],
  ['a web page with the name of a picture', () => text('<!DOCTYPE html><html><body>x</body></html>'), /no SVG/],
  ['a PNG that claims 60,000 × 60,000 pixels', () => bytesOf(pngHead(60_000, 60_000), pngEnd()), /60000 × 60000/],
  ['a PNG of 4 GB in one side', () => bytesOf(pngHead(0xffffffff, 1), pngEnd()), /at most/],
  ['a PNG without size', () => bytesOf(pngHead(0, 0), chunk('IDAT', rows(1, 1)), pngEnd()), /no size/],
  ['a PNG that is cut off in its picture', () => png(50, 50, gradient).slice(0, 200), /cut off/],
  [
    'a PNG whose chunk claims two gigabytes',
    () => bytesOf(pngHead(5, 5), new Uint8Array([0x7f, 255, 255, 255]), 'IDAT', new Uint8Array(20)),
    /cut off/,
  ],
  ['a PNG with a wrong checksum', () => bytesOf(pngHead(5, 5), chunk('IDAT', rows(5, 5), 1), pngEnd()), /checksum/],
  [
    'a PNG with less picture than it claims',
    () => bytesOf(pngHead(500, 500), chunk('IDAT', rows(5, 5)), pngEnd()),
    /damaged/,
  ],
  [
    'a PNG with two sizes',
    () => bytesOf(pngHead(5, 5), pngHead(9, 9).subarray(8), chunk('IDAT', rows(5, 5)), pngEnd()),
    /twice/,
  ],
  ['a JPEG that is cut off in its header', async () => (await jpeg(50, 50)).slice(0, 120), /damaged/],
  [
    'a JPEG that claims 65,535 × 65,535 pixels',
    async () => {
      const file = Uint8Array.from(await jpeg(16, 16))
      file.fill(0xff, file.indexOf(0xc0, 100) + 4, file.indexOf(0xc0, 100) + 8)
      return file
    },
    /65535 × 65535/,
  ],
  [
    'a JPEG in CMYK',
    async () => {
      const file = Uint8Array.from(await jpeg(16, 16))
      file[file.indexOf(0xc0, 100) + 8] = 4
      return file
    },
    /CMYK/,
  ],
  [
    'a JPEG that goes through its picture thousands of times',
    async () => {
      const file = await jpeg(16, 16)
      const scan = Buffer.from(file).indexOf(Buffer.from([0xff, 0xda]))
      const length = 2 + ((file[scan + 2]! << 8) | file[scan + 3]!)
      const scans = Array.from({ length: 5_000 }, () => file.subarray(scan, scan + length))
      return bytesOf(file.subarray(0, scan), ...scans, new Uint8Array([0xff, 0xd9]))
    },
    /damaged/,
  ],
  ['a GIF that claims 65,535 × 65,535 pixels', () => gif(65_535, 65_535), /65535/],
  ['a GIF that is cut off', () => gif().slice(0, 20), /damaged/],
  ['a GIF whose frame is far larger than its screen', () => gif(2, 1, 65_535, 65_535), /damaged|65535/],
  ['a WebP that is cut off', async () => (await webp(64, 64)).slice(0, 60), /damaged/],
  [
    'a WebP that claims 16 million pixels a side',
    () =>
      bytesOf(
        'RIFF',
        new Uint8Array([40, 0, 0, 0]),
        'WEBPVP8X',
        new Uint8Array([10, 0, 0, 0, 0, 0, 0, 0]),
        new Uint8Array(6).fill(255),
        new Uint8Array(20),
      ),
    /at most/,
  ],
  ['an SVG with a script', () => svg('<script>alert(1)</script>'), /script/],
  ['an SVG with an event', () => svg('<rect onload="alert(1)" width="1" height="1"/>'), /script/],
  [
    'an SVG with HTML in it',
    () => svg('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'),
    /foreignObject/,
  ],
  ['an SVG that reads a file', () => svg('<image xlink:href="file:///etc/passwd" width="10" height="10"/>'), /<image>/],
  ['an SVG that asks a server', () => svg('<use href="http://169.254.169.254/latest#a"/>'), /another file/],
  [
    'an SVG that asks a server in a style',
    () => svg('<rect style="fill:url(http://example.org/a)" width="1" height="1"/>'),
    /another file/,
  ],
  [
    'an SVG that imports a style sheet',
    () => svg('<style>@import "http://example.org/a.css";</style>'),
    /another file/,
  ],
  [
    'an SVG that hides a reference behind escapes',
    () => svg('<rect style="fill:u\\72l(http://example.org/a)"/>'),
    /escape/,
  ],
  ['an SVG with another base', () => svg('<g xml:base="http://example.org/"/>'), /xml:base/],
  [
    'an SVG with an entity of its own',
    () => text('<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg viewBox="0 0 9 9">&x;</svg>'),
    /entities/,
  ],
  ['an SVG with an unknown entity', () => svg('<rect id="&lol;"/>'), /entity/],
  [
    'the billion laughs, drawn',
    () => svg(`<g id="l0"><rect width="1" height="1"/></g>${laughs(9)}<use href="#l9"/>`),
    /more than 50000/,
  ],
  ['an SVG that draws itself', () => svg('<g id="a"><use href="#a"/></g>'), /draws itself/],
  [
    'a pattern that is filled with itself',
    () => svg('<pattern id="p" width="1" height="1"><rect fill="url(#p)" width="1" height="1"/></pattern>'),
    /draws itself/,
  ],
  ['an SVG nested ten thousand deep', () => svg('<g>'.repeat(10_000)), /deeper/],
  ['an SVG with a hundred thousand elements', () => svg('<g/>'.repeat(100_000)), /50000/],
  ['an SVG without size', () => svg('<rect/>', ''), /viewBox/],
  ['an SVG of infinite size', () => svg('<rect/>', `viewBox="0 0 ${HUGE} 1"`), /viewBox/],
  ['an SVG that is cut off', () => text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g'), /damaged/],
  ['an SVG with a second root', () => bytesOf(svg('<rect/>'), '<svg/>'), /follows/],
  ['a packed SVG', () => Bun.gzipSync(svg('<rect/>')), /no picture/],
  [
    'an SVG in UTF-16',
    () => bytesOf(new Uint8Array([0xff, 0xfe]), new Uint8Array(Buffer.from('<svg viewBox="0 0 1 1"/>', 'utf16le'))),
    /no picture/,
  ],
  ['a filter', () => svg('<filter id="f"><feGaussianBlur stdDeviation="1e9"/></filter>'), /filter/],
]

describe('what is refused', () => {
  test.each(HOSTILE)('%s', async (_, file, says) => {
    expect(await refusal(await file())).toMatch(says)
  })
  test('a file that is too large is refused before it is looked at', async () => {
    expect(await refusal(bytesOf(pngHead(5, 5), new Uint8Array(20_000_001)))).toMatch(/20 MB/)
  })
  test('an archive behind a PNG, and a script in front of a JPEG’s picture, do not survive', async () => {
    const zip = bytesOf(png(20, 20, gradient), 'PK\x03\x04 evil.jar')
    const script = withSegment(await jpeg(20, 20), 0xfe, text('*/=1;alert(1)/*'))
    for (const file of [zip, script, bytesOf(await jpeg(20, 20), '<?php system(1) ?>')]) {
      const { bytes } = await normalizeImage(file, MAX)
      expect(Buffer.from(bytes).includes('evil') || /alert|php/.test(Buffer.from(bytes).toString('latin1'))).toBe(false)
    }
  })
})

test('an SVG that takes too long to draw small is not drawn large', async () => {
  const drawing = svg('<rect width="9" height="9"/>')
  const clockOf = (step: number) => ({
    time: 0,
    now: function () {
      return (this.time += step)
    },
  })
  expect(await normalizeImage(drawing, MAX, clockOf(400))).toMatchObject({ width: 400 })
  expect(await normalizeImage(drawing, MAX, clockOf(401)).catch((error: Error) => error.message)).toMatch(
    /too elaborate/,
  )
})

test('what a picture is says its beginning, not its name', async () => {
  expect(formatOf(await webp(5, 5))).toBe('webp')
  expect(formatOf(gif())).toBe('gif')
  expect(formatOf(svg('<rect/>'))).toBeUndefined()
  for (const [make, format] of [
    [jpeg, 'jpeg'],
    [webp, 'webp'],
  ] as const)
    expect(readHeader(await make(37, 21))).toMatchObject({ format, width: 37, height: 21 })
  expect(readHeader(await new Bun.Image(png(37, 21, gradient)).webp({ lossless: true }).bytes())).toMatchObject({
    width: 37,
    height: 21,
  })
})

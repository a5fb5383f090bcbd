import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildFonts, embedShaper } from '../../scripts/build-fonts.ts'
import { RenderRefused } from '../../src/domain/ports.ts'
import { BUNDLED_FACES, FONT_FACES } from '../../src/render/fonts-catalogue.ts'
import { bundledFile } from '../../src/render/fonts-files.ts'
import { FaceLibrary, cjkOrder } from '../../src/render/fonts-library.ts'
import { HarfBuzzFace, openFace } from '../../src/render/fonts.ts'
import { layOut } from '../../src/render/layout.ts'
import { CERTIFICATE, certificateValues, context, layOutText } from '../kit/rendering.ts'

const bytesOf = (id: string) => bundledFile(BUNDLED_FACES.find((face) => face.id === id)!)
const LATIN = 'ÀÁÂÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØÙÚÛÜÝßàáâäåæçèéêëìíîïñòóôöøùúûüýÿŁłŃńŚśŹźŻżĄąĘęČčŠšŽžŐőŰű0123456789.,:;–’“”&()'

test('every face can be opened, has its own id and letters of its own', () => {
  expect(new Set(BUNDLED_FACES.map(({ id }) => id)).size).toBe(BUNDLED_FACES.length)
  for (const { id, weight, style } of BUNDLED_FACES) {
    const face = new HarfBuzzFace(id, bytesOf(id))
    expect(face.glyphCount).toBeGreaterThan(100)
    expect(face.ascender).toBeGreaterThan(0)
    expect(face.descender).toBeLessThan(0)
    expect(face.isCff).toBe(false)
    expect(style.includes('Bold')).toBe(weight === 700)
  }
})

test.each(FONT_FACES.filter(({ kind }) => kind !== 'fallback').map(({ id }) => id))(
  '%s has the letters of European names',
  (id) => {
    const face = new HarfBuzzFace(id, bytesOf(id))
    expect([...LATIN].filter((letter) => !face.covers(letter))).toEqual([])
  },
)

test.each([
  ['Arabic', 'محمد'],
  ['Hebrew', 'שָׁלוֹם'],
  ['Devanagari', 'श्रीमती'],
  ['Bengali', 'রবীন্দ্রনাথ'],
  ['Gurmukhi', 'ਗੁਰਪ੍ਰੀਤ'],
  ['Gujarati', 'ગુજરાતી'],
  ['Tamil', 'தமிழ்'],
  ['Telugu', 'తెలుగు'],
  ['Kannada', 'ಕನ್ನಡ'],
  ['Malayalam', 'മലയാളം'],
  ['Sinhala', 'සිංහල'],
  ['Thai', 'กิตติศักดิ์'],
  ['Lao', 'ລາວ'],
  ['Khmer', 'ខ្មែរ'],
  ['Myanmar', 'မြန်မာ'],
  ['Armenian', 'Հայաստան'],
  ['Georgian', 'საქართველო'],
  ['Ethiopic', 'አማርኛ'],
  ['Han', '王小明'],
  ['Japanese', '田中 さくら ー'],
  ['Korean', '홍길동'],
])('there are letters for %s, in both weights where there are two', (_script, name) => {
  const library = new FaceLibrary()
  for (const chosen of ['cinzel', 'cinzel-bold', 'inter-semibold']) {
    const chain = library.chain(library.face(chosen)!, name, 'en')
    expect(chain.find((one) => one.covers(name))).toBeDefined()
  }
})

test('a bold face is stood in for by bold ones, a sans by a sans', () => {
  const library = new FaceLibrary()
  const standIn = (chosen: string, text: string) =>
    library.chain(library.face(chosen)!, text, 'en').find((one) => one.covers(text))?.id
  expect(standIn('cinzel-bold', 'محمد')).toBe('noto-naskh-arabic-bold')
  expect(standIn('cinzel', 'محمد')).toBe('noto-naskh-arabic')
  expect(standIn('cinzel', 'Ελένη')).toBe('noto-serif')
  expect(standIn('cinzel-bold', 'Ελένη')).toBe('noto-serif-bold')
  expect(standIn('montserrat', 'Ελένη')).toBe('noto-sans')
})

test('large faces stay closed until someone needs them', () => {
  const library = new FaceLibrary()
  layOut(CERTIFICATE, certificateValues('María · Андре́й'), context({ library }))
  expect(library.opened.filter((id) => /-(sc|tc|jp|kr|symbols-2|arabic|thai)$/.test(id))).toEqual([])
  layOut(CERTIFICATE, certificateValues('王小明'), context({ library }))
  expect(library.opened.filter((id) => /-(sc|tc|jp|kr)$/.test(id))).toEqual(['noto-sans-sc'])
})

test('ideographs follow the letters beside them, then the language', () => {
  expect(cjkOrder('山田 さくら', 'zh')[0]).toBe('noto-sans-jp')
  expect(cjkOrder('山田', 'ja')[0]).toBe('noto-sans-jp')
  expect(cjkOrder('홍 山', 'en')[0]).toBe('noto-sans-kr')
  expect(cjkOrder('山田', 'ko-KR')[0]).toBe('noto-sans-kr')
  expect(cjkOrder('山田', 'zh-Hant')[0]).toBe('noto-sans-tc')
  expect(cjkOrder('山田', 'en')).toEqual(['noto-sans-sc', 'noto-sans-tc', 'noto-sans-jp', 'noto-sans-kr'])
})

test('arrows, stars and ticks are found; a face for programs does not draw two signs as one', () => {
  const library = new FaceLibrary()
  const chain = library.chain(library.face('great-vibes')!, 'x', 'en')
  for (const sign of ['→', '★', '✓']) expect(chain.find((one) => one.covers(sign))).toBeDefined()
  const starred = layOutText({ font: 'great-vibes' }, { name: 'Zoë ★ →' }).lines[0]!
  expect(starred.runs.map(({ face }) => face.id)).toEqual(['great-vibes', 'inter'])
  const glyphs = layOutText({ text: '!= ->', font: 'jetbrains-mono' }).lines[0]!.runs.flatMap((run) => run.glyphs)
  const alone = ['!', '=', ' ', '-', '>'].map(
    (sign) => layOutText({ text: `${sign}.`, font: 'jetbrains-mono' }).lines[0]!.runs[0]!.glyphs[0]!.id,
  )
  expect(glyphs.map(({ id }) => id)).toEqual(alone)
})

test('joiners, no-break blanks and letters the shaper can take apart need no glyph of their own', () => {
  const face = openFace('great-vibes', bytesOf('great-vibes'))
  expect(face.covers('a\u200d\u200c\u00adb\ufe0f')).toBe(true)
  expect(face.covers('a\u00a0\u202f\u2009b')).toBe(true)
  expect(face.covers('Σ')).toBe(false)
})

test('an uploaded file becomes a face, kept by its hash', () => {
  const library = new FaceLibrary()
  const bytes = bytesOf('cinzel')
  expect(library.upload('f00d', bytes)).toBe(library.upload('f00d', new Uint8Array()))
  expect(library.upload('f00d', bytes).outline(30)).toMatch(/^M.*Z$/)
})

const table = (bytes: Uint8Array, name: string) => {
  const count = new DataView(bytes.buffer, bytes.byteOffset).getUint16(4)
  return Array.from({ length: count }, (_, index) => 12 + 16 * index).find(
    (at) => String.fromCharCode(...bytes.subarray(at, at + 4)) === name,
  )!
}
const renamed = (name: string, to: string) => {
  const bytes = bytesOf('cinzel').slice()
  bytes.set(new TextEncoder().encode(to), table(bytes, name))
  return bytes
}
test.each([
  ['nothing', () => new Uint8Array()],
  ['a text', () => new TextEncoder().encode('This is no font, however long the text may be.')],
  ['a web font', () => new Uint8Array([0x77, 0x4f, 0x46, 0x32, ...new Uint8Array(100)])],
  ['half a font', () => bytesOf('cinzel').slice(0, 20_000)],
  ['a font without character map', () => renamed('cmap', 'cmaq')],
  ['a font without outlines', () => renamed('glyf', 'glyg')],
  ['a variable font', () => renamed('GPOS', 'fvar')],
])('%s is refused', (_what, make) => {
  expect(() => openFace('upload', make())).toThrow(RenderRefused)
})

test('damaged tables give a face, a refusal, and nothing worse', () => {
  const original = bytesOf('cinzel')
  for (let seed = 1; seed <= 60; seed++) {
    const bytes = original.slice()
    for (let index = 0; index < 40; index++)
      bytes[(seed * 7_919 + index * 104_729) % bytes.length] = (seed * 31 + index * 17) % 256
    try {
      const face = openFace(`damaged-${seed}`, bytes)
      face.covers('Añ王')
      for (let glyph = 0; glyph < 20; glyph++) face.outline(glyph)
    } catch (error) {
      expect(error).toBeInstanceOf(RenderRefused)
    }
  }
})

test('the build compresses what is new or of another version, and takes away what is not wanted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'testamur-fonts-'))
  const stamps = join(folder, '..', `${folder.split('/').at(-1)}.json`)
  const faces = BUNDLED_FACES.filter(({ id }) => id === 'cinzel' || id === 'dancing-script')
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'old.ttf.zst'), 'x')
    expect(await buildFonts(faces, folder, stamps)).toBe(2)
    expect(readdirSync(folder).sort()).toEqual(['cinzel.ttf.zst', 'dancing-script.ttf.zst'])
    const packed = Bun.zstdDecompressSync(readFileSync(join(folder, 'cinzel.ttf.zst')))
    expect(Buffer.compare(Buffer.from(packed), Buffer.from(bytesOf('cinzel')))).toBe(0)
    expect(await buildFonts(faces, folder, stamps)).toBe(0)
    writeFileSync(stamps, readFileSync(stamps, 'utf8').replace('"cinzel ', '"cinzel 0.0.1 '))
    expect(await buildFonts(faces, folder, stamps)).toBe(1)
  } finally {
    rmSync(folder, { recursive: true })
    rmSync(stamps, { force: true })
  }
})

test('the shaper of the installed version can be embedded; one that loads otherwise stops the build', () => {
  const source = readFileSync('node_modules/harfbuzzjs/dist/harfbuzz.js', 'utf8')
  expect(existsSync('node_modules/harfbuzzjs/dist/harfbuzz.wasm')).toBe(true)
  expect(embedShaper(source, '/x/harfbuzz.wasm')).toContain(
    `import shaperWasm from "/x/harfbuzz.wasm" with { type: 'file' }`,
  )
  expect(() => embedShaper(source.replaceAll('harfbuzz.wasm', 'hb.wasm'), '/x')).toThrow('harfbuzzjs')
})

test('the guide names every family', () => {
  const guide = readFileSync('docs/guide/fonts.md', 'utf8')
  const families = new Set(FONT_FACES.map(({ family }) => family.replace(/^Noto Sans (?=\w{2,})/, '')))
  expect([...families].filter((family) => !guide.includes(family))).toEqual([])
})

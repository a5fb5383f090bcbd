/** Uploaded fonts. The hostile ones are a good font with one thing bent, after the kinds of faults font fuzzers find. */
import { describe, expect, test } from 'bun:test'
import { RenderRefused } from '../../src/domain/ports.ts'
import { BUNDLED_FACES } from '../../src/render/fonts-catalogue.ts'
import { bundledFile } from '../../src/render/fonts-files.ts'
import { inspectFont } from '../../src/render/inspect-font.ts'
import { readSfnt } from '../../src/render/sfnt.ts'
import { sfnt, squares } from '../kit/otf.ts'

const good = bundledFile(BUNDLED_FACES.find(({ id }) => id === 'noto-sans-thai')!)

/** The font with these tables changed; undefined leaves one out. */
function bent(change: Record<string, ((table: Uint8Array) => Uint8Array) | undefined>, from = good): Uint8Array {
  const { version, tables } = readSfnt(from)!
  const kept = [...tables].flatMap(([tag, table]): Array<[string, Uint8Array]> => {
    if (!(tag in change)) return [[tag, table]]
    return change[tag] ? [[tag, change[tag](Uint8Array.from(table))]] : []
  })
  const added = Object.entries(change).filter(([tag, make]) => make && !tables.has(tag))
  return sfnt(
    version,
    Object.fromEntries([...kept, ...added.map(([tag, make]) => [tag, make!(new Uint8Array())] as const)]),
  )
}
const put =
  (at: number, ...bytes: number[]) =>
  (table: Uint8Array) => {
    table.set(bytes, at)
    return table
  }
const half = (table: Uint8Array) => table.slice(0, table.length >> 1)

describe('a font that can be drawn with', () => {
  test('TrueType says its name and how many glyphs it has', async () => {
    expect(await inspectFont(good)).toMatchObject({ family: 'Noto Sans Thai', style: 'Regular', embeddable: true })
  })
  test('so does OpenType with PostScript outlines', async () => {
    expect(await inspectFont(squares())).toEqual({ family: 'Squares', style: 'Regular', glyphs: 3, embeddable: true })
  })
  test.each([
    [0x0000, true],
    [0x0002, false],
    [0x0004, true],
    [0x0008, true],
    [0x000a, true],
    [0x0100, false],
    [0x0200, false],
  ])('licence bits %p: embeddable %p', async (bits, embeddable) => {
    expect((await inspectFont(squares({ bits }))).embeddable).toBe(embeddable)
  })
  test('the same tables put together anew are still taken: what refuses the others is what was bent', async () => {
    expect((await inspectFont(bent({}))).family).toBe('Noto Sans Thai')
  })
})

const HOSTILE: Array<[name: string, file: () => Uint8Array, says: RegExp]> = [
  ['nothing', () => new Uint8Array(), /no TrueType/],
  ['a picture', () => new Uint8Array([0x89, 0x50, 0x4e, 0x47, ...Array.from({ length: 64 }, () => 1)]), /no TrueType/],
  ['a collection', () => new TextEncoder().encode('ttcf\0\x01\0\0\0\0\0\x02'), /collection/],
  ['a web font', () => new TextEncoder().encode(`wOF2${'x'.repeat(80)}`), /WOFF2/],
  ['a file that is cut off', () => good.slice(0, good.length >> 1), /cut off/],
  ['a directory of 65,535 tables', () => put(4, 0xff, 0xff)(Uint8Array.from(good)), /cut off/],
  ['a table that begins behind the file', () => put(12 + 8, 0xff, 0xff, 0xff, 0)(Uint8Array.from(good)), /cut off/],
  [
    'a table that is longer than the file',
    () => put(12 + 12, 0x7f, 0xff, 0xff, 0xff)(Uint8Array.from(good)),
    /cut off/,
  ],
  ['the same table twice', () => Uint8Array.from(good).copyWithin(28, 12, 16), /cut off/],
  ...['head', 'hhea', 'hmtx', 'maxp', 'cmap', 'name'].map((tag): [string, () => Uint8Array, RegExp] => [
    `no ${tag}`,
    () => bent({ [tag]: undefined }),
    new RegExp(`no table ${tag}`),
  ]),
  ['no outlines', () => bent({ glyf: undefined, loca: undefined }), /outlines/],
  ['a variable font', () => bent({ fvar: () => new Uint8Array(20) }), /variable/],
  ['a head that is none', () => bent({ head: put(12, 0, 0, 0, 0) }), /"head"/],
  ['no units in an em', () => bent({ head: put(18, 0, 0) }), /"head"/],
  ['65,535 glyphs that are not there', () => bent({ maxp: put(4, 0xff, 0xff) }), /"hmtx"/],
  ['no glyphs', () => bent({ maxp: put(4, 0, 0) }), /"maxp"/],
  ['more widths than glyphs', () => bent({ hhea: put(34, 0xff, 0xff) }), /"hmtx"/],
  ['half of the widths', () => bent({ hmtx: half }), /"hmtx"/],
  ['half of the places', () => bent({ loca: half }), /"loca"/],
  ['places that go back', () => bent({ loca: put(8, 0x7f, 0xff) }), /"loca"/],
  ['half of the outlines', () => bent({ glyf: half }), /"loca"/],
  ['a cmap whose tables are elsewhere', () => bent({ cmap: put(8, 0xff, 0xff, 0xff, 0xff) }), /"cmap"/],
  ['a cmap of 65,535 tables', () => bent({ cmap: put(2, 0xff, 0xff) }), /"cmap"/],
  [
    'PostScript outlines that are noise',
    () => bent({ 'CFF ': (table) => table.fill(0xff) }, squares()),
    /draws nothing|damaged|letters/,
  ],
  ['PostScript outlines that are cut off', () => bent({ 'CFF ': half }, squares()), /draws nothing|damaged|letters/],
  ['outlines that are all empty', () => bent({ loca: (table) => table.fill(0) }), /draws nothing/],
  ['a font of 33 MB', () => new Uint8Array(33_000_000), /32 MB/],
]

describe('a font that cannot', () => {
  test.each(HOSTILE)('%s', async (_, file, says) => {
    try {
      await inspectFont(file())
    } catch (error) {
      expect(error).toBeInstanceOf(RenderRefused)
      expect((error as Error).message).toMatch(says)
      return
    }
    throw new Error('it was taken')
  })
  test('noise anywhere is refused or drawn, and nothing else happens', async () => {
    let [refused, seed] = [0, 1]
    for (let round = 0; round < 60; round++) {
      const file = Uint8Array.from(good)
      for (let hit = 0; hit < 40; hit++) {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
        file[seed % file.length] = seed >>> 24
      }
      await inspectFont(file).catch((error: unknown) => {
        expect(error).toBeInstanceOf(RenderRefused)
        refused++
      })
    }
    expect(refused).toBeGreaterThan(5)
  })
})

/** Uploaded fonts: what must hold before one is drawn with. */
import { RenderRefused, type InspectedFont } from '../domain/ports.ts'
import type { Face } from './faces.ts'
import { openFace } from './fonts.ts'
import { i16, OTTO, readSfnt, TRUE, TRUETYPE, u16, u32, type Sfnt } from './sfnt.ts'
import { Subsetter } from './subset.ts'

export const MAX_FONT_BYTES = 32_000_000
const HEAD_MAGIC = 0x5f0f3cf5
const WRONG_FORMATS: Record<string, string> = {
  ttcf: 'the file is a collection of fonts (.ttc): upload one of its fonts as .ttf or .otf',
  wOFF: 'the file is a web font (WOFF): upload the .ttf or .otf it was made from',
  wOF2: 'the file is a web font (WOFF2): upload the .ttf or .otf it was made from',
  '%PDF': 'the file is a PDF, no font',
}
const REQUIRED = ['head', 'hhea', 'hmtx', 'maxp', 'cmap', 'name']

/** Throws RenderRefused; whatever HarfBuzz stumbles over is refused too. */
export async function inspectFont(bytes: Uint8Array): Promise<InspectedFont> {
  if (bytes.length > MAX_FONT_BYTES)
    throw new RenderRefused(`the font has more than ${MAX_FONT_BYTES / 1_000_000} MB; upload one with fewer letters`)
  const wrong = WRONG_FORMATS[String.fromCharCode(...bytes.subarray(0, 4))]
  if (wrong !== undefined) throw new RenderRefused(wrong)
  const sfnt = readSfnt(bytes)
  if (!sfnt || ![TRUETYPE, TRUE, OTTO].includes(sfnt.version))
    throw new RenderRefused('the file is no TrueType or OpenType font (.ttf or .otf), or it is cut off')
  const missing = REQUIRED.filter((tag) => !sfnt.tables.has(tag))
  if (missing.length > 0) throw new RenderRefused(`the font is damaged: it has no table ${missing.join(', ')}`)
  checkTables(sfnt)
  const face = openFace('upload', bytes)
  await drawsSomething(face, face.glyphCount)
  const names = namesOf(sfnt.tables.get('name')!)
  return {
    family: names.get(16) ?? names.get(1) ?? 'Font without a name',
    style: names.get(17) ?? names.get(2) ?? 'Regular',
    glyphs: face.glyphCount,
    embeddable: mayBeEmbedded(sfnt.tables.get('OS/2')),
  }
}

const damaged = (table: string) => new RenderRefused(`the font is damaged: its table "${table}" does not fit`)

function checkTables({ tables }: Sfnt): void {
  const table = (tag: string, atLeast: number) => {
    const bytes = tables.get(tag)
    if (!bytes || bytes.length < atLeast) throw damaged(tag)
    return bytes
  }
  const head = table('head', 54)
  const perEm = u16(head, 18)
  if (u32(head, 12) !== HEAD_MAGIC || perEm < 16 || perEm > 16_384) throw damaged('head')
  const glyphs = u16(table('maxp', 6), 4)
  const metrics = u16(table('hhea', 36), 34)
  if (glyphs === 0) throw damaged('maxp')
  if (metrics === 0 || metrics > glyphs || table('hmtx', 4).length < metrics * 4 + (glyphs - metrics) * 2)
    throw damaged('hmtx')
  checkCharacters(table('cmap', 4))
  if (tables.has('glyf'))
    checkPlaces(table('loca', 4), { glyphs, isLong: i16(head, 50) === 1, end: table('glyf', 0).length })
}

function checkCharacters(cmap: Uint8Array): void {
  const count = u16(cmap, 2)
  if (count === 0 || cmap.length < 4 + count * 8) throw damaged('cmap')
  for (let index = 0; index < count; index++) if (u32(cmap, 8 + index * 8) + 4 > cmap.length) throw damaged('cmap')
}

/** Where the outline of each glyph begins: in order, and within the table of outlines. */
function checkPlaces(
  loca: Uint8Array,
  { glyphs, isLong, end }: { glyphs: number; isLong: boolean; end: number },
): void {
  if (loca.length < (glyphs + 1) * (isLong ? 4 : 2)) throw damaged('loca')
  let last = 0
  for (let glyph = 0; glyph <= glyphs; glyph++) {
    const place = isLong ? u32(loca, glyph * 4) : u16(loca, glyph * 2) * 2
    if (place < last || place > end) throw damaged('loca')
    last = place
  }
}

const SAMPLE = 64
/** Outlines and a subset, as a PDF would need them. */
async function drawsSomething(face: Face, glyphs: number): Promise<void> {
  const sample = Array.from({ length: Math.min(glyphs, SAMPLE) }, (_, index) =>
    Math.floor((index * glyphs) / Math.min(glyphs, SAMPLE)),
  )
  try {
    if (sample.every((glyph) => face.outline(glyph) === '')) throw new RenderRefused('the font draws nothing')
    await new Subsetter().subset(face, sample)
  } catch (error) {
    if (error instanceof RenderRefused || error instanceof WebAssembly.RuntimeError) throw error
    throw new RenderRefused('the font is damaged: its outlines cannot be read')
  }
}

const RESTRICTED = 0x0002
const LESS_RESTRICTED = 0x000c
const NO_SUBSETS = 0x0100
const BITMAPS_ONLY = 0x0200
/** The licence bits of OS/2; we always embed a subset. Without the table nothing is forbidden. */
function mayBeEmbedded(os2: Uint8Array | undefined): boolean {
  if (!os2 || os2.length < 10) return true
  const bits = u16(os2, 8)
  if ((bits & RESTRICTED) !== 0 && (bits & LESS_RESTRICTED) === 0) return false
  return (bits & (NO_SUBSETS | BITMAPS_ONLY)) === 0
}

const MAX_NAME = 100
/** Windows' names in Unicode, English before others; 1 and 16 are the family, 2 and 17 the style. */
function namesOf(name: Uint8Array): Map<number, string> {
  const found = new Map<number, string>()
  if (name.length < 6) return found
  const count = Math.min(u16(name, 2), Math.floor((name.length - 6) / 12))
  const storage = u16(name, 4)
  for (let index = 0; index < count; index++) {
    const at = 6 + index * 12
    const [platform, language, id, length, offset] = [0, 4, 6, 8, 10].map((part) => u16(name, at + part))
    if (platform !== 3 || (found.has(id!) && language !== 0x409)) continue
    const bytes = name.subarray(storage + offset!, storage + offset! + length!)
    const text = new TextDecoder('utf-16be')
      .decode(bytes)
      .replace(/[\p{C}\ufffd]/gu, '')
      .trim()
      .slice(0, MAX_NAME)
    if (text !== '') found.set(id!, text)
  }
  return found
}

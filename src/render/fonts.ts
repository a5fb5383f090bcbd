/** One HarfBuzz face per font file: what it covers, its metrics, its outlines. */
import * as harfbuzz from 'harfbuzzjs'
import { RenderRefused } from '../domain/ports.ts'
import type { Face } from './faces.ts'
import { OTTO, TRUE, TRUETYPE, readSfnt, u16 } from './sfnt.ts'

/** Joiners, direction marks, variation selectors, soft hyphens: the shaper handles them, no font needs to draw them. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/u
/** Blanks of other widths, which the shaper makes of the plain one, and the no-break hyphen. */
const STAND_IN = /[\u00a0\u2000-\u200a\u2011\u202f\u205f\u3000]/

export class HarfBuzzFace implements Face {
  readonly font: harfbuzz.Font
  readonly unitsPerEm: number
  readonly ascender: number
  readonly descender: number
  readonly isCff: boolean
  readonly glyphCount: number
  private readonly codePoints: Set<number>
  private readonly outlines = new Map<number, string>()

  constructor(
    readonly id: string,
    readonly file: Uint8Array,
    /** Features that stay off whatever the text: a face for programs draws `!=` as one sign. */
    readonly without: readonly string[] = [],
  ) {
    const face = new harfbuzz.Face(new harfbuzz.Blob(file))
    this.font = new harfbuzz.Font(face)
    this.unitsPerEm = face.upem
    this.codePoints = new Set(face.collectUnicodes())
    const { ascender, descender } = this.font.hExtents()
    this.ascender = ascender
    this.descender = descender
    this.isCff = (face.referenceTable('CFF ')?.length ?? 0) > 0
    const counts = face.referenceTable('maxp')
    this.glyphCount = counts === undefined || counts.length < 6 ? 0 : u16(counts, 4)
  }

  covers(text: string): boolean {
    for (const letter of text) if (!this.coversLetter(letter)) return false
    return true
  }

  private coversLetter(letter: string): boolean {
    if (this.codePoints.has(letter.codePointAt(0)!) || UNSEEN.test(letter)) return true
    if (STAND_IN.test(letter)) return this.codePoints.has(letter === '\u2011' ? 0x2010 : 0x20)
    // The shaper takes an accented letter apart when the font has only its parts.
    const parts = letter.normalize('NFD')
    return parts !== letter && [...parts].every((part) => this.codePoints.has(part.codePointAt(0)!))
  }

  outline(glyph: number): string {
    let path = this.outlines.get(glyph)
    if (path === undefined) this.outlines.set(glyph, (path = this.font.glyphToPath(glyph)))
    return path
  }
}

const NEEDED = ['head', 'hhea', 'hmtx', 'maxp', 'cmap']

/** A face from a font file of unknown origin. Throws RenderRefused for what cannot be drawn with. */
export function openFace(id: string, bytes: Uint8Array): HarfBuzzFace {
  const sfnt = readSfnt(bytes)
  if (!sfnt || ![TRUETYPE, TRUE, OTTO].includes(sfnt.version))
    throw new RenderRefused('the file is no TrueType or OpenType font (.ttf or .otf), or it is cut off')
  const missing = NEEDED.filter((name) => !sfnt.tables.has(name))
  if (missing.length > 0) throw new RenderRefused(`the font has no table ${missing.join(', ')}`)
  if (!sfnt.tables.has('glyf') && !sfnt.tables.has('CFF '))
    throw new RenderRefused('the font holds no outlines that can be drawn (neither "glyf" nor "CFF ")')
  if (sfnt.tables.has('fvar'))
    throw new RenderRefused('the font is a variable one: save one style of it as a font of its own')
  const face = new HarfBuzzFace(id, bytes)
  if (face.glyphCount < 2 || face.unitsPerEm < 16) throw new RenderRefused('the font holds no letters')
  return face
}

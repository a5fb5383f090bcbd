/** A face as a PDF font: a subset with its own glyph ids, widths, and a map back to text. */
import { PDFString, type PDFContext, type PDFDict } from '@cantoo/pdf-lib'
import { deflate, hex4, round, utf16 } from './pdf-syntax.ts'
import type { UsedFace } from './pdf-text.ts'
import { i16, readSfnt, u16 } from './sfnt.ts'
import type { Subsetter } from './subset.ts'

/** Deflated font files of subsets that are kept: most names miss, fixed texts hit. */
const packed = new WeakMap<Uint8Array, Uint8Array>()

/** `order` numbers the fonts of a document: the library keeps every name for ever, so that names may not grow with texts. */
export async function fontObject(
  context: PDFContext,
  used: UsedFace,
  order: number,
  subsetter: Subsetter,
): Promise<PDFDict> {
  const { face } = used
  const glyphs = [...used.glyphs.keys()].sort((left, right) => left - right)
  const scale = 1000 / face.unitsPerEm
  const name = `${tagOf(order)}+${/^[0-9a-f]{64}$/.test(face.id) ? 'Uploaded' : face.id.replace(/[^A-Za-z0-9-]/g, '')}`
  const subset = await subsetter.subset(face, glyphs)
  const file = packed.get(subset) ?? deflate(subset)
  packed.set(subset, file)
  const stream = context.register(
    context.stream(file, {
      Filter: 'FlateDecode',
      ...(face.isCff ? { Subtype: 'OpenType' } : { Length1: subset.length }),
    }),
  )
  const descendant = context.register(
    context.obj({
      Type: 'Font',
      Subtype: face.isCff ? 'CIDFontType0' : 'CIDFontType2',
      BaseFont: name,
      FontDescriptor: context.register(
        context.obj({
          ...metricsOf(used, scale),
          Type: 'FontDescriptor',
          FontName: name,
          [face.isCff ? 'FontFile3' : 'FontFile2']: stream,
        }),
      ),
      CIDSystemInfo: { Registry: PDFString.of('Adobe'), Ordering: PDFString.of('Identity'), Supplement: 0 },
      DW: 0,
      W: glyphs.flatMap((glyph) => [glyph, [round(used.advance(glyph) * scale)]]),
      ...(face.isCff ? {} : { CIDToGIDMap: 'Identity' }),
    }),
  )
  return context.obj({
    Type: 'Font',
    Subtype: 'Type0',
    BaseFont: name,
    Encoding: 'Identity-H',
    DescendantFonts: [descendant],
    ToUnicode: context.register(context.stream(deflate(toUnicode(used, glyphs)), { Filter: 'FlateDecode' })),
  })
}

/** AAAAAA, AAAAAB, … */
function tagOf(order: number): string {
  const letter = (digit: number) => String.fromCharCode(65 + (digit % 26))
  return `AAAA${letter(Math.floor(order / 26))}${letter(order)}`
}

const SYMBOLIC = 4
const STEM = 80
function metricsOf({ face }: UsedFace, scale: number) {
  const tables = readSfnt(face.file)?.tables
  const head = tables?.get('head')
  const os2 = tables?.get('OS/2')
  const italic = tables?.get('post')
  const capHeight = os2 && os2.length >= 90 && u16(os2, 0) >= 2 ? i16(os2, 88) : face.ascender * 0.7
  return {
    Flags: SYMBOLIC,
    FontBBox: [36, 38, 40, 42].map((at) => round((head ? i16(head, at) : 0) * scale)),
    ItalicAngle: italic && italic.length >= 8 ? i16(italic, 4) : 0,
    StemV: STEM,
    Ascent: round(face.ascender * scale),
    Descent: round(face.descender * scale),
    CapHeight: round(capHeight * scale),
  }
}

const BLOCK = 100
/** At most a hundred entries in a block, as the format asks. */
function toUnicode({ glyphs }: UsedFace, sorted: number[]): string {
  const lines = sorted
    .filter((glyph) => glyphs.get(glyph))
    .map((glyph) => `<${hex4(glyph)}> <${utf16(glyphs.get(glyph)!)}>`)
  const blocks: string[] = []
  for (let at = 0; at < lines.length; at += BLOCK) {
    const block = lines.slice(at, at + BLOCK)
    blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar\n`)
  }
  return [
    '/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n',
    '/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n',
    '/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n',
    '1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n',
    ...blocks,
    'endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend',
  ].join('')
}

/** The tables of a TrueType or OpenType file, read by themselves: what the PDF says of a font, and what an upload must have. */

export interface Sfnt {
  /** 0x00010000, `true` or `OTTO`. */
  version: number
  tables: Map<string, Uint8Array>
}

export const OTTO = 0x4f54544f
export const TRUE = 0x74727565
export const TRUETYPE = 0x00010000
const MAX_TABLES = 64

export const u16 = (table: Uint8Array, at: number) => (table[at]! << 8) | table[at + 1]!
export const i16 = (table: Uint8Array, at: number) => (u16(table, at) << 16) >> 16
export const u32 = (table: Uint8Array, at: number) => u16(table, at) * 65_536 + u16(table, at + 2)

const tagAt = (file: Uint8Array, at: number) => String.fromCharCode(...file.subarray(at, at + 4))

/** Undefined when the directory does not fit the file: a table outside of it, named twice, or too many of them. */
export function readSfnt(file: Uint8Array): Sfnt | undefined {
  if (file.length < 12) return undefined
  const count = u16(file, 4)
  if (count === 0 || count > MAX_TABLES || file.length < 12 + count * 16) return undefined
  const tables = new Map<string, Uint8Array>()
  for (let index = 0; index < count; index++) {
    const at = 12 + index * 16
    const tag = tagAt(file, at)
    const start = u32(file, at + 8)
    const length = u32(file, at + 12)
    if (start + length > file.length || tables.has(tag)) return undefined
    tables.set(tag, file.subarray(start, start + length))
  }
  return { version: u32(file, 0), tables }
}

/** Advance widths in font units; the last one counts for all further glyphs. */
export function advancesOf({ tables }: Sfnt): (glyph: number) => number {
  const hhea = tables.get('hhea')
  const hmtx = tables.get('hmtx')
  if (!hhea || !hmtx || hhea.length < 36) return () => 0
  const count = Math.min(u16(hhea, 34), hmtx.length >> 2)
  return (glyph) => (count === 0 ? 0 : u16(hmtx, Math.min(glyph, count - 1) * 4))
}

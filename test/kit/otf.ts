/** A font made by hand: OpenType with PostScript outlines, squares for A and B. None of the bundled ones is of this kind. */

const be16 = (...values: number[]) => values.flatMap((value) => [(value >> 8) & 255, value & 255])
const be32 = (...values: number[]) => values.flatMap((value) => be16(value >>> 16, value & 0xffff))
const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0))
const utf16 = (text: string) => [...text].flatMap((letter) => be16(letter.charCodeAt(0)))

/** A list of byte strings as CFF writes it. */
function index(items: number[][]): number[] {
  if (items.length === 0) return be16(0)
  const ends = items.reduce<number[]>((all, item) => [...all, all.at(-1)! + item.length], [1])
  return [...be16(items.length), 2, ...ends.flatMap((end) => be16(end)), ...items.flat()]
}
function operand(value: number): number[] {
  if (Math.abs(value) <= 107) return [value + 139]
  const [rest, first] = value > 0 ? [value - 108, 247] : [-value - 108, 251]
  return [first + (rest >> 8), rest & 255]
}
/** From (left, 0): to the right, up, to the left. */
const square = (left: number, side: number) => [
  ...operand(left),
  22, // hmoveto
  ...operand(side),
  ...operand(side),
  ...operand(-side),
  6, // hlineto
  14, // endchar
]

function cff(): number[] {
  const strings = index([square(50, 400), square(100, 600), square(0, 900)])
  const named = index([ascii('Squares')])
  const long = (value: number) => [29, ...be32(value)]
  const top = (charset: number, charStrings: number, own: number) =>
    index([[...long(charset), 15, ...long(charStrings), 17, ...long(4), ...long(own), 18]])
  const before = 4 + named.length + top(0, 0, 0).length + index([]).length * 2
  const charset = [0, ...be16(34, 35)]
  const own = [...operand(0), 20, ...operand(0), 21]
  const places = [before, before + charset.length, before + charset.length + strings.length] as const
  return [1, 0, 4, 2, ...named, ...top(...places), ...index([]), ...index([]), ...charset, ...strings, ...own]
}

const MAP = [
  ...be16(0, 1, 3, 1),
  ...be32(12),
  ...be16(4, 32, 0, 4, 4, 1, 0),
  ...be16(0x42, 0xffff, 0, 0x41, 0xffff, (1 - 0x41) & 0xffff, 1, 0, 0),
]
function names(entries: Array<[id: number, text: string]>): number[] {
  const texts = entries.map(([, value]) => utf16(value))
  let offset = 0
  const records = entries.map(([id], at) => {
    const record = be16(3, 1, 0x409, id, texts[at]!.length, offset)
    offset += texts[at]!.length
    return record
  })
  return [...be16(0, entries.length, 6 + entries.length * 12), ...records.flat(), ...texts.flat()]
}

/** `bits`: what the licence allows, as in OS/2. */
export function squares({ bits = 0 }: { bits?: number } = {}): Uint8Array {
  const tables: Record<string, number[]> = {
    'CFF ': cff(),
    'OS/2': [...be16(4, 500, 400, 5, bits), ...Array.from({ length: 86 }, () => 0)],
    cmap: MAP,
    head: [
      ...be32(0x10000, 0x10000, 0, 0x5f0f3cf5),
      ...be16(0, 1000),
      ...be32(0, 0, 0, 0),
      ...be16(0, 0, 1000, 1000, 0, 8, 2, 0, 0),
    ],
    hhea: [...be32(0x10000), ...be16(900, 0xff38, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, 3)],
    hmtx: be16(500, 50, 800, 100, 1000, 0),
    maxp: [...be32(0x5000), ...be16(3)],
    name: names([
      [1, 'Squares'],
      [2, 'Regular'],
    ]),
    post: [...be32(0x30000), ...Array.from({ length: 28 }, () => 0)],
  }
  return sfnt(0x4f54544f, tables)
}

/** A font file of these tables. */
export function sfnt(version: number, tables: Record<string, number[] | Uint8Array>): Uint8Array {
  const entries = Object.entries(tables).sort(([left], [right]) => (left < right ? -1 : 1))
  let at = 12 + entries.length * 16
  const directory: number[] = []
  const bodies: number[][] = []
  for (const [tag, content] of entries) {
    const padded = [...content, ...Array.from({ length: -content.length & 3 }, () => 0)]
    directory.push(...ascii(tag), ...be32(0, at, content.length))
    bodies.push(padded)
    at += padded.length
  }
  const start = [...be32(version), ...be16(entries.length, 0, 0, 0), ...directory]
  const file = new Uint8Array(at)
  file.set(start)
  let to = start.length
  for (const body of bodies) {
    file.set(body, to)
    to += body.length
  }
  return file
}

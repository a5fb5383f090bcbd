/** Shaped lines as PDF text: glyph ids with exact places, and for copying and searching the text they stand for. */
import type { Glyph, Line, Run } from './display-list.ts'
import type { Face } from './faces.ts'
import { actualText, hex4, num, rgb } from './pdf-syntax.ts'
import { advancesOf, readSfnt } from './sfnt.ts'

/** A face as one document uses it. */
export interface UsedFace {
  face: Face
  /** `F0`, `F1`, … */
  name: string
  /** Glyph → the text it stands for; '' for what has none of its own. */
  glyphs: Map<number, string>
  /** Font units. */
  advance: (glyph: number) => number
}

/** Faces in the order of their first use. */
export class UsedFaces {
  readonly all: UsedFace[] = []
  readonly #byId = new Map<string, UsedFace>()

  of(face: Face): UsedFace {
    const known = this.#byId.get(face.id)
    if (known) return known
    const sfnt = readSfnt(face.file)
    const used = {
      face,
      name: `F${this.all.length}`,
      glyphs: new Map<number, string>(),
      advance: sfnt ? advancesOf(sfnt) : () => 0,
    }
    this.all.push(used)
    this.#byId.set(face.id, used)
    return used
  }
}

/** A text object of these lines. The page's y axis points down: letters are turned upright again. */
export function paintText(lines: Line[], color: string, faces: UsedFaces): string {
  const painted = lines.map((line, index) => paintLine(line, index === lines.length - 1, faces))
  return `BT ${rgb(color)} rg\n${painted.join('')}ET\n`
}

/**
 * ActualText per line; per cluster once a line has right-to-left runs, because poppler reverses the ActualText of a whole
 * such line.
 */
function paintLine(line: Line, isLast: boolean, faces: UsedFaces): string {
  const mixed = line.runs.some(({ level }) => level % 2 === 1)
  let x = line.x
  let body = ''
  for (const run of line.runs) {
    body += paintRun(run, { line, x, mixed, used: faces.of(run.face) })
    x += run.width
  }
  return mixed ? body : actualText(line.text + (isLast ? '' : ' '), body)
}

interface Place {
  line: Line
  x: number
  /** The line has right-to-left runs. */
  mixed: boolean
  used: UsedFace
}

function paintRun(run: Run, { line, x, mixed, used }: Place): string {
  const pen = new Pen(run, used, x, line.y)
  let body = `/${used.name} ${num(run.size)} Tf\n`
  for (const { glyphs, text } of clustersOf(run, line.text)) {
    const [first] = glyphs
    if (glyphs.length === 1 && !used.glyphs.get(first!.id)) used.glyphs.set(first!.id, text)
    const isPlain = glyphs.length === 1 && used.glyphs.get(first!.id) === text
    glyphs.forEach((glyph, index) => {
      if (!used.glyphs.has(glyph.id)) used.glyphs.set(glyph.id, index === 0 && !mixed ? text : '')
    })
    if (!mixed || isPlain) {
      glyphs.forEach((glyph) => pen.put(glyph))
      continue
    }
    body += pen.take()
    glyphs.forEach((glyph) => pen.put(glyph))
    body += actualText(text, pen.take())
  }
  return body + pen.take()
}

/** Glyphs that stand for the same letters, with these letters. */
function clustersOf(run: Run, text: string): Array<{ glyphs: Glyph[]; text: string }> {
  const starts = [...new Set(run.glyphs.map(({ cluster }) => cluster))].sort((left, right) => left - right)
  const endOf = (start: number) => starts[starts.indexOf(start) + 1] ?? run.end
  const clusters: Array<{ glyphs: Glyph[]; text: string }> = []
  let last = -1
  for (const glyph of run.glyphs) {
    if (glyph.cluster !== last) clusters.push({ glyphs: [], text: text.slice(glyph.cluster, endOf(glyph.cluster)) })
    clusters.at(-1)!.glyphs.push(glyph)
    last = glyph.cluster
  }
  return clusters
}

/** Puts glyphs down; those on one baseline share an operator, with corrections in thousandths of the size. */
class Pen {
  #out = ''
  #row = ''
  #x = 0
  #y = NaN

  constructor(
    readonly run: Run,
    readonly used: UsedFace,
    readonly startX: number,
    readonly baseline: number,
  ) {}

  put(glyph: Glyph): void {
    const x = this.startX + glyph.x
    const y = this.baseline - glyph.y
    if (this.#row !== '' && Math.abs(y - this.#y) < 0.005) {
      const back = ((this.#x - x) * 1000) / this.run.size
      if (Math.abs(back) >= 0.5) this.#row += `>${num(back)}<`
    } else {
      this.#endRow()
      this.#out += `1 0 0 -1 ${num(x)} ${num(y)} Tm\n`
    }
    this.#row += hex4(glyph.id)
    this.#x = x + (this.used.advance(glyph.id) * this.run.size) / this.used.face.unitsPerEm
    this.#y = y
  }
  /** What was put down since the last time. */
  take(): string {
    this.#endRow()
    const out = this.#out
    this.#out = ''
    return out
  }
  #endRow(): void {
    if (this.#row !== '') this.#out += `[<${this.#row}>]TJ\n`
    this.#row = ''
  }
}

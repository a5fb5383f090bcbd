/** A text in a box: paragraphs shaped, wrapped, turned into visual order and shrunk until they fit. */
import type { Levels } from './bidi.ts'
import { levelsOf, visualOrder } from './bidi.ts'
import type { HarfBuzzFace } from './fonts.ts'
import { breaksOf } from './layout-breaks.ts'
import { type ShapedRun, type Shaping, type Stretch, shape } from './shape.ts'
import { type Script, scriptsOf } from './shape-scripts.ts'

/** Everything in units of the font size, so that a size is only a factor. */
export interface ShapedLine {
  text: string
  runs: ShapedRun[]
  width: number
  rightToLeft: boolean
}
export interface Block {
  lines: ShapedLine[]
  size: number
  /** Wider or higher than its box even at the smallest size. */
  overflows: boolean
}
export interface Fit {
  width: number
  height: number
  size: number
  /** Null: it does not shrink. */
  minSize: number | null
  wrap: boolean
  /** In units of the size. */
  leading: number
}

/** Points a line may stick out before anyone would see it. */
const SLACK = 0.01
const STEPS = 7
const floor = (size: number) => Math.floor(size * 100 + 1e-6) / 100

/** One paragraph with what is known about each of its letters. */
class Paragraph {
  private readonly levels: Levels
  private readonly scripts: Script[]
  private readonly lines = new Map<number, ShapedLine>()
  private breaks: number[] | null = null
  private reach: Float64Array | null = null

  constructor(
    readonly text: string,
    private readonly faces: HarfBuzzFace[],
    private readonly shaping: Shaping,
  ) {
    this.levels = levelsOf(text)
    this.scripts = scriptsOf(text)
  }

  /** The line from one offset to another, shaped by itself. */
  line(from: number, to: number): ShapedLine {
    const key = from * (this.text.length + 1) + to
    let line = this.lines.get(key)
    if (line === undefined) this.lines.set(key, (line = this.shapeLine(from, to)))
    return line
  }

  private shapeLine(from: number, to: number): ShapedLine {
    const text = this.text.slice(from, to).trimEnd()
    const shaped = this.stretches(from, from + text.length).map((stretch) => shape(text, stretch, this.shaping))
    const runs = visualOrder(shaped)
    this.dropLastSpacing(runs)
    const width = runs.reduce((sum, run) => sum + run.width, 0)
    return { text, runs, width, rightToLeft: this.levels.base % 2 === 1 }
  }

  /** Cuts where the face, the level or the script changes; offsets are those of the line. */
  private stretches(from: number, to: number): Stretch[] {
    const stretches: Stretch[] = []
    const { levels } = this.levels
    for (let at = from, end = from; at < to; at = end) {
      const [face, level, script] = [this.faces[at]!, levels[at]!, this.scripts[at]!]
      while (end < to && this.faces[end] === face && levels[end] === level && this.scripts[end] === script) end++
      stretches.push({ face, start: at - from, end: end - from, level, script })
    }
    return stretches
  }

  /** Spacing is between letters: none behind the one at the right end of a line. */
  private dropLastSpacing(runs: ShapedRun[]): void {
    const last = runs.at(-1)
    const glyph = last?.glyphs.at(-1)
    if (!last || !glyph) return
    glyph.advance -= last.spacing
    last.width -= last.spacing
  }

  /** Lines no wider than this where the text can be broken at all. */
  wrap(width: number): ShapedLine[] {
    const whole = this.line(0, this.text.length)
    if (whole.width <= width) return [whole]
    this.breaks ??= breaksOf(this.text)
    this.reach ??= this.reaches(whole)
    const lines: ShapedLine[] = []
    let start = 0
    let last = 0
    for (const end of this.breaks) {
      const seen = start + this.text.slice(start, end).trimEnd().length
      if (this.reach[seen]! - this.reach[start]! > width && last > start) {
        lines.push(this.line(start, last))
        start = last
      }
      last = end
    }
    lines.push(this.line(start, this.text.length))
    return lines
  }

  /** Offset → width of everything before it, in the order of the text. */
  private reaches(whole: ShapedLine): Float64Array {
    const reach = new Float64Array(this.text.length + 1)
    for (const { glyphs } of whole.runs)
      for (const { cluster, advance } of glyphs) reach[cluster + 1] = reach[cluster + 1]! + advance
    for (let at = 0; at < this.text.length; at++) reach[at + 1] = reach[at + 1]! + reach[at]!
    return reach
  }
}

/** Paragraphs are separated by line ends; `faces` has one per UTF-16 unit of the text. */
export function paragraphsOf(text: string, faces: HarfBuzzFace[], shaping: Shaping): Paragraph[] {
  let from = 0
  return text.split('\n').map((paragraph) => {
    const own = faces.slice(from, from + paragraph.length)
    from += paragraph.length + 1
    return new Paragraph(paragraph, own, shaping)
  })
}

/** From the top of the first line's letters to the bottom of the last line's, in units of the size; 0 for one line. */
const heightOf = (lines: ShapedLine[], leading: number) => (lines.length > 1 ? (lines.length - 1) * leading + 1 : 0)
const share = (room: number, needed: number) => (needed > 0 ? room / needed : Infinity)
const widthOf = (lines: ShapedLine[]) => Math.max(...lines.map(({ width }) => width))

function at(paragraphs: Paragraph[], size: number, fit: Fit): Block {
  const lines = paragraphs.flatMap((one) =>
    fit.wrap ? one.wrap((fit.width + SLACK) / size) : [one.line(0, one.text.length)],
  )
  const tooWide = widthOf(lines) * size > fit.width + SLACK
  const tooHigh = heightOf(lines, fit.leading) * size > fit.height + SLACK
  return { lines, size, overflows: tooWide || tooHigh }
}

/** The largest size between the smallest and the wanted one at which everything is inside. */
export function fitText(paragraphs: Paragraph[], fit: Fit): Block {
  const wanted = at(paragraphs, fit.size, fit)
  const smallest = fit.minSize ?? fit.size
  if (!wanted.overflows || smallest >= fit.size) return wanted
  if (!fit.wrap) {
    // Width and height are linear in the size: no need to search.
    const byWidth = share(fit.width, widthOf(wanted.lines))
    const byHeight = share(fit.height, heightOf(wanted.lines, fit.leading))
    return at(paragraphs, Math.max(smallest, floor(Math.min(byWidth, byHeight, fit.size))), fit)
  }
  let best = at(paragraphs, smallest, fit)
  if (best.overflows) return best
  let low = smallest
  let high = fit.size
  for (let step = 0; step < STEPS; step++) {
    const middle = floor((low + high) / 2)
    const tried = at(paragraphs, middle, fit)
    if (tried.overflows) high = middle
    else {
      low = middle
      best = tried
    }
  }
  return best
}

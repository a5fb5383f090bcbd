/** A display list as SVG. Glyph outlines stand once in <defs>; nothing in the file needs a font. */
import type { DisplayItem, DisplayList, Line, Matrix, PathStep } from './display-list.ts'

export interface SvgOptions {
  title: string
  /** BCP 47. */
  language: string
  /** SHA-256 of an asset → data URI or link; null leaves the picture out. */
  image: (sha256: string) => string | null
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** Text for an attribute or between tags; letters that XML does not have become a mark of their absence. */
export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (letter) => ESCAPES[letter]!)

/** At most `digits` behind the point and no zeros at the end; never `-0` or `1e-7`. */
function round(value: number, digits: number): string {
  const factor = 10 ** digits
  const rounded = Math.round(value * factor) / factor
  return rounded === 0 ? '0' : String(rounded)
}
const n2 = (value: number) => round(value, 2)
const n5 = (value: number) => round(value, 5)

/** Drawings of templates come again with every certificate: their text is kept as long as the drawing itself. */
const written = new WeakMap<PathStep[], string>()
export function pathData(path: PathStep[]): string {
  let data = written.get(path)
  if (data === undefined) {
    data = path.map(([kind, ...numbers]) => kind + numbers.map(n2).join(' ')).join('')
    written.set(path, data)
  }
  return data
}

const matrixOf = ([a, b, c, d, e, f]: Matrix) => `matrix(${[a, b, c, d].map(n5).join(' ')} ${n2(e)} ${n2(f)})`

/** Attributes that all kinds of items share; '' when there are none. */
function common({ matrix, opacity }: DisplayItem): string {
  const turned = matrix === null ? '' : ` transform="${matrixOf(matrix)}"`
  return opacity === 1 ? turned : `${turned} opacity="${round(opacity, 3)}"`
}
const named = (alt: string) => (alt === '' ? ' aria-hidden="true"' : ` role="img" aria-label="${escapeXml(alt)}"`)

/** Uploaded faces are named by their hash, of which so much is enough. */
const LONGEST_ID = 32

class Writer {
  private readonly defs = new Map<string, string>()

  constructor(private readonly options: SvgOptions) {}

  /** Ids say which outline they name, so that two of these files in one page cannot mean different ones. */
  private glyph(face: string, glyph: number, outline: string): string {
    const id = `g-${face.slice(0, LONGEST_ID)}-${glyph}`
    if (!this.defs.has(id)) this.defs.set(id, `<path id="${escapeXml(id)}" d="${outline}"/>`)
    return escapeXml(id)
  }

  /** One group per run in the font's own units. */
  private line({ x, y, text, runs }: Line, color: string): string {
    let left = x
    let body = ''
    for (const { face, size, glyphs, width } of runs) {
      const scale = size / face.unitsPerEm
      let uses = ''
      for (const glyph of glyphs) {
        const outline = face.outline(glyph.id)
        if (outline === '') continue
        const [across, up] = [round(glyph.x / scale, 1), round(glyph.y / scale, 1)]
        uses += `<use href="#${this.glyph(face.id, glyph.id, outline)}"${across === '0' ? '' : ` x="${across}"`}${up === '0' ? '' : ` y="${up}"`}/>`
      }
      if (uses !== '')
        body += `<g transform="matrix(${round(scale, 7)} 0 0 ${round(-scale, 7)} ${n2(left)} ${n2(y)})">${uses}</g>`
      left += width
    }
    return text === '' ? '' : `<g role="img" aria-label="${escapeXml(text)}" fill="${escapeXml(color)}">${body}</g>`
  }

  private text(item: Extract<DisplayItem, { kind: 'text' }>): string {
    const lines = item.lines.map((line) => this.line(line, item.color)).join('')
    const inside =
      item.link === null ? lines : `<a href="${escapeXml(item.link)}" target="_blank" rel="noopener">${lines}</a>`
    const attributes = common(item)
    return attributes === '' ? inside : `<g${attributes}>${inside}</g>`
  }

  /** What sticks out of the box (cover) is cut off by a picture area of its own: that needs no id. */
  private image(item: Extract<DisplayItem, { kind: 'image' }>): string {
    const href = this.options.image(item.asset)
    if (href === null) return ''
    const { box, place } = item
    const picture = `<image href="${escapeXml(href)}" x="${n2(place.x)}" y="${n2(place.y)}" width="${n2(place.width)}" height="${n2(place.height)}" preserveAspectRatio="none"${named(item.alt)}/>`
    const sticksOut = place.width > box.width + 0.01 || place.height > box.height + 0.01
    const area = [box.x, box.y, box.width, box.height].map(n2)
    const cut = sticksOut
      ? `<svg x="${area[0]}" y="${area[1]}" width="${area[2]}" height="${area[3]}" viewBox="${area.join(' ')}" overflow="hidden">${picture}</svg>`
      : picture
    const attributes = common(item)
    return attributes === '' ? cut : `<g${attributes}>${cut}</g>`
  }

  private path(item: Extract<DisplayItem, { kind: 'path' }>): string {
    const fill = item.fill === null ? 'none' : escapeXml(item.fill)
    const rule = item.rule === 'evenodd' ? ' fill-rule="evenodd"' : ''
    const dash = item.dash === null ? '' : ` stroke-dasharray="${item.dash.map(n2).join(' ')}"`
    const stroke =
      item.stroke === null ? '' : ` stroke="${escapeXml(item.stroke)}" stroke-width="${n2(item.strokeWidth)}"${dash}`
    return `<path d="${pathData(item.path)}" fill="${fill}"${rule}${stroke}${common(item)}${named(item.alt)}/>`
  }

  write({ width, height, background, items }: DisplayList): string {
    const painted = items.map((item) =>
      item.kind === 'text' ? this.text(item) : item.kind === 'image' ? this.image(item) : this.path(item),
    )
    const size = `${n2(width)} ${n2(height)}`
    const paper =
      background === null
        ? ''
        : `<rect width="${n2(width)}" height="${n2(height)}" fill="${escapeXml(background)}" aria-hidden="true"/>`
    const { title, language } = this.options
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" role="group" lang="${escapeXml(language)}">`,
      `<title>${escapeXml(title)}</title>`,
      this.defs.size === 0 ? '' : `<defs>${[...this.defs.values()].join('')}</defs>`,
      paper,
      ...painted,
      '</svg>',
    ].join('')
  }
}

/** The same list always gives the same text. */
export const toSvg = (list: DisplayList, options: SvgOptions): string => new Writer(options).write(list)

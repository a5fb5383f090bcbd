/** The page's content stream. Its y axis points down, as in the display list; every painted thing is tagged or an artifact. */
import type { Box, DisplayItem, DisplayList, Matrix, PathStep } from './display-list.ts'
import { matrixOf, num, rgb, round } from './pdf-syntax.ts'
import { paintText, type UsedFaces } from './pdf-text.ts'

/** A tagged thing; its index is its marked content id. */
export interface Tagged {
  role: 'P' | 'Link' | 'Figure'
  alt: string
  /** As the PDF counts: left, bottom, right, top. */
  bounds: number[]
  /** Checked; of a Link. */
  link: string | null
}
export interface Content {
  stream: string
  tagged: Tagged[]
  /** Opacities, `O0`, `O1`, … in this order. */
  opacities: number[]
  /** SHA-256 of pictures, `I0`, `I1`, … in this order. */
  pictures: string[]
  /** Drawings that are painted as a whole before they become transparent, `X0`, `X1`, … */
  groups: Array<{ stream: string; bounds: number[] }>
}

type TextItem = Extract<DisplayItem, { kind: 'text' }>
type ImageItem = Extract<DisplayItem, { kind: 'image' }>
type PathItem = Extract<DisplayItem, { kind: 'path' }>

/** What the page's stream says and names; the fonts are collected in `faces`. */
export function contentOf(list: DisplayList, faces: UsedFaces): Content {
  return new Painter(list, faces).paint()
}

class Painter {
  readonly #content: Content = { stream: '', tagged: [], opacities: [], pictures: [], groups: [] }

  constructor(
    readonly list: DisplayList,
    readonly faces: UsedFaces,
  ) {}

  paint(): Content {
    const { width, height, background, items } = this.list
    this.#say(`1 0 0 -1 0 ${num(height)} cm\n`)
    if (background !== null) this.#artifact(`${rgb(background)} rg 0 0 ${num(width)} ${num(height)} re f\n`)
    for (const item of items) {
      if (item.kind === 'text') this.#text(item)
      else if (item.kind === 'image') this.#figure(item, this.#image(item))
      else this.#figure(item, this.#path(item))
    }
    return this.#content
  }

  #text(item: TextItem): void {
    if (item.lines.every(({ runs }) => runs.every(({ glyphs }) => glyphs.length === 0))) return
    const body = this.#placed(item, paintText(item.lines, item.color, this.faces))
    const link = safeLink(item.link)
    this.#tag(link === null ? 'P' : 'Link', body, { alt: '', bounds: this.#bounds(item), link })
  }
  #figure(item: ImageItem | PathItem, body: string): void {
    if (body === '') return
    const placed = this.#placed(item, body)
    if (item.alt === '') this.#artifact(placed)
    else this.#tag('Figure', placed, { alt: item.alt, bounds: this.#bounds(item), link: null })
  }

  #image({ asset, box, place }: ImageItem): string {
    const name = `I${indexIn(this.#content.pictures, asset)}`
    const sticksOut =
      place.x < box.x - 0.001 ||
      place.y < box.y - 0.001 ||
      place.x + place.width > box.x + box.width + 0.001 ||
      place.y + place.height > box.y + box.height + 0.001
    const clip = sticksOut ? `${rectangle(box)} re W n\n` : ''
    // A picture's own space points up.
    const down = `${num(place.width)} 0 0 ${num(-place.height)} ${num(place.x)} ${num(place.y + place.height)} cm`
    return `${clip}${down} /${name} Do\n`
  }

  #path(item: PathItem): string {
    const { fill, stroke, opacity } = item
    const body = paintPath(item)
    if (body === '' || opacity >= 1 || fill === null || stroke === null) return body
    // Half of a stroke lies on the filling: without a group of their own both would show through.
    const margin = item.strokeWidth * 4
    const { x, y, width, height } = item.box
    const bounds = [x - margin, y - margin, x + width + margin, y + height + margin].map(round)
    this.#content.groups.push({ stream: body, bounds })
    return `/X${this.#content.groups.length - 1} Do\n`
  }

  /** Turned and made transparent where the item says so. */
  #placed({ matrix, opacity }: { matrix: Matrix | null; opacity: number }, body: string): string {
    const turned = matrix === null ? '' : matrixOf(matrix)
    const rounded = Math.min(1, Math.max(0, round(opacity)))
    const veiled = rounded < 1 ? `/O${indexIn(this.#content.opacities, rounded)} gs\n` : ''
    return `q\n${turned}${veiled}${body}Q\n`
  }
  #tag(role: Tagged['role'], body: string, rest: Omit<Tagged, 'role'>): void {
    this.#say(`/${role} <</MCID ${this.#content.tagged.length}>> BDC\n${body}EMC\n`)
    this.#content.tagged.push({ role, ...rest })
  }
  #artifact(body: string): void {
    this.#say(`/Artifact BMC\n${body}EMC\n`)
  }
  #say(text: string): void {
    this.#content.stream += text
  }
  /** The box around the item as it lies on the page. */
  #bounds({ box, matrix }: { box: Box; matrix: Matrix | null }): number[] {
    const [a, b, c, d, e, f] = matrix ?? [1, 0, 0, 1, 0, 0]
    const corners = [box.x, box.x + box.width].flatMap((x) =>
      [box.y, box.y + box.height].map((y) => [a * x + c * y + e, this.list.height - (b * x + d * y + f)] as const),
    )
    const xs = corners.map(([x]) => x)
    const ys = corners.map(([, y]) => y)
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].map(round)
  }
}

function indexIn<Value>(values: Value[], value: Value): number {
  const index = values.indexOf(value)
  return index === -1 ? values.push(value) - 1 : index
}

const rectangle = ({ x, y, width, height }: Box) => [x, y, width, height].map(num).join(' ')

/** SVG's limit of a mitre, where PDF's own is 10. */
const MITRE = 4

function paintPath({ path, fill, stroke, strokeWidth, dash, rule }: PathItem): string {
  const strokes = stroke !== null && strokeWidth > 0
  if (path.length === 0 || (fill === null && !strokes)) return ''
  const colors = [
    ...(fill === null ? [] : [`${rgb(fill)} rg`]),
    ...(strokes ? [`${rgb(stroke)} RG ${num(strokeWidth)} w ${MITRE} M`] : []),
    ...(strokes && dash !== null && dash[0] + dash[1] > 0 ? [`[${dash.map(num).join(' ')}] 0 d`] : []),
  ]
  const star = rule === 'evenodd' ? '*' : ''
  const operator = fill === null ? 'S' : strokes ? `B${star}` : `f${star}`
  return `${colors.join(' ')}\n${path.map(step).join('\n')}\n${operator}\n`
}

function step([kind, ...numbers]: PathStep): string {
  if (kind === 'Z') return 'h'
  return `${numbers.map(num).join(' ')} ${kind.toLowerCase()}`
}

/** Only what leads to a page or a mailbox; never script. */
function safeLink(link: string | null): string | null {
  if (link === null || !/^(https?|mailto):/i.test(link) || !URL.canParse(link)) return null
  return new URL(link).href
}

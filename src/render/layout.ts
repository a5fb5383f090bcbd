/** A design and one certificate's values → a laid-out page. Pure: the same input always gives the same list. */
import type { Design, DesignElement, DesignMark, DesignProblem, ImageElement, TextElement } from '../domain/designs.ts'
import { RenderRefused } from '../domain/ports.ts'
import type { Box, DisplayItem, DisplayList, Line, Matrix } from './display-list.ts'
import { clean, fill, fillPieces, languageTag, safeLink, upperCase } from './fill.ts'
import type { HarfBuzzFace } from './fonts.ts'
import type { FaceLibrary } from './fonts-library.ts'
import type { PlacedAssets } from './layout-assets.ts'
import { checkDesign } from './layout-check.ts'
import { chooseFaces } from './layout-faces.ts'
import { markItems } from './layout-mark.ts'
import { POINTS, drawingItems, qrItems, shapeItems } from './layout-shapes.ts'
import { type Block, type ShapedLine, fitText, paragraphsOf } from './layout-text.ts'

export interface LayoutContext {
  /** BCP 47. */
  language: string
  mark: DesignMark | null
  library: FaceLibrary
  /** From placeAssets. */
  assets: PlacedAssets
}
type Page = LayoutContext & { values: Record<string, string>; bleed: number; problems: DesignProblem[] }

const LEADING = 1.25
/** UTF-16 units of one element; more do not fit on any page. */
const MAX_TEXT = 10_000
const DEFAULT_QR = '{{verification_url}}'

function faceOf(element: TextElement, { library, assets }: Page): HarfBuzzFace {
  const uploaded = assets.get(element.font)
  const face = uploaded?.kind === 'font' ? uploaded.face : library.face(element.font)
  if (!face) throw new RenderRefused(`element "${element.id}": there is no font "${element.font}"`)
  return face
}

/** The element's text in the fields it consists of: each is drawn in one face where one has all its letters. */
function fieldsOf(element: TextElement, page: Page): string[] {
  const written = (text: string) => clean(element.uppercase ? upperCase(text, page.language) : text)
  const fields = fillPieces(element.text, page.values).map(({ text }) => written(text))
  const text = fields.join('')
  // Letters that compose across the border of two fields make them one.
  return text === text.normalize('NFC') ? fields : [text.normalize('NFC')]
}

function place(line: ShapedLine, size: number, x: number, y: number): Line {
  const runs = line.runs.map(({ face, glyphs, width, start, end, level }) => ({
    face,
    size,
    width: width * size,
    start,
    end,
    level,
    glyphs: glyphs.map((glyph) => ({
      id: glyph.id,
      x: glyph.x * size,
      y: glyph.y * size,
      advance: glyph.advance * size,
      cluster: glyph.cluster,
    })),
  }))
  return { x, y, width: line.width * size, text: line.text, runs }
}

/** Lines on their baselines; a right-to-left line in a left-aligned box stands at the right. */
function placeLines({ lines, size }: Block, element: TextElement, box: Box, chosen: HarfBuzzFace): Line[] {
  const faces = lines.flatMap(({ runs }) => runs.map(({ face }) => face))
  const used = faces.length > 0 ? faces : [chosen]
  const ascent = Math.max(...used.map(({ ascender, unitsPerEm }) => ascender / unitsPerEm)) * size
  const descent = Math.min(...used.map(({ descender, unitsPerEm }) => descender / unitsPerEm)) * size
  const leading = (element.leading ?? LEADING) * size
  const free = box.height - (lines.length - 1) * leading - ascent + descent
  const down = { top: 0, middle: free / 2, bottom: free }[element.valign ?? 'top']
  return lines.map((line, index) => {
    const room = box.width - line.width * size
    const isRight = element.align === 'right' || (line.rightToLeft && element.align !== 'center')
    const x = box.x + (element.align === 'center' ? room / 2 : isRight ? room : 0)
    return place(line, size, x, box.y + ascent + down + index * leading)
  })
}

function layOutText(element: TextElement, page: Page, box: Box): DisplayItem[] {
  const chosen = faceOf(element, page)
  const language = languageTag(page.language)
  const fields = fieldsOf(element, page)
  const whole = fields.join('')
  const isTooLong = whole.length > MAX_TEXT
  const text = isTooLong ? whole.slice(0, MAX_TEXT).toWellFormed() : whole
  if (text.trim() === '') return []
  const { faces, missing } = chooseFaces(isTooLong ? [text] : fields, (field) =>
    page.library.chain(chosen, field, language),
  )
  const shaping = { language, tracking: (element.tracking ?? 0) / element.size }
  const block = fitText(paragraphsOf(text, faces, shaping), {
    width: box.width,
    height: box.height,
    size: element.size,
    minSize: element.minSize ?? null,
    wrap: element.wrap ?? false,
    leading: element.leading ?? LEADING,
  })
  const problem = { element: element.id, text: whole }
  if (missing.length > 0) page.problems.push({ ...problem, kind: 'missing_letters', letters: missing })
  if (block.overflows || isTooLong) page.problems.push({ ...problem, kind: 'does_not_fit' })
  const link = element.link === undefined ? null : safeLink(fill(element.link, page.values))
  const lines = placeLines(block, element, box, chosen)
  return [{ ...painted(element, box), kind: 'text', color: element.color, lines, link, box }]
}

function layOutImage(element: ImageElement, { assets }: Page, box: Box): DisplayItem[] {
  if (element.asset === '') return []
  const picture = assets.get(element.asset)
  if (picture?.kind !== 'picture')
    throw new RenderRefused(`element "${element.id}": there is no picture "${element.asset}"`)
  const [across, down] = [box.width / picture.width, box.height / picture.height]
  const scale = element.fit === 'cover' ? Math.max(across, down) : Math.min(across, down)
  const [width, height] =
    element.fit === 'fill' ? [box.width, box.height] : [picture.width * scale, picture.height * scale]
  const at = { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height }
  const { sha256 } = picture
  return [{ ...painted(element, box), kind: 'image', asset: sha256, box, place: at, alt: element.alt ?? '' }]
}

/** Around the middle of the box, clockwise. */
function rotation(degrees: number, box: Box): Matrix | null {
  if (degrees % 360 === 0) return null
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y]
}

const painted = (element: DesignElement, box: Box) => ({
  element: element.id,
  matrix: rotation(element.rotation ?? 0, box),
  opacity: Math.min(1, Math.max(0, element.opacity ?? 1)),
})

function layOutElement(element: DesignElement, page: Page): DisplayItem[] {
  if (element.hidden || element.opacity === 0) return []
  const box = {
    x: (element.x + page.bleed) * POINTS,
    y: (element.y + page.bleed) * POINTS,
    width: element.width * POINTS,
    height: element.height * POINTS,
  }
  const paint = painted(element, box)
  if (element.kind === 'text') return layOutText(element, page, box)
  if (element.kind === 'image') return layOutImage(element, page, box)
  if (element.kind === 'path') return drawingItems(element, box).map((item) => ({ ...paint, ...item }))
  if (element.kind === 'qr') {
    const text = clean(fill(element.data ?? DEFAULT_QR, page.values))
    return qrItems(element, text, box).map((item) => ({ ...paint, ...item }))
  }
  return shapeItems(element, box).map((item) => ({ ...paint, ...item }))
}

/**
 * Lays out one certificate. What cannot be drawn as designed (letters no font has, text that does not fit) is told in
 * `problems`; what can never be drawn throws RenderRefused.
 */
export function layOut(design: Design, values: Record<string, string>, context: LayoutContext): DisplayList {
  checkDesign(design)
  const bleed = design.page.bleed ?? 0
  const page: Page = { ...context, values, bleed, problems: [] }
  const width = (design.page.width + 2 * bleed) * POINTS
  const height = (design.page.height + 2 * bleed) * POINTS
  const items = design.elements.flatMap((element) => layOutElement(element, page))
  const marks = context.mark === null ? [] : markItems(context.mark, context, { x: 0, y: 0, width, height })
  return {
    width,
    height,
    bleed: bleed * POINTS,
    background: design.page.background ?? null,
    items: [...items, ...marks],
    problems: page.problems,
  }
}

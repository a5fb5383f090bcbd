/** Short ways to say elements. Boxes are [x, y, width, height] in millimetres. */
import type { Color, DesignElement, PathElement, QrElement, ShapeElement, TextElement } from '../designs.ts'

export type Frame = [x: number, y: number, width: number, height: number]
export type TextStyle = Pick<TextElement, 'font' | 'size' | 'color'> & Partial<TextElement>
export type Paint = Partial<Pick<PathElement, 'fill' | 'stroke' | 'strokeWidth' | 'rule' | 'opacity' | 'rotation'>>

/** `name-line` → `Name line`, as the layers list shows it. */
const title = (id: string) => (id[0]!.toUpperCase() + id.slice(1)).replaceAll('-', ' ')
const placed = (id: string, [x, y, width, height]: Frame) => ({
  id,
  name: title(id),
  x: round(x),
  y: round(y),
  width: round(width),
  height: round(height),
})

/** A hundredth of a millimetre is finer than any printer; more digits only make the file longer. */
export const round = (value: number) => Math.round(value * 100) / 100 + 0

/** One text; middle of its box unless the style says otherwise. */
export const text = (id: string, frame: Frame, content: string, style: TextStyle): TextElement => ({
  ...placed(id, frame),
  kind: 'text',
  text: content,
  valign: 'middle',
  ...style,
})
/** One rectangle. */
export const rect = (id: string, frame: Frame, paint: Paint & Partial<ShapeElement>): ShapeElement => ({
  ...placed(id, frame),
  kind: 'rect',
  locked: true,
  ...paint,
})
/** One ellipse in its box. */
export const ellipse = (id: string, frame: Frame, paint: Paint): ShapeElement => ({
  ...placed(id, frame),
  kind: 'ellipse',
  locked: true,
  ...paint,
})
/** A level or upright line as a thin filled box: the same in every writer, at any zoom. */
export const rule = (id: string, x: number, y: number, length: number, color: Color, weight = 0.25): ShapeElement =>
  rect(id, [x, y - weight / 2, length, weight], { fill: color })
/** The upright sister of `rule`. */
export const upright = (id: string, x: number, y: number, length: number, color: Color, weight = 0.25): ShapeElement =>
  rect(id, [x - weight / 2, y, weight, length], { fill: color })
/** A drawing whose own coordinates are millimetres from the top left of its box. */
export const drawing = (id: string, frame: Frame, d: string, paint: Paint): PathElement => ({
  ...placed(id, frame),
  kind: 'path',
  locked: true,
  d,
  viewBox: [round(frame[2]), round(frame[3])],
  ...paint,
})
/** A drawing around a middle, `radius` to each side; its path is made for the middle (radius, radius). */
export const emblem = (id: string, x: number, y: number, radius: number, d: string, paint: Paint): PathElement =>
  drawing(id, [x - radius, y - radius, 2 * radius, 2 * radius], d, paint)

/** The margin of light is part of a QR element: four fields at each side of the usual 37. */
const QUIET = 4 / 37
/** QR code of the verification address; the box says where its dark fields are, the margin comes around it. */
export const qr = (x: number, y: number, size: number, color: Color, background?: Color): QrElement => {
  const quiet = size * QUIET
  return {
    ...placed('qr', [x - quiet, y - quiet, size + 2 * quiet, size + 2 * quiet]),
    name: 'QR code',
    kind: 'qr',
    color,
    ...(background ? { background } : {}),
  }
}

/** The same words at the foot of every design: what to type where no camera is at hand. */
export const VERIFY_TEXT = '{{verification_url}}'
/** A placeholder of the name; every design has exactly one that shrinks far enough for 91 letters. */
export const NAME = '{{recipient.name}}'

/** A design of these elements; null ones are left out. */
export const elements = (...parts: Array<DesignElement | DesignElement[] | null>): DesignElement[] =>
  parts.flat().filter((part) => part !== null)

/** Rectangles, ellipses, lines, drawings and QR codes as outlines in points. */
import type { PathElement, QrElement, ShapeElement } from '../domain/designs.ts'
import type { Box, DisplayItem, PathStep } from './display-list.ts'
import { pathInBox } from './paths.ts'
import { qrPath } from './qr.ts'

export const POINTS = 72 / 25.4
/** Millimetres, where a stroke has a colour but no width. */
const HAIRLINE = 0.25
/** Control points of a quarter circle of radius 1. */
const ROUND = (4 / 3) * (Math.SQRT2 - 1)

export type PathItem = Omit<Extract<DisplayItem, { kind: 'path' }>, 'element' | 'matrix' | 'opacity'>
const BARE = { kind: 'path', dash: null, rule: 'nonzero', alt: '', strokeWidth: 0, stroke: null, fill: null } as const

export const rectPath = ({ x, y, width, height }: Box): PathStep[] => [
  ['M', x, y],
  ['L', x + width, y],
  ['L', x + width, y + height],
  ['L', x, y + height],
  ['Z'],
]

function roundedPath({ x, y, width, height }: Box, rx: number, ry: number): PathStep[] {
  const [right, bottom] = [x + width, y + height]
  const [kx, ky] = [rx * (1 - ROUND), ry * (1 - ROUND)]
  return [
    ['M', x + rx, y],
    ['L', right - rx, y],
    ['C', right - kx, y, right, y + ky, right, y + ry],
    ['L', right, bottom - ry],
    ['C', right, bottom - ky, right - kx, bottom, right - rx, bottom],
    ['L', x + rx, bottom],
    ['C', x + kx, bottom, x, bottom - ky, x, bottom - ry],
    ['L', x, y + ry],
    ['C', x, y + ky, x + kx, y, x + rx, y],
    ['Z'],
  ]
}

function outlineOf(element: ShapeElement, box: Box): PathStep[] {
  if (element.kind === 'line')
    return [
      ['M', box.x, box.y],
      ['L', box.x + box.width, box.y + box.height],
    ]
  if (element.kind === 'ellipse') return roundedPath(box, box.width / 2, box.height / 2)
  const radius = Math.min((element.radius ?? 0) * POINTS, box.width / 2, box.height / 2)
  return radius > 0 ? roundedPath(box, radius, radius) : rectPath(box)
}

/** What a shape paints; nothing when it has neither a filling nor a stroke. */
export function shapeItems(element: ShapeElement, box: Box): PathItem[] {
  const isLine = element.kind === 'line'
  const fill = isLine ? null : (element.fill ?? null)
  const stroke = element.stroke ?? (isLine ? '#000000' : null)
  if (fill === null && stroke === null) return []
  const strokeWidth = stroke === null ? 0 : (element.strokeWidth ?? HAIRLINE) * POINTS
  const dash: [number, number] | null = element.dash ? [element.dash[0] * POINTS, element.dash[1] * POINTS] : null
  return [{ ...BARE, path: outlineOf(element, box), fill, stroke, strokeWidth, dash, box }]
}

/** What a drawing paints: filled black when it names no colour at all, as SVG does. */
export function drawingItems(element: PathElement, box: Box): PathItem[] {
  const stroke = element.stroke ?? null
  const fill = element.fill ?? (stroke === null ? '#000000' : null)
  const strokeWidth = stroke === null ? 0 : (element.strokeWidth ?? HAIRLINE) * POINTS
  const path = pathInBox(element.d, element.viewBox, box)
  return path.length === 0 ? [] : [{ ...BARE, path, fill, stroke, strokeWidth, rule: element.rule ?? 'nonzero', box }]
}

/** A QR code, and the light it stands on where a background is given. */
export function qrItems(element: QrElement, text: string, box: Box): PathItem[] {
  if (text === '') return []
  const code: PathItem = {
    ...BARE,
    path: qrPath(text, box),
    fill: element.color ?? '#000000',
    alt: `QR: ${text}`,
    box,
  }
  if (element.background === undefined) return [code]
  return [{ ...BARE, path: rectPath(box), fill: element.background, box }, code]
}

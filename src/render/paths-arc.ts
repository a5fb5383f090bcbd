/** Elliptical arcs as cubic curves (SVG 2, implementation notes B.2). */
import type { PathStep } from './display-list.ts'

export interface Arc {
  rx: number
  ry: number
  /** Degrees. */
  turn: number
  large: boolean
  sweep: boolean
}
type Point = [x: number, y: number]

interface Ellipse {
  cx: number
  cy: number
  rx: number
  ry: number
  cos: number
  sin: number
  from: number
  by: number
}

const angle = (ux: number, uy: number, vx: number, vy: number) => Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy)

/** Middle, radii and angles of the ellipse that the end points lie on; radii that are too small are grown. */
function ellipseOf([x1, y1]: Point, { rx, ry, turn, large, sweep }: Arc, [x2, y2]: Point): Ellipse {
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)]
  const [dx, dy] = [(x1 - x2) / 2, (y1 - y2) / 2]
  const [px, py] = [cos * dx + sin * dy, -sin * dx + cos * dy]
  const grow = Math.sqrt(Math.max(1, (px / rx) ** 2 + (py / ry) ** 2))
  const [a, b] = [rx * grow, ry * grow]
  const below = (a * py) ** 2 + (b * px) ** 2
  const root = below === 0 ? 0 : Math.sqrt(Math.max(0, (a * b) ** 2 - below) / below) * (large === sweep ? -1 : 1)
  const [qx, qy] = [(root * a * py) / b, (-root * b * px) / a]
  const from = angle(1, 0, (px - qx) / a, (py - qy) / b)
  let by = angle((px - qx) / a, (py - qy) / b, (-px - qx) / a, (-py - qy) / b)
  if (!sweep && by > 0) by -= 2 * Math.PI
  if (sweep && by < 0) by += 2 * Math.PI
  return {
    cx: cos * qx - sin * qy + (x1 + x2) / 2,
    cy: sin * qx + cos * qy + (y1 + y2) / 2,
    rx: a,
    ry: b,
    cos,
    sin,
    from,
    by,
  }
}

/** The arc from one point to another; a straight line where a radius is nothing, nothing where the points are one. */
export function arcCurves(start: Point, arc: Arc, end: Point): PathStep[] {
  if (start[0] === end[0] && start[1] === end[1]) return []
  const [rx, ry] = [Math.abs(arc.rx), Math.abs(arc.ry)]
  if (rx < 1e-9 || ry < 1e-9) return [['L', end[0], end[1]]]
  const ellipse = ellipseOf(start, { ...arc, rx, ry }, end)
  const { cx, cy, cos, sin, from, by } = ellipse
  const pieces = Math.max(1, Math.ceil(Math.abs(by) / (Math.PI / 2) - 1e-9))
  const step = by / pieces
  const reach = (4 / 3) * Math.tan(step / 4)
  const place = (x: number, y: number): Point => [
    cx + cos * x * ellipse.rx - sin * y * ellipse.ry,
    cy + sin * x * ellipse.rx + cos * y * ellipse.ry,
  ]
  return Array.from({ length: pieces }, (_, index): PathStep => {
    const [a, b] = [from + index * step, from + (index + 1) * step]
    const first = place(Math.cos(a) - reach * Math.sin(a), Math.sin(a) + reach * Math.cos(a))
    const second = place(Math.cos(b) + reach * Math.sin(b), Math.sin(b) - reach * Math.cos(b))
    const last = index === pieces - 1 ? end : place(Math.cos(b), Math.sin(b))
    return ['C', ...first, ...second, ...last]
  })
}

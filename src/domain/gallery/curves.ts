/** Path data of computed curves. Everything here is pure geometry in millimetres. */
import { round } from './kit.ts'

export type Point = [x: number, y: number]
export type Curve = (t: number) => Point

const at = ([x, y]: Point) => `${round(x)} ${round(y)}`

/** Straight through all points. */
export const polyline = (points: Point[], closed = false): string => `M${points.map(at).join('L')}${closed ? 'Z' : ''}`
export const polygon = (points: Point[]): string => polyline(points, true)

/** Numbers one after the other; a minus needs no blank before it. */
const run = (numbers: number[]) => numbers.map((value, index) => (index && value >= 0 ? ' ' : '') + value).join('')

/**
 * A smooth curve through f(0)…f(1) in equal steps. Control points come from the slope, and since the steps are equal the
 * one before is the mirror of the one after: the short command s says all. Relative to the rounded point before, so that
 * rounding does not add up.
 */
export function smooth(f: Curve, steps: number, closed = false): string {
  const step = 1 / steps
  const lean = (t: number): Point => {
    const [a, b] = [f(t - 1e-5), f(t + 1e-5)]
    return [((b[0] - a[0]) / 2e-5) * (step / 3), ((b[1] - a[1]) / 2e-5) * (step / 3)]
  }
  const start = f(0)
  const first = lean(0)
  let [x, y] = [round(start[0]), round(start[1])]
  let d = `M${run([x, y])}`
  for (let index = 1; index <= steps; index++) {
    const [ex, ey] = f(index * step)
    const [lx, ly] = lean(index * step)
    const end = [round(ex - x), round(ey - y)] as const
    const control = [round(ex - lx - x), round(ey - ly - y)]
    d +=
      index === 1 ? `c${run([round(first[0]), round(first[1]), ...control, ...end])}` : `s${run([...control, ...end])}`
    x = round(x + end[0])
    y = round(y + end[1])
  }
  return d + (closed ? 'Z' : '')
}

/** A whole circle. */
export const circle = (x: number, y: number, radius: number): string =>
  `M${at([x - radius, y])}A${round(radius)} ${round(radius)} 0 1 1 ${at([x + radius, y])}A${round(radius)} ${round(radius)} 0 1 1 ${at([x - radius, y])}Z`

/** Point at an angle (radians, clockwise from three o'clock) around a middle. */
export const polar = (x: number, y: number, radius: number, angle: number): Point => [
  x + radius * Math.cos(angle),
  y + radius * Math.sin(angle),
]
export const TURN = Math.PI * 2
/** Clock hours are how ornaments are thought of: 0 is twelve o'clock. */
export const clock = (share: number) => share * TURN - TURN / 4

/** 0, 1, … count - 1. */
export const count = (length: number): number[] => Array.from({ length }, (_, index) => index)

/** Ring of a constant width as one even-odd outline. */
export const ring = (x: number, y: number, outer: number, inner: number): string =>
  circle(x, y, outer) + circle(x, y, inner)

/** Star or gear: `points` tips between two radii. */
export const star = (x: number, y: number, points: number, outer: number, inner: number, from = 0): string =>
  polygon(count(points * 2).map((index) => polar(x, y, index % 2 ? inner : outer, clock(from + index / (points * 2)))))

/** Regular polygon standing on an edge or a corner. */
export const regular = (x: number, y: number, sides: number, radius: number, from = 0): string =>
  polygon(count(sides).map((index) => polar(x, y, radius, clock(from + index / sides))))

/** A pointed leaf from `root` along `angle`; `half` −1 or 1 gives only the one side of its rib. */
export function leaf(root: Point, angle: number, length: number, width: number, half: -1 | 0 | 1 = 0): string {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const point = (along: number, across: number) =>
    at([root[0] + along * cos - across * sin, root[1] + along * sin + across * cos])
  const side = (sign: number, back: boolean) => {
    const a = point(length * (back ? 0.72 : 0.22), sign * width * (back ? 0.62 : 0.72))
    const b = point(length * (back ? 0.22 : 0.72), sign * width * (back ? 0.72 : 0.62))
    return `C${a} ${b} ${back ? at(root) : point(length, 0)}`
  }
  const rib = `Q${point(length * 0.5, length * 0.03)} ${at(root)}`
  if (half) return `M${at(root)}${side(half, false)}${rib}Z`
  return `M${at(root)}${side(1, false)}${side(-1, true)}Z`
}

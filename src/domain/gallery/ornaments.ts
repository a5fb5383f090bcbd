/** Laurels, dividers, ribbons and other ornaments, as path data. */
import { clock, count, leaf, polar, polygon, smooth, TURN, type Point } from './curves.ts'
import { round } from './kit.ts'

export interface Wreath {
  radius: number
  /** Leaf pairs on each branch. */
  leaves: number
  /** Share of the full turn that stays open at the top. */
  gap?: number
  length?: number
}

/**
 * A laurel wreath around (radius, radius): `light` and `dark` are the two halves of each leaf, as if lit from above, and
 * `stem` the twigs.
 */
export function laurel({ radius, leaves, gap = 0.12, length = 0.34 }: Wreath): {
  light: string
  dark: string
  stem: string
} {
  const [middle, bow] = [radius, radius * 0.76]
  let [light, dark, stem] = ['', '', '']
  for (const side of [1, -1]) {
    const angleAt = (t: number) => TURN / 4 - side * TURN * (0.02 + t * (0.5 - gap / 2 - 0.02))
    stem += smooth((t) => polar(middle, middle, bow, angleAt(t)), 10)
    for (const index of count(leaves)) {
      const t = (index + 0.35) / leaves
      const root = polar(middle, middle, bow, angleAt(t))
      const along = angleAt(t) - (side * TURN) / 4
      const size = radius * length * (0.72 + 0.38 * Math.sin(Math.PI * (0.12 + 0.8 * t)))
      for (const lean of [-1, 1]) {
        const angle = along + lean * 0.52
        light += leaf(root, angle, size, size * 0.24, -1)
        dark += leaf(root, angle, size, size * 0.24, 1)
      }
    }
    const tip = polar(middle, middle, bow, angleAt(0.985))
    const angle = angleAt(1) - (side * TURN) / 4
    light += leaf(tip, angle, radius * length * 0.75, radius * length * 0.17, -1)
    dark += leaf(tip, angle, radius * length * 0.75, radius * length * 0.17, 1)
  }
  return { light, dark, stem }
}

/** Lozenge between two tapering lines, `width` by `height`. */
export function divider(width: number, height: number): string {
  const [x, y] = [width / 2, height / 2]
  const taper = (from: number, to: number) =>
    `M${round(from)} ${round(y)}L${round(to)} ${round(y - 0.18)}V${round(y + 0.18)}Z`
  const lozenge = (at: number, size: number) =>
    polygon([
      [at, y - size],
      [at + size * 0.8, y],
      [at, y + size],
      [at - size * 0.8, y],
    ])
  const gap = height * 1.5
  return (
    taper(0, x - gap) +
    taper(width, x + gap) +
    lozenge(x, height / 2) +
    lozenge(x - gap, height / 5) +
    lozenge(x + gap, height / 5)
  )
}

/** Two swallow-tailed ribbon ends that hang from (width / 2, 0). */
export function tails(width: number, height: number): string {
  return [-1, 1]
    .map((side) => {
      const lean = side * width * 0.2
      const [x, half] = [width / 2 + side * width * 0.13, width * 0.17]
      return polygon([
        [x - half, 0],
        [x + half, 0],
        [x + half + lean, height],
        [x + lean, height * 0.86],
        [x - half + lean, height],
      ])
    })
    .join('')
}

/** A twig with leaves on both sides along any curve; sizes swell towards the middle. */
export function twig(curve: (t: number) => Point, leaves: number, length: number, plump: number, open = 0.85) {
  let [light, dark] = ['', '']
  const angleAt = (t: number) => {
    const [a, b] = [curve(t - 1e-4), curve(t + 1e-4)]
    return Math.atan2(b[1] - a[1], b[0] - a[0])
  }
  for (const index of count(leaves)) {
    const t = 0.12 + (0.79 * index) / (leaves - 1)
    const size = length * (0.5 + 0.5 * Math.sin(Math.PI * Math.min(1, 0.22 + 0.74 * t)))
    const side = index % 2 ? 1 : -1
    const angle = angleAt(t) + side * open * (1 - 0.45 * t)
    light += leaf(curve(t), angle, size, size * plump, side === 1 ? -1 : 1)
    dark += leaf(curve(t), angle, size, size * plump, side === 1 ? 1 : -1)
  }
  const end = angleAt(1)
  light += leaf(curve(0.99), end, length * 0.6, length * 0.6 * plump, -1)
  dark += leaf(curve(0.99), end, length * 0.6, length * 0.6 * plump, 1)
  return { light, dark, stem: smooth(curve, 8) }
}

/** Rays around a point, from `inner` to `outer` away from it, every second one shorter; cut at the edges of a box at 0, 0. */
export function sunburst([width, height]: Point, [x, y]: Point, inner: number, outer: number, rays: number): string {
  return count(rays)
    .map((index) => {
      const [cos, sin] = polar(0, 0, 1, clock(index / rays))
      const across = cos > 0 ? (width - x) / cos : cos < 0 ? -x / cos : Infinity
      const down = sin > 0 ? (height - y) / sin : sin < 0 ? -y / sin : Infinity
      const reach = Math.min(index % 2 ? outer * 0.9 : outer, across, down)
      if (reach <= inner) return ''
      const point = (length: number) => `${round(x + cos * length)} ${round(y + sin * length)}`
      return `M${point(inner)}L${point(reach)}`
    })
    .join('')
}

/** Guilloches: the interlaced engine-turned lines of engravers, which copiers cannot follow. */
import { circle, clock, count, smooth, TURN, type Point } from './curves.ts'
import type { Page } from './entry.ts'

export interface Rosette {
  /** Of the whole drawing; its middle is (radius, radius). */
  radius: number
  /** Where the lines turn back, as a share of the radius. */
  inner: number
  lobes: number
  /** How many times the line is laid, each turned a little. */
  lines: number
  /** Second wave over the first: 0 none. */
  ripple?: number
  /** Steps per lobe; 4 is smooth. */
  steps?: number
}

/** Lines that swing between two circles, turned against each other until they make a lace. */
export function rosette({ radius, inner, lobes, lines, ripple = 0, steps = 4 }: Rosette): string {
  const middle = (radius * (1 + inner)) / 2
  const swing = (radius * (1 - inner)) / 2 / (1 + ripple)
  return count(lines)
    .map((line) => {
      const turn = line / lines
      return smooth(
        (t) => {
          const wave = Math.cos(TURN * (lobes * t + turn)) + ripple * Math.cos(TURN * (2 * lobes * t - turn))
          const length = middle + swing * wave
          const angle = clock(t)
          return [radius + length * Math.cos(angle), radius + length * Math.sin(angle)]
        },
        lobes * (ripple ? steps * 2 : steps),
        true,
      )
    })
    .join('')
}

/** A point and its outward direction at each share of the way around a box with round corners, clockwise. */
export function aroundBox(
  page: Page,
  inset: number,
  corner: number,
): { length: number; at: (t: number) => [Point, Point] } {
  const [w, h] = [page.width - 2 * inset - 2 * corner, page.height - 2 * inset - 2 * corner]
  const quarter = (TURN / 4) * corner
  const legs = [w, quarter, h, quarter, w, quarter, h, quarter]
  const length = legs.reduce((sum, leg) => sum + leg, 0)
  const [left, top] = [inset + corner, inset + corner]
  const corners: Point[] = [
    [left + w, top],
    [left + w, top + h],
    [left, top + h],
    [left, top],
  ]
  const at = (share: number): [Point, Point] => {
    let rest = (((share % 1) + 1) % 1) * length
    let index = 0
    while (index < 7 && rest > legs[index]!) rest -= legs[index++]!
    const side = index >> 1
    const [cx, cy] = corners[side]!
    if (index % 2) {
      const angle = -TURN / 4 + (side * TURN) / 4 + rest / corner
      const out: Point = [Math.cos(angle), Math.sin(angle)]
      return [[cx + corner * out[0], cy + corner * out[1]], out]
    }
    const out: Point = [
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, 0],
    ][side] as Point
    const before = legs[index]! - rest
    return [[cx + corner * out[0] + out[1] * before, cy + corner * out[1] - out[0] * before], out]
  }
  return { length, at }
}

export interface Braid {
  inset: number
  corner: number
  /** Half the width of the band. */
  swing: number
  /** Length of a wave, about; fitted so that the ends meet. */
  wave: number
  lines: number
}

/** A woven frame around the page; the waves are fitted so that it closes without a seam. */
export function braid(page: Page, { inset, corner, swing, wave, lines }: Braid): string {
  const { length, at } = aroundBox(page, inset, corner)
  const waves = Math.round(length / wave / 4) * 4
  return count(lines)
    .map((line) =>
      smooth(
        (t) => {
          const [[x, y], [ox, oy]] = at(t)
          const away = swing * Math.cos(TURN * (waves * t + line / lines))
          return [x + ox * away, y + oy * away]
        },
        waves * 4,
        true,
      ),
    )
    .join('')
}

/** Concentric circles. */
export const circles = (radius: number, from: number, to: number, lines: number): string =>
  count(lines)
    .map((line) => circle(radius, radius, from + ((to - from) * line) / Math.max(1, lines - 1)))
    .join('')

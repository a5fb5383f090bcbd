/** Seals: gold discs with ribbons, engraved stamps, crests. Each is a few elements around one middle. */
import type { Color, DesignElement } from '../designs.ts'
import { circle, count, polar, polygon, ring, star, TURN, type Point } from './curves.ts'
import { circles, rosette } from './guilloche.ts'
import { drawing, emblem } from './kit.ts'
import { laurel, tails } from './ornaments.ts'

export interface SealColors {
  metal: Color
  /** The lit and the shaded metal. */
  light: Color
  deep: Color
  ribbon?: Color
}

/** A pressed disc with a scalloped edge, a lace of lines, a laurel and a star; ribbon ends below if they have a colour. */
export function goldSeal(
  x: number,
  y: number,
  radius: number,
  { metal, light, deep, ribbon }: SealColors,
): DesignElement[] {
  const wreath = laurel({ radius: radius * 0.5, leaves: 7, gap: 0.16, length: 0.36 })
  const field = radius * 0.56
  return [
    ...(ribbon
      ? [
          drawing('seal-ribbon', [x - radius * 0.8, y, radius * 1.6, radius * 1.8], tails(radius * 1.6, radius * 1.8), {
            fill: ribbon,
          }),
        ]
      : []),
    emblem('seal-edge', x, y, radius, scallops(radius, 36), { fill: deep }),
    emblem('seal-disc', x, y, radius, scallops(radius, 36, 0.955), { fill: metal }),
    emblem(
      'seal-rings',
      x,
      y,
      radius,
      ring(radius, radius, radius * 0.87, radius * 0.845) + ring(radius, radius, radius * 0.63, radius * 0.605),
      {
        fill: light,
        rule: 'evenodd',
      },
    ),
    emblem('seal-lace', x, y, radius * 0.84, rosette({ radius: radius * 0.84, inner: 0.76, lobes: 24, lines: 4 }), {
      stroke: light,
      strokeWidth: 0.15,
    }),
    emblem('seal-field', x, y, field, circle(field, field, field), { fill: deep }),
    emblem('seal-laurel', x, y, radius * 0.5, wreath.light + wreath.dark, { fill: light }),
    emblem('seal-star', x, y, radius * 0.2, star(radius * 0.2, radius * 0.2, 5, radius * 0.2, radius * 0.082), {
      fill: light,
    }),
  ]
}

/** Round bumps along a circle; `share` draws the same edge a little smaller. */
export function scallops(radius: number, bumps: number, share = 1): string {
  const reach = radius * share
  const inner = reach * (1 - 1.6 / bumps)
  const point = (index: number) => polar(radius, radius, inner, (TURN * index) / bumps)
  const bow = (inner * Math.sin(TURN / bumps / 2) * 1.06).toFixed(2)
  const at = (p: Point) => `${p[0].toFixed(2)} ${p[1].toFixed(2)}`
  return `M${at(point(0))}${count(bumps)
    .map((index) => `A${bow} ${bow} 0 0 1 ${at(point(index + 1))}`)
    .join('')}Z`
}

/** A stamp of lines only: lace, rings and a ring of beads, for seals printed with the sheet. */
export function lineSeal(x: number, y: number, radius: number, color: Color, weight = 0.18): DesignElement[] {
  const beads = count(48)
    .map((index) => polar(radius, radius, radius * 0.955, (TURN * index) / 48))
    .map(([bx, by]) => circle(bx, by, radius * 0.018))
    .join('')
  return [
    emblem('stamp-lace', x, y, radius * 0.9, rosette({ radius: radius * 0.9, inner: 0.5, lobes: 18, lines: 9 }), {
      stroke: color,
      strokeWidth: weight,
    }),
    emblem(
      'stamp-rings',
      x,
      y,
      radius,
      circles(radius, radius * 0.92, radius * 0.99, 2) + circles(radius, radius * 0.4, radius * 0.44, 2),
      {
        stroke: color,
        strokeWidth: weight * 1.6,
      },
    ),
    emblem('stamp-beads', x, y, radius, beads, { fill: color }),
  ]
}

/** An interlaced knot of `loops` ovals: a crest for those who have none. */
export function knot(radius: number, loops: number): string {
  const oval = (turn: number) => {
    const points = count(48).map((index): Point => {
      const t = (TURN * index) / 48
      const [x, y] = [Math.cos(t) * radius * 0.98, Math.sin(t) * radius * 0.42]
      return [radius + x * Math.cos(turn) - y * Math.sin(turn), radius + x * Math.sin(turn) + y * Math.cos(turn)]
    })
    return polygon(points)
  }
  return count(loops)
    .map((index) => oval((TURN / 2) * (index / loops)))
    .join('')
}

/** Colours between colours: vectors have no gradients here, so shades are steps. */
import type { Color } from '../designs.ts'

const channels = (color: Color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))

/** The colour `share` of the way from one to the other. */
export function mix(from: Color, to: Color, share: number): Color {
  const end = channels(to)
  return `#${channels(from)
    .map((value, index) =>
      Math.round(value + (end[index]! - value) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

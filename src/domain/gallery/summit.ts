/** Ranges of mountains at sunrise, one behind the other: for races, camps, schools and whatever was climbed. */
import type { Design } from '../designs.ts'
import { mix } from './color.ts'
import { circle, count, polygon, type Point } from './curves.ts'
import { field, LANDSCAPE, PORTRAIT, SIGNER, type GalleryDesign, type Page } from './entry.ts'
import { drawing, elements, emblem, NAME, qr, rect, rule, text, VERIFY_TEXT } from './kit.ts'

const DAWN = '#fff1dc'
const PEACH = '#f9c8a0'
const LILAC = '#c9a3c4'
const NIGHT = '#1d1a44'
const INK = '#221d4f'
const SUN = '#f4845f'

/** A number between 0 and 1 for a whole number: chance that is the same every time. */
const chance = (index: number) => {
  const value = Math.sin(index * 127.1 + 11.7) * 43758.5453
  return value - Math.floor(value)
}
/** Between the chances of the neighbours, without corners. */
function noise(at: number): number {
  const whole = Math.floor(at)
  const rest = at - whole
  const ease = rest * rest * (3 - 2 * rest)
  return chance(whole) * (1 - ease) + chance(whole + 1) * ease
}

/** A ridge from edge to edge: peaks of straight flanks at uneven distances, crags on them, all from one seed. */
function ridge(width: number, height: number, seed: number, peaks: number, relief: number): string {
  const summits = count(peaks + 2).map((index) => ({
    at: (index - 0.5 + 0.6 * (chance(seed * 31 + index) - 0.5)) / peaks,
    high: 0.5 + 0.5 * chance(seed * 17 + index * 3),
    steep: 1.1 + 0.8 * chance(seed * 7 + index * 5),
  }))
  const profile = (t: number) => {
    const body = Math.max(...summits.map(({ at, high, steep }) => high - Math.abs(t - at) * peaks * steep * 0.42))
    const crag = (noise(t * peaks * 9 + seed * 50) - 0.5) * 0.16 + (noise(t * peaks * 23 + seed * 90) - 0.5) * 0.08
    return Math.max(0, body + crag)
  }
  const points = count(161).map((index): Point => [(width * index) / 160, relief * (1 - profile(index / 160))])
  return polygon([...points, [width, height], [0, height]])
}

/** Firs along the nearest slope. */
function firs(width: number, height: number): string {
  return count(44)
    .map((index) => {
      const luck = chance(index)
      const x = (width * (index + 0.2 + 0.6 * luck)) / 44
      const tall = height * (0.35 + 0.6 * noise(index / 3 + 40) * (0.6 + 0.4 * luck))
      const foot = height
      const tier = (from: number, to: number, half: number): Point[] => [
        [x - half * tall * 0.2, foot - tall * from],
        [x - half * tall * 0.07, foot - tall * to],
      ]
      const left = [...tier(0.06, 0.36, 1), ...tier(0.3, 0.58, 0.8), ...tier(0.53, 0.8, 0.58)]
      const right = left.toReversed().map(([px, py]): Point => [2 * x - px, py])
      return polygon([
        [x - 0.3, foot],
        [x - 0.3, foot - tall * 0.06],
        ...left,
        [x, foot - tall],
        ...right,
        [x + 0.3, foot - tall * 0.06],
        [x + 0.3, foot],
      ])
    })
    .join('')
}

function sky({ width: w }: Page, horizon: number, ground: number) {
  const bands = 40
  return count(bands).map((index) => {
    const share = index / (bands - 1)
    const y = -3 + ((horizon + 13) * index) / bands
    const color = share < 0.62 ? mix(DAWN, PEACH, (share / 0.62) ** 1.5) : mix(PEACH, LILAC, (share - 0.62) / 0.38)
    return rect(`sky-${index + 1}`, [-3, y, w + 6, ground + 3 - y], { fill: color })
  })
}

/** From haze to night: each range lower, nearer and darker than the one behind it. */
function mountains({ width: w }: Page, horizon: number, ground: number) {
  const ranges = 5
  return count(ranges).map((index) => {
    const share = index / (ranges - 1)
    const relief = 46 - share * 20
    const top = horizon - 34 + (ground - horizon + 8) * share * 0.95
    return drawing(
      `range-${index + 1}`,
      [-3, top, w + 6, ground + 4 - top],
      ridge(w + 6, ground + 4 - top, index + 3, 4 + index, relief),
      { fill: mix('#b88fb6', '#2a2557', share ** 0.85) },
    )
  })
}

function sunrise(x: number, y: number, radius: number) {
  return elements(
    count(3).map((index) => {
      const reach = radius * (1.75 - index * 0.28)
      return emblem(`glow-${index + 1}`, x, y, reach, circle(reach, reach, reach), { fill: '#ffe2b8', opacity: 0.28 })
    }),
    emblem('sun', x, y, radius, circle(radius, radius, radius), { fill: SUN }),
  )
}

function words({ width: w, height: h }: Page) {
  const [left, wide] = [24, w - 48]
  const y = (offset: number) => (h > w ? 30 + offset * 1.25 : 21 + offset)
  const serif = { color: INK, align: 'center' as const }
  const bold = { ...serif, font: 'playfair-display-bold', wrap: true, leading: 1.12 }
  return elements(
    text('issuer', [left, y(0), wide, 7], '{{issuer.name}}', {
      ...serif,
      font: 'source-serif-4-bold',
      size: 12,
      minSize: 5,
    }),
    text('recipient', [left, y(13) + 2.5, wide, 18], NAME, { ...bold, size: 44, minSize: 10 }),
    text('finished', [left, y(38), wide, 7], 'reached the summit of', {
      ...serif,
      font: 'playfair-display-italic',
      size: 15,
    }),
    text('event', [left, y(46), wide, 12], '{{event_name}}', { ...bold, size: 23, minSize: 7 }),
    text('finish', [left, y(59), wide, 8], '{{finish}}', { ...serif, font: 'source-serif-4', size: 13, minSize: 6 }),
  )
}

function foot(left: number, y: number, wide: number) {
  const light = { font: 'source-serif-4', size: 8, minSize: 3, color: '#f6e9dc' }
  const right = { ...light, align: 'right' as const }
  const sign = left + wide - 60
  return elements(
    rect('qr-plate', [left, y + 3, 27, 27], { fill: DAWN, radius: 1 }),
    qr(left + 2.5, y + 5.5, 22, NIGHT),
    text('certificate-id', [left + 32, y + 16, 68, 4.4], '{{certificate.id}}', light),
    text('verify', [left + 32, y + 20.8, 68, 4.4], VERIFY_TEXT, { ...light, link: VERIFY_TEXT }),
    rule('sign-line', sign, y + 17.6, 60, light.color, 0.25),
    text('sign', [sign, y + 19, 60, 5.6], '{{signer}}', { ...right, size: 10, minSize: 4 }),
    text('date', [sign, y + 24.6, 60, 5], '{{issued_on}}', { ...right, size: 9 }),
  )
}

function draw(page: Page): Design {
  const { width: w, height: h } = page
  const tall = h > w
  const horizon = h * (tall ? 0.6 : 0.62)
  const ground = h - (tall ? 48 : 42)
  return {
    page: { ...page, bleed: 3, background: NIGHT },
    elements: elements(
      sky(page, horizon, ground),
      sunrise(w / 2, horizon - 18, tall ? 27 : 23),
      mountains(page, horizon, ground),
      drawing('firs', [-3, ground - 15, w + 6, 16.5], firs(w + 6, 16.5), { fill: NIGHT }),
      rect('ground', [-3, ground, w + 6, h - ground + 3], { fill: NIGHT }),
      words(page),
      foot(24, ground, w - 48),
    ),
  }
}

export const summit: GalleryDesign = {
  slug: 'summit',
  name: 'Summit',
  purpose: 'award',
  description: 'Mountains at sunrise, range behind range: for races, camps, scouts and young finishers.',
  sizes: [...LANDSCAPE, ...PORTRAIT],
  fields: [field('event_name', 'Event', { required: true }), field('finish', 'Distance or time'), SIGNER],
  achievementType: 'Achievement',
  validityMonths: null,
  palette: [DAWN, PEACH, SUN, LILAC, NIGHT],
  draw,
}

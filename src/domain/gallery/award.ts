/** An award on black: a gold laurel before a deco sunburst, stepped frame, engraved capitals. */
import type { Design } from '../designs.ts'
import { clock, count, polar, polygon, polyline, star } from './curves.ts'
import { field, LANDSCAPE, PORTRAIT, SIGNER, type GalleryDesign, type Page } from './entry.ts'
import { drawing, elements, emblem, NAME, qr, rect, round, rule, text, VERIFY_TEXT } from './kit.ts'
import { divider, laurel, sunburst } from './ornaments.ts'

const NIGHT = '#12121a'
const GOLD = '#d4ad5a'
const LIGHT = '#f3dd9c'
const DEEP = '#9c7632'
const CREAM = '#f6efdd'
const MUTED = '#c8bfa8'

/** A deco fan for a corner, opening to the right and down: ribs between arcs, and scallops at its hem. */
function fan(size: number): string {
  const ribs = count(11).map((index) => {
    const angle = (Math.PI / 2) * (index / 10)
    return polyline([polar(0, 0, size * 0.3, angle), polar(0, 0, size * (index % 2 ? 0.74 : 0.86), angle)])
  })
  const arc = (radius: number) => `M${round(radius)} 0A${round(radius)} ${round(radius)} 0 0 1 0 ${round(radius)}`
  const hem = count(5).map((index) => {
    const [from, to] = [index, index + 1].map((step) => polar(0, 0, size * 0.86, (Math.PI / 2) * (step / 5)))
    const bow = round(size * 0.145)
    return `M${round(from![0])} ${round(from![1])}A${bow} ${bow} 0 0 1 ${round(to![0])} ${round(to![1])}`
  })
  return [...ribs, ...hem, ...[0.14, 0.24, 0.3, 0.86].map((share) => arc(size * share))].join('')
}

function frame({ width: w, height: h }: Page) {
  const line = (id: string, inset: number, stroke: string, strokeWidth: number) =>
    rect(id, [inset, inset, w - 2 * inset, h - 2 * inset], { stroke, strokeWidth })
  const [near, size] = [14.2, 24]
  const spots = [
    [near, near, 0],
    [w - near - size, near, 90],
    [w - near - size, h - near - size, 180],
    [near, h - near - size, 270],
  ] as const
  return elements(
    line('frame-outer', 10.6, DEEP, 0.25),
    line('frame', 12.3, GOLD, 0.7),
    line('frame-inner', near, DEEP, 0.25),
    spots.map(([x, y, rotation], index) =>
      drawing(`fan-${index + 1}`, [x, y, size, size], fan(size), { stroke: GOLD, strokeWidth: 0.28, rotation }),
    ),
  )
}

function emblemOf(x: number, y: number, radius: number) {
  const wreath = laurel({ radius, leaves: 12, gap: 0.1, length: 0.25 })
  const small = radius * 0.42
  const facets = (odd: number) =>
    count(5)
      .map((index) => {
        const tip = polar(small, small, small, clock(index / 5))
        const dent = polar(small, small, small * 0.4, clock(index / 5 + (odd ? 0.1 : -0.1)))
        return polygon([[small, small], tip, dent])
      })
      .join('')
  return elements(
    emblem('laurel-light', x, y, radius, wreath.light, { fill: LIGHT }),
    emblem('laurel-shade', x, y, radius, wreath.dark, { fill: '#b98d3f' }),
    emblem('laurel-stem', x, y, radius, wreath.stem, { stroke: GOLD, strokeWidth: 0.35 }),
    emblem('star-glow', x, y, small, star(small, small, 5, small, small * 0.4), { fill: GOLD }),
    emblem('star-light', x, y, small, facets(0), { fill: LIGHT }),
    emblem('star-shade', x, y, small, facets(1), { fill: '#b98d3f' }),
  )
}

/** What every part of the sheet is placed by. */
function placesOf({ width: w, height: h }: Page) {
  const tall = h > w
  return {
    tall,
    sunY: tall ? 72 : 50,
    y: (offset: number) => (tall ? 122 + offset * 1.35 : 78 + offset),
    foot: h - (tall ? 52 : 44),
    margin: tall ? 30 : 44,
    side: tall ? 50 : 52,
  }
}
const SMALL = { font: 'eb-garamond', size: 8.5, minSize: 3, color: MUTED, align: 'center' as const }
const CAPITALS = { font: 'cinzel', align: 'center' as const }

function rays({ width: w, height: h }: Page) {
  const { tall, sunY } = placesOf({ width: w, height: h })
  const [edge, reach] = [14.2, tall ? 128 : 122]
  const field: [number, number] = [w - 2 * edge, h - 2 * edge]
  const d = sunburst(field, [w / 2 - edge, sunY - edge], tall ? 48 : 37, reach, 120)
  return drawing('sunburst', [edge, edge, ...field], d, { stroke: DEEP, strokeWidth: 0.18, opacity: 0.36 })
}

function words(page: Page) {
  const { tall, y } = placesOf(page)
  const { width: w } = page
  const wide = w - (tall ? 56 : 80)
  const left = (w - wide) / 2
  return elements(
    text('kind', [left, y(2), wide, 9], 'Award of excellence', {
      ...CAPITALS,
      size: 14,
      color: GOLD,
      tracking: 3.4,
      uppercase: true,
    }),
    text('recipient', [left, y(12) + 2.5, wide, 17], NAME, {
      ...SMALL,
      font: 'cormorant-garamond-semibold',
      size: 46,
      minSize: 12,
      color: CREAM,
      wrap: true,
      leading: 1.12,
    }),
    drawing('divider', [w / 2 - 38, y(35.5), 76, 3], divider(76, 3), { fill: GOLD }),
    text('award', [left, y(41), wide, 11], '{{award_name}}', {
      ...CAPITALS,
      size: 18,
      minSize: 6,
      color: LIGHT,
      tracking: 0.8,
      wrap: true,
      leading: 1.15,
    }),
    text('citation', [w / 2 - 70, y(53), 140, 20], '{{citation}}', {
      ...SMALL,
      font: 'eb-garamond-italic',
      size: 13.5,
      minSize: 7,
      color: CREAM,
      valign: 'top',
      wrap: true,
      leading: 1.3,
    }),
  )
}

function feet(page: Page) {
  const { tall, foot, margin, side } = placesOf(page)
  const { width: w, height: h } = page
  return elements(
    rule('sign-line', margin, foot + 11, side, GOLD, 0.25),
    text('sign', [margin, foot + 12.2, side, 6], '{{signer}}', {
      ...SMALL,
      font: 'eb-garamond-italic',
      size: 11.5,
      minSize: 5,
      color: CREAM,
    }),
    text('sign-for', [margin, foot + 17.8, side, 5], '{{issuer.name}}', SMALL),
    text('date', [w / 2 - 25, foot + (tall ? 2 : 8), 50, 7], '{{issued_on}}', {
      ...CAPITALS,
      size: 11,
      minSize: 6,
      color: LIGHT,
    }),
    rect('qr-plate', [w - margin - side / 2 - 13.5, foot - 5, 27, 27], { fill: CREAM }),
    qr(w - margin - side / 2 - 11, foot - 2.5, 22, NIGHT),
    text('certificate-id', [w / 2 - 43, h - 26.5, 86, 4.4], '{{certificate.id}}', { ...SMALL, size: 8 }),
    text('verify', [w / 2 - 43, h - 22, 86, 4.4], VERIFY_TEXT, { ...SMALL, size: 8, link: VERIFY_TEXT }),
  )
}

function draw(page: Page): Design {
  const { tall, sunY } = placesOf(page)
  return {
    page: { ...page, bleed: 3, background: NIGHT },
    elements: elements(
      rays(page),
      frame(page),
      emblemOf(page.width / 2, sunY, tall ? 38 : 28),
      words(page),
      feet(page),
    ),
  }
}

export const award: GalleryDesign = {
  slug: 'award',
  name: 'Gold laurel',
  purpose: 'award',
  description: 'An award on midnight black: gilded laurel and star before a deco sunburst, with room for a citation.',
  sizes: [...LANDSCAPE, ...PORTRAIT],
  fields: [field('award_name', 'Award', { required: true }), field('citation', 'Citation'), SIGNER],
  achievementType: 'Award',
  validityMonths: null,
  palette: [NIGHT, GOLD, LIGHT, CREAM],
  draw,
}

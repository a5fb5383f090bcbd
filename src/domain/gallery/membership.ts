/** A membership: quilted green, a crest where it meets the cream, the member's number and term below. */
import type { Design } from '../designs.ts'
import { circle, count, polar, ring, TURN } from './curves.ts'
import { field, LANDSCAPE, PORTRAIT, SIGNER, type GalleryDesign, type Page } from './entry.ts'
import {
  drawing,
  elements,
  ellipse,
  emblem,
  NAME,
  qr,
  rect,
  round,
  rule,
  text,
  upright,
  VERIFY_TEXT,
  type Frame,
} from './kit.ts'
import { knot } from './seals.ts'

const CREAM = '#fbf6ea'
const GREEN = '#143d31'
const QUILT = '#2c5e4d'
const GOLD = '#b8924a'
const PALE = '#ecd9a8'
const INK = '#1d2a26'
const GREY = '#5f665c'

/** Diagonals both ways, cut at the edges of the box. */
function quilt(width: number, height: number, pitch: number): string {
  const lines: string[] = []
  for (let c = -height; c < width; c += pitch) {
    const [from, to] = [Math.max(0, c), Math.min(width, c + height)]
    if (to <= from) continue
    lines.push(`M${round(from)} ${round(from - c)}L${round(to)} ${round(to - c)}`)
    lines.push(`M${round(from)} ${round(height - (from - c))}L${round(to)} ${round(height - (to - c))}`)
  }
  return lines.join('')
}

/** The buttons of the quilt, where the diagonals cross. */
function buttons(width: number, height: number, pitch: number): string {
  const half = pitch / 2
  let d = ''
  for (let row = 0; row * half <= height; row++)
    for (let x = ((row + (height / half) * 1) % 2) * half; x <= width; x += pitch) d += circle(x, row * half, 0.42)
  return d
}

/** Size of the diamonds so that whole ones fit the height. */
const pitchFor = (height: number) => height / Math.round(height / 11)

function crest(x: number, y: number, radius: number) {
  const inner = radius * 0.66
  const beads = count(60)
    .map((index) => polar(radius, radius, radius * 0.83, (TURN * index) / 60))
    .map(([bx, by]) => circle(bx, by, radius * 0.012))
    .join('')
  return elements(
    ellipse('crest-ground', [x - radius, y - radius, radius * 2, radius * 2], { fill: CREAM }),
    emblem(
      'crest-rings',
      x,
      y,
      radius,
      ring(radius, radius, radius * 0.94, radius * 0.915) + ring(radius, radius, radius * 0.755, radius * 0.745),
      {
        fill: GOLD,
        rule: 'evenodd',
      },
    ),
    emblem('crest-beads', x, y, radius, beads, { fill: GOLD }),
    emblem('crest-knot', x, y, inner, knot(inner, 6), { fill: GREEN, rule: 'evenodd' }),
    emblem('crest-knot-line', x, y, inner, knot(inner, 6), { stroke: GOLD, strokeWidth: 0.3 }),
  )
}

function facts(left: number, y: number, wide: number) {
  const column = wide / 3
  const cells = [
    ['number', 'Member number', '{{member_number}}'],
    ['since', 'Issued on', '{{issued_on}}'],
    ['until', 'Valid until', '{{expires_at}}'],
  ] as const
  return elements(
    rule('facts-top', left, y, wide, GOLD, 0.25),
    cells.flatMap(([id, label, value], index) => [
      text(`${id}-label`, [left + index * column, y + 3.5, column, 5], label, {
        font: 'eb-garamond-italic',
        size: 11,
        color: GREY,
        align: 'center',
      }),
      text(`${id}-value`, [left + index * column + 2, y + 8.8, column - 4, 7], value, {
        font: 'eb-garamond-semibold',
        size: 13.5,
        minSize: 6,
        color: INK,
        align: 'center',
      }),
    ]),
    [1, 2].map((index) => upright(`facts-divider-${index}`, left + index * column, y + 4, 12, GOLD, 0.2)),
    rule('facts-bottom', left, y + 20, wide, GOLD, 0.25),
  )
}

function words(left: number, y: number, wide: number, step: number) {
  const center = { align: 'center' as const }
  return elements(
    text('certifies', [left, y, wide, 7], 'This is to record that', {
      ...center,
      font: 'eb-garamond-italic',
      size: 14,
      color: GREY,
    }),
    text('recipient', [left, y + 8 * step + 2, wide, 15], NAME, {
      ...center,
      font: 'playfair-display',
      size: 36,
      minSize: 10,
      color: INK,
      wrap: true,
      leading: 1.12,
    }),
    text('admitted', [left, y + 8 * step + 20, wide, 7], 'has been admitted as', {
      ...center,
      font: 'eb-garamond-italic',
      size: 14,
      color: GREY,
    }),
    text('level', [left, y + 12 * step + 25, wide, 12], '{{member_level}}', {
      ...center,
      font: 'cinzel-bold',
      size: 20,
      minSize: 8,
      color: GREEN,
      tracking: 1.5,
    }),
  )
}

function foot(left: number, y: number, wide: number) {
  const small = { font: 'eb-garamond', size: 8.5, minSize: 3, color: GREY }
  const right = { ...small, align: 'right' as const }
  return elements(
    rule('sign-line', left, y + 11, 58, INK, 0.2),
    text('sign', [left, y + 12, 58, 6], '{{signer}}', {
      ...small,
      font: 'eb-garamond-italic',
      size: 12,
      minSize: 4,
      color: INK,
    }),
    text('sign-for', [left, y + 17.4, 58, 5], 'for {{issuer.name}}', small),
    qr(left + wide - 22, y, 22, GREEN),
    text('certificate-id', [left + wide - 100, y + 25.4, 100, 4.4], '{{certificate.id}}', right),
    text('verify', [left + wide - 100, y + 29.8, 100, 4.4], VERIFY_TEXT, { ...right, link: VERIFY_TEXT }),
  )
}

function draw(page: Page): Design {
  const { width: w, height: h } = page
  const tall = h > w
  const field: Frame = tall ? [-3, -3, w + 6, h * 0.4 + 3] : [-3, -3, w * 0.34 + 3, h + 6]
  const pitch = pitchFor(field[3])
  const [left, wide] = tall ? [26, w - 52] : [w * 0.34 + 30, w * 0.66 - 52]
  const [crestX, crestY, radius] = tall ? [w / 2, h * 0.4, 34] : [w * 0.17, h / 2 + 8, 36]
  const name: Frame = tall ? [24, 26, w - 48, 24] : [12, 24, w * 0.34 - 24, 34]
  const top = tall ? h * 0.4 + 42 : 30
  return {
    page: { ...page, bleed: 3, background: CREAM },
    elements: elements(
      rect('green', field, { fill: GREEN }),
      drawing('quilt', field, quilt(field[2], field[3], pitch), { stroke: QUILT, strokeWidth: 0.3 }),
      drawing('quilt-buttons', field, buttons(field[2], field[3], pitch), { fill: '#7f9d6b' }),
      tall
        ? rule('edge', -3, field[1] + field[3], w + 6, GOLD, 0.9)
        : upright('edge', field[0] + field[2], -3, h + 6, GOLD, 0.9),
      crest(crestX, crestY, radius),
      rect('issuer-plate', name, { fill: GREEN, stroke: PALE, strokeWidth: 0.3 }),
      text('issuer', [name[0] + 5, name[1] + 2, name[2] - 10, name[3] - 4], '{{issuer.name}}', {
        font: 'cinzel',
        size: tall ? 20 : 16,
        minSize: 7,
        color: PALE,
        align: 'center',
        tracking: 1.5,
        wrap: true,
        leading: 1.2,
      }),
      words(left, top, wide, tall ? 1 : 1.4),
      facts(left, tall ? top + 52 : top + 66, wide),
      foot(left, h - (tall ? 52 : 54), wide),
    ),
  }
}

export const membership: GalleryDesign = {
  slug: 'membership',
  name: 'Society',
  purpose: 'membership',
  description: 'A membership of standing: quilted green, an interlaced crest, number and term of the membership.',
  sizes: [...PORTRAIT, ...LANDSCAPE],
  fields: [
    field('member_level', 'Grade of membership', { required: true }),
    field('member_number', 'Member number'),
    SIGNER,
  ],
  achievementType: 'Membership',
  validityMonths: 12,
  palette: [CREAM, GREEN, GOLD, PALE],
  draw,
}

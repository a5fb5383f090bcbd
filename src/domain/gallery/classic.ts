/** A university diploma in the manner of engraved ones: braided frame, lace behind the words, gold seal. */
import type { Design } from '../designs.ts'
import { LANDSCAPE, PORTRAIT, type GalleryDesign, type Page } from './entry.ts'
import { braid, rosette } from './guilloche.ts'
import { drawing, elements, emblem, NAME, qr, rect, rule, text, VERIFY_TEXT } from './kit.ts'
import { divider } from './ornaments.ts'
import { goldSeal } from './seals.ts'

const PAPER = '#fdfaf1'
const NAVY = '#14284f'
const INK = '#23262e'
const GOLD = '#b08d3c'

function frame({ width: w, height: h }: Page) {
  const line = (id: string, inset: number, stroke: string, strokeWidth: number) =>
    rect(id, [inset, inset, w - 2 * inset, h - 2 * inset], { stroke, strokeWidth })
  const corners = [
    [17, 17],
    [w - 17, 17],
    [17, h - 17],
    [w - 17, h - 17],
  ] as const
  return elements(
    line('frame-outer', 10.4, NAVY, 0.8),
    line('frame-fine', 11.7, NAVY, 0.2),
    drawing(
      'frame-braid',
      [0, 0, w, h],
      braid({ width: w, height: h }, { inset: 17, corner: 1.5, swing: 4, wave: 10.5, lines: 5 }),
      {
        stroke: NAVY,
        strokeWidth: 0.17,
      },
    ),
    line('frame-inner', 22.3, NAVY, 0.2),
    line('frame-gold', 23.6, GOLD, 0.45),
    corners.flatMap(([x, y], index) => [
      rect(`corner-${index + 1}`, [x - 5.3, y - 5.3, 10.6, 10.6], { fill: PAPER, stroke: NAVY, strokeWidth: 0.2 }),
      emblem(`corner-lace-${index + 1}`, x, y, 4.9, rosette({ radius: 4.9, inner: 0.24, lobes: 8, lines: 4 }), {
        stroke: NAVY,
        strokeWidth: 0.16,
      }),
      emblem(`corner-eye-${index + 1}`, x, y, 1, 'M1 0L2 1L1 2L0 1Z', { fill: GOLD }),
    ]),
  )
}

function words({ width: w, height: h }: Page) {
  const tall = h > w
  const [left, wide] = [34, w - 68]
  const top = tall ? 42 : 32
  const gap = tall ? 1.2 : 1
  const y = (offset: number) => top + offset * gap
  const garamond = { font: 'eb-garamond-italic', color: INK, align: 'center' as const }
  return elements(
    text('issuer', [left, y(0), wide, 12], '{{issuer.name}}', {
      font: 'cinzel-bold',
      size: 23,
      minSize: 7,
      color: NAVY,
      align: 'center',
      tracking: 2,
      wrap: true,
      leading: 1.15,
    }),
    drawing('divider', [w / 2 - 32, y(14.5), 64, 3], divider(64, 3), { fill: GOLD }),
    text('certifies', [left, y(23), wide, 8], 'This is to certify that', { ...garamond, size: 16 }),
    text('recipient', [left, y(32.5) + 2.5, wide, 17.5], NAME, {
      font: 'pinyon-script',
      size: 50,
      minSize: 13,
      color: NAVY,
      align: 'center',
      wrap: true,
      leading: 1.12,
    }),
    rule('name-line', w / 2 - 55, y(57.5), 110, GOLD, 0.25),
    text('fulfilled', [left, y(62), wide, 8], 'has fulfilled all the requirements of', { ...garamond, size: 16 }),
    text('award', [left, y(72), wide, 14], '{{template.name}}', {
      font: 'cinzel',
      size: 25,
      minSize: 7,
      color: INK,
      align: 'center',
      tracking: 0.6,
      wrap: true,
      leading: 1.15,
    }),
    text('given', [left, y(87), wide, 8], 'in witness whereof this certificate was given on {{issued_on}}', {
      ...garamond,
      size: 14,
      minSize: 8,
    }),
  )
}

function foot({ width: w, height: h }: Page) {
  const tall = h > w
  const base = h - (tall ? 45 : 41)
  const side = tall ? 52 : 70
  const small = { font: 'eb-garamond', size: 8.5, minSize: 3, color: INK, align: 'center' as const }
  const [signX, proofX] = [tall ? 32 : 38, w - (tall ? 32 : 38) - side]
  return elements(
    rule('signature-line', signX, base + 1, side, INK, 0.2),
    text('signature', [signX, base + 2, side, 6], 'For {{issuer.name}}', {
      ...small,
      font: 'eb-garamond-italic',
      size: 12,
    }),
    goldSeal(w / 2, base - (tall ? 11 : 10), 16, { metal: '#c9a452', light: '#f6e7b8', deep: '#9a7626', ribbon: NAVY }),
    qr(proofX + side / 2 - 11, base - 24, 22, NAVY),
    text('certificate-id', [proofX, base + 2, side, 4.4], '{{certificate.id}}', small),
    text('verify', [proofX, base + 6.2, side, 4.4], VERIFY_TEXT, { ...small, link: VERIFY_TEXT }),
  )
}

function draw(page: Page): Design {
  const { width: w, height: h } = page
  const lace = Math.min(w, h) * 0.365
  return {
    page: { ...page, bleed: 3, background: PAPER },
    elements: elements(
      emblem('lace', w / 2, h * 0.45, lace, rosette({ radius: lace, inner: 0.5, lobes: 24, lines: 8 }), {
        stroke: '#d9c48c',
        strokeWidth: 0.16,
        opacity: 0.55,
      }),
      frame(page),
      words(page),
      foot(page),
    ),
  }
}

export const classic: GalleryDesign = {
  slug: 'classic',
  name: 'Classic diploma',
  purpose: 'diploma',
  description: 'An engraved university diploma: braided guilloche frame, copperplate name, gold seal with ribbon.',
  sizes: [...LANDSCAPE, ...PORTRAIT],
  fields: [],
  achievementType: 'Diploma',
  validityMonths: null,
  palette: [PAPER, NAVY, GOLD],
  draw,
}

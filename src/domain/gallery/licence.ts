/** A professional licence, drawn like a passport's page: two-colour lines, lace, microtext, a stamp. */
import type { Design } from '../designs.ts'
import { count, smooth, TURN } from './curves.ts'
import { field, LANDSCAPE, PORTRAIT, SIGNER, type GalleryDesign, type Page } from './entry.ts'
import { rosette } from './guilloche.ts'
import { drawing, elements, emblem, NAME, qr, rect, round, rule, text, VERIFY_TEXT, type Frame } from './kit.ts'
import { lineSeal } from './seals.ts'

const PAPER = '#f6f8f3'
const TEAL = '#0c5a57'
const ROSE = '#a8325c'
const INK = '#15211f'
const GREY = '#4d5f5b'
const MICRO = 'PROFESSIONAL LICENCE · VALID AS LONG AS ITS RECORD SAYS SO · '
/** Its length at MICRO_SIZE points, in millimetres. */
const MICRO_LENGTH = 38.23
const MICRO_SIZE = 3.4

/** Waves across the sheet, each a little behind the last: two such families cross into a net of lenses. */
function ground(width: number, height: number, lines: number, lag: number): string {
  return count(lines)
    .map((line) => {
      const share = line / (lines - 1)
      const swing = 5.5 * Math.min(1, 6 * share, 6 * (1 - share))
      return smooth((t) => [width * t, height * share + swing * Math.sin(TURN * (2.5 * t + lag * share))], 10)
    })
    .join('')
}

/** Words too small for a copier on each edge, between two fine lines. */
function microFrame({ width: w, height: h }: Page) {
  const at = 12
  // As often as it fits, and the rest of the way in spaces between the letters.
  const words = (id: string, x: number, y: number, length: number, rotation: number) => {
    const times = Math.floor(length / MICRO_LENGTH)
    const tracking = ((length - times * MICRO_LENGTH) / (times * MICRO.length)) * (72 / 25.4)
    return text(id, [x, y, length + 1, 1.8], MICRO.repeat(times).trim(), {
      font: 'noto-sans',
      size: MICRO_SIZE,
      minSize: 1.5,
      color: TEAL,
      tracking: round(tracking),
      rotation,
      locked: true,
    })
  }
  const line = (id: string, inset: number, strokeWidth: number) =>
    rect(id, [inset, inset, w - 2 * inset, h - 2 * inset], { stroke: TEAL, strokeWidth })
  return elements(
    line('frame-outer', at - 1.5, 0.45),
    line('frame-inner', at + 1.5, 0.2),
    words('microtext-top', at + 3, at - 0.9, w - 2 * at - 6, 0),
    words('microtext-bottom', at + 3, h - at - 0.9, w - 2 * at - 6, 0),
    words('microtext-left', at - (h - 2 * at - 6) / 2, h / 2 - 0.9, h - 2 * at - 6, 270),
    words('microtext-right', w - at - (h - 2 * at - 6) / 2, h / 2 - 0.9, h - 2 * at - 6, 90),
  )
}

const FACTS: Array<[id: string, label: string, value: string]> = [
  ['number', 'Licence number', '{{licence_number}}'],
  ['class', 'Class and scope', '{{licence_class}}'],
  ['issued', 'Issued', '{{issued_on}}'],
  ['expires', 'Expires', '{{expires_at}}'],
]

function facts(left: number, top: number, wide: number) {
  const column = wide / 2
  return FACTS.flatMap(([id, label, value], index) => {
    const [x, y] = [left + (index % 2) * column, top + Math.floor(index / 2) * 18]
    const mono = index === 0
    return [
      text(`${id}-label`, [x, y, column - 4, 4.6], label, { font: 'noto-sans', size: 8, color: GREY }),
      text(`${id}-value`, [x, y + 4.6, column - 4, 8.4], value, {
        font: mono ? 'jetbrains-mono' : 'noto-sans-bold',
        size: 13,
        minSize: 5,
        color: id === 'expires' ? ROSE : INK,
        wrap: true,
        valign: 'top',
        leading: 1.15,
      }),
      rule(`${id}-line`, x, y + 13.6, column - 5, TEAL, 0.2),
    ]
  })
}

function heading(left: number, top: number, wide: number) {
  return elements(
    text('issuer', [left, top, wide, 7], '{{issuer.name}}', {
      font: 'noto-sans-bold',
      size: 12,
      minSize: 6,
      color: TEAL,
    }),
    text('title', [left, top + 8, wide, 15], '{{licence_title}}', {
      font: 'source-serif-4-bold',
      size: 28,
      minSize: 7,
      color: INK,
      wrap: true,
      leading: 1.12,
    }),
    rule('title-line', left, top + 25.5, wide, ROSE, 0.7),
    text(
      'holder-label',
      [left, top + 30, wide, 5],
      'The holder of this licence is entitled to practise under this title',
      { font: 'noto-sans', size: 9, minSize: 6, color: GREY },
    ),
    text('recipient', [left, top + 37, wide, 13], NAME, {
      font: 'source-serif-4',
      size: 29,
      minSize: 8,
      color: INK,
      wrap: true,
      leading: 1.12,
    }),
  )
}

function foot(left: number, y: number, wide: number) {
  const proof = Math.min(72, wide - 98)
  const small = { font: 'noto-sans', size: 7.5, minSize: 3, color: GREY }
  return elements(
    rect('qr-plate', [left, y - 3, 30, 30], { fill: '#ffffff' }),
    qr(left + 3, y, 24, INK),
    text('verify-label', [left + 35, y + 4.4, proof, 5], 'The record decides, not the paper', {
      ...small,
      font: 'noto-sans-bold',
      size: 8.5,
      color: INK,
    }),
    text('verify', [left + 35, y + 10, proof, 4.4], VERIFY_TEXT, { ...small, link: VERIFY_TEXT }),
    text('certificate-id', [left + 35, y + 14.8, proof, 4.4], '{{certificate.id}}', small),
    rule('sign-line', left + wide - 60, y + 16, 60, INK, 0.2),
    text('sign', [left + wide - 60, y + 17, 60, 5], '{{signer}}', { ...small, size: 9, color: INK }),
    text('sign-for', [left + wide - 60, y + 22, 60, 4.4], 'for {{issuer.name}}', small),
  )
}

function draw(page: Page): Design {
  const { width: w, height: h } = page
  const tall = h > w
  const sheet: Frame = [13.5, 13.5, w - 27, h - 27]
  const [left, wide] = tall ? [26, w - 52] : [92, w - 92 - 26]
  const [sealX, sealY, sealR] = tall ? [w / 2, 62, 30] : [55, 75, 28]
  const top = tall ? 104 : 30
  const lace = tall ? 58 : 50
  return {
    page: { ...page, bleed: 3, background: PAPER },
    elements: elements(
      drawing('ground-teal', sheet, ground(sheet[2], sheet[3], tall ? 118 : 84, 1.4), {
        stroke: '#c3ded6',
        strokeWidth: 0.15,
      }),
      drawing('ground-rose', sheet, ground(sheet[2], sheet[3], tall ? 118 : 84, -1.4), {
        stroke: '#f0d3dc',
        strokeWidth: 0.15,
      }),
      emblem(
        'lace',
        tall ? w / 2 : w - 78,
        tall ? h * 0.64 : h * 0.6,
        lace,
        rosette({ radius: lace, inner: 0.42, lobes: 20, lines: 8 }),
        {
          stroke: '#a9cfc6',
          strokeWidth: 0.16,
          opacity: 0.9,
        },
      ),
      microFrame(page),
      lineSeal(sealX, sealY, sealR, TEAL, 0.2),
      emblem(
        'stamp-heart',
        sealX,
        sealY,
        sealR * 0.38,
        rosette({ radius: sealR * 0.38, inner: 0.1, lobes: 10, lines: 4 }),
        { stroke: ROSE, strokeWidth: 0.22 },
      ),
      heading(left, top, wide),
      facts(left, top + (tall ? 64 : 60), wide),
      foot(26, h - 49, w - 52),
    ),
  }
}

export const licence: GalleryDesign = {
  slug: 'licence',
  name: 'Security print',
  purpose: 'licence',
  description:
    'A licence in the manner of security printing: two-colour guilloche ground, microtext, stamp, number and term.',
  sizes: [...LANDSCAPE, ...PORTRAIT],
  fields: [
    field('licence_title', 'Professional title', { required: true }),
    field('licence_number', 'Licence number', { required: true }),
    field('licence_class', 'Class and scope'),
    SIGNER,
  ],
  achievementType: 'License',
  validityMonths: 36,
  palette: [PAPER, TEAL, ROSE, INK],
  draw,
}

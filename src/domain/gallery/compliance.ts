/** Proof of a compliance training: who, what, by which rule, and until when, as an auditor looks for it. */
import type { Design } from '../designs.ts'
import { count, smooth } from './curves.ts'
import { field, LANDSCAPE, PORTRAIT, SIGNER, type GalleryDesign, type Page } from './entry.ts'
import { drawing, elements, NAME, qr, rect, rule, text, VERIFY_TEXT } from './kit.ts'

const PETROL = '#0d3b45'
const TEAL = '#11707b'
const AMBER = '#f0b429'
const INK = '#16252a'
const GREY = '#566a70'
const LINE = '#c5d2d5'

/** Shield with a tick cut out, 20 by 24. */
const SHIELD =
  'M10 0C12.8 2.2 16.2 3.3 20 3.5V11C20 17.2 16 21.7 10 24C4 21.7 0 17.2 0 11V3.5C3.8 3.3 7.2 2.2 10 0Z' +
  'M5.2 11.6L8.6 15L15 7.6L13.3 6.1L8.4 11.8L6.8 10.1Z'

/** Fine waves over the head band, closer towards its foot. */
const waves = (width: number, height: number) =>
  count(15)
    .map((line) => {
      const y = height * (0.12 + 0.82 * (1 - (1 - line / 14) ** 1.6))
      return smooth((t) => [width * t, y + 3.2 * Math.sin(t * 9.5 + line * 0.33) * (1 - t * 0.35)], 22)
    })
    .join('')

const ROWS: Array<[id: string, label: string, value: string]> = [
  ['training', 'Training', '{{course_name}}'],
  ['regulation', 'Required by', '{{regulation}}'],
  ['completed', 'Completed on', '{{completion_date}}'],
  ['result', 'Result', '{{result}}'],
  ['trainer', 'Trainer', '{{trainer}}'],
  ['number', 'Certificate', '{{certificate.id}}'],
]

function table(left: number, top: number, wide: number, row: number) {
  return elements(
    ROWS.flatMap(([id, label, value], index) => {
      const y = top + index * row
      return [
        text(`${id}-label`, [left, y, 34, row], label, { font: 'noto-sans', size: 9.5, color: GREY }),
        text(`${id}-value`, [left + 36, y, wide - 36, row], value, {
          font: index ? 'noto-sans' : 'noto-sans-bold',
          size: 11.5,
          minSize: 5,
          color: INK,
          wrap: true,
          leading: 1.15,
        }),
        rule(`${id}-line`, left, y + row, wide, LINE, 0.2),
      ]
    }),
  )
}

/** The date an auditor asks for first, in a box of its own. */
function validity(x: number, y: number, wide: number, high: number) {
  const inner = x + 8
  return elements(
    rect('validity-box', [x, y, wide, high], { fill: '#eef6f6' }),
    rect('validity-edge', [x, y, 2.2, high], { fill: AMBER }),
    text('validity-label', [inner, y + 5, wide - 14, 6], 'Valid until', {
      font: 'noto-sans-bold',
      size: 11,
      color: TEAL,
    }),
    text('validity-date', [inner, y + 11.5, wide - 14, 13], '{{expires_at}}', {
      font: 'noto-sans-bold',
      size: 25,
      minSize: 12,
      color: PETROL,
    }),
    text('validity-from', [inner, y + 26, wide - 14, 6], 'Issued on {{issued_on}}', {
      font: 'noto-sans',
      size: 10,
      minSize: 7,
      color: GREY,
    }),
  )
}

function proof(x: number, y: number, wide: number) {
  const small = { font: 'noto-sans', size: 7.5, minSize: 3, color: GREY }
  return elements(
    qr(x, y, 24, PETROL),
    text('verify-label', [x + 29, y + 0.5, wide - 29, 5], 'Verify before you rely on it', {
      ...small,
      font: 'noto-sans-bold',
      size: 8.5,
      color: INK,
    }),
    text('verify', [x + 29, y + 6, wide - 29, 5], VERIFY_TEXT, { ...small, minSize: 3, link: VERIFY_TEXT }),
  )
}

function head(w: number, band: number, margin: number, size: number) {
  const wide = w - 2 * margin - 30
  const shield = drawing('shield', [w - margin - 18, band / 2 - 10.8, 18, 21.6], SHIELD, {
    fill: AMBER,
    rule: 'evenodd',
  })
  return elements(
    rect('band', [-3, -3, w + 6, band + 3], { fill: PETROL }),
    drawing('waves', [-3, 0, w + 6, band], waves(w + 6, band), { stroke: '#2f8791', strokeWidth: 0.2, opacity: 0.55 }),
    rect('band-edge', [-3, band, w + 6, 1.4], { fill: AMBER }),
    { ...shield, viewBox: [20, 24] },
    text('issuer', [margin, band / 2 - 12, wide, 8], '{{issuer.name}}', {
      font: 'noto-sans',
      size: 12,
      minSize: 5,
      color: '#ffffff',
    }),
    text('kind', [margin, band / 2 - 4, wide, 15], 'Compliance training', {
      font: 'noto-sans-bold',
      size,
      minSize: 12,
      color: '#ffffff',
    }),
  )
}

function signature(x: number, y: number, wide: number) {
  return elements(
    rule('sign-line', x, y, wide, INK, 0.25),
    text('sign', [x, y + 1, wide, 5], '{{signer}}', { font: 'noto-sans', size: 9.5, minSize: 4, color: INK }),
    text('sign-for', [x, y + 5.6, wide, 4.6], 'for {{issuer.name}}', {
      font: 'noto-sans',
      size: 8,
      minSize: 3,
      color: GREY,
    }),
  )
}

function holder(x: number, y: number, wide: number) {
  return elements(
    text('recipient-label', [x, y, wide, 6], 'This record confirms the training of', {
      font: 'noto-sans',
      size: 10.5,
      color: GREY,
    }),
    text('recipient', [x, y + 7.5, wide, 14], NAME, {
      font: 'noto-sans-bold',
      size: 29,
      minSize: 9,
      color: INK,
      wrap: true,
      leading: 1.12,
    }),
  )
}

function draw(page: Page): Design {
  const { width: w, height: h } = page
  const tall = h > w
  const margin = tall ? 22 : 24
  const wide = w - 2 * margin
  const band = tall ? 52 : 45
  const nameY = band + (tall ? 16 : 10)
  const tableY = nameY + (tall ? 34 : 29)
  const footY = h - (tall ? 50 : 40)
  // On a tall sheet below each other, else side by side.
  const row = tall ? 10.4 : 10
  const split = tall ? wide : wide * 0.6
  const [boxX, boxY, boxW] = tall
    ? [margin, tableY + ROWS.length * row + 10, wide]
    : [margin + split + 14, tableY, wide - split - 14]
  return {
    page: { ...page, bleed: 3, background: '#ffffff' },
    elements: elements(
      head(w, band, margin, tall ? 25 : 27),
      holder(margin, nameY, wide),
      rule('table-line', margin, tableY, split, PETROL, 0.6),
      table(margin, tableY, split, row),
      validity(boxX, boxY, boxW, 36),
      proof(margin, footY, tall ? wide - 68 : split),
      tall ? signature(margin + wide - 62, footY + 16, 62) : signature(boxX, footY + 16, boxW),
    ),
  }
}

export const compliance: GalleryDesign = {
  slug: 'compliance',
  name: 'Audit-ready',
  purpose: 'compliance_training',
  description: 'A sober record for auditors: the facts as a table, the date of expiry in a box nobody can miss.',
  sizes: [...PORTRAIT, ...LANDSCAPE],
  fields: [
    field('course_name', 'Training', { required: true }),
    field('regulation', 'Required by'),
    field('completion_date', 'Completed on', { type: 'date', required: true }),
    field('result', 'Result'),
    field('trainer', 'Trainer'),
    SIGNER,
  ],
  achievementType: 'Certificate',
  validityMonths: 24,
  palette: ['#ffffff', PETROL, TEAL, AMBER, INK],
  draw,
}

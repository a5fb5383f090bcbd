/** The international style: one typeface, one grid, one dot of red. */
import type { Design } from '../designs.ts'
import { field, LANDSCAPE, PORTRAIT, SIGNER, type GalleryDesign, type Page } from './entry.ts'
import { elements, ellipse, NAME, qr, rule, text, VERIFY_TEXT } from './kit.ts'

const WHITE = '#ffffff'
const BLACK = '#0b0b0b'
const RED = '#e4002b'
const GREY = '#5c5c5c'
const MM_PER_POINT = 25.4 / 72

const MARGIN = 16
const LABEL = { font: 'inter', size: 8.5, color: GREY, valign: 'top' as const }
const VALUE = { font: 'inter', size: 10.5, minSize: 4, color: BLACK, wrap: true, valign: 'top' as const, leading: 1.3 }
const LARGE = { color: BLACK, wrap: true, valign: 'top' as const }

/** The sheet's columns: labels stand in the first ones, words from `main` on. */
function gridOf({ width: w, height: h }: Page) {
  const tall = h > w
  const column = (w - 2 * MARGIN) / (tall ? 4 : 6)
  const main = MARGIN + column * (tall ? 1 : 2)
  return { tall, column, main, wide: w - MARGIN - main, full: w - 2 * MARGIN, foot: h - MARGIN - 25 }
}

/** The one large word, as wide as the sheet, and its full stop. */
function title({ width: w }: Page, top: number, scale: number) {
  const size = 146 * scale
  const high = size * MM_PER_POINT * 1.25
  const dot = 13.5 * scale
  const baseline = top + high * 0.794
  const style = { font: 'inter-semibold', size, color: BLACK, tracking: -4.6 * scale }
  return elements(
    text('title', [MARGIN - 1.8 * scale, top, w - 2 * MARGIN, high], 'Certificate', style),
    ellipse('dot', [w - MARGIN - dot, baseline - dot, dot, dot], { fill: RED }),
  )
}

function rows(page: Page, titleEnd: number) {
  const { tall, main, wide, full, foot } = gridOf(page)
  // A tall sheet keeps its white between the title and the facts.
  const y = (index: number) => (tall ? foot - 94 + index * 45 : titleEnd + 12 + index * 33)
  const labelled = (id: string, index: number, words: string) => [
    rule(`${id}-line`, MARGIN, y(index) - 4, full, BLACK, 0.3),
    text(`${id}-label`, [MARGIN, y(index), main - MARGIN - 3, 5], words, LABEL),
  ]
  return elements(
    labelled('recipient', 0, 'Awarded to'),
    text('recipient', [main, y(0) - 1.6, wide, tall ? 32 : 24], NAME, {
      ...LARGE,
      font: 'inter-semibold',
      size: 27,
      minSize: 10,
      leading: 1.12,
      tracking: -0.5,
    }),
    labelled('course', 1, 'For completing'),
    text('course', [main, y(1) - 1.2, wide, tall ? 32 : 22], '{{course_name}}', {
      ...LARGE,
      font: 'inter',
      size: 20,
      minSize: 8,
      leading: 1.18,
      tracking: -0.3,
    }),
  )
}

function feet(page: Page) {
  const { tall, column, main, full, foot } = gridOf(page)
  const proof = MARGIN + column * (tall ? 2 : 4)
  const code = { font: 'noto-sans', size: 8.5, minSize: 3, color: BLACK }
  return elements(
    rule('foot-line', MARGIN, foot - 4, full, BLACK, 0.3),
    qr(MARGIN, foot, 25, BLACK),
    text('sign-label', [main, foot - 0.4, column - 4, 5], 'Signed', LABEL),
    text('sign', [main, foot + 5, column * (tall ? 1 : 2) - 4, 16], '{{signer}}\n{{issuer.name}}', VALUE),
    text('verify-label', [proof, foot - 0.4, column * 2, 5], 'Verify', LABEL),
    text('verify', [proof, foot + 5, column * 2, 4.6], VERIFY_TEXT, { ...code, link: VERIFY_TEXT }),
    text('certificate-id', [proof, foot + 10, column * 2, 4.6], '{{certificate.id}}', code),
  )
}

function draw(page: Page): Design {
  const { width: w } = page
  const scale = (w - 2 * MARGIN) / 265
  const top = MARGIN + 14
  return {
    page: { ...page, background: WHITE },
    elements: elements(
      text('issuer', [MARGIN, MARGIN - 1, w / 2, 10], '{{issuer.name}}', { ...VALUE, font: 'inter-semibold' }),
      text('date', [w - MARGIN - 60, MARGIN - 1, 60, 5], '{{issued_on}}', { ...VALUE, wrap: false, align: 'right' }),
      title(page, top, scale),
      rows(page, top + 146 * scale * MM_PER_POINT * 1.25),
      feet(page),
    ),
  }
}

export const swiss: GalleryDesign = {
  slug: 'swiss',
  name: 'Grid',
  purpose: 'course_completion',
  description:
    'Swiss typography: black grotesque on white, a strict grid, one red dot. Prints well on any office printer.',
  sizes: [...LANDSCAPE, ...PORTRAIT],
  fields: [field('course_name', 'Course', { required: true }), SIGNER],
  achievementType: 'CertificateOfCompletion',
  validityMonths: null,
  palette: [WHITE, BLACK, RED],
  draw,
}

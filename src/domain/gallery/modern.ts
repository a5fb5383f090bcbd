/** A course certificate of today: one bold field of colour with contour lines, a grotesque set ragged right. */
import type { Design } from '../designs.ts'
import { mix } from './color.ts'
import { count, smooth, TURN, type Point } from './curves.ts'
import { field, LANDSCAPE, PORTRAIT, SIGNER, type GalleryDesign, type Page } from './entry.ts'
import { drawing, elements, NAME, qr, rect, rule, text, VERIFY_TEXT } from './kit.ts'

const PAPER = '#ffffff'
const COBALT = '#1f35c7'
const DEEP = '#16258f'
const LIME = '#d6f25c'
const INK = '#10131f'
const GREY = '#5a6072'

/** Height lines of a landscape that is not there: neighbours follow each other, none cross. */
function contour(width: number, height: number, share: number): string {
  const lift = (x: number, y: number) =>
    9 * Math.sin(x / 31 + y / 47) + 6.5 * Math.sin(x / 17 - y / 63 + 1.3) + 3 * Math.sin(x / 9.5 + y / 35 + 4)
  const base = height * share
  const pull = 1 - 0.55 * Math.cos(share * TURN)
  return smooth((t): Point => [t * width, Math.max(0, Math.min(height, base + lift(t * width, base) * pull))], 16)
}

const SHADES = 6
const LINES = 46

/** The field of colour; its lines are brightest in the middle and gone where the words stand. */
function panel(wide: number, high: number) {
  const shade = (line: number) => Math.floor(SHADES * Math.max(0, Math.sin(Math.PI * (line / LINES)) ** 1.5 - 0.02))
  return elements(
    rect('panel', [-3, -3, wide + 3, high + 6], { fill: COBALT }),
    count(SHADES).map((index) =>
      drawing(
        `contours-${index + 1}`,
        [-3, 0, wide + 3, high],
        count(LINES)
          .filter((line) => shade(line) === index)
          .map((line) => contour(wide + 3, high, line / (LINES - 1)))
          .join(''),
        { stroke: mix(COBALT, '#93a3ff', (index + 0.4) / SHADES), strokeWidth: 0.25 },
      ),
    ),
    rect('accent', [wide - 3, -3, 3, high + 6], { fill: LIME }),
  )
}

const LABEL = { font: 'inter', size: 8.5, color: GREY }
const BOLD = { font: 'inter-semibold', color: INK }
const VALUE = { ...BOLD, size: 11.5, minSize: 4, wrap: true, valign: 'top' as const, leading: 1.2 }
const ON_PANEL = { font: 'inter-semibold', size: 8, minSize: 3, color: '#ffffff' }

function onPanel(side: number, h: number, tall: boolean) {
  const wide = side - 24
  return elements(
    text('issuer', [14, 17, wide, 24], '{{issuer.name}}', {
      ...ON_PANEL,
      size: tall ? 14 : 17,
      minSize: 5,
      wrap: true,
      valign: 'top',
      leading: 1.15,
    }),
    rect('qr-plate', [13.7, h - 56.8, 29.6, 29.6], { fill: '#ffffff', radius: 1.2 }),
    qr(16.5, h - 54, 24, INK),
    text('verify-label', [14, h - 25.4, wide, 4.5], 'Scan to check', ON_PANEL),
  )
}

function words(left: number, wide: number, tall: boolean) {
  const y = (offset: number) => (tall ? 36 + (offset + 12.5) * 1.5 : 30 + offset)
  return elements(
    text('kind', [left, y(-12.5), wide, 6], 'Certificate of completion', { ...BOLD, size: 11, color: COBALT }),
    text('recipient', [left, y(14), wide, 40], NAME, {
      ...BOLD,
      size: tall ? 36 : 46,
      minSize: 11,
      wrap: true,
      valign: 'bottom',
      leading: 1.06,
      tracking: -0.9,
    }),
    text('completed', [left, y(57), wide, 7], 'has completed', { font: 'inter', size: 13, color: GREY }),
    text('course', [left, y(65.5), wide, 24], '{{course_name}}', {
      ...BOLD,
      size: tall ? 20 : 24,
      minSize: 9,
      color: COBALT,
      wrap: true,
      valign: 'top',
      leading: 1.15,
      tracking: -0.3,
    }),
  )
}

function facts(left: number, y: number, wide: number) {
  const column = wide / 2
  const right = left + column
  const id = { ...VALUE, font: 'noto-sans', size: 9, minSize: 3, wrap: false }
  return elements(
    rule('facts-line', left, y, wide, INK, 0.5),
    text('completed-label', [left, y + 3, column, 5], 'Completed', LABEL),
    text('completed-value', [left, y + 8.4, column - 4, 12], '{{completion_date}}', VALUE),
    text('length-label', [right, y + 3, column, 5], 'Course length', LABEL),
    text('length-value', [right, y + 8.4, column, 12], '{{course_length}}', VALUE),
    rule('sign-line', left, y + 36, wide, '#b9bfce', 0.25),
    text('sign-label', [left, y + 38, column - 4, 5], 'For {{issuer.name}}', { ...LABEL, minSize: 3 }),
    text('sign-value', [left, y + 43.4, column - 4, 7], '{{signer}}', VALUE),
    text('id-label', [right, y + 38, column, 5], 'Issued {{issued_on}}', { ...LABEL, minSize: 5 }),
    text('id-value', [right, y + 43.4, column, 6], '{{certificate.id}}', id),
  )
}

function draw(page: Page): Design {
  const { width: w, height: h } = page
  const tall = h > w
  const side = tall ? 60 : w * 0.315
  const left = side + (tall ? 14 : 22)
  const wide = w - left - (tall ? 14 : 20)
  const link = { font: 'noto-sans', size: 7, minSize: 3, color: tall ? GREY : '#ffffff', link: VERIFY_TEXT }
  return {
    page: { ...page, bleed: 3, background: PAPER },
    elements: elements(
      panel(side, h),
      onPanel(side, h, tall),
      text('verify', tall ? [left, h - 24, wide, 4.5] : [14, h - 20.4, side - 24, 4.5], VERIFY_TEXT, link),
      words(left, wide, tall),
      facts(left, h - (tall ? 86 : 64), wide),
    ),
  }
}

export const modern: GalleryDesign = {
  slug: 'modern',
  name: 'Contour',
  purpose: 'course_completion',
  description:
    'An asymmetric course certificate: a cobalt field of contour lines, large plain type, the facts in a row.',
  sizes: [...LANDSCAPE, ...PORTRAIT],
  fields: [
    field('course_name', 'Course', { required: true }),
    field('completion_date', 'Completed', { type: 'date', required: true }),
    field('course_length', 'Course length'),
    SIGNER,
  ],
  achievementType: 'CertificateOfCompletion',
  validityMonths: null,
  palette: [PAPER, COBALT, DEEP, LIME, INK],
  draw,
}

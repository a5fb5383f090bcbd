/** Thanks among leaves: twigs of eucalyptus and olive grow into two corners of a cream sheet. */
import type { Color, Design, DesignElement } from '../designs.ts'
import { circle, smooth, type Point } from './curves.ts'
import { field, LANDSCAPE, PORTRAIT, SIGNER, type GalleryDesign, type Page } from './entry.ts'
import { drawing, elements, NAME, qr, rect, rule, text, VERIFY_TEXT } from './kit.ts'
import { twig } from './ornaments.ts'

const PAPER = '#fdfaf4'
const FOREST = '#2f4a3a'
const INK = '#2b332d'
const GREY = '#5b6459'
const BLUSH = '#e9c3ae'
const GOLD = '#b28b4b'

/** Size of the corner's drawing. */
const SIZE = 120

interface Twig {
  from: Point
  bend: Point
  to: Point
  leaves: number
  length: number
  plump: number
  light: Color
  dark: Color
}
const TWIGS: Twig[] = [
  {
    from: [2, 34],
    bend: [30, 44],
    to: [50, 78],
    leaves: 13,
    length: 15,
    plump: 0.26,
    light: '#c3cfb4',
    dark: '#aebd9d',
  },
  {
    from: [30, 2],
    bend: [54, 16],
    to: [100, 15],
    leaves: 15,
    length: 15,
    plump: 0.25,
    light: '#b9c9b1',
    dark: '#a3b79b',
  },
  {
    from: [2, 14],
    bend: [26, 34],
    to: [78, 38],
    leaves: 17,
    length: 16,
    plump: 0.33,
    light: '#8fae93',
    dark: '#759a7c',
  },
  {
    from: [8, 2],
    bend: [16, 44],
    to: [20, 104],
    leaves: 19,
    length: 15,
    plump: 0.3,
    light: '#7d9c7b',
    dark: '#668865',
  },
  { from: [2, 4], bend: [46, 2], to: [70, 24], leaves: 13, length: 14, plump: 0.38, light: '#56785f', dark: '#43644d' },
  {
    from: [2, 2],
    bend: [10, 34],
    to: [38, 56],
    leaves: 13,
    length: 14,
    plump: 0.36,
    light: '#4c6f57',
    dark: '#3a5a45',
  },
]

const bow =
  ({ from, bend, to }: Twig) =>
  (t: number): Point => {
    const mixed = (axis: 0 | 1) => (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * bend[axis] + t * t * to[axis]
    return [mixed(0), mixed(1)]
  }

/** Berries on fine stalks, three to a spray. */
const BERRIES: Array<[Point, Point]> = [
  [
    [44, 30],
    [64, 56],
  ],
  [
    [30, 50],
    [40, 88],
  ],
  [
    [60, 16],
    [90, 30],
  ],
]

/** The corner's drawing with its top left at the sheet's; `rotation` 180 puts it into the opposite corner. */
function spray(id: string, x: number, y: number, rotation: number): DesignElement[] {
  const stalks = BERRIES.map(([[ax, ay], [bx, by]], index) =>
    smooth((t) => [ax + (bx - ax) * t + 4 * Math.sin(t * 3 + index) * t, ay + (by - ay) * t], 4),
  ).join('')
  const fruit = BERRIES.flatMap(([[ax, ay], [bx, by]], index) =>
    [1, 0.82, 0.64].map((t, order) => {
      const side = order % 2 ? 2.6 : -1.2
      return circle(
        ax + (bx - ax) * t + 4 * Math.sin(t * 3 + index) * t + side,
        ay + (by - ay) * t + (order ? side : 0),
        1.7 - order * 0.25,
      )
    }),
  ).join('')
  const frame = [x, y, SIZE, SIZE] as [number, number, number, number]
  return elements(
    drawing(`${id}-stalks`, frame, stalks, { stroke: '#8f7a52', strokeWidth: 0.3, rotation }),
    drawing(`${id}-berries`, frame, fruit, { fill: '#d99a7e', rotation }),
    TWIGS.flatMap((each, index) => {
      const { light, dark, stem } = twig(bow(each), each.leaves, each.length, each.plump, index < 2 ? 0.7 : 0.9)
      const name = `${id}-twig-${index + 1}`
      return [
        drawing(`${name}-stem`, frame, stem, { stroke: each.dark, strokeWidth: 0.45, rotation }),
        drawing(`${name}-light`, frame, light, { fill: each.light, rotation }),
        drawing(`${name}-dark`, frame, dark, { fill: each.dark, rotation }),
      ]
    }),
  )
}

/** A soft spot of colour behind the leaves. */
const wash = (id: string, x: number, y: number, size: number, phase: number) =>
  drawing(
    id,
    [x, y, size, size],
    smooth(
      (t) => {
        const angle = t * Math.PI * 2
        const reach = size * (0.4 + 0.06 * Math.sin(3 * angle + phase) + 0.035 * Math.sin(5 * angle + 2 * phase))
        return [size / 2 + reach * Math.cos(angle), size / 2 + reach * Math.sin(angle)]
      },
      24,
      true,
    ),
    { fill: BLUSH, opacity: 0.28 },
  )

function words({ width: w, height: h }: Page) {
  const tall = h > w
  const wide = w - (tall ? 56 : 110)
  const left = (w - wide) / 2
  const y = (offset: number) => (tall ? 92 + offset * 1.18 : 37 + offset)
  const serif = { font: 'cormorant-garamond', align: 'center' as const, color: INK }
  return elements(
    text('issuer', [left, y(0), wide, 8], '{{issuer.name}}', {
      ...serif,
      font: 'cormorant-garamond-semibold',
      size: 15,
      minSize: 7,
      color: FOREST,
      tracking: 0.6,
    }),
    text('thanks', [left, y(16), wide, 9], 'with heartfelt thanks to', {
      ...serif,
      font: 'cormorant-garamond-italic',
      size: 18,
      color: GREY,
    }),
    text('recipient', [left, y(25) + 4, wide, 20], NAME, {
      ...serif,
      font: 'alex-brush',
      size: 58,
      minSize: 12,
      color: FOREST,
      wrap: true,
      leading: 1.12,
    }),
    rule('name-line', w / 2 - 22, y(56), 44, GOLD, 0.3),
    text('reason', [w / 2 - 54, y(61), 108, 24], '{{reason}}', {
      ...serif,
      size: 16,
      minSize: 7,
      wrap: true,
      valign: 'top',
      leading: 1.25,
    }),
  )
}

/** Signature and proof: side by side below, or on a tall sheet one above the other, clear of the leaves. */
function foot({ width: w, height: h }: Page) {
  const tall = h > w
  const small = { font: 'eb-garamond', size: 8.5, minSize: 3, color: GREY }
  const center = 'center' as const
  const [signX, signY] = tall ? [w / 2 - 29, 216] : [34, h - 36]
  const [proofX, proofY, align] = tall ? [24, h - 58, 'left' as const] : [w / 2 - 36, h - 57, center]
  return elements(
    rule('sign-line', signX, signY, 58, INK, 0.2),
    text('sign', [signX, signY + 1, 58, 6.4], '{{signer}}', {
      ...small,
      font: 'cormorant-garamond-italic',
      size: 13.5,
      minSize: 6,
      color: INK,
      align: center,
    }),
    text('date', [signX, signY + 7, 58, 5], '{{issued_on}}', { ...small, size: 10.5, align: center }),
    qr(tall ? proofX : w / 2 - 11, proofY, 22, FOREST),
    text('certificate-id', [proofX, proofY + 25, 72, 4.4], '{{certificate.id}}', { ...small, align }),
    text('verify', [proofX, proofY + 29.4, 72, 4.4], VERIFY_TEXT, { ...small, align, link: VERIFY_TEXT }),
  )
}

function draw(page: Page): Design {
  const { width: w, height: h } = page
  return {
    page: { ...page, bleed: 3, background: PAPER },
    elements: elements(
      wash('wash-1', -2, -2, 84, 0.6),
      wash('wash-2', w - 82, h - 82, 84, 2.2),
      rect('frame', [10.5, 10.5, w - 21, h - 21], { stroke: GOLD, strokeWidth: 0.3 }),
      spray('upper', -3, -3, 0),
      spray('lower', w + 3 - SIZE, h + 3 - SIZE, 180),
      words(page),
      foot(page),
    ),
  }
}

export const botanical: GalleryDesign = {
  slug: 'botanical',
  name: 'Eucalyptus',
  purpose: 'award',
  description: 'Thanks and appreciation: leafy twigs and berries in two corners, a brush-written name between them.',
  sizes: [...LANDSCAPE, ...PORTRAIT],
  fields: [field('reason', 'What for', { required: true }), SIGNER],
  achievementType: 'Award',
  validityMonths: null,
  palette: [PAPER, FOREST, '#8fae93', BLUSH, GOLD],
  draw,
}

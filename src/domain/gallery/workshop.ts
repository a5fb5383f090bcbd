/** A workshop: a wall of geometric tiles in warm colours, the name written by hand. */
import type { Color, Design } from '../designs.ts'
import { circle, count, polygon } from './curves.ts'
import { field, LANDSCAPE, PORTRAIT, SIGNER, type GalleryDesign, type Page } from './entry.ts'
import { drawing, elements, NAME, qr, rect, round, rule, text, VERIFY_TEXT } from './kit.ts'

const CREAM = '#fdf5e6'
const PLUM = '#46193f'
const BRICK = '#b93d23'
const COLORS: Record<string, Color> = { b: '#d9512f', m: '#f2b33d', t: '#1d6f6a', c: '#fbe3c3', p: PLUM, r: '#f2a98e' }

type Tile = (size: number) => string
const quarter = (r: number, x: number, y: number, sx: number, sy: number) =>
  `M${round(x)} ${round(y)}L${round(x + sx * r)} ${round(y)}A${round(r)} ${round(r)} 0 0 ${sx * sy > 0 ? 1 : 0} ${round(x)} ${round(y + sy * r)}Z`

const TILES: Record<string, Tile> = {
  q: (s) => quarter(s, 0, 0, 1, 1),
  Q: (s) => quarter(s, s, s, -1, -1),
  w: (s) => quarter(s, 0, s, 1, -1),
  W: (s) => quarter(s, s, 0, -1, 1),
  o: (s) => circle(s / 2, s / 2, s * 0.34),
  d: (s) => [0.2, 0.5, 0.8].flatMap((x) => [0.2, 0.5, 0.8].map((y) => circle(s * x, s * y, s * 0.075))).join(''),
  h: (s) =>
    `M0 0H${round(s)}A${round(s / 2)} ${round(s / 2)} 0 0 1 0 0Z` +
    `M0 ${round(s / 2)}H${round(s)}A${round(s / 2)} ${round(s / 2)} 0 0 1 0 ${round(s / 2)}Z`,
  l: (s) =>
    `M0 0H${round(s / 2)}A${round(s / 2)} ${round(s / 2)} 0 0 1 ${round(s)} ${round(s / 2)}V${round(s)}H${round(s / 2)}A${round(s / 2)} ${round(s / 2)} 0 0 1 0 ${round(s / 2)}Z`,
  a: (s) => [1, 0.6, 0.2].map((share) => arch(s, share, share - 0.2)).join(''),
  k: (s) =>
    polygon([
      [0, s],
      [s, s],
      [s, 0],
    ]),
  z: (s) =>
    count(4)
      .map((i) =>
        polygon([
          [0, (s * i) / 4 + s / 8],
          [s / 2, (s * i) / 4],
          [s, (s * i) / 4 + s / 8],
          [s, (s * (i + 1)) / 4],
          [s / 2, (s * i) / 4 + s / 8],
          [0, (s * (i + 1)) / 4],
        ]),
      )
      .join(''),
  s: (s) =>
    count(4)
      .map((i) =>
        polygon([
          [0, (s * i) / 4],
          [s, (s * i) / 4],
          [s, (s * i) / 4 + s / 8],
          [0, (s * i) / 4 + s / 8],
        ]),
      )
      .join(''),
  x: (s) =>
    quarter(s / 2, 0, 0, 1, 1) +
    quarter(s / 2, s, 0, -1, 1) +
    quarter(s / 2, 0, s, 1, -1) +
    quarter(s / 2, s, s, -1, -1),
}
/** A band of a quarter circle around the lower left corner. */
const arch = (s: number, outer: number, inner: number) => {
  const [a, b] = [round(s * outer), round(s * inner)]
  return `M0 ${round(s - a)}A${a} ${a} 0 0 1 ${a} ${round(s)}H${b}A${b} ${b} 0 0 0 0 ${round(s - b)}Z`
}

/** Ground, figure and its colour of each tile, row by row: composed by eye so that no two neighbours are alike. */
const WALL = [
  ['tam', 'cqb', 'pdr'],
  ['mob', 'tlc', 'bWm'],
  ['cxp', 'bsc', 'mQt'],
  ['pqr', 'mht', 'cob'],
  ['bdc', 'pam', 'tlr'],
  ['rkt', 'cWb', 'mxp'],
]

function wall(x: number, y: number, size: number, columns: number, rows: number) {
  return count(rows).flatMap((row) =>
    count(columns).flatMap((column) => {
      const cell = columns > 3 ? WALL[(column + row * 3) % 6]![(row + (column > 5 ? 1 : 0)) % 3]! : WALL[row]![column]!
      const [ground, figure, color] = [...cell] as [string, string, string]
      const [left, top] = [x + column * size, y + row * size]
      const id = `${row + 1}-${column + 1}`
      return [
        rect(`tile-${id}`, [left, top, size, size], { fill: COLORS[ground]! }),
        // A hair larger than its tile, or its ground would shine through at the seams.
        {
          ...drawing(`figure-${id}`, [left - 0.06, top - 0.06, size + 0.12, size + 0.12], TILES[figure]!(size), {
            fill: COLORS[color]!,
          }),
          viewBox: [round(size), round(size)] as [number, number],
        },
      ]
    }),
  )
}

const SANS = { font: 'montserrat', color: PLUM }
const BOLD = { font: 'montserrat-semibold', color: PLUM }
const FACTS = [
  ['date', 'When', '{{workshop_date}}', COLORS.b!],
  ['place', 'Where', '{{place}}', COLORS.m!],
  ['hours', 'How long', '{{hours}}', COLORS.t!],
] as const

function facts(left: number, y: number, wide: number) {
  const column = wide / 3
  return FACTS.flatMap(([id, label, value, fill], index) => {
    const x = left + index * column
    return [
      rect(`${id}-mark`, [x, y, 3.2, 3.2], { fill, radius: index === 1 ? 1.6 : 0 }),
      text(`${id}-label`, [x + 5, y - 1, column - 7, 5], label, { ...SANS, size: 8.5 }),
      text(`${id}-value`, [x, y + 5, column - 3, 9], value, {
        ...BOLD,
        size: 11,
        minSize: 4,
        wrap: true,
        valign: 'top',
        leading: 1.15,
      }),
    ]
  })
}

function words(left: number, wide: number, y: (offset: number) => number) {
  return elements(
    text('issuer', [left, y(0), wide, 7], '{{issuer.name}}', { ...BOLD, size: 11, minSize: 4 }),
    text('goes-to', [left, y(17), wide, 8], 'This certificate goes to', { ...SANS, size: 13 }),
    text('recipient', [left, y(25) + 3, wide, 18], NAME, {
      font: 'dancing-script-bold',
      size: 46,
      minSize: 10,
      color: BRICK,
      wrap: true,
      leading: 1.12,
    }),
    text('took-part', [left, y(50), wide, 7], 'took part in the workshop', { ...SANS, size: 13 }),
    text('workshop', [left, y(57), wide, 17], '{{workshop_name}}', {
      ...BOLD,
      size: 21,
      minSize: 7,
      wrap: true,
      leading: 1.15,
    }),
  )
}

function foot(left: number, y: number, wide: number) {
  const small = { ...SANS, size: 7, minSize: 3 }
  const beside = wide - 34
  return elements(
    rule('sign-line', left, y + 14, beside, PLUM, 0.25),
    text('sign', [left, y + 15.5, beside, 5.5], '{{signer}}', { ...BOLD, size: 10, minSize: 4 }),
    text('certificate-id', [left, y + 22, beside, 4.2], '{{certificate.id}} · {{issued_on}}', small),
    text('verify', [left, y + 26, beside, 4.2], VERIFY_TEXT, { ...small, link: VERIFY_TEXT }),
    qr(left + wide - 26, y + 4, 26, PLUM),
  )
}

function draw(page: Page): Design {
  const { width: w, height: h } = page
  const tall = h > w
  // Six tiles along the shorter edge, three deep.
  const size = ((tall ? w : h) + 6) / 6
  const edge = 3 * size - 3
  const left = tall ? 24 : edge + 22
  const wide = w - left - (tall ? 24 : 20)
  const y = (offset: number) => (tall ? edge + 18 + offset * 1.1 : 28 + offset * 1.12)
  return {
    page: { ...page, bleed: 3, background: CREAM },
    elements: elements(
      tall ? wall(-3, -3, size, 6, 3) : wall(-3, -3, size, 3, 6),
      words(left, wide, y),
      facts(left, y(80), wide),
      foot(left, h - (tall ? 46 : 47), wide),
    ),
  }
}

export const workshop: GalleryDesign = {
  slug: 'workshop',
  name: 'Tiles',
  purpose: 'workshop',
  description:
    'A warm wall of geometric tiles and a name written by hand, for workshops, courses of crafts and summer schools.',
  sizes: [...LANDSCAPE, ...PORTRAIT],
  fields: [
    field('workshop_name', 'Workshop', { required: true }),
    field('workshop_date', 'Date', { type: 'date', required: true }),
    field('place', 'Place'),
    field('hours', 'Hours'),
    SIGNER,
  ],
  achievementType: 'Certificate',
  validityMonths: null,
  palette: [CREAM, '#d9512f', '#f2b33d', '#1d6f6a', PLUM],
  draw,
}

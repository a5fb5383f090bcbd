/** A micro-credential: its badge in facets of violet to amber, the skills it stands for beside it. */
import type { Design } from '../designs.ts'
import { mix } from './color.ts'
import { clock, count, polar, polygon, regular, type Point } from './curves.ts'
import { field, LANDSCAPE, PORTRAIT, SIGNER, type GalleryDesign, type Page } from './entry.ts'
import { elements, emblem, NAME, qr, rule, text, upright, VERIFY_TEXT } from './kit.ts'

const PAPER = '#fbfaff'
const INK = '#1c1433'
const VIOLET = '#4c1fb8'
const MAGENTA = '#d02a7e'
const AMBER = '#ffb03b'
const GREY = '#5f5877'

/** Violet at the top through magenta to amber at the bottom. */
const heat = (share: number) =>
  share < 0.55 ? mix(VIOLET, MAGENTA, share / 0.55) : mix(MAGENTA, AMBER, (share - 0.55) / 0.45)

/** Each side of the hexagon as three facets, lit from the upper left. */
function facets(x: number, y: number, radius: number) {
  const core = radius * 0.64
  return count(6).flatMap((side) => {
    const corner = (index: number, reach: number): Point => polar(radius, radius, reach, clock(index / 6))
    const outer = [corner(side, radius), corner(side + 1, radius)] as const
    const inner = [corner(side, core), corner(side + 1, core)] as const
    const middle = polar(radius, radius, radius * 0.866, clock((side + 0.5) / 6))
    const warmth = (point: Point) => heat(Math.max(0, Math.min(1, point[1] / (2 * radius))))
    const shade = (color: string, amount: number) =>
      mix(color, amount > 0 ? '#ffffff' : '#8a1a5c', Math.abs(amount) * (amount > 0 ? 1 : 1.6))
    const light = 0.16 * Math.cos((side + 0.5 - 5.2) * (Math.PI / 3))
    const piece = (id: string, points: Point[], amount: number) => {
      const center: Point = [
        points.reduce((sum, [px]) => sum + px, 0) / points.length,
        points.reduce((sum, [, py]) => sum + py, 0) / points.length,
      ]
      return emblem(`${id}-${side + 1}`, x, y, radius, polygon(points), { fill: shade(warmth(center), amount) })
    }
    return [
      piece('facet-a', [outer[0], middle, inner[0]], light + 0.07),
      piece('facet-b', [middle, inner[1], inner[0]], light - 0.05),
      piece('facet-c', [outer[1], middle, inner[1]], light - 0.12),
    ]
  })
}

/** Three steps that climb: what a skill is. */
function steps(radius: number): string {
  const bar = (index: number) => {
    const [x, high] = [radius * (0.56 + index * 0.32), radius * (0.36 + index * 0.3)]
    const base = radius * 1.46
    return polygon([
      [x, base],
      [x, base - high],
      [x + radius * 0.24, base - high - radius * 0.12],
      [x + radius * 0.24, base],
    ])
  }
  return count(3).map(bar).join('')
}

function badge(x: number, y: number, radius: number) {
  const core = radius * 0.6
  return elements(
    count(7).map((index) => {
      const reach = radius * (1.12 + index * 0.082)
      return emblem(`halo-${index + 1}`, x, y, reach, regular(reach, reach, 6, reach), {
        stroke: mix('#b9a5f2', PAPER, index / 7.5),
        strokeWidth: 0.3,
      })
    }),
    emblem('badge-edge', x, y, radius * 1.03, regular(radius * 1.03, radius * 1.03, 6, radius * 1.03), {
      fill: '#2a1170',
    }),
    facets(x, y, radius),
    emblem('badge-core', x, y, core, regular(core, core, 6, core), { fill: '#ffffff' }),
    emblem('badge-core-line', x, y, core * 0.9, regular(core * 0.9, core * 0.9, 6, core * 0.9), {
      stroke: '#cdbdf5',
      strokeWidth: 0.3,
    }),
    emblem('badge-steps', x, y, core, steps(core), { fill: VIOLET }),
  )
}

function words(left: number, y: number, wide: number, tall: boolean) {
  const align = tall ? ('center' as const) : ('left' as const)
  const sans = { font: 'montserrat', align }
  return elements(
    text('kind', [left, y, wide, 6], 'Micro-credential', {
      ...sans,
      font: 'montserrat-semibold',
      size: 11,
      color: MAGENTA,
    }),
    text('title', [left, y + 7, wide, 19], '{{credential_name}}', {
      ...sans,
      font: 'montserrat-semibold',
      size: 27,
      minSize: 8,
      color: INK,
      wrap: true,
      valign: 'top',
      leading: 1.12,
    }),
    text('earned', [left, y + 29, wide, 6], 'earned by', { ...sans, size: 11, color: GREY }),
    text('recipient', [left, y + 36, wide, 12], NAME, {
      ...sans,
      font: 'montserrat-semibold',
      size: 25,
      minSize: 7,
      color: VIOLET,
      wrap: true,
      leading: 1.12,
    }),
  )
}

function skills(left: number, y: number, wide: number) {
  const label = { font: 'montserrat-semibold', size: 9.5, color: INK }
  const value = {
    font: 'montserrat',
    size: 10.5,
    minSize: 5,
    color: INK,
    wrap: true,
    valign: 'top' as const,
    leading: 1.45,
  }
  const column = wide * 0.56
  return elements(
    rule('skills-line', left, y, wide, VIOLET, 0.5),
    text('skills-label', [left, y + 4, column - 6, 5], 'Skills shown', label),
    text('skills', [left, y + 10, column - 8, 32], '{{skills}}', value),
    upright('skills-divider', left + column - 2, y + 5, 36, '#cdbdf5', 0.3),
    text('level-label', [left + column + 4, y + 4, wide - column - 4, 5], 'Level', label),
    text('level', [left + column + 4, y + 10, wide - column - 4, 9], '{{skill_level}}', { ...value, leading: 1.2 }),
    text('workload-label', [left + column + 4, y + 23, wide - column - 4, 5], 'Workload', label),
    text('workload', [left + column + 4, y + 29, wide - column - 4, 9], '{{workload}}', { ...value, leading: 1.2 }),
  )
}

function draw(page: Page): Design {
  const { width: w, height: h } = page
  const tall = h > w
  const [left, wide] = tall ? [24, w - 48] : [w * 0.45, w * 0.55 - 24]
  const [badgeX, badgeY, radius] = tall ? [w / 2, 68, 33] : [w * 0.23, h * 0.415, 39]
  const top = tall ? 126 : 34
  const foot = tall ? h - 44 : h - 43
  const small = { font: 'montserrat', size: 7.5, minSize: 3, color: GREY }
  const proof = tall ? left : 24
  return {
    page: { ...page, background: PAPER },
    elements: elements(
      badge(badgeX, badgeY, radius),
      words(left, top, wide, tall),
      skills(left, tall ? top + 58 : top + 59, wide),
      qr(proof, foot, 24, INK),
      text('verify-label', [proof + 29, foot + 6.4, 60, 5], 'Verify this credential', {
        ...small,
        font: 'montserrat-semibold',
        size: 8.5,
        color: INK,
      }),
      text('verify', [proof + 29, foot + 12.2, 68, 4.4], VERIFY_TEXT, { ...small, link: VERIFY_TEXT }),
      text('certificate-id', [proof + 29, foot + 17, 68, 4.4], '{{certificate.id}}', small),
      rule('sign-line', left + wide - (tall ? 56 : wide), foot + 11, tall ? 56 : wide, GREY, 0.2),
      text('sign', [left + wide - (tall ? 56 : wide), foot + 12.2, tall ? 56 : wide, 5], '{{signer}}', {
        ...small,
        size: 9.5,
        color: INK,
      }),
      text(
        'issuer',
        [left + wide - (tall ? 56 : wide), foot + 17.2, tall ? 56 : wide, 5],
        '{{issuer.name}} · {{issued_on}}',
        small,
      ),
    ),
  }
}

export const micro: GalleryDesign = {
  slug: 'micro-credential',
  name: 'Facet badge',
  purpose: 'micro_credential',
  description:
    'The badge is the picture: a faceted hexagon from violet to amber, beside the skills, level and workload.',
  sizes: [...LANDSCAPE, ...PORTRAIT],
  fields: [
    field('credential_name', 'Credential', { required: true }),
    field('skills', 'Skills'),
    field('skill_level', 'Level'),
    field('workload', 'Workload (ECTS)'),
    SIGNER,
  ],
  achievementType: 'MicroCredential',
  validityMonths: null,
  palette: [PAPER, VIOLET, MAGENTA, AMBER, INK],
  draw,
}

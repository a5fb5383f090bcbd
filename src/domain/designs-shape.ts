/** The shape of a design in requests; what a shape cannot say is checked by designs-read.ts. */
import { pathProblem } from './designs-path.ts'
import type { Field, Shape } from './shape.ts'
import { shown } from './text.ts'

/** Limits of a design. Larger ones would make every rendering slow, and none of the gallery comes near. */
export const DESIGN_LIMITS = {
  elements: 200,
  textLetters: 4_000,
  pathLetters: 40_000,
  pathLettersInAll: 400_000,
  smallestPage: 20,
  largestPage: 1_200,
} as const

const FAR = DESIGN_LIMITS.largestPage * 2
const number = (min: number, max: number, rest: { doc?: string; required?: boolean } = {}): Field => ({
  kind: 'number',
  min,
  max,
  ...rest,
})
const required = { required: true }

export const colorField = (rest: { doc?: string; required?: boolean; nullable?: boolean } = {}): Field => ({
  kind: 'text',
  max: 7,
  check: (text) =>
    /^#[0-9a-f]{6}$/i.test(text) ? undefined : `must be a colour such as #1a2b3c, but is ${shown(text)}.`,
  example: '#1f3a5f',
  ...rest,
})

const ELEMENT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/
const placed: Shape = {
  id: {
    kind: 'text',
    max: 60,
    required: true,
    doc: 'Unique in the design; problems name it.',
    check: (text) => (ELEMENT_ID.test(text) ? undefined : 'may hold letters, digits, - and _.'),
  },
  name: { kind: 'text', max: 120, doc: 'As lists of layers show it.' },
  x: number(-FAR, FAR, { ...required, doc: 'Millimetres from the left edge of the page.' }),
  y: number(-FAR, FAR, { ...required, doc: 'Millimetres from the top edge of the page.' }),
  width: number(0, FAR, { ...required, doc: 'Millimetres.' }),
  height: number(0, FAR, { ...required, doc: 'Millimetres.' }),
  rotation: number(-360, 360, { doc: 'Degrees, clockwise, around the middle.' }),
  opacity: number(0, 1),
  locked: { kind: 'boolean' },
  hidden: { kind: 'boolean' },
}

const fontField: Field = {
  kind: 'text',
  max: 80,
  required: true,
  doc: 'Id of a font: one of GET /v1/fonts, or of an uploaded one.',
  check: (text) => (/^[a-z0-9][a-z0-9_-]*$/.test(text) ? undefined : 'must be the id of a font.'),
}
const assetField: Field = {
  kind: 'text',
  max: 40,
  required: true,
  check: (text) => (/^asset_[0-9a-z]{26}$/.test(text) ? undefined : 'must be the id of an uploaded picture: asset_….'),
}
const strokeFields: Shape = {
  fill: colorField(),
  stroke: colorField(),
  strokeWidth: number(0, 100, { doc: 'Millimetres.' }),
}

const text: Shape = {
  ...placed,
  text: {
    kind: 'text',
    min: 0,
    max: DESIGN_LIMITS.textLetters,
    format: 'lines',
    required: true,
    doc: 'May hold {{placeholders}}.',
  },
  font: fontField,
  size: number(1, 1_000, { ...required, doc: 'Points.' }),
  minSize: number(1, 1_000, { doc: 'Shrinks to fit, down to this; without it, it does not shrink.' }),
  color: colorField(required),
  align: { kind: 'choice', of: ['left', 'center', 'right'] },
  valign: { kind: 'choice', of: ['top', 'middle', 'bottom'] },
  wrap: { kind: 'boolean' },
  tracking: number(-20, 100, { doc: 'Points between letters.' }),
  leading: number(0.5, 5, { doc: 'Line height in units of the size; 1.25 when absent.' }),
  uppercase: { kind: 'boolean' },
  link: { kind: 'text', max: 1_000, doc: 'http, https or mailto; may hold {{placeholders}}.' },
}
const image: Shape = {
  ...placed,
  asset: assetField,
  fit: { kind: 'choice', of: ['contain', 'cover', 'fill'] },
  alt: { kind: 'text', min: 0, max: 500, doc: "What is on it, for those who cannot see it; '' = decoration." },
}
const shape: Shape = {
  ...placed,
  ...strokeFields,
  radius: number(0, FAR, { doc: 'Of the corners, millimetres.' }),
  dash: { kind: 'list', of: number(0, 1_000), min: 2, max: 2, doc: 'Dash and gap, millimetres.' },
}
const path: Shape = {
  ...placed,
  d: {
    kind: 'text',
    max: DESIGN_LIMITS.pathLetters,
    format: 'lines',
    required: true,
    doc: 'SVG path data of M L H V C S Q T A Z, in units of viewBox.',
    check: pathProblem,
  },
  viewBox: { kind: 'list', of: number(0.001, 1_000_000), min: 2, max: 2, required: true, doc: 'Width and height.' },
  ...strokeFields,
  rule: { kind: 'choice', of: ['nonzero', 'evenodd'] },
}
const qr: Shape = {
  ...placed,
  data: { kind: 'text', max: 1_000, doc: 'What it says; {{verification_url}} when absent.' },
  color: colorField(),
  background: colorField(),
}

const { smallestPage, largestPage } = DESIGN_LIMITS
export const designShape: Shape = {
  page: {
    kind: 'object',
    required: true,
    fields: {
      width: number(smallestPage, largestPage, { ...required, doc: 'Millimetres.' }),
      height: number(smallestPage, largestPage, { ...required, doc: 'Millimetres.' }),
      bleed: number(0, 10, { doc: 'Millimetres around the page that a printer cuts off.' }),
      background: colorField(),
    },
  },
  elements: {
    kind: 'list',
    max: DESIGN_LIMITS.elements,
    required: true,
    doc: 'Painted in this order.',
    of: { kind: 'variant', by: 'kind', of: { text, image, rect: shape, ellipse: shape, line: shape, path, qr } },
  },
}

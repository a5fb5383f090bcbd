/** Designs, faces and values for tests of layout and drawing. */
import type { Design, DesignElement, TextElement } from '../../src/domain/designs.ts'
import type { DisplayItem, DisplayList } from '../../src/render/display-list.ts'
import { FaceLibrary } from '../../src/render/fonts-library.ts'
import { type LayoutContext, layOut } from '../../src/render/layout.ts'
import { type SvgOptions, toSvg } from '../../src/render/svg.ts'
import names from '../fixtures/rendering/names.json'

/** Kind of difficulty → name. */
export const NAMES: Record<string, string> = names
/** Shared, because opening faces takes longer than drawing with them. */
export const library = new FaceLibrary()

export const context = (over: Partial<LayoutContext> = {}): LayoutContext => ({
  language: 'en',
  mark: null,
  library,
  assets: new Map(),
  ...over,
})
export const svgOptions = (over: Partial<SvgOptions> = {}): SvgOptions => ({
  title: 'Certificate',
  language: 'en',
  image: () => null,
  ...over,
})

export const textElement = (over: Partial<TextElement> = {}): TextElement => ({
  kind: 'text',
  id: 'text',
  x: 10,
  y: 10,
  width: 80,
  height: 20,
  text: '{{name}}',
  font: 'noto-serif',
  size: 14,
  color: '#102030',
  ...over,
})
export const designOf = (...elements: DesignElement[]): Design => ({ page: { width: 100, height: 60 }, elements })

type TextItem = Extract<DisplayItem, { kind: 'text' }>
export const textItems = ({ items }: DisplayList): TextItem[] => items.filter((item) => item.kind === 'text')

/** One text element laid out: its item and what is wrong with it. */
export function layOutText(over: Partial<TextElement>, values: Record<string, string> = {}, language = 'en') {
  const list = layOut(designOf(textElement(over)), values, context({ language }))
  const [item] = textItems(list)
  return { list, item: item!, lines: item?.lines ?? [], problems: list.problems }
}
export const svgOf = (design: Design, values: Record<string, string> = {}, over: Partial<LayoutContext> = {}): string =>
  toSvg(layOut(design, values, context(over)), svgOptions())

const wide = (id: string, y: number, height: number, over: Partial<TextElement>): TextElement =>
  textElement({ id, x: 38.5, y, width: 220, height, align: 'center', valign: 'middle', ...over })

/** A whole A4 certificate with all kinds of text, a line, a seal and a code. */
export const CERTIFICATE: Design = {
  page: { width: 297, height: 210, background: '#fffdf6' },
  elements: [
    {
      kind: 'rect',
      id: 'frame',
      x: 10,
      y: 10,
      width: 277,
      height: 190,
      stroke: '#1d3d7c',
      strokeWidth: 0.8,
      radius: 3,
    },
    wide('org', 40, 8, { text: '{{issuer.name}}', font: 'noto-sans', size: 14, tracking: 2 }),
    wide('title', 58, 18, {
      text: 'Certificate of Completion',
      font: 'playfair-display-bold',
      size: 34,
      color: '#1d3d7c',
    }),
    wide('name', 86, 24, { text: '{{recipient.name}}', font: 'great-vibes', size: 46, minSize: 12 }),
    wide('body', 112, 20, { text: '{{body}}', font: 'noto-serif', size: 12, wrap: true, valign: 'top' }),
    wide('course', 132, 12, { text: '{{template.name}}', font: 'playfair-display-bold', size: 22, minSize: 12 }),
    { kind: 'line', id: 'rule', x: 40, y: 172, width: 70, height: 0, stroke: '#000000' },
    wide('date', 166, 12, { text: '{{issued_on}}\n{{certificate.id}}', font: 'noto-sans', size: 10, leading: 1.4 }),
    { kind: 'ellipse', id: 'seal', x: 60, y: 140, width: 26, height: 26, fill: '#a98b3d', opacity: 0.5 },
    { kind: 'qr', id: 'code', x: 220, y: 148, width: 32, height: 32, background: '#ffffff' },
    textElement({
      id: 'address',
      x: 200,
      y: 181,
      width: 72,
      height: 4,
      text: '{{verification_url}}',
      font: 'noto-sans',
      size: 6.5,
      minSize: 4,
      align: 'center',
      link: '{{verification_url}}',
    }),
  ],
}
/** Values of that certificate. */
export const certificateValues = (name: string, number = 42): Record<string, string> => ({
  'recipient.name': name,
  'template.name': 'Advanced Project Management',
  'issuer.name': 'Example University of Applied Sciences',
  body: 'has successfully completed all requirements of the programme, comprising 120 hours of study and a final examination passed with distinction, and is hereby awarded this certificate with all the rights and honours thereto pertaining.',
  issued_on: '3 March 2026',
  'certificate.id': `PM-2026-${number}`,
  verification_url: `https://credentials.example.edu/v/cert_xyz${number}`,
})

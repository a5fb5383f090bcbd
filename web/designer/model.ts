/** What can be done to a design as data. Nothing here changes what it is given. */
import {
  DESIGN_PLACEHOLDERS,
  PAGE_SIZES,
  type Design,
  type DesignElement,
  type TextElement,
} from '../../src/domain/designs.ts'
import type { TemplateField } from '../../src/domain/templates.ts'
import { boundsOf, tidy } from './geometry.ts'

export type Kind = DesignElement['kind']
export type Page = Design['page']

export const KIND_NAMES: Record<Kind, string> = {
  text: 'Text',
  image: 'Picture',
  rect: 'Rectangle',
  ellipse: 'Ellipse',
  line: 'Line',
  path: 'Drawing',
  qr: 'QR code',
}

/** A design of its own whose elements may be changed; values inside elements are replaced, never changed. */
export const copyOf = (design: Design): Design => ({
  page: { ...design.page },
  elements: design.elements.map((element) => ({ ...element })),
})

/** As people read it in lists and messages. */
export function labelOf(element: DesignElement): string {
  if (element.name) return element.name
  const said = element.kind === 'text' ? element.text : element.kind === 'image' ? (element.alt ?? '') : ''
  const line = said.replace(/\s+/g, ' ').trim()
  return line ? (line.length > 44 ? `${line.slice(0, 43)}…` : line) : KIND_NAMES[element.kind]
}

/** An id that is free in the design: `text-3`. */
export function freeId(design: Design, kind: Kind): string {
  const taken = new Set(design.elements.map(({ id }) => id))
  for (let number = 1; ; number++) if (!taken.has(`${kind}-${number}`)) return `${kind}-${number}`
}

/** Copies with ids of their own, a step to the side. */
export function copiesOf(design: Design, elements: DesignElement[], step: number): DesignElement[] {
  const grown: Design = { page: design.page, elements: [...design.elements] }
  return elements.map((element) => {
    const copy = { ...element, id: freeId(grown, element.kind), x: tidy(element.x + step), y: tidy(element.y + step) }
    grown.elements.push(copy)
    return copy
  })
}

const INK = '#1b2230'
/** A new element in the middle of the page. */
export function newElement(design: Design, kind: Kind, more: Partial<DesignElement> = {}): DesignElement {
  const { width, height } = design.page
  const id = freeId(design, kind)
  const centred = (wide: number, high: number) => ({
    x: tidy((width - wide) / 2),
    y: tidy((height - high) / 2),
    width: wide,
    height: high,
  })
  const text: Omit<TextElement, 'id' | 'x' | 'y' | 'width' | 'height'> = {
    kind: 'text',
    text: 'New text',
    font: usedFont(design),
    size: 16,
    minSize: 10,
    color: INK,
    align: 'center',
    valign: 'middle',
  }
  const made = {
    text: { id, ...centred(Math.min(110, width * 0.6), 12), ...text },
    image: { id, ...centred(40, 40), kind: 'image', asset: '', fit: 'contain', alt: '' },
    rect: { id, ...centred(60, 30), kind: 'rect', fill: '#e7ecf6' },
    ellipse: { id, ...centred(40, 40), kind: 'ellipse', fill: '#e7ecf6' },
    line: { id, ...centred(80, 0), kind: 'line', stroke: INK, strokeWidth: 0.4 },
    path: { id, ...centred(40, 20), kind: 'path', d: 'M0 10C10 0 30 20 40 10', viewBox: [40, 20], stroke: INK },
    qr: { id, ...centred(28, 28), kind: 'qr', data: '{{verification_url}}', color: INK, background: '#ffffff' },
  }[kind] as DesignElement
  return { ...made, ...more, id } as DesignElement
}

/** The font that most of the design is set in. */
export function usedFont(design: Design): string {
  const counts = new Map<string, number>()
  for (const element of design.elements)
    if (element.kind === 'text') counts.set(element.font, (counts.get(element.font) ?? 0) + 1)
  const [most] = [...counts].sort((one, other) => other[1] - one[1])
  return most?.[0] ?? 'noto-sans'
}

export type Step = 'front' | 'up' | 'down' | 'back'

/** Paint order after moving some elements; together they keep theirs. */
export function reordered(elements: DesignElement[], ids: ReadonlySet<string>, step: Step): DesignElement[] {
  const moved = elements.filter(({ id }) => ids.has(id))
  const others = elements.filter(({ id }) => !ids.has(id))
  if (step === 'front') return [...others, ...moved]
  if (step === 'back') return [...moved, ...others]
  const order = step === 'up' ? [...elements].reverse() : [...elements]
  // Each moved element passes the next one that stays.
  for (let index = 1; index < order.length; index++)
    if (ids.has(order[index]!.id) && !ids.has(order[index - 1]!.id))
      [order[index - 1], order[index]] = [order[index]!, order[index - 1]!]
  return step === 'up' ? order.reverse() : order
}

/** Puts one element in front of another in the list of layers (top layer first); null = at the bottom. */
export function dropped(elements: DesignElement[], id: string, above: string | null): DesignElement[] {
  const moved = elements.find((element) => element.id === id)
  if (!moved || id === above) return elements
  const others = elements.filter((element) => element.id !== id)
  const at = above === null ? 0 : others.findIndex((element) => element.id === above) + 1
  return [...others.slice(0, at), moved, ...others.slice(at)]
}

/** Covers the page, like a background. */
export function coversPage({ page }: Design, element: DesignElement): boolean {
  const { left, top, right, bottom } = boundsOf(element)
  return left <= 1 && top <= 1 && right >= page.width - 1 && bottom >= page.height - 1
}

/** Another page: what covered the old one covers the new one, all else keeps its shape and its place. */
export function withPage(design: Design, page: Page): Design {
  const scaleX = page.width / design.page.width
  const scaleY = page.height / design.page.height
  const scale = Math.min(scaleX, scaleY)
  const elements = design.elements.map((element) => {
    if (coversPage(design, element))
      return {
        ...element,
        x: tidy(element.x * scaleX),
        y: tidy(element.y * scaleY),
        width: tidy(element.width * scaleX),
        height: tidy(element.height * scaleY),
      }
    const width = element.width * scale
    const height = element.height * scale
    const sized = element.kind === 'text' ? textScale(element, scale) : {}
    return {
      ...element,
      ...sized,
      x: tidy((element.x + element.width / 2) * scaleX - width / 2),
      y: tidy((element.y + element.height / 2) * scaleY - height / 2),
      width: tidy(width),
      height: tidy(height),
    }
  })
  return { page, elements }
}

const textScale = ({ size, minSize }: TextElement, scale: number) => ({
  size: Math.round(size * scale * 10) / 10,
  ...(minSize === undefined ? {} : { minSize: Math.min(minSize, Math.round(size * scale * 10) / 10) }),
})

/** `a4`, `letter_portrait`, … or undefined for a size of its own. */
export const pageSizeName = ({ width, height }: Page): keyof typeof PAGE_SIZES | undefined =>
  (Object.keys(PAGE_SIZES) as Array<keyof typeof PAGE_SIZES>).find(
    (name) => Math.abs(PAGE_SIZES[name].width - width) < 0.1 && Math.abs(PAGE_SIZES[name].height - height) < 0.1,
  )

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g
/** Names in {{…}} of all its texts, codes and links. */
export function placeholdersOf(element: DesignElement): string[] {
  const texts =
    element.kind === 'text' ? [element.text, element.link ?? ''] : element.kind === 'qr' ? [element.data ?? ''] : []
  return texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([, name]) => name!))
}

/** Names a design asks for that neither the program nor the template gives. */
export function fieldsWanted(design: Design, fields: Array<Pick<TemplateField, 'key'>>): string[] {
  const known = new Set<string>([...DESIGN_PLACEHOLDERS, ...fields.map(({ key }) => key)])
  return [...new Set(design.elements.flatMap(placeholdersOf))].filter(
    (name) => !known.has(name.replace(/^fields\./, '')),
  )
}

/** `course_name` → `Course name`. */
export const labelFromKey = (key: string): string => {
  const words = key.replace(/[_.]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Colours of the design, most used first. */
export function paletteOf(design: Design): string[] {
  const counts = new Map<string, number>()
  const count = (color: string | undefined) =>
    color && counts.set(color.toLowerCase(), (counts.get(color.toLowerCase()) ?? 0) + 1)
  count(design.page.background)
  for (const element of design.elements) {
    if ('color' in element) count(element.color)
    if ('fill' in element) count(element.fill)
    if ('stroke' in element) count(element.stroke)
    if ('background' in element) count(element.background)
  }
  return [...counts].sort((one, other) => other[1] - one[1]).map(([color]) => color)
}

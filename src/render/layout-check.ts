/** Numbers and colours that no page can have. Designs are checked when they are saved; this is the last line. */
import type { Design } from '../domain/designs.ts'
import { RenderRefused } from '../domain/ports.ts'

/** Millimetres, points and units of drawings alike. */
const FARTHEST = 20_000
const LARGEST_PAGE = 2_000
const MAX_ELEMENTS = 2_000
const COLOR = /^#[0-9a-f]{6}$/i
const COLORS = ['color', 'fill', 'stroke', 'background']
/** May not be negative, and 0 only where nothing divides by it. */
const SIZES = ['size', 'minSize', 'width', 'height', 'radius', 'strokeWidth', 'leading']

function refuse(element: string, name: string, value: unknown, cure: string): never {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)
  throw new RenderRefused(`element "${element}": ${name} is ${shown}; ${cure}`)
}

function checkNumber(element: string, name: string, value: number): void {
  if (!Number.isFinite(value) || Math.abs(value) > FARTHEST)
    refuse(element, name, value, `it must be a number between -${FARTHEST} and ${FARTHEST}`)
  if (SIZES.includes(name) && value < 0) refuse(element, name, value, 'it must not be negative')
}

function checkPage({ page }: Design): void {
  for (const side of ['width', 'height'] as const)
    if (!(page[side] >= 1 && page[side] <= LARGEST_PAGE))
      throw new RenderRefused(`page: ${side} is ${page[side]}; it must be between 1 and ${LARGEST_PAGE} mm`)
  if (page.bleed !== undefined && !(page.bleed >= 0 && page.bleed <= 50))
    throw new RenderRefused(`page: bleed is ${page.bleed}; it must be between 0 and 50 mm`)
  if (page.background !== undefined && !COLOR.test(page.background)) refuse('page', 'background', page.background, '')
}

/** Throws RenderRefused and names the element and the field. */
export function checkDesign(design: Design): void {
  checkPage(design)
  if (design.elements.length > MAX_ELEMENTS)
    throw new RenderRefused(`the design has ${design.elements.length} elements; ${MAX_ELEMENTS} are allowed`)
  for (const element of design.elements) {
    for (const [name, value] of Object.entries(element)) {
      if (typeof value === 'number') checkNumber(element.id, name, value)
      else if (Array.isArray(value)) value.forEach((one) => checkNumber(element.id, name, one))
      else if (COLORS.includes(name) && value !== undefined && !COLOR.test(String(value)))
        refuse(element.id, name, value, 'a colour is written #rrggbb')
    }
    if (element.kind === 'text' && !(element.size >= 0.5))
      refuse(element.id, 'size', element.size, 'it must be 0.5 or more')
    if (element.kind === 'path' && !element.viewBox.every((side) => side >= 0.001))
      refuse(element.id, 'viewBox', element.viewBox, 'its sides must be more than 0')
  }
}

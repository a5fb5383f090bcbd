/** A design set into a frame of other proportions, as social networks show pictures: whole, in the middle, on one colour. */
import type { Color, Design, DesignElement, ShapeElement } from './designs.ts'

/** Share of the frame's height that stays free above and below. */
const MARGIN = 0.05
const PAPER = '#ffffff'

/** Without what a printer cuts off: on a screen nobody does. */
export const trimmed = (design: Design): Design =>
  design.page.bleed ? { ...design, page: { ...design.page, bleed: 0 } } : design

/** The same design on a page of `ratio` (width by height); nothing is cut off and nothing is distorted. */
export function letterboxed(design: Design, ratio: number, ground: Color): Design {
  const { width, height, background } = design.page
  const tall = Math.max(height, width / ratio) * (1 + 2 * MARGIN)
  const wide = tall * ratio
  const left = (wide - width) / 2
  const top = (tall - height) / 2
  const moved = design.elements.map((element): DesignElement => ({
    ...element,
    x: element.x + left,
    y: element.y + top,
  }))
  const area = (id: string, x: number, y: number, width: number, height: number, fill: Color): ShapeElement => ({
    id: `letterbox-${id}`,
    kind: 'rect',
    x,
    y,
    width,
    height,
    fill,
  })
  return {
    page: { width: wide, height: tall, background: ground },
    elements: [
      area('page', left, top, width, height, background ?? PAPER),
      ...moved,
      // What hangs over the edge of the page would otherwise lie on the frame.
      area('left', 0, 0, left, tall, ground),
      area('right', left + width, 0, left, tall, ground),
      area('top', left, 0, width, top, ground),
      area('bottom', left, top + height, width, top, ground),
    ].filter(({ width, height }) => width > 0 && height > 0),
  }
}

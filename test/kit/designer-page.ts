/** What tests of the designer do again and again: a template to work on, the mouse, the keyboard, and reading the draft. */
import type { Page } from 'playwright-core'
import type { Design, DesignElement } from '../../src/domain/designs.ts'
import type { DesignerSite } from './designer-site.ts'

const text = { kind: 'text', font: 'noto-serif', color: '#14284f', align: 'center', valign: 'middle' } as const

/** Two boxes in the corner, a heading, a name, a code. */
export const DESIGN: Design = {
  page: { width: 297, height: 210 },
  elements: [
    { id: 'corner', name: 'Corner', kind: 'rect', x: 20, y: 20, width: 40, height: 25, fill: '#c9a14a' },
    { id: 'neighbour', name: 'Neighbour', kind: 'ellipse', x: 24, y: 60, width: 30, height: 20, fill: '#14284f' },
    {
      id: 'heading',
      name: 'Heading',
      ...text,
      x: 90,
      y: 30,
      width: 150,
      height: 20,
      text: 'Certificate',
      size: 40,
      minSize: 20,
    },
    {
      id: 'name',
      name: 'Recipient',
      ...text,
      x: 50,
      y: 100,
      width: 200,
      height: 24,
      text: '{{recipient.name}}',
      size: 36,
      minSize: 8,
    },
    { id: 'code', name: 'Code', kind: 'qr', x: 250, y: 165, width: 30, height: 30 },
  ],
}

let serial = 0
/** A template of its own for one test; gives its id. */
export async function newTemplate({ http }: DesignerSite, design: Design = DESIGN): Promise<string> {
  const fields = [{ key: 'course_name', label: 'Course', type: 'text' }]
  const body = { name: `Designed ${++serial}`, fields, design }
  const made = await http.api('POST', '/v1/templates', { key: http.keys.designer, body })
  if (made.status !== 201) throw new Error(made.text)
  return (made.json as { id: string }).id
}

/** The picture is the one of the design as it is now. */
export const settled = (page: Page) => page.waitForSelector('#canvas[data-idle][data-milliseconds]')

interface Point {
  x: number
  y: number
}
interface DragOptions {
  alt?: boolean
  /** With the button still down. */
  before?: () => unknown
}

/** The open design, as the page last asked the server to draw it, and the mouse over its canvas. */
export function opened(page: Page) {
  let last: Design | undefined
  page.on('request', (request) => {
    if (!request.url().endsWith('/v1/designs/preview')) return
    const { design } = request.postDataJSON() as { design: Design }
    // The picker of fonts asks for pictures of their names.
    if (!design.elements[0]?.id.startsWith('font-')) last = design
  })
  const names = async () =>
    page.$$eval('.layers li.selected .layer-label', (all) => all.map((each) => each.textContent ?? '').reverse())
  const design = async (): Promise<Design> => {
    await settled(page)
    return structuredClone(last!)
  }
  const element = async (name: string): Promise<DesignElement> => {
    const found = (await design()).elements.find((each) => each.name === name)
    if (!found) throw new Error(`no element ${name}`)
    return found
  }
  const middleOf = async (selector: string): Promise<Point> => {
    const box = (await page.locator(selector).boundingBox())!
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }
  return {
    design,
    element,
    selected: names,
    middle: (name: string) => middleOf(`.box[title="${name}"]`),
    handle: (name: string) => middleOf(`.handle.${name}`),
    /** Pixels of a millimetre. */
    scale: async () => (await page.locator('.sheet').boundingBox())!.width / (await design()).page.width,
    async drag(from: Point, by: { dx: number; dy: number }, { alt, before }: DragOptions = {}) {
      await page.mouse.move(from.x, from.y)
      if (alt) await page.keyboard.down('Alt')
      await page.mouse.down()
      await page.mouse.move(from.x + by.dx / 2, from.y + by.dy / 2)
      await page.mouse.move(from.x + by.dx, from.y + by.dy)
      await before?.()
      await page.mouse.up()
      if (alt) await page.keyboard.up('Alt')
    },
    /** The corner or side opposite to a handle, on the page. */
    anchor({ x, y, width, height, rotation = 0 }: DesignElement, handle: string): Point {
      const alongX = handle.includes('e') ? -1 : handle.includes('w') ? 1 : 0
      const alongY = handle.includes('s') ? -1 : handle.includes('n') ? 1 : 0
      const angle = (rotation * Math.PI) / 180
      const [dx, dy] = [(alongX * width) / 2, (alongY * height) / 2]
      return {
        x: x + width / 2 + dx * Math.cos(angle) - dy * Math.sin(angle),
        y: y + height / 2 + dx * Math.sin(angle) + dy * Math.cos(angle),
      }
    },
    /** Presses Tab until something like this has the focus. */
    async tabTo(selector: string) {
      const wanted = page.locator(selector).first()
      for (let step = 0; step < 150; step++) {
        await page.keyboard.press('Tab')
        if (await wanted.evaluate((each) => each === document.activeElement)) return
        if (
          await page.evaluate(
            (chosen) => !chosen.includes('=') && Boolean(document.activeElement?.matches(chosen)),
            selector,
          )
        )
          return
      }
      throw new Error(`Tab never reaches ${selector}`)
    },
    focused: () =>
      page.evaluate(() => {
        const { id, className, textContent } = document.activeElement ?? {}
        return `${id} ${className} ${(textContent ?? '').slice(0, 20)}`
      }),
    said: async () => (await page.textContent('.toasts [role=status]')) ?? '',
    /** Something outside the page becomes true. */
    async until(is: () => boolean) {
      for (let turn = 0; turn < 2000 && !is(); turn++) await page.evaluate(() => new Promise(requestAnimationFrame))
      if (!is()) throw new Error('it never became true')
    },
  }
}
export type Opened = ReturnType<typeof opened>

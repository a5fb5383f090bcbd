/** The page as it will be printed, with a transparent layer of boxes over it. */
import type { DesignElement } from '../../src/domain/designs.ts'
import { drawingOf, frameOf } from './drawing.ts'
import { fill, h, icon, place } from './dom.ts'
import { startMarquee, startMove, startResize, startRotate, type Stage } from './drag.ts'
import type { Editor } from './editor.ts'
import { boundsOf, HANDLES, union, type Lines } from './geometry.ts'
import { coversPage, labelOf } from './model.ts'

/** Pixels of a millimetre at 100 %. */
const PIXELS = 96 / 25.4
const LEAST_HIT = 12
const ZOOMS = [0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6, 8]

export interface CanvasHooks {
  /** A double click: the text wants to be changed. */
  edit: (id: string) => void
  zoomed: (percent: number, fits: boolean) => void
  /** Said to those who do not see it. */
  say: (text: string) => void
}

export class Canvas implements Stage {
  readonly drawing = h('div', { class: 'drawing' })
  readonly overlay = h('div', { class: 'boxes', 'aria-hidden': 'true' })
  private readonly frame = h('div', { class: 'frame' })
  private readonly lines = h('div', { class: 'snap-lines' })
  private readonly grid = h('div', { class: 'grid-lines' })
  private readonly margin = h('div', { class: 'margin-line' })
  private readonly bleed = h('div', { class: 'bleed-line' })
  readonly sheet = h(
    'div',
    { class: 'sheet' },
    this.drawing,
    this.bleed,
    this.grid,
    this.margin,
    this.overlay,
    this.lines,
    h('div', { class: 'frames', 'aria-hidden': 'true' }, this.frame),
  )
  readonly element = h(
    'div',
    {
      class: 'canvas',
      id: 'canvas',
      tabindex: '0',
      role: 'application',
      'aria-label': 'Canvas',
      'aria-describedby': 'canvas-help',
    },
    h('div', { class: 'desk' }, this.sheet),
  )
  private readonly boxes = new Map<string, HTMLElement>()
  private fits = true
  private zoom = 1
  private troubled = new Set<string>()
  private readonly watcher: ResizeObserver
  scale = PIXELS

  constructor(
    readonly editor: Editor,
    private readonly hooks: CanvasHooks,
  ) {
    this.watcher = new ResizeObserver(() => this.fits && this.fit())
    this.watcher.observe(this.element)
    editor.listen((what) => {
      if (what !== 'problems') this.draw()
    })
    this.element.addEventListener('pointerdown', (event) => this.pressed(event))
    this.element.addEventListener('dblclick', (event) => {
      const id = this.boxAt(event)
      if (id) this.hooks.edit(id)
    })
    this.element.addEventListener('wheel', (event) => this.wheel(event), { passive: false })
    this.draw()
  }

  stop() {
    this.watcher.disconnect()
  }
  say(text: string) {
    this.hooks.say(text)
  }

  /** The newest picture. Its pictures may differ from the boxes for the blink that the server needs. */
  show(svg: string): boolean {
    const drawn = drawingOf(svg)
    if (!drawn) return false
    drawn.removeAttribute('width')
    drawn.removeAttribute('height')
    drawn.setAttribute('preserveAspectRatio', 'none')
    this.drawing.replaceChildren(drawn)
    this.placeDrawing()
    return true
  }
  private placeDrawing() {
    const drawn = this.drawing.firstElementChild as SVGSVGElement | null
    if (!drawn) return
    const { x, y, width, height } = frameOf(drawn, this.editor.design.page)
    place(this.drawing, x * this.scale, y * this.scale, width * this.scale, height * this.scale)
  }

  /** Elements that something is wrong with. */
  setTroubled(ids: Set<string>) {
    this.troubled = ids
    this.draw()
  }

  toPage(event: { clientX: number; clientY: number }) {
    const { left, top } = this.sheet.getBoundingClientRect()
    return { x: (event.clientX - left) / this.scale, y: (event.clientY - top) / this.scale }
  }

  /** The box under the pointer. */
  private boxAt(event: Event): string | undefined {
    return (event.target as Element).closest<HTMLElement>('.box')?.dataset.id
  }

  private pressed(event: PointerEvent) {
    if (event.button !== 0 || !event.isPrimary) return
    this.element.focus({ preventScroll: true })
    const { editor } = this
    const handle = (event.target as Element).closest<HTMLElement>('[data-handle]')?.dataset.handle
    if (handle === 'rotate') return startRotate(this, event)
    if (handle) return startResize(this, event, handle as (typeof HANDLES)[number])
    const id = this.boxAt(event)
    if (id === undefined) return this.pressedNothing(event)
    const element = editor.find(id)!
    const isSelected = editor.selection.includes(id)
    if (event.shiftKey || event.ctrlKey || event.metaKey) return editor.toggle(id)
    // A finger on something unselected scrolls the page or, if it is lifted at once, selects; a background is chosen by a click.
    const finger = event.pointerType !== 'mouse'
    if (!isSelected && (finger || coversPage(editor.design, element))) return this.chooseOnLift(event, id)
    if (!isSelected) editor.select([id])
    startMove(this, event, () => editor.select([id]))
  }
  private chooseOnLift(event: PointerEvent, id: string) {
    if (event.pointerType === 'mouse') return startMarquee(this, event, () => this.editor.select([id]))
    const { clientX, clientY } = event
    const lifted = (up: PointerEvent) => {
      removeEventListener('pointerup', lifted)
      removeEventListener('pointercancel', lifted)
      const still = Math.hypot(up.clientX - clientX, up.clientY - clientY) < 8
      if (up.type === 'pointerup' && still) this.editor.select([id])
    }
    addEventListener('pointerup', lifted)
    addEventListener('pointercancel', lifted)
  }
  private pressedNothing(event: PointerEvent) {
    if (event.pointerType === 'mouse') startMarquee(this, event, () => this.editor.select([]))
    else this.editor.select([])
  }

  // ── what is drawn ──────────────────────────────────────
  draw() {
    const { page } = this.editor.design
    const { scale } = this
    this.sheet.style.width = `${page.width * scale}px`
    this.sheet.style.height = `${page.height * scale}px`
    this.drawing.style.background = page.background ?? '#ffffff'
    this.placeDrawing()
    this.drawGuides()
    this.drawBoxes()
    this.drawFrame()
  }

  private drawGuides() {
    const { page } = this.editor.design
    const { grid, guides, margin, gridStep } = this.editor.view
    const { scale } = this
    this.grid.hidden = !grid
    this.grid.style.backgroundSize = `${gridStep * scale}px ${gridStep * scale}px`
    this.margin.hidden = !guides || margin <= 0
    const inside = margin * scale
    place(this.margin, inside, inside, page.width * scale - 2 * inside, page.height * scale - 2 * inside)
    const bleed = (page.bleed ?? 0) * scale
    this.bleed.hidden = !guides || bleed <= 0
    place(this.bleed, -bleed, -bleed, page.width * scale + 2 * bleed, page.height * scale + 2 * bleed)
  }

  private drawBoxes() {
    const there = new Set<string>()
    const selected = new Set(this.editor.selection)
    let before: Element | null = null
    for (const element of this.editor.design.elements) {
      if (element.hidden) continue
      there.add(element.id)
      let box = this.boxes.get(element.id)
      if (!box) {
        box = h('div', { class: 'box', 'data-id': element.id })
        this.boxes.set(element.id, box)
      }
      this.placeBox(box, element)
      box.className = [
        'box',
        selected.has(element.id) ? 'selected' : '',
        element.locked ? 'locked' : '',
        this.troubled.has(element.id) ? 'troubled' : '',
      ].join(' ')
      const next: Element | null = before ? before.nextElementSibling : this.overlay.firstElementChild
      if (next !== box) this.overlay.insertBefore(box, next)
      before = box
    }
    for (const [id, box] of this.boxes)
      if (!there.has(id)) {
        box.remove()
        this.boxes.delete(id)
      }
  }

  /** A line is too thin to be hit, so its box is a little thicker than it is. */
  private placeBox(box: HTMLElement, element: DesignElement) {
    const { scale } = this
    const width = Math.max(LEAST_HIT, element.width * scale)
    const height = Math.max(LEAST_HIT, element.height * scale)
    const middleX = (element.x + element.width / 2) * scale
    const middleY = (element.y + element.height / 2) * scale
    place(box, middleX - width / 2, middleY - height / 2, width, height)
    box.style.transform = element.rotation ? `rotate(${element.rotation}deg)` : ''
    box.title = labelOf(element)
  }

  private drawFrame() {
    const { editor, frame, scale } = this
    const selected = editor.selected.filter(({ hidden }) => !hidden)
    frame.hidden = selected.length === 0
    const [only] = selected
    if (!only) return
    const single = selected.length === 1
    const around = union(selected.map(boundsOf))
    const box = single
      ? only
      : { x: around.left, y: around.top, width: around.right - around.left, height: around.bottom - around.top }
    place(frame, box.x * scale, box.y * scale, box.width * scale, box.height * scale)
    frame.style.transform = single && only.rotation ? `rotate(${only.rotation}deg)` : ''
    const fixed = editor.free.length === 0
    const kind = `${fixed ? 'fixed' : single ? 'single' : 'several'} ${box.height * scale < 40 ? 'low' : ''} ${box.width * scale < 40 ? 'narrow' : ''}`
    if (frame.dataset.kind === kind) return
    frame.dataset.kind = kind
    fill(frame)
    if (fixed) return
    for (const handle of HANDLES) frame.append(h('div', { class: `handle ${handle}`, 'data-handle': handle }))
    if (single) frame.append(h('div', { class: 'handle rotate', 'data-handle': 'rotate' }, icon('rotate')))
  }

  showLines({ x, y }: Lines) {
    this.lines.replaceChildren()
    const { page } = this.editor.design
    for (const each of x) {
      const line = h('div', { class: 'snap-line upright' })
      place(line, each * this.scale, -20, undefined, page.height * this.scale + 40)
      this.lines.append(line)
    }
    for (const each of y) {
      const line = h('div', { class: 'snap-line level' })
      place(line, -20, each * this.scale, page.width * this.scale + 40)
      this.lines.append(line)
    }
  }

  // ── zoom ───────────────────────────────────────────────
  fit() {
    const { page } = this.editor.design
    const bleed = 2 * (page.bleed ?? 0)
    const room = this.element.clientWidth < 600 ? 24 : 72
    const width = Math.max(80, this.element.clientWidth - room) / ((page.width + bleed) * PIXELS)
    const height = Math.max(80, this.element.clientHeight - room) / ((page.height + bleed) * PIXELS)
    this.fits = true
    this.setZoom(Math.min(width, height, 4))
  }
  zoomTo(zoom: number) {
    this.fits = false
    this.setZoom(zoom)
  }
  zoomBy(steps: number) {
    const next =
      steps > 0
        ? ZOOMS.find((each) => each > this.zoom * 1.01)
        : [...ZOOMS].reverse().find((each) => each < this.zoom * 0.99)
    if (next) this.zoomTo(next)
  }
  private setZoom(zoom: number) {
    this.zoom = zoom
    this.scale = PIXELS * zoom
    this.draw()
    this.hooks.zoomed(Math.round(zoom * 100), this.fits)
  }
  private wheel(event: WheelEvent) {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const before = this.toPage(event)
    this.zoomTo(Math.min(8, Math.max(0.1, this.zoom * Math.exp(-event.deltaY / 300))))
    const after = this.toPage(event)
    this.element.scrollBy((before.x - after.x) * this.scale, (before.y - after.y) * this.scale)
  }
}

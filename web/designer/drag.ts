/** Moving, resizing, turning and catching elements with a pointer. */
import type { DesignElement } from '../../src/domain/designs.ts'
import { h, place } from './dom.ts'
import type { Editor } from './editor.ts'
import {
  angleTo,
  boundsOf,
  overlap,
  regrouped,
  resized,
  snap,
  snapLines,
  tidy,
  union,
  type Bounds,
  type Box,
  type Handle,
  type Lines,
} from './geometry.ts'
import { coversPage } from './model.ts'

export interface Stage {
  editor: Editor
  sheet: HTMLElement
  /** Pixels of a millimetre. */
  scale: number
  toPage(event: { clientX: number; clientY: number }): { x: number; y: number }
  showLines(lines: Lines): void
  say(text: string): void
}

const NEAR_PIXELS = 6
/** Less than this is a click, not a drag. */
const START_PIXELS = 3
let drags = 0

interface Drag {
  move(event: PointerEvent): void
  end(event: PointerEvent, dragged: boolean): void
  cancel?(): void
}

/** From here to the release of the button, or Escape, every movement goes to this drag. */
function follow(stage: Stage, start: PointerEvent, drag: Drag) {
  let dragged = false
  const move = (event: PointerEvent) => {
    if (event.pointerId !== start.pointerId) return
    const far = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY)
    if (!dragged && far < START_PIXELS) return
    dragged = true
    stage.sheet.classList.add('dragging')
    drag.move(event)
  }
  const stop = () => {
    removeEventListener('pointermove', move)
    removeEventListener('pointerup', up)
    removeEventListener('pointercancel', away)
    removeEventListener('keydown', key, true)
    stage.sheet.classList.remove('dragging')
    stage.showLines({ x: [], y: [] })
  }
  const up = (event: PointerEvent) => {
    if (event.pointerId !== start.pointerId) return
    stop()
    stage.editor.settle()
    drag.end(event, dragged)
  }
  const away = () => {
    stop()
    if (dragged) drag.cancel?.()
  }
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    away()
  }
  addEventListener('pointermove', move)
  addEventListener('pointerup', up)
  addEventListener('pointercancel', away)
  addEventListener('keydown', key, true)
  start.preventDefault()
}

/** Lines of everything that does not move along, and of the grid where it is shown. */
function linesFor({ editor }: Stage, moving: ReadonlySet<string>): Lines {
  const { design, view } = editor
  const still = design.elements.filter(
    (element) => !moving.has(element.id) && !element.hidden && !coversPage(design, element),
  )
  const lines = snapLines(design.page, view.margin, still.map(boundsOf))
  if (!view.grid) return lines
  const every = (length: number) =>
    Array.from({ length: Math.floor(length / view.gridStep) + 1 }, (_, index) => index * view.gridStep)
  return { x: [...lines.x, ...every(design.page.width)], y: [...lines.y, ...every(design.page.height)] }
}

const shifted = ({ left, right, top, bottom }: Bounds, dx: number, dy: number): Bounds => ({
  left: left + dx,
  right: right + dx,
  top: top + dy,
  bottom: bottom + dy,
})

/** A press without a movement on one of several selected elements selects that one alone. */
export function startMove(stage: Stage, start: PointerEvent, clicked: () => void) {
  const { editor } = stage
  const before = new Map(editor.free.map((element) => [element.id, { x: element.x, y: element.y }]))
  const began = editor.free.length ? union(editor.free.map(boundsOf)) : undefined
  const lines = linesFor(stage, new Set(before.keys()))
  const merge = `drag ${++drags}`
  follow(stage, start, {
    move: (event) => {
      if (!began) return
      let dx = (event.clientX - start.clientX) / stage.scale
      let dy = (event.clientY - start.clientY) / stage.scale
      // Shift keeps to the stronger direction.
      if (event.shiftKey && Math.abs(dx) > Math.abs(dy)) dy = 0
      else if (event.shiftKey) dx = 0
      if (editor.view.snapping && !event.altKey) {
        const found = snap(shifted(began, dx, dy), lines, NEAR_PIXELS / stage.scale)
        dx += found.dx
        dy += found.dy
        stage.showLines(found.lines)
      } else stage.showLines({ x: [], y: [] })
      editor.change(
        'Move',
        (design) => {
          for (const element of design.elements) {
            const from = before.get(element.id)
            if (!from) continue
            element.x = tidy(from.x + dx)
            element.y = tidy(from.y + dy)
          }
        },
        merge,
      )
    },
    end: (_event, dragged) => {
      if (!dragged) clicked()
    },
    cancel: () => editor.abandon(merge),
  })
}

const leastOf = (element: Pick<DesignElement, 'kind'>) => ({
  width: element.kind === 'line' ? 0 : 2,
  height: element.kind === 'line' ? 0 : element.kind === 'rect' ? 0.2 : 2,
})
/** Pictures and codes keep their shape at corners; Shift turns that round. */
const keepsShape = (elements: DesignElement[], shift: boolean) =>
  elements.every(({ kind }) => kind === 'image' || kind === 'qr' || kind === 'path') !== shift

export function startResize(stage: Stage, start: PointerEvent, handle: Handle) {
  const { editor } = stage
  const free = editor.free.map((element) => ({ ...element }))
  const [first] = free
  if (!first) return
  const group = union(free.map(boundsOf))
  const box: Box =
    free.length === 1
      ? first
      : { x: group.left, y: group.top, width: group.right - group.left, height: group.bottom - group.top }
  const least = free.length === 1 ? leastOf(first) : { width: 2, height: 2 }
  const lines = linesFor(stage, new Set(free.map(({ id }) => id)))
  const merge = `drag ${++drags}`
  follow(stage, start, {
    move: (event) => {
      const keepShape = keepsShape(free, event.shiftKey)
      let dx = (event.clientX - start.clientX) / stage.scale
      let dy = (event.clientY - start.clientY) / stage.scale
      const how = { handle, keepShape, least }
      let to = resized(box, { ...how, dx, dy })
      const turned = (box.rotation ?? 0) !== 0
      if (editor.view.snapping && !event.altKey && !turned && !(keepShape && handle.length === 2)) {
        const found = snap(boundsOf(to), lines, NEAR_PIXELS / stage.scale, handle)
        dx += found.dx
        dy += found.dy
        to = resized(box, { ...how, dx, dy })
        stage.showLines(found.lines)
      }
      editor.change('Resize', (design) => resizeAll(design.elements, free, group, to), merge)
    },
    end: () => {},
    cancel: () => editor.abandon(merge),
  })
}

function resizeAll(elements: DesignElement[], before: DesignElement[], group: Bounds, to: Box) {
  const known = new Map(before.map((element) => [element.id, element]))
  for (const element of elements) {
    const from = known.get(element.id)
    if (!from) continue
    const next = before.length === 1 ? to : regrouped(from, group, boundsOf(to))
    element.x = tidy(next.x)
    element.y = tidy(next.y)
    element.width = tidy(next.width)
    element.height = tidy(next.height)
  }
}

export function startRotate(stage: Stage, start: PointerEvent) {
  const { editor } = stage
  const [element] = editor.free
  if (!element) return
  const box = { ...element }
  const merge = `drag ${++drags}`
  follow(stage, start, {
    move: (event) => {
      const rotation = angleTo(box, stage.toPage(event), event.shiftKey)
      editor.set('Rotate', { rotation: rotation || undefined }, merge)
    },
    end: (_event, dragged) => {
      if (dragged) stage.say(`Turned to ${editor.find(box.id)?.rotation ?? 0} degrees`)
    },
    cancel: () => editor.abandon(merge),
  })
}

/** A rectangle drawn over the page selects what it touches. */
export function startMarquee(stage: Stage, start: PointerEvent, clicked: () => void) {
  const { editor } = stage
  const from = stage.toPage(start)
  const before = start.shiftKey ? editor.selection : []
  const shown = h('div', { class: 'marquee' })
  follow(stage, start, {
    move: (event) => {
      const to = stage.toPage(event)
      const area = {
        left: Math.min(from.x, to.x),
        right: Math.max(from.x, to.x),
        top: Math.min(from.y, to.y),
        bottom: Math.max(from.y, to.y),
      }
      if (!shown.isConnected) stage.sheet.append(shown)
      const { scale } = stage
      place(
        shown,
        area.left * scale,
        area.top * scale,
        (area.right - area.left) * scale,
        (area.bottom - area.top) * scale,
      )
      const caught = editor.design.elements
        .filter(
          (element) =>
            !element.hidden &&
            !element.locked &&
            !coversPage(editor.design, element) &&
            overlap(boundsOf(element), area),
        )
        .map(({ id }) => id)
      editor.select([...new Set([...before, ...caught])])
    },
    end: (_event, dragged) => {
      shown.remove()
      if (!dragged) clicked()
    },
    cancel: () => shown.remove(),
  })
}

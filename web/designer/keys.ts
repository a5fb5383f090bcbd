/** The keyboard: everything a mouse can do to a selection, without one. */
import type { Canvas } from './canvas.ts'
import type { Editor } from './editor.ts'
import { labelOf } from './model.ts'
import { describe } from './words.ts'

export interface KeyHooks {
  say: (text: string) => void
  undo: () => void
  redo: () => void
  help: () => void
  publish: () => void
}

/** What the help shows; the code below does what it says. */
export const SHORTCUTS: Array<[keys: string, what: string]> = [
  ['Arrow keys', 'Move the selection by 0.5 mm, with Shift by 5 mm'],
  ['Ctrl + arrow keys', 'Make it wider, narrower, higher or lower; with Shift in steps of 5 mm'],
  ['Page Up, Page Down', 'Select the element above or below'],
  ['Ctrl + A, Escape', 'Select everything, select nothing'],
  ['Enter', 'Go to the properties of the selection'],
  ['Delete', 'Delete the selection'],
  ['Ctrl + D', 'Duplicate the selection'],
  ['Ctrl + C, X, V', 'Copy, cut and paste elements, also between designs'],
  ['Ctrl + ] and [', 'One layer up, one layer down; with Shift to the front or the back'],
  ['Ctrl + Z, Ctrl + Y', 'Undo, redo'],
  ['+, −, 0', 'Zoom in, zoom out, fit the page'],
  ['Alt while dragging', 'No snapping'],
  ['Shift while dragging', 'Keep to one direction; at a corner, keep or free the shape; turn in steps of 15°'],
  ['F2 in the list of layers', 'Rename'],
  ['?', 'This help'],
]

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export class Keys {
  private readonly listener = (event: KeyboardEvent) => this.pressed(event)
  constructor(
    private readonly editor: Editor,
    private readonly canvas: Canvas,
    private readonly hooks: KeyHooks,
  ) {
    addEventListener('keydown', this.listener)
  }
  stop() {
    removeEventListener('keydown', this.listener)
  }

  private pressed(event: KeyboardEvent) {
    if (event.defaultPrevented || isTyping(event.target) || document.querySelector('dialog[open]')) return
    const done = event.ctrlKey || event.metaKey ? this.withControl(event) : this.plain(event)
    if (done) event.preventDefault()
  }

  private withControl(event: KeyboardEvent): boolean {
    const { editor, hooks } = this
    const key = event.key.toLowerCase()
    if (key === 'z' && !event.shiftKey) hooks.undo()
    else if (key === 'y' || key === 'z') hooks.redo()
    else if (key === 'd') editor.duplicate()
    else if (key === 'a')
      editor.select(editor.design.elements.filter((each) => !each.hidden && !each.locked).map(({ id }) => id))
    else if (key === 's') hooks.publish()
    else if (key === ']' || key === '}') editor.order(event.shiftKey ? 'front' : 'up')
    else if (key === '[' || key === '{') editor.order(event.shiftKey ? 'back' : 'down')
    else if (this.onCanvas(event) && STEPS[event.key]) this.grow(event)
    else return false
    return true
  }

  /** Single keys count on the canvas only: elsewhere they belong to what has the focus. */
  private onCanvas({ target }: KeyboardEvent) {
    return target === document.body || (target instanceof Node && this.canvas.element.contains(target))
  }

  private plain(event: KeyboardEvent): boolean {
    const inLayers = (event.target as Element).closest?.('.layers') !== null
    if ((event.key === 'Delete' || event.key === 'Backspace') && (inLayers || this.onCanvas(event))) {
      this.remove()
      return true
    }
    if (event.key === '?') {
      this.hooks.help()
      return true
    }
    return this.onCanvas(event) && this.onlyCanvas(event)
  }

  private onlyCanvas(event: KeyboardEvent): boolean {
    const { editor, canvas } = this
    if (STEPS[event.key]) return this.nudge(event)
    if (event.key === 'PageUp' || event.key === 'PageDown') this.step(event.key === 'PageUp' ? 1 : -1)
    else if (event.key === 'Escape') editor.select([])
    else if (event.key === 'Enter') document.querySelector<HTMLElement>('.properties [data-first]')?.focus()
    else if (event.key === '+' || event.key === '=') canvas.zoomBy(1)
    else if (event.key === '-') canvas.zoomBy(-1)
    else if (event.key === '0') canvas.fit()
    else return false
    return true
  }

  /** The view scrolls when nothing is selected. */
  private nudge(event: KeyboardEvent): boolean {
    const { editor } = this
    if (editor.selection.length === 0) return false
    const [x, y] = STEPS[event.key]!
    const by = event.shiftKey ? 5 : 0.5
    editor.moveBy(x * by, y * by)
    this.sayPlace()
    return true
  }
  private grow(event: KeyboardEvent) {
    const [x, y] = STEPS[event.key]!
    const by = event.shiftKey ? 5 : 0.5
    this.editor.growBy(x * by, y * by)
    this.sayPlace()
  }
  private sayPlace() {
    const [element] = this.editor.free
    this.hooks.say(element ? describe(element, false) : 'Locked')
  }
  private remove() {
    const { editor } = this
    const names = editor.free.map(labelOf)
    if (names.length === 0) return this.hooks.say('Locked elements are not deleted')
    editor.remove()
    this.hooks.say(`Deleted ${names.length === 1 ? names[0] : `${names.length} elements`}`)
  }
  private step(by: 1 | -1) {
    const { editor, hooks } = this
    const shown = editor.design.elements.filter(({ hidden }) => !hidden)
    const last = editor.selection.at(-1)
    const at = shown.findIndex(({ id }) => id === last)
    const next = at < 0 ? (by > 0 ? shown[0] : shown.at(-1)) : shown[(at + by + shown.length) % shown.length]
    if (!next) return
    editor.select([next.id])
    hooks.say(describe(next, true))
  }
}

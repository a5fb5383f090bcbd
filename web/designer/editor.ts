/** The state of one open design: what it is, what is selected, how it came to be. Everything else listens. */
import type { Design, DesignElement } from '../../src/domain/designs.ts'
import type { TemplateField } from '../../src/domain/templates.ts'
import { alignStep, boundsOf, spreadSteps, tidy, union, type Edge } from './geometry.ts'
import { copiesOf, copyOf, reordered, type Step } from './model.ts'

const STEPS = 300
/** Changes of one kind in a row are one step when no longer than this passes between them. */
const PAUSE_MS = 1200

interface Snapshot {
  design: Design
  fields: TemplateField[]
  selection: string[]
  label: string
}
export type Happening = 'design' | 'selection' | 'view' | 'problems'

export interface View {
  grid: boolean
  guides: boolean
  snapping: boolean
  /** Millimetres that should stay free at the edges. */
  margin: number
  /** Millimetres between grid lines. */
  gridStep: number
}

export class Editor {
  private past: Snapshot[] = []
  private future: Snapshot[] = []
  private merging: { key: string; until: number } | undefined
  private readonly listeners = new Set<(what: Happening) => void>()
  selection: string[] = []
  view: View = { grid: false, guides: true, snapping: true, margin: 10, gridStep: 5 }
  /** Counts every change; what was saved or published is told by it. */
  revision = 0

  constructor(
    public design: Design,
    public fields: TemplateField[],
  ) {}

  listen(listener: (what: Happening) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  tell(what: Happening) {
    for (const listener of this.listeners) listener(what)
  }

  /** Selected elements in paint order. */
  get selected(): DesignElement[] {
    const ids = new Set(this.selection)
    return this.design.elements.filter(({ id }) => ids.has(id))
  }
  /** Selected elements that may be moved and changed. */
  get free(): DesignElement[] {
    return this.selected.filter(({ locked }) => !locked)
  }
  find(id: string): DesignElement | undefined {
    return this.design.elements.find((element) => element.id === id)
  }

  /**
   * One undoable change. `change` works on a copy that becomes the design. Changes with the same `merge` key in a row, such as
   * the letters of a word or the way of a drag, are one step.
   */
  change(label: string, change: (design: Design) => void | Design, merge?: string) {
    const now = performance.now()
    const joined = merge !== undefined && this.merging?.key === merge && now < this.merging.until
    if (!joined) this.remember(label)
    this.merging =
      merge === undefined ? undefined : { key: merge, until: merge.startsWith('drag') ? Infinity : now + PAUSE_MS }
    const next = copyOf(this.design)
    this.design = change(next) ?? next
    this.moved()
  }

  /** The next change is a step of its own, whatever its key: a drag ended, a field was left. */
  settle() {
    this.merging = undefined
  }

  /** A drag was broken off: as if it had never begun. */
  abandon(merge: string) {
    if (this.merging?.key !== merge) return
    const found = this.past.pop()
    this.merging = undefined
    if (!found) return
    this.design = found.design
    this.moved()
  }

  setFields(label: string, fields: TemplateField[]) {
    this.remember(label)
    this.fields = fields
    this.moved()
  }

  private remember(label: string) {
    const { design, fields, selection } = this
    this.past.push({ design, fields, selection, label })
    if (this.past.length > STEPS) this.past.shift()
    this.future = []
    this.merging = undefined
  }

  private moved() {
    this.revision++
    const there = new Set(this.design.elements.map(({ id }) => id))
    const kept = this.selection.filter((id) => there.has(id))
    const lost = kept.length !== this.selection.length
    if (lost) this.selection = kept
    this.tell('design')
    if (lost) this.tell('selection')
  }

  get undoLabel(): string | undefined {
    return this.past.at(-1)?.label
  }
  get redoLabel(): string | undefined {
    return this.future.at(-1)?.label
  }
  undo(): string | undefined {
    return this.travel(this.past, this.future)
  }
  redo(): string | undefined {
    return this.travel(this.future, this.past)
  }

  private travel(from: Snapshot[], to: Snapshot[]): string | undefined {
    const found = from.pop()
    if (!found) return undefined
    to.push({ design: this.design, fields: this.fields, selection: this.selection, label: found.label })
    this.design = found.design
    this.fields = found.fields
    this.selection = found.selection
    this.merging = undefined
    this.moved()
    this.tell('selection')
    return found.label
  }

  select(ids: string[]) {
    const same = ids.length === this.selection.length && ids.every((id, index) => id === this.selection[index])
    if (same) return
    this.settle()
    this.selection = ids
    this.tell('selection')
  }
  toggle(id: string) {
    this.select(this.selection.includes(id) ? this.selection.filter((other) => other !== id) : [...this.selection, id])
  }

  setView(change: Partial<View>) {
    this.view = { ...this.view, ...change }
    this.tell('view')
  }

  /** Changes members of each selected element, and removes those that are undefined. */
  set(label: string, members: Record<string, unknown>, merge?: string, among = this.free) {
    const ids = new Set(among.map(({ id }) => id))
    if (ids.size === 0) return
    this.change(
      label,
      (design) => {
        for (const element of design.elements) {
          if (!ids.has(element.id)) continue
          const target = element as unknown as Record<string, unknown>
          for (const [name, value] of Object.entries(members))
            if (value === undefined) delete target[name]
            else target[name] = value
        }
      },
      merge,
    )
  }

  add(elements: DesignElement[], label: string) {
    this.change(label, (design) => void design.elements.push(...elements))
    this.select(elements.map(({ id }) => id))
  }
  duplicate() {
    const copies = copiesOf(this.design, this.selected, 5)
    if (copies.length) this.add(copies, 'Duplicate')
  }
  remove() {
    const ids = new Set(this.free.map(({ id }) => id))
    if (ids.size === 0) return
    this.change('Delete', (design) => {
      design.elements = design.elements.filter(({ id }) => !ids.has(id))
    })
  }
  moveBy(dx: number, dy: number, merge = 'nudge') {
    const ids = new Set(this.free.map(({ id }) => id))
    if (ids.size === 0) return
    this.change(
      'Move',
      (design) => {
        for (const element of design.elements)
          if (ids.has(element.id)) {
            element.x = tidy(element.x + dx)
            element.y = tidy(element.y + dy)
          }
      },
      `${merge} ${[...ids].join(' ')}`,
    )
  }
  growBy(dx: number, dy: number) {
    const ids = new Set(this.free.map(({ id }) => id))
    if (ids.size === 0) return
    this.change(
      'Resize',
      (design) => {
        for (const element of design.elements)
          if (ids.has(element.id)) {
            element.width = tidy(Math.max(1, element.width + dx))
            element.height = tidy(Math.max(element.kind === 'line' ? 0 : 1, element.height + dy))
          }
      },
      `grow ${[...ids].join(' ')}`,
    )
  }
  order(step: Step) {
    const ids = new Set(this.selection)
    if (ids.size) this.change('Reorder', (design) => ({ ...design, elements: reordered(design.elements, ids, step) }))
  }

  /** One element stands at an edge of the page, several at an edge of what they span. */
  align(edge: Edge) {
    const free = this.free
    if (free.length === 0) return
    const { width, height } = this.design.page
    const frame =
      free.length === 1 ? { left: 0, top: 0, right: width, bottom: height } : union(this.selected.map(boundsOf))
    const steps = new Map(free.map((element) => [element.id, alignStep(boundsOf(element), frame, edge)]))
    this.shift('Align', steps)
  }
  spread(along: 'x' | 'y') {
    const free = this.free
    if (free.length < 3) return
    const found = spreadSteps(free.map(boundsOf), along)
    const step = (by: number) => (along === 'x' ? { dx: by, dy: 0 } : { dx: 0, dy: by })
    this.shift('Distribute', new Map(free.map(({ id }, index) => [id, step(found[index]!)])))
  }
  private shift(label: string, steps: Map<string, { dx: number; dy: number }>) {
    this.change(label, (design) => {
      for (const element of design.elements) {
        const { dx, dy } = steps.get(element.id) ?? { dx: 0, dy: 0 }
        element.x = tidy(element.x + dx)
        element.y = tidy(element.y + dy)
      }
    })
  }
}

/** The list of layers, top layer first: the same elements for those who do not see or point at the canvas. */
import type { DesignElement } from '../../src/domain/designs.ts'
import { fill, h, icon, iconButton, mark, type IconName } from './dom.ts'
import type { Editor } from './editor.ts'
import { dropped, KIND_NAMES, labelOf } from './model.ts'
import { describe } from './words.ts'

interface Row {
  element: HTMLLIElement
  select: HTMLButtonElement
  label: HTMLElement
  eye: HTMLButtonElement
  lock: HTMLButtonElement
  note: HTMLElement
}

export class Layers {
  private readonly list = h('ul', { class: 'layers', 'aria-label': 'Layers, top layer first' })
  private readonly nothing = h('p', { class: 'hint' }, 'Nothing on the page yet. Add a text, a picture or a QR code.')
  readonly element: HTMLElement
  private readonly rows = new Map<string, Row>()
  /** The row that Tab reaches. */
  private current: string | undefined
  private troubled = new Set<string>()
  private dragged: string | undefined

  constructor(
    private readonly editor: Editor,
    private readonly say: (text: string) => void,
  ) {
    const order = (label: string, name: IconName, step: Parameters<Editor['order']>[0]) =>
      iconButton(name, label, () => editor.order(step), { class: 'small' })
    this.element = h(
      'section',
      { class: 'panel layers-panel', 'aria-labelledby': 'layers-title' },
      h(
        'header',
        { class: 'panel-head' },
        h('h2', { id: 'layers-title' }, 'Layers'),
        h(
          'div',
          { class: 'row-buttons', role: 'group', 'aria-label': 'Order of layers' },
          order('Bring to front', 'front', 'front'),
          order('One layer up', 'up', 'up'),
          order('One layer down', 'down', 'down'),
          order('Send to back', 'back', 'back'),
        ),
      ),
      this.nothing,
      this.list,
    )
    this.list.addEventListener('keydown', (event) => this.pressed(event))
    editor.listen((what) => {
      if (what === 'design' || what === 'selection') this.draw()
      if (what === 'selection') this.reveal()
    })
    this.draw()
  }

  setTroubled(ids: Set<string>) {
    this.troubled = ids
    this.draw()
  }

  private draw() {
    const elements = [...this.editor.design.elements].reverse()
    const ids = new Set(elements.map(({ id }) => id))
    this.nothing.hidden = elements.length > 0
    const focused = this.focusedId()
    for (const [id, { element }] of this.rows)
      if (!ids.has(id)) {
        element.remove()
        this.rows.delete(id)
      }
    const last = this.editor.selection.at(-1)
    if (last !== undefined) this.current = last
    if (this.current === undefined || !ids.has(this.current)) this.current = elements[0]?.id
    let before: Element | null = null
    for (const element of elements) {
      const row = this.rows.get(element.id) ?? this.newRow(element)
      this.update(row, element)
      const next: Element | null = before ? before.nextElementSibling : this.list.firstElementChild
      if (next !== row.element) this.list.insertBefore(row.element, next)
      before = row.element
    }
    // Moving a row takes the focus from it; what was deleted leaves it to its neighbour.
    if (focused !== undefined && !this.list.contains(document.activeElement))
      this.rows.get(ids.has(focused) ? focused : (this.current ?? ''))?.select.focus()
  }

  /** What is chosen on the canvas is in sight here too. */
  private reveal() {
    const last = this.editor.selection.at(-1)
    if (last !== undefined) this.rows.get(last)?.element.scrollIntoView({ block: 'nearest' })
  }

  private focusedId() {
    const active = document.activeElement
    return this.list.contains(active) ? active!.closest<HTMLElement>('li')?.dataset.id : undefined
  }

  private newRow({ id, kind }: DesignElement): Row {
    const label = h('span', { class: 'layer-label' })
    const note = h('span', { class: 'layer-note' })
    const select = h(
      'button',
      {
        type: 'button',
        class: 'layer-name',
        on: { click: (event) => this.choose(id, event), dblclick: () => this.rename(id) },
      },
      icon(kind),
      label,
      note,
    )
    const eye = iconButton('eye', 'Hide', () => this.flip(id, 'hidden'), { class: 'small' })
    const lock = iconButton('open', 'Lock', () => this.flip(id, 'locked'), { class: 'small' })
    const element = h('li', { 'data-id': id, draggable: 'true' }, select, eye, lock)
    const row: Row = { element, select, label, eye, lock, note }
    this.makeDraggable(row, id)
    this.rows.set(id, row)
    return row
  }

  private update(row: Row, element: DesignElement) {
    const { id, kind, hidden = false, locked = false } = element
    const name = labelOf(element)
    const selected = this.editor.selection.includes(id)
    row.label.textContent = name
    mark(row.select, 'aria-pressed', String(selected))
    mark(row.select, 'tabindex', id === this.current ? '0' : '-1')
    mark(row.element, 'class', `${selected ? 'selected' : ''} ${hidden ? 'hidden-layer' : ''}`.trim())
    fill(row.note, this.troubled.has(id) ? [icon('warning'), h('span', { class: 'spoken' }, ', has a problem')] : null)
    row.select.title = KIND_NAMES[kind]
    for (const [control, on, words, pictures] of [
      [row.eye, hidden, ['Hide', 'Show'], ['eye', 'hidden']],
      [row.lock, locked, ['Lock', 'Unlock'], ['open', 'lock']],
    ] as const) {
      const label = `${words[on ? 1 : 0]} ${name}`
      mark(control, 'aria-label', label)
      control.title = label
      mark(control, 'tabindex', id === this.current ? '0' : '-1')
      if (control.dataset.on !== String(on)) {
        control.dataset.on = String(on)
        fill(control, icon(pictures[on ? 1 : 0]))
      }
    }
  }

  private choose(id: string, event: MouseEvent) {
    const { editor } = this
    if (event.ctrlKey || event.metaKey) return editor.toggle(id)
    const from = editor.selection.at(-1)
    if (event.shiftKey && from !== undefined) {
      const ids = editor.design.elements.map((element) => element.id)
      const [low, high] = [ids.indexOf(from), ids.indexOf(id)].sort((one, other) => one - other) as [number, number]
      const range = ids.slice(low, high + 1)
      return editor.select([...range.filter((each) => each !== id), id])
    }
    editor.select([id])
    const element = editor.find(id)
    if (element) this.say(`Selected ${describe(element, true)}`)
  }

  private flip(id: string, member: 'hidden' | 'locked') {
    const element = this.editor.find(id)
    if (!element) return
    const on = !element[member]
    const word = member === 'hidden' ? (on ? 'Hide' : 'Show') : on ? 'Lock' : 'Unlock'
    this.editor.set(word, { [member]: on || undefined }, undefined, [element])
    this.say(`${word}: ${labelOf(element)}`)
  }

  private pressed(event: KeyboardEvent) {
    const id = this.focusedId()
    if (id === undefined) return
    if (event.key === 'F2') this.rename(id)
    else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && event.altKey) {
      if (!this.editor.selection.includes(id)) this.editor.select([id])
      this.editor.order(event.key === 'ArrowUp' ? 'up' : 'down')
      const { elements } = this.editor.design
      const place = elements.length - elements.findIndex((element) => element.id === id)
      this.say(`Layer ${place} of ${elements.length}`)
    } else if (['ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) this.walk(id, event.key)
    else return
    event.preventDefault()
  }
  private walk(id: string, key: string) {
    const ids = this.editor.design.elements.map((element) => element.id).reverse()
    const at = ids.indexOf(id)
    const to =
      key === 'Home'
        ? 0
        : key === 'End'
          ? ids.length - 1
          : Math.min(ids.length - 1, Math.max(0, at + (key === 'ArrowUp' ? -1 : 1)))
    this.current = ids[to]
    this.draw()
    this.rows.get(ids[to]!)?.select.focus()
  }

  private rename(id: string) {
    const row = this.rows.get(id)
    const element = this.editor.find(id)
    if (!row || !element) return
    const input = h('input', {
      class: 'layer-rename',
      type: 'text',
      maxlength: '60',
      'aria-label': 'Name of this layer',
    })
    input.value = element.name ?? labelOf(element)
    let over = false
    const finish = (keep: boolean) => {
      if (over) return
      over = true
      input.replaceWith(row.select)
      const name = input.value.trim()
      if (keep && name !== labelOf(element))
        this.editor.set('Rename', { name: name || undefined }, undefined, [element])
      row.select.focus()
    }
    input.addEventListener('keydown', (event) => {
      event.stopPropagation()
      if (event.key === 'Enter') finish(true)
      else if (event.key === 'Escape') finish(false)
    })
    input.addEventListener('blur', () => finish(true))
    row.select.replaceWith(input)
    input.select()
    input.focus()
  }

  private makeDraggable({ element }: Row, id: string) {
    element.addEventListener('dragstart', (event) => {
      this.dragged = id
      event.dataTransfer?.setData('text/plain', id)
    })
    element.addEventListener('dragover', (event) => {
      if (this.dragged === undefined || this.dragged === id) return
      event.preventDefault()
      const { top, height } = element.getBoundingClientRect()
      mark(element, 'data-drop', event.clientY < top + height / 2 ? 'above' : 'below')
    })
    element.addEventListener('dragleave', () => mark(element, 'data-drop', false))
    element.addEventListener('drop', (event) => {
      event.preventDefault()
      const above = element.dataset.drop === 'above'
      mark(element, 'data-drop', false)
      if (this.dragged !== undefined) this.drop(this.dragged, id, above)
    })
    element.addEventListener('dragend', () => (this.dragged = undefined))
  }
  private drop(id: string, onto: string, above: boolean) {
    const ids = this.editor.design.elements.map((element) => element.id)
    const below = ids[ids.indexOf(onto) - 1] ?? null
    const under = above ? onto : below === id ? (ids[ids.indexOf(id) - 1] ?? null) : below
    this.editor.change('Reorder', (design) => ({ ...design, elements: dropped(design.elements, id, under) }))
  }
}

/** The panel of what is selected; of the page when nothing is. Controls stay while the selection stays. */
import type { DesignElement } from '../../src/domain/designs.ts'
import type { api, Face } from './api.ts'
import { numberControl, rangeControl, section, textControl } from './controls.ts'
import { fill, h, iconButton, type IconName } from './dom.ts'
import type { Editor } from './editor.ts'
import { tidy, type Edge } from './geometry.ts'
import { KIND_NAMES } from './model.ts'
import { pageParts } from './page-panel.ts'
import { imageParts, pathParts, qrParts, shapeParts } from './properties-kinds.ts'
import { textParts } from './properties-text.ts'

/** One part of the panel, and what brings it up to date. */
export interface Part {
  element: HTMLElement
  refresh: () => void
}
export interface PanelHooks {
  fonts: Face[]
  preview: typeof api.preview
  say: (text: string) => void
  /** Lets the person choose a picture; gives its asset. */
  choosePicture: () => Promise<{ id: string; name: string } | undefined>
  editFields: () => void
  addFont: () => void
}

export class Properties {
  readonly element = h('section', { class: 'panel properties', 'aria-label': 'Properties' })
  private shape = ''
  private parts: Part[] = []

  constructor(
    private readonly editor: Editor,
    private readonly hooks: PanelHooks,
  ) {
    editor.listen((what) => {
      if (what !== 'problems') this.draw()
    })
    this.draw()
  }

  /** The first control of what is selected gets the focus. */
  focus() {
    const first =
      this.element.querySelector<HTMLElement>('[data-first]') ??
      this.element.querySelector<HTMLElement>('input, textarea, select, button')
    first?.focus()
    if (first instanceof HTMLTextAreaElement) first.select()
  }

  /** Fonts came or went. */
  rebuild() {
    this.shape = ''
    this.draw()
  }

  private draw() {
    const { editor } = this
    const shape = editor.selected.map(({ id, kind, locked }) => `${id} ${kind} ${locked ?? false}`).join('\n') || 'page'
    if (shape !== this.shape) {
      this.shape = shape
      this.parts = this.build()
      fill(
        this.element,
        this.parts.map(({ element }) => element),
      )
    }
    for (const { refresh } of this.parts) refresh()
  }

  private build(): Part[] {
    const { editor, hooks } = this
    const selected = editor.selected
    const [first] = selected
    if (!first) return pageParts(editor, hooks)
    const locked = selected.every((element) => element.locked)
    if (locked) return [headPart(editor, selected), lockedPart(editor)]
    const same = selected.every(({ kind }) => kind === first.kind)
    return [
      headPart(editor, selected),
      ...(same ? kindParts(editor, first, hooks) : []),
      placePart(editor),
      ...(selected.length === 1 ? [namePart(editor)] : []),
    ]
  }
}

function kindParts(editor: Editor, { kind }: DesignElement, hooks: PanelHooks): Part[] {
  if (kind === 'text') return textParts(editor, hooks)
  if (kind === 'image') return imageParts(editor, hooks)
  if (kind === 'qr') return qrParts(editor)
  if (kind === 'path') return pathParts(editor)
  return shapeParts(editor)
}

function headPart(editor: Editor, selected: DesignElement[]): Part {
  const [first] = selected
  const title = selected.length === 1 ? KIND_NAMES[first!.kind] : `${selected.length} elements`
  const element = h(
    'header',
    { class: 'panel-head' },
    h('h2', {}, title),
    h(
      'div',
      { class: 'row-buttons', role: 'group', 'aria-label': 'Selection' },
      iconButton('copy', 'Duplicate', () => editor.duplicate(), { class: 'small' }),
      iconButton('trash', 'Delete', () => editor.remove(), { class: 'small' }),
    ),
  )
  return { element, refresh: () => {} }
}

function lockedPart(editor: Editor): Part {
  const unlock = () => editor.set('Unlock', { locked: undefined }, undefined, editor.selected)
  const element = h(
    'div',
    { class: 'part-body' },
    h('p', { class: 'hint' }, 'This is locked, so that nobody moves it by accident.'),
    h('button', { type: 'button', class: 'button', on: { click: unlock } }, 'Unlock'),
  )
  return { element, refresh: () => {} }
}

const EDGES: Array<[Edge, string, IconName]> = [
  ['left', 'Align left', 'left'],
  ['centerX', 'Align centres horizontally', 'centerX'],
  ['right', 'Align right', 'right'],
  ['top', 'Align top', 'top'],
  ['centerY', 'Align centres vertically', 'centerY'],
  ['bottom', 'Align bottom', 'bottom'],
]

function placePart(editor: Editor): Part {
  const align = EDGES.map(([edge, label, picture]) => iconButton(picture, label, () => editor.align(edge)))
  const spread = [
    iconButton('spreadX', 'Distribute horizontally', () => editor.spread('x')),
    iconButton('spreadY', 'Distribute vertically', () => editor.spread('y')),
  ]
  const numbers = placeNumbers(editor)
  const spreadFacts = { class: 'segments', role: 'group', 'aria-label': 'Distribute' }
  const element = section(
    'Place',
    true,
    h('div', { class: 'segments wide', role: 'group', 'aria-label': 'Align' }, align),
    h('div', { ...spreadFacts, hidden: editor.selected.length < 3 }, spread),
    h('div', { class: 'pair' }, numbers.elements),
  )
  const refresh = () => {
    const [first] = editor.free
    if (first) numbers.refresh(first)
  }
  return { element, refresh }
}

function placeNumbers(editor: Editor) {
  const key = (member: string) => `${member} ${editor.selection.join()}`
  const done = () => editor.settle()
  const number = (label: string, member: 'x' | 'y' | 'width' | 'height', min?: number) =>
    numberControl({
      ...{ label, unit: 'mm', step: 0.5, done },
      ...(min === undefined ? {} : { min }),
      set: (value) => value !== undefined && editor.set(label, { [member]: tidy(value) }, key(member)),
    })
  const controls = {
    x: number('Left', 'x'),
    y: number('Top', 'y'),
    width: number('Width', 'width', 0),
    height: number('Height', 'height', 0),
  }
  const rotation = numberControl({
    ...{ label: 'Turned', unit: '°', step: 1, min: -360, max: 360, optional: '0', done },
    set: (value) => editor.set('Rotate', { rotation: value || undefined }, key('rotation')),
  })
  const setOpacity = (percent: number) =>
    editor.set('Opacity', { opacity: percent === 100 ? undefined : percent / 100 }, key('opacity'))
  const opacity = rangeControl('Opacity', setOpacity, done)
  const refresh = (first: DesignElement) => {
    for (const member of ['x', 'y', 'width', 'height'] as const) controls[member].refresh(first[member])
    rotation.refresh(first.rotation)
    opacity.refresh(Math.round((first.opacity ?? 1) * 100))
  }
  const all = [...Object.values(controls), rotation, opacity]
  return { elements: all.map(({ element }) => element), refresh }
}

function namePart(editor: Editor): Part {
  const name = textControl({
    label: 'Name in the list of layers',
    max: 60,
    placeholder: 'what it is, for you',
    set: (value) =>
      editor.set('Rename', { name: value.trim() === '' ? undefined : value }, `name ${editor.selection.join()}`),
    done: () => editor.settle(),
  })
  return {
    element: h('div', { class: 'part-body lone' }, name.element),
    refresh: () => name.refresh(editor.free[0]?.name ?? ''),
  }
}

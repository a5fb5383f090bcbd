/** Labelled controls of the panels. Each has `refresh`, which shows the present value without taking the focus. */
import { h, icon, mark, type Child, type IconName } from './dom.ts'

export interface Control<Value> {
  element: HTMLElement
  refresh: (value: Value) => void
}

let ids = 0
export const freshId = (): string => `control-${++ids}`

/** Shown under the control that it is about, and read with it. */
export const hint = (...text: Child[]): HTMLElement => h('p', { class: 'hint' }, ...text)

export interface NumberOptions {
  label: string
  unit?: string
  step?: number
  min?: number
  max?: number
  /** An empty control means undefined. */
  optional?: string
  set: (value: number | undefined) => void
  done?: () => void
}

export function numberControl(options: NumberOptions): Control<number | undefined> {
  const { label, unit, step = 1, min, max, optional, set, done } = options
  const id = freshId()
  const input = h('input', {
    type: 'number',
    id,
    step: String(step),
    min,
    max,
    placeholder: optional,
    inputmode: 'decimal',
  })
  input.addEventListener('input', () => {
    if (input.value.trim() === '') return optional === undefined ? undefined : set(undefined)
    const value = Number(input.value)
    if (!Number.isFinite(value)) return
    set(Math.min(max ?? Infinity, Math.max(min ?? -Infinity, value)))
  })
  let shown: number | undefined
  const write = () => (input.value = shown === undefined ? '' : String(Math.round(shown * 100) / 100))
  input.addEventListener('blur', () => {
    write()
    done?.()
  })
  const element = h(
    'div',
    { class: 'field number' },
    h('label', { for: id }, label, unit ? h('span', { class: 'unit' }, ` ${unit}`) : null),
    input,
  )
  const refresh = (value: number | undefined) => {
    shown = value
    if (document.activeElement !== input || Number(input.value) !== value) {
      const typing = document.activeElement === input && (input.value === '' || input.value.endsWith('.'))
      if (!typing) write()
    }
  }
  return { element, refresh }
}

export interface TextOptions {
  label: string
  rows?: number
  max?: number
  placeholder?: string
  type?: string
  first?: boolean
  set: (value: string) => void
  done?: () => void
  below?: Child
}

export function textControl(options: TextOptions) {
  const { label, rows, max = 1000, placeholder, type = 'text', first, set, done, below } = options
  const id = freshId()
  const shared = { id, maxlength: String(max), placeholder, 'data-first': first, dir: 'auto' }
  const input = rows ? h('textarea', { ...shared, rows: String(rows) }) : h('input', { ...shared, type })
  input.addEventListener('input', () => set(input.value))
  if (done) input.addEventListener('blur', done)
  const element = h('div', { class: 'field' }, h('label', { for: id }, label), input, below)
  const refresh = (value: string) => {
    if (input.value !== value) input.value = value
  }
  /** Puts text where the caret is, and leaves the caret behind it. */
  const insert = (text: string) => {
    input.focus()
    input.setRangeText(text, input.selectionStart ?? 0, input.selectionEnd ?? 0, 'end')
    set(input.value)
  }
  return { element, refresh, insert, input }
}

export interface SelectOptions<Value extends string> {
  label: string
  choices: () => Array<[value: Value, label: string, group?: string]>
  set: (value: Value) => void
}

export function selectControl<Value extends string>({ label, choices, set }: SelectOptions<Value>): Control<Value> {
  const id = freshId()
  const select = h('select', { id })
  const draw = () => {
    const groups = new Map<string, HTMLElement>()
    select.replaceChildren()
    for (const [value, text, group] of choices()) {
      let parent: HTMLElement = select
      if (group !== undefined) {
        parent = groups.get(group) ?? h('optgroup', { label: group })
        if (!groups.has(group)) select.append(parent)
        groups.set(group, parent)
      }
      parent.append(h('option', { value }, text))
    }
  }
  draw()
  select.addEventListener('change', () => set(select.value as Value))
  const element = h('div', { class: 'field' }, h('label', { for: id }, label), select)
  const refresh = (value: Value) => {
    if (![...select.options].some((option) => option.value === value)) draw()
    select.value = value
  }
  return { element, refresh }
}

export function checkControl(label: string, set: (on: boolean) => void): Control<boolean> {
  const id = freshId()
  const input = h('input', { type: 'checkbox', id, on: { change: () => set(input.checked) } })
  const element = h('div', { class: 'field check' }, input, h('label', { for: id }, label))
  return { element, refresh: (on) => (input.checked = on) }
}

/** Pictures in a row of which one is pressed. */
export function choiceControl<Value extends string>(
  label: string,
  choices: Array<[value: Value, label: string, picture: IconName]>,
  set: (value: Value) => void,
): Control<Value> {
  const buttons = choices.map(([value, text, picture]) =>
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': text,
        title: text,
        'data-value': value,
        on: { click: () => set(value) },
      },
      icon(picture),
    ),
  )
  const id = freshId()
  const element = h(
    'div',
    { class: 'field' },
    h('span', { class: 'label', id }, label),
    h('div', { class: 'segments', role: 'group', 'aria-labelledby': id }, buttons),
  )
  const refresh = (value: Value) => {
    for (const each of buttons) mark(each, 'aria-pressed', String(each.dataset.value === value))
  }
  return { element, refresh }
}

export function rangeControl(label: string, set: (percent: number) => void, done: () => void): Control<number> {
  const id = freshId()
  const output = h('output', { for: id, class: 'unit' })
  const input = h('input', { type: 'range', id, min: '0', max: '100', step: '5' })
  input.addEventListener('input', () => set(Number(input.value)))
  input.addEventListener('change', done)
  const element = h('div', { class: 'field' }, h('label', { for: id }, label, ' ', output), input)
  const refresh = (percent: number) => {
    input.value = String(percent)
    output.textContent = `${percent} %`
  }
  return { element, refresh }
}

/** A part of a panel that can be folded. */
export const section = (title: string, open: boolean, ...children: Child[]): HTMLDetailsElement =>
  h(
    'details',
    { class: 'part', open },
    h('summary', {}, h('span', {}, title), icon('chevron')),
    h('div', { class: 'part-body' }, ...children),
  )

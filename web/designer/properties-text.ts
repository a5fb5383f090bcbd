/** What a text says and how it is set. */
import { DESIGN_PLACEHOLDERS, type TextElement } from '../../src/domain/designs.ts'
import { colourControl, contrastWarning } from './colour.ts'
import { checkControl, choiceControl, freshId, numberControl, section, textControl } from './controls.ts'
import { h, icon, mark, fill } from './dom.ts'
import type { Editor } from './editor.ts'
import { FontPicker } from './font-picker.ts'
import { labelFromKey, paletteOf } from './model.ts'
import type { PanelHooks, Part } from './properties.ts'

const NAMES: Record<string, string> = {
  'recipient.name': 'Recipient',
  'template.name': 'Template',
  'issuer.name': 'Issuer',
  'certificate.id': 'Certificate number',
  verification_url: 'Address to verify',
  issued_on: 'Issued on',
  expires_at: 'Valid until',
  version: 'Version',
}

/** Buttons that put a placeholder into a text. */
export function fieldChips(editor: Editor, insert: (text: string) => void, more?: () => void) {
  const list = h('div', { class: 'chips', role: 'group', 'aria-label': 'Insert a field' })
  const chip = (key: string, label: string) =>
    h(
      'button',
      { type: 'button', class: 'chip', title: `{{${key}}}`, on: { click: () => insert(`{{${key}}}`) } },
      label,
    )
  const refresh = () => {
    const key = editor.fields.map((field) => `${field.key}\n${field.label}`).join('\n')
    if (list.dataset.key === key) return
    list.dataset.key = key
    fill(
      list,
      editor.fields.map((field) => chip(field.key, field.label || labelFromKey(field.key))),
      DESIGN_PLACEHOLDERS.map((name) => chip(name, NAMES[name] ?? name)),
      more ? h('button', { type: 'button', class: 'chip new', on: { click: more } }, 'New field…') : null,
    )
  }
  refresh()
  return { element: list, refresh }
}

export function textParts(editor: Editor, hooks: PanelHooks): Part[] {
  const current = () => editor.free.find((element): element is TextElement => element.kind === 'text')
  const set = (label: string, members: Partial<Record<keyof TextElement, unknown>>, merge = true) =>
    editor.set(label, members, merge ? `${Object.keys(members).join()} ${editor.selection.join()}` : undefined)
  return [
    contentPart(editor, hooks, current, set),
    lookPart(editor, hooks, current, set),
    finePart(editor, current, set),
  ]
}

type Current = () => TextElement | undefined
type SetText = (label: string, members: Partial<Record<keyof TextElement, unknown>>, merge?: boolean) => void

function contentPart(editor: Editor, hooks: PanelHooks, current: Current, set: SetText): Part {
  const chips = fieldChips(editor, (text) => content.insert(text), hooks.editFields)
  const content = textControl({
    label: 'Text',
    rows: 3,
    max: 4000,
    first: true,
    set: (text) => set('Text', { text }),
    done: () => editor.settle(),
    below: chips.element,
  })
  const element = h('div', { class: 'part-body lone' }, content.element)
  element.hidden = editor.free.length > 1
  const refresh = () => {
    content.refresh(current()?.text ?? '')
    chips.refresh()
  }
  return { element, refresh }
}

function lookPart(editor: Editor, hooks: PanelHooks, current: Current, set: SetText): Part {
  const font = new FontPicker(hooks.fonts, hooks.preview, (id) => set('Font', { font: id }, false))
  const sizes = sizeControls(editor, set)
  const colour = textColour(editor, set)
  const lines = lineControls(set)
  const element = section(
    'Letters',
    true,
    font.element,
    h('button', { type: 'button', class: 'chip new', on: { click: hooks.addFont } }, 'Upload a font…'),
    h('div', { class: 'pair' }, sizes.elements),
    colour.elements,
    lines.elements,
  )
  const refresh = () => {
    const text = current()
    if (!text) return
    font.refresh(text.font)
    for (const controls of [sizes, colour, lines]) controls.refresh(text)
  }
  return { element, refresh }
}

interface Controls {
  elements: HTMLElement[]
  refresh: (text: TextElement) => void
}

function sizeControls(editor: Editor, set: SetText): Controls {
  const points = { unit: 'pt', step: 0.5, min: 1, max: 1000, done: () => editor.settle() }
  const size = numberControl({
    ...points,
    label: 'Size',
    set: (value) => value !== undefined && set('Text size', { size: value }),
  })
  const least = numberControl({
    ...points,
    label: 'Shrink down to',
    optional: 'never',
    set: (value) => set('Shrink', { minSize: value }),
  })
  const refresh = (text: TextElement) => {
    size.refresh(text.size)
    least.refresh(text.minSize)
  }
  return { elements: [size.element, least.element], refresh }
}

function textColour(editor: Editor, set: SetText): Controls {
  const colour = colourControl(
    {
      label: 'Colour',
      fallback: '#1b2230',
      palette: () => paletteOf(editor.design),
      set: (color, settled) => {
        if (color) set('Colour', { color })
        if (settled) editor.settle()
      },
    },
    freshId(),
  )
  const warning = h('p', { class: 'note', role: 'status' })
  const refresh = (text: TextElement) => {
    colour.refresh(text.color)
    const weak = contrastWarning(editor.design, text) ?? ''
    if (warning.dataset.said !== weak) {
      warning.dataset.said = weak
      fill(warning, weak ? [icon('warning'), weak] : null)
    }
    mark(warning, 'hidden', weak === '')
  }
  return { elements: [colour.element, warning], refresh }
}

function lineControls(set: SetText): Controls {
  const align = choiceControl(
    'Lines',
    [
      ['left', 'Left', 'textLeft'],
      ['center', 'Centre', 'textCenter'],
      ['right', 'Right', 'textRight'],
    ],
    (value) => set('Alignment', { align: value }, false),
  )
  const valign = choiceControl(
    'In the box',
    [
      ['top', 'Top', 'top'],
      ['middle', 'Middle', 'centerY'],
      ['bottom', 'Bottom', 'bottom'],
    ],
    (value) => set('Alignment', { valign: value }, false),
  )
  const wrap = checkControl('Break into lines', (on) => set('Line breaks', { wrap: on || undefined }, false))
  const refresh = (text: TextElement) => {
    align.refresh(text.align ?? 'left')
    valign.refresh(text.valign ?? 'top')
    wrap.refresh(text.wrap ?? false)
  }
  return { elements: [h('div', { class: 'pair' }, align.element, valign.element), wrap.element], refresh }
}

function finePart(editor: Editor, current: Current, set: SetText): Part {
  const done = () => editor.settle()
  const tracking = numberControl({
    label: 'Letter spacing',
    unit: 'pt',
    step: 0.1,
    min: -20,
    max: 100,
    optional: '0',
    set: (value) => set('Letter spacing', { tracking: value || undefined }),
    done,
  })
  const leading = numberControl({
    label: 'Line height',
    step: 0.05,
    min: 0.5,
    max: 5,
    optional: '1.25',
    set: (value) => set('Line height', { leading: value }),
    done,
  })
  const uppercase = checkControl('Capitals', (on) => set('Capitals', { uppercase: on || undefined }, false))
  const link = textControl({
    label: 'Link',
    max: 1000,
    type: 'text',
    placeholder: 'https://… or {{verification_url}}',
    set: (value) => set('Link', { link: value.trim() || undefined }),
    done,
  })
  const text = current()
  const used = text && (text.tracking || text.leading || text.uppercase || text.link)
  const element = section(
    'Spacing and link',
    Boolean(used),
    h('div', { class: 'pair' }, tracking.element, leading.element),
    uppercase.element,
    link.element,
  )
  const refresh = () => {
    const now = current()
    tracking.refresh(now?.tracking)
    leading.refresh(now?.leading)
    uppercase.refresh(now?.uppercase ?? false)
    link.refresh(now?.link ?? '')
  }
  return { element, refresh }
}

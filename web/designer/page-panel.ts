/** The panel of the page: its size, its ground, what is drawn beside it to help, and the template's fields. */
import { PAGE_SIZES, type Design } from '../../src/domain/designs.ts'
import { colourControl } from './colour.ts'
import { checkControl, freshId, hint, numberControl, section, selectControl } from './controls.ts'
import { button, fill, h, iconButton } from './dom.ts'
import type { Editor } from './editor.ts'
import { pageSizeName, paletteOf, withPage, type Page } from './model.ts'
import type { PanelHooks, Part } from './properties.ts'

type SizeName = keyof typeof PAGE_SIZES | 'own'
const SIZE_NAMES: Array<[SizeName, string]> = [
  ['a4', 'A4, landscape'],
  ['a4_portrait', 'A4, portrait'],
  ['letter', 'Letter, landscape'],
  ['letter_portrait', 'Letter, portrait'],
  ['own', 'Another size'],
]

export const pageParts = (editor: Editor, hooks: PanelHooks): Part[] => [
  headPart(),
  sizePart(editor),
  helpPart(editor),
  fieldsPart(editor, hooks),
]

function headPart(): Part {
  const element = h(
    'header',
    { class: 'panel-head column' },
    h('h2', {}, 'Page'),
    hint('Select something on the page, or in the list of layers, to change it.'),
  )
  return { element, refresh: () => {} }
}

/** Width and height. Half-typed sizes would squeeze the elements: only a finished one counts. */
function sideControl(label: string, member: 'width' | 'height', turn: (page: Partial<Page>) => void) {
  const control = numberControl({ label, unit: 'mm', step: 1, min: 20, max: 1200, set: () => {} })
  control.element.querySelector('input')!.addEventListener('change', ({ target }) => {
    const value = Number((target as HTMLInputElement).value)
    if (value >= 20 && value <= 1200) turn({ [member]: value })
  })
  return control
}

function sizePart(editor: Editor): Part {
  const scaled = h('input', { type: 'checkbox', id: freshId(), checked: true })
  const turn = (page: Partial<Page>) =>
    editor.change('Page size', (design) => {
      const next = { ...design.page, ...page }
      return scaled.checked ? withPage(design, next) : { ...design, page: next }
    })
  const size = selectControl<SizeName>({
    label: 'Paper',
    choices: () => SIZE_NAMES,
    set: (name) => name !== 'own' && turn(PAGE_SIZES[name]),
  })
  const width = sideControl('Width', 'width', turn)
  const height = sideControl('Height', 'height', turn)
  const turnAround = () => turn({ width: editor.design.page.height, height: editor.design.page.width })
  const bleed = bleedControl(editor)
  const ground = groundControl(editor)
  const element = section(
    'Paper',
    true,
    size.element,
    h('div', { class: 'pair' }, width.element, height.element),
    h('div', { class: 'field check' }, scaled, h('label', { for: scaled.id }, 'Fit the elements to a new size')),
    button('Turn the page', turnAround),
    bleed.element,
    hint('The bleed is cut off by the printer. Let backgrounds reach over the edge by as much.'),
    ground.element,
  )
  const refresh = () => {
    const { page } = editor.design
    size.refresh(pageSizeName(page) ?? 'own')
    width.refresh(page.width)
    height.refresh(page.height)
    bleed.refresh(page.bleed)
    ground.refresh(page.background)
  }
  return { element, refresh }
}

const bleedControl = (editor: Editor) =>
  numberControl({
    label: 'Bleed',
    unit: 'mm',
    step: 1,
    min: 0,
    max: 10,
    optional: '0',
    set: (value) => {
      const page = ({ page: old }: Design) => ({ ...withoutBleed(old), ...(value ? { bleed: value } : {}) })
      editor.change('Bleed', (design) => ({ ...design, page: page(design) }), 'bleed')
    },
    done: () => editor.settle(),
  })

const groundControl = (editor: Editor) =>
  colourControl(
    {
      label: 'Background',
      optional: true,
      fallback: '#ffffff',
      palette: () => paletteOf(editor.design),
      set: (colour, settled) => {
        editor.change('Background', (design) => ({ ...design, page: paper(design.page, colour) }), 'background')
        if (settled) editor.settle()
      },
    },
    freshId(),
  )

function withoutBleed({ bleed: _, ...page }: Page): Page {
  return page
}
function paper({ background: _, ...page }: Page, colour: string | undefined): Page {
  return colour ? { ...page, background: colour } : page
}

function helpPart(editor: Editor): Part {
  const guides = checkControl('Margins and bleed', (on) => editor.setView({ guides: on }))
  const grid = checkControl('Grid', (on) => editor.setView({ grid: on }))
  const snapping = checkControl('Snap while dragging', (on) => editor.setView({ snapping: on }))
  const margin = numberControl({
    label: 'Safe margin',
    unit: 'mm',
    step: 1,
    min: 0,
    max: 100,
    set: (value) => value !== undefined && editor.setView({ margin: value }),
  })
  const step = numberControl({
    label: 'Grid step',
    unit: 'mm',
    step: 1,
    min: 1,
    max: 100,
    set: (value) => value !== undefined && editor.setView({ gridStep: value }),
  })
  const element = section(
    'Guides',
    true,
    guides.element,
    grid.element,
    snapping.element,
    h('div', { class: 'pair' }, margin.element, step.element),
  )
  const refresh = () => {
    const { view } = editor
    guides.refresh(view.guides)
    grid.refresh(view.grid)
    snapping.refresh(view.snapping)
    margin.refresh(view.margin)
    step.refresh(view.gridStep)
  }
  return { element, refresh }
}

function fieldsPart(editor: Editor, hooks: PanelHooks): Part {
  const list = h('ul', { class: 'field-list' })
  const remove = (key: string) =>
    editor.setFields(
      'Remove field',
      editor.fields.filter((field) => field.key !== key),
    )
  const element = section(
    'Fields of the template',
    false,
    hint('What is filled in for every certificate. Put them into texts as chips.'),
    list,
    button('New field…', hooks.editFields),
  )
  const refresh = () => {
    const key = JSON.stringify(editor.fields)
    if (list.dataset.key === key) return
    list.dataset.key = key
    fill(
      list,
      editor.fields.map((field) =>
        h(
          'li',
          {},
          h('span', {}, field.label, ' ', h('code', {}, field.key)),
          iconButton('trash', `Remove the field ${field.label}`, () => remove(field.key), { class: 'small' }),
        ),
      ),
    )
  }
  return { element, refresh }
}

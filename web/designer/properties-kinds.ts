/** What pictures, codes, shapes and drawings have of their own. */
import type { ImageElement, PathElement, QrElement, ShapeElement } from '../../src/domain/designs.ts'
import { colourControl } from './colour.ts'
import { freshId, hint, numberControl, section, selectControl, textControl } from './controls.ts'
import { assetAddress } from './drawing.ts'
import { h } from './dom.ts'
import type { Editor } from './editor.ts'
import { paletteOf } from './model.ts'
import { fieldChips } from './properties-text.ts'
import type { PanelHooks, Part } from './properties.ts'

const keyOf = (editor: Editor, member: string) => `${member} ${editor.selection.join()}`

/** A colour of each selected element. */
function colourPart(editor: Editor, label: string, member: string, fallback: string, optional = true) {
  const control = colourControl(
    {
      label,
      fallback,
      optional,
      palette: () => paletteOf(editor.design),
      set: (colour, settled) => {
        editor.set(label, { [member]: colour }, keyOf(editor, member))
        if (settled) editor.settle()
      },
    },
    freshId(),
  )
  const refresh = () => {
    const [first] = editor.free
    control.refresh((first as unknown as Record<string, string | undefined> | undefined)?.[member])
  }
  return { element: control.element, refresh }
}

export function imageParts(editor: Editor, hooks: PanelHooks): Part[] {
  const current = () => editor.free.find((element): element is ImageElement => element.kind === 'image')
  const picture = h('img', { class: 'picture', alt: '' })
  const choose = async () => {
    const chosen = await hooks.choosePicture()
    if (chosen) editor.set('Picture', { asset: chosen.id })
  }
  const fit = selectControl<NonNullable<ImageElement['fit']>>({
    label: 'In its box',
    choices: () => [
      ['contain', 'Show all of it'],
      ['cover', 'Fill the box, cut off the rest'],
      ['fill', 'Stretch'],
    ],
    set: (value) => editor.set('Fit', { fit: value }),
  })
  const alt = textControl({
    label: 'What is on it',
    rows: 2,
    max: 500,
    placeholder: 'Leave empty for decoration',
    set: (value) => editor.set('Description', { alt: value }, keyOf(editor, 'alt')),
    done: () => editor.settle(),
    below: hint('Read out to people who cannot see it, and kept in the PDF.'),
  })
  const element = section(
    'Picture',
    true,
    picture,
    h(
      'button',
      { type: 'button', class: 'button', 'data-first': true, on: { click: () => void choose() } },
      'Choose another picture',
    ),
    fit.element,
    alt.element,
  )
  const refresh = () => {
    const image = current()
    if (!image) return
    fit.refresh(image.fit ?? 'contain')
    alt.refresh(image.alt ?? '')
    if (picture.dataset.asset !== image.asset) {
      picture.dataset.asset = image.asset
      picture.hidden = true
      void assetAddress(image.asset).then((address) => {
        if (!address || picture.dataset.asset !== image.asset) return
        picture.src = address
        picture.hidden = false
      })
    }
  }
  return [{ element, refresh }]
}

export function qrParts(editor: Editor): Part[] {
  const current = () => editor.free.find((element): element is QrElement => element.kind === 'qr')
  const chips = fieldChips(editor, (text) => data.insert(text))
  const data = textControl({
    label: 'What it says',
    rows: 2,
    max: 1000,
    first: true,
    placeholder: '{{verification_url}}',
    set: (value) => editor.set('Content', { data: value || undefined }, keyOf(editor, 'data')),
    done: () => editor.settle(),
    below: chips.element,
  })
  const colour = colourPart(editor, 'Colour', 'color', '#000000')
  const ground = colourPart(editor, 'Background', 'background', '#ffffff')
  const element = section(
    'Code',
    true,
    data.element,
    colour.element,
    ground.element,
    hint('Dark on light, and at least 20 mm wide, reads best on paper.'),
  )
  const refresh = () => {
    data.refresh(current()?.data ?? '')
    chips.refresh()
    colour.refresh()
    ground.refresh()
  }
  return [{ element, refresh }]
}

function lineWidth(editor: Editor) {
  return numberControl({
    label: 'Line width',
    unit: 'mm',
    step: 0.1,
    min: 0,
    max: 100,
    optional: '0.3',
    set: (value) => editor.set('Line width', { strokeWidth: value }, keyOf(editor, 'strokeWidth')),
    done: () => editor.settle(),
  })
}

export function shapeParts(editor: Editor): Part[] {
  const current = () => editor.free.find((element): element is ShapeElement => 'kind' in element)
  const kind = current()?.kind
  const filled = kind === 'line' ? undefined : colourPart(editor, 'Fill', 'fill', '#e7ecf6')
  const stroke = colourPart(editor, 'Line', 'stroke', '#1b2230')
  const width = lineWidth(editor)
  const radius = numberControl({
    label: 'Round corners',
    unit: 'mm',
    step: 0.5,
    min: 0,
    optional: '0',
    set: (value) => editor.set('Corners', { radius: value || undefined }, keyOf(editor, 'radius')),
    done: () => editor.settle(),
  })
  const dash = selectControl<string>({
    label: 'Dashes',
    choices: () => [
      ['', 'None'],
      ['1,1', 'Short'],
      ['3,2', 'Long'],
      ['0.1,1', 'Dots'],
    ],
    set: (value) =>
      editor.set('Dashes', { dash: value ? (value.split(',').map(Number) as [number, number]) : undefined }),
  })
  const element = section(
    'Looks',
    true,
    filled?.element,
    stroke.element,
    h('div', { class: 'pair' }, width.element, kind === 'rect' ? radius.element : null, dash.element),
  )
  const refresh = () => {
    const shape = current()
    filled?.refresh()
    stroke.refresh()
    width.refresh(shape?.strokeWidth)
    radius.refresh(shape?.radius)
    dash.refresh(shape?.dash?.join(',') ?? '')
  }
  return [{ element, refresh }]
}

export function pathParts(editor: Editor): Part[] {
  const current = () => editor.free.find((element): element is PathElement => element.kind === 'path')
  const filled = colourPart(editor, 'Fill', 'fill', '#1b2230')
  const stroke = colourPart(editor, 'Line', 'stroke', '#1b2230')
  const width = lineWidth(editor)
  const element = section('Looks', true, filled.element, stroke.element, width.element)
  const refresh = () => {
    filled.refresh()
    stroke.refresh()
    width.refresh(current()?.strokeWidth)
  }
  return [{ element, refresh }]
}

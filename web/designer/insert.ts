/** Buttons that put something new on the page. */
import type { DesignElement } from '../../src/domain/designs.ts'
import { h, icon, type IconName } from './dom.ts'
import type { Editor } from './editor.ts'
import { newElement, placeholdersOf, type Kind } from './model.ts'

export interface InsertHooks {
  picture: () => void
  added: () => void
}

/** The field that is most likely missing: the first one that no text shows yet. */
function nextField(editor: Editor): string {
  const used = new Set(editor.design.elements.flatMap(placeholdersOf))
  const keys = ['recipient.name', ...editor.fields.map(({ key }) => key), 'issued_on']
  return keys.find((key) => !used.has(key)) ?? 'recipient.name'
}

export function insertBar(editor: Editor, hooks: InsertHooks): HTMLElement {
  const put = (kind: Kind, more: Partial<DesignElement> = {}) => {
    editor.add([newElement(editor.design, kind, more)], 'Add')
    hooks.added()
  }
  const entries: Array<[IconName, string, () => void]> = [
    ['text', 'Text', () => put('text')],
    ['field', 'Field', () => put('text', { text: `{{${nextField(editor)}}}` } as Partial<DesignElement>)],
    ['image', 'Picture', hooks.picture],
    ['qr', 'QR code', () => put('qr')],
    ['rect', 'Rectangle', () => put('rect')],
    ['ellipse', 'Ellipse', () => put('ellipse')],
    ['line', 'Line', () => put('line')],
  ]
  return h(
    'section',
    { class: 'panel insert-panel', 'aria-label': 'Add to the page' },
    entries.map(([picture, label, press]) =>
      h('button', { type: 'button', class: 'insert', on: { click: press } }, icon(picture), h('span', {}, label)),
    ),
  )
}

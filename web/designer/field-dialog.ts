/** A new field of the template: published together with the design that shows it. */
import { FIELD_TYPES, type FieldType, type TemplateField } from '../../src/domain/templates.ts'
import { checkControl, selectControl, textControl } from './controls.ts'
import { openDialog } from './dialogs.ts'
import { button, h } from './dom.ts'

const TYPE_NAMES: Record<FieldType, string> = {
  text: 'Text',
  number: 'Number',
  date: 'Date',
  url: 'Web address',
  email: 'E-mail address',
  boolean: 'Yes or no',
  choice: 'One of a list',
}

/** “Course name” → `course_name`. */
export const keyFromLabel = (label: string): string =>
  label
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 60)

/** The field that was described; undefined when the dialog was closed. */
export async function newField(taken: string[]): Promise<TemplateField | undefined> {
  let made: TemplateField | undefined
  await openDialog((close) => {
    const draft: TemplateField = { key: '', label: '', type: 'text', required: false }
    let choices = ''
    const wrong = h('p', { class: 'wrong', role: 'alert' })
    const preview = h('p', { class: 'hint' })
    const label = textControl({
      label: 'Name',
      max: 120,
      placeholder: 'Course name',
      set: (text) => {
        draft.label = text.trim()
        draft.key = keyFromLabel(text)
        preview.textContent = draft.key ? `In texts: {{${draft.key}}}` : ''
      },
    })
    const list = textControl({ label: 'Choices, one per line', rows: 4, max: 4000, set: (text) => (choices = text) })
    list.element.hidden = true
    const type = selectControl<FieldType>({
      label: 'Kind',
      choices: () => FIELD_TYPES.map((each): [FieldType, string] => [each, TYPE_NAMES[each]]),
      set: (each) => {
        draft.type = each
        list.element.hidden = each !== 'choice'
      },
    })
    const required = checkControl('Every certificate must have it', (on) => (draft.required = on))
    const finish = () => {
      const lines = choices.split('\n').flatMap((line) => line.trim() || [])
      if (!draft.key) wrong.textContent = 'Give it a name with at least one Latin letter.'
      else if (taken.includes(draft.key)) wrong.textContent = `There is a field ${draft.key} already.`
      else if (draft.type === 'choice' && lines.length === 0) wrong.textContent = 'Name the choices, one per line.'
      else {
        made = draft.type === 'choice' ? { ...draft, choices: lines } : draft
        close()
      }
    }
    return {
      title: 'New field',
      body: [label.element, preview, type.element, list.element, required.element, wrong],
      actions: [button('Cancel', close), button('Add the field', finish, 'primary')],
    }
  })
  return made
}

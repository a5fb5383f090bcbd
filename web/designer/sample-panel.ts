/** Whose name and values the preview shows. What is typed here stays in this tab and is written down nowhere. */
import type { SampleName } from '../../src/domain/designs-samples.ts'
import type { PreviewRequest } from './api.ts'
import { selectControl, textControl } from './controls.ts'
import { fill, h, icon } from './dom.ts'
import type { Editor } from './editor.ts'
import { fieldsWanted, labelFromKey, placeholdersOf } from './model.ts'
import { FIRST_SAMPLE, SAMPLE_CHOICES, valuesFor } from './samples.ts'

export class SamplePanel {
  private chosen: SampleName = FIRST_SAMPLE
  private own: Record<string, string> = {}
  private readonly fields = h('div', { class: 'own-values' })
  private readonly controls = new Map<string, ReturnType<typeof textControl>>()
  readonly element: HTMLElement
  /** The short way to another sample, in the bar over the page. */
  readonly quick: HTMLSelectElement

  constructor(
    private readonly editor: Editor,
    private readonly templateName: string,
    private readonly changed: () => void,
  ) {
    const choices = () =>
      SAMPLE_CHOICES.map(({ id, label, sample }): [SampleName, string] => [id, `${label}: ${shortened(sample.name)}`])
    const list = selectControl<SampleName>({ label: 'Person', choices, set: (id) => this.choose(id) })
    this.quick = h('select', { 'aria-label': 'Preview with', class: 'quick-sample' })
    for (const [id, label] of choices()) this.quick.append(h('option', { value: id }, label))
    this.quick.addEventListener('change', () => this.choose(this.quick.value as SampleName))
    this.element = h(
      'section',
      { class: 'panel sample-panel', 'aria-labelledby': 'sample-title' },
      h('div', { class: 'part-body person' }, list.element),
      h(
        'details',
        { class: 'part' },
        h('summary', {}, h('h2', { id: 'sample-title' }, 'Sample values of your own'), icon('chevron')),
        this.fields,
      ),
    )
    this.refreshList = () => list.refresh(this.chosen)
    this.refreshList()
    this.drawFields()
    editor.listen((what) => what === 'design' && this.drawFields())
  }
  private readonly refreshList: () => void

  private choose(id: SampleName) {
    this.chosen = id
    this.quick.value = id
    this.refreshList()
    this.drawFields()
    this.changed()
  }

  /** What the server is asked for. */
  get request(): Pick<PreviewRequest, 'fields' | 'name' | 'sample' | 'values'> {
    return { fields: this.editor.fields, name: this.templateName, sample: this.chosen, values: { ...this.own } }
  }

  /** One line for each placeholder that the design uses. */
  private drawFields() {
    const used = [...new Set(['recipient.name', ...this.editor.design.elements.flatMap(placeholdersOf)])]
    const { editor, templateName } = this
    const undeclared = fieldsWanted(editor.design, editor.fields)
    const values = valuesFor(this.chosen, { fields: editor.fields, templateName, undeclared })
    const key = used.join('\n')
    if (this.fields.dataset.key !== key) {
      this.fields.dataset.key = key
      for (const name of used) if (!this.controls.has(name)) this.controls.set(name, this.control(name))
      fill(
        this.fields,
        used.map((name) => this.controls.get(name)!.element),
      )
    }
    for (const name of used) this.controls.get(name)!.input.placeholder = values[name] ?? ''
  }
  private control(name: string) {
    const label = this.editor.fields.find((field) => field.key === name)?.label ?? labelFromKey(name)
    return textControl({
      label,
      max: 2000,
      set: (value) => {
        if (value === '') delete this.own[name]
        else this.own[name] = value
        this.changed()
      },
    })
  }
}

const shortened = (name: string) => (name.length > 34 ? `${name.slice(0, 33)}…` : name)

/** The bar over everything, and the one over the page. */
import type { TemplateBody } from './api.ts'
import { button, fill, h, icon, iconButton, mark } from './dom.ts'
import type { SavingState } from './drafts.ts'
import type { Editor } from './editor.ts'

export interface ToolbarHooks {
  leave: () => void
  undo: () => void
  redo: () => void
  publish: () => void
  proof: () => void
  exportZip: () => void
  help: () => void
  /** 0 = fit. */
  zoom: (by: 1 | 0 | -1) => void
}

const SAVING: Record<SavingState, string> = {
  clean: 'Published',
  saving: 'Saving the draft…',
  saved: 'Draft, kept in this browser',
  failed: 'The draft is not kept',
}

export class Toolbar {
  private readonly version = h('span', { class: 'version' })
  private readonly saving = h('span', { class: 'saving' })
  private readonly undo: HTMLButtonElement
  private readonly redo: HTMLButtonElement
  private readonly percent = h('span', { class: 'percent' })
  private readonly time = h('span', { class: 'time', title: 'From a change to its picture' })
  readonly element: HTMLElement

  constructor(
    private readonly editor: Editor,
    template: TemplateBody,
    private readonly hooks: ToolbarHooks,
  ) {
    this.undo = iconButton('undo', 'Undo', hooks.undo)
    this.redo = iconButton('redo', 'Redo', hooks.redo)
    this.element = h(
      'header',
      { class: 'top' },
      iconButton('arrowLeft', 'All templates', hooks.leave),
      h('div', { class: 'title' }, h('h1', {}, template.name), h('p', {}, this.version, this.saving)),
      h('div', { class: 'row-buttons', role: 'group', 'aria-label': 'Steps' }, this.undo, this.redo),
      h('span', { class: 'grow' }),
      button('Keys', hooks.help, 'quiet wide-only'),
      button('Export', hooks.exportZip, 'wide-only'),
      button('PDF proof', hooks.proof, 'proof'),
      button('Publish', hooks.publish, 'primary'),
    )
    this.showVersion(template)
    this.showSteps()
    editor.listen((what) => what === 'design' && this.showSteps())
  }

  /** Zoom, what helps to place things, and the sample. */
  canvasBar(sample: HTMLElement): HTMLElement {
    const { editor, hooks } = this
    const toggle = (member: 'grid' | 'guides' | 'snapping', picture: 'grid' | 'guides' | 'magnet', label: string) => {
      const press = () => editor.setView({ [member]: !editor.view[member] })
      const control = iconButton(picture, label, press, { class: 'small' })
      const refresh = () => mark(control, 'aria-pressed', String(editor.view[member]))
      editor.listen((what) => what === 'view' && refresh())
      refresh()
      return control
    }
    return h(
      'div',
      { class: 'canvas-bar', role: 'toolbar', 'aria-label': 'View' },
      h(
        'div',
        { class: 'row-buttons', role: 'group', 'aria-label': 'Zoom' },
        iconButton('minus', 'Zoom out', () => hooks.zoom(-1), { class: 'small' }),
        this.percent,
        iconButton('plus', 'Zoom in', () => hooks.zoom(1), { class: 'small' }),
        iconButton('fit', 'Fit the page', () => hooks.zoom(0), { class: 'small' }),
      ),
      h(
        'div',
        { class: 'row-buttons', role: 'group', 'aria-label': 'Guides' },
        toggle('guides', 'guides', 'Margins and bleed'),
        toggle('grid', 'grid', 'Grid'),
        toggle('snapping', 'magnet', 'Snap while dragging'),
      ),
      h('span', { class: 'grow' }),
      h('label', { class: 'sample-pick' }, icon('person'), sample),
      this.time,
    )
  }

  private showSteps() {
    for (const [control, label, word] of [
      [this.undo, this.editor.undoLabel, 'Undo'],
      [this.redo, this.editor.redoLabel, 'Redo'],
    ] as const) {
      // Not `disabled`: a button that loses the focus under the finger throws the keyboard off the page.
      mark(control, 'aria-disabled', String(label === undefined))
      control.title = label ? `${word}: ${label}` : word
      mark(control, 'aria-label', control.title)
    }
  }
  showVersion({ version, sandbox }: TemplateBody) {
    fill(this.version, `Version ${version}`, sandbox ? ' · Sandbox' : null)
  }
  showSaving(state: SavingState) {
    this.saving.textContent = SAVING[state]
    mark(this.saving, 'data-state', state)
  }
  showZoom(percent: number, fits: boolean) {
    this.percent.textContent = `${percent} %`
    mark(this.percent, 'data-fits', fits)
  }
  showTime(milliseconds: number) {
    this.time.textContent = `${Math.round(milliseconds)} ms`
  }
}

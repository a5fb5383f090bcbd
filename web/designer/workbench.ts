/** The open design: canvas, lists and panels put together, and what the buttons over them do. */
import { api, sayError, type Face, type PreviewRequest, type TemplateBody } from './api.ts'
import { Canvas } from './canvas.ts'
import { Clipboard } from './clipboard.ts'
import { pickFile, type Toasts } from './dialogs.ts'
import { h, mark } from './dom.ts'
import { Autosave, type SavingState } from './drafts.ts'
import type { Editor } from './editor.ts'
import { newField } from './field-dialog.ts'
import { saveExport, saveProof } from './files.ts'
import { showHelp } from './help.ts'
import { insertBar } from './insert.ts'
import { Keys } from './keys.ts'
import { Layers } from './layers.ts'
import { addPicture, choosePicture, placePicture, upload } from './pictures.ts'
import { Preview, type PreviewResult } from './preview.ts'
import { findingsOf, Problems } from './problems.ts'
import { Properties } from './properties.ts'
import { publish } from './publish.ts'
import { SamplePanel } from './sample-panel.ts'
import { Tabs } from './tabs.ts'
import { Toolbar } from './toolbar.ts'

export interface WorkbenchOptions {
  editor: Editor
  template: TemplateBody
  fonts: Face[]
  toasts: Toasts
  /** The draft differs from what is published. */
  begun: boolean
  leave: () => void
}

export class Workbench {
  readonly element = h('div', { class: 'workbench' })
  private readonly canvas: Canvas
  private readonly layers: Layers
  private readonly properties: Properties
  private readonly problems: Problems
  private readonly samples: SamplePanel
  private readonly toolbar: Toolbar
  private readonly tabs = new Tabs(this.element)
  private readonly preview: Preview
  private readonly autosave: Autosave
  private readonly keys: Keys
  private readonly clipboard: Clipboard
  private last: PreviewResult | undefined
  private readonly wrong = h('p', { class: 'preview-wrong', role: 'alert', hidden: true })
  template: TemplateBody

  constructor(private readonly options: WorkbenchOptions) {
    const { editor, template, fonts, toasts } = options
    this.template = template
    this.toolbar = new Toolbar(editor, template, {
      leave: options.leave,
      undo: () => this.undo(),
      redo: () => this.redo(),
      publish: () => void this.publish(),
      proof: () => void saveProof(this.request(), this.template, toasts),
      exportZip: () => void saveExport(this.template, toasts),
      help: () => void showHelp(),
      zoom: (by) => (by === 0 ? this.canvas.fit() : this.canvas.zoomBy(by)),
    })
    this.canvas = new Canvas(editor, {
      edit: () => this.editText(),
      zoomed: (percent, fits) => this.toolbar.showZoom(percent, fits),
      say: toasts.say,
    })
    this.layers = new Layers(editor, toasts.say)
    this.problems = new Problems(editor, () => this.canvas.element.focus())
    this.samples = new SamplePanel(editor, template.name, () => this.preview.refresh())
    this.properties = new Properties(editor, {
      fonts,
      preview: api.preview,
      say: toasts.say,
      choosePicture,
      editFields: () => void this.addField(),
      addFont: () => void this.addFont(),
    })
    this.preview = new Preview(
      api.preview,
      () => this.request(),
      (result) => this.shown(result),
      (message) => this.failed(message),
      (idle) => mark(this.canvas.element, 'data-idle', idle),
    )
    this.autosave = new Autosave(
      editor,
      template.id,
      () => this.template.version,
      (state) => this.saved(state),
      options.begun,
    )
    this.keys = new Keys(editor, this.canvas, {
      say: toasts.say,
      undo: () => this.undo(),
      redo: () => this.redo(),
      help: () => void showHelp(),
      publish: () => void this.publish(),
    })
    this.clipboard = new Clipboard(editor, toasts, (file) => void addPicture(editor, toasts, file))
    editor.listen((what) => {
      if (what === 'design') this.preview.refresh()
    })
    this.build()
    this.toolbar.showSaving(this.autosave.state)
    this.preview.refresh()
  }

  private build() {
    const { editor, toasts } = this.options
    const insert = insertBar(editor, {
      picture: () => void this.pickPicture(),
      added: () => this.canvas.element.focus(),
    })
    const left = h(
      'aside',
      { class: 'side left', 'aria-label': 'Elements' },
      insert,
      this.layers.element,
      this.problems.element,
    )
    const right = h(
      'aside',
      { class: 'side right', 'aria-label': 'Settings' },
      this.properties.element,
      this.samples.element,
    )
    const help = h(
      'p',
      { class: 'spoken', id: 'canvas-help' },
      'Arrow keys move the selection, Page Up and Page Down select another element, Enter goes to its properties. Press the question mark for all keys.',
    )
    const middle = h(
      'main',
      { class: 'middle', id: 'page-area' },
      this.toolbar.canvasBar(this.samples.quick),
      help,
      this.canvas.element,
      this.wrong,
    )
    // Read in the order of work: what there is, where it is, how it is.
    this.element.append(this.toolbar.element, left, middle, right, this.tabs.element)
    this.element.addEventListener(
      'dragover',
      (event) => event.dataTransfer?.types.includes('Files') && event.preventDefault(),
    )
    this.element.addEventListener('drop', (event) => {
      const file = event.dataTransfer?.files[0]
      if (!file) return
      event.preventDefault()
      void addPicture(editor, toasts, file)
    })
  }

  // ── preview ────────────────────────────────────────────
  private request(): PreviewRequest {
    return { design: this.options.editor.design, ...this.samples.request }
  }
  private shown(result: PreviewResult) {
    this.last = result
    this.wrong.hidden = true
    if (!this.canvas.show(result.svg)) return this.failed('The server sent no picture.')
    mark(this.canvas.element, 'data-milliseconds', result.milliseconds.toFixed(1))
    this.toolbar.showTime(result.milliseconds)
    this.check()
  }
  private failed(message: string) {
    this.wrong.textContent = message
    this.wrong.hidden = false
    this.check()
  }
  private check() {
    const findings = findingsOf(this.options.editor, this.last?.problems ?? [])
    const ids = new Set(findings.flatMap(({ element }) => element ?? []))
    this.problems.set(findings)
    this.layers.setTroubled(ids)
    this.canvas.setTroubled(ids)
    this.tabs.label('problems', findings.length ? `Problems (${findings.length})` : 'Problems')
  }

  // ── what the buttons do ────────────────────────────────
  private undo() {
    const label = this.options.editor.undo()
    this.options.toasts.say(label ? `Undone: ${label}` : 'Nothing to undo')
  }
  private redo() {
    const label = this.options.editor.redo()
    this.options.toasts.say(label ? `Done again: ${label}` : 'Nothing to do again')
  }
  private editText() {
    this.tabs.show('properties')
    this.properties.focus()
  }
  private saved(state: SavingState) {
    this.toolbar.showSaving(state)
    if (state === 'failed')
      this.options.toasts.fail(
        'This browser cannot keep the draft: its storage is full or switched off. Publish before you leave.',
      )
  }

  private async pickPicture() {
    const asset = await choosePicture()
    if (!asset) return
    placePicture(this.options.editor, asset)
    this.canvas.element.focus()
  }
  private async addField() {
    const { editor } = this.options
    const field = await newField(editor.fields.map(({ key }) => key))
    if (field) editor.setFields('New field', [...editor.fields, field])
  }

  private async addFont() {
    const { editor, fonts, toasts } = this.options
    const file = await pickFile('.ttf,.otf,font/ttf,font/otf')
    if (!file) return
    try {
      const asset = await upload(file)
      fonts.splice(0, fonts.length, ...(await api.fonts()))
      editor.set('Font', { font: asset.id })
      this.properties.rebuild()
      toasts.show(`${asset.family ?? asset.name} can be used now`)
    } catch (error) {
      toasts.fail(sayError(error))
    }
  }

  private async publish() {
    if (document.querySelector('dialog[open]')) return
    const { editor, toasts } = this.options
    try {
      const { revision } = editor
      const published = await publish({ editor, template: this.template, findings: this.problems.findings })
      if (!published) return
      this.template = published
      this.toolbar.showVersion(published)
      // What was changed while the answer was on its way is a draft already.
      if (editor.revision === revision) this.autosave.clear()
      toasts.show(`Version ${published.version} is published`)
    } catch (error) {
      toasts.fail(sayError(error))
    }
  }
  /** What was not written down yet would be lost. */
  get unsaved(): boolean {
    return this.autosave.state === 'saving' || this.autosave.state === 'failed'
  }
  flush() {
    this.autosave.flush()
  }
  stop() {
    this.autosave.stop()
    this.preview.stop()
    this.keys.stop()
    this.clipboard.stop()
    this.canvas.stop()
  }
}

/** Drafts live in this browser until they are published: one per template, written a moment after every change. */
import type { Design } from '../../src/domain/designs.ts'
import type { TemplateField } from '../../src/domain/templates.ts'
import type { Editor } from './editor.ts'

export interface Draft {
  design: Design
  fields: TemplateField[]
  /** Version of the template it began with. */
  version: number
  savedAt: number
}
const PREFIX = 'testamur.designer.draft.'
const DELAY_MS = 400

const isDraft = (value: unknown): value is Draft => {
  const draft = value as Draft | null
  return (
    typeof draft === 'object' &&
    draft !== null &&
    Array.isArray(draft.design?.elements) &&
    typeof draft.design.page?.width === 'number' &&
    Array.isArray(draft.fields)
  )
}

/** The draft of a template; undefined when there is none or what is kept cannot be read. */
export function readDraft(templateId: string): Draft | undefined {
  try {
    const draft: unknown = JSON.parse(localStorage.getItem(PREFIX + templateId) ?? 'null')
    return isDraft(draft) ? draft : undefined
  } catch {
    return undefined
  }
}
export function dropDraft(templateId: string): void {
  try {
    localStorage.removeItem(PREFIX + templateId)
  } catch {
    // A browser without storage keeps nothing that could be dropped.
  }
}

export type SavingState = 'clean' | 'saving' | 'saved' | 'failed'

/** Writes an editor's design down as it changes, and says how that goes. */
export class Autosave {
  state: SavingState
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly forget: () => void

  constructor(
    private readonly editor: Editor,
    private readonly templateId: string,
    private readonly version: () => number,
    private readonly tell: (state: SavingState) => void,
    begun: boolean,
  ) {
    this.state = begun ? 'saved' : 'clean'
    this.forget = editor.listen((what) => what === 'design' && this.later())
  }

  private later() {
    this.say('saving')
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.flush(), DELAY_MS)
  }

  /** Writes at once what waits. */
  flush() {
    if (this.state !== 'saving' && this.state !== 'failed') return
    clearTimeout(this.timer)
    const { design, fields } = this.editor
    const draft: Draft = { design, fields, version: this.version(), savedAt: Date.now() }
    try {
      localStorage.setItem(PREFIX + this.templateId, JSON.stringify(draft))
      this.say('saved')
    } catch {
      this.say('failed')
    }
  }

  /** It was published: nothing is left to keep. */
  clear() {
    clearTimeout(this.timer)
    dropDraft(this.templateId)
    this.say('clean')
  }
  stop() {
    this.flush()
    clearTimeout(this.timer)
    this.forget()
  }
  private say(state: SavingState) {
    this.state = state
    this.tell(state)
  }
}

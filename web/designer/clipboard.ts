/** Copy, cut and paste of elements, also between two open designs; a pasted picture is uploaded. */
import type { DesignElement } from '../../src/domain/designs.ts'
import type { Toasts } from './dialogs.ts'
import type { Editor } from './editor.ts'
import { copiesOf } from './model.ts'

const MARK = 'testamur/elements'
const MOST = 200

const typing = () => {
  const active = document.activeElement
  return active instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName)
}

/** Elements in a text that this page put onto the clipboard; what does not look like them is none. */
export function elementsIn(text: string): DesignElement[] {
  try {
    const found = JSON.parse(text) as { kind?: unknown; elements?: unknown }
    if (found.kind !== MARK || !Array.isArray(found.elements)) return []
    return (found.elements as DesignElement[])
      .filter((each) => ['text', 'image', 'rect', 'ellipse', 'line', 'path', 'qr'].includes(each?.kind))
      .filter((each) => [each.x, each.y, each.width, each.height].every(Number.isFinite))
      .slice(0, MOST)
  } catch {
    return []
  }
}

export class Clipboard {
  private readonly off = new AbortController()
  constructor(
    private readonly editor: Editor,
    private readonly toasts: Toasts,
    private readonly picture: (file: File) => void,
  ) {
    const { signal } = this.off
    document.addEventListener('copy', (event) => void this.copy(event), { signal })
    document.addEventListener('cut', (event) => void (this.copy(event) && editor.remove()), { signal })
    document.addEventListener('paste', (event) => this.paste(event), { signal })
  }
  stop() {
    this.off.abort()
  }

  private copy(event: ClipboardEvent): boolean {
    const { selected } = this.editor
    const textIsSelected = String(getSelection()) !== ''
    if (typing() || textIsSelected || selected.length === 0 || document.querySelector('dialog[open]')) return false
    event.clipboardData?.setData('text/plain', JSON.stringify({ kind: MARK, elements: selected }))
    event.preventDefault()
    this.toasts.say(`Copied ${selected.length === 1 ? '1 element' : `${selected.length} elements`}`)
    return true
  }

  private paste(event: ClipboardEvent) {
    if (typing() || document.querySelector('dialog[open]')) return
    const file = event.clipboardData?.files[0]
    if (file?.type.startsWith('image/')) {
      event.preventDefault()
      return this.picture(file)
    }
    const elements = elementsIn(event.clipboardData?.getData('text/plain') ?? '')
    if (elements.length === 0) return
    event.preventDefault()
    this.editor.add(copiesOf(this.editor.design, elements, 5), 'Paste')
  }
}

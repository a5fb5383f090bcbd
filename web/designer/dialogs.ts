/** Questions over the page, and short words at its foot. The browser keeps the focus inside a dialog and gives it back. */
import { button, fill, h, iconButton, type Child } from './dom.ts'

export interface DialogParts {
  title: string
  wide?: boolean
  body: Child[]
  /** Buttons; the last one is the way on. */
  actions?: HTMLElement[]
}

/** Opens a dialog; resolves when it closes, however that happens. */
export function openDialog(make: (close: () => void) => DialogParts): Promise<void> {
  return new Promise((resolve) => {
    const dialog = h('dialog', { class: 'dialog' })
    const close = () => dialog.close()
    const { title, wide, body, actions } = make(close)
    if (wide) dialog.classList.add('wide')
    dialog.setAttribute('aria-label', title)
    fill(
      dialog,
      h(
        'header',
        { class: 'dialog-head' },
        h('h2', {}, title),
        iconButton('close', 'Close', close, { class: 'small' }),
      ),
      h('div', { class: 'dialog-body' }, body),
      actions ? h('footer', { class: 'dialog-foot' }, actions) : null,
    )
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve()
    })
    dialog.addEventListener('pointerdown', (event) => event.target === dialog && close())
    document.body.append(dialog)
    dialog.showModal()
  })
}

/** True when the person gives something up; closing the dialog keeps it. */
export async function givesUp(title: string, text: string, words: { drop: string; keep: string }): Promise<boolean> {
  let agreed = false
  await openDialog((close) => {
    const agree = () => {
      agreed = true
      close()
    }
    const keep = button(words.keep, close, 'primary', { autofocus: true })
    return { title, body: [h('p', {}, text)], actions: [button(words.drop, agree), keep] }
  })
  return agreed
}

/** The line at the foot of the page, read out as well. Errors stay until they are closed. */
export class Toasts {
  readonly element = h('div', { class: 'toasts' })
  private readonly polite = h('p', { class: 'spoken', role: 'status', 'aria-live': 'polite' })
  private readonly urgent = h('p', { class: 'spoken', role: 'alert' })
  private timer: ReturnType<typeof setTimeout> | undefined
  private spoken = 0

  constructor() {
    this.element.append(this.polite, this.urgent)
  }

  /** Only for those who listen; said again also when it is the same. */
  say = (text: string) => {
    this.polite.textContent = `${text}${++this.spoken % 2 ? '' : '\u00a0'}`
  }
  show = (text: string) => {
    this.say(text)
    this.put('toast', text)
    this.timer = setTimeout(() => this.clear(), 6_000)
  }
  fail = (text: string) => {
    this.urgent.textContent = text
    this.put('toast wrong', text)
  }
  private clear() {
    this.element.querySelector('.toast')?.remove()
  }
  private put(className: string, text: string) {
    clearTimeout(this.timer)
    this.clear()
    const close = iconButton('close', 'Close this message', () => this.clear(), { class: 'small' })
    this.element.append(h('div', { class: className }, h('span', {}, text), close))
  }
}

/** Hands a file to the person. */
export function saveFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  const link = h('a', { href: address, download: name, hidden: true })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** Lets the person pick a file from the disk. */
export function pickFile(accept: string): Promise<File | undefined> {
  return new Promise((resolve) => {
    const input = h('input', { type: 'file', accept, hidden: true })
    input.addEventListener('change', () => {
      resolve(input.files?.[0])
      input.remove()
    })
    input.addEventListener('cancel', () => {
      resolve(undefined)
      input.remove()
    })
    document.body.append(input)
    input.click()
  })
}

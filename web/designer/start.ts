/** Before a design is open: the key, the templates that are there, and the gallery to begin from. */
import { PAGE_SIZES, type Design, type TextElement } from '../../src/domain/designs.ts'
import { api, ApiError, keptKey, sayError, type GalleryItem, type PreviewAnswer, type TemplateBody } from './api.ts'
import { selectControl, textControl } from './controls.ts'
import { openDialog, pickFile, type Toasts } from './dialogs.ts'
import { button, fill, h } from './dom.ts'
import { readDraft } from './drafts.ts'
import { fieldsWanted, labelFromKey, newElement } from './model.ts'
import { ago } from './words.ts'

export interface StartHooks {
  toasts: Toasts
  open: (template: TemplateBody) => void
  signOut: () => void
}

/** Asks for the key and tries it before anything else is shown. */
export function signIn(enter: () => Promise<void>, problem = ''): HTMLElement {
  const wrong = h('p', { class: 'wrong', role: 'alert' }, problem)
  const input = h('input', {
    type: 'password',
    id: 'key',
    name: 'key',
    required: true,
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'tm_live_…',
    'aria-describedby': 'key-hint',
  })
  const go = h('button', { type: 'submit', class: 'button primary' }, 'Open the designer')
  const submit = async (event: Event) => {
    event.preventDefault()
    keptKey.write(input.value.trim())
    go.disabled = true
    wrong.textContent = ''
    try {
      await enter()
    } catch (error) {
      keptKey.forget()
      wrong.textContent = sayError(error)
      go.disabled = false
      input.select()
    }
  }
  return h(
    'main',
    { class: 'sign-in' },
    h('h1', {}, 'Template designer'),
    h('p', {}, 'Certificates begin here: choose a design, make it yours, and publish it.'),
    h(
      'form',
      { on: { submit: (event) => void submit(event) } },
      h('div', { class: 'field' }, h('label', { for: 'key' }, 'API key'), input),
      h(
        'p',
        { class: 'hint', id: 'key-hint' },
        'A key with the scope templates. It stays in this tab and is forgotten when you close it.',
      ),
      wrong,
      go,
    ),
  )
}

const BLANK: GalleryItem = {
  slug: '',
  name: 'Empty page',
  description: 'A name and a code to verify it, and nothing else.',
  sizes: ['a4', 'letter', 'a4_portrait', 'letter_portrait'],
  fields: [{ key: 'course_name', label: 'Course', type: 'text', required: true }],
}

function blankDesign(page: Design['page']): Design {
  const design: Design = { page: { ...page, background: '#ffffff' }, elements: [] }
  const line = (y: number, text: string, size: number, name: string): Partial<TextElement> => ({
    ...{ text, size, name, y, minSize: size / 2 },
    ...{ x: 20, width: page.width - 40, height: Math.ceil(size * 0.6) },
  })
  design.elements.push(newElement(design, 'text', line(page.height * 0.36, '{{recipient.name}}', 36, 'Recipient')))
  design.elements.push(newElement(design, 'text', line(page.height * 0.36 + 26, '{{course_name}}', 18, 'Course')))
  design.elements.push(newElement(design, 'qr', { y: page.height - 48, name: 'QR code' }))
  return design
}

const SIZES: Record<string, string> = {
  a4: 'A4',
  a4_portrait: 'A4 portrait',
  letter: 'Letter',
  letter_portrait: 'Letter portrait',
}
const region = () => (/-(US|CA|MX|PH)$/.test(navigator.language) ? 'letter' : 'a4')

export class Start {
  readonly element = h('main', { class: 'start' })
  private readonly templates = h('ul', { class: 'cards', 'aria-label': 'Your templates' })
  private readonly gallery = h('ul', { class: 'cards', 'aria-label': 'Gallery' })
  private readonly state = h('p', { class: 'hint', role: 'status' }, 'Loading…')
  private paper = region()
  private readonly pictures = new Pictures()
  private designs: GalleryItem[] = []

  constructor(private readonly hooks: StartHooks) {
    const paper = selectControl<string>({
      label: 'Paper',
      choices: () => [
        ['a4', 'A4'],
        ['letter', 'US Letter'],
      ],
      set: (value) => {
        this.paper = value
        this.drawGallery()
      },
    })
    paper.refresh(this.paper)
    fill(
      this.element,
      h(
        'header',
        { class: 'start-head' },
        h('h1', {}, 'Template designer'),
        h('span', { class: 'grow' }),
        button('Import a zip…', () => void this.importZip()),
        button('Sign out', hooks.signOut, 'quiet'),
      ),
      h(
        'section',
        { 'aria-labelledby': 'own-title' },
        h('h2', { id: 'own-title' }, 'Your templates'),
        this.state,
        this.templates,
      ),
      h(
        'section',
        { 'aria-labelledby': 'gallery-title' },
        h('div', { class: 'gallery-head' }, h('h2', { id: 'gallery-title' }, 'Start from a design'), paper.element),
        this.gallery,
      ),
    )
    void this.load()
  }
  stop() {
    this.pictures.stop()
  }

  private async load() {
    try {
      const [templates, designs] = await Promise.all([api.templates(), api.gallery()])
      const live = templates.filter(({ status }) => status === 'active')
      this.state.textContent = live.length ? '' : 'None yet. Choose a design below to make your first one.'
      fill(
        this.templates,
        live.map((template) => this.templateCard(template)),
      )
      this.designs = [...designs, BLANK]
      this.drawGallery()
    } catch (error) {
      this.state.textContent = sayError(error)
      if (error instanceof ApiError && error.status === 401) this.hooks.signOut()
    }
  }

  private templateCard(template: TemplateBody) {
    const draft = readDraft(template.id)
    const { name, fields } = template
    const drawn = () => (draft ? api.preview({ design: draft.design, fields, name }) : api.templatePreview(template.id))
    const note = draft ? `Draft from ${ago(draft.savedAt, Date.now())}` : `Version ${template.version}`
    return h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: 'card', on: { click: () => this.hooks.open(template) } },
        this.pictures.picture(drawn),
        h('strong', {}, template.name),
        h('span', { class: draft ? 'draft' : 'hint' }, note),
      ),
    )
  }

  /** What a template of this kind begins with. */
  private async designOf({ slug }: GalleryItem, size: string | undefined): Promise<Design> {
    return slug === BLANK.slug
      ? blankDesign(PAGE_SIZES[(size ?? 'a4') as keyof typeof PAGE_SIZES])
      : api.galleryDesign(slug, size)
  }

  private sizeOf({ sizes }: GalleryItem): string | undefined {
    return sizes.find((size) => size.startsWith(this.paper)) ?? sizes[0]
  }
  private drawGallery() {
    fill(
      this.gallery,
      this.designs.map((item) => {
        const size = this.sizeOf(item)
        return h(
          'li',
          {},
          h(
            'button',
            { type: 'button', class: 'card', on: { click: () => void this.begin(item) } },
            this.pictures.picture(() => this.drawnItem(item, size)),
            h('strong', {}, item.name),
            h('span', { class: 'hint' }, item.description),
          ),
        )
      }),
    )
  }

  private async drawnItem(item: GalleryItem, size: string | undefined) {
    return api.preview({ design: await this.designOf(item, size), fields: item.fields, name: item.name })
  }

  /** Names the new template, makes it, and opens it. */
  private begin(item: GalleryItem) {
    let name = item.name
    return openDialog((close) => {
      const wrong = h('p', { class: 'wrong', role: 'alert' })
      const control = textControl({ label: 'Name of the template', max: 200, set: (text) => (name = text) })
      control.refresh(name)
      let size = this.sizeOf(item) ?? 'a4'
      const paper = selectControl({
        label: 'Paper',
        choices: () =>
          (item.sizes.length ? item.sizes : ['a4']).map((each): [string, string] => [each, SIZES[each] ?? each]),
        set: (value) => (size = value),
      })
      paper.refresh(size)
      const go = button('Make the template', () => void make(), 'primary')
      const make = async () => {
        if (name.trim() === '') return void (wrong.textContent = 'Give it a name.')
        go.disabled = true
        try {
          const template = await this.create(name.trim(), item, size)
          close()
          this.hooks.open(template)
        } catch (error) {
          wrong.textContent = sayError(error)
          go.disabled = false
        }
      }
      control.input.addEventListener('keydown', (event) => (event as KeyboardEvent).key === 'Enter' && void make())
      return {
        title: `New template: ${item.name}`,
        body: [control.element, paper.element, wrong],
        actions: [button('Cancel', close), go],
      }
    })
  }
  private async create(name: string, item: GalleryItem, size: string): Promise<TemplateBody> {
    const design = await this.designOf(item, size)
    const undeclared = fieldsWanted(design, item.fields)
    const more = undeclared.map((key) => ({ key, label: labelFromKey(key), type: 'text' as const }))
    return api.createTemplate({ name, fields: [...item.fields, ...more], design })
  }

  private async importZip() {
    const file = await pickFile('.zip,application/zip')
    if (!file) return
    try {
      const template = await api.importTemplate(file)
      this.hooks.toasts.show(`${template.name} was imported`)
      await this.load()
    } catch (error) {
      this.hooks.toasts.fail(sayError(error))
    }
  }
}

/** Small pictures of designs, drawn by the server one after the other, and only those that are looked at. */
class Pictures {
  private readonly wanted = new Map<Element, () => Promise<void>>()
  private readonly watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const draw = isIntersecting ? this.wanted.get(target) : undefined
      if (!draw) continue
      this.wanted.delete(target)
      this.watcher.unobserve(target)
      this.queue = this.queue.then(() => (this.stopped ? undefined : draw())).catch(() => undefined)
    }
  })
  private queue: Promise<void> = Promise.resolve()
  private stopped = false

  picture(drawn: () => Promise<PreviewAnswer>): HTMLElement {
    const frame = h('span', { class: 'thumb' })
    this.wanted.set(frame, async () => {
      const { svg } = await drawn()
      const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
      fill(frame, h('img', { src: address, alt: '', on: { load: () => URL.revokeObjectURL(address) } }))
    })
    this.watcher.observe(frame)
    return frame
  }
  stop() {
    this.stopped = true
    this.watcher.disconnect()
    this.wanted.clear()
  }
}

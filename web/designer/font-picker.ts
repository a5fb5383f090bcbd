/** Choosing a font by its looks: every family is shown in its own letters, drawn by the server like the page itself. */
import type { Design, TextElement } from '../../src/domain/designs.ts'
import type { Face, PreviewAnswer, PreviewRequest } from './api.ts'
import { freshId, selectControl } from './controls.ts'
import { fill, h, icon, mark } from './dom.ts'

const KINDS: Array<[Face['kind'], string]> = [
  ['serif', 'Serif'],
  ['sans', 'Sans serif'],
  ['display', 'Display'],
  ['script', 'Handwriting'],
  ['uploaded', 'Your own'],
]
const ROW = { width: 84, height: 9 }
/** One question to the server draws so many names. */
const BATCH = 24

type Preview = (request: PreviewRequest) => Promise<PreviewAnswer>
export interface Family {
  name: string
  kind: Face['kind']
  faces: Face[]
}

/** Families that people choose from; fonts that only stand in for a script come by themselves. */
export function familiesOf(fonts: Face[]): Family[] {
  const found = new Map<string, Family>()
  for (const face of fonts) {
    if (face.kind === 'fallback') continue
    const family = found.get(face.family) ?? { name: face.family, kind: face.kind, faces: [] }
    family.faces.push(face)
    found.set(face.family, family)
  }
  for (const { faces } of found.values())
    faces.sort((one, other) => Number(one.italic) - Number(other.italic) || one.weight - other.weight)
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name))
}

/** The face of another family that is closest to this one. */
export function closestFace({ faces }: Family, to: Face | undefined): Face {
  const far = (face: Face) =>
    Math.abs(face.weight - (to?.weight ?? 400)) + (face.italic === (to?.italic ?? false) ? 0 : 1000)
  return faces.toSorted((one, other) => far(one) - far(other))[0]!
}

function specimen(families: Family[]): Design {
  const line = (family: Family, index: number): TextElement => ({
    id: `font-${index}`,
    kind: 'text',
    x: 1,
    y: index * ROW.height + 0.5,
    width: ROW.width - 2,
    height: ROW.height - 1,
    text: family.name,
    font: closestFace(family, undefined).id,
    size: 15,
    minSize: 5,
    color: '#1b2230',
    align: 'left',
    valign: 'middle',
  })
  return {
    page: { width: ROW.width, height: Math.max(20, families.length * ROW.height) },
    elements: families.map(line),
  }
}

/** Drawn once, whatever is selected. */
let specimens: { key: string; pictures: Promise<string[]> } | undefined

async function drawSpecimens(families: Family[], preview: Preview): Promise<string[]> {
  const parts = Array.from({ length: Math.ceil(families.length / BATCH) }, (_, at) =>
    families.slice(at * BATCH, (at + 1) * BATCH),
  )
  const drawn = await Promise.all(parts.map((part) => preview({ design: specimen(part) })))
  return drawn.map(({ svg }) => URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' })))
}

export class FontPicker {
  readonly element: HTMLElement
  private readonly button: HTMLButtonElement
  private readonly shown = h('span', { class: 'font-name' })
  private readonly list = h('ul', { class: 'font-list', role: 'listbox', 'aria-label': 'Font families', tabindex: '0' })
  private readonly style: ReturnType<typeof selectControl<string>>
  private readonly families: Family[]
  private readonly pictures = new Map<string, HTMLElement>()
  private drawn = false
  private current: Face | undefined
  private active = -1
  private typed = ''
  private typedAt = 0

  constructor(
    private readonly fonts: Face[],
    private readonly preview: Preview,
    private readonly set: (font: string) => void,
  ) {
    this.families = KINDS.flatMap(([kind]) => familiesOf(fonts).filter((family) => family.kind === kind))
    const id = freshId()
    this.button = h(
      'button',
      {
        type: 'button',
        id,
        class: 'font-button',
        'aria-haspopup': 'listbox',
        'aria-expanded': 'false',
        'aria-label': 'Font',
        on: { click: () => this.open() },
      },
      this.shown,
      icon('chevron'),
    )
    this.list.hidden = true
    this.list.addEventListener('keydown', (event) => this.pressed(event))
    this.list.addEventListener('focusout', () => this.close(false))
    this.style = selectControl({
      label: 'Style',
      choices: () => (this.familyOf(this.current)?.faces ?? []).map((face): [string, string] => [face.id, face.style]),
      set,
    })
    const field = h('div', { class: 'field' }, h('label', { for: id }, 'Font'), this.button, this.list)
    this.element = h('div', { class: 'font-picker' }, field, this.style.element)
  }

  private familyOf(face: Face | undefined) {
    return this.families.find(({ name }) => name === face?.family)
  }

  refresh(font: string) {
    this.current = this.fonts.find(({ id }) => id === font)
    const name = this.current?.family ?? font
    this.shown.textContent = name
    mark(this.button, 'aria-label', `Font: ${name}`)
    this.style.refresh(font)
    this.style.element.hidden = (this.familyOf(this.current)?.faces.length ?? 0) < 2
  }

  private open() {
    if (!this.list.hidden) return this.close(true)
    if (this.list.childElementCount === 0) this.fillList()
    this.list.hidden = false
    mark(this.button, 'aria-expanded', 'true')
    this.move(
      Math.max(
        0,
        this.families.findIndex(({ name }) => name === this.current?.family),
      ),
    )
    this.list.focus()
    if (!this.drawn) void this.drawNames()
  }
  private close(back: boolean) {
    if (this.list.hidden) return
    this.list.hidden = true
    mark(this.button, 'aria-expanded', 'false')
    if (back) this.button.focus()
  }

  private fillList() {
    let kind: string | undefined
    this.families.forEach((family, index) => {
      if (family.kind !== kind) {
        kind = family.kind
        const label = KINDS.find(([each]) => each === kind)?.[1]
        this.list.append(h('li', { class: 'font-kind', role: 'presentation' }, label))
      }
      const name = h('span', { class: 'font-sample' }, family.name)
      this.pictures.set(family.name, name)
      const option = h(
        'li',
        {
          role: 'option',
          id: `font-option-${index}`,
          'aria-label': family.name,
          on: { pointerdown: (event) => event.preventDefault(), click: () => this.choose(index) },
        },
        name,
      )
      this.list.append(option)
    })
  }

  /** Until the pictures are there, and if they never come, the names are plain text. */
  private async drawNames() {
    this.drawn = true
    const key = this.families.map(({ name }) => name).join('\n')
    if (specimens?.key !== key) specimens = { key, pictures: drawSpecimens(this.families, this.preview) }
    const pictures = await specimens.pictures.catch(() => [])
    if (pictures.length === 0) specimens = undefined
    this.families.forEach(({ name }, index) => {
      const address = pictures[Math.floor(index / BATCH)]
      if (address) this.showName(name, address, index % BATCH)
    })
  }
  private showName(name: string, address: string, index: number) {
    const place = this.pictures.get(name)
    if (!place) return
    const picture = h('img', { src: address, alt: '' })
    picture.style.transform = `translateY(${(-index * ROW.height * 96) / 25.4}px)`
    picture.style.width = `${(ROW.width * 96) / 25.4}px`
    mark(place, 'data-drawn', true)
    fill(place, picture)
  }

  private choose(index: number) {
    const family = this.families[index]
    this.close(true)
    if (family && family.name !== this.current?.family) this.set(closestFace(family, this.current).id)
  }
  private move(index: number) {
    const options = this.list.querySelectorAll('[role=option]')
    this.active = Math.min(options.length - 1, Math.max(0, index))
    options.forEach((option, at) => mark(option, 'aria-selected', String(at === this.active)))
    mark(this.list, 'aria-activedescendant', `font-option-${this.active}`)
    options[this.active]?.scrollIntoView({ block: 'nearest' })
  }
  private pressed(event: KeyboardEvent) {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6, Home: -1000, End: 1000 }
    if (steps[event.key] !== undefined) this.move(this.active + steps[event.key]!)
    else if (event.key === 'Enter' || event.key === ' ') this.choose(this.active)
    else if (event.key === 'Escape') this.close(true)
    else if (event.key === 'Tab') return this.close(true)
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) this.search(event)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  private search({ key, timeStamp }: KeyboardEvent) {
    this.typed = timeStamp - this.typedAt < 800 ? this.typed + key : key
    this.typedAt = timeStamp
    const found = this.families.findIndex(({ name }) => name.toLowerCase().startsWith(this.typed.toLowerCase()))
    if (found >= 0) this.move(found)
  }
}

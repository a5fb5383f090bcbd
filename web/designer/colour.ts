/** Colours: how well they can be told apart, and the control that sets one. */
import type { Design, DesignElement, TextElement } from '../../src/domain/designs.ts'
import { h, iconButton, mark } from './dom.ts'
import { boundsOf } from './geometry.ts'

const HEX = /^#[0-9a-f]{6}$/i

/** `abc`, `#abc`, `#AABBCC` → `#aabbcc`; undefined for anything else. */
export function readColour(text: string): string | undefined {
  const bare = text.trim().replace(/^#/, '').toLowerCase()
  const full = /^[0-9a-f]{3}$/.test(bare) ? [...bare].map((letter) => letter + letter).join('') : bare
  return HEX.test(`#${full}`) ? `#${full}` : undefined
}

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
  const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

/** WCAG contrast of two colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((left, right) => right - left) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** The colour under a text's middle; undefined where a picture or a drawing lies there. */
export function groundOf({ page, elements }: Design, text: DesignElement): string | undefined {
  const middleX = text.x + text.width / 2
  const middleY = text.y + text.height / 2
  let ground: string | undefined = page.background ?? '#ffffff'
  for (const element of elements) {
    if (element.id === text.id) break
    const { left, top, right, bottom } = boundsOf(element)
    const under = left <= middleX && middleX <= right && top <= middleY && middleY <= bottom
    if (!under || element.hidden || element.kind === 'text') continue
    if (element.kind === 'image') ground = undefined
    else if (element.kind === 'rect' || element.kind === 'ellipse') {
      if (element.fill) ground = (element.opacity ?? 1) > 0.95 ? element.fill : undefined
    }
  }
  return ground
}

/** A warning for people, or nothing when the text can be read well. */
export function contrastWarning(design: Design, text: TextElement): string | undefined {
  const ground = groundOf(design, text)
  if (ground === undefined) return undefined
  const found = contrast(text.color, ground)
  const needed = text.size >= 18 ? 3 : 4.5
  if (found >= needed) return undefined
  return `Weak contrast: ${found.toFixed(1)} to 1 on ${ground}. Aim for ${needed} to 1 at this size.`
}

export interface ColourOptions {
  label: string
  /** May be switched off: `fill` of a frame. */
  optional?: boolean
  /** What it becomes when it is switched on. */
  fallback: string
  palette: () => string[]
  set: (colour: string | undefined, settled: boolean) => void
}

/** A swatch, the letters of the colour, and the colours that the design already has. */
export function colourControl(options: ColourOptions, id: string) {
  const { label, optional, fallback, set } = options
  const swatch = h('input', { type: 'color', 'aria-label': `${label}, colour picker`, class: 'swatch' })
  const text = h('input', { type: 'text', id, class: 'hex', maxlength: '7', spellcheck: 'false', autocomplete: 'off' })
  const none = iconButton('close', `No ${label.toLowerCase()}`, () => set(undefined, true), { class: 'small' })
  const palette = h('div', { class: 'palette', role: 'group', 'aria-label': `${label}, colours of this design` })
  swatch.addEventListener('input', () => set(swatch.value, false))
  swatch.addEventListener('change', () => set(swatch.value, true))
  text.addEventListener('change', () => {
    const colour = readColour(text.value)
    if (colour) set(colour, true)
    else if (optional && text.value.trim() === '') set(undefined, true)
    mark(text, 'aria-invalid', colour === undefined && text.value.trim() !== '')
  })
  const element = h(
    'div',
    { class: 'field colour' },
    h('label', { for: id }, label),
    h('div', { class: 'colour-line' }, swatch, text, optional ? none : null),
    palette,
  )
  const refresh = (colour: string | undefined) => {
    swatch.value = colour ?? fallback
    mark(swatch, 'data-none', colour === undefined)
    if (document.activeElement !== text) {
      text.value = colour ?? ''
      mark(text, 'aria-invalid', false)
    }
    text.placeholder = 'none'
    none.hidden = colour === undefined
    drawPalette(palette, options.palette().slice(0, 10), colour, (chosen) => set(chosen, true))
  }
  return { element, refresh }
}

function drawPalette(
  palette: HTMLElement,
  colours: string[],
  current: string | undefined,
  choose: (colour: string) => void,
) {
  const key = `${colours.join(' ')} ${current ?? ''}`
  if (palette.dataset.key === key) return
  palette.dataset.key = key
  const focused = [...palette.children].indexOf(document.activeElement as Element)
  palette.replaceChildren(
    ...colours.map((colour) => {
      const dot = h('button', {
        type: 'button',
        class: 'dot',
        'aria-label': colour,
        title: colour,
        'aria-pressed': String(colour === current?.toLowerCase()),
        on: { click: () => choose(colour) },
      })
      dot.style.background = colour
      return dot
    }),
  )
  if (focused >= 0) (palette.children[focused] as HTMLElement | undefined)?.focus()
}

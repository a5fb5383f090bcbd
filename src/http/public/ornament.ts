/** What is drawn on the pages: engraved rosette, seal and QR code, all inline SVG without a style attribute. */
import { encode } from 'uqr'
import { html, SafeHtml } from './html.ts'

interface Engraving {
  petals: number
  depth: number
  turns: number
}

/** Every certificate gets a rosette of its own, as banknotes have; it is ornament and proves nothing. */
function engravingOf(seed: string): Engraving {
  let hash = 2166136261
  for (const letter of seed) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619) >>> 0
  return { petals: 5 + (hash % 5), depth: 0.16 + ((hash >>> 8) % 5) * 0.03, turns: 14 + ((hash >>> 16) % 4) * 2 }
}

const STEPS = 240
/** One closed wave around a circle, rounded to a tenth: about 2 KB. */
function wave(radius: number, { petals, depth }: Engraving): string {
  const points: string[] = []
  for (let step = 0; step < STEPS; step++) {
    const angle = (step / STEPS) * 2 * Math.PI
    const distance = radius * (1 + depth * Math.sin(petals * angle))
    points.push(`${(distance * Math.cos(angle)).toFixed(1)} ${(distance * Math.sin(angle)).toFixed(1)}`)
  }
  return `M${points.join('L')}Z`
}

/** The same wave turned many times: the guilloche of an engraved document. */
export function rosette(seed: string, className: string): SafeHtml {
  const engraving = engravingOf(seed)
  const step = 360 / engraving.petals / engraving.turns
  const copies = Array.from(
    { length: engraving.turns - 1 },
    (_, index) => html`<use href="#wave" transform="rotate(${((index + 1) * step).toFixed(2)})" />`,
  )
  return html`<svg class="${className}" viewBox="-140 -140 280 280" aria-hidden="true" focusable="false">
    <path id="wave" d="${wave(100, engraving)}" />
    ${copies}
  </svg>`
}

/** The seal on the sheet. Its glyph follows the verdict by CSS alone: body[data-verdict]. */
export function seal(): SafeHtml {
  const ticks: string[] = []
  for (let index = 0; index < 72; index++) {
    const angle = (index / 72) * 2 * Math.PI
    const at = (radius: number) => `${(radius * Math.cos(angle)).toFixed(1)} ${(radius * Math.sin(angle)).toFixed(1)}`
    ticks.push(`M${at(39)}L${at(index % 6 === 0 ? 46 : 44)}`)
  }
  return html`<svg class="seal" viewBox="-50 -50 100 100" aria-hidden="true" focusable="false">
    <circle class="seal-ring" r="48.5" />
    <path class="seal-ticks" d="${ticks.join('')}" />
    <circle class="seal-ring" r="36" />
    <circle class="seal-fill" r="32" />
    <path class="seal-glyph seal-valid" d="M-13 1L-4 10L14 -10" />
    <path class="seal-glyph seal-invalid" d="M-11 -11L11 11M11 -11L-11 11" />
    <path class="seal-glyph seal-ended" d="M-12 0H12" />
    <path class="seal-glyph seal-unknown" d="M-12 0H-11.9M0 0H0.1M12 0H12.1" />
  </svg>`
}

/** Large quiet word across the sheet; the same statement stands in the text, so it is hidden from screen readers. */
export function watermark(word: string): SafeHtml {
  const size = Math.round(Math.min(230, 1120 / word.length))
  const length = Math.round(word.length * size * 0.82)
  return html`<svg class="watermark" viewBox="-500 -350 1000 700" aria-hidden="true" focusable="false">
    <text
      text-anchor="middle"
      dominant-baseline="central"
      transform="rotate(-24)"
      font-size="${size}"
      textLength="${length}"
    >
      ${word}
    </text>
  </svg>`
}

/** Of the pages last shown: a popular certificate is drawn once. Three kilobytes each. */
const modules = new Map<string, { path: string; size: number }>()
const MAX_KEPT = 300

function modulesOf(address: string): { path: string; size: number } {
  const { data, size } = encode(address, { ecc: 'M', border: 4 })
  let path = ''
  data.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue
      let end = x
      while (row[end]) end++
      path += `M${x} ${y}h${end - x}v1h-${end - x}z`
      x = end
    }
  })
  if (modules.size >= MAX_KEPT) modules.delete(modules.keys().next().value!)
  modules.set(address, { path, size })
  return { path, size }
}

/** QR code of an address: one path, dark on light also in dark mode, four modules of quiet zone (ISO/IEC 18004). */
export function qrCode(address: string, label: string): SafeHtml {
  const { path, size } = modules.get(address) ?? modulesOf(address)
  return html`<svg
    class="qr"
    viewBox="0 0 ${size} ${size}"
    role="img"
    aria-label="${label}"
    shape-rendering="crispEdges"
  >
    <path fill="#fff" d="M0 0h${size}v${size}h-${size}z" />
    <path fill="#1c1a17" d="${path}" />
  </svg>`
}

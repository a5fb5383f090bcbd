/** The issuer's colour as a style sheet of its own, because the pages take no inline style. Made readable on both grounds. */
import { contrast } from '../../domain/mails-brand.ts'
import { publicRoute } from '../route.ts'

/** Light and dark: what text in the colour stands on, and text that stands on the colour. As in web/certificate/page.css. */
const GROUNDS = {
  light: { worst: '#ebe5d8', on: ['#fdfbf6', '#24211c'] },
  dark: { worst: '#1d1b18', on: ['#14201b', '#fdfbf6'] },
} as const
/** WCAG 2.2, 1.4.3. */
const CONTRAST = 4.5

type Channels = [red: number, green: number, blue: number]
const channels = (color: string): Channels =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as Channels
const hex = (color: Channels) => `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`

/** The colour, mixed with black or white as little as makes it readable on this ground. */
function readable(color: string, ground: string, towards: number): string {
  const from = channels(color)
  for (let share = 0; share <= 1; share += 0.04) {
    const mixed = hex(from.map((part) => part + (towards - part) * share) as Channels)
    if (contrast(mixed, ground) >= CONTRAST) return mixed
  }
  return towards === 0 ? '#000000' : '#ffffff'
}

const best = (color: string, texts: readonly string[]) =>
  texts.toSorted((one, other) => contrast(other, color) - contrast(one, color))[0]!

/** What of the pages' colours an issuer's colour replaces. */
export function brandStyle(color: string): string {
  const light = readable(color, GROUNDS.light.worst, 0)
  const dark = readable(color, GROUNDS.dark.worst, 255)
  const rule = (accent: string, texts: readonly string[]) =>
    `:root{--accent:${accent};--on-accent:${best(accent, texts)}}`
  return `${rule(light, GROUNDS.light.on)}\n@media screen and (prefers-color-scheme:dark){${rule(dark, GROUNDS.dark.on)}}\n`
}

/** Where the style sheet of this colour is; null for what is no colour. */
export const brandAddress = (color: string | null | undefined): string | null =>
  color && /^#[0-9a-f]{6}$/i.test(color) ? `/brand/${color.slice(1).toLowerCase()}.css` : null

const brand = publicRoute({
  method: 'GET',
  path: '/brand/:file',
  tag: 'Pages',
  summary: 'The pages in an issuer’s colour',
  description: 'A style sheet for one colour, darkened or lightened until text in it can be read.',
  only: { file: /^[0-9a-f]{6}\.css$/ },
  answers: { 200: { description: 'The style sheet.', type: 'text/css; charset=utf-8' } },
  handle: ({ params }) => ({
    text: brandStyle(`#${params.file!.slice(0, 6)}`),
    type: 'text/css; charset=utf-8',
    headers: { 'Cache-Control': 'public, max-age=86400' },
  }),
})

export const brandRoutes = [brand]

/** The word across a page that must not pass for a living certificate. It is drawn as outlines: there is no text to strip. */
import type { DesignMark } from '../domain/designs.ts'
import { ByteCache } from './byte-cache.ts'
import type { Box, DisplayItem, Matrix, PathStep } from './display-list.ts'
import { upperCase } from './fill.ts'
import type { FaceLibrary } from './fonts-library.ts'
import { parsePath } from './paths.ts'
import { shape } from './shape.ts'

const WORDS: Record<string, Record<DesignMark, string>> = {
  en: { sandbox: 'Sandbox', revoked: 'Revoked', replaced: 'Replaced', expired: 'Expired', preview: 'Preview' },
  sv: { sandbox: 'Test', revoked: 'Återkallat', replaced: 'Ersatt', expired: 'Utgånget', preview: 'Förhandsvisning' },
  de: { sandbox: 'Test', revoked: 'Widerrufen', replaced: 'Ersetzt', expired: 'Abgelaufen', preview: 'Vorschau' },
  fr: { sandbox: 'Essai', revoked: 'Révoqué', replaced: 'Remplacé', expired: 'Expiré', preview: 'Aperçu' },
  es: { sandbox: 'Prueba', revoked: 'Revocado', replaced: 'Sustituido', expired: 'Caducado', preview: 'Vista previa' },
}
/** Neither light nor dark: they show on paper and on dark designs alike. */
const COLORS: Record<DesignMark, string> = {
  sandbox: '#7b818a',
  preview: '#7b818a',
  replaced: '#c77700',
  expired: '#c77700',
  revoked: '#d3202f',
}
const FACE = 'inter-semibold'
const OPACITY = 0.3
const DEGREES = -30
/** Of the page's shorter side, so that one word at least is left of any part worth keeping. */
const LETTERS = 0.13
/** Between rows and between words, in units of the letters' size. */
const ROW = 2.6
const GAP = 1.1
/** From the baseline to half the height of capitals. */
const MIDDLE = 0.36

const TAU = Math.PI / 180

/** The mark's word in the language, else in English. */
export function markWord(mark: DesignMark, language: string): string {
  const spoken = language.split('-')[0]!.toLowerCase()
  const known = Object.hasOwn(WORDS, spoken) ? spoken : 'en'
  return upperCase(WORDS[known]![mark], known)
}

/** Outlines of the word at a size of 1, y down, from the start of its baseline. */
function wordPath(word: string, library: FaceLibrary): { path: PathStep[]; width: number } {
  const face = library.face(FACE)!
  const stretch = { face, start: 0, end: word.length, level: 0, script: 'Latn' } as const
  const run = shape(word, stretch, { language: 'en', tracking: 0.04 })
  const unit = 1 / face.unitsPerEm
  const path = run.glyphs.flatMap((glyph) =>
    transformed(parsePath(face.outline(glyph.id)), [unit, 0, 0, -unit, glyph.x, -glyph.y]),
  )
  return { path, width: run.width }
}

const transformed = (path: PathStep[], [a, b, c, d, e, f]: Matrix): PathStep[] =>
  path.map(([kind, ...points]) => {
    const moved = points.map((value, index) =>
      index % 2 === 0 ? a * value + c * points[index + 1]! + e : b * points[index - 1]! + d * value + f,
    )
    return [kind, ...moved] as PathStep
  })

/** Is any of it on the page? */
const touches = (path: PathStep[], { width, height }: Box) =>
  path.some(([, ...points]) => {
    const [x = -1, y = -1] = points.slice(-2)
    return x > 0 && x < width && y > 0 && y < height
  })

/** Rows of the word, every second one shifted by half, over the whole page. */
function markPath(word: string, library: FaceLibrary, page: Box): PathStep[] {
  const { path, width } = wordPath(word, library)
  const size = Math.min(page.width, page.height) * LETTERS
  const [cos, sin] = [Math.cos(DEGREES * TAU), Math.sin(DEGREES * TAU)]
  const reach = Math.hypot(page.width, page.height) / 2
  const step = (width + GAP) * size
  const [rows, columns] = [Math.ceil(reach / (ROW * size)), Math.ceil(reach / step) + 1]
  const steps: PathStep[] = []
  for (let row = -rows; row <= rows; row++) {
    for (let column = -columns; column <= columns; column++) {
      const along = (column + (row % 2 === 0 ? 0 : 0.5)) * step - (width * size) / 2
      const down = (row * ROW + MIDDLE) * size
      const [x, y] = [page.width / 2 + cos * along - sin * down, page.height / 2 + sin * along + cos * down]
      const placed = transformed(path, [cos * size, sin * size, -sin * size, cos * size, x, y])
      if (touches(placed, page)) steps.push(...placed)
    }
  }
  return steps
}

/** The same mark stands on every certificate of an issuer's sandbox. */
const kept = new ByteCache<PathStep[]>(4_000_000, (path) => 1_000 + path.length * 100)

/** What stands above everything else on the page. */
export function markItems(
  mark: DesignMark,
  { language, library }: { language: string; library: FaceLibrary },
  page: Box,
): DisplayItem[] {
  const word = markWord(mark, language)
  const key = `${word} ${page.width} ${page.height}`
  const path = kept.get(key) ?? markPath(word, library, page)
  kept.set(key, path)
  const paint = { element: 'mark', matrix: null, opacity: OPACITY, dash: null, rule: 'nonzero', box: page } as const
  return [{ ...paint, kind: 'path', path, fill: COLORS[mark], stroke: null, strokeWidth: 0, alt: word }]
}

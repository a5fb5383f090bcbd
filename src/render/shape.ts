/** Glyphs of a stretch of text in one face, script and direction, in units of the font size. */
import * as harfbuzz from 'harfbuzzjs'
import type { Glyph } from './display-list.ts'
import type { HarfBuzzFace } from './fonts.ts'
import { CONNECTED, type Script } from './shape-scripts.ts'

export interface ShapedRun {
  face: HarfBuzzFace
  /** As wide as at a size of 1. */
  glyphs: Glyph[]
  width: number
  start: number
  end: number
  level: number
  /** Of its letters, where it has any. */
  spacing: number
}
export interface Stretch {
  face: HarfBuzzFace
  start: number
  end: number
  level: number
  script: Script
}
export interface Shaping {
  language: string
  /** Between letters, in units of the size. */
  tracking: number
}

/** Letters set apart must not be drawn as one glyph. */
const APART = ['liga', 'clig']
const off = new Map<string, harfbuzz.Feature>()
const turnedOff = (tags: readonly string[]) =>
  tags.map((tag) => {
    const feature = off.get(tag) ?? new harfbuzz.Feature(tag, 0)
    off.set(tag, feature)
    return feature
  })
const buffer = new harfbuzz.Buffer()

/** Spacing goes behind the last glyph of every cluster; the line takes the outermost one away again. */
function space(glyphs: Glyph[], tracking: number): void {
  let advance = 0
  glyphs.forEach((glyph, index) => {
    advance += glyph.advance
    if (glyphs[index + 1]?.cluster === glyph.cluster) return
    if (advance > 0) glyph.advance += tracking // a joiner is no letter
    advance = 0
  })
}

/** The whole line is the context: Arabic letters join across the ends of a stretch. */
export function shape(text: string, stretch: Stretch, { language, tracking }: Shaping): ShapedRun {
  const { face, start, end, level, script } = stretch
  const direction = level % 2 === 1 ? harfbuzz.Direction.RTL : harfbuzz.Direction.LTR
  const spacing = CONNECTED.has(script) ? 0 : tracking
  buffer.reset()
  buffer.addText(text, start, end - start)
  buffer.setDirection(direction)
  buffer.setLanguage(language)
  if (script !== '' && script !== 'Zzzz') buffer.setScript(script)
  buffer.guessSegmentProperties()
  buffer.setDirection(direction) // guessing may have changed it
  harfbuzz.shape(face.font, buffer, turnedOff(spacing === 0 ? face.without : [...face.without, ...APART]))
  const unit = 1 / face.unitsPerEm
  const positions = buffer.getGlyphPositions()
  const glyphs = buffer.getGlyphInfos().map(({ codepoint, cluster }, index): Glyph => {
    const { xAdvance, xOffset, yOffset } = positions[index]!
    return { id: codepoint, x: xOffset * unit, y: yOffset * unit, advance: xAdvance * unit, cluster }
  })
  if (spacing !== 0) space(glyphs, spacing)
  let width = 0
  for (const glyph of glyphs) {
    glyph.x += width
    width += glyph.advance
  }
  return { face, glyphs, width, start, end, level, spacing }
}

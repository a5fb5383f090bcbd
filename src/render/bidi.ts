/** Right-to-left text: embedding levels and the visual order of a line (UAX #9). */
import bidiFactory from 'bidi-js'

const bidi = bidiFactory()
/** Letters and controls that can make a level other than 0. */
const DIRECTED =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

export interface Levels {
  /** One per UTF-16 unit. */
  levels: Uint8Array
  /** Of the paragraph: odd = right to left. */
  base: number
}

/** Levels of one paragraph; its base direction is that of its first strong letter. */
export function levelsOf(paragraph: string): Levels {
  if (!DIRECTED.test(paragraph)) return { levels: new Uint8Array(paragraph.length), base: 0 }
  const { levels, paragraphs } = bidi.getEmbeddingLevels(paragraph)
  return { levels, base: paragraphs[0]?.level ?? 0 }
}

/** Rule L2: from the highest level down to the lowest odd one, every stretch of that level or above is turned around. */
export function visualOrder<Run extends { level: number }>(runs: Run[]): Run[] {
  const ordered = [...runs]
  const odd = ordered.map(({ level }) => level).filter((level) => level % 2 === 1)
  if (odd.length === 0) return ordered
  const highest = Math.max(...ordered.map(({ level }) => level))
  for (let level = highest; level >= Math.min(...odd); level--) {
    for (let from = 0; from < ordered.length; from++) {
      if (ordered[from]!.level < level) continue
      let to = from
      while (to + 1 < ordered.length && ordered[to + 1]!.level >= level) to++
      ordered.splice(from, to - from + 1, ...ordered.slice(from, to + 1).reverse())
      from = to
    }
  }
  return ordered
}

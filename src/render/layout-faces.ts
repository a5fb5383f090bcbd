/** Which face draws which letter: one for a whole field, else one for a word, else one for a letter with its marks. */
import type { HarfBuzzFace } from './fonts.ts'
import type { Candidate } from './fonts-library.ts'

export interface Choice {
  /** One per UTF-16 unit. */
  faces: HarfBuzzFace[]
  /** Letters that no face has, each once. */
  missing: string[]
}

// One locale for all: word and letter bounds must not depend on the machine.
const words = new Intl.Segmenter('en', { granularity: 'word' })
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const SPOKEN = /[\p{L}\p{M}\p{N}]/u

/** Faces for one field, `[from, to)` of the text. */
function chooseForField(field: string, from: number, chain: Candidate[], choice: Choice): void {
  const put = (at: number, length: number, face: HarfBuzzFace) => choice.faces.fill(face, from + at, from + at + length)
  const covering = (text: string) => chain.find((one) => one.covers(text.replaceAll('\n', ' ')))?.face()
  const whole = covering(field)
  if (whole) return void put(0, field.length, whole)
  for (const { segment: word, index } of words.segment(field)) {
    const face = covering(word)
    if (face) {
      put(index, word.length, face)
      continue
    }
    for (const { segment: letter, index: at } of graphemes.segment(word)) {
      const found = covering(letter)
      if (!found && !choice.missing.includes(letter)) choice.missing.push(letter)
      put(index + at, letter.length, found ?? chain[0]!.face())
    }
  }
}

/** Blanks and punctuation look like the letter before them where its face has them. */
function followLeft(text: string, faces: HarfBuzzFace[]): void {
  let at = 0
  for (const letter of text) {
    const before = faces[at - 1]
    const own = before === undefined || before === faces[at] || SPOKEN.test(letter)
    if (!own && before.covers(letter)) faces.fill(before, at, at + letter.length)
    at += letter.length
  }
}

/** Chooses for a text that consists of these fields, one after another. */
export function chooseFaces(fields: string[], chainOf: (field: string) => Candidate[]): Choice {
  const text = fields.join('')
  const choice: Choice = { faces: new Array<HarfBuzzFace>(text.length), missing: [] }
  let from = 0
  for (const field of fields) {
    chooseForField(field, from, chainOf(field), choice)
    from += field.length
  }
  followLeft(text, choice.faces)
  return choice
}

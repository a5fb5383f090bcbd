/** Placeholders of a design's texts, filled in, and texts made fit for layout. */

/** A stretch of an element's text that came from one place: written in the design, or one value. */
export interface Piece {
  text: string
}

const PLACEHOLDER = /\{\{\s*([\w.-]{1,100})\s*\}\}/g

/** The value of a key; nothing for an unknown one, and never what objects inherit. */
const valueOf = (values: Record<string, string>, key: string): string => {
  const value: unknown = Object.hasOwn(values, key) ? values[key] : ''
  return typeof value === 'string' ? value : ''
}

/** Values are put in once: a value that looks like a placeholder stays what it is. */
export const fill = (text: string, values: Record<string, string>): string =>
  text.replace(PLACEHOLDER, (_, key: string) => valueOf(values, key))

/** The same, in the stretches it consists of. */
export function fillPieces(text: string, values: Record<string, string>): Piece[] {
  const pieces: Piece[] = []
  const add = (piece: string) => void (piece !== '' && pieces.push({ text: piece }))
  let from = 0
  for (const match of text.matchAll(PLACEHOLDER)) {
    add(text.slice(from, match.index))
    add(valueOf(values, match[1]!))
    from = match.index + match[0].length
  }
  add(text.slice(from))
  return pieces
}

/** One kind of line end, blanks for tabs, no control letters, no half letters, composed (NFC). */
export const clean = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, '\n')
    .replaceAll('\t', ' ')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '')
    .normalize('NFC')

/** A BCP 47 tag that the shaper and the runtime take; `en` for what is none. */
export const languageTag = (language: string): string =>
  /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/.test(language) ? language : 'en'

/** Upper case as the language writes it: Turkish i becomes İ. */
export function upperCase(text: string, language: string): string {
  try {
    return text.toLocaleUpperCase(languageTag(language))
  } catch {
    return text.toUpperCase()
  }
}

/** Where a text may lead: the web or a mailbox. Null for everything else. */
export function safeLink(link: string): string | null {
  const address = link.trim()
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null
}

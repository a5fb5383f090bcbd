/** What text may hold. Names and fields end up in signatures, mails and pages: nothing invisible may steer them. */

/** C0/C1 controls, bidi overrides and isolates, invisible formatting that no name needs, tags, non-characters. */
const INVISIBLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\u{e0000}-\u{e0fff}]/u
/** The same, but line breaks and tabs are fine. */
const INVISIBLE_BUT_LINES =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\u{e0000}-\u{e0fff}]/u

/** What is wrong with this text, as the end of a sentence, or undefined. Lone surrogates would hash as U+FFFD: two texts, one hash. */
export function textProblem(text: string, lines = false): string | undefined {
  if (!text.isWellFormed()) return 'holds half of a surrogate pair (broken UTF-16). Send valid Unicode text.'
  const found = (lines ? INVISIBLE_BUT_LINES : INVISIBLE).exec(text)
  if (!found) return undefined
  const point = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return `holds the invisible or control character U+${point} at position ${found.index + 1}. Remove it.`
}

/** How a value is shown in an error message: short, on one line, nothing invisible. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  let text: string
  try {
    text = JSON.stringify(value) ?? typeof value
  } catch {
    text = typeof value
  }
  // oxlint-disable-next-line no-control-regex
  const safe = text.toWellFormed().replace(/[^\u0020-\u007e\u00a0-\u{10ffff}]/gu, '?')
  const hidden = [...safe].map((letter) => (INVISIBLE.test(letter) ? '?' : letter)).join('')
  return hidden.length > 60 ? `${hidden.slice(0, 57).toWellFormed()}…` : hidden
}

/** Lines for mails: nothing invisible in them, and at most 72 columns in plain text. */

// oxlint-disable-next-line no-control-regex
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/gu

/** One line without anything invisible that could steer a header or turn the reading direction. */
export const plain = (text: string) => text.toWellFormed().replace(STEERING, ' ').replace(/\s+/gu, ' ').trim()

export function shorten(text: string, letters: number): string {
  const all = [...text]
  return all.length <= letters
    ? text
    : `${all
        .slice(0, letters - 1)
        .join('')
        .trimEnd()}…`
}

/** All at once, so that a {name} inside a value stays what it is. */
export const fill = (pattern: string, values: Record<string, string>) =>
  pattern.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole)

const WIDTH = 72

/** On a line of its own; nothing in it may end the line. */
export const link = (url: string) => url.replace(/\s/gu, '')

/** Breaks at blanks; a word wider than a line, such as a name in Chinese, breaks where the line ends. A link never does. */
export function wrap(text: string, indent = ''): string {
  const room = WIDTH - columns(indent)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((word) => pieces(word, room))) {
    if (line !== '' && columns(line) + 1 + columns(word) > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((entry) => indent + entry).join('\n')
}

const LINK = /^https?:\/\/[!-~]{1,400}$/

function pieces(word: string, room: number): string[] {
  if (columns(word) <= room || LINK.test(word)) return [word]
  const parts = ['']
  for (const letter of word) {
    if (columns(parts.at(-1)! + letter) > room) parts.push('')
    parts[parts.length - 1] += letter
  }
  return parts
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const MARK = /\p{M}/u

/** Letters before the first combining mark take one column each. */
const NARROW = /^[\u0000-\u02ff]*$/

/** Columns of a terminal: East Asian letters and emoji take two, combining marks none. */
export function columns(text: string): number {
  if (NARROW.test(text)) return text.length
  let width = 0
  for (const letter of text) width += MARK.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1
  return width
}

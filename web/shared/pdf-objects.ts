/** The objects of a PDF (ISO 32000-1, 7.3), as far as they are needed to find a file inside. Nothing is drawn, nothing runs. */

export class Name {
  constructor(readonly name: string) {}
}
export class Reference {
  constructor(readonly number: number) {}
}
export type Dictionary = Map<string, PdfValue>
/** Text is kept as one character per byte. */
export type PdfValue = string | number | boolean | null | Name | Reference | PdfValue[] | Dictionary

const SPACE = /[\u0000\t\n\f\r ]/
const REGULAR = /[^\u0000\t\n\f\r ()<>[\]{}/%]/
const MAX_DEPTH = 40
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** Reads values out of text with one character per byte. Throws on what is none. */
export class PdfReader {
  constructor(
    readonly text: string,
    public at = 0,
  ) {}

  skip(): void {
    for (; this.at < this.text.length; this.at++) {
      const letter = this.text[this.at]!
      if (letter === '%') while (this.at < this.text.length && !/[\r\n]/.test(this.text[this.at]!)) this.at++
      else if (!SPACE.test(letter)) return
    }
  }

  takes(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }

  private word(): string {
    const start = this.at
    while (this.at < this.text.length && REGULAR.test(this.text[this.at]!)) this.at++
    return this.text.slice(start, this.at)
  }

  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) throw new Error('nested too deeply')
    this.skip()
    if (this.takes('<<')) return this.dictionary(depth)
    if (this.takes('[')) return this.list(depth)
    if (this.takes('(')) return this.literal()
    if (this.takes('<')) return this.hex()
    if (this.takes('/'))
      return new Name(this.word().replace(/#([0-9a-f]{2})/gi, (_, code: string) => byte(parseInt(code, 16))))
    return this.plain()
  }

  private dictionary(depth: number): Dictionary {
    const entries: Dictionary = new Map()
    for (;;) {
      this.skip()
      if (this.takes('>>')) return entries
      const key = this.value(depth + 1)
      if (!(key instanceof Name)) throw new Error('a dictionary without a name')
      entries.set(key.name, this.value(depth + 1))
    }
  }

  private list(depth: number): PdfValue[] {
    const values: PdfValue[] = []
    for (;;) {
      this.skip()
      if (this.takes(']')) return values
      values.push(this.value(depth + 1))
    }
  }

  /** A number, a reference (`12 0 R`), or a word. */
  private plain(): PdfValue {
    const word = this.word()
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) {
      const after = /^[\u0000\t\n\f\r ]+\d{1,5}[\u0000\t\n\f\r ]+R(?![^\u0000\t\n\f\r ()<>[\]{}/%])/.exec(
        this.text.slice(this.at, this.at + 24),
      )
      if (!after || !/^\d+$/.test(word)) return Number(word)
      this.at += after[0].length
      return new Reference(Number(word))
    }
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    throw new Error('no value')
  }

  private literal(): string {
    let text = ''
    for (let open = 1; ; this.at++) {
      const letter = this.text[this.at]
      if (letter === undefined) throw new Error('text without an end')
      if (letter === '\\') {
        const next = this.text[++this.at] ?? ''
        const octal = /^[0-7]{1,3}/.exec(this.text.slice(this.at, this.at + 3))?.[0]
        if (octal) {
          text += byte(parseInt(octal, 8))
          this.at += octal.length - 1
        } else if (next === '\r' || next === '\n') {
          if (next === '\r' && this.text[this.at + 1] === '\n') this.at++
        } else text += ESCAPES[next] ?? next
        continue
      }
      if (letter === '(') open++
      if (letter === ')' && --open === 0) {
        this.at++
        return text
      }
      text += letter
    }
  }

  private hex(): string {
    const end = this.text.indexOf('>', this.at)
    if (end < 0) throw new Error('text without an end')
    const digits = this.text.slice(this.at, end).replace(/[\u0000\t\n\f\r ]/g, '')
    this.at = end + 1
    if (!/^[0-9a-f]*$/i.test(digits)) throw new Error('no hexadecimal text')
    return (digits.match(/../g) ?? []).map((pair) => byte(parseInt(pair, 16))).join('')
  }
}

const byte = (code: number) => String.fromCharCode(code & 255)

/** Text of a PDF as people read it: UTF-16 where it says so, else a character per byte. */
export function readableText(text: string): string {
  if (!text.startsWith('\u00fe\u00ff')) return text
  let readable = ''
  for (let at = 2; at + 1 < text.length; at += 2)
    readable += String.fromCharCode((text.charCodeAt(at) << 8) | text.charCodeAt(at + 1))
  return readable
}

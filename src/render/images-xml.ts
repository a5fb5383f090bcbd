/** As much of XML as an SVG needs: no entities of its own, no outside, bounded depth and size. */
import { RenderRefused } from '../domain/ports.ts'

export interface XmlElement {
  name: string
  attributes: Map<string, string>
  children: XmlElement[]
  /** Of this element alone. */
  text: string
}

const MAX_DEPTH = 128
const MAX_ELEMENTS = 50_000
const MAX_ATTRIBUTES = 100
const NAME = /[A-Za-z_][\w.:-]*/y
const PREDEFINED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const refuse = (what: string) => new RenderRefused(`the SVG is damaged or unusual: ${what}`)

/** The root element. Throws RenderRefused. */
export function parseXml(text: string): XmlElement {
  return new Parser(text.replace(/^\ufeff/, '')).parse()
}

class Parser {
  #at = 0
  #elements = 0

  constructor(readonly text: string) {}

  parse(): XmlElement {
    this.#prolog()
    const root = this.#tree()
    this.#misc()
    if (this.#at < this.text.length) throw refuse('something follows its last tag')
    return root
  }

  #startsWith(part: string): boolean {
    return this.text.startsWith(part, this.#at)
  }
  #skipTo(end: string): void {
    const found = this.text.indexOf(end, this.#at)
    if (found === -1) throw refuse(`"${end}" is missing`)
    this.#at = found + end.length
  }
  #space(): boolean {
    const before = this.#at
    while (/\s/.test(this.text[this.#at] ?? '')) this.#at++
    return this.#at > before
  }

  #misc(): void {
    for (;;) {
      this.#space()
      if (this.#startsWith('<!--')) this.#skipTo('-->')
      else return
    }
  }
  #prolog(): void {
    if (this.#startsWith('<?xml')) this.#skipTo('?>')
    this.#misc()
    if (!/^<!doctype/i.test(this.text.slice(this.#at, this.#at + 9))) return
    const from = this.#at
    this.#skipTo('>')
    if (/\[|<!entity/i.test(this.text.slice(from, this.#at)))
      throw refuse('it declares entities; export it as plain SVG')
    this.#misc()
  }

  /** Elements one after the other, with the open ones on a stack: depth costs no calls. */
  #tree(): XmlElement {
    const open: XmlElement[] = []
    for (;;) {
      if (this.#at >= this.text.length) throw refuse('it ends in the middle')
      if (this.#startsWith('<!--')) this.#skipTo('-->')
      else if (this.#startsWith('<![CDATA[')) this.#cdata(open.at(-1))
      else if (this.#startsWith('<!') || this.#startsWith('<?')) throw refuse('it holds declarations or instructions')
      else if (this.#startsWith('</')) {
        const closed = this.#close(open)
        if (open.length === 0) return closed
      } else if (this.#startsWith('<')) {
        const { element, isClosed } = this.#open()
        open.at(-1)?.children.push(element)
        if (!isClosed) open.push(element)
        else if (open.length === 0) return element
        if (open.length > MAX_DEPTH) throw refuse(`it nests deeper than ${MAX_DEPTH} elements`)
      } else this.#characters(open.at(-1))
    }
  }

  #cdata(into: XmlElement | undefined): void {
    const from = this.#at + 9
    this.#skipTo(']]>')
    if (into) into.text += this.text.slice(from, this.#at - 3)
  }
  #characters(into: XmlElement | undefined): void {
    const end = this.text.indexOf('<', this.#at)
    if (end === -1 || into === undefined) throw refuse('it is no XML')
    into.text += decode(this.text.slice(this.#at, end))
    this.#at = end
  }
  #name(): string {
    NAME.lastIndex = this.#at
    const found = NAME.exec(this.text)
    if (!found) throw refuse('a tag has no proper name')
    this.#at = NAME.lastIndex
    return found[0].replace(/^svg:/, '')
  }
  #close(open: XmlElement[]): XmlElement {
    this.#at += 2
    const name = this.#name()
    this.#space()
    if (!this.#startsWith('>')) throw refuse(`</${name} is not closed`)
    this.#at++
    const closed = open.pop()
    if (closed?.name !== name) throw refuse(`</${name}> closes another element`)
    return closed
  }

  #open(): { element: XmlElement; isClosed: boolean } {
    if (++this.#elements > MAX_ELEMENTS) throw refuse(`it has more than ${MAX_ELEMENTS} elements`)
    this.#at++
    const element: XmlElement = { name: this.#name(), attributes: new Map(), children: [], text: '' }
    for (;;) {
      const spaced = this.#space()
      if (this.#startsWith('/>') || this.#startsWith('>')) {
        const isClosed = this.#startsWith('/')
        this.#at += isClosed ? 2 : 1
        return { element, isClosed }
      }
      if (!spaced) throw refuse(`<${element.name}> is not closed`)
      this.#attribute(element)
    }
  }
  #attribute({ attributes }: XmlElement): void {
    const name = this.#name()
    this.#space()
    if (!this.#startsWith('=')) throw refuse(`${name} has no value`)
    this.#at++
    this.#space()
    const quote = this.text[this.#at]
    if (quote !== '"' && quote !== "'") throw refuse(`${name} is not in quotes`)
    const from = ++this.#at
    this.#skipTo(quote)
    if (attributes.has(name) || attributes.size >= MAX_ATTRIBUTES)
      throw refuse(`${name} is there twice, or among too many`)
    attributes.set(name, decode(this.text.slice(from, this.#at - 1)))
  }
}

function decode(text: string): string {
  return text.replace(/&([^;\s]{0,12});?/g, (whole, name: string) => {
    const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name)
    const code = number ? (number[1] ? parseInt(number[1], 16) : Number(number[2])) : undefined
    if (code !== undefined && code > 0 && code <= 0x10ffff && whole.endsWith(';')) return String.fromCodePoint(code)
    const known = PREDEFINED[name]
    if (known === undefined || !whole.endsWith(';')) throw refuse(`it uses the entity ${whole.slice(0, 20)}`)
    return known
  })
}

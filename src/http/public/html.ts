/** HTML by one tagged template: every value is escaped unless it is HTML made by this same template. */

export class SafeHtml {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text
  }
}

export type HtmlValue = string | number | null | undefined | false | SafeHtml | HtmlValue[]

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}
/** Control characters have no business in a page, and NUL confuses parsers. Line ends and tabs stay. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

/** Text that is safe between tags and inside quoted attributes. */
export const escapeHtml = (text: string) =>
  text
    .toWellFormed()
    .replace(CONTROLS, '\ufffd')
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character]!)

/** Template tag. Strings and numbers are escaped, arrays joined, null, undefined and false give nothing. */
export function html(literals: TemplateStringsArray, ...values: HtmlValue[]): SafeHtml {
  let text = literals[0]!
  values.forEach((value, index) => (text += render(value) + literals[index + 1]!))
  return new SafeHtml(text)
}

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof SafeHtml) return value.text
  if (Array.isArray(value)) return value.map(render).join('')
  return escapeHtml(String(value))
}

/** An address fit for href: http, https or a path of this site; null for anything else, javascript: first of all. */
export function safeUrl(address: string | null | undefined): string | null {
  if (!address) return null
  if (/^\/(?![/\\])/.test(address)) return address
  if (!URL.canParse(address)) return null
  const { protocol, href } = new URL(address)
  return protocol === 'https:' || protocol === 'http:' ? href : null
}

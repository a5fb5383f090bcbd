/** The issuer's own words in a mail: which of them apply, what their merge fields stand for, what is wrong with them. */
import { DESIGN_PLACEHOLDERS } from './designs.ts'
import type { Problem } from './errors.ts'
import { plain } from './mails-plain.ts'
import { didYouMean } from './suggest.ts'
import type { TemplateCta, TemplateField, TemplateMail } from './templates.ts'

/** The issuer's words after filling in; an absent member is the built-in text. */
export interface OwnWords {
  /** BCP 47 of these words. */
  language: string
  subject?: string
  heading?: string
  /** Paragraphs of lines. */
  body?: string[][]
  button?: string
}

const primaryOf = (language: string) => language.toLowerCase().split(/[-_]/)[0]!

/**
 * The words for a recipient: in their language, else in the template's own, else none. An exact tag comes before the same
 * language of another region. A mail speaks one language throughout: that of the words found.
 */
export function wordsFor(
  mail: Record<string, TemplateMail> | undefined,
  language: string,
  fallback: string | null,
): { language: string; words: TemplateMail } | null {
  const all = Object.entries(mail ?? {}).filter(([, words]) => Object.values(words).some((text) => text?.trim()))
  for (const wanted of [language, fallback]) {
    if (!wanted) continue
    const found =
      all.find(([tag]) => tag.toLowerCase() === wanted.toLowerCase()) ??
      all.find(([tag]) => tag.toLowerCase() === primaryOf(wanted)) ??
      all.find(([tag]) => primaryOf(tag) === primaryOf(wanted))
    if (found) return { language: found[0], words: found[1] }
  }
  return null
}

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g

/** In one go, so that braces inside a value stay what they are; an empty value leaves no gap behind. */
const fillLine = (text: string, values: Record<string, string>) =>
  plain(text.replace(PLACEHOLDER, (_, key: string) => (Object.hasOwn(values, key) ? plain(values[key]!) : '')))

const paragraphsOf = (text: string) => text.replace(/\r\n?/g, '\n').split(/\n[ \t]*\n+/)

/** Fills the merge fields. What is empty afterwards is left to the built-in text. */
export function fillWords(
  { language, words }: { language: string; words: TemplateMail },
  values: Record<string, string>,
): OwnWords {
  const own: OwnWords = { language }
  for (const part of ['subject', 'heading', 'button'] as const) {
    const text = fillLine(words[part] ?? '', values)
    if (text !== '') own[part] = text
  }
  const body = paragraphsOf(words.body ?? '')
    .map((paragraph) => paragraph.split('\n').map((line) => fillLine(line, values)))
    .map((lines) => lines.filter((line) => line !== ''))
    .filter((lines) => lines.length > 0)
  if (body.length > 0) own.body = body
  return own
}

/** The issuer's own button with its address filled in, or null where that is no web address. */
export function fillCta(cta: TemplateCta | null | undefined, values: Record<string, string>): TemplateCta | null {
  if (!cta) return null
  const label = fillLine(cta.label, values)
  const url = cta.url.trim().replace(PLACEHOLDER, (_, key: string, at: number) => {
    const value = Object.hasOwn(values, key) ? values[key]! : ''
    return at === 0 ? value : encodeURIComponent(value.toWellFormed())
  })
  return label !== '' && isWebAddress(url) ? { label, url } : null
}

/** http or https, and nothing in it that could end an attribute or a line. */
export const isWebAddress = (url: string) => /^https?:\/\/[^\s\\<>"]+$/i.test(url) && URL.canParse(url)

/** Each is an element of its own in the HTML. */
const MAX_PARAGRAPHS = 60

/** What is wrong with the words of every language: merge fields that do not exist, a body in too many pieces. */
export function mailFaults(mail: Record<string, TemplateMail> | undefined, fields: TemplateField[]): Problem[] {
  const known = mailPlaceholders(fields)
  return Object.entries(mail ?? {}).flatMap(([language, words]) =>
    Object.entries(words).flatMap(([part, text]) => {
      const field = `mail.${language}.${part}`
      const paragraphs = part === 'body' ? paragraphsOf(text ?? '').length : 0
      if (paragraphs > MAX_PARAGRAPHS) {
        const message = `${field} has ${paragraphs} paragraphs; at most ${MAX_PARAGRAPHS} are allowed.`
        return [{ field, code: 'too_long', message }]
      }
      return placeholdersOf(text).flatMap((key): Problem[] => {
        if (known.includes(key)) return []
        const why = `names {{${key}}}, which is no merge field of this template.${didYouMean(key, known)}`
        return [{ field, code: 'unknown_field', message: `${field} ${why}` }]
      })
    }),
  )
}

/** What the words may name: what designs may, and the template's fields with or without `fields.` before them. */
export const mailPlaceholders = (fields: TemplateField[]): string[] => [
  ...DESIGN_PLACEHOLDERS,
  ...fields.flatMap(({ key }) => [key, `fields.${key}`]),
]

const placeholdersOf = (text: string | undefined) => [
  ...new Set([...(text ?? '').matchAll(PLACEHOLDER)].map(([, key]) => key!)),
]

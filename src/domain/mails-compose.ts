/** The mail to a recipient about one certificate: subject, plain text and HTML. Pure: same input, same bytes. */
import { dayOf, isDay } from './dates.ts'
import { mailHtml } from './mails-layout.ts'
import { mailTexts, type MailKind, type MailTexts } from './mails-texts.ts'

export interface MailCertificate {
  /** Name of the achievement. */
  title: string
  recipientName: string
  issuerName: string
  issuerUrl: string
  /** YYYY-MM-DD. */
  issuedOn: string
  /** Unix ms. */
  expiresAt: number | null
  pageUrl: string
  jsonUrl: string
  linkedinUrl: string
  sandbox: boolean
  /** Of a correction or revocation. */
  reason?: string | null
  /** Where questions go; else the issuer's website is named. */
  replyTo?: string | null
}
export interface MailDraft {
  kind: MailKind
  /** BCP 47; languages we do not have become English. */
  language: string
  certificate: MailCertificate
}
export interface ComposedMail {
  subject: string
  text: string
  html: string
}

/** What both layouts show, in the recipient's language, free of line breaks and invisible characters. */
export interface MailContent {
  kind: MailKind
  words: MailTexts
  preheader: string
  greeting: string
  lead: string
  title: string
  issuerName: string
  issuerUrl: string
  facts: Array<{ label: string; value: string }>
  pageUrl: string
  explanation: string
  /** Null on a revoked certificate: nothing to keep or to show off. */
  jsonUrl: string | null
  linkedinUrl: string | null
  sandbox: boolean
  footer: string
  replyTo: string | null
}

export function composeMail(draft: MailDraft): ComposedMail {
  const content = mailContent(draft)
  const subject = fill(content.words.subject[draft.kind], { title: shorten(content.title, 150) })
  return {
    subject: content.sandbox ? `[${content.words.testTag}] ${subject}` : subject,
    text: mailText(content),
    html: mailHtml(content),
  }
}

function mailContent({ kind, language, certificate }: MailDraft): MailContent {
  const words = mailTexts(language)
  const title = plain(certificate.title)
  const issuer = plain(certificate.issuerName)
  const name = plain(certificate.recipientName)
  const values = { title, issuer, name }
  const valid = kind !== 'revoked'
  const facts = [
    { label: words.awardedTo, value: name },
    { label: words.issuedBy, value: issuer },
    { label: words.issuedOn, value: longDay(certificate.issuedOn, words.locale) },
  ]
  if (certificate.expiresAt !== null && valid)
    facts.push({ label: words.validUntil, value: longDay(dayOf(certificate.expiresAt), words.locale) })
  const reason = plain(certificate.reason ?? '')
  if (reason !== '' && kind !== 'issued') facts.push({ label: words.reason, value: reason })
  return {
    kind,
    words,
    preheader: fill(words.preheader[kind], values),
    greeting: fill(words.greeting, values),
    lead: fill(words.lead[kind], values),
    title,
    issuerName: issuer,
    issuerUrl: certificate.issuerUrl,
    facts,
    pageUrl: certificate.pageUrl,
    explanation: fill(words.explanation[kind], values),
    jsonUrl: valid ? certificate.jsonUrl : null,
    // A test on a real profile would be a false claim.
    linkedinUrl: valid && !certificate.sandbox ? certificate.linkedinUrl : null,
    sandbox: certificate.sandbox,
    footer: fill(words.footer, values),
    replyTo: certificate.replyTo ? plain(certificate.replyTo) : null,
  }
}

const WIDTH = 72

/** Plain text, 72 columns; links stand on lines of their own and are never broken. */
function mailText(content: MailContent): string {
  const { words } = content
  const blocks: string[] = []
  if (content.sandbox) blocks.push(wrap(`*** ${words.testTag}: ${words.testNotice} ***`))
  blocks.push(wrap(content.greeting), wrap(content.lead), wrap(content.title, '    '))
  const labelWidth = Math.max(...content.facts.map(({ label }) => columns(label))) + 2
  const facts = content.facts.map(({ label, value }) => {
    const start = `${label}${words.colon}${' '.repeat(labelWidth - columns(label))}`
    return wrap(value, ' '.repeat(4 + labelWidth + words.colon.length)).replace(/^ +/, `    ${start}`)
  })
  blocks.push(facts.join('\n'))
  blocks.push(`${words.button[content.kind]}${words.colon}\n${link(content.pageUrl)}`)
  blocks.push(wrap(content.explanation))
  if (content.jsonUrl) blocks.push(`${words.file}${words.colon}\n${link(content.jsonUrl)}\n${wrap(words.fileLasts)}`)
  if (content.linkedinUrl) blocks.push(`${words.linkedin}${words.colon}\n${link(content.linkedinUrl)}`)
  const contact = content.replyTo ? `${words.questions} ${content.replyTo}` : link(content.issuerUrl)
  const footer = [wrap(content.issuerName), contact, wrap(content.footer)].filter((line) => line !== '')
  blocks.push(`-- \n${footer.join('\n')}`)
  return `${blocks.join('\n\n')}\n`
}

/** On a line of its own; nothing in it may end the line. */
const link = (url: string) => url.replace(/\s/gu, '')

/** Breaks at blanks; a word wider than a line, such as a name in Chinese, breaks where the line ends. */
function wrap(text: string, indent = ''): string {
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

function pieces(word: string, room: number): string[] {
  if (columns(word) <= room) return [word]
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
function columns(text: string): number {
  if (NARROW.test(text)) return text.length
  let width = 0
  for (const letter of text) width += MARK.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1
  return width
}

// oxlint-disable-next-line no-control-regex
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/gu

/** One line without anything invisible that could steer a header or turn the reading direction. */
export const plain = (text: string) => text.toWellFormed().replace(STEERING, ' ').replace(/\s+/gu, ' ').trim()

function shorten(text: string, letters: number): string {
  const all = [...text]
  return all.length <= letters
    ? text
    : `${all
        .slice(0, letters - 1)
        .join('')
        .trimEnd()}…`
}

/** All at once, so that a {name} inside a value stays what it is. */
const fill = (pattern: string, values: Record<string, string>) =>
  pattern.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole)

/** One per language: making one takes longer than the rest of a mail. */
const dayFormats = new Map<string, Intl.DateTimeFormat>()

function longDay(day: string, locale: string): string {
  if (!isDay(day)) return plain(day)
  let format = dayFormats.get(locale)
  if (!format)
    dayFormats.set(locale, (format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })))
  return plain(format.format(new Date(`${day}T00:00:00Z`)))
}

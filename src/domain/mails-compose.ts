/** Our mails about one certificate: subject, plain text and HTML. Pure: same input, same bytes. */
import { dayOf, isDay } from './dates.ts'
import { mailHtml } from './mails-layout.ts'
import type { OwnWords } from './mails-own.ts'
import { fill, plain, shorten } from './mails-plain.ts'
import { mailText } from './mails-text.ts'
import { mailTexts, type MailKind, type MailTexts } from './mails-texts.ts'
import type { MistakeReport } from './mails.ts'
import type { TemplateCta } from './templates.ts'

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
  /** It was revoked, whatever this mail is about: nothing to keep or to show off. */
  revoked?: boolean
}
/** A picture that travels with the mail, by its Content-ID; the size it is shown in, in pixels. */
export interface MailPicture {
  cid: string
  width: number
  height: number
}
/** The issuer's brand, and what travels with the mail. */
export interface MailLook {
  /** `#rrggbb` */
  primary?: string | null
  logo?: MailPicture | null
  /** Of the certificate. */
  picture?: MailPicture | null
  /** The certificate is attached as PDF. */
  pdf?: boolean
}
export interface MailDraft {
  kind: MailKind
  /** BCP 47; languages we do not have become English. */
  language: string
  certificate: MailCertificate
  /** The issuer's own words; they are for a new certificate and no other occasion. */
  own?: OwnWords | null
  look?: MailLook
  cta?: TemplateCta | null
  /** Only tries a template: the data are invented. */
  trial?: boolean
}
export interface MistakeDraft {
  /** The issuer's. */
  language: string
  certificate: MailCertificate
  certificateId: string
  report: MistakeReport
  look?: MailLook
}
export interface ComposedMail {
  subject: string
  text: string
  html: string
}
export interface MailFact {
  label: string
  value: string
}

/** What both layouts show, in one language, free of line breaks and invisible characters. */
export interface MailContent {
  words: MailTexts
  /** BCP 47 of opening, heading and button where it is not that of `words`. */
  ownLanguage: string | null
  /** Above everything: why this is not what it seems. */
  notice: { tag: string; text: string } | null
  /** Bad news has a colour of its own. */
  bad: boolean
  preheader: string
  /** Paragraphs of lines. */
  opening: string[][]
  heading: string
  headingFirst: boolean
  issuerName: string
  issuerUrl: string
  facts: MailFact[]
  /** What somebody wrote, line by line. */
  said: string[] | null
  button: string
  pageUrl: string
  explanation: string
  attached: string | null
  /** Null on a revoked certificate: nothing to keep or to show off. */
  jsonUrl: string | null
  linkedinUrl: string | null
  cta: TemplateCta | null
  footer: string
  replyTo: string | null
  pictureAlt: string
  look: MailLook
}

/** To the recipient. */
export function composeMail(draft: MailDraft): ComposedMail {
  const own = draft.kind === 'issued' ? (draft.own ?? null) : null
  const content = mailContent({ ...draft, own })
  const { title } = named(draft.certificate)
  const subject = own?.subject
    ? shorten(own.subject, 200)
    : fill(content.words.subject[draft.kind], { title: shorten(title, 150) })
  return composed(content, subject)
}

/** To the issuer: what somebody wrote on the page of a certificate. */
export function composeMistakeMail(draft: MistakeDraft): ComposedMail {
  const { certificate, report } = draft
  const words = mailTexts(draft.language)
  const { mistake } = words
  const values = named(certificate)
  const { title, issuer, name } = values
  const content: MailContent = {
    ...common(draft.language, certificate, draft.look),
    preheader: mistake.preheader,
    opening: [[mistake.lead]],
    heading: title,
    facts: [
      { label: mistake.certificate, value: draft.certificateId },
      { label: words.awardedTo, value: name },
      { label: words.issuedOn, value: longDay(certificate.issuedOn, words.locale) },
      { label: mistake.answerTo, value: report.from === null ? mistake.nobody : plain(report.from) },
    ],
    said: report.message
      .split(/\r\n?|\n/)
      .map((line) => plain(line))
      .filter((line) => line !== ''),
    button: mistake.button,
    explanation: mistake.explanation,
    footer: fill(mistake.footer, { issuer }),
    // Answers go to the address above; the footer is the issuer's.
    replyTo: null,
  }
  return composed(content, fill(mistake.subject, { title: shorten(title, 150) }))
}

const composed = (content: MailContent, subject: string): ComposedMail => ({
  subject: plain(content.notice ? `[${content.notice.tag}] ${subject}` : subject),
  text: mailText(content),
  html: mailHtml(content),
})

const named = ({ title, issuerName, recipientName }: MailCertificate) => ({
  title: plain(title),
  issuer: plain(issuerName),
  name: plain(recipientName),
})

/** What every mail has, whoever it goes to. */
function common(language: string, certificate: MailCertificate, look: MailLook = {}) {
  const words = mailTexts(language)
  const { title, issuer, name } = named(certificate)
  return {
    words,
    ownLanguage: null,
    notice: certificate.sandbox ? { tag: words.testTag, text: words.testNotice } : null,
    bad: false,
    headingFirst: false,
    issuerName: issuer,
    issuerUrl: certificate.issuerUrl,
    said: null,
    pageUrl: certificate.pageUrl,
    attached: null,
    jsonUrl: null,
    linkedinUrl: null,
    cta: null,
    pictureAlt: fill(words.pictureAlt, { title, name }),
    look,
  }
}

function mailContent(draft: MailDraft): MailContent {
  const { kind, certificate, own = null, trial = false } = draft
  const base = common(draft.language, certificate, draft.look)
  const { words } = base
  const values = named(certificate)
  const { title } = values
  const valid = kind !== 'revoked' && certificate.revoked !== true
  return {
    ...base,
    ...(trial ? { notice: { tag: words.tryTag, text: words.tryNotice } } : {}),
    ownLanguage: foreign(own, words),
    bad: kind === 'revoked',
    preheader: own?.body ? shorten(own.body.flat().join(' '), 140) : fill(words.preheader[kind], values),
    opening: own?.body ?? [[fill(words.greeting, values)], [fill(words.lead[kind], values)]],
    heading: own?.heading ?? title,
    headingFirst: own?.heading !== undefined,
    facts: facts(draft, words, valid),
    button: own?.button ?? words.button[kind],
    explanation: fill(words.explanation[kind], values),
    attached: valid && draft.look?.pdf ? words.attached : null,
    jsonUrl: valid && !trial ? certificate.jsonUrl : null,
    // A test on a real profile would be a false claim.
    linkedinUrl: valid && !trial && !certificate.sandbox ? certificate.linkedinUrl : null,
    cta: valid ? (draft.cta ?? null) : null,
    footer: trial ? '' : fill(words.footer, values),
    replyTo: certificate.replyTo ? plain(certificate.replyTo) : null,
  }
}

/** The tag of the issuer's own words where the rest of the mail speaks another language. */
function foreign(own: OwnWords | null, words: MailTexts): string | null {
  const primary = (tag: string) => tag.toLowerCase().split(/[-_]/)[0]
  return own && primary(own.language) !== primary(words.locale) ? own.language : null
}

function facts({ kind, certificate, own }: MailDraft, words: MailTexts, valid: boolean): MailFact[] {
  const { title, issuer, name } = named(certificate)
  const reason = plain(certificate.reason ?? '')
  return [
    ...(own?.heading ? [{ label: words.heading, value: title }] : []),
    { label: words.awardedTo, value: name },
    { label: words.issuedBy, value: issuer },
    { label: words.issuedOn, value: longDay(certificate.issuedOn, words.locale) },
    ...(certificate.expiresAt !== null && valid
      ? [{ label: words.validUntil, value: longDay(dayOf(certificate.expiresAt), words.locale) }]
      : []),
    ...(reason !== '' && (kind === 'updated' || kind === 'revoked') ? [{ label: words.reason, value: reason }] : []),
  ]
}

/** One per language: making one takes longer than the rest of a mail. */
const dayFormats = new Map<string, Intl.DateTimeFormat>()

function longDay(day: string, locale: string): string {
  if (!isDay(day)) return plain(day)
  let format = dayFormats.get(locale)
  if (!format)
    dayFormats.set(locale, (format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })))
  return plain(format.format(new Date(`${day}T00:00:00Z`)))
}

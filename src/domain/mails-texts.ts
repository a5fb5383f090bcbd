/** The words of our mails, per language. Same keys everywhere (the type and a test see to it). */
import { de } from './mails-texts-de.ts'
import { en } from './mails-texts-en.ts'
import { es } from './mails-texts-es.ts'
import { fr } from './mails-texts-fr.ts'
import { sv } from './mails-texts-sv.ts'

/** Mails to the recipient of a certificate. */
export const MAIL_KINDS = ['issued', 'updated', 'revoked', 'link'] as const
export type MailKind = (typeof MAIL_KINDS)[number]

/** {title}, {issuer} and {name} are filled in. Every text is plain; the layout escapes it. */
export interface MailTexts {
  /** For <html lang> and dates. */
  locale: string
  subject: Record<MailKind, string>
  /** What the inbox shows after the subject. */
  preheader: Record<MailKind, string>
  greeting: string
  lead: Record<MailKind, string>
  awardedTo: string
  issuedBy: string
  issuedOn: string
  validUntil: string
  reason: string
  button: Record<MailKind, string>
  orCopy: string
  /** What this is and how anybody can check it; what a correction or a revocation means. */
  explanation: Record<MailKind, string>
  file: string
  /** Why to keep the file. */
  fileLasts: string
  linkedin: string
  testTag: string
  testNotice: string
  footer: string
  questions: string
  /** Between a label and what it names. */
  colon: string
  /** Label of the certificate's title where the issuer's own heading stands above it. */
  heading: string
  pictureAlt: string
  /** Where the PDF is attached. */
  attached: string
  /** On a mail that only tries out a template. */
  tryTag: string
  tryNotice: string
  /** To the issuer, in the issuer's language. */
  mistake: {
    subject: string
    preheader: string
    lead: string
    certificate: string
    wrote: string
    answerTo: string
    nobody: string
    button: string
    explanation: string
    footer: string
  }
}

export const MAIL_TEXTS = { en, sv, de, fr, es }
export type MailLanguage = keyof typeof MAIL_TEXTS

/** The words for a BCP 47 tag by its primary language; English where we have none. */
export function mailTexts(language: string): MailTexts {
  const primary = language.toLowerCase().split(/[-_]/)[0]!
  return Object.hasOwn(MAIL_TEXTS, primary) ? MAIL_TEXTS[primary as MailLanguage] : en
}

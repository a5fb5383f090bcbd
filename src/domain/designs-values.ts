/** What the placeholders of a design stand for on one certificate: text as people read it, in the certificate's language. */
import { isDay } from './dates.ts'
import type { FieldValue, TemplateDefinition } from './templates.ts'

export interface DesignFacts {
  certificateId: string
  publicUrl: string
  template: Pick<TemplateDefinition, 'name' | 'fields'>
  fields: Record<string, FieldValue>
  recipientName: string
  issuerName: string
  /** YYYY-MM-DD. */
  issuedOn: string
  /** Unix ms. */
  expiresAt: number | null
  version: number
  /** BCP 47. */
  language: string
}

const YES_NO: Record<string, [yes: string, no: string]> = {
  en: ['Yes', 'No'],
  sv: ['Ja', 'Nej'],
  de: ['Ja', 'Nein'],
  fr: ['Oui', 'Non'],
  es: ['Sí', 'No'],
}

/** English without a region would write months first; what is no language tag is read as English. */
function localeOf(language: string): string {
  try {
    const [tag] = Intl.getCanonicalLocales(language)
    return tag === undefined || tag === 'en' ? 'en-GB' : tag
  } catch {
    return 'en-GB'
  }
}

/** Once per language: making a format takes longer than the rest of a certificate. */
const formats = new Map<string, { day: Intl.DateTimeFormat; number: Intl.NumberFormat }>()
const MAX_KEPT = 50

function formatsOf(language: string) {
  const locale = localeOf(language)
  let known = formats.get(locale)
  if (!known) {
    if (formats.size >= MAX_KEPT) formats.clear()
    known = {
      day: new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }),
      // No groups: a year or a licence number must not become 2,026.
      number: new Intl.NumberFormat(locale, { maximumFractionDigits: 20, useGrouping: false }),
    }
    formats.set(locale, known)
  }
  return known
}

/** A day of UTC in the words of a language: YYYY-MM-DD or Unix ms → "3 March 2026". Other text stays as it is. */
export function writtenDay(moment: string | number, language: string): string {
  if (typeof moment === 'string' && !isDay(moment)) return moment
  // The narrow and no-break spaces of the locale data are in few fonts.
  return formatsOf(language)
    .day.format(new Date(moment))
    .replace(/[\u00a0\u2007\u2009\u202f]/g, ' ')
}

/** A value of a field as a certificate shows it. */
export function writtenValue(value: FieldValue, type: string, language: string): string {
  if (typeof value === 'boolean') return (YES_NO[language.toLowerCase().split('-')[0]!] ?? YES_NO.en!)[value ? 0 : 1]
  if (typeof value === 'number') return formatsOf(language).number.format(value)
  return type === 'date' ? writtenDay(value, language) : value
}

/**
 * Placeholder → text. Every declared field is there, an empty one as '', so that a design never shows {{braces}}; a field
 * that is named like a placeholder of the program does not take its place.
 */
export function designValues(facts: DesignFacts): Record<string, string> {
  const { template, fields, language, expiresAt } = facts
  const own = template.fields.map(({ key, type }): [string, string] => {
    const value = Object.hasOwn(fields, key) ? fields[key] : undefined
    return [key, value === undefined ? '' : writtenValue(value, type, language)]
  })
  return {
    ...Object.fromEntries(own),
    ...Object.fromEntries(own.map(([key, text]) => [`fields.${key}`, text])),
    'recipient.name': facts.recipientName,
    'template.name': template.name,
    'issuer.name': facts.issuerName,
    'certificate.id': facts.certificateId,
    verification_url: `${facts.publicUrl}/${facts.certificateId}`,
    issued_on: writtenDay(facts.issuedOn, language),
    expires_at: expiresAt === null ? '' : writtenDay(expiresAt, language),
    version: String(facts.version),
  }
}

/** An address with placeholders, each value written so that it stays one part of it; '' when it is none. */
export function filledAddress(address: string, values: Record<string, string>): string {
  const filled = address.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, name: string) =>
    encodeURIComponent((Object.hasOwn(values, name) ? values[name]! : '').toWellFormed()),
  )
  return /^https?:\/\//i.test(filled) && URL.canParse(filled) ? filled : ''
}

/** Languages of the public pages: which one, its texts, its dates. */
import { de } from './page-texts-de.ts'
import { en } from './page-texts-en.ts'
import type { PageText, PageTexts } from './page-texts-en.ts'
import { es } from './page-texts-es.ts'
import { fr } from './page-texts-fr.ts'
import { sv } from './page-texts-sv.ts'

export const pageTexts = { en, sv, de, fr, es } satisfies Record<string, PageTexts>
export type PageLanguage = keyof typeof pageTexts
export const PAGE_LANGUAGES = Object.keys(pageTexts) as PageLanguage[]
/** Each language by its own name, for the reader who is lost in another one. */
export const LANGUAGE_NAMES: Record<PageLanguage, string> = {
  en: 'English',
  sv: 'Svenska',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
}
/** English without a region would write months first. */
const LOCALES: Record<PageLanguage, string> = { en: 'en-GB', sv: 'sv', de: 'de', fr: 'fr', es: 'es' }

/** The page's language for a BCP 47 tag (`pt-BR`, `SV_se`); undefined when there are no texts for it. */
export function matchLanguage(tag: string | null | undefined): PageLanguage | undefined {
  const base = tag?.trim().toLowerCase().split(/[-_]/)[0]
  return PAGE_LANGUAGES.find((language) => language === base)
}

/** What the visitor asked for in the address, else the recipient's language, else Accept-Language (RFC 9110), else English. */
export function negotiateLanguage(wishes: {
  query?: string | null
  recipient?: string | null
  acceptLanguage?: string | null
}): PageLanguage {
  const accepted = (wishes.acceptLanguage ?? '')
    .slice(0, 1000)
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.split(';')
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='))
      return { language: matchLanguage(tag), quality: quality ? Number(quality.trim().slice(2)) : 1 }
    })
    .filter((entry) => entry.language && entry.quality > 0)
    .sort((one, other) => other.quality - one.quality)
  return matchLanguage(wishes.query) ?? matchLanguage(wishes.recipient) ?? accepted[0]?.language ?? 'en'
}

export interface Words {
  language: PageLanguage
  /** The text, with {name} filled in. Not escaped: the html template does that. */
  say: (key: PageText, values?: Record<string, string | number>) => string
  /** Unix ms or YYYY-MM-DD → "3 March 2026". Text that is no date stays as it is. */
  date: (moment: number | string) => string
  /** Unix ms → "3 March 2026 at 09:15 UTC". */
  time: (moment: number) => string
  number: (value: number) => string
}

/** Made once per language: the formats of a language take longer than the rest of a page. */
const made = new Map<string, Words>()

/** Texts, dates and numbers in one language (a BCP 47 tag; English where there are no texts). All times are UTC. */
export function wordsIn(tag: string): Words {
  const language = matchLanguage(tag) ?? 'en'
  const words = made.get(language) ?? wordsOf(language)
  made.set(language, words)
  return words
}

function wordsOf(language: keyof typeof pageTexts): Words {
  const texts = pageTexts[language]
  const numbers = new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 20 })
  const days = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' })
  const times = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return {
    language,
    say: (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)),
    date: (moment) => {
      const date = new Date(moment)
      return Number.isNaN(date.getTime()) ? String(moment) : days.format(date)
    },
    time: (moment) => `${times.format(new Date(moment))} UTC`,
    number: (value) => numbers.format(value),
  }
}

/** The verdict in the page's language. */
import { de } from './de.ts'
import { en, type VerdictTexts } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { sv } from './sv.ts'

export const verdictTexts: Record<string, VerdictTexts> = { en, sv, de, fr, es }
export type VerdictWord = keyof VerdictTexts['words']

export interface VerdictWords {
  say: (key: VerdictWord, values?: Record<string, string>) => string
  checks: VerdictTexts['checks']
  /** ISO text → a day in words. Text that is no date stays as it is. */
  date: (iso: string | null) => string
}

/** For the language of the document (`html lang`); English where there are no texts. Days are those of UTC. */
export function verdictWords(language: string): VerdictWords {
  const known = Object.hasOwn(verdictTexts, language) ? language : 'en'
  const { words, checks } = verdictTexts[known]!
  const days = new Intl.DateTimeFormat(known === 'en' ? 'en-GB' : known, { dateStyle: 'long', timeZone: 'UTC' })
  return {
    say: (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
    checks,
    date: (iso) => (iso === null || Number.isNaN(Date.parse(iso)) ? (iso ?? '') : days.format(new Date(iso))),
  }
}

import { describe, expect, test } from 'bun:test'
import { MAIL_TEXTS, mailTexts } from '../../src/domain/mails-texts.ts'

const LANGUAGES = ['en', 'sv', 'de', 'fr', 'es'] as const

describe('the words', () => {
  const keys = (texts: object): string[] =>
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string' ? [key] : keys(value).map((inner) => `${key}.${inner}`),
    )

  test.each(LANGUAGES)('%s has every key, none empty, with the same places to fill in', (language) => {
    const read = (texts: object, path: string) =>
      path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], texts) as string
    expect(keys(MAIL_TEXTS[language])).toEqual(keys(MAIL_TEXTS.en))
    for (const path of keys(MAIL_TEXTS.en)) {
      const text = read(MAIL_TEXTS[language], path)
      expect(text.trim()).not.toBe('')
      const places = (pattern: string) => [...new Set(pattern.match(/\{\w+\}/g) ?? [])].sort()
      expect(places(text)).toEqual(places(read(MAIL_TEXTS.en, path)))
      if (language !== 'en' && text.length > 12) expect(text).not.toBe(read(MAIL_TEXTS.en, path))
    }
  })

  test('a language with a region finds its words; one we do not have gets English', () => {
    expect(mailTexts('sv-FI')).toBe(MAIL_TEXTS.sv)
    expect(mailTexts('DE')).toBe(MAIL_TEXTS.de)
    for (const other of ['pt-BR', '', 'constructor', '__proto__']) expect(mailTexts(other)).toBe(MAIL_TEXTS.en)
  })
})

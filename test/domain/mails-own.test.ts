import { describe, expect, test } from 'bun:test'
import { fillCta, fillWords, mailFaults, wordsFor } from '../../src/domain/mails-own.ts'
import type { TemplateField, TemplateMail } from '../../src/domain/templates.ts'

const field = (key: string): TemplateField => ({ key, label: key, type: 'text', required: false })
const fields = [field('course_name'), field('grade')]

describe('which words speak', () => {
  const mail = { sv: { subject: 'sv' }, 'pt-BR': { subject: 'br' }, en: { subject: 'en' }, de: { subject: '  ' } }
  const chosen = (language: string, fallback: string | null = 'en', from: Record<string, TemplateMail> = mail) =>
    wordsFor(from, language, fallback)?.language

  test("those in the recipient's language come before the template's own, and these before none", () => {
    expect(chosen('sv')).toBe('sv')
    expect(chosen('fr')).toBe('en')
    expect(chosen('fr', null)).toBeUndefined()
    expect(chosen('fr', 'fi')).toBeUndefined()
    expect(wordsFor(undefined, 'sv', 'sv')).toBeNull()
  })

  test('a region finds its language, and a language finds a region; the exact tag comes first', () => {
    expect(chosen('sv-FI')).toBe('sv')
    expect(chosen('pt')).toBe('pt-BR')
    expect(chosen('pt-PT')).toBe('pt-BR')
    expect(chosen('PT-br', null, { pt: { subject: 'a' }, 'pt-BR': { subject: 'b' } })).toBe('pt-BR')
  })

  test('a language whose words are all empty counts as none', () => {
    expect(chosen('de')).toBe('en')
  })
})

describe('filling in', () => {
  const fill = (words: TemplateMail, values: Record<string, string>) => fillWords({ language: 'en', words }, values)

  test('puts values into every part, with and without blanks in the braces', () => {
    const own = fill(
      {
        subject: '{{recipient.name}} – {{ course_name }}',
        heading: 'Well done, {{recipient.name}}!',
        button: 'See {{fields.course_name}}',
        body: 'Hello {{recipient.name}},\n{{course_name}}.\n\nBye.',
      },
      { 'recipient.name': 'Åsa', course_name: 'Welding', 'fields.course_name': 'Welding' },
    )
    expect(own).toEqual({
      language: 'en',
      subject: 'Åsa – Welding',
      heading: 'Well done, Åsa!',
      button: 'See Welding',
      body: [['Hello Åsa,', 'Welding.'], ['Bye.']],
    })
  })

  test('a value is never read as a merge field, and never makes a line, a header or a paragraph', () => {
    const own = fill(
      { subject: 'For {{recipient.name}}', body: '{{recipient.name}}' },
      { 'recipient.name': '{{grade}}\r\nBcc: x@y.z\n\n\u202eEve', grade: 'secret' },
    )
    expect(own.subject).toBe('For {{grade}} Bcc: x@y.z Eve')
    expect(own.body).toEqual([['{{grade}} Bcc: x@y.z Eve']])
  })

  test('what is empty afterwards leaves no gap, and an empty part is the built-in text', () => {
    const own = fill(
      { subject: '{{grade}}', body: 'Grade: {{grade}} .\n\n{{grade}}\n\nEnd\r\n\r\n \r\nof it' },
      { grade: '' },
    )
    expect(own).toEqual({ language: 'en', body: [['Grade: .'], ['End'], ['of it']] })
    expect(fill({ subject: '{{constructor}}' }, {})).toEqual({ language: 'en' })
  })
})

describe("the issuer's own button", () => {
  const values = { verification_url: 'https://c.example/cert_1', course_name: 'A & B/"C"' }
  const address = (url: string) => fillCta({ label: 'Next', url }, values)?.url

  test('takes values as parts of an address, and as the address itself at its beginning', () => {
    expect(address('https://x.example/?q={{course_name}}')).toBe('https://x.example/?q=A%20%26%20B%2F%22C%22')
    expect(address('{{verification_url}}?from=mail')).toBe('https://c.example/cert_1?from=mail')
  })

  test('that would lead anywhere but to a web address is left out', () => {
    for (const url of ['javascript:alert(1)', '{{course_name}}', 'https://x.example/ y', 'mailto:a@b.example', ''])
      expect(address(url)).toBeUndefined()
    expect(fillCta({ label: '{{grade}}', url: 'https://x.example' }, values)).toBeNull()
    expect(fillCta(null, values)).toBeNull()
  })
})

describe('merge fields that do not exist', () => {
  test('are named with their place and the one that was probably meant', () => {
    const faults = mailFaults(
      {
        sv: { subject: 'Hej {{recipient.nam}}', body: '{{fields.course_name}} {{issuer.name}} {{expires_at}}' },
        en: { button: '{{coursename}} {{coursename}}' },
      },
      fields,
    )
    expect(faults).toEqual([
      {
        field: 'mail.sv.subject',
        code: 'unknown_field',
        message:
          'mail.sv.subject names {{recipient.nam}}, which is no merge field of this template. Did you mean "recipient.name"?',
      },
      {
        field: 'mail.en.button',
        code: 'unknown_field',
        message:
          'mail.en.button names {{coursename}}, which is no merge field of this template. Did you mean "course_name"?',
      },
    ])
  })

  test('and a body in more pieces than a mail can hold is refused', () => {
    const body = (pieces: number) => ({ en: { body: Array.from({ length: pieces }, () => 'x').join('\n \n') } })
    expect(mailFaults(body(60), fields)).toEqual([])
    expect(mailFaults(body(61), fields)).toMatchObject([
      { field: 'mail.en.body', message: 'mail.en.body has 61 paragraphs; at most 60 are allowed.' },
    ])
  })

  test('are none in a mail that names only what there is, or nothing', () => {
    expect(
      mailFaults(
        { en: { body: '{{recipient.name}} {{grade}} {{ fields.grade }} {not one} {{verification_url}}' } },
        fields,
      ),
    ).toEqual([])
    expect(mailFaults(undefined, fields)).toEqual([])
  })
})

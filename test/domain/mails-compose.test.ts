import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { composeMail, type MailCertificate } from '../../src/domain/mails-compose.ts'
import { escapeHtml } from '../../src/domain/mails-layout.ts'
import { MAIL_KINDS as KINDS, MAIL_TEXTS, type MailKind } from '../../src/domain/mails-texts.ts'
import { certificate, elements, LANGUAGES, readable } from '../kit/mails.ts'

const compose = (changes: Partial<MailCertificate> = {}, kind: MailKind = 'issued', language = 'en') =>
  composeMail({ kind, language, certificate: { ...certificate, ...changes } })

describe('what the mail says', () => {
  test('no placeholder is left over in any mail', () => {
    for (const language of LANGUAGES)
      for (const kind of KINDS) {
        const { subject, text, html } = compose({ reason: 'Because.' }, kind, language)
        for (const part of [subject, text, html.replace(/<style>.*?<\/style>/s, '')])
          expect(part).not.toMatch(/\{\w+\}|undefined|null/)
      }
  })

  test('the whole plain text of an issued certificate', () => {
    expect(compose().subject).toBe('Your certificate: Advanced Project Management')
    expect(compose().text).toBe(`Dear Maria Andersson,

Nordic Institute of Technology has issued this certificate to you:

    Advanced Project Management

    Awarded to:   Maria Andersson
    Issued by:    Nordic Institute of Technology
    Issued on:    3 March 2026
    Valid until:  2 March 2028

View your certificate:
https://verify.example/cert_0a1b2c3d4e5f6g7h8j9k0m1n2p

This is a digital certificate. Anyone you give the link to can check for
themselves that it is genuine and still valid: no account, no call to
Nordic Institute of Technology.

Download the certificate file:
https://verify.example/cert_0a1b2c3d4e5f6g7h8j9k0m1n2p.json
Keep it: it carries its own proof.

Add to your LinkedIn profile:
https://verify.example/s/cert_0a1b2c3d4e5f6g7h8j9k0m1n2p/linkedin

-- 
Nordic Institute of Technology
Questions? registrar@nit.example
You receive this mail because Nordic Institute of Technology has a
certificate in your name. It does not track you.
`)
  })

  test('both parts hold the same facts and links', async () => {
    const { text, html } = compose()
    const shown = await readable(html)
    const links = (await elements(html)).flatMap(({ attributes }) => attributes['href'] ?? [])
    const { title, recipientName, issuerName, pageUrl, jsonUrl, linkedinUrl } = certificate
    for (const fact of [
      title,
      recipientName,
      issuerName,
      '3 March 2026',
      '2 March 2028',
      pageUrl,
      'registrar@nit.example',
    ]) {
      expect(text).toContain(fact)
      expect(shown).toContain(fact)
    }
    for (const url of [pageUrl, jsonUrl, linkedinUrl]) expect(text.split('\n')).toContain(url)
    expect(new Set(links)).toEqual(new Set([pageUrl, jsonUrl, linkedinUrl, 'mailto:registrar@nit.example']))
  })

  test('a certificate without an end says nothing of one; without reply address the website is named', () => {
    const { text, html } = compose({ expiresAt: null, replyTo: null })
    expect(text + html).not.toContain('Valid until')
    expect(text).toContain('\nhttps://nit.example\n')
    expect(html).toContain('href="https://nit.example"')
  })

  test('a correction gives its reason and the file, a revocation its reason and nothing to show off', () => {
    const updated = compose({ reason: 'The name was misspelt.' }, 'updated')
    expect(updated.text).toContain('Reason:       The name was misspelt.')
    expect(updated.text).toContain(certificate.jsonUrl)
    const revoked = compose({ reason: 'Issued in error.' }, 'revoked')
    expect(revoked.subject).toBe('Your certificate has been revoked: Advanced Project Management')
    expect(revoked.text.replaceAll('\n', ' ')).toContain('It is no longer valid:')
    for (const part of [revoked.text, revoked.html]) {
      expect(part).toContain('Issued in error.')
      for (const gone of ['.json', 'linkedin', 'Valid until']) expect(part).not.toContain(gone)
    }
  })

  test('a sandbox mail says in subject, text and HTML that it is a test, and offers no LinkedIn link', async () => {
    for (const language of LANGUAGES)
      for (const kind of KINDS) {
        const { subject, text, html } = compose({ sandbox: true }, kind, language)
        const { testTag, testNotice } = MAIL_TEXTS[language]
        expect(subject).toStartWith(`[${testTag}] `)
        expect(text.slice(0, 200).replaceAll('\n', ' ')).toContain(testNotice)
        expect(await readable(html)).toContain(testNotice)
        expect(text + html).not.toContain('/linkedin')
        const real = compose({}, kind, language)
        expect(real.subject + real.text + real.html).not.toContain(testNotice)
      }
  })

  test('dates are written in the language, whatever the time zone of the machine', () => {
    const date = (language: string) => compose({}, 'issued', language).text
    expect(date('sv')).toContain('3 mars 2026')
    expect(date('de')).toContain('3. März 2026')
    expect(date('fr')).toContain('3 mars 2026')
    expect(date('es')).toContain('3 de marzo de 2026')
  })
})

describe('the form of the mail', () => {
  test('is small, asks the network for nothing, and stands on tables with inline styles', async () => {
    for (const language of LANGUAGES)
      for (const kind of KINDS) {
        const { html } = compose(
          { sandbox: true, title: 'Ü'.repeat(2000), recipientName: '漢'.repeat(200), reason: 'r' },
          kind,
          language,
        )
        expect(Buffer.byteLength(html)).toBeLessThan(40_000)
        const found = await elements(html)
        const tags = new Set(found.map(({ tag }) => tag))
        for (const tag of ['img', 'script', 'link', 'iframe', 'object', 'svg', 'video', 'form', 'base'])
          expect(tags).not.toContain(tag)
        expect(html).not.toMatch(/url\(|@import|@font-face|\bsrc=|\bbackground=/)
        expect(found.filter(({ tag, attributes }) => tag === 'table' && attributes['role'] !== 'presentation')).toEqual(
          [],
        )
        for (const { tag, attributes } of found)
          if (tag === 'p' || tag === 'h1') expect(attributes['style']).toContain('font:')
      }
  })

  test('no line of text is wider than 72 columns, links apart', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.lorem({ maxCount: 30 }))
    fc.assert(
      fc.property(
        text,
        text,
        fc.constantFrom(...LANGUAGES),
        fc.constantFrom(...KINDS),
        (title, name, language, kind) => {
          const mail = compose({ title, recipientName: name, issuerName: name, reason: title }, kind, language)
          for (const line of mail.text.split('\n'))
            if (!line.startsWith('https://')) expect([...line.replace(/\p{M}/gu, '')].length).toBeLessThanOrEqual(72)
        },
      ),
      { numRuns: 300 },
    )
    const wide = compose({ recipientName: '漢'.repeat(120) }).text.split('\n')
    const widths = wide
      .filter((line) => line.includes('漢漢'))
      .map((line) => line.trim().replace(/^\D*?(?=漢)/, '').length)
    expect(Math.max(...widths)).toBeLessThanOrEqual(36)
  })

  test('whatever a name or title holds, it stays text: no element, no attribute, no header line', async () => {
    const plainTags = (await elements(compose({ reason: 'r' }, 'updated').html)).map(({ tag }) => tag)
    const nasty = fc
      .array(
        fc.constantFrom(
          '<script>alert(1)</script>',
          '"',
          "'",
          '<',
          '>',
          '&',
          '&lt;',
          '-->',
          '<!--[if mso]>',
          '</style>',
          '\r\n',
          'Bcc: x@y.z',
          '\u202e',
          '\0',
          '\u2028',
          '\ud800',
          '{name}',
          '{title}',
          '$&',
          "$'",
          'å',
        ),
        { minLength: 1, maxLength: 8 },
      )
      .map((parts) => `x${parts.join('')}`)
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, async (title, recipientName, issuerName) => {
        const mail = compose({ title, recipientName, issuerName, reason: title }, 'updated')
        // oxlint-disable-next-line no-control-regex
        expect(mail.subject).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/)
        // oxlint-disable-next-line no-control-regex
        expect(mail.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/)
        expect((mail.subject + mail.text + mail.html).isWellFormed()).toBe(true)
        const found = await elements(mail.html)
        expect(found.map(({ tag }) => tag)).toEqual(plainTags)
        const allowed =
          /^(class|style|dir|role|width|align|valign|bgcolor|border|cellpadding|cellspacing|href|lang|xmlns:[vo]|name|content|charset)$/
        for (const { attributes } of found) for (const name of Object.keys(attributes)) expect(name).toMatch(allowed)
      }),
      { numRuns: 300 },
    )
  })

  test('escaped text can end neither an element nor an attribute in either kind of quotes', () => {
    expect(escapeHtml(`<a b="c" d='e'>&amp;`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;')
  })

  test('only web addresses become links', async () => {
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      'https://x.example/" onclick="alert(1)',
      'https://x.example/\r\nBcc: y',
    ]) {
      const mail = compose({ pageUrl: url, jsonUrl: url, linkedinUrl: url, issuerUrl: url, replyTo: null })
      const links = (await elements(mail.html)).flatMap(({ attributes }) => attributes['href'] ?? [])
      expect(links).toEqual([])
      expect(mail.text).not.toContain('\r')
    }
  })

  test('an endless title does not make an endless subject', () => {
    const { subject } = compose({ title: '🎓'.repeat(2000) })
    expect([...subject].length).toBeLessThan(200)
    expect(subject).toEndWith('🎓…')
  })

  test('the same input gives the same bytes', () => {
    expect(compose()).toEqual(compose())
  })
})

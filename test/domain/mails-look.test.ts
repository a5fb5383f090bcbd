import { describe, expect, test } from 'bun:test'
import { composeMail, composeMistakeMail, type MailDraft } from '../../src/domain/mails-compose.ts'
import { fitted, LOGO_BOX, MAX_MAIL_BYTES, PICTURE_BOX, roomForPictures } from '../../src/domain/mails-fit.ts'
import { mailTexts } from '../../src/domain/mails-texts.ts'
import { certificate, elements, LANGUAGES, readable } from '../kit/mails.ts'

const picture = { cid: 'picture.mail_1@c.example', width: 600, height: 424 }
const logo = { cid: 'logo.mail_1@c.example', width: 160, height: 40 }
const own = {
  language: 'en',
  subject: 'You did it!',
  heading: 'Congratulations, Maria!',
  body: [['We are proud of you.'], ['See you in autumn,', 'the team']],
  button: 'Open my diploma',
}
const compose = (more: Partial<MailDraft> = {}) => composeMail({ kind: 'issued', language: 'en', certificate, ...more })
const images = async (html: string) =>
  (await elements(html)).filter(({ tag }) => tag === 'img').map(({ attributes }) => attributes)

describe("the issuer's own words", () => {
  test('take the place of the built-in ones; facts, link and explanation stay', () => {
    const { subject, text } = compose({ own })
    expect(subject).toBe('You did it!')
    expect(text).toBe(`    Congratulations, Maria!

We are proud of you.

See you in autumn,
the team

    Certificate:  Advanced Project Management
    Awarded to:   Maria Andersson
    Issued by:    Nordic Institute of Technology
    Issued on:    3 March 2026
    Valid until:  2 March 2028

Open my diploma:
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

  test('say the same in HTML, with the title as a fact', async () => {
    const shown = await readable(compose({ own }).html)
    for (const words of ['Congratulations, Maria!', 'We are proud of you.', 'the team', 'Open my diploma'])
      expect(shown).toContain(words)
    expect(shown).toContain('Advanced Project Management')
    expect(shown).not.toContain('Dear Maria')
  })

  test('are for a new certificate alone: a revocation never congratulates', () => {
    for (const kind of ['updated', 'revoked', 'link'] as const)
      expect(compose({ own, kind })).toEqual(compose({ kind }))
  })

  test('are text whatever they hold', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'</p>'
    const plain = (await elements(compose({ own }).html)).map(({ tag }) => tag)
    const { html } = compose({
      own: { ...own, language: evil, subject: evil, heading: evil, body: [[evil], [evil, evil]], button: evil },
    })
    expect((await elements(html)).map(({ tag }) => tag)).toEqual(plain)
    expect(await readable(html)).toContain(evil)
  })

  test('without links of their own: an address in them stays text, and is not broken', async () => {
    const url = `https://school.example/${'a'.repeat(100)}`
    const { text, html } = compose({ own: { language: 'en', body: [[`Come back: ${url}`]] } })
    expect(text).toContain(`Come back:\n${url}\n`)
    const links = (await elements(html)).flatMap(({ attributes }) => attributes['href'] ?? [])
    expect(links).not.toContain(url)
  })

  test('in a language that we do not speak are marked as such', () => {
    const { html } = compose({ own: { language: 'da', body: [['Tillykke!']] } })
    expect(html).toContain('<html lang="en-GB"')
    expect(html).toMatch(/<p [^>]*lang="da"[^>]*>Tillykke!</)
    expect(compose({ own }).html).not.toMatch(/<(p|h1) [^>]*lang=/)
  })
})

describe('pictures', () => {
  test('are those that travel with the mail, with words for whoever does not see them', async () => {
    const { html } = compose({ look: { picture, logo } })
    expect(await images(html)).toMatchObject([
      { src: `cid:${logo.cid}`, alt: 'Nordic Institute of Technology', width: '160', height: '40' },
      {
        src: `cid:${picture.cid}`,
        alt: 'Picture of the certificate: Advanced Project Management, Maria Andersson',
        width: '600',
        height: '424',
      },
    ])
    expect(html).not.toMatch(/url\(|@import|src="(?!cid:)/)
    expect(html.slice(html.indexOf(picture.cid) - 300, html.indexOf(picture.cid))).toContain(certificate.pageUrl)
  })

  test('are not named where there are none', async () => {
    expect(await images(compose().html)).toEqual([])
  })

  test('keep their shape: as wide as the mail, no taller than a window', () => {
    expect(fitted({ width: 297, height: 210 }, PICTURE_BOX)).toEqual({ width: 600, height: 424 })
    expect(fitted({ width: 210, height: 297 }, PICTURE_BOX)).toEqual({ width: 438, height: 620 })
    expect(fitted({ width: 1, height: 10_000 }, LOGO_BOX)).toEqual({ width: 1, height: 56 })
    expect(fitted({ width: 0, height: 0 }, LOGO_BOX)).toEqual(LOGO_BOX)
  })

  test('have the room that text and HTML leave, counted as they go over the wire', () => {
    const room = (text: string) => roomForPictures({ text, html: '' })
    expect(room('')).toBeLessThan(MAX_MAIL_BYTES * 0.75)
    expect(room('')).toBeGreaterThan(200_000)
    // Letters beyond ASCII take at least a third more than their bytes.
    expect(room('') - room('ä'.repeat(30_000))).toBeGreaterThan(60_000 * 0.99)
    expect(room('')).toBeGreaterThan(room('a'.repeat(30_000)))
    expect(room('漢'.repeat(200_000))).toBe(0)
  })

  test('and everything else together stay small', () => {
    const long = { ...certificate, title: 'Ü'.repeat(300), recipientName: '漢'.repeat(200) }
    const body = Array.from({ length: 100 }, () => ['ä'.repeat(100)])
    for (const language of LANGUAGES) {
      const { html } = composeMail({
        kind: 'issued',
        language,
        certificate: long,
        own: { ...own, language, body },
        look: { picture, logo },
      })
      expect(Buffer.byteLength(html)).toBeLessThan(60_000)
    }
  })
})

describe("the issuer's brand", () => {
  test('colours line, button and links, and leaves a revocation red', () => {
    const { html } = compose({ look: { primary: '#8a1538' } })
    expect(html).toContain('border-top:4px solid #8a1538')
    expect(html).toContain('bgcolor="#8a1538"')
    expect(compose({ kind: 'revoked', look: { primary: '#8a1538' } }).html).toContain('border-top:4px solid #8c2f2f')
  })

  test('has a button of its own, in both parts', async () => {
    const cta = { label: 'See the next course', url: 'https://nit.example/next' }
    const { text, html } = compose({ cta })
    expect(text).toContain('See the next course:\nhttps://nit.example/next\n')
    expect((await elements(html)).some(({ attributes }) => attributes['href'] === cta.url)).toBe(true)
    expect(compose({ cta, kind: 'revoked' }).text).not.toContain('next course')
  })
})

test('the PDF is announced where it is attached, and nowhere else', () => {
  for (const language of LANGUAGES) {
    const { attached } = mailTexts(language)
    const said = (more: Partial<MailDraft>) =>
      compose({ language, ...more })
        .text.replaceAll('\n', ' ')
        .includes(attached)
    expect(said({ look: { pdf: true } })).toBe(true)
    expect(said({})).toBe(false)
    expect(said({ kind: 'revoked', look: { pdf: true } })).toBe(false)
  }
})

describe('the link again', () => {
  test('of a revoked certificate offers nothing to keep or to show off', () => {
    const { text, html } = compose({ kind: 'link', certificate: { ...certificate, revoked: true } })
    for (const part of [text, html]) {
      expect(part).toContain(certificate.pageUrl)
      for (const gone of ['.json', 'linkedin', 'Valid until']) expect(part).not.toContain(gone)
    }
    expect(compose({ kind: 'link' }).text).toContain('.json')
  })
})

describe('a test mail', () => {
  test('says so in subject, text and HTML, and names no file', async () => {
    for (const language of LANGUAGES) {
      const { tryTag, tryNotice } = mailTexts(language)
      const { subject, text, html } = compose({ language, trial: true, own: { ...own, language } })
      expect(subject).toBe(`[${tryTag}] You did it!`)
      expect(text.slice(0, 250).replaceAll('\n', ' ')).toContain(tryNotice)
      expect(await readable(html)).toContain(tryNotice)
      expect(text + html).not.toMatch(/\.json|linkedin/)
    }
  })
})

describe('a report of a mistake', () => {
  const report = { message: 'My name is wrong:\r\nit is <Åse>.\n\n\u202ebye', from: 'ase@example.org' }
  const mistake = (more = {}) =>
    composeMistakeMail({ language: 'en', certificate, certificateId: 'cert_1', report: { ...report, ...more } })

  test('tells the issuer which certificate, what was written and whom to answer', () => {
    const { subject, text } = mistake()
    expect(subject).toBe('Mistake reported: Advanced Project Management')
    expect(text).toBe(`Somebody reported a mistake on the page of this certificate:

    Advanced Project Management

    Certificate:  cert_1
    Awarded to:   Maria Andersson
    Issued on:    3 March 2026
    Answer to:    ase@example.org

> My name is wrong:
> it is <Åse>.
> bye

Open the certificate’s page:
https://verify.example/cert_0a1b2c3d4e5f6g7h8j9k0m1n2p

Anybody who has the link can write here, and the address was not
checked. Compare with your own records before you correct or revoke.

-- 
Nordic Institute of Technology
https://nit.example
You receive this mail because it is about a certificate of Nordic
Institute of Technology.
`)
  })

  test('without an address says so', () => {
    expect(mistake({ from: null }).text).toContain('Answer to:    They left no address.')
  })

  test('stays text, whatever was written', async () => {
    const plain = (await elements(mistake().html)).map(({ tag }) => tag)
    const message = '<script>x</script>\n"\'--></p>\n</style>'
    const { html, subject } = mistake({ message, from: 'a@b.example"><script>' })
    expect((await elements(html)).map(({ tag }) => tag)).toEqual(plain)
    expect(await readable(html)).toContain('<script>x</script>')
    expect(subject).not.toContain('script')
  })
})

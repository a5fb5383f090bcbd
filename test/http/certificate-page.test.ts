import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { CHECK_CODES } from '../../src/domain/verdict.ts'
import { certificatePage } from '../../src/http/public/certificate-page.ts'
import { escapeHtml, html, safeUrl } from '../../src/http/public/html.ts'
import { qrCode } from '../../src/http/public/ornament.ts'
import { PAGE_SECURITY_POLICY } from '../../src/http/public/page-layout.ts'
import { en } from '../../src/http/public/page-texts-en.ts'
import {
  matchLanguage,
  negotiateLanguage,
  PAGE_LANGUAGES,
  pageTexts,
  wordsIn,
} from '../../src/http/public/page-texts.ts'
import { messagePage, notFoundPage, verifyPage } from '../../src/http/public/plain-pages.ts'
import type { PublicCertificate, PublicState } from '../../src/domain/public-certificate.ts'
import { verdictTexts, verdictWords } from '../../web/shared/i18n/texts.ts'
import { certificateLink } from '../../web/verify/link.ts'
import { publicCertificate } from '../kit/public-certificate.ts'

const assets = { script: '/assets/certificate.js', style: '/assets/certificate.css' }
const render = (view: PublicCertificate, language = 'en') =>
  certificatePage(view, { language, assets, chainRpcUrl: '/chain/rpc' })

/** Every tag of a page with its attributes, read by an HTML parser and not by the template's own rules. */
async function tagsOf(text: string) {
  const tags: { name: string; attributes: [string, string][] }[] = []
  const rewriter = new HTMLRewriter().on('*', {
    element(element) {
      tags.push({ name: element.tagName, attributes: [...element.attributes] as [string, string][] })
    },
  })
  await rewriter.transform(new Response(text)).text()
  return tags
}
const textOf = (page: string) =>
  page
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

const STATES: { [state in PublicState]: Partial<PublicCertificate> } = {
  issued: {},
  pending: {
    chain: {
      ...publicCertificate().chain,
      transactionHash: null,
      blockNumber: null,
      blockTime: null,
      confirmed: false,
    },
  },
  expired: { expiresAt: Date.UTC(2026, 5, 1) },
  revoked: { revoked: { at: Date.UTC(2026, 5, 1), reason: 'Issued to the wrong person', onChain: true } },
  failed: {},
  erased: { recipientName: '', title: '', description: '', criteria: '', fields: [] },
}
const views = Object.entries(STATES).map(
  ([state, change]) => [state, publicCertificate({ ...change, state: state as PublicState })] as const,
)
/** With everything that a template can add to a page. */
const DRAWN: Partial<PublicCertificate> = {
  picture: { width: 297, height: 210 },
  brand: { primary: '#7a1f5c', accent: null },
  logo: { width: 120, height: 40 },
  cta: { label: 'Book the next course', url: 'https://example.edu/next' },
}
const everyPage = () => [
  ...views.flatMap(([state, view]) =>
    PAGE_LANGUAGES.map((language) => [`drawn ${state} ${language}`, render({ ...view, ...DRAWN }, language)]),
  ),
  ...views.flatMap(([state, view]) =>
    PAGE_LANGUAGES.map((language) => [`${state} ${language}`, render(view, language)]),
  ),
  ...PAGE_LANGUAGES.flatMap((language) => [
    [`404 ${language}`, notFoundPage({ language, assets })],
    [`verify ${language}`, verifyPage({ language, assets })],
    [`message ${language}`, messagePage({ language, assets, title: 'Title', text: 'Text' })],
  ]),
]

describe('escaping', () => {
  const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>' onmouseover='x\`\u0000{date}\u202egpj`

  test('hostile text in every place of a certificate makes no element and no attribute of its own', async () => {
    const hostile = publicCertificate({
      title: HOSTILE,
      description: HOSTILE,
      criteria: HOSTILE,
      recipientName: HOSTILE,
      issuer: { name: HOSTILE, url: `javascript:alert('${HOSTILE}')`, did: HOSTILE, email: HOSTILE },
      issuedOn: HOSTILE,
      completedOn: HOSTILE,
      licenseNumber: HOSTILE,
      fields: [
        { label: HOSTILE, value: HOSTILE, type: 'text' },
        { label: 'url', value: 'javascript:alert(1)', type: 'url' },
        { label: 'date', value: HOSTILE, type: 'date' },
      ],
      revoked: { at: 0, reason: HOSTILE, onChain: false },
      language: HOSTILE,
      chain: { ...publicCertificate().chain, title: HOSTILE, registry: HOSTILE, explorerUrl: 'javascript:alert(1)' },
      links: {
        page: `https://x.example/${HOSTILE}`,
        pdf: HOSTILE,
        json: HOSTILE,
        png: HOSTILE,
        linkedin: 'javascript:alert(1)',
      },
      skills: [HOSTILE],
      brand: { primary: HOSTILE, accent: HOSTILE },
      cta: { label: HOSTILE, url: 'javascript:alert(1)' },
    })
    for (const state of Object.keys(STATES) as PublicState[]) {
      const harmless = await tagsOf(
        render(publicCertificate({ state, revoked: { at: 0, reason: 'x', onChain: true } })),
      )
      const tags = [
        ...(await tagsOf(render({ ...hostile, state }))),
        ...(await tagsOf(render({ ...hostile, state, picture: { width: 1, height: 1 } }))).filter(
          ({ name, attributes }) =>
            name !== 'script' && (name !== 'img' || attributes.some(([key, value]) => key === 'src' && value === 'x')),
        ),
      ]
      expect(tags.filter(({ name }) => name === 'script').length).toBe(
        harmless.filter(({ name }) => name === 'script').length,
      )
      expect(
        tags.some(({ name, attributes }) => name === 'img' || attributes.some(([key]) => key.startsWith('on'))),
      ).toBe(false)
      expect(
        tags.flatMap(({ attributes }) => attributes).filter(([, value]) => /^\s*javascript:/i.test(value)),
      ).toEqual([])
    }
  })

  test('what goes through the template comes back as it was from an HTML parser', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const back = escapeHtml(text).replace(/&(lt|gt|quot|amp|#39|#96);/g, (_, name: string) => {
          return { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'", '#96': '`' }[name]!
        })
        expect(escapeHtml(text)).not.toMatch(/[<>"'`]/)
        // oxlint-disable-next-line no-control-regex
        expect(back).toBe(
          text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd'),
        )
      }),
    )
  })

  test('only HTML of the same template is taken as HTML', () => {
    expect(html`<p>${'<b>'}${html`<i>${'&'}</i>`}${[1, null, false, '<']}</p>`.text).toBe(
      '<p>&lt;b&gt;<i>&amp;</i>1&lt;</p>',
    )
    expect(html`${{ text: '<b>' } as never}`.text).not.toContain('<b>')
  })

  test('links go to http, https and paths of this site alone', () => {
    for (const good of ['https://example.edu/', 'http://example.edu/a', '/cert_x.json'])
      expect(safeUrl(good)).toBe(good)
    for (const bad of [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      '/\\evil',
      'x',
      '',
      null,
    ])
      expect(safeUrl(bad)).toBeNull()
  })
})

describe('every page', () => {
  test('obeys its own security policy: no inline script, style or handler, nothing from elsewhere', async () => {
    expect(PAGE_SECURITY_POLICY).toContain("script-src 'self'")
    for (const [name, page] of everyPage()) {
      for (const { name: tag, attributes } of await tagsOf(page!)) {
        const values = Object.fromEntries(attributes)
        expect(`${name} ${tag} ${Object.keys(values)}`).not.toMatch(/\bstyle\b|\bon\w+/)
        if (tag === 'script') expect(values.src).toBe(assets.script)
        if (tag === 'link' && values.rel === 'stylesheet')
          expect([assets.style, '/brand/7a1f5c.css']).toContain(values.href!)
        expect(tag).not.toBe('style')
        if (values.src) expect(values.src.startsWith('/')).toBe(true)
      }
    }
  })

  test('has a language, one h1, one main, unique ids, a title and no unfilled place', async () => {
    for (const [name, page] of everyPage()) {
      const tags = await tagsOf(page!)
      const count = (tag: string) => tags.filter((one) => one.name === tag).length
      expect([name, count('h1'), count('main'), count('title')]).toEqual([name!, 1, 1, 1])
      expect(page).toContain(`<html lang="${name!.slice(-2)}">`)
      const ids = tags.flatMap(({ attributes }) => attributes.filter(([key]) => key === 'id').map(([, value]) => value))
      expect(new Set(ids).size).toBe(ids.length)
      expect(textOf(page!)).not.toMatch(/\{\w+\}|\b(undefined|null|NaN|Invalid Date)\b/)
      for (const { attributes } of tags)
        for (const [key, value] of attributes)
          if (/^aria-(labelledby|describedby)$/.test(key)) for (const id of value.split(' ')) expect(ids).toContain(id)
    }
  })

  test('of a certificate is smaller than 32 KB', () => {
    const long = publicCertificate({
      fields: Array.from({ length: 12 }, (_, index) => ({
        label: `Field ${index}`,
        value: 'x'.repeat(100),
        type: 'text',
      })),
    })
    expect(render(long).length).toBeLessThan(32_000)
  })
})

describe('certificate page', () => {
  test('says who, what, by whom, when and the state, in each language', () => {
    for (const [state, view] of views.filter(([name]) => name !== 'failed' && name !== 'erased')) {
      for (const language of PAGE_LANGUAGES) {
        const text = textOf(render(view, language))
        const words = wordsIn(language)
        for (const part of [
          view.recipientName,
          view.title,
          view.issuer.name,
          words.date(view.issuedOn),
          'PM-2026-0042',
        ])
          expect(text).toContain(part)
        if (state === 'revoked') expect(text).toContain('Issued to the wrong person')
        if (state === 'pending') expect(text).toContain(words.say('pendingTitle'))
        if (state === 'expired')
          expect(text).toContain(words.say('expiredTitle', { date: words.date(view.expiresAt!) }))
      }
    }
  })

  test('carries everything the browser needs to verify, and the file for machines', async () => {
    const page = render(publicCertificate())
    const { id, links } = publicCertificate()
    expect(page).toContain(`data-json="${links.json}"`)
    expect(page).toContain(`data-visits="/${id}/visits"`)
    expect(page).toContain('data-rpc="{&quot;137&quot;:[&quot;/chain/rpc&quot;]}"')
    const tags = (await tagsOf(page)).map(({ name, attributes }): Record<string, string> => ({
      name,
      ...Object.fromEntries(attributes),
    }))
    expect(tags).toContainEqual({ name: 'link', rel: 'alternate', type: 'application/vc+json', href: links.json })
    expect(page).toContain(`href="${links.linkedin}"`)
    const title = 'Maria Andersson – Advanced Project Management'
    expect(tags).toContainEqual({ name: 'meta', property: 'og:title', content: title })
    expect(page).not.toContain('og:image')
  })

  test('with a picture it is named for previews, with its size and in words; files, code and forms are offered', async () => {
    const view = publicCertificate(DRAWN)
    const page = render(view)
    const tags = (await tagsOf(page)).map(({ name, attributes }): Record<string, string> => ({
      name,
      ...Object.fromEntries(attributes),
    }))
    const og = (key: string) => tags.find(({ property }) => property === key)?.content
    expect(og('og:image')).toBe(`https://verify.example.edu/${view.id}.og.jpg`)
    expect([og('og:image:width'), og('og:image:height')]).toEqual(['1200', '630'])
    expect(og('og:image:alt')).toContain('Maria Andersson')
    expect(page).toContain('<meta name="twitter:card" content="summary_large_image" />')
    for (const address of [
      `/${view.id}.pdf?download`,
      `/${view.id}.png?width=2400&amp;download`,
      'https://example.edu/next',
    ])
      expect(tags.filter(({ href }) => href === address)).toHaveLength(1)
    expect(tags.filter(({ name }) => name === 'form').map(({ action }) => action)).toEqual([
      `/${view.id}/mail`,
      `/${view.id}/report`,
    ])
    expect(textOf(page)).toContain('Planning')
  })

  test('offers no PDF while there is no proof, and nothing to show off once it is revoked', () => {
    const pending = render(publicCertificate({ ...DRAWN, ...STATES.pending, state: 'pending' }))
    expect(pending).not.toContain('.pdf?download')
    expect(pending).toContain('.png?width=2400')
    const revoked = render(publicCertificate({ ...DRAWN, ...STATES.revoked, state: 'revoked' }))
    for (const part of ['/linkedin', '/whatsapp', 'id="mail-me"', 'class="copyable"']) {
      expect(revoked).not.toContain(part)
      expect(render(publicCertificate(DRAWN))).toContain(part)
    }
    expect(revoked).toContain('.pdf?download')
    const silent = publicCertificate({ ...DRAWN, issuer: { ...publicCertificate().issuer, email: '' } })
    expect(render(silent)).not.toContain('/report')
  })

  test('calls the embedded chain what it is', () => {
    const chain = { ...publicCertificate().chain, embedded: true, title: 'Embedded chain' }
    expect(textOf(render(publicCertificate({ chain })))).toContain('proves nothing beyond this issuer’s word')
    expect(textOf(render(publicCertificate()))).not.toContain('beyond this issuer’s word')
  })

  test('links the transaction at the explorer, and says where else the fingerprint stands', () => {
    const { chain } = publicCertificate()
    const hash = `0x${'ab'.repeat(32)}`
    const sonic = {
      ...{ network: 'sonic', title: 'Sonic', chainId: 146, embedded: false, registry: `0x${'77'.repeat(20)}` },
      ...{ transactionHash: hash, blockTime: Date.UTC(2026, 4, 1), explorerUrl: `https://sonicscan.org/tx/${hash}` },
    }
    const own = { ...sonic, title: 'Embedded chain', embedded: true, explorerUrl: null, blockTime: null }
    const page = certificatePage(publicCertificate({ chain: { ...chain, also: [sonic, own] } }), {
      language: 'en',
      assets,
      chainRpcUrl: 'https://old.example/',
      furtherNodes: { 146: ['https://sonic.example/'] },
    })
    expect(page).toContain('href="https://polygonscan.com/tx/0xab"')
    expect(page).toContain(`href="https://sonicscan.org/tx/${hash}"`)
    expect(page).toContain('On 1 May 2026 at 00:00 UTC the same fingerprint was recorded on Sonic as well')
    expect(page).toContain('Also on the issuer’s own chain')
    expect(page).toContain(`<dt>Also on Sonic</dt><dd><code>${sonic.registry}</code></dd>`)
    expect(page.match(/nofollow noopener noreferrer/g)).toHaveLength(2)
    expect(page).toContain('&quot;146&quot;:[&quot;https://sonic.example/&quot;]')
    const embedded = { ...chain, embedded: true, explorerUrl: null }
    const without = render(publicCertificate({ chain: embedded }))
    expect(without).not.toContain('nofollow noopener')
    expect(without).not.toContain('class="also"')
  })

  test('a revocation is called being written until the chain holds it, in each language', () => {
    for (const language of PAGE_LANGUAGES) {
      const pages = [false, true].map((onChain) =>
        certificatePage(
          publicCertificate({ state: 'revoked', revoked: { at: Date.UTC(2026, 5, 1), reason: null, onChain } }),
          { language, assets, chainRpcUrl: [] },
        ),
      )
      expect(pages.map((text) => text.includes('class="being-written"'))).toEqual([true, false])
      expect(pages[0]).toContain('Polygon')
    }
  })

  test('marks a test network and a sandbox certificate, and nothing else', () => {
    const chain = { ...publicCertificate().chain, chainId: 80002, title: 'Amoy' }
    expect(textOf(render(publicCertificate({ chain })))).toContain('test network')
    expect(textOf(render(publicCertificate()))).not.toContain('test network')
    const sandbox = render(publicCertificate({ sandbox: true }))
    expect(sandbox).toContain('Sandbox – not a real certificate')
    expect(sandbox).toContain('class="watermark"')
    expect(render(publicCertificate())).not.toContain('class="watermark"')
  })

  test('shows neither name nor title of an erased or failed certificate', () => {
    for (const state of ['erased', 'failed'] as const) {
      const page = render(publicCertificate({ state }))
      expect(page).not.toContain('Maria')
      expect(page).not.toContain('Advanced')
      expect(page).not.toContain('<script')
    }
  })

  test('tells of older versions only when there are any', () => {
    const versions = [
      { version: 1, createdAt: Date.UTC(2026, 2, 3), replacedAt: Date.UTC(2026, 2, 5) },
      { version: 2, createdAt: Date.UTC(2026, 2, 5), replacedAt: null },
    ]
    expect(textOf(render(publicCertificate({ version: 2, versions })))).toContain('replaced on 5 March 2026')
    expect(render(publicCertificate())).not.toContain('versions-heading')
  })

  test('shows fields by their type: number, date, yes and no, link', () => {
    const fields = [
      { label: 'Score', value: 1097.5, type: 'number' },
      { label: 'Honours', value: true, type: 'boolean' },
      { label: 'Exam', value: '2026-02-01', type: 'date' },
      { label: 'Site', value: 'https://example.edu/x', type: 'url' },
    ]
    const page = render(publicCertificate({ fields }), 'de')
    for (const part of ['1.097,5', 'Ja', '1. Februar 2026', 'href="https://example.edu/x"'])
      expect(page).toContain(part)
  })
})

describe('languages', () => {
  const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

  test('no text of a page is missing, empty or without its places', () => {
    for (const language of PAGE_LANGUAGES) {
      const texts = pageTexts[language]
      expect(Object.keys(texts).sort()).toEqual(Object.keys(en).sort())
      for (const [key, text] of Object.entries(texts)) {
        expect(text.trim()).not.toBe('')
        expect([language, key, placeholders(text)]).toEqual([language, key, placeholders(en[key as keyof typeof en])])
      }
    }
  })

  test('every check has a text in every language, and every text of the verdict its places', () => {
    expect(Object.keys(verdictTexts).sort()).toEqual([...PAGE_LANGUAGES].sort())
    const own = verdictTexts.en!
    for (const [language, texts] of Object.entries(verdictTexts)) {
      for (const code of Object.keys(CHECK_CODES)) expect([language, code, texts.checks]).toHaveProperty([2, code])
      expect(Object.keys(texts.checks).sort()).toEqual(Object.keys(own.checks).sort())
      expect(Object.keys(texts.words).sort()).toEqual(Object.keys(own.words).sort())
      for (const [key, text] of Object.entries(texts.words)) {
        const name = key as keyof typeof own.words
        expect([language, key, placeholders(text)]).toEqual([language, key, placeholders(own.words[name])])
      }
      expect(Object.values({ ...texts.words, ...texts.checks }).every((text) => text.trim() !== '')).toBe(true)
    }
    expect(verdictWords('xx').say('seeHow')).toBe(own.words.seeHow)
  })

  test('the address wins over the recipient, the recipient over the browser, English over nothing', () => {
    expect(negotiateLanguage({ query: 'fr', recipient: 'sv', acceptLanguage: 'de' })).toBe('fr')
    expect(negotiateLanguage({ query: 'xx', recipient: 'sv-SE', acceptLanguage: 'de' })).toBe('sv')
    expect(negotiateLanguage({ recipient: 'pt', acceptLanguage: 'pt-BR, es;q=0.5, de-AT;q=0.9, en;q=0.1' })).toBe('de')
    expect(negotiateLanguage({ acceptLanguage: 'de;q=0, ;;q=x,*' })).toBe('en')
    expect(matchLanguage('__proto__')).toBeUndefined()
  })

  test('dates are days of UTC in the words of the language', () => {
    expect(wordsIn('en').date('2026-03-03')).toBe('3 March 2026')
    expect(wordsIn('sv').date(Date.UTC(2026, 2, 3, 23, 59))).toBe('3 mars 2026')
    expect(wordsIn('de').time(Date.UTC(2026, 2, 3, 9, 15))).toContain('09:15')
    expect(wordsIn('fr').date('2026-03-03')).toBe('3 mars 2026')
    expect(wordsIn('es').date('2026-03-03')).toBe('3 de marzo de 2026')
  })
})

describe('other pages', () => {
  test('the 404 page is the same whatever was asked for', () => {
    expect(notFoundPage({ language: 'en', assets })).toBe(notFoundPage({ language: 'en', assets }))
    expect(notFoundPage({ language: 'en', assets })).toContain('href="/verify"')
  })

  test('the verify page sends a typed number also without JavaScript', () => {
    const page = verifyPage({ language: 'en', assets })
    expect(page).toContain('<form action="/verify" method="get"')
    expect(page).toContain('name="id"')
  })

  test('a typed number or link leads to its certificate, a foreign link names its host', () => {
    const id = `cert_${'0123456789abcdefghjkmnpqrs'}`
    const here = { address: `/${id}`, host: null }
    for (const typed of [id, ` ${id.toUpperCase()} `, `https://here.example/${id}?lang=sv`, `here.example/${id}`])
      expect(certificateLink(typed, 'here.example')).toEqual(here)
    expect(certificateLink(`https://other.example/${id}.json`, 'here.example')).toEqual({
      address: `https://other.example/${id}`,
      host: 'other.example',
    })
    for (const typed of ['', 'cert_', 'cert_short', `${id}zz`, 'PM-2026-0042'])
      expect(certificateLink(typed, 'here.example')).toBeUndefined()
  })

  test('the QR code is one dark path on a light ground with a quiet zone of four modules', () => {
    const svg = qrCode('https://verify.example.edu/cert_0123456789abcdefghjkmnpqrs', 'Code').text
    const size = Number(/viewBox="0 0 (\d+) \d+"/.exec(svg)![1])
    const starts = [...svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g)].map(([, x, y, width]) => [
      Number(x),
      Number(y),
      Number(width),
    ])
    expect(Math.min(...starts.map(([x]) => x!))).toBe(4)
    expect(Math.min(...starts.map(([, y]) => y!))).toBe(4)
    expect(Math.max(...starts.map(([x, , width]) => x! + width!))).toBe(size - 4)
  })
})

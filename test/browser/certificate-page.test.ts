import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { AFRelationship, PDFDocument } from '@cantoo/pdf-lib'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { PAGE_LANGUAGES } from '../../src/http/public/page-texts.ts'
import { verdictTexts } from '../../web/shared/i18n/texts.ts'
import { foreignCredential } from '../../web/verify/foreign.ts'
import {
  buildPages,
  CERTIFICATE_ID,
  CertificateSite,
  launchBrowser,
  strangersFile,
  watch,
  type Bundles,
} from '../kit/certificate-site.ts'
import { revoke, testIssuer } from '../kit/credentials.ts'
import { FakeChain } from '../kit/fake-registry.ts'

setDefaultTimeout(60_000)
let bundles: Bundles
let browser: Browser
let site: CertificateSite

beforeAll(async () => {
  bundles = await buildPages()
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  site?.stop()
  site = new CertificateSite(bundles)
  await site.issue()
})
afterAll(() => site?.stop())

/** Opens an address in a fresh context, runs the test on it and closes it. Complaints must be expected by name. */
async function visit(
  address: string,
  use: (page: Page, complaints: string[]) => Promise<void>,
  options: BrowserContextOptions = {},
) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  try {
    const page = await context.newPage()
    await page.clock.setFixedTime(Date.UTC(2026, 5, 2))
    const complaints = watch(page, site.origin)
    await page.goto(address)
    await use(page, complaints)
  } finally {
    await context.close()
  }
}
const verdict = async (page: Page) => {
  await page.waitForSelector('.groups')
  const groups = await page.$$eval('[data-group]', (all) =>
    all.map((one) => [(one as HTMLElement).dataset.group, (one as HTMLElement).dataset.result]),
  )
  return { ...Object.fromEntries(groups), mood: await page.getAttribute('body', 'data-verdict') } as Record<
    string,
    string
  >
}
const line = (page: Page) => page.innerText('#verdict-line')
/** What axe-core finds against WCAG 2.2 AA. Injected by the debugger, so that the page's own policy stays. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof import('axe-core') }).axe
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
    const { violations } = await run(document, { runOnly: tags })
    return violations.map(({ id }) => id)
  })
}
const ALL_GOOD = { intact: 'pass', issuer: 'pass', anchored: 'pass', valid: 'pass', mood: 'valid' }

describe('the certificate page in a browser', () => {
  test('verifies a good certificate by itself, without an error, a violation or a request elsewhere', () =>
    visit(site.page, async (page, complaints) => {
      expect(await verdict(page)).toEqual(ALL_GOOD)
      expect(await line(page)).toContain('Valid by the issuer’s own records.')
      expect(await page.innerText('#verdict')).toContain('it proves nothing beyond this issuer’s word')
      expect(await page.isVisible('.unchecked')).toBe(false)
      expect(complaints).toEqual([])
    }))

  test('a planted inline script, a foreign request and an error would be noticed by these tests', () =>
    visit(site.page, async (page, complaints) => {
      await page.waitForSelector('.groups')
      await page.evaluate(() => {
        const script = document.createElement('script')
        script.textContent = 'document.title = "ran"'
        document.body.append(script)
        console.error('planted error')
        return fetch('http://127.0.0.1:9/planted').catch(() => undefined)
      })
      expect(await page.title()).not.toBe('ran')
      const all = complaints.join('\n')
      expect(all).toContain('script-src')
      expect(all).toContain('connect-src')
      expect(all).toContain('planted error')
    }))

  test('opens every single check and the raw values of the proof', () =>
    visit(site.page, async (page) => {
      await page.waitForSelector('.groups')
      for (const summary of await page.$$('#verdict summary')) await summary.click()
      const text = await page.innerText('#verdict')
      for (const part of [
        'The issuer’s signature fits every letter of it.',
        'This website vouches for the issuer’s registry.',
        'This page shows the names that the signed file holds.',
        site.leaf,
        site.registry,
        site.issuer.did,
      ])
        expect(text).toContain(part)
    }))

  test('a changed file fails, and only as what it is', async () => {
    site.file = site.file!.replace('97.5', '99.5')
    await visit(site.page, async (page, complaints) => {
      expect(await verdict(page)).toMatchObject({ intact: 'fail', mood: 'invalid' })
      expect(await line(page)).toContain('something was changed')
      expect(complaints).toEqual([])
    })
  })

  test('a page that shows another name than the signed file is found out', async () => {
    site.view = { ...site.view, recipientName: 'Mallory' }
    await visit(site.page, async (page) => {
      expect(await verdict(page)).toMatchObject({ intact: 'fail', mood: 'invalid' })
      await page.click('[data-group=intact] summary')
      expect(await page.innerText('#verdict')).toContain('This page shows other names than the signed file holds.')
    })
  })

  test('a chain that cannot be asked is unknown, never a failure', async () => {
    site.chain.down = true
    await visit(site.page, async (page, complaints) => {
      expect(await verdict(page)).toEqual({
        intact: 'pass',
        issuer: 'unknown',
        anchored: 'unknown',
        valid: 'unknown',
        mood: 'unknown',
      })
      expect(await line(page)).toContain('could not be checked now')
      expect(complaints).toEqual([])
      expect(site.visits.map(({ kind }) => kind)).toEqual(['view'])
    })
  })

  test('nodes that contradict one another are named with what each said, and nothing is concluded', async () => {
    site.nodes = ['https://one.example/', 'https://two.example/']
    await visit(site.origin, async (page) => {
      const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
      for (const [address, code] of [
        ['https://one.example/', null],
        ['https://two.example/', '0x6000'],
      ] as const)
        await page.route(`${address}**`, async (route) => {
          const call = route.request().postDataJSON() as { method: string; params: unknown[] } | null
          const honest = call && (await site.chain.request(call.method, call.params))
          const result = call?.method === 'eth_getCode' && code ? code : honest
          const body = JSON.stringify({ jsonrpc: '2.0', id: 1, result })
          await route.fulfill({ headers, contentType: 'application/json', body })
        })
      await page.goto(site.page)
      expect(await verdict(page)).toMatchObject({
        intact: 'pass',
        anchored: 'unknown',
        valid: 'unknown',
        mood: 'unknown',
      })
      await page.click('[data-group=anchored] summary')
      const text = await page.innerText('[data-group=anchored]')
      expect(text).toContain('Several nodes give different answers.')
      expect(text).toMatch(/one\.example: code [0-9a-f]{8}…; two\.example: code [0-9a-f]{8}…/)
    })
  })

  test('where the chain is gone, it finds the issuer’s list and the node of the other chain by itself', async () => {
    const { list, node } = await site.moveTo(new FakeChain(146))
    site.roots = list
    site.chain.down = true
    await visit(site.origin, async (page) => {
      await page.route('https://sonic.example/**', async (route) => {
        const call = route.request().postDataJSON() as { method: string; params: unknown[] } | null
        const result = call && (await node.request(call.method, call.params))
        await route.fulfill({
          headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' },
          contentType: 'application/json',
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, result }),
        })
      })
      site.furtherNodes = { 146: ['https://sonic.example/'] }
      await page.goto(site.page)
      expect(await verdict(page)).toEqual(ALL_GOOD)
      expect(await line(page)).toContain('Valid. Your browser has checked it itself.')
      expect(await page.innerText('[data-group=anchored]')).toContain('on Sonic. First recorded on 3 March 2026')
    })
  })

  test('a credential file that cannot be loaded is unknown, never a failure', async () => {
    site.file = null
    await visit(site.page, async (page) => {
      expect(await verdict(page)).toMatchObject({ intact: 'unknown', valid: 'unknown', mood: 'unknown' })
    })
  })

  test('a certificate revoked on the chain is shown as revoked with its date, also when the server says nothing', async () => {
    revoke(site.chain, site.issuer, site.registry, [site.leaf], 1)
    await visit(site.page, async (page) => {
      expect(await verdict(page)).toMatchObject({ intact: 'pass', issuer: 'pass', valid: 'fail', mood: 'invalid' })
      expect(await line(page)).toBe('Revoked. It is authentic, but was revoked on 3 March 2026. See how')
    })
  })

  test('a revocation that the chain does not hold yet is believed to the issuer', async () => {
    site.view = { ...site.view, state: 'revoked', revoked: { at: Date.UTC(2026, 5, 1), reason: null, onChain: false } }
    await visit(site.page, async (page) => {
      expect(await verdict(page)).toMatchObject({ anchored: 'pass', valid: 'fail', mood: 'invalid' })
      expect(await line(page)).toContain('the chain does not show that yet')
      expect(await page.innerText('.notice-revoked')).toContain(
        'Example University revoked it on 1 June 2026; the entry on the issuer’s own chain is still being written.',
      )
      await page.click('[data-group=valid] summary')
      const text = await page.innerText('[data-group=valid]')
      expect(text).toContain('Revoked by the issuer; the chain does not show it yet.')
      expect(text).toContain('The chain does not show the revocation yet.')
      expect(text).not.toContain('Neither revoked nor replaced')
    })
  })

  test('a revocation that the chain holds is no longer being written', async () => {
    revoke(site.chain, site.issuer, site.registry, [site.leaf], 1)
    site.view = { ...site.view, state: 'revoked', revoked: { at: Date.UTC(2026, 5, 1), reason: null, onChain: true } }
    await visit(site.page, async (page) => {
      expect(await verdict(page)).toMatchObject({ valid: 'fail', mood: 'invalid' })
      expect(await page.innerText('main')).not.toContain('being written')
      await page.click('[data-group=valid] summary')
      expect(await page.innerText('[data-group=valid]')).toContain('Revoked by the issuer.')
    })
  })

  test('a replaced certificate is called authentic and replaced', async () => {
    revoke(site.chain, site.issuer, site.registry, [site.leaf], 2)
    await visit(site.page, async (page) => {
      expect((await verdict(page)).mood).toBe('ended')
      expect(await line(page)).toContain('replaced by a newer version on 3 March 2026')
    })
  })

  test('an expired certificate is called authentic and expired', async () => {
    const validUntil = Date.UTC(2026, 2, 4)
    await site.issue({ state: 'expired', expiresAt: validUntil }, { change: { validUntil } })
    await visit(site.page, async (page) => {
      expect((await verdict(page)).mood).toBe('ended')
      expect(await line(page)).toContain('its validity ended on 4 March 2026')
    })
  })

  test('a certificate that waits for the chain is never green', async () => {
    await site.issue({}, {}, true)
    await visit(site.page, async (page, complaints) => {
      expect(await verdict(page)).toMatchObject({
        intact: 'pass',
        anchored: 'unknown',
        valid: 'unknown',
        mood: 'unknown',
      })
      expect(await line(page)).toContain('Signed, not recorded yet.')
      expect(complaints).toEqual([])
    })
  })

  test('a sandbox certificate is never green, though all its parts fit', async () => {
    site.view = { ...site.view, sandbox: true }
    await visit(site.page, async (page) => {
      expect(await verdict(page)).toEqual({ ...ALL_GOOD, mood: 'unknown' })
      expect(await line(page)).toContain('Sandbox, not a real certificate.')
    })
  })

  test('an issuer that this site does not vouch for is unknown', async () => {
    site.knowsItself = false
    await visit(site.page, async (page) => {
      expect(await verdict(page)).toMatchObject({
        intact: 'pass',
        anchored: 'pass',
        issuer: 'unknown',
        mood: 'unknown',
      })
    })
  })

  test('a registry that is not this issuer’s fails', async () => {
    const other = site.chain.deploy(site.issuer.did, site.issuer.account.address)
    await site.issue({}, { registry: other })
    await visit(site.page, async (page) => {
      expect(await verdict(page)).toMatchObject({ intact: 'pass', issuer: 'fail', mood: 'invalid' })
      expect(await line(page)).toContain('does not come from the issuer it names')
    })
  })

  test('speaks each language, verdict included', async () => {
    for (const language of PAGE_LANGUAGES) {
      site.language = language
      await visit(site.page, async (page, complaints) => {
        await page.waitForSelector('.groups')
        expect(await page.getAttribute('html', 'lang')).toBe(language)
        expect(await line(page)).toContain(verdictTexts[language]!.words.validEmbedded)
        expect(await page.innerText('[data-group=intact]')).toContain(verdictTexts[language]!.words.intactPass)
        expect(complaints).toEqual([])
      })
    }
  })

  test('counts one view and one verification, with the host the visitor came from, and no cookie', () =>
    visit(site.page, async (page) => {
      await page.waitForSelector('.groups')
      await site.counted(2)
      const address = `/${CERTIFICATE_ID}/visits`
      expect(site.visits).toEqual([
        { address, kind: 'view', referrer: '' },
        { address, kind: 'verified', referrer: '' },
      ])
      await page.goto(site.page, { referer: 'https://www.linkedin.com/feed/' })
      await site.counted(4)
      expect(site.visits[2]).toEqual({ address, kind: 'view', referrer: 'www.linkedin.com' })
      expect(await page.context().cookies()).toEqual([])
    }))

  test('copies the link, says so and counts it as a share', () =>
    visit(
      site.page,
      async (page) => {
        await page.click('#copy')
        await page.waitForFunction(() => document.getElementById('said')?.textContent === 'Link copied')
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(site.view.links.page)
        await site.counted(3)
        expect(site.visits).toContainEqual({
          address: `/${CERTIFICATE_ID}/visits`,
          kind: 'shared',
          referrer: '',
          channel: 'copy',
        })
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    ))

  test('shows the certificate and says what was not checked without JavaScript', () =>
    visit(
      site.page,
      async (page, complaints) => {
        expect(await page.innerText('h1')).toContain('Maria Åström 漢字')
        expect(await page.innerText('.verdict-bar')).toContain('Your browser has not checked it')
        expect(await page.isVisible('#copy')).toBe(false)
        expect(await page.isVisible('text=Download the credential')).toBe(true)
        expect(complaints).toEqual([])
        expect(site.visits).toEqual([])
      },
      { javaScriptEnabled: false },
    ))
})

describe('the verify page in a browser', () => {
  const verifyFile = async (page: Page, buffer: string, name = 'certificate.json') => {
    await page.setInputFiles('#file', { name, mimeType: 'application/json', buffer: Buffer.from(buffer) })
  }
  const address = () => `${site.origin}/verify`

  test('verifies a chosen file with the same checks and says whose it is', () =>
    visit(address(), async (page, complaints) => {
      await verifyFile(page, site.file!)
      expect(await verdict(page)).toEqual(ALL_GOOD)
      expect(await page.innerText('#check')).toContain('Awarded to Maria Åström 漢字 by Example University')
      expect(complaints).toEqual([])
    }))

  test('a changed file fails, and nothing of what it says is repeated', () =>
    visit(address(), async (page) => {
      await verifyFile(page, site.file!.replace('Maria', 'Mario'))
      expect((await verdict(page)).mood).toBe('invalid')
      expect(await page.innerText('#check')).not.toContain('Mario')
    }))

  test('a dropped file is verified', () =>
    visit(address(), async (page) => {
      await page.evaluate((text) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([text], 'certificate.json', { type: 'application/json' }))
        document
          .querySelector('h1')!
          .dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
      }, site.file!)
      expect(await verdict(page)).toEqual(ALL_GOOD)
    }))

  test('a file of another installation’s own chain is unknown here, not false', async () => {
    const file = await strangersFile()
    await visit(address(), async (page, complaints) => {
      await verifyFile(page, file)
      expect(await verdict(page)).toMatchObject({
        intact: 'pass',
        issuer: 'unknown',
        anchored: 'unknown',
        valid: 'unknown',
      })
      expect(complaints).toEqual([])
    })
    expect(testIssuer(9, 'key').did).not.toBe(site.issuer.did)
  })

  test('asks the visitor’s own node, and only over https', async () => {
    site.knowsItself = false
    await visit(address(), async (page) => {
      const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
      await page.route('https://node.example/**', async (route) => {
        const call = route.request().postDataJSON() as { id: number; method: string; params: unknown[] } | null
        const result = call && (await site.chain.request(call.method, call.params))
        await route.fulfill({
          headers,
          contentType: 'application/json',
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, result }),
        })
      })
      await page.click('#node summary')
      await page.fill('#rpc', 'http://node.example/')
      await verifyFile(page, site.file!)
      expect(await page.isVisible('#check')).toBe(false)
      await page.fill('#rpc', 'https://node.example/')
      await verifyFile(page, site.file!)
      expect(await verdict(page)).toMatchObject({ intact: 'pass', anchored: 'pass', valid: 'pass', issuer: 'unknown' })
    })
  })

  test('a sandbox file is never green', async () => {
    site.sandboxIssuer = true
    await visit(address(), async (page) => {
      await verifyFile(page, site.file!)
      expect((await verdict(page)).mood).toBe('unknown')
      expect(await line(page)).toContain('Sandbox')
    })
  })

  test('anything but a certificate is refused in words', () =>
    visit(address(), async (page, complaints) => {
      await verifyFile(page, '%PDF-1.7', 'certificate.pdf')
      await page.waitForSelector('text=This PDF carries no credential.')
      await verifyFile(page, '%PDF-1.7\ntrailer << /Encrypt 1 0 R >>', 'certificate.pdf')
      await page.waitForSelector('text=protected by a password')
      await verifyFile(page, 'hello')
      await page.waitForSelector('text=Not a certificate file.')
      await verifyFile(page, 'x'.repeat(1_000_001))
      await page.waitForSelector('text=too large for a certificate')
      expect(complaints).toEqual([])
    }))

  test('a typed number opens its page, a foreign link is named and not followed', () =>
    visit(address(), async (page) => {
      await page.fill('#id', 'PM-2026-0042')
      await page.click('text=Open')
      expect(await page.innerText('#id-problem')).toContain('no certificate number')
      await page.fill('#id', `https://other.example/${CERTIFICATE_ID}`)
      await page.click('text=Open')
      expect(await page.innerText('#id-problem')).toContain('another website, other.example')
      await page.fill('#id', CERTIFICATE_ID)
      await page.click('text=Open')
      await page.waitForURL(site.page)
    }))
})

/** A PDF with this file inside, as the program writes it. */
async function pdfWith(file: string): Promise<Buffer> {
  const document = await PDFDocument.create()
  document.addPage([300, 200])
  await document.attach(new TextEncoder().encode(file), 'credential.json', {
    mimeType: 'application/vc+json',
    afRelationship: AFRelationship.Data,
  })
  return Buffer.from(await document.save())
}
const PDF = { name: 'certificate.pdf', mimeType: 'application/pdf' }
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
)
/** A browser that reads codes, and sees this one. */
const seesCode = (page: Page, value: string) =>
  page.addInitScript((rawValue) => {
    class Detector {
      static getSupportedFormats = async () => ['qr_code']
      detect = async () => (rawValue === '' ? [] : [{ rawValue }])
    }
    Object.assign(globalThis, { BarcodeDetector: Detector })
  }, value)

describe('a certificate inside something else', () => {
  test('a PDF is verified by the credential it carries, on /verify and in the saved checker', async () => {
    for (const address of [`${site.origin}/verify`, `${site.origin}/verify.html`])
      await visit(address, async (page, complaints) => {
        await page.setInputFiles('#file', { ...PDF, buffer: await pdfWith(site.file!) })
        expect(await verdict(page)).toEqual(ALL_GOOD)
        expect(await page.innerText('#check')).toContain('Awarded to Maria Åström 漢字 by Example University')
        await page.setInputFiles('#file', { ...PDF, buffer: await pdfWith(site.file!.replace('Maria', 'Mario')) })
        await page.waitForSelector('text=something was changed')
        expect(complaints).toEqual([])
      })
  })

  test('the code in a picture opens its certificate, a foreign one is named and not followed', async () => {
    await visit(site.origin, async (page) => {
      await seesCode(page, `https://other.example/${CERTIFICATE_ID}`)
      await page.goto(`${site.origin}/verify`)
      await page.setInputFiles('#file', { name: 'photo.png', mimeType: 'image/png', buffer: PNG })
      await page.waitForSelector('#id-problem a')
      expect(await page.innerText('#id-problem')).toContain('another website, other.example')
      expect(page.url()).toBe(`${site.origin}/verify`)
    })
    await visit(site.origin, async (page) => {
      await seesCode(page, `${site.origin}/${CERTIFICATE_ID}`)
      await page.goto(`${site.origin}/verify`)
      await page.setInputFiles('#file', { name: 'photo.png', mimeType: 'image/png', buffer: PNG })
      await page.waitForURL(site.page)
    })
  })

  test('a picture without a code, and a browser that reads none, are told in words', async () => {
    const photo = { name: 'photo.png', mimeType: 'image/png', buffer: PNG }
    await visit(site.origin, async (page) => {
      await seesCode(page, '')
      await page.goto(`${site.origin}/verify`)
      await page.setInputFiles('#file', photo)
      await page.waitForSelector('text=No QR code of a certificate was found')
    })
    await visit(site.origin, async (page) => {
      await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'BarcodeDetector'))
      await page.goto(`${site.origin}/verify`)
      expect(await page.isVisible('#camera')).toBe(false)
      await page.setInputFiles('#file', photo)
      await page.waitForSelector('text=This browser cannot read QR codes')
    })
  })

  test('the camera is offered where it reads codes, is let go when a code was found, and its refusal is told', async () => {
    await visit(site.origin, async (page) => {
      await seesCode(page, `https://other.example/${CERTIFICATE_ID}`)
      await page.addInitScript(() => {
        const canvas = document.createElement('canvas')
        const stream = canvas.captureStream()
        Object.assign(globalThis, { tracks: stream.getTracks() })
        canvas.getContext('2d')!.fillRect(0, 0, 9, 9)
        navigator.mediaDevices.getUserMedia = async () => stream
      })
      await page.goto(`${site.origin}/verify`)
      await page.click('#camera-button')
      await page.clock.runFor(2000)
      await page.waitForSelector('#id-problem a')
      const states = () =>
        page.evaluate(() =>
          (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks.map((one) => one.readyState),
        )
      expect(await states()).toEqual(['ended'])
      expect(await page.isVisible('#camera-view')).toBe(false)
      expect(await page.innerText('#camera-button')).toBe('Scan its QR code')
    })
    await visit(site.origin, async (page) => {
      await seesCode(page, '')
      await page.addInitScript(() => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('denied'))
      })
      await page.goto(`${site.origin}/verify`)
      await page.click('#camera-button')
      await page.waitForSelector('text=The camera could not be used.')
    })
  })

  test('a badge of another program is told, never called valid, and what was not checked is said', async () => {
    const badge = {
      '@context': [
        'https://www.w3.org/ns/credentials/v2',
        'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
      ],
      type: ['VerifiableCredential', 'OpenBadgeCredential'],
      issuer: { id: 'https://other.example', type: ['Profile'], name: 'Other <b>School</b>' },
      validFrom: '2026-01-02T00:00:00Z',
      credentialSubject: { type: ['AchievementSubject'], name: 'Maria', achievement: { id: 'urn:1', name: 'Chess' } },
      proof: { type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022', proofValue: 'z1' },
    }
    const jwt = ['{}', JSON.stringify({ vc: badge }), 'x']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.')
    for (const text of [JSON.stringify(badge), jwt])
      await visit(`${site.origin}/verify`, async (page, complaints) => {
        await page.setInputFiles('#file', { name: 'b.json', mimeType: 'application/json', buffer: Buffer.from(text) })
        await page.waitForSelector('text=A credential of another kind.')
        const shown = await page.innerText('#check')
        for (const part of ['Other <b>School</b>', 'Maria', 'Chess', '2 January 2026', 'Not checked: the signature'])
          expect(shown).toContain(part)
        expect(await page.getAttribute('body', 'data-verdict')).toBe('unknown')
        expect(complaints).toEqual([])
      })
    // Our own file does not become somebody else's by losing its proofs.
    const own = { ...JSON.parse(site.file!), proof: undefined } as {
      credentialSubject: { achievement: { id: string } }
    }
    own.credentialSubject.achievement.id = 'https://x.example/achievements/tmpl_1/1'
    expect(foreignCredential(JSON.stringify(own))).toBeUndefined()
    for (const text of [site.file!, '{}', '[]', 'x', 'a.b.c', 'null']) expect(foreignCredential(text)).toBeUndefined()
  })
})

describe('the page with its picture', () => {
  const drawn = {
    picture: { width: 297, height: 210 },
    brand: { primary: '#7a1f5c', accent: null },
    cta: { label: 'Book the next course', url: 'https://example.edu/next' },
  }
  beforeEach(() => void (site.view = { ...site.view, ...drawn }))

  test('shows it large, keeps its text beside it, and finds nothing wrong by axe, light and dark, wide and narrow', async () => {
    const states: Array<Partial<typeof site.view>> = [
      {},
      { sandbox: true },
      { state: 'revoked', revoked: { at: Date.UTC(2026, 5, 1), reason: 'A mistake', onChain: true } },
    ]
    for (const [index, state] of states.entries())
      for (const options of [
        { viewport: { width: 1440, height: 900 } },
        { viewport: { width: 390, height: 844 }, colorScheme: 'dark' as const },
      ]) {
        site.view = { ...site.view, ...state }
        await visit(
          site.page,
          async (page, complaints) => {
            await page.waitForSelector('.groups')
            for (const summary of await page.$$('summary')) await summary.click()
            expect(
              await page.$eval('.picture img', (image) => (image as HTMLImageElement).naturalWidth),
            ).toBeGreaterThan(0)
            expect(await page.innerText('h1')).toContain('Maria Åström 漢字')
            expect(await faults(page)).toEqual([])
            expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
              options.viewport.width,
            )
            expect(await page.isVisible('text=Add to LinkedIn')).toBe(index < 2)
            expect(complaints).toEqual([])
          },
          options,
        )
      }
  })

  test('the other pages pass axe too, and a planted fault would be found', async () => {
    for (const address of [`${site.origin}/verify`, `${site.page}/embed`, `${site.origin}/nothing`])
      await visit(address, async (page) => expect([address, await faults(page)]).toEqual([address, []]))
    await visit(site.page, async (page) => {
      await page.waitForSelector('.groups')
      await page.evaluate(() => document.querySelector('.picture img')!.removeAttribute('alt'))
      expect(await faults(page)).toEqual(['image-alt'])
    })
  })

  test('a picture that does not come leaves no hole, and the text says everything', async () => {
    site.picture = null
    await visit(site.page, async (page) => {
      await page.waitForSelector('.groups')
      expect(await page.isVisible('.picture')).toBe(false)
      expect(await page.innerText('.facts')).toContain('Advanced Project Management')
      expect((await verdict(page)).mood).toBe('valid')
    })
  })

  test('a forged name in the text beside the picture is found out', async () => {
    site.view = { ...site.view, recipientName: 'Mallory' }
    await visit(site.page, async (page) =>
      expect(await verdict(page)).toMatchObject({ intact: 'fail', mood: 'invalid' }),
    )
  })

  test('fields are copied one by one, and the code of the card works in another page', () =>
    visit(
      site.page,
      async (page) => {
        await page.waitForSelector('.groups')
        await page.click('text=For a profile or CV')
        await page.click('[aria-label="Copy: Credential ID"]')
        await page.waitForFunction(() => document.getElementById('said')?.textContent === 'Copied')
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('PM-2026-0042')
        const code = await page.inputValue('#embed-code')
        expect(code).toStartWith('<iframe src="https://verify.example.edu/')
        const body = `<!doctype html>${code.replace('https://verify.example.edu', site.origin)}`
        const headers = { 'content-type': 'text/html' }
        const blog = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response(body, { headers }) })
        await page.goto(`http://127.0.0.1:${blog.port}/`)
        const frame = page.frameLocator('iframe')
        expect(await frame.locator('h1').textContent()).toBe('Maria Åström 漢字')
        expect(await frame.locator('.check a').getAttribute('target')).toBe('_blank')
        await blog.stop(true)
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    ))

  test('forms are sent without JavaScript too', () =>
    visit(
      site.page,
      async (page) => {
        await page.click('text=Report a mistake')
        await page.fill('#report-message', 'The name\nis wrong')
        await page.click('text=Send to the issuer')
        await page.waitForSelector('text=Thank you')
        await page.goto(site.page)
        await page.click('text=Send me my link')
        await page.fill('#mail-me', 'maria@example.org')
        await page.press('#mail-me', 'Enter')
        await page.waitForSelector('text=Thank you')
        expect(site.forms).toEqual([
          { address: `/${CERTIFICATE_ID}/report`, message: 'The name\r\nis wrong', email: '' },
          { address: `/${CERTIFICATE_ID}/mail`, email: 'maria@example.org' },
        ])
      },
      { javaScriptEnabled: false },
    ))

  test('is printed as one page with the picture alone', () =>
    visit(site.page, async (page) => {
      await page.waitForSelector('.groups')
      await page.emulateMedia({ media: 'print' })
      for (const part of ['.verdict-bar', '.facts', '.keep', '#check', '.panels', '.colophon'])
        expect([part, await page.isVisible(part)]).toEqual([part, false])
      expect(await page.isVisible('.picture img')).toBe(true)
      const pdf = new TextDecoder('latin1').decode(await page.pdf({ preferCSSPageSize: true, printBackground: true }))
      expect(/\/Type \/Pages[^>]*\/Count (\d+)/.exec(pdf)?.[1] ?? /\/Count (\d+)/.exec(pdf)?.[1]).toBe('1')
      const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!
      expect(Number(width)).toBeGreaterThan(Number(height))
    }))
})

describe('what a page looks like', () => {
  /** WCAG 2.2: relative luminance and contrast of two #rrggbb colours. */
  const luminance = (color: string) => {
    const [r, g, b] = [1, 3, 5]
      .map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (one: string, other: string) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
    return (light + 0.05) / (dark + 0.05)
  }

  test('all text has a contrast of 4.5 and all edges of controls 3, in light and dark', async () => {
    const source = await Bun.file(`${import.meta.dir}/../../web/certificate/page.css`).text()
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeLessThan(4.5)
    const blocks = [...source.matchAll(/:root \{([^}]*)\}/g)].map((match) => match[1]!)
    expect(blocks.length).toBe(2)
    for (const block of blocks) {
      const colors = Object.fromEntries(
        [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, key, value]) => [key, value!]),
      )
      for (const ground of ['desk', 'paper'])
        for (const text of ['ink', 'soft', 'accent', 'wrong'])
          expect(contrast(colors[text]!, colors[ground]!)).toBeGreaterThan(4.5)
      expect(contrast(colors['on-accent']!, colors.accent!)).toBeGreaterThan(4.5)
      for (const ground of ['desk', 'paper']) expect(contrast(colors.edge!, colors[ground]!)).toBeGreaterThan(3)
    }
  })

  test('nothing is wider than a screen of 320 pixels, and every control is 24 pixels high', async () => {
    site.view = {
      ...site.view,
      recipientName: 'Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren',
      title: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
    }
    for (const address of [site.page, `${site.origin}/verify`, `${site.origin}/nothing`]) {
      await visit(
        address,
        async (page) => {
          if (address === site.page) {
            await page.waitForSelector('.groups')
            for (const summary of await page.$$('summary')) await summary.click()
          }
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
          const low = await page.$$eval('button, .actions a, .languages a, summary, input:not([type=file])', (all) =>
            all
              .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24)
              .map((one) => one.textContent),
          )
          expect(low).toEqual([])
        },
        { viewport: { width: 320, height: 700 } },
      )
    }
  })

  test('the keyboard reaches everything and can be seen where it is', () =>
    visit(site.page, async (page) => {
      await page.waitForSelector('.groups')
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip')
      expect(await page.isVisible('.skip')).toBe(true)
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      const focused = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement!)
        return { name: document.activeElement!.tagName, outlineStyle, outlineWidth }
      })
      expect(focused).toEqual({ name: 'SUMMARY', outlineStyle: 'solid', outlineWidth: '2px' })
      await page.keyboard.press('Enter')
      expect(await page.isVisible('[data-group=intact] .checks')).toBe(true)
    }))

  test('has landmarks, a live verdict and headings without a gap', () =>
    visit(site.page, async (page) => {
      await page.waitForSelector('.groups')
      expect(await page.getAttribute('#verdict-line', 'role')).toBe('status')
      for (const landmark of ['header', 'main', 'footer', 'nav']) expect(await page.locator(landmark).count()).toBe(1)
      const levels = await page.$$eval('h1, h2, h3', (all) => all.map((one) => Number(one.tagName[1])))
      expect(levels[0]).toBe(1)
      levels.forEach((level, index) => expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1))
    }))

  test('moves nothing for those who asked for that', () =>
    visit(
      site.page,
      async (page) => {
        expect(await page.$eval('.seal', (seal) => getComputedStyle(seal).transitionDuration)).toBe('0s')
      },
      { reducedMotion: 'reduce' },
    ))

  test('page, style and script together are less than 60 KB on the wire, before any picture', async () => {
    const page = await (await fetch(site.page)).text()
    const wire = (...texts: string[]) => texts.reduce((sum, text) => sum + Bun.gzipSync(text).length, 0)
    expect(wire(page, bundles.style, bundles.certificate)).toBeLessThan(60_000)
    // It reads PDF files too.
    expect(wire(page, bundles.style, bundles.verify)).toBeLessThan(68_000)
  })
})

/** verify.html, served and saved: one file that checks certificates against the addresses its reader names. */
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { REGISTRY_RUNTIME } from '../../src/chain/contract.ts'
import { caip10 } from '../../src/domain/did.ts'
import { verdictTexts } from '../../web/shared/i18n/texts.ts'
import { savedTexts, SAVED_LANGUAGES } from '../../web/verify/saved-texts.ts'
import {
  answerRpc,
  buildPages,
  CertificateSite,
  launchBrowser,
  strangersFile,
  watch,
  type Bundles,
} from '../kit/certificate-site.ts'
import { issueBatch, revoke, testIssuer, type TestIssuer } from '../kit/credentials.ts'
import { FakeChain } from '../kit/fake-registry.ts'

setDefaultTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'testamur-saved-'))
const servers: Array<ReturnType<typeof Bun.serve>> = []
let bundles: Bundles
let browser: Browser
let site: CertificateSite

beforeAll(async () => {
  bundles = await buildPages()
  browser = await launchBrowser()
})
beforeEach(async () => {
  site?.stop()
  site = new CertificateSite(bundles)
  await site.issue()
})
afterAll(async () => {
  await browser?.close()
  site?.stop()
  for (const server of servers) server.stop(true)
  rmSync(folder, { recursive: true })
})

/** A node of this chain, at an address of its own. */
function node(chain: FakeChain): string {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => answerRpc(chain, request) })
  servers.push(server)
  return server.url.href
}

/** The file as a visitor saves it, on a disk. */
function saved(text = site.checkerFile().text): string {
  const path = join(folder, 'verify.html')
  writeFileSync(path, text)
  return pathToFileURL(path).href
}

type Use = (page: Page, complaints: string[], asked: Set<string>) => Promise<void>
async function visit(address: string, use: Use, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options })
  try {
    const page = await context.newPage()
    await page.clock.setFixedTime(Date.UTC(2026, 5, 2))
    const complaints = watch(page, address.startsWith('file:') ? 'file:' : site.origin)
    const asked = new Set<string>()
    page.on('request', (request) => {
      if (request.url().startsWith('http')) asked.add(new URL(request.url()).host)
    })
    await page.goto(address)
    await use(page, complaints, asked)
  } finally {
    await context.close()
  }
}
const choose = (page: Page, text: string, name = 'certificate.json') =>
  page.setInputFiles('#file', { name, mimeType: 'application/json', buffer: Buffer.from(text) })
const type = async (page: Page, id: string, text: string) => {
  await page.$eval(`#${id}`, (one) => one.closest('details')!.setAttribute('open', ''))
  await page.fill(`#${id}`, text)
  await page.dispatchEvent(`#${id}`, 'change')
}
const verdict = async (page: Page, mood: string) => {
  await page.waitForSelector(`body[data-verdict="${mood}"] .groups`)
  const groups = await page.$$eval('[data-group]', (all) =>
    all.map((one) => [(one as HTMLElement).dataset.group, (one as HTMLElement).dataset.result]),
  )
  return Object.fromEntries(groups) as Record<string, string>
}
const everyCheck = async (page: Page) => {
  for (const summary of await page.$$('#verdict details:not([open]) > summary')) await summary.click()
  return page.innerText('#verdict')
}
const ALL_GOOD = { intact: 'pass', issuer: 'pass', anchored: 'pass', valid: 'pass' }
const host = () => new URL(site.origin).host

describe('verify.html as a site serves it', () => {
  const address = () => `${site.origin}/verify.html`

  test('checks a file with what the site wrote into it, and asks that site alone', () =>
    visit(address(), async (page, complaints, asked) => {
      await choose(page, site.file!)
      expect(await verdict(page, 'valid')).toEqual(ALL_GOOD)
      expect(await page.innerText('#check')).toContain('Awarded to Maria Åström 漢字 by Example University')
      expect(await page.innerText('#foot')).toContain(`Saved from ${host()} on 2 June 2026.`)
      expect(complaints).toEqual([])
      expect([...asked]).toEqual([host()])
    }))

  test('is itself what it offers to save', () =>
    visit(address(), async (page) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#foot a[download]')])
      expect(download.suggestedFilename()).toBe('verify.html')
      expect(await Bun.file(await download.path()).text()).toBe(site.checkerFile().text)
    }))

  test('runs its own script and no other, style included', () =>
    visit(address(), async (page, complaints) => {
      const { headers } = await fetch(address())
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      await page.evaluate(() => {
        const script = document.createElement('script')
        script.textContent = 'document.title = "ran"'
        const style = document.createElement('style')
        style.textContent = 'h1 { color: rgb(1, 2, 3) }'
        document.body.append(script, style)
      })
      expect(await page.title()).not.toBe('ran')
      expect(await page.$eval('h1', (one) => getComputedStyle(one).color)).not.toBe('rgb(1, 2, 3)')
      expect(complaints.join('\n')).toContain('script-src')
    }))
})

describe('verify.html from a disk', () => {
  test('checks against the site it was saved from, or any other node, with the same verdict', async () => {
    await visit(saved(), async (page, complaints, asked) => {
      await choose(page, site.file!)
      expect(await verdict(page, 'valid')).toEqual(ALL_GOOD)
      expect([...asked]).toEqual([host()])
      expect(complaints.filter((one) => !one.startsWith(site.origin))).toEqual([])
    })
    const other = node(site.chain)
    const file = site.file!
    const text = site.checkerFile().text
    site.stop()
    await visit(saved(text), async (page, _complaints, asked) => {
      await type(page, 'nodes', other)
      await choose(page, file)
      expect(await verdict(page, 'valid')).toEqual(ALL_GOOD)
      expect([...asked]).toEqual([new URL(other).host])
    })
  })

  test('a changed file fails; a revoked one is revoked', async () => {
    await visit(saved(), async (page) => {
      await choose(page, site.file!.replace('Maria', 'Mario'))
      expect(await verdict(page, 'invalid')).toMatchObject({ intact: 'fail' })
      expect(await page.innerText('#check')).not.toContain('Mario')
    })
    revoke(site.chain, site.issuer, site.registry, [site.leaf], 1)
    await visit(saved(), async (page) => {
      await choose(page, site.file!)
      expect(await verdict(page, 'invalid')).toMatchObject({ intact: 'pass', valid: 'fail' })
    })
  })

  test('a file dropped anywhere, and text that is pasted, are checked too', () =>
    visit(saved(), async (page) => {
      await page.evaluate((text) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([text], 'certificate.json', { type: 'application/json' }))
        document
          .querySelector('h1')!
          .dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
      }, site.file!)
      expect(await verdict(page, 'valid')).toEqual(ALL_GOOD)
      await type(page, 'paste', site.file!.replace('97.5', '99.5'))
      expect(await verdict(page, 'invalid')).toMatchObject({ intact: 'fail' })
    }))

  test('the result of a file is gone to, but nobody is taken away from what they type', () =>
    visit(saved(), async (page) => {
      const at = () => page.evaluate(() => document.activeElement?.id)
      await choose(page, site.file!)
      await verdict(page, 'valid')
      await page.waitForFunction(() => document.activeElement?.id === 'check')
      await page.$eval('#trust', (one) => one.closest('details')!.setAttribute('open', ''))
      await page.fill('#nodes', 'http://127.0.0.1:9/')
      await page.focus('#trust')
      expect(await verdict(page, 'unknown')).toMatchObject({ anchored: 'unknown' })
      expect(await at()).toBe('trust')
    }))

  test('what is no certificate is refused in words', () =>
    visit(saved(), async (page) => {
      await choose(page, '%PDF-1.7', 'certificate.pdf')
      await page.waitForSelector('text=This PDF carries no credential.')
      await choose(page, 'hello')
      await page.waitForSelector('text=Not a certificate file.')
    }))

  test('nodes that contradict one another are named with what each said', () =>
    visit(saved(), async (page) => {
      const liar = new FakeChain(site.chain.chainId)
      liar.mine(site.chain.head)
      for (const [address, registry] of site.chain.registries)
        liar.registries.set(address, {
          ...registry,
          revocations: new Map([[site.leaf, { time: 1_770_000_000, reason: 1 }]]),
        })
      const [honest, lying] = [node(site.chain), node(liar)]
      await type(page, 'nodes', `${honest}\n${lying}`)
      await choose(page, site.file!)
      expect(await verdict(page, 'unknown')).toMatchObject({ intact: 'pass', anchored: 'unknown' })
      const text = await everyCheck(page)
      expect(text).toContain(`${new URL(honest).host}: not revoked; ${new URL(lying).host}: revoked 2026-02-02`)
    }))

  test('a copy that comes from no site believes nobody until it is told whom', () =>
    visit(saved(bundles.saved), async (page, _complaints, asked) => {
      expect(await page.innerText('#foot')).toContain('This copy comes from no issuer’s website')
      await choose(page, site.file!)
      await verdict(page, 'unknown')
      expect([...asked]).toEqual([])
      await type(page, 'nodes', node(site.chain))
      await page.waitForSelector('[data-group=anchored][data-result=pass]')
      expect(await verdict(page, 'unknown')).toEqual({ ...ALL_GOOD, issuer: 'unknown' })
      await type(page, 'trust', 'certs.example.edu')
      await page.waitForSelector('text=“certs.example.edu” is neither an identifier')
      await type(page, 'trust', site.issuer.did)
      expect(await verdict(page, 'valid')).toEqual(ALL_GOOD)
      await type(page, 'trust', caip10(site.chain.chainId, site.registry))
      expect(await verdict(page, 'valid')).toEqual(ALL_GOOD)
      await type(page, 'trust', testIssuer(9, 'key').did)
      expect(await verdict(page, 'unknown')).toEqual({ ...ALL_GOOD, issuer: 'unknown' })
    }))

  test('a stranger’s file makes it call nobody, and is unknown here', async () => {
    const web = testIssuer(5, 'web')
    const chain = new FakeChain(137)
    const registry = chain.deploy(web.did, web.account.address, REGISTRY_RUNTIME)
    const file = JSON.stringify((await issueBatch(chain, { issuer: web, registry })).files[0])
    for (const text of [file, await strangersFile()])
      await visit(saved(), async (page, _complaints, asked) => {
        await choose(page, text)
        expect(await verdict(page, 'unknown')).toMatchObject({ intact: 'pass', issuer: 'unknown', anchored: 'unknown' })
        // The node that stands in its field says which chain it serves; nobody is asked about the file.
        expect([...asked].filter((one) => one !== host())).toEqual([])
      })
  })
})

describe('a certificate whose chain is gone', () => {
  async function moved(by: TestIssuer = site.issuer) {
    const { list, node: young } = await site.moveTo(new FakeChain(146), by)
    site.chain.down = true
    return { list, url: node(young) }
  }
  const giveRoots = async (page: Page, list: object) => {
    await page.$eval('#roots', (one) => one.closest('details')!.setAttribute('open', ''))
    const buffer = Buffer.from(JSON.stringify(list))
    await page.setInputFiles('#roots', { name: 'roots.json', mimeType: 'application/json', buffer })
  }

  test('is valid by the issuer’s list and a node of the chain that it names; both dates are shown', async () => {
    const { list, url } = await moved()
    await visit(saved(), async (page) => {
      await type(page, 'nodes', url)
      await choose(page, site.file!)
      expect(await verdict(page, 'unknown')).toMatchObject({ intact: 'pass', anchored: 'unknown' })
      await giveRoots(page, list)
      expect(await verdict(page, 'valid')).toEqual(ALL_GOOD)
      const text = await everyCheck(page)
      expect(text).toContain('3 March 2026, on Sonic. First recorded on 3 March 2026 on Embedded chain')
      expect(text).toContain('Another registry from the issuer’s signed list holds the root.')
    })
  })

  test('finds the list at the site it was saved from', async () => {
    const { list, url } = await moved()
    site.roots = list
    await visit(saved(), async (page, _complaints, asked) => {
      await type(page, 'nodes', url)
      await choose(page, site.file!)
      expect(await verdict(page, 'valid')).toEqual(ALL_GOOD)
      expect([...asked].sort()).toEqual([host(), new URL(url).host].sort())
    })
  })

  test('is not helped by a list that a stranger signed', async () => {
    const { list, url } = await moved(testIssuer(9, 'key'))
    await visit(saved(), async (page) => {
      await type(page, 'nodes', url)
      await choose(page, site.file!)
      await verdict(page, 'unknown')
      await giveRoots(page, list)
      await page.waitForSelector('text=A list of roots is not signed by this issuer', { state: 'attached' })
      expect(await verdict(page, 'unknown')).toMatchObject({ intact: 'pass', anchored: 'unknown' })
    })
  })
})

describe('how it looks', () => {
  test('speaks each language, by the browser’s and by choice, and keeps what was typed', async () => {
    for (const language of SAVED_LANGUAGES)
      await visit(
        saved(),
        async (page) => {
          expect(await page.getAttribute('html', 'lang')).toBe(language)
          expect(await page.innerText('h1')).toBe(savedTexts[language]!.texts.title)
          await choose(page, site.file!)
          await verdict(page, 'valid')
          expect(await page.innerText('#verdict-line')).toContain(verdictTexts[language]!.words.validEmbedded)
        },
        { locale: language },
      )
    await visit(saved(), async (page) => {
      await type(page, 'trust', site.issuer.did)
      await choose(page, site.file!)
      await verdict(page, 'valid')
      await page.selectOption('#language', 'sv')
      await page.waitForSelector(`text=${verdictTexts.sv!.words.validEmbedded}`)
      expect(await page.inputValue('#trust')).toBe(site.issuer.did)
      expect(await page.inputValue('#nodes')).toBe(`${site.origin}/chain/rpc`)
    })
  })

  test('all languages have the same texts with the same places to fill', () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort()
    for (const { texts, checks } of Object.values(savedTexts)) {
      expect(Object.keys(texts)).toEqual(Object.keys(savedTexts.en!.texts))
      expect(Object.keys(checks)).toEqual(Object.keys(savedTexts.en!.checks))
      for (const [key, text] of Object.entries(texts))
        expect(places(text)).toEqual(places(savedTexts.en!.texts[key as keyof typeof texts]))
    }
  })

  test('nothing is wider than a screen of 320 pixels, every control is 24 pixels high and has a name', () =>
    visit(
      saved(),
      async (page) => {
        await choose(page, site.file!)
        await verdict(page, 'valid')
        for (const summary of await page.$$('details:not([open]) > summary')) await summary.click()
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
        const low = await page.$$eval('button, select, textarea, summary, input:not(.drop input)', (all) =>
          all
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24)
            .map((one) => one.outerHTML),
        )
        expect(low).toEqual([])
        const nameless = await page.$$eval('input, textarea, select', (all) =>
          all.filter((one) => (one as HTMLInputElement).labels?.length !== 1).map((one) => one.id),
        )
        expect(nameless).toEqual([])
      },
      { viewport: { width: 320, height: 700 } },
    ))

  test('is one file of less than 200 KB, with nothing to load', () => {
    expect(bundles.saved.length).toBeLessThan(200_000)
    expect(bundles.saved).not.toMatch(/<(link|img|script)[^>]+(src|href)=/)
  })
})

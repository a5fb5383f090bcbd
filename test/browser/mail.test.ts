/** Our mails as a mail program with a browser's engine shows them: light and dark, wide and narrow. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { composeMail, composeMistakeMail, type MailDraft } from '../../src/domain/mails-compose.ts'
import { launchBrowser } from '../kit/certificate-site.ts'
import { certificate } from '../kit/mails.ts'

setDefaultTimeout(60_000)
let browser: Browser
beforeAll(async () => void (browser = await launchBrowser()))
afterAll(() => browser?.close())

const look = {
  primary: '#ffd400',
  logo: { cid: 'logo.m@c.example', width: 160, height: 40 },
  picture: { cid: 'picture.m@c.example', width: 600, height: 424 },
  pdf: true,
}
const own = { language: 'en', heading: 'Congratulations!', body: [['Well done, and thank you.'], ['The team']] }
const mail = (more: Partial<MailDraft> = {}) =>
  composeMail({ kind: 'issued', language: 'en', certificate, ...more }).html
const MAILS: Record<string, string> = {
  'in the colours of the house': mail(),
  'in the brand of an issuer whose yellow nobody could read': mail({
    look,
    own,
    cta: { label: 'See the next course', url: 'https://nit.example/next' },
  }),
  'that revokes': mail({ kind: 'revoked', certificate: { ...certificate, reason: 'Issued in error.' } }),
  'that is a test': mail({ trial: true, look }),
  'from the sandbox with the longest words': mail({
    language: 'de',
    certificate: { ...certificate, sandbox: true, title: 'Rechtsschutzversicherungsgesellschaften'.repeat(4) },
  }),
  'that reports a mistake': composeMistakeMail({
    language: 'fr',
    certificate,
    certificateId: 'cert_0a1b2c3d4e5f6g7h8j9k0m1n2p',
    report: { message: 'Ce n’est pas mon nom.\nMerci.', from: null },
    look,
  }).html,
}
const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='

/** Shows a mail, with its pictures as a mail program puts them in. */
async function show<Result>(
  html: string,
  options: { width: number; dark: boolean },
  use: (page: Page, requests: string[]) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext({
    viewport: { width: options.width, height: 900 },
    colorScheme: options.dark ? 'dark' : 'light',
    javaScriptEnabled: true,
  })
  try {
    const page = await context.newPage()
    const requests: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith('data:') && request.url() !== 'about:blank') requests.push(request.url())
    })
    await page.setContent(html.replace(/src="cid:[^"]*"/g, `src="${PIXEL}"`))
    return await use(page, requests)
  } finally {
    await context.close()
  }
}

/** Every text that can be seen with less contrast than WCAG asks for, measured against the ground it stands on. */
const unreadable = (page: Page) =>
  page.evaluate(() => {
    const channels = (color: string) => (/\(([^)]*)\)/.exec(color)?.[1] ?? '').split(',').map(Number)
    const luminance = (color: string) => {
      const [red, green, blue] = channels(color).map((value) => {
        const share = value / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
    }
    const groundOf = (from: Element): string => {
      for (let element: Element | null = from; element; element = element.parentElement) {
        const { backgroundColor } = getComputedStyle(element)
        if ((channels(backgroundColor)[3] ?? 1) > 0) return backgroundColor
      }
      return 'rgb(255, 255, 255)'
    }
    const found: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement!
      const text = (node.textContent ?? '').trim()
      if (text === '' || text === '\u200b' || !parent.checkVisibility() || parent.tagName === 'STYLE') continue
      const [one, other] = [luminance(getComputedStyle(parent).color), luminance(groundOf(parent))]
      const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
      if (contrast < 4.5) found.push(`${contrast.toFixed(2)} ${text.slice(0, 40)}`)
    }
    return found
  })

describe.each(Object.entries(MAILS))('a mail %s', (_name, html) => {
  test.each([
    [680, false],
    [680, true],
    [390, false],
    [390, true],
  ])('%d pixels wide, dark: %p, is readable, fits and asks the network for nothing', (width, dark) =>
    show(html, { width, dark }, async (page, requests) => {
      expect(await unreadable(page)).toEqual([])
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(wide).toBeLessThanOrEqual(0)
      const white = await page.evaluate(() => getComputedStyle(document.querySelector('.card')!).backgroundColor)
      expect(white).toBe(dark ? 'rgb(27, 33, 40)' : 'rgb(255, 255, 255)')
      expect(requests).toEqual([])
    }),
  )
})

describe('the picture', () => {
  const shown = (size: { width: number; height: number }, width: number) =>
    show(mail({ look: { picture: { cid: 'p@c.example', ...size } } }), { width, dark: false }, (page) =>
      page.evaluate(() => {
        const { left, right, width } = document.querySelector('img')!.getBoundingClientRect()
        const around = document.querySelector('.shot')!.getBoundingClientRect()
        return { width: Math.round(width), off: Math.round(left - around.left - (around.right - right)) }
      }),
    )

  test('is as wide as planned and in the middle, and as wide as a phone at most', async () => {
    expect(await shown({ width: 600, height: 424 }, 680)).toEqual({ width: 600, off: 0 })
    expect(await shown({ width: 438, height: 620 }, 680)).toEqual({ width: 438, off: 0 })
    expect(await shown({ width: 600, height: 424 }, 390)).toEqual({ width: 390, off: 0 })
    expect(await shown({ width: 438, height: 620 }, 390)).toEqual({ width: 390, off: 0 })
  })
})

describe('these tests would notice', () => {
  const planted = (part: string) => mail().replace('<h1', `${part}<h1`)
  const open = { width: 390, dark: true }

  test('text that vanishes in the dark', () =>
    show(planted('<p style="color:#222222">gone</p>'), open, async (page) =>
      expect(await unreadable(page)).toEqual([expect.stringContaining('gone')]),
    ))
  test('a part that is too wide, and a request', () =>
    show(
      planted('<div style="width:500px">x</div><img src="http://127.0.0.1:9/x.png">'),
      open,
      async (page, requests) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeGreaterThan(0)
        expect(requests).toEqual(['http://127.0.0.1:9/x.png'])
      },
    ))
})

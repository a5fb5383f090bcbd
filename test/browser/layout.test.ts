/** The browser's own text engine as judge: the same font and the same text must come out as wide, letter for letter. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { BUNDLED_FACES } from '../../src/render/fonts-catalogue.ts'
import { bundledFile } from '../../src/render/fonts-files.ts'
import { launchBrowser } from '../kit/certificate-site.ts'
import { NAMES, layOutText } from '../kit/rendering.ts'

setDefaultTimeout(60_000)
const SIZE = 40
const TEXTS: Array<[face: string, text: string]> = [
  ['great-vibes', NAMES.latin!],
  ['great-vibes', NAMES.long!],
  ['great-vibes', NAMES.cyrillic!],
  ['noto-serif', NAMES.greek!],
  ['noto-sans-sc', NAMES.chinese!],
  ['noto-naskh-arabic', NAMES.arabic!],
  ['noto-naskh-arabic', NAMES.mixed!],
  ['noto-sans-hebrew', NAMES.hebrew!],
  ['noto-sans', NAMES.hindi!],
  ['noto-sans-thai', NAMES.thai!],
  ['great-vibes', NAMES.vietnamese!],
  ['great-vibes', NAMES.decomposed!],
  ['great-vibes', NAMES.injection!],
  ['noto-sans-kannada', 'ಕನ್ನಡ ಸಾಹಿತ್ಯ'],
  ['noto-sans-malayalam', 'മലയാളം ക്ഷേത്രം'],
  ['noto-sans-sinhala', 'සිංහල ශ්‍රී ලංකා'],
  ['noto-sans-khmer', 'ខ្មែរ ស្រីពេជ្រ'],
  ['noto-sans-myanmar', 'မြန်မာ ကျွန်တော်'],
  ['noto-sans-bengali', 'রবীন্দ্রনাথ ঠাকুর'],
  ['noto-sans-tamil', 'தமிழ் ஸ்ரீ'],
  ['noto-sans-telugu', 'తెలుగు శ్రీ'],
  ['dancing-script', 'Office affluent fjord'],
  ['playfair-display', 'AVATAR To Ty fi ffl'],
  ['eb-garamond-italic', 'Quercus & fjällräven'],
]
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('lines are as wide as the browser makes them, and as wide up to every word', async () => {
  const page = await browser.newPage()
  const used = BUNDLED_FACES.filter(({ id }) => TEXTS.some(([face]) => face === id))
  await page.setContent('<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="100"></svg>')
  for (const face of used) {
    const source = `url(data:font/ttf;base64,${Buffer.from(bundledFile(face)).toString('base64')})`
    await page.evaluate(
      async ([id, url]) => void document.fonts.add(await new FontFace(id!, url!).load()),
      [face.id, source],
    )
  }
  const measured = await page.evaluate(
    ({ texts, size }) =>
      texts.map(([face, text]) => {
        const element = document.createElementNS('http://www.w3.org/2000/svg', 'text')
        element.setAttribute('style', `font: ${size}px "${face}"; text-rendering: geometricPrecision`)
        element.textContent = text
        document.querySelector('svg')!.append(element)
        const words = [...text.matchAll(/ /g)].map(({ index }) => element.getSubStringLength(0, index))
        return { width: element.getComputedTextLength(), words }
      }),
    { texts: TEXTS.map(([face, text]) => [face, text.normalize('NFC')] as const), size: SIZE },
  )
  TEXTS.forEach(([face, text], index) => {
    const [line] = layOutText({ text, font: face, size: SIZE, width: 2_000, height: 100 }).lines
    expect([...new Set(line!.runs.map((run) => run.face.id))]).toEqual([face])
    expect(Math.abs(line!.width - measured[index]!.width)).toBeLessThan(0.05)
    const upTo = (end: number) =>
      line!.runs
        .flatMap(({ glyphs }) => glyphs)
        .filter(({ cluster }) => cluster < end)
        .reduce((sum, { advance }) => sum + advance, 0)
    const ends = [...line!.text.matchAll(/ /g)].map(({ index: end }) => upTo(end))
    ends.forEach((end, word) => expect(Math.abs(end - measured[index]!.words[word]!)).toBeLessThan(0.1))
  })
  await page.close()
})

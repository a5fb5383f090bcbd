/**
 * The thirteen names as pictures that a person has looked at (test/fixtures/rendering/names), and the same names in the
 * PDF as another program paints them. Both with a tolerance: edges are smoothed differently.
 * TESTAMUR_WRITE_PICTURES=1 writes the pictures anew; look at them before they are kept.
 */
import { describe, expect, test } from 'bun:test'
import { NAMES, facts, jobOf, page, pdfium, text } from '../kit/drawings.ts'
import { pixelsOf } from '../kit/pictures.ts'
import { LocalRenderer } from '../kit/renderer.ts'

const renderer = new LocalRenderer()
const folder = new URL('../fixtures/rendering/names/', import.meta.url)
const WIDTH = 640
/** A strip as wide as a page, with the name in a text face and once more in a script face. */
const strip = {
  ...page([
    text({ id: 'serif', x: 5, y: 3, width: 230, height: 18, size: 30, minSize: 6 }),
    text({ id: 'script', x: 5, y: 23, width: 230, height: 18, size: 32, minSize: 6, font: 'great-vibes', wrap: true }),
  ]),
  page: { width: 240, height: 44, background: '#ffffff' },
}
type Pixels = { width: number; height: number; at: (x: number, y: number) => readonly number[] }

/** Squares of so many pixels are compared by their mean grey: where an edge falls within one is a matter of smoothing. */
const SQUARE = 4
const greyOf = ({ at }: Pixels, left: number, top: number): number => {
  let sum = 0
  for (let y = top; y < top + SQUARE; y++) for (let x = left; x < left + SQUARE; x++) sum += at(x, y)[1]!
  return sum / SQUARE ** 2
}
/** Share of squares that differ clearly. */
function differing(one: Pixels, other: Pixels): number {
  const [width, height] = [Math.min(one.width, other.width), Math.min(one.height, other.height)]
  let [count, all] = [0, 0]
  for (let y = 0; y + SQUARE <= height; y += SQUARE)
    for (let x = 0; x + SQUARE <= width; x += SQUARE, all++)
      if (Math.abs(greyOf(one, x, y) - greyOf(other, x, y)) > 64) count++
  return count / all
}
const draw = (name: string) => renderer.raster(jobOf(strip, { name }), { width: WIDTH, format: 'png' })

describe('a name', () => {
  test.each(Object.entries(NAMES))('in %s looks as it did when somebody looked at it', async (kind, name) => {
    const file = Bun.file(new URL(`${kind}.png`, folder))
    const drawn = await draw(name)
    if (process.env.TESTAMUR_WRITE_PICTURES) await file.write(drawn)
    const kept = await pixelsOf(await file.bytes())
    const now = await pixelsOf(drawn)
    expect([now.width, now.height]).toEqual([kept.width, kept.height])
    expect(differing(now, kept)).toBeLessThan(0.002)
  })

  test.each(Object.entries(NAMES))('in %s looks the same in the PDF', async (_kind, name) => {
    const seen = await pdfium(await renderer.pdf(jobOf(strip, { name }), facts()), WIDTH / (240 * (72 / 25.4)))
    const picture = await pixelsOf(await renderer.raster(jobOf(strip, { name }), { width: seen.width, format: 'png' }))
    expect(differing(seen, picture)).toBeLessThan(0.01)
  })
})

test('the control: another name is another picture', async () => {
  const kept = await pixelsOf(await Bun.file(new URL('greek.png', folder)).bytes())
  expect(differing(await pixelsOf(await draw(NAMES.cyrillic)), kept)).toBeGreaterThan(0.02)
})

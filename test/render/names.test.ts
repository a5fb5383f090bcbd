/** The thirteen names through layout and SVG. */
import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { layOut } from '../../src/render/layout.ts'
import { toSvg } from '../../src/render/svg.ts'
import { CERTIFICATE, NAMES, certificateValues, context, svgOptions, textItems } from '../kit/rendering.ts'

const DIGESTS = 'test/fixtures/rendering/svg-digests.json'
const drawn = (name: string) => {
  const list = layOut(CERTIFICATE, certificateValues(name), context())
  return { list, svg: toSvg(list, svgOptions()) }
}
const nameOf = (list: ReturnType<typeof drawn>['list']) => textItems(list).find(({ element }) => element === 'name')!

test.each(Object.entries(NAMES))('%s: every letter is drawn and everything fits', (_kind, name) => {
  const { list } = drawn(name)
  expect(list.problems).toEqual([])
  const { lines, box } = nameOf(list)
  expect(lines).toHaveLength(1)
  expect(lines[0]!.text).toBe(name.normalize('NFC'))
  expect(lines[0]!.width).toBeLessThanOrEqual(box.width + 0.01)
  const glyphs = lines[0]!.runs.flatMap((run) => run.glyphs)
  expect(glyphs.filter(({ id }) => id === 0)).toEqual([]) // .notdef, the empty box
})

test('they look as they did when someone looked at them', () => {
  const digests = Object.fromEntries(
    Object.entries(NAMES).map(([kind, name]) => {
      const { list, svg } = drawn(name)
      const faces = [...new Set(nameOf(list).lines[0]!.runs.map(({ face }) => face.id))].join(' ')
      return [kind, { faces, svg: createHash('sha256').update(svg).digest('hex').slice(0, 16) }]
    }),
  )
  if (process.env.TESTAMUR_WRITE_DIGESTS) writeFileSync(DIGESTS, `${JSON.stringify(digests, null, 2)}\n`)
  expect(digests).toEqual(JSON.parse(readFileSync(DIGESTS, 'utf8')))
})

test('the same certificate twice is the same text; another name is another', () => {
  const svgs = Object.values(NAMES).map((name) => [drawn(name).svg, drawn(name).svg])
  expect(svgs.every(([first, second]) => first === second)).toBe(true)
  expect(new Set(svgs.map(([first]) => first)).size).toBe(svgs.length)
})

test('a name is drawn in one face, in the chosen one where that has all its letters', () => {
  const faceOf = (kind: string) =>
    [...new Set(nameOf(drawn(NAMES[kind]!).list).lines[0]!.runs.map(({ face }) => face.id))].join(' ')
  expect(faceOf('latin')).toBe('great-vibes')
  expect(faceOf('vietnamese')).toBe('great-vibes')
  expect(faceOf('greek')).toBe('noto-serif')
  expect(faceOf('mixed')).toBe('noto-naskh-arabic')
  expect(faceOf('chinese')).toBe('noto-sans-sc')
})

test('every outline used is in the file, once, and every line says what it reads', () => {
  for (const name of Object.values(NAMES)) {
    const { svg } = drawn(name)
    const ids = [...svg.matchAll(/<path id="([^"]+)"/g)].map(([, id]) => id!)
    expect(new Set(ids).size).toBe(ids.length)
    const used = new Set([...svg.matchAll(/<use href="#([^"]+)"/g)].map(([, id]) => id!))
    expect([...used].filter((id) => !ids.includes(id))).toEqual([])
    expect(ids.filter((id) => !used.has(id))).toEqual([])
    const labels = [...svg.matchAll(/<g role="img" aria-label="([^"]*)"/g)].map(([, label]) => label!)
    const plain = labels.map((label) =>
      label.replace(
        /&lt;|&gt;|&quot;|&#39;|&amp;/g,
        (entity) => ({ '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' })[entity]!,
      ),
    )
    expect(plain).toContain(name.normalize('NFC'))
    expect(plain.some((label) => /^has successfully /.test(label))).toBe(true)
  }
})

import { expect, test } from 'bun:test'
import type { DesignMark } from '../../src/domain/designs.ts'
import { layOut } from '../../src/render/layout.ts'
import { markWord } from '../../src/render/layout-mark.ts'
import { CERTIFICATE, certificateValues, context, designOf, svgOf } from '../kit/rendering.ts'

const MARKS: DesignMark[] = ['sandbox', 'revoked', 'replaced', 'expired', 'preview']

test('the mark speaks the language of the certificate, and English where it cannot', () => {
  expect(['en', 'sv', 'de-CH', 'fr', 'es'].map((language) => markWord('revoked', language))).toEqual([
    'REVOKED',
    'ÅTERKALLAT',
    'WIDERRUFEN',
    'RÉVOQUÉ',
    'REVOCADO',
  ])
  expect(markWord('expired', 'tr')).toBe('EXPIRED')
  expect(markWord('expired', '__proto__')).toBe('EXPIRED')
  for (const language of ['en', 'sv', 'de', 'fr', 'es'])
    expect(new Set(MARKS.map((mark) => markWord(mark, language))).size).toBe(MARKS.length)
})

test.each(MARKS)('%s: it is the last thing painted, as an outline, and no text', (mark) => {
  const plain = layOut(CERTIFICATE, certificateValues('Anna'), context())
  const marked = layOut(CERTIFICATE, certificateValues('Anna'), context({ mark }))
  expect(marked.items.slice(0, -1)).toEqual(plain.items)
  expect(marked.items.at(-1)).toMatchObject({ kind: 'path', element: 'mark', alt: markWord(mark, 'en') })
  expect(svgOf(CERTIFICATE, {}, { mark })).toContain(`aria-label="${markWord(mark, 'en')}"`)
  expect(plain.items.filter(({ element }) => element === 'mark')).toEqual([])
})

test.each([
  [297, 210],
  [210, 297],
  [85, 55],
])('no part of a page of %d × %d mm that is worth keeping is without it', (width, height) => {
  const { items, ...page } = layOut({ ...designOf(), page: { width, height } }, {}, context({ mark: 'revoked' }))
  const [item] = items
  if (item?.kind !== 'path') throw new Error('no mark')
  const points = item.path.filter((step) => step[0] !== 'Z').map((step) => step.slice(-2) as [number, number])
  for (let left = 0; left <= 0.6; left += 0.1) {
    for (let top = 0; top <= 0.6; top += 0.1) {
      const inside = points.filter(
        ([x, y]) =>
          x > left * page.width &&
          x < (left + 0.4) * page.width &&
          y > top * page.height &&
          y < (top + 0.4) * page.height,
      )
      expect(inside.length).toBeGreaterThan(20)
    }
  }
})

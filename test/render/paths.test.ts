import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { RenderRefused } from '../../src/domain/ports.ts'
import type { PathStep } from '../../src/render/display-list.ts'
import { parsePath, pathInBox } from '../../src/render/paths.ts'
import { bordersOf, qrPath } from '../../src/render/qr.ts'

const rounded = (path: PathStep[]) =>
  path.map(([kind, ...numbers]) => kind + numbers.map((value) => Number(value.toFixed(3)) + 0).join(' ')).join('')

test.each([
  ['M1 2L3 4', 'M1 2L3 4'],
  ['M1,2 3,4-5.5.5', 'M1 2L3 4L-5.5 0.5'], // further pairs are lines, signs and points separate
  ['m1 2 3 4', 'M1 2L4 6'],
  ['M1 2h5v-1H0V0', 'M1 2L6 2L6 1L0 1L0 0'],
  ['M0 0L10 0L10 10zl1 1', 'M0 0L10 0L10 10ZM0 0L1 1'], // after closing the pen is where the part began
  ['m5 5l1 0zm1 1l1 0', 'M5 5L6 5ZM6 6L7 6'],
  ['M0 0C1 2 3 4 5 6S9 10 11 12', 'M0 0C1 2 3 4 5 6C7 8 9 10 11 12'],
  ['M0 0S3 4 5 6', 'M0 0C0 0 3 4 5 6'],
  ['M0 0c1 2 3 4 5 6s4 4 6 6', 'M0 0C1 2 3 4 5 6C7 8 9 10 11 12'],
  ['M0 0Q3 3 6 0', 'M0 0C2 2 4 2 6 0'],
  ['M0 0Q3 3 6 0T12 0', 'M0 0C2 2 4 2 6 0C8 -2 10 -2 12 0'],
  ['M0 0T6 0', 'M0 0C0 0 2 0 6 0'],
  ['M0 0A5 5 0 0 0 0 0', 'M0 0'],
  ['M0 0A0 5 0 0 0 9 9', 'M0 0L9 9'],
  ['M1e1 1E-1', 'M10 0.1'],
  ['  M 1 , 2 L 3 4  ', 'M1 2L3 4'],
  ['', ''],
])('%j is read as %j', (data, path) => {
  expect(rounded(parsePath(data))).toBe(path)
})

test.each([
  'L1 2',
  '1 2',
  'M1',
  'M1 2L',
  'M1 2 3',
  'M1 2X3 4',
  'M1 2L3 4z5 6',
  'M1 2A1 1 0 2 0 3 4',
  'M1 2L1e99 3',
  'M1 2LNaN 3',
  'M1 2L--1 3',
  'M1 2L1,,,x 3',
  'M1 2<script>',
  'M1 2L0x10 3',
  'Z',
  `M0 0${'L1 1'.repeat(60_000)}`,
  `M0 0${' '.repeat(400_001)}`,
])('%.30s is refused', (data) => {
  expect(() => parsePath(data)).toThrow(RenderRefused)
})

const pathLetter = fc.constantFrom(...'MmLlHhVvCcSsQqTtAaZz0123456789.,-+eE \n<x'.split(''))
test('whatever the data is: steps or a refusal, never anything else, and all numbers are numbers', () => {
  const data = fc.oneof(
    fc.string(),
    fc.array(pathLetter, { maxLength: 120 }).map((letters) => `M0 0${letters.join('')}`),
  )
  fc.assert(
    fc.property(data, (text) => {
      try {
        const path = parsePath(text)
        if (path.length > 0) expect(path[0]![0]).toBe('M')
        for (const [kind, ...numbers] of path) {
          expect(['M', 'L', 'C', 'Z']).toContain(kind)
          expect(numbers.every(Number.isFinite)).toBe(true)
        }
      } catch (error) {
        expect(error).toBeInstanceOf(RenderRefused)
      }
    }),
    { numRuns: 2_000 },
  )
})

/** A point of a curve. */
const along = ([x0, y0]: [number, number], [, ax, ay, bx, by, x, y]: Extract<PathStep, { 0: 'C' }>, t: number) => {
  const mix = (p: number, q: number, r: number, s: number) =>
    (1 - t) ** 3 * p + 3 * (1 - t) ** 2 * t * q + 3 * (1 - t) * t ** 2 * r + t ** 3 * s
  return [mix(x0, ax, bx, x), mix(y0, ay, by, y)] as const
}

describe('an arc', () => {
  test('lies on its circle and takes the way its flags say', () => {
    for (const [large, sweep, through] of [
      [0, 1, 'top'],
      [0, 0, 'bottom'],
      [1, 1, 'top'],
      [1, 0, 'bottom'],
    ] as const) {
      // From (-4, 0) to (4, 0) on a circle of radius 5: its middle is 3 above or below.
      const path = parsePath(`M-4 0A5 5 0 ${large} ${sweep} 4 0`)
      const middle = (large === 1) === (sweep === 1) ? -3 : 3
      let pen: [number, number] = [-4, 0]
      const heights: number[] = []
      for (const step of path.slice(1)) {
        if (step[0] !== 'C') throw new Error(step[0])
        for (let t = 0; t <= 1; t += 0.1) {
          const [x, y] = along(pen, step, t)
          expect(Math.hypot(x, y - middle)).toBeCloseTo(5, 2)
          heights.push(y)
        }
        pen = [step[5], step[6]]
      }
      expect(pen).toEqual([4, 0])
      const extreme = through === 'top' ? Math.min(...heights) : Math.max(...heights)
      const reach = large === 1 ? 8 : 2
      expect(Math.abs(extreme)).toBeCloseTo(reach, 1)
      expect(Math.sign(extreme)).toBe(through === 'top' ? -1 : 1)
    }
  })
  test('with radii too small for its ends is grown, and may be turned', () => {
    const path = parsePath('M0 0A1 2 45 0 1 10 10')
    expect(path.at(-1)!.slice(-2)).toEqual([10, 10])
    expect(path.flatMap(([, ...numbers]) => numbers).every(Number.isFinite)).toBe(true)
  })
})

test('a drawing is stretched over its box, and read once', () => {
  const box = { x: 100, y: 200, width: 20, height: 10 }
  expect(rounded(pathInBox('M0 0L10 10', [10, 10], box))).toBe('M100 200L120 210')
  expect(pathInBox('M0 0L10 10', [10, 10], box)).toBe(pathInBox('M0 0L10 10', [10, 10], { ...box }))
})

/** Even-odd: how many borders lie left of a point. */
const isInside = (loops: Array<Array<readonly [number, number]>>, x: number, y: number) =>
  loops.reduce(
    (count, loop) =>
      count +
      loop.filter(([x1, y1], index) => {
        const [x2, y2] = loop[(index + 1) % loop.length]!
        return x1 === x2 && x1 < x && Math.min(y1, y2) < y && y < Math.max(y1, y2)
      }).length,
    0,
  ) %
    2 ===
  1

test('the borders of fields surround the dark ones and nothing else', () => {
  const fields = fc
    .integer({ min: 1, max: 12 })
    .chain((size) =>
      fc.array(fc.array(fc.boolean(), { minLength: size, maxLength: size }), { minLength: size, maxLength: size }),
    )
  fc.assert(
    fc.property(fields, (grid) => {
      const loops = bordersOf(grid)
      grid.forEach((row, y) => row.forEach((isDark, x) => expect(isInside(loops, x + 0.5, y + 0.5)).toBe(isDark)))
    }),
    { numRuns: 300 },
  )
})

test('a code stands in the middle of its box, with four fields of light around', () => {
  const path = qrPath('https://a.example/v/1', { x: 10, y: 20, width: 70, height: 33 })
  const points = path.filter((step) => step[0] !== 'Z').map((step) => step.slice(-2) as [number, number])
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const unit = 33 / (25 + 8)
  expect(Math.min(...xs)).toBeCloseTo(10 + 18.5 + 4 * unit, 6)
  expect(Math.max(...xs)).toBeCloseTo(10 + 18.5 + 29 * unit, 6)
  expect([Math.min(...ys), Math.max(...ys)].map((y) => Number(y.toFixed(6)))).toEqual([24, 49])
})

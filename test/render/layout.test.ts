/** Where letters stand: choice of faces, direction, wrapping, shrinking, turning. */
import { expect, test } from 'bun:test'
import type { DesignElement, ImageElement } from '../../src/domain/designs.ts'
import { layOut } from '../../src/render/layout.ts'
import { breaksOf } from '../../src/render/layout-breaks.ts'
import type { PlacedAssets } from '../../src/render/layout-assets.ts'
import { context, designOf, layOutText, textElement } from '../kit/rendering.ts'

const MM = 72 / 25.4
const faces = (lines: ReturnType<typeof layOutText>['lines']) =>
  lines.flatMap(({ runs }) => runs.map(({ face, start, end }) => [face.id, start, end]))

test('a text takes its face, size and place from the element', () => {
  const { lines, item } = layOutText({ text: 'Anna', x: 10, y: 20, font: 'noto-serif', size: 20 })
  const [line] = lines
  expect(line).toMatchObject({ text: 'Anna', x: 10 * MM })
  // The first baseline is the face's ascent below the top of the box.
  expect(line!.y).toBeCloseTo(20 * MM + 1.069 * 20, 3)
  expect(line!.runs).toMatchObject([{ size: 20, start: 0, end: 4, level: 0 }])
  expect(line!.runs[0]!.glyphs.map(({ cluster }) => cluster)).toEqual([0, 1, 2, 3])
  expect(line!.width).toBeCloseTo(
    line!.runs[0]!.glyphs.reduce((sum, { advance }) => sum + advance, 0),
    6,
  )
  expect(item).toMatchObject({ element: 'text', color: '#102030', matrix: null, opacity: 1, link: null })
})

test('lines stand left, in the middle and right, at the top, in the middle and at the bottom', () => {
  const at = (align: 'left' | 'center' | 'right', valign: 'top' | 'middle' | 'bottom') =>
    layOutText({ text: 'One\nTwo', align, valign }).lines
  const [left, center, right] = [at('left', 'top'), at('center', 'middle'), at('right', 'bottom')]
  expect(left[0]!.x).toBeCloseTo(10 * MM, 6)
  expect(center[0]!.x + center[0]!.width / 2).toBeCloseTo(50 * MM, 6)
  expect(right[1]!.x + right[1]!.width).toBeCloseTo(90 * MM, 6)
  expect(left[1]!.y - left[0]!.y).toBeCloseTo(14 * 1.25, 6)
  expect(right[1]!.y).toBeCloseTo(30 * MM - 0.293 * 14, 2)
  expect(center[0]!.y - left[0]!.y).toBeCloseTo((right[0]!.y - left[0]!.y) / 2, 6)
})

test('a field is drawn in one face; what surrounds it keeps the chosen one', () => {
  const { lines } = layOutText(
    { text: 'Awarded to {{name}} in Oslo', font: 'cinzel', width: 200 },
    { name: 'Ελένη Anna' },
  )
  expect(faces(lines)).toEqual([
    ['cinzel', 0, 11],
    ['noto-serif', 11, 17], // a blank follows the letter before it
    ['noto-serif', 17, 22],
    ['cinzel', 22, 29],
  ])
})

test('where no face has a whole field, each word has one', () => {
  const { lines, problems } = layOutText({ font: 'great-vibes', width: 200 }, { name: 'Anna 王小明 Ελένη שלום' })
  expect(problems).toEqual([])
  const used = new Map(faces(lines).map(([face, start]) => [start, face]))
  expect(used.get(0)).toBe('great-vibes')
  expect([...new Set(used.values())].sort()).toEqual(['great-vibes', 'noto-sans-hebrew', 'noto-sans-sc', 'noto-serif'])
})

test('letters that no face has are named, each once, with the element and its text', () => {
  const { problems } = layOutText({ id: 'recipient', text: 'To {{name}}' }, { name: 'Anna 𓀀𓀁𓀀 B' })
  expect(problems).toEqual([
    { element: 'recipient', kind: 'missing_letters', letters: ['𓀀', '𓀁'], text: 'To Anna 𓀀𓀁𓀀 B' },
  ])
})

test('a hidden element has no problems and paints nothing', () => {
  const { list } = layOutText({ text: '𓀀', hidden: true })
  expect([list.items, list.problems]).toEqual([[], []])
})

test('one line shrinks by the share that is missing, and no further than it may', () => {
  const name = 'Wilhelmina Konstantinopoulou-Fitzgerald von und zu Hohenlohe'
  const fits = layOutText({ text: name, size: 40, minSize: 5 })
  expect(fits.problems).toEqual([])
  expect(fits.lines[0]!.width).toBeLessThanOrEqual(80 * MM + 0.01)
  expect(fits.lines[0]!.width).toBeGreaterThan(80 * MM - 0.5)
  const { size } = fits.lines[0]!.runs[0]!
  expect(size).toBe(Math.floor(size * 100 + 1e-9) / 100)
  const floor = layOutText({ text: name, size: 40, minSize: 20 })
  expect(floor.lines[0]!.runs[0]!.size).toBe(20)
  expect(floor.problems).toEqual([{ element: 'text', kind: 'does_not_fit', text: name }])
  expect(layOutText({ text: name, size: 40 }).problems).toHaveLength(1) // without a smallest size nothing shrinks
  expect(layOutText({ text: 'Anna', size: 20, minSize: 5 }).lines[0]!.runs[0]!.size).toBe(20)
})

const BODY =
  'has completed all requirements of the programme, comprising 120 hours of study, with the highest distinction'

test('a wrapped text stays inside its box and loses nothing but the blanks at line ends', () => {
  const { lines, problems } = layOutText({ text: BODY, wrap: true, width: 60, height: 40 })
  expect(problems).toEqual([])
  expect(lines.length).toBeGreaterThan(2)
  for (const { width, text } of lines) {
    expect(width).toBeLessThanOrEqual(60 * MM + 0.01)
    expect(text).toBe(text.trim())
  }
  expect(lines.map(({ text }) => text).join(' ')).toBe(BODY)
})

test('a wrapped text shrinks until its lines fit the height, or says that they do not', () => {
  const shrunk = layOutText({ text: BODY, wrap: true, width: 60, height: 12, size: 16, minSize: 6 })
  expect(shrunk.problems).toEqual([])
  const { size } = shrunk.lines[0]!.runs[0]!
  expect(size).toBeGreaterThan(6)
  expect(((shrunk.lines.length - 1) * 1.25 + 1) * size).toBeLessThanOrEqual(12 * MM + 0.01)
  const tooMuch = layOutText({ text: BODY, wrap: true, width: 60, height: 5, size: 16, minSize: 12 })
  expect(tooMuch.problems.map(({ kind }) => kind)).toEqual(['does_not_fit'])
  expect(tooMuch.lines[0]!.runs[0]!.size).toBe(12)
})

test('a word wider than its box is told, not torn', () => {
  const { lines, problems } = layOutText({
    text: 'Donaudampfschifffahrtsgesellschaft',
    wrap: true,
    width: 20,
    height: 50,
  })
  expect(lines).toHaveLength(1)
  expect(problems.map(({ kind }) => kind)).toEqual(['does_not_fit'])
})

test('lines end where the script lets them: not at no-break blanks, between Thai and Chinese words', () => {
  const wrapped = (text: string, width: number) =>
    layOutText({ text, wrap: true, width, height: 100, size: 14 }).lines.map((line) => line.text)
  expect(wrapped('one two\u00a0three four', 20)).toEqual(['one', 'two\u00a0three', 'four'])
  expect(wrapped('Anna-Maria Fitz–Gerald', 15)).toEqual(['Anna-', 'Maria', 'Fitz–', 'Gerald'])
  const thai = wrapped('ประกาศนียบัตรนี้มอบให้แก่ผู้สำเร็จการศึกษา', 30)
  expect(thai.length).toBeGreaterThan(1)
  expect(thai.join('')).toBe('ประกาศนียบัตรนี้มอบให้แก่ผู้สำเร็จการศึกษา')
  const chinese = wrapped('兹证明王小明同学，已完成全部课程。成绩优异', 30)
  expect(chinese.length).toBeGreaterThan(1)
  expect(chinese.filter((line) => /^[，。]/.test(line))).toEqual([])
})

test.each([
  ['講座「管理」修了', '講座|「管理」|修了'],
  ['以资鼓励。（共120学时）好', '以|资|鼓励。|（共|120学时）|好'],
  ['Anna-Maria -5 to –7', 'Anna-|Maria |-5 |to |–7'],
  ['a (b) “c” d…', 'a |(b) |“c” |d…'],
  ['one two\u00a0three\u3000four', 'one |two\u00a0three\u3000|four'],
  ['ラーメン々', 'ラーメン々'],
])('%s may be broken as %s', (text, parts) => {
  let from = 0
  const broken = breaksOf(text).map((to) => text.slice(from, (from = to)))
  expect(broken.join('|')).toBe(parts)
})

test('right-to-left lines stand at the right and their runs are in visual order', () => {
  const { lines } = layOutText({ align: 'left', width: 80 }, { name: 'محمد الأحمد (Mohammed) لعام 2026' })
  const [line] = lines
  expect(line!.x + line!.width).toBeCloseTo(90 * MM, 6)
  expect(line!.runs[0]!.level).toBe(2) // 2026, the last of the text, is leftmost
  expect(line!.text.slice(line!.runs[0]!.start, line!.runs[0]!.end)).toBe('2026')
  const latin = line!.runs.find(({ start, end }) => line!.text.slice(start, end).includes('Mohammed'))!
  expect(latin.glyphs.map(({ cluster }) => cluster)).toEqual(
    [...latin.glyphs.keys()].map((index) => index + latin.start),
  )
  const arabic = line!.runs.at(-1)!
  expect(arabic.level).toBe(1)
  expect(arabic.glyphs.at(-1)!.cluster).toBe(0)
  expect(layOutText({ align: 'left' }, { name: 'Anna' }).lines[0]!.x).toBeCloseTo(10 * MM, 6)
})

test('a wrapped right-to-left text keeps its direction on lines that begin with Latin letters', () => {
  const text = 'يشهد هذا أن المشارك أكمل برنامج Project Management بنجاح'
  const { lines } = layOutText({ text, wrap: true, width: 32, height: 100, size: 12 })
  expect(lines.length).toBeGreaterThan(1)
  for (const { x, width } of lines) expect(x + width).toBeCloseTo(42 * MM, 6)
})

test('Arabic letters join, also where a line holds other faces', () => {
  const glyphs = (text: string) =>
    layOutText({ text, font: 'noto-naskh-arabic' }).lines[0]!.runs[0]!.glyphs.map(({ id }) => id)
  const [joined, alone] = [glyphs('محمد'), ['م', 'ح', 'م', 'د'].flatMap(glyphs)]
  expect(joined.toSorted()).not.toEqual(alone.toSorted())
})

test('spacing stands between letters, none behind the last, and takes ligatures apart', () => {
  const shaped = (text: string, tracking?: number) =>
    layOutText({ text, font: 'playfair-display', ...(tracking === undefined ? {} : { tracking }) }).lines[0]!
  expect(shaped('fi').runs[0]!.glyphs).toHaveLength(1)
  expect(shaped('fi', 2).runs[0]!.glyphs).toHaveLength(2)
  expect(shaped('HHHH', 2).width - shaped('HHHH').width).toBeCloseTo(6, 6)
  const arabic = (tracking: number) => layOutText({ text: 'محمد', tracking }).lines[0]!.width
  expect(arabic(4)).toBeCloseTo(arabic(0), 6)
})

test('upper case is that of the language', () => {
  const upper = (text: string, language: string) =>
    layOutText({ text: '{{name}}', uppercase: true }, { name: text }, language).lines[0]!.text
  expect(upper('İlknur Yıldız diliçi', 'tr')).toBe('İLKNUR YILDIZ DİLİÇİ')
  expect(upper('Straße', 'de')).toBe('STRASSE')
  expect(upper('ivan', 'no such language')).toBe('IVAN')
})

test('values are composed and cleaned before they are measured', () => {
  const read = (name: string) => layOutText({ height: 60 }, { name }).lines.map(({ text }) => text)
  expect(read('Zoe\u0308')).toEqual(['Zoë'])
  expect(read('A\tB\u0000C\u0007\r\nD\u2028E')).toEqual(['A BC', 'D', 'E'])
  expect(read('half \ud800')).toEqual(['half \ufffd'])
  // A mark that a value begins with belongs to the letter before it.
  expect(layOutText({ text: 'e{{name}}' }, { name: '\u0301' }).lines[0]!.text).toBe('é')
})

test('unknown placeholders are empty, inherited members are none, values are not filled again', () => {
  const read = (text: string, values: Record<string, string>) => layOutText({ text }, values).lines[0]?.text
  expect(read('a{{nobody}}b{{ __proto__ }}{{constructor}}{{toString}}c', {})).toBe('abc')
  expect(read('{{ name }}', { name: '{{other}}', other: 'x' })).toBe('{{other}}')
  expect(read('{{name', { name: 'x' })).toBe('{{name')
  expect(layOutText({ text: '{{nobody}}' }).list.items).toEqual([])
})

test.each([
  ['https://a.example/{{id}}', 'https://a.example/42'],
  ['mailto:a@b.example', 'mailto:a@b.example'],
  ['javascript:alert(1)', null],
  [' JaVaScRiPt:alert(1)', null],
  ['data:text/html,x', null],
  ['file:///etc/passwd', null],
  ['{{id}}', null],
  ['https://', null],
])('a link to %s leads to %s', (link, leads) => {
  expect(layOutText({ text: 'x', link }, { id: '42' }).item.link).toBe(leads)
})

test('an element is turned clockwise around the middle of its box', () => {
  const { item } = layOutText({ text: 'x', x: 10, y: 10, width: 80, height: 20, rotation: 90 })
  const [a, b, c, d, e, f] = item.matrix!
  const turn = (x: number, y: number) => [a * x + c * y + e, b * x + d * y + f]
  const [x, y] = [50 * MM, 20 * MM]
  expect(turn(x, y)[0]).toBeCloseTo(x, 6)
  expect(turn(x, y)[1]).toBeCloseTo(y, 6)
  expect(turn(x + 1, y)[1]).toBeCloseTo(y + 1, 6) // what was right of the middle is now below it
  expect(layOutText({ text: 'x', rotation: 360 }).item.matrix).toBeNull()
})

test('bleed moves everything and widens the page', () => {
  const design = { ...designOf(textElement({ text: 'x' })), page: { width: 100, height: 60, bleed: 3 } }
  const list = layOut(design, {}, context())
  expect([list.width, list.height, list.bleed]).toEqual([106 * MM, 66 * MM, 3 * MM])
  expect(list.items[0]!.box.x).toBeCloseTo(13 * MM, 6)
})

const picture: PlacedAssets = new Map([['asset_a', { kind: 'picture', sha256: 'aa', width: 200, height: 100 }]])
const place = (over: Partial<ImageElement>) => {
  const element: ImageElement = {
    kind: 'image',
    id: 'logo',
    x: 0,
    y: 0,
    width: 10,
    height: 10,
    asset: 'asset_a',
    ...over,
  }
  const [item] = layOut(designOf(element), {}, context({ assets: picture })).items
  if (item?.kind !== 'image') return undefined
  const { x, y, width, height } = item.place
  return [x, y, width, height].map((points) => Number((points / MM).toFixed(6)) + 0)
}
test('a picture is contained, covers its box or is stretched', () => {
  expect(place({})).toEqual([0, 2.5, 10, 5])
  expect(place({ fit: 'cover' })).toEqual([-5, 0, 20, 10])
  expect(place({ fit: 'fill' })).toEqual([0, 0, 10, 10])
  expect(place({ asset: '' })).toBeUndefined() // not chosen yet
  expect(() => place({ asset: 'asset_gone' })).toThrow('element "logo": there is no picture "asset_gone"')
})

test('a face that does not exist is refused by name', () => {
  expect(() => layOutText({ text: 'x', font: 'comic' })).toThrow('element "text": there is no font "comic"')
})

const box = { id: 's', x: 10, y: 10, width: 20, height: 10 }
const first = (element: DesignElement) => layOut(designOf(element), {}, context()).items[0]
test('shapes become outlines', () => {
  expect(first({ ...box, kind: 'rect' })).toBeUndefined() // nothing to see
  expect(first({ ...box, kind: 'rect', fill: '#ff0000' })).toMatchObject({ fill: '#ff0000', stroke: null })
  const rounded = first({ ...box, kind: 'rect', stroke: '#ff0000', radius: 99, dash: [2, 1] })
  expect(rounded).toMatchObject({ fill: null, strokeWidth: 0.25 * MM, dash: [2 * MM, MM] })
  const line = first({ ...box, kind: 'line', height: 0 })
  expect(line).toMatchObject({
    kind: 'path',
    stroke: '#000000',
    path: [
      ['M', 10 * MM, 10 * MM],
      ['L', 30 * MM, 10 * MM],
    ],
  })
  const ellipse = first({ ...box, kind: 'ellipse', fill: '#00ff00' })
  expect(ellipse?.kind === 'path' && ellipse.path.filter(([kind]) => kind === 'C')).toHaveLength(4)
})

/** The designer's arithmetic and its memory, without a browser. */
import { describe, expect, test } from 'bun:test'
import type { Design, TextElement } from '../../src/domain/designs.ts'
import { contrast, contrastWarning, readColour } from '../../web/designer/colour.ts'
import { elementsIn } from '../../web/designer/clipboard.ts'
import { Editor } from '../../web/designer/editor.ts'
import { keyFromLabel } from '../../web/designer/field-dialog.ts'
import {
  alignStep,
  angleTo,
  boundsOf,
  regrouped,
  resized,
  snap,
  snapLines,
  spreadSteps,
} from '../../web/designer/geometry.ts'
import { closestFace, familiesOf } from '../../web/designer/font-picker.ts'
import { copiesOf, dropped, fieldsWanted, reordered, withPage } from '../../web/designer/model.ts'
import { findingsOf } from '../../web/designer/problems.ts'
import { changesBetween } from '../../web/designer/words.ts'
import { DESIGN } from '../kit/designer-page.ts'

const ids = ({ elements }: Pick<Design, 'elements'>) => elements.map(({ id }) => id).join(' ')
const box = { x: 10, y: 20, width: 40, height: 20 }

describe('boxes', () => {
  test('a turned box needs more room, and a quarter turn swaps its sides', () => {
    expect(boundsOf(box)).toEqual({ left: 10, top: 20, right: 50, bottom: 40 })
    const quarter = boundsOf({ ...box, rotation: 90 })
    expect(quarter.right - quarter.left).toBeCloseTo(20)
    expect(quarter.bottom - quarter.top).toBeCloseTo(40)
  })

  test('a corner keeps the shape where it is told to, and nothing gets smaller than it may', () => {
    const least = { width: 2, height: 2 }
    expect(resized(box, { handle: 'se', dx: 40, dy: 0, keepShape: true, least })).toEqual({
      x: 10,
      y: 20,
      width: 80,
      height: 40,
    })
    expect(resized(box, { handle: 'w', dx: 900, dy: 0, least })).toEqual({ x: 48, y: 20, width: 2, height: 20 })
  })

  test('a group that is made twice as large doubles the places and sizes inside it', () => {
    const from = { left: 10, top: 20, right: 50, bottom: 40 }
    expect(
      regrouped({ x: 20, y: 30, width: 10, height: 5 }, from, { left: 10, top: 20, right: 90, bottom: 60 }),
    ).toMatchObject({
      x: 30,
      y: 40,
      width: 20,
      height: 10,
    })
  })

  test('turns with the pointer: right angles pull, Shift gives steps of 15 degrees', () => {
    const around = { x: 0, y: 0, width: 10, height: 10 }
    expect(angleTo(around, { x: 5, y: -50 }, false)).toBe(0)
    expect(angleTo(around, { x: 60, y: 6 }, false)).toBe(90)
    expect(angleTo(around, { x: 30, y: -20 }, false)).toBe(45)
    expect(angleTo(around, { x: 30, y: -26 }, true)).toBe(45)
  })

  test('snaps to page, margin and neighbour within reach only, a resized box with its moving edge alone', () => {
    const lines = snapLines({ width: 297, height: 210 }, 10, [{ left: 100, top: 50, right: 140, bottom: 70 }])
    const near = (left: number, top: number) => ({ left, top, right: left + 20, bottom: top + 10 })
    expect(snap(near(9.2, 80), lines, 1.5)).toMatchObject({ dx: expect.closeTo(0.8), lines: { x: [10] } })
    expect(snap(near(100.9, 120), lines, 1.5).dx).toBeCloseTo(-0.9)
    expect(snap(near(60, 85), lines, 1.5)).toEqual({ dx: 0, dy: 0, lines: { x: [], y: [] } })
    expect(snap(near(9.2, 80), lines, 1.5, 'e').dx).toBe(0)
  })

  test('aligns to a frame and makes gaps equal without moving the outermost two', () => {
    const frame = { left: 0, top: 0, right: 100, bottom: 50 }
    expect(alignStep(boundsOf(box), frame, 'right')).toEqual({ dx: 50, dy: 0 })
    expect(alignStep(boundsOf(box), frame, 'centerY')).toEqual({ dx: 0, dy: -5 })
    const row = [0, 15, 80].map((left) => ({ left, right: left + 10, top: 0, bottom: 5 }))
    expect(spreadSteps(row, 'x')).toEqual([0, 25, 0])
  })
})

describe('designs', () => {
  test('layers move past what stays, to either end, and onto a place', () => {
    const { elements } = DESIGN
    expect(ids({ elements: reordered(elements, new Set(['corner']), 'up') })).toBe('neighbour corner heading name code')
    expect(ids({ elements: reordered(elements, new Set(['heading', 'code']), 'down') })).toBe(
      'corner heading neighbour code name',
    )
    expect(ids({ elements: reordered(elements, new Set(['heading']), 'front') })).toBe(
      'corner neighbour name code heading',
    )
    expect(ids({ elements: reordered(elements, new Set(['heading']), 'back') })).toBe(
      'heading corner neighbour name code',
    )
    expect(ids({ elements: dropped(elements, 'code', 'corner') })).toBe('corner code neighbour heading name')
    expect(ids({ elements: dropped(elements, 'code', null) })).toBe('code corner neighbour heading name')
    expect(dropped(elements, 'code', 'code')).toBe(elements)
  })

  test('another page keeps shapes, keeps everything on it, and stretches backgrounds alone', () => {
    const ground = { id: 'ground', kind: 'rect', x: -3, y: -3, width: 303, height: 216, fill: '#ffffff' } as const
    const turned = withPage({ ...DESIGN, elements: [ground, ...DESIGN.elements] }, { width: 210, height: 297 })
    const [background, ...others] = turned.elements
    expect(background!.width).toBeGreaterThan(210)
    expect(background!.height).toBeGreaterThan(297)
    for (const [index, { width, height }] of others.entries()) {
      const before = DESIGN.elements[index]!
      expect(width / height).toBeCloseTo(before.width / before.height, 1)
    }
    expect(others.every(({ x, y, width, height }) => x >= 0 && y >= 0 && x + width <= 210 && y + height <= 297)).toBe(
      true,
    )
  })

  test('copies have ids of their own', () => {
    const copies = copiesOf(DESIGN, DESIGN.elements.slice(0, 2), 5)
    expect(new Set([...DESIGN.elements, ...copies].map(({ id }) => id)).size).toBe(7)
    expect(copies[0]).toMatchObject({ x: 25, y: 25 })
  })

  test('only elements come off the clipboard, whatever else lies there', () => {
    const text = JSON.stringify({
      kind: 'testamur/elements',
      elements: [DESIGN.elements[0], { kind: 'script' }, null, { kind: 'qr', x: 'a' }],
    })
    expect(elementsIn(text)).toEqual([DESIGN.elements[0]!])
    for (const other of ['', '{', 'null', '[]', '{"kind":"testamur/elements"}', '{"kind":"x","elements":[]}'])
      expect(elementsIn(other)).toEqual([])
  })

  test('says what publishing changes, and nothing where nothing does', () => {
    const before = { design: DESIGN, fields: [] }
    expect(changesBetween(before, structuredClone(before))).toEqual([])
    const design = structuredClone(DESIGN)
    design.page.bleed = 3
    design.elements[0]!.x = 21
    design.elements.splice(1, 1)
    const field = { key: 'grade', label: 'Grade', type: 'text', required: false } as const
    expect(changesBetween(before, { design, fields: [field] })).toEqual([
      'Bleed: 3 mm',
      'Changed: Corner (position)',
      'Removed: Neighbour',
      'New field: Grade',
    ])
  })

  test('finds what no field fills, what lies outside, and a page that leads nowhere', () => {
    const design = structuredClone(DESIGN)
    const editor = new Editor(design, [])
    expect(findingsOf(editor, [])).toEqual([])
    design.elements = design.elements.filter(({ kind }) => kind !== 'qr')
    design.elements[0]!.x = 500
    ;(design.elements[2] as TextElement).text = '{{nobody}}'
    const texts = findingsOf(editor, [{ element: 'name', kind: 'missing_letters', letters: ['ﷺ'], text: 'x' }]).map(
      ({ text }) => text,
    )
    expect(texts).toEqual([
      'Recipient: no font has the letters “ﷺ”',
      'Corner: lies outside the page',
      '{{nobody}} is no field of this template',
      'Nothing leads to the page that verifies it. Add a QR code, or a text with {{verification_url}}.',
    ])
    expect(fieldsWanted(design, [{ key: 'nobody' }])).toEqual([])
  })
})

describe('steps', () => {
  test('a hundred and more come back; changes with one key in a row are one step, until something else happens', () => {
    const editor = new Editor(structuredClone(DESIGN), [])
    editor.select(['corner'])
    for (let step = 0; step < 150; step++) editor.set('Move', { x: step })
    for (let step = 0; step < 150; step++) editor.undo()
    expect(editor.design).toEqual(DESIGN)
    expect(editor.undoLabel).toBeUndefined()
    for (const letters of ['D', 'Di', 'Dip']) editor.set('Name', { name: letters }, 'name')
    editor.settle()
    editor.set('Name', { name: 'Diploma' }, 'name')
    editor.undo()
    expect(editor.find('corner')!.name).toBe('Dip')
    editor.undo()
    expect(editor.design).toEqual(DESIGN)
    expect([editor.redo(), editor.redo(), editor.redo()]).toEqual(['Name', 'Name', undefined])
    expect(editor.find('corner')!.name).toBe('Diploma')
  })

  test('what was given stays untouched, locked elements too, and a broken-off drag leaves nothing to undo', () => {
    const given = structuredClone(DESIGN)
    given.elements[1]!.locked = true
    const kept = structuredClone(given)
    const editor = new Editor(given, [])
    editor.select(['corner', 'neighbour'])
    editor.moveBy(5, 5)
    expect(given).toEqual(kept)
    expect(editor.find('neighbour')).toMatchObject({ x: 24 })
    expect(editor.find('corner')).toMatchObject({ x: 25 })
    editor.undo()
    for (let step = 1; step < 9; step++) editor.set('Move', { x: step }, 'drag 1')
    editor.abandon('drag 1')
    expect(editor.design).toEqual(kept)
    expect(editor.undoLabel).toBeUndefined()
  })
})

describe('colours, fonts, fields', () => {
  test('reads what people type, and knows how well it can be read', () => {
    expect(['#ABC', 'aabbcc', ' #AaBbCc ', 'red', '#12345'].map(readColour)).toEqual([
      '#aabbcc',
      '#aabbcc',
      '#aabbcc',
      undefined,
      undefined,
    ])
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    const text = { ...(DESIGN.elements[2] as TextElement), color: '#999999', size: 12 }
    expect(contrastWarning(DESIGN, text)).toContain('2.8 to 1')
    expect(contrastWarning(DESIGN, { ...text, color: '#333333' })).toBeUndefined()
    const dark = { id: 'dark', kind: 'rect', x: 0, y: 0, width: 297, height: 210, fill: '#101010' } as const
    expect(contrastWarning({ ...DESIGN, elements: [dark, text] }, { ...text, color: '#333333' })).toContain('#101010')
    const photo = { id: 'photo', kind: 'image', asset: 'asset_x', x: 0, y: 0, width: 297, height: 210 } as const
    expect(contrastWarning({ ...DESIGN, elements: [photo, text] }, text)).toBeUndefined()
  })

  test('a family keeps weight and slope where it can, and fonts that stand in for scripts are not offered', () => {
    const face = (
      id: string,
      family: string,
      weight: number,
      italic = false,
      kind: 'serif' | 'fallback' = 'serif',
    ) => ({
      ...{ id, family, style: id, weight, italic, kind },
    })
    const all = [
      face('a', 'A', 400),
      face('a-bold', 'A', 700),
      face('a-italic', 'A', 400, true),
      face('thai', 'Thai', 400, false, 'fallback'),
    ]
    const [family, ...rest] = familiesOf(all)
    expect(rest).toEqual([])
    expect(closestFace(family!, face('x', 'X', 600)).id).toBe('a-bold')
    expect(closestFace(family!, face('x', 'X', 400, true)).id).toBe('a-italic')
  })

  test('keys of fields are made from their names', () => {
    expect(['Course name', '2nd Prüfung!', '名前', 'É'].map(keyFromLabel)).toEqual([
      'course_name',
      'nd_prufung',
      '',
      'e',
    ])
  })
})

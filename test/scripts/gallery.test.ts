import { expect, test } from 'bun:test'
import { readFileSync, statSync } from 'node:fs'
import { GUIDE, guidePage, PICTURES, picturesPage } from '../../scripts/gallery.ts'

test('the pages of the gallery say what the designs are; run scripts/gallery.ts after a change', () => {
  expect(readFileSync(GUIDE, 'utf8')).toBe(guidePage())
  expect(readFileSync(PICTURES, 'utf8')).toBe(picturesPage())
})
test('every picture they name is there, and light', () => {
  const pictures = [...picturesPage().matchAll(/\]\((images\/[^)]+)\)/g)].map(([, path]) => `docs/${path}`)
  expect(pictures.length).toBeGreaterThanOrEqual(20)
  for (const path of pictures) expect(statSync(path).size).toBeLessThanOrEqual(200_000)
})

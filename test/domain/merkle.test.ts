import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { nobleHash } from '../../src/domain/hash.ts'
import { fromHex, toHex } from '../../src/domain/ids.ts'
import {
  buildTree,
  collidesWithSelector,
  packPath,
  pathOf,
  rootOfPath,
  SELECTORS,
  unpackPath,
  type Step,
} from '../../src/domain/merkle.ts'
import { serverHash } from '../../src/keys/hash.ts'

const leaf = fc.uint8Array({ minLength: 32, maxLength: 32 })
const leaves = fc.array(leaf, { minLength: 1, maxLength: 40 })
const numbered = (count: number) => Array.from({ length: count }, (_, index) => new Uint8Array(32).fill(index + 1))

describe('the tree', () => {
  test('every leaf has a path that leads to the root, in trees of every size', () => {
    for (let count = 1; count <= 70; count++) {
      const tree = buildTree(numbered(count), serverHash)
      for (let index = 0; index < count; index++) {
        expect(rootOfPath(numbered(count)[index]!, pathOf(tree, index), serverHash)).toEqual(tree.root)
      }
    }
  })
  test('of one leaf is the leaf, with an empty path', () => {
    const tree = buildTree(numbered(1), serverHash)
    expect(tree.root).toEqual(numbered(1)[0]!)
    expect(pathOf(tree, 0)).toEqual([])
  })
  test('hashes raw pairs without prefixes and promotes an odd last node unhashed', () => {
    const [a, b, c] = numbered(3) as [Uint8Array, Uint8Array, Uint8Array]
    const pair = nobleHash.sha256(new Uint8Array([...a, ...b]))
    expect(buildTree([a, b, c], serverHash).root).toEqual(nobleHash.sha256(new Uint8Array([...pair, ...c])))
    expect(pathOf(buildTree([a, b, c], serverHash), 2)).toEqual([{ left: pair }])
  })
  test('a path of another leaf, or a changed one, leads elsewhere', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), (all, at) => {
        const tree = buildTree(all, serverHash)
        const index = at % all.length
        const path = pathOf(tree, index)
        const other = all[index]!.map((byte, position) => (position ? byte : byte ^ 1))
        expect(rootOfPath(other, path, serverHash)).not.toEqual(tree.root)
        if (path.length) {
          const swapped = path.map((step): Step => ('left' in step ? { right: step.left } : { left: step.right }))
          const same = 'left' in path[0]! ? path[0].left : path[0]!.right
          if (toHex(same) !== toHex(all[index]!))
            expect(rootOfPath(all[index]!, swapped, serverHash)).not.toEqual(tree.root)
        }
      }),
    )
  })
  test('refuses no leaves, short leaves, short siblings and indexes outside', () => {
    expect(() => buildTree([], serverHash)).toThrow()
    expect(() => buildTree([new Uint8Array(31)], serverHash)).toThrow()
    expect(() => pathOf(buildTree(numbered(3), serverHash), 3)).toThrow()
    expect(() => rootOfPath(new Uint8Array(33), [], serverHash)).toThrow()
    expect(() => rootOfPath(new Uint8Array(32), [{ left: new Uint8Array(64) }], serverHash)).toThrow()
  })
})

describe('a packed path', () => {
  test('is read again', () => {
    fc.assert(
      fc.property(leaves, (all) => {
        const path = pathOf(buildTree(all, serverHash), all.length - 1)
        expect(unpackPath(packPath(path))).toEqual(path)
        expect(packPath(path)).toHaveLength(path.length * 66)
      }),
    )
    expect(unpackPath('')).toEqual([])
  })
  test('of another form is refused', () => {
    for (const bad of ['00', 'zz', `02${'00'.repeat(32)}`, `00${'00'.repeat(33)}`])
      expect(() => unpackPath(bad)).toThrow()
  })
})

test('a root that begins like any of the eleven functions collides, others do not', () => {
  expect(SELECTORS).toHaveLength(11)
  expect(new Set(SELECTORS).size).toBe(11)
  for (const selector of SELECTORS) expect(collidesWithSelector(fromHex(selector + '00'.repeat(28)))).toBe(true)
  expect(collidesWithSelector(fromHex(`00${SELECTORS[0]}${'00'.repeat(27)}`))).toBe(false)
  expect(collidesWithSelector(new Uint8Array(32))).toBe(false)
})

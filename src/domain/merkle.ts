/**
 * The tree of an anchor: SHA-256 of pairs of raw 32-byte values, no prefixes, an odd last node promoted unhashed
 * (Chainpoint, MerkleProof2019). A leaf's preimage is N-Quads text, never 64 raw bytes, so no prefix is needed.
 */
import { fromHex, toHex } from './ids.ts'
import type { Hash } from './ports.ts'
import { REGISTRY_SELECTORS, collidesWithSelector as collides } from './registry.ts'

/** One sibling on the way from the leaf up. A promoted level adds no step. */
export type Step = { left: Uint8Array } | { right: Uint8Array }

/** levels[0] are the leaves, the last level is the root alone. */
export interface Tree {
  levels: Uint8Array[][]
  root: Uint8Array
}

/** Throws when there is no leaf or one is not 32 bytes. */
export function buildTree(leaves: readonly Uint8Array[], hash: Hash): Tree {
  if (!leaves.length) throw new Error('a tree needs a leaf')
  if (leaves.some((leaf) => leaf.length !== 32)) throw new Error('a leaf has 32 bytes')
  let level: Uint8Array[] = [...leaves]
  const levels = [level]
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (let index = 0; index < level.length; index += 2) {
      const right = level[index + 1]
      above.push(right ? hash.sha256(level[index]!, right) : level[index]!)
    }
    levels.push(above)
    level = above
  }
  return { levels, root: level[0]! }
}

/** Siblings of the leaf at `index`, from the leaf up; empty in a tree of one. */
export function pathOf(tree: Tree, index: number): Step[] {
  if (!(index in tree.levels[0]!)) throw new Error('no such leaf')
  const path: Step[] = []
  for (const level of tree.levels.slice(0, -1)) {
    const sibling = level[index ^ 1]
    if (sibling) path.push(index & 1 ? { left: sibling } : { right: sibling })
    index >>= 1
  }
  return path
}

/** Where a path leads. Throws on a leaf or sibling that is not 32 bytes: other lengths could be read as another pair. */
export function rootOfPath(leaf: Uint8Array, path: readonly Step[], hash: Hash): Uint8Array {
  if (leaf.length !== 32) throw new Error('a leaf has 32 bytes')
  let node = leaf
  for (const step of path) {
    const sibling = 'left' in step ? step.left : step.right
    if (sibling.length !== 32) throw new Error('a sibling has 32 bytes')
    node = 'left' in step ? hash.sha256(sibling, node) : hash.sha256(node, sibling)
  }
  return node
}

/** A path in one hex text, 33 bytes per step: 00 = left sibling, 01 = right sibling, then the sibling. */
export const packPath = (path: readonly Step[]): string =>
  path.map((step) => ('left' in step ? `00${toHex(step.left)}` : `01${toHex(step.right)}`)).join('')

/** Throws on text that `packPath` does not write. */
export function unpackPath(text: string): Step[] {
  const bytes = fromHex(text)
  if (bytes.length % 33 !== 0) throw new Error('not a path')
  return Array.from({ length: bytes.length / 33 }, (_, index) => {
    const sibling = bytes.slice(index * 33 + 1, index * 33 + 33)
    const side = bytes[index * 33]
    if (side !== 0 && side !== 1) throw new Error('not a path')
    return side === 0 ? { left: sibling } : { right: sibling }
  })
}

/** First four bytes of every function of TestamurRegistry, 8 hex digits each. */
export const SELECTORS: readonly string[] = Object.values(REGISTRY_SELECTORS)

/**
 * Would this root, as calldata, be taken for a function call? Then the transaction reverts, and Blockcerts, which reads no
 * receipt, would call it valid: add a random leaf and build again.
 */
export const collidesWithSelector = (root: Uint8Array) => collides(toHex(root))

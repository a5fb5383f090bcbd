/** QR codes as outlines: the dark fields' borders, so that no renderer leaves hair lines between fields. */
import { encode } from 'uqr'
import { RenderRefused } from '../domain/ports.ts'
import { ByteCache } from './byte-cache.ts'
import type { Box, PathStep } from './display-list.ts'

/** Fields of light around the code, as the standard asks for. */
const QUIET = 4
/** One certificate is drawn several times: as page, picture and PDF. */
const kept = new ByteCache<PathStep[]>(4_000_000, (path) => 1_000 + path.length * 100)

type Point = [column: number, row: number]

/** Headings clockwise: right, down, left, up. An edge is one bit of the corner it leaves. */
const ACROSS = [1, 0, -1, 0] as const
const DOWN = [0, 1, 0, -1] as const

/** Which edges leave each corner, with the dark field on their right hand side. */
function edgesOf(fields: boolean[][]): Uint8Array {
  const width = fields.length + 1
  const edges = new Uint8Array(width * width)
  const add = (corner: number, heading: number) => void (edges[corner] = edges[corner]! | (1 << heading))
  fields.forEach((row, y) =>
    row.forEach((isDark, x) => {
      if (!isDark) return
      const corner = y * width + x
      if (!fields[y - 1]?.[x]) add(corner, 0)
      if (!row[x + 1]) add(corner + 1, 1)
      if (!fields[y + 1]?.[x]) add(corner + width + 1, 2)
      if (!row[x - 1]) add(corner + width, 3)
    }),
  )
  return edges
}

/**
 * Borders of the dark fields, each a closed loop of corners. Where two fields touch in a corner only, a loop turns right and
 * stays with its own field.
 */
export function bordersOf(fields: boolean[][]): Point[][] {
  const edges = edgesOf(fields)
  const loops: Point[][] = []
  for (let corner = 0; corner < edges.length; corner++) {
    while (edges[corner] !== 0) loops.push(walk(corner, fields.length + 1, edges))
  }
  return loops
}

/** Follows edges from a corner until it is back, and takes them away; corners on a straight line are left out. */
function walk(start: number, width: number, edges: Uint8Array): Point[] {
  const corners: Point[] = []
  let position = start
  let heading = -1
  do {
    const leaving = edges[position]!
    const right = (heading + 1) % 4
    const next = heading >= 0 && leaving & (1 << right) ? right : 31 - Math.clz32(leaving & -leaving)
    edges[position] = leaving & ~(1 << next)
    if (next !== heading) corners.push([position % width, Math.floor(position / width)])
    heading = next
    position += DOWN[next]! * width + ACROSS[next]!
  } while (position !== start)
  return corners
}

/** The code in the middle of the box, with its margin of light. Throws RenderRefused when the text is too long. */
export function qrPath(text: string, box: Box): PathStep[] {
  const key = `${box.x} ${box.y} ${box.width} ${box.height} ${text}`
  const known = kept.get(key)
  if (known) return known
  const path = drawn(text, box)
  kept.set(key, path)
  return path
}

function drawn(text: string, box: Box): PathStep[] {
  let fields: boolean[][]
  try {
    fields = encode(text, { ecc: 'M', boostEcc: false, border: 0 }).data
  } catch {
    throw new RenderRefused(`the QR code would have to hold ${text.length} letters, which is more than fit into one`)
  }
  const side = Math.min(box.width, box.height)
  const unit = side / (fields.length + 2 * QUIET)
  const left = box.x + (box.width - side) / 2 + QUIET * unit
  const top = box.y + (box.height - side) / 2 + QUIET * unit
  return bordersOf(fields).flatMap((corners) => [
    ...corners.map(([column, row], index): PathStep => [
      index === 0 ? 'M' : 'L',
      left + column * unit,
      top + row * unit,
    ]),
    ['Z'],
  ])
}

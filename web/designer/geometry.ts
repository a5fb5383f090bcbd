/** Boxes on the page, in millimetres: where they are when turned, how a handle changes them, what they snap to. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
  rotation?: number | undefined
}
export interface Bounds {
  left: number
  top: number
  right: number
  bottom: number
}
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const
export type Handle = (typeof HANDLES)[number]

/** Lengths are kept to a hundredth of a millimetre. */
export const tidy = (length: number): number => Math.round(length * 100) / 100
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** The upright rectangle around a turned box. */
export function boundsOf({ x, y, width, height, rotation = 0 }: Box): Bounds {
  const cos = Math.abs(Math.cos(radians(rotation)))
  const sin = Math.abs(Math.sin(radians(rotation)))
  const halfWidth = (width * cos + height * sin) / 2
  const halfHeight = (width * sin + height * cos) / 2
  const middleX = x + width / 2
  const middleY = y + height / 2
  return {
    left: middleX - halfWidth,
    right: middleX + halfWidth,
    top: middleY - halfHeight,
    bottom: middleY + halfHeight,
  }
}

export function union(all: Bounds[]): Bounds {
  return {
    left: Math.min(...all.map(({ left }) => left)),
    top: Math.min(...all.map(({ top }) => top)),
    right: Math.max(...all.map(({ right }) => right)),
    bottom: Math.max(...all.map(({ bottom }) => bottom)),
  }
}

export const overlap = (one: Bounds, other: Bounds): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom

export interface ResizeOptions {
  handle: Handle
  /** How far the pointer went, on the page. */
  dx: number
  dy: number
  keepShape?: boolean
  least: { width: number; height: number }
}

/** The box after a handle was pulled; the opposite edge or corner stays where it is, also when the box is turned. */
export function resized(box: Box, { handle, dx, dy, keepShape = false, least }: ResizeOptions): Box {
  const angle = radians(box.rotation ?? 0)
  const localX = dx * Math.cos(angle) + dy * Math.sin(angle)
  const localY = -dx * Math.sin(angle) + dy * Math.cos(angle)
  const towardsX = handle.includes('e') ? 1 : handle.includes('w') ? -1 : 0
  const towardsY = handle.includes('s') ? 1 : handle.includes('n') ? -1 : 0
  let width = Math.max(least.width, box.width + towardsX * localX)
  let height = Math.max(least.height, box.height + towardsY * localY)
  if (keepShape && towardsX !== 0 && towardsY !== 0 && box.width > 0 && box.height > 0) {
    const factor = Math.max(width / box.width, height / box.height)
    width = box.width * factor
    height = box.height * factor
  }
  // The middle moves by half of what was added, along the box's own axes.
  const shiftX = (towardsX * (width - box.width)) / 2
  const shiftY = (towardsY * (height - box.height)) / 2
  const middleX = box.x + box.width / 2 + shiftX * Math.cos(angle) - shiftY * Math.sin(angle)
  const middleY = box.y + box.height / 2 + shiftX * Math.sin(angle) + shiftY * Math.cos(angle)
  return { ...box, x: middleX - width / 2, y: middleY - height / 2, width, height }
}

/** A box of a group whose bounds went from one rectangle to another. */
export function regrouped(box: Box, from: Bounds, to: Bounds): Box {
  const scale = (value: number, low: number, high: number, newLow: number, newHigh: number) =>
    high === low ? newLow : newLow + ((value - low) * (newHigh - newLow)) / (high - low)
  const left = scale(box.x, from.left, from.right, to.left, to.right)
  const right = scale(box.x + box.width, from.left, from.right, to.left, to.right)
  const top = scale(box.y, from.top, from.bottom, to.top, to.bottom)
  const bottom = scale(box.y + box.height, from.top, from.bottom, to.top, to.bottom)
  return { ...box, x: left, y: top, width: Math.max(0.1, right - left), height: Math.max(0, bottom - top) }
}

/** Degrees from the middle of the box to a point, 0 at the top, clockwise; 15-degree steps or close to a right angle. */
export function angleTo(box: Box, point: { x: number; y: number }, steps: boolean): number {
  const degrees =
    (Math.atan2(point.x - (box.x + box.width / 2), box.y + box.height / 2 - point.y) * 180) / Math.PI + 360
  const step = steps ? 15 : 90
  const nearest = Math.round(degrees / step) * step
  const turned = steps || Math.abs(degrees - nearest) < 3 ? nearest : Math.round(degrees * 10) / 10
  return turned % 360
}

export interface Lines {
  x: number[]
  y: number[]
}
export interface Snapped {
  dx: number
  dy: number
  /** Guide lines to show. */
  lines: Lines
}

/** Lines that boxes snap to: page, its middle, its margins, and the neighbours' edges and middles. */
export function snapLines(page: { width: number; height: number }, margin: number, neighbours: Bounds[]): Lines {
  const { width, height } = page
  const x = [0, width / 2, width]
  const y = [0, height / 2, height]
  if (margin > 0) {
    x.push(margin, width - margin)
    y.push(margin, height - margin)
  }
  for (const { left, top, right, bottom } of neighbours) {
    x.push(left, (left + right) / 2, right)
    y.push(top, (top + bottom) / 2, bottom)
  }
  return { x, y }
}

/** The smallest step that brings one of the values onto a line, if one is near enough. */
function nearest(values: number[], lines: number[], reach: number): { by: number; at: number[] } {
  let by = Infinity
  for (const value of values) for (const line of lines) if (Math.abs(line - value) < Math.abs(by)) by = line - value
  if (Math.abs(by) > reach) return { by: 0, at: [] }
  const met = lines.filter((line) => values.some((value) => Math.abs(value + by - line) < 0.005))
  return { by, at: [...new Set(met)] }
}

/** A moving rectangle snaps with its edges and its middle; a resized one only with the edges that move. */
export function snap(moving: Bounds, lines: Lines, reach: number, handle?: Handle): Snapped {
  const { left, right, top, bottom } = moving
  const xs = handle
    ? [...(handle.includes('w') ? [left] : []), ...(handle.includes('e') ? [right] : [])]
    : [left, (left + right) / 2, right]
  const ys = handle
    ? [...(handle.includes('n') ? [top] : []), ...(handle.includes('s') ? [bottom] : [])]
    : [top, (top + bottom) / 2, bottom]
  const x = nearest(xs, lines.x, reach)
  const y = nearest(ys, lines.y, reach)
  return { dx: x.by, dy: y.by, lines: { x: x.at, y: y.at } }
}

export type Edge = 'left' | 'centerX' | 'right' | 'top' | 'centerY' | 'bottom'

/** How far a box goes to stand at this edge of a frame. */
export function alignStep(box: Bounds, frame: Bounds, edge: Edge): { dx: number; dy: number } {
  if (edge === 'left') return { dx: frame.left - box.left, dy: 0 }
  if (edge === 'right') return { dx: frame.right - box.right, dy: 0 }
  if (edge === 'centerX') return { dx: (frame.left + frame.right - box.left - box.right) / 2, dy: 0 }
  if (edge === 'top') return { dx: 0, dy: frame.top - box.top }
  if (edge === 'bottom') return { dx: 0, dy: frame.bottom - box.bottom }
  return { dx: 0, dy: (frame.top + frame.bottom - box.top - box.bottom) / 2 }
}

/** Steps that make the gaps between boxes equal; the outermost two stay. */
export function spreadSteps(boxes: Bounds[], along: 'x' | 'y'): number[] {
  const low = along === 'x' ? 'left' : 'top'
  const high = along === 'x' ? 'right' : 'bottom'
  const order = boxes.map((_, index) => index).sort((one, other) => boxes[one]![low] - boxes[other]![low])
  const last = Math.max(...boxes.map((box) => box[high]))
  const taken = boxes.reduce((sum, box) => sum + box[high] - box[low], 0)
  const gap = (last - boxes[order[0]!]![low] - taken) / (boxes.length - 1)
  const steps = boxes.map(() => 0)
  let at = boxes[order[0]!]![low]
  for (const index of order) {
    const box = boxes[index]!
    steps[index] = at - box[low]
    at += box[high] - box[low] + gap
  }
  return steps
}

/** A laid-out page: what the three writers (PDF, SVG, raster) paint, in this order. Points, y down, origin top left of the bleed box. */
import type { DesignProblem } from '../domain/designs.ts'
import type { Face } from './faces.ts'

/** a b c d e f of an affine map, as in SVG and PDF. */
export type Matrix = [number, number, number, number, number, number]

export interface Glyph {
  /** Glyph id in the font. */
  id: number
  /** From the start of its run, to the right. */
  x: number
  /** From the baseline, upwards: the glyph's own space is that of its font. */
  y: number
  advance: number
  /** Index into the line's text of the first letter it stands for. */
  cluster: number
}
export interface Run {
  face: Face
  size: number
  glyphs: Glyph[]
  width: number
  /** Of the line's text: from start to end. */
  start: number
  end: number
  /** UAX #9 embedding level; odd = right to left. */
  level: number
}
export interface Line {
  /** Baseline origin. */
  x: number
  y: number
  width: number
  text: string
  /** In visual order. */
  runs: Run[]
}

interface Painted {
  /** Element it comes from. */
  element: string
  /** Null = upright. */
  matrix: Matrix | null
  opacity: number
}
export type DisplayItem =
  | (Painted & { kind: 'text'; color: string; lines: Line[]; link: string | null; box: Box })
  | (Painted & {
      kind: 'image'
      /** SHA-256 of the asset. */
      asset: string
      box: Box
      /** The picture's own place, which may stick out of the box (cover). */
      place: Box
      alt: string
    })
  | (Painted & {
      kind: 'path'
      /** Absolute M, L, C and Z only, in points. */
      path: PathStep[]
      fill: string | null
      stroke: string | null
      strokeWidth: number
      dash: [number, number] | null
      rule: 'nonzero' | 'evenodd'
      /** '' = decoration. */
      alt: string
      box: Box
    })

export interface Box {
  x: number
  y: number
  width: number
  height: number
}
export type PathStep =
  ['M', number, number] | ['L', number, number] | ['C', number, number, number, number, number, number] | ['Z']

export interface DisplayList {
  /** Of the bleed box. */
  width: number
  height: number
  bleed: number
  background: string | null
  items: DisplayItem[]
  problems: DesignProblem[]
}

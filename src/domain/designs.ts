/**
 * What a certificate looks like, as data: a page and its elements. Lengths are millimetres, font sizes points, the origin
 * is the top left corner of the trimmed page. A published template version freezes its design.
 */

/** `#rrggbb` */
export type Color = string

interface Placed {
  /** Unique in the design; what problems and the designer name. */
  id: string
  /** As the layers list shows it. */
  name?: string
  x: number
  y: number
  width: number
  height: number
  /** Degrees, clockwise, around the middle of the box. */
  rotation?: number
  /** 0 to 1. */
  opacity?: number
  /** The designer neither moves nor changes it. */
  locked?: boolean
  hidden?: boolean
}

export interface TextElement extends Placed {
  kind: 'text'
  /** May hold {{placeholders}}; lines are separated by \n. */
  text: string
  /** Id of a font face: `noto-serif`, `noto-serif-bold`, `asset_…`. */
  font: string
  size: number
  /** Shrinks to fit, down to this; absent = it does not shrink. */
  minSize?: number
  color: Color
  align?: 'left' | 'center' | 'right'
  valign?: 'top' | 'middle' | 'bottom'
  wrap?: boolean
  /** Points between letters. */
  tracking?: number
  /** Line height in units of the size; 1.25 when absent. */
  leading?: number
  uppercase?: boolean
  /** http, https or mailto; may hold placeholders. */
  link?: string
}
export interface ImageElement extends Placed {
  kind: 'image'
  /** `asset_…`. */
  asset: string
  /** `fill` stretches; `cover` crops; default `contain`. */
  fit?: 'contain' | 'cover' | 'fill'
  /** What is on it, for those who cannot see it; '' = decoration. */
  alt?: string
}
export interface ShapeElement extends Placed {
  kind: 'rect' | 'ellipse' | 'line'
  fill?: Color
  stroke?: Color
  /** Millimetres. */
  strokeWidth?: number
  /** Corner radius of a rect, millimetres. */
  radius?: number
  /** Dash and gap, millimetres. */
  dash?: [number, number]
}
/** A drawing: ornaments, frames, guilloches. */
export interface PathElement extends Placed {
  kind: 'path'
  /** SVG path data of M L H V C S Q T A Z, in units of the view box. */
  d: string
  /** Width and height of the drawing's own coordinates, stretched over the box. */
  viewBox: [number, number]
  fill?: Color
  stroke?: Color
  strokeWidth?: number
  /** How overlapping parts are filled; default nonzero. */
  rule?: 'nonzero' | 'evenodd'
}
export interface QrElement extends Placed {
  kind: 'qr'
  /** What it says; default `{{verification_url}}`. */
  data?: string
  color?: Color
  background?: Color
}
export type DesignElement = TextElement | ImageElement | ShapeElement | PathElement | QrElement

export interface Design {
  page: {
    width: number
    height: number
    /** Millimetres around the trimmed page that a printer cuts off; 0 to 10. */
    bleed?: number
    background?: Color
  }
  /** Painted in this order. */
  elements: DesignElement[]
}

/** Where a placeholder's value comes from, beside the template's own fields. */
export const DESIGN_PLACEHOLDERS = [
  'recipient.name',
  'template.name',
  'issuer.name',
  'certificate.id',
  'verification_url',
  'issued_on',
  'expires_at',
  'version',
] as const

/** What would be wrong with a rendering. Either one refuses the row before anything is anchored. */
export interface DesignProblem {
  /** Id of the element. */
  element: string
  kind: 'missing_letters' | 'does_not_fit'
  /** For missing_letters: the letters no font can draw. */
  letters?: string[]
  /** The text as it was filled in. */
  text: string
}

/** What stands across a rendering that must not pass for a living certificate. */
export type DesignMark = 'sandbox' | 'revoked' | 'replaced' | 'expired' | 'preview'

export const PAGE_SIZES = {
  a4: { width: 297, height: 210 },
  a4_portrait: { width: 210, height: 297 },
  letter: { width: 279.4, height: 215.9 },
  letter_portrait: { width: 215.9, height: 279.4 },
} as const

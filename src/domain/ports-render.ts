/** What actions and pages need of the drawing of certificates. render/ implements it, wire.ts hands it out. */
import type { Design, DesignMark, DesignProblem } from './designs.ts'

/** One rendering: the same job always gives the same bytes. */
export interface RenderJob {
  design: Design
  /** Placeholder → text, as people read it (dates are written out already). */
  values: Record<string, string>
  /** BCP 47; decides shaping and the words of the mark. */
  language: string
  mark: DesignMark | null
  /** Gives the bytes of an asset by its id, or undefined when there is none. */
  asset: AssetSource
}
export interface AssetSource {
  (id: string): Promise<RenderAsset | undefined>
  /**
   * Whose assets these are. Where it is named, an asset is asked for once in the life of the worker, and what was found in
   * one scope is not found in another; without it each job asks.
   */
  scope?: string
}
export interface RenderAsset {
  /** Content address: the worker keeps what it has seen. */
  sha256: string
  mediaType: 'image/jpeg' | 'image/png' | 'font/ttf' | 'font/otf'
  bytes: Uint8Array
}
/** What the PDF says of itself and carries. Unix milliseconds; no clock is asked. */
export interface PdfFacts {
  title: string
  author: string
  subject: string
  language: string
  createdAt: number
  /** The signed file as served; null leaves it out (preview, sandbox proof). */
  credential: Uint8Array | null
}
export interface FontFace {
  /** What a design names: `noto-serif`, `noto-serif-bold-italic`. */
  id: string
  family: string
  /** `Regular`, `Bold Italic`. */
  style: string
  weight: number
  italic: boolean
  /** serif, sans, display, script or fallback (for a script). */
  kind: 'serif' | 'sans' | 'display' | 'script' | 'fallback'
}
export interface InspectedFont {
  family: string
  style: string
  glyphs: number
  /** False: the font's licence bits forbid embedding. */
  embeddable: boolean
}
export interface NormalizedImage {
  bytes: Uint8Array
  mediaType: 'image/jpeg' | 'image/png'
  width: number
  height: number
}
/** The file or the design cannot be rendered; the message is for the person who sent it. */
export class RenderRefused extends Error {
  override name = 'RenderRefused'
}
/** Too much to draw at once, or the program is stopping: it says nothing about the job, which may be asked for again. */
export class RenderUnavailable extends Error {
  override name = 'RenderUnavailable'
}
/** Draws certificates, off the main loop. It reaches no network and no file. Every method may throw RenderUnavailable. */
export interface Renderer {
  /** Lays out and draws nothing. */
  check(job: RenderJob): Promise<DesignProblem[]>
  /** Text as outlines; images as data URIs, or as links where `href` (asset id → address) is given. With the bleed. */
  svg(job: RenderJob, href?: Record<string, string>): Promise<{ svg: string; problems: DesignProblem[] }>
  /** `width` in pixels, 16 to 4096. Without the bleed. */
  raster(job: RenderJob, options: { width: number; format: 'png' | 'jpeg' | 'webp' }): Promise<Uint8Array>
  pdf(job: RenderJob, facts: PdfFacts): Promise<Uint8Array>
  fonts(): Promise<FontFace[]>
  /** Throws RenderRefused for what is no TrueType or OpenType font that can be drawn with. */
  inspectFont(bytes: Uint8Array): Promise<InspectedFont>
  /**
   * JPEG, PNG, WebP, GIF or SVG (without script and outside references) → JPEG or PNG without metadata, upright, at most
   * `maxPixels` on its long side. Throws RenderRefused.
   */
  normalizeImage(bytes: Uint8Array, maxPixels: number): Promise<NormalizedImage>
  /** `credential.json` out of a PDF, or null when it carries none. Throws RenderRefused for what is no PDF. */
  credentialOf(pdf: Uint8Array): Promise<Uint8Array | null>
}

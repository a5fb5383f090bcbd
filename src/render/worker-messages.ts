/** What the main thread and the worker that draws say to each other. */
import type { PdfFacts, RenderAsset, RenderJob } from '../domain/ports.ts'

export interface RenderOpen {
  task: 'render'
  id: number
}
/** An asset a design names, by its content. */
export interface AssetName {
  id: string
  sha256: string
}
/** A job as it travels: the bytes of its assets come beside it, and only those the worker does not hold. */
export type PlainJob = Omit<RenderJob, 'asset'> & { assets: AssetName[] }

export type RenderTask =
  | { kind: 'check'; job: PlainJob }
  | { kind: 'svg'; job: PlainJob; href: Record<string, string> | null }
  | { kind: 'raster'; job: PlainJob; width: number; format: 'png' | 'jpeg' | 'webp' }
  | { kind: 'pdf'; job: PlainJob; facts: PdfFacts }
  | { kind: 'fonts' }
  | { kind: 'inspect-font'; bytes: Uint8Array }
  | { kind: 'normalize-image'; bytes: Uint8Array; maxPixels: number }
  | { kind: 'credential-of'; pdf: Uint8Array }

export interface RenderCommand {
  id: number
  task: RenderTask
  /** Assets the worker may not have seen yet. */
  assets: RenderAsset[]
}
export interface RenderAnswer {
  id: number
  result?: unknown
  /** SHA-256 of assets the worker no longer holds: ask again with them. */
  needs?: string[]
  error?: {
    /** The job's own fault: the message is for whoever sent it. */
    refused: boolean
    message: string
    /** The worker cannot be trusted after it: a new one takes over. */
    fatal: boolean
  }
}

/** What travels with a mail: the picture of the certificate, the issuer's logo, the PDF. Drawn when needed, never stored. */
import { trimmed } from '../domain/designs-letterbox.ts'
import type { Design } from '../domain/designs.ts'
import type { MailPicture } from '../domain/mails-compose.ts'
import {
  fitted,
  LOGO_BOX,
  MAX_LOGO_BYTES,
  MAX_PDF_BYTES,
  MAX_PICTURE_BYTES,
  PICTURE_BOX,
  roomForPictures,
  WIDTHS,
} from '../domain/mails-fit.ts'
import type { RenderJob } from '../domain/ports.ts'
import type { Partition } from '../domain/scopes.ts'
import type { ActionContext } from './context.ts'

export type PartRole = 'picture' | 'logo' | 'pdf'

/** A part that has not been made yet. */
export interface PlannedPart {
  role: PartRole
  name: string
  mediaType: string
  /** As the HTML shows it; null for a file to keep. */
  shown: MailPicture | null
  /** Null where it would be larger than `room`, or too large anyway. May throw what a Renderer throws. */
  make: (room: number) => Promise<Uint8Array | null>
}

/** One that was made. */
export interface MadePart {
  part: PlannedPart
  bytes: Uint8Array
}

/**
 * Makes all parts, one after the other, in the room that text and HTML leave. One that cannot be made is left out: the
 * mail matters more. `missing` is told why, and may throw where that is a reason to try again later.
 */
export async function makeParts(
  parts: PlannedPart[],
  beside: { text: string; html: string },
  missing: (part: PlannedPart, error: unknown) => void = () => {},
): Promise<MadePart[]> {
  const made: MadePart[] = []
  let room = roomForPictures(beside)
  for (const part of parts) {
    try {
      const bytes = await part.make(room)
      if (!bytes) missing(part, new Error('too large'))
      else made.push({ part, bytes })
      if (bytes && part.shown) room -= bytes.length
    } catch (error) {
      missing(part, error)
    }
  }
  return made
}

/** 600 pixels wide where it stands, drawn for screens of twice as many, smaller while it is too heavy. */
export function picturePart(
  { renderer }: ActionContext,
  page: Design['page'],
  jobOf: () => Promise<RenderJob>,
  messageId: string,
): PlannedPart {
  const size = fitted(page, PICTURE_BOX)
  return {
    role: 'picture',
    name: 'certificate.jpg',
    mediaType: 'image/jpeg',
    shown: { cid: `picture.${messageId}`, ...size },
    make: async (room) => {
      const drawn = await jobOf()
      const job = { ...drawn, design: trimmed(drawn.design) }
      for (const factor of WIDTHS) {
        const bytes = await renderer.raster(job, { width: Math.round(size.width * factor), format: 'jpeg' })
        if (bytes.length <= Math.min(MAX_PICTURE_BYTES, room)) return bytes
      }
      return null
    },
  }
}

/** Undefined where the asset is gone or no picture. */
export async function logoPart(
  { store, renderer }: ActionContext,
  partition: Partition,
  assetId: string,
  messageId: string,
): Promise<PlannedPart | undefined> {
  const scope = { partition, actor: 'system' }
  const asset = await store.assets.find(scope, assetId)
  if (!asset || (asset.mediaType !== 'image/png' && asset.mediaType !== 'image/jpeg')) return undefined
  const size = fitted(asset, LOGO_BOX)
  return {
    role: 'logo',
    name: asset.mediaType === 'image/png' ? 'logo.png' : 'logo.jpg',
    mediaType: asset.mediaType,
    shown: { cid: `logo.${messageId}`, ...size },
    make: async (room) => {
      const limit = Math.min(MAX_LOGO_BYTES, room)
      const bytes = await store.assets.content(scope, assetId)
      if (!bytes || bytes.length <= limit) return bytes ?? null
      const smaller = await renderer.normalizeImage(bytes, Math.max(size.width, size.height) * 2)
      return smaller.mediaType === asset.mediaType && smaller.bytes.length <= limit ? smaller.bytes : null
    },
  }
}

export const pdfPart = (make: () => Promise<Uint8Array>): PlannedPart => ({
  role: 'pdf',
  name: 'certificate.pdf',
  mediaType: 'application/pdf',
  shown: null,
  make: async () => {
    const bytes = await make()
    return bytes.length <= MAX_PDF_BYTES ? bytes : null
  },
})

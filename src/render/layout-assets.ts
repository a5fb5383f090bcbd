/** What a layout must know of the files a design names, fetched before it begins. */
import type { Design } from '../domain/designs.ts'
import { type RenderJob, RenderRefused } from '../domain/ports.ts'
import { assetIdsOf } from './assets-of.ts'
import type { HarfBuzzFace } from './fonts.ts'
import type { FaceLibrary } from './fonts-library.ts'

export type PlacedAsset =
  { kind: 'picture'; sha256: string; width: number; height: number } | { kind: 'font'; face: HarfBuzzFace }
/** By the id the design uses. */
export type PlacedAssets = ReadonlyMap<string, PlacedAsset>

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function pngSize(bytes: Uint8Array): [number, number] | undefined {
  if (bytes.length < 24 || view(bytes).getUint32(0) !== 0x89504e47) return undefined
  return [view(bytes).getUint32(16), view(bytes).getUint32(20)]
}

/** Walks the segments to the frame header. */
function jpegSize(bytes: Uint8Array): [number, number] | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1]!
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return [view(bytes).getUint16(at + 7), view(bytes).getUint16(at + 5)]
    at += 2 + view(bytes).getUint16(at + 2)
  }
  return undefined
}

/** Width and height in pixels of a JPEG or PNG; undefined for what is neither. */
export function pictureSize(bytes: Uint8Array): [width: number, height: number] | undefined {
  const size = pngSize(bytes) ?? jpegSize(bytes)
  return size && size[0] > 0 && size[1] > 0 ? size : undefined
}

/** Asks for every asset of the design once. Throws RenderRefused for one that is not there or cannot be drawn. */
export async function placeAssets(
  design: Design,
  asset: RenderJob['asset'],
  library: FaceLibrary,
): Promise<PlacedAssets> {
  const placed = new Map<string, PlacedAsset>()
  for (const id of assetIdsOf(design)) {
    // A picture the designer has not chosen yet leaves its place empty.
    const found = id === '' ? undefined : await asset(id)
    if (!found) continue
    const { sha256, bytes, mediaType } = found
    if (mediaType.startsWith('font/')) placed.set(id, { kind: 'font', face: library.upload(sha256, bytes) })
    else {
      const size = pictureSize(bytes)
      if (!size) throw new RenderRefused(`the picture "${id}" is no JPEG or PNG`)
      placed.set(id, { kind: 'picture', sha256, width: size[0], height: size[1] })
    }
  }
  return placed
}

/** Format and size of a picture from its first bytes, before anything is decoded. */
import { u16, u32 } from './sfnt.ts'

export interface ImageHeader {
  format: 'jpeg' | 'png' | 'gif' | 'webp'
  /** 0 = the file does not say, or is damaged. */
  width: number
  height: number
  /** Of a JPEG: 1 grey, 3 colours, 4 CMYK; 0 otherwise. */
  components: number
  /** Of a JPEG: how often its picture is gone through. */
  scans: number
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const text = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))
const little = (bytes: Uint8Array, at: number) => bytes[at]! | (bytes[at + 1]! << 8)
const none = { width: 0, height: 0, components: 0, scans: 0 }

/** What the file says it is by its first bytes; its name does not count. */
export function formatOf(bytes: Uint8Array): ImageHeader['format'] | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  if (PNG.every((byte, at) => bytes[at] === byte)) return 'png'
  if (/^GIF8[79]a$/.test(text(bytes, 0, 6))) return 'gif'
  return text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP' ? 'webp' : undefined
}

/** Sizes are 0 where the file does not say. Only for what `formatOf` knows. */
export function readHeader(bytes: Uint8Array): ImageHeader {
  const format = formatOf(bytes)
  if (format === 'jpeg') return { format, ...jpeg(bytes) }
  if (format === 'gif') return { format, ...none, ...gif(bytes) }
  if (format === 'webp') return { format, ...none, ...webp(bytes) }
  const isWhole = bytes.length >= 33 && text(bytes, 12, 16) === 'IHDR'
  return { format: 'png', ...none, ...(isWhole ? { width: u32(bytes, 16), height: u32(bytes, 20) } : {}) }
}

/** The largest of screen and frames: a frame may claim more than the screen. */
function gif(bytes: Uint8Array): { width: number; height: number } {
  if (bytes.length < 13) return { width: 0, height: 0 }
  return { width: little(bytes, 6), height: little(bytes, 8) }
}

function webp(bytes: Uint8Array): { width: number; height: number } {
  if (bytes.length < 30) return { width: 0, height: 0 }
  const kind = text(bytes, 12, 16)
  const three = (at: number) => bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
  if (kind === 'VP8X') return { width: three(24) + 1, height: three(27) + 1 }
  if (kind === 'VP8 ') return { width: little(bytes, 26) & 0x3fff, height: little(bytes, 28) & 0x3fff }
  if (kind !== 'VP8L') return { width: 0, height: 0 }
  const bits = little(bytes, 21) + little(bytes, 23) * 65_536
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

function jpeg(bytes: Uint8Array): Omit<ImageHeader, 'format'> {
  const header = { ...none }
  let at = 2
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff)
      at++ // inside a scan
    else {
      const marker = bytes[at + 1]!
      if (marker === 0xd9) break
      if (marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd8) || marker === 1)
        at += marker === 0xff ? 1 : 2
      else {
        if (isFrame(marker) && at + 10 <= bytes.length && header.width === 0) {
          header.height = u16(bytes, at + 5)
          header.width = u16(bytes, at + 7)
          header.components = bytes[at + 9]!
        }
        if (marker === 0xda) header.scans++
        at += 2 + u16(bytes, at + 2)
      }
    }
  }
  return header
}

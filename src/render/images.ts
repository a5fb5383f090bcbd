/** Uploaded pictures → JPEG or PNG of our own making: upright, without metadata, at most so many pixels wide or high. */
import UPNG from '@cantoo/pdf-lib/upng'
import { systemClock, type Clock } from '../domain/clock.ts'
import { RenderRefused, type NormalizedImage } from '../domain/ports.ts'
import { formatOf, readHeader, type ImageHeader } from './images-header.ts'
import { plainPng } from './images-png.ts'
import { cleanSvg } from './images-svg.ts'
import { rasterizePng } from './resvg.ts'

export const MAX_IMAGE_BYTES = 20_000_000
const MAX_SVG_BYTES = 4_000_000
/** A3 at 400 dots per inch has 31 million. */
const MAX_DECODED_PIXELS = 40_000_000
const MAX_SIDE = 16_384
const MAX_SCANS = 64
const SVG_PIXELS = 2_400
const TRIAL_PIXELS = 240
const TRIAL_MS = 400
const WARM = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
const QUALITY = 85
/** A drawing with few colours stays PNG: it is sharper, and not larger. */
const PNG_MAY_COST = 1.5

/** Throws RenderRefused with what is wrong and what cures it. */
export async function normalizeImage(
  bytes: Uint8Array,
  maxPixels: number,
  clock: Clock = systemClock,
): Promise<NormalizedImage> {
  if (!Number.isInteger(maxPixels) || maxPixels < 1 || maxPixels > MAX_SIDE)
    throw new RangeError(`maxPixels ${maxPixels} is not between 1 and ${MAX_SIDE}`)
  if (bytes.length === 0) throw new RenderRefused('the file is empty')
  if (bytes.length > MAX_IMAGE_BYTES)
    throw new RenderRefused(`the picture has more than ${MAX_IMAGE_BYTES / 1_000_000} MB: save it smaller`)
  const format = formatOf(bytes)
  if (format === undefined) return fromSvg(bytes, maxPixels, clock)
  const header = readHeader(bytes)
  checkSize(header)
  return fromPixels(format === 'png' ? plainPng(bytes) : bytes, format, maxPixels)
}

function checkSize({ format, width, height, components, scans }: ImageHeader): void {
  if (width === 0 || height === 0)
    throw new RenderRefused(`the ${format.toUpperCase()} file is damaged: it has no size`)
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_DECODED_PIXELS)
    throw new RenderRefused(
      `the picture has ${width} × ${height} pixels; at most ${MAX_SIDE} on a side and ${MAX_DECODED_PIXELS / 1_000_000} million in all can be used: save it smaller`,
    )
  if (format !== 'jpeg') return
  if (components === 4) throw new RenderRefused('the JPEG is in CMYK colours: save it as RGB')
  if (scans === 0 || scans > MAX_SCANS) throw new RenderRefused('the JPEG is damaged: save it again as a plain JPEG')
}

async function fromPixels(bytes: Uint8Array, format: string, maxPixels: number): Promise<NormalizedImage> {
  const open = () => {
    const image = new Bun.Image(bytes, { maxPixels: MAX_DECODED_PIXELS, autoOrient: true })
    return image.resize(maxPixels, maxPixels, { fit: 'inside', withoutEnlargement: true })
  }
  try {
    if (format === 'jpeg') return named(await open().jpeg({ quality: QUALITY }).bytes())
    const png = await open().png({ compressionLevel: 9 }).bytes()
    const isLossless = format !== 'webp' || isLosslessWebp(bytes)
    return await smaller(png, isLossless)
  } catch (error) {
    if (error instanceof RenderRefused) throw error
    throw new RenderRefused(`the ${format.toUpperCase()} file is damaged and cannot be read: save it again`)
  }
}

const isLosslessWebp = (bytes: Uint8Array) => String.fromCharCode(...bytes.subarray(12, 16)) === 'VP8L'

/** Transparency needs PNG; a photograph is far smaller as JPEG. */
async function smaller(png: Uint8Array, isLossless: boolean): Promise<NormalizedImage> {
  if (hasTransparency(png)) return named(png)
  const jpeg = await new Bun.Image(png).jpeg({ quality: QUALITY }).bytes()
  return named(isLossless && png.length <= jpeg.length * PNG_MAY_COST ? png : jpeg)
}

function hasTransparency(png: Uint8Array): boolean {
  const pixels = new Uint8Array(UPNG.toRGBA8(UPNG.decode(png.slice().buffer))[0]!)
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 255) return true
  return false
}

async function fromSvg(bytes: Uint8Array, maxPixels: number, clock: Clock): Promise<NormalizedImage> {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 1_024))
  if (!/^(\u00ef\u00bb\u00bf)?\s*</.test(start))
    throw new RenderRefused('the file is no picture that can be used: save it as JPEG, PNG, WebP, GIF or SVG')
  if (bytes.length > MAX_SVG_BYTES)
    throw new RenderRefused(`the SVG has more than ${MAX_SVG_BYTES / 1_000_000} MB: upload it as PNG`)
  const { svg, width, height } = cleanSvg(bytes)
  const side = Math.min(maxPixels, SVG_PIXELS)
  const wide = Math.round((side * width) / Math.max(width, height))
  const high = Math.round((side * height) / Math.max(width, height))
  if (wide < 1 || high < 1) throw new RenderRefused('the SVG is thinner than a pixel')
  await tryOut(svg, Math.max(1, Math.round((wide * TRIAL_PIXELS) / side)), clock)
  const image = new Bun.Image(await rasterizePng(svg, wide)).resize(wide, high, {
    fit: 'inside',
    withoutEnlargement: true,
  })
  return smaller(await image.png({ compressionLevel: 9 }).bytes(), true)
}

/**
 * A hundredth of the pixels take about a hundredth of the time. It is asked before, because nothing can stop WebAssembly that
 * paints the whole page ten thousand times.
 */
async function tryOut(svg: string, width: number, clock: Clock): Promise<void> {
  await rasterizePng(WARM, 1) // the first drawing of all takes long
  const began = clock.now()
  await rasterizePng(svg, width)
  if (clock.now() - began > TRIAL_MS)
    throw new RenderRefused('the SVG is too elaborate to be drawn here: upload it as PNG')
}

function named(bytes: Uint8Array): NormalizedImage {
  const { format, width, height } = readHeader(bytes)
  return { bytes, mediaType: format === 'png' ? 'image/png' : 'image/jpeg', width, height }
}

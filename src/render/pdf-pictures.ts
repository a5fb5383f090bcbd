/** Pictures as PDF objects: JPEG bytes as they are, PNG as colours and a soft mask, worked out once. */
import UPNG from '@cantoo/pdf-lib/upng'
import type { PDFContext, PDFRawStream, PDFRef } from '@cantoo/pdf-lib'
import { RenderRefused, type RenderAsset } from '../domain/ports.ts'
import { readHeader } from './images-header.ts'
import { ByteCache } from './byte-cache.ts'
import { deflate } from './pdf-syntax.ts'

interface Unpacked {
  width: number
  height: number
  /** Deflated, three bytes a pixel. */
  colors: Uint8Array
  /** Deflated, one byte a pixel; null where nothing is transparent. */
  alpha: Uint8Array | null
}

const MAX_CACHED = 48_000_000
const BULK = 65_536

/** PNG pictures that were unpacked, by their content. */
export class PdfPictures {
  readonly #unpacked = new ByteCache<Unpacked>(MAX_CACHED, ({ colors, alpha }) => colors.length + (alpha?.length ?? 0))

  /** Registers the picture; `soft` tells of transparency in it. */
  put(context: PDFContext, asset: RenderAsset): { ref: PDFRef; soft: boolean } {
    const common = { Type: 'XObject', Subtype: 'Image', BitsPerComponent: 8 }
    if (asset.mediaType === 'image/jpeg') {
      const { width, height, components } = jpegHeader(asset)
      const ColorSpace = components === 1 ? 'DeviceGray' : 'DeviceRGB'
      const dict = { ...common, Width: width, Height: height, ColorSpace, Filter: 'DCTDecode' }
      return { ref: context.register(inBulk(context.stream(asset.bytes, dict))), soft: false }
    }
    const { width, height, colors, alpha } = this.#unpacked.get(asset.sha256) ?? this.#unpack(asset)
    const size = { ...common, Width: width, Height: height, Filter: 'FlateDecode' }
    const mask = alpha && context.register(inBulk(context.stream(alpha, { ...size, ColorSpace: 'DeviceGray' })))
    const dict = { ...size, ColorSpace: 'DeviceRGB', ...(mask ? { SMask: mask } : {}) }
    return { ref: context.register(inBulk(context.stream(colors, dict))), soft: mask !== null }
  }

  #unpack(asset: RenderAsset): Unpacked {
    const { width, height } = readHeader(asset.bytes)
    const png = UPNG.decode(asset.bytes.slice().buffer)
    const pixels = new Uint8Array(UPNG.toRGBA8(png)[0]!)
    const colors = new Uint8Array(width * height * 3)
    const alpha = new Uint8Array(width * height)
    let isOpaque = true
    for (let pixel = 0, from = 0, to = 0; pixel < alpha.length; pixel++) {
      colors[to++] = pixels[from++]!
      colors[to++] = pixels[from++]!
      colors[to++] = pixels[from++]!
      const opacity = pixels[from++]!
      alpha[pixel] = opacity
      if (opacity !== 255) isOpaque = false
    }
    const unpacked = { width, height, colors: deflate(colors), alpha: isOpaque ? null : deflate(alpha) }
    this.#unpacked.set(asset.sha256, unpacked)
    return unpacked
  }
}

/** What the output intent cannot describe is not put into a file that claims PDF/A; uploads never have it. */
function jpegHeader({ bytes }: RenderAsset) {
  const header = readHeader(bytes)
  if (header.components === 4) throw new RenderRefused('a picture is in CMYK colours: save it as RGB')
  return header
}

const ascii = new TextEncoder()
const OPEN = ascii.encode('\nstream\n')
const CLOSE = ascii.encode('\nendstream')
/** The library copies streams byte by byte, which takes milliseconds for a background; the outcome is the same. */
function inBulk(stream: PDFRawStream): PDFRawStream {
  if (stream.contents.length < BULK) return stream
  stream.copyBytesInto = (buffer, start) => {
    stream.updateDict()
    let at = start + stream.dict.copyBytesInto(buffer, start)
    for (const part of [OPEN, stream.contents, CLOSE]) {
      buffer.set(part, at)
      at += part.length
    }
    return at - start
  }
  return stream
}

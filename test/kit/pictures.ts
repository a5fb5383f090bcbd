/** Pictures made in the tests: PNG chunk by chunk, JPEG and WebP by Bun's encoders. */
import { crc32, deflateSync } from 'node:zlib'

export type Paint = (x: number, y: number) => [red: number, green: number, blue: number, opacity: number]

const SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const ascii = (text: string) => new TextEncoder().encode(text)
const number = (value: number) => new Uint8Array([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255])
export const bytesOf = (...parts: Array<Uint8Array | string>): Uint8Array =>
  Uint8Array.from(Buffer.concat(parts.map((part) => (typeof part === 'string' ? ascii(part) : part))))

export function chunk(name: string, content: Uint8Array, checksum?: number): Uint8Array {
  const named = bytesOf(name, content)
  return bytesOf(number(content.length), named, number(checksum ?? crc32(named)))
}
/** Eight bits a channel; kind 2 = colours, 6 = colours and opacity. */
export const pngHead = (width: number, height: number, kind = 6) =>
  bytesOf(SIGNATURE, chunk('IHDR', bytesOf(number(width), number(height), new Uint8Array([8, kind, 0, 0, 0]))))
export const pngEnd = () => chunk('IEND', new Uint8Array())

export function png(width: number, height: number, paint: Paint): Uint8Array {
  const rows = new Uint8Array((width * 4 + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows.set(paint(x, y), y * (width * 4 + 1) + 1 + x * 4)
  return bytesOf(pngHead(width, height), chunk('IDAT', new Uint8Array(deflateSync(rows))), pngEnd())
}
export const plain: Paint = () => [200, 30, 30, 255]
export const gradient: Paint = (x, y) => [x % 256, y % 256, (x * y) % 256, 255]

export const jpeg = (width: number, height: number, paint: Paint = gradient) =>
  new Bun.Image(png(width, height, paint)).jpeg({ quality: 90 }).bytes()
export const webp = (width: number, height: number, paint: Paint = gradient) =>
  new Bun.Image(png(width, height, paint)).webp({ quality: 80 }).bytes()

/** One segment behind the start of a JPEG. */
export const withSegment = (picture: Uint8Array, marker: number, content: Uint8Array): Uint8Array =>
  bytesOf(
    picture.subarray(0, 2),
    new Uint8Array([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]),
    content,
    picture.subarray(2),
  )
/** EXIF that says how the camera was held; 6 = turn it clockwise. */
export const exif = (orientation: number) =>
  bytesOf(
    'Exif\0\0',
    'II*\0',
    new Uint8Array([8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]),
  )

/** A red and a white pixel; the frame's size may lie. */
export const gif = (width = 2, height = 1, frameWidth = width, frameHeight = height): Uint8Array => {
  const two = (value: number) => new Uint8Array([value & 255, value >> 8])
  return bytesOf(
    'GIF89a',
    two(width),
    two(height),
    new Uint8Array([0x80, 0, 0, 255, 0, 0, 255, 255, 255]),
    new Uint8Array([0x2c, 0, 0, 0, 0]),
    two(frameWidth),
    two(frameHeight),
    new Uint8Array([0, 2, 2, 0x44, 0x0a, 0, 0x3b]),
  )
}

/** Red, green, blue and opacity of every pixel of a PNG, JPEG or WebP, as Bun's own decoder sees them. */
export async function pixelsOf(
  picture: Uint8Array,
): Promise<{ width: number; height: number; at: (x: number, y: number) => number[] }> {
  const { default: UPNG } = await import('@cantoo/pdf-lib/upng')
  const flat = await new Bun.Image(picture).png().bytes()
  const decoded = UPNG.decode(flat.slice().buffer)
  const rgba = new Uint8Array(UPNG.toRGBA8(decoded)[0]!)
  const { width, height } = decoded
  return { width, height, at: (x, y) => [...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)] }
}

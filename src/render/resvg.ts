/** SVG → pixels, by resvg in WebAssembly. It has no fonts and resolves no references to files. */
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import resvgWasm from '@resvg/resvg-wasm/index_bg.wasm' with { type: 'file' }
import { RenderRefused } from '../domain/ports.ts'

export interface Pixels {
  width: number
  height: number
  /** Red, green, blue, opacity; colours are premultiplied. */
  rgba: Uint8Array
}

let ready: Promise<void> | null = null

/** `svg` must be our own, or have passed through images-svg.ts. */
export async function rasterize(svg: string, width: number): Promise<Pixels> {
  return drawn(svg, width, (image) => ({
    width: image.width,
    height: image.height,
    rgba: new Uint8Array(image.pixels),
  }))
}
/** The same as a PNG, transparent where nothing is painted. */
export function rasterizePng(svg: string, width: number): Promise<Uint8Array> {
  return drawn(svg, width, (image) => image.asPng())
}

type Image = ReturnType<InstanceType<typeof Resvg>['render']>
async function drawn<T>(svg: string, width: number, take: (image: Image) => T): Promise<T> {
  await (ready ??= Bun.file(resvgWasm)
    .arrayBuffer()
    .then((bytes) => initWasm(bytes)))
  const drawing = parsed(svg, width)
  try {
    const image = drawing.render()
    const taken = take(image)
    image.free()
    return taken
  } finally {
    drawing.free()
  }
}

function parsed(svg: string, width: number) {
  try {
    return new Resvg(svg, { fitTo: { mode: 'width', value: width }, font: { loadSystemFonts: false } })
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error
    throw new RenderRefused(`the SVG cannot be drawn: ${String(error instanceof Error ? error.message : error)}`)
  }
}

const HEADER = 54

/** Bun.Image takes no raw pixels, but it reads BMP: a header before blue, green, red, nothing; top row first. */
export function emptyBmp(width: number, height: number): { file: Uint8Array; pixels: Uint8Array } {
  const file = new Uint8Array(HEADER + width * height * 4)
  const view = new DataView(file.buffer)
  view.setUint16(0, 0x424d)
  view.setUint32(2, file.length, true)
  view.setUint32(10, HEADER, true)
  view.setUint32(14, 40, true)
  view.setInt32(18, width, true)
  view.setInt32(22, -height, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, 32, true)
  return { file, pixels: pixelsOf(file) }
}
export const pixelsOf = (bmp: Uint8Array) => bmp.subarray(HEADER)

/** An opaque page as PNG: three bytes a pixel and one kind of filter; a third of the time a general encoder takes, and smaller. */
import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const UP = 2
const RGB = 2
/** Above it packing takes four times as long for a tenth of the size. */
const LEVEL = 3

/** `bgra`: blue, green, red and something that does not count, row by row. */
export function pngOf(bgra: Uint8Array, width: number, height: number): Uint8Array {
  const head = new Uint8Array(13)
  const view = new DataView(head.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  head.set([8, RGB, 0, 0, 0], 8)
  const rows = deflateSync(filtered(bgra, width, height), { level: LEVEL })
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', new Uint8Array())])
}

/** Each row as its difference to the one above; above the first there is nothing. */
function filtered(bgra: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array((width * 3 + 1) * height)
  const stride = width * 4
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    out[to++] = UP
    for (let x = 0; x < width; x++, from += 4, to += 3) {
      const above = from - stride
      out[to] = bgra[from + 2]! - (y === 0 ? 0 : bgra[above + 2]!)
      out[to + 1] = bgra[from + 1]! - (y === 0 ? 0 : bgra[above + 1]!)
      out[to + 2] = bgra[from]! - (y === 0 ? 0 : bgra[above]!)
    }
  }
  return out
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const out = new Uint8Array(content.length + 12)
  const view = new DataView(out.buffer)
  view.setUint32(0, content.length)
  for (let at = 0; at < 4; at++) out[4 + at] = name.charCodeAt(at)
  out.set(content, 8)
  view.setUint32(out.length - 4, crc32(out.subarray(4, -4)))
  return out
}

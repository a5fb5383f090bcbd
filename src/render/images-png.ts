/** A PNG with nothing but its picture: chunks that hold texts, profiles, animations or other files are left out. */
import { crc32 } from 'node:zlib'
import { RenderRefused } from '../domain/ports.ts'
import { u32 } from './sfnt.ts'

/** Of the picture itself; tRNS is the transparency of palettes and single colours. */
const KEPT = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])
const SIGNATURE = 8
const damaged = (what: string) => new RenderRefused(`the PNG file is damaged (${what}): save it again`)

/** Checks the order and the checksums of the chunks; what comes behind the last is dropped. */
export function plainPng(bytes: Uint8Array): Uint8Array {
  const parts = [bytes.subarray(0, SIGNATURE)]
  const seen = new Set<string>()
  let at = SIGNATURE
  while (!seen.has('IEND')) {
    if (at + 12 > bytes.length) throw damaged('it is cut off')
    const length = u32(bytes, at)
    const end = at + 12 + length
    if (end > bytes.length) throw damaged('it is cut off')
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (seen.size === 0 && name !== 'IHDR') throw damaged('it does not begin with its size')
    if (seen.has(name) && name !== 'IDAT' && KEPT.has(name)) throw damaged(`${name} is there twice`)
    if (KEPT.has(name)) {
      if (crc32(bytes.subarray(at + 4, end - 4)) !== u32(bytes, end - 4)) throw damaged('a checksum is wrong')
      parts.push(bytes.subarray(at, end))
    }
    seen.add(name)
    at = end
  }
  if (!seen.has('IDAT')) throw damaged('it holds no picture')
  return Buffer.concat(parts)
}

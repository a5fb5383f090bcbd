/** CBOR (RFC 8949) as far as MerkleProof2019 needs it: unsigned integers, byte strings, text strings and arrays. */

export type Cbor = number | string | Uint8Array<ArrayBuffer> | Cbor[]

const UNSIGNED = 0
const BYTES = 2
const TEXT = 3
const ARRAY = 4

/** Appends values to one growing buffer, with the shortest heads and definite lengths. */
export class CborWriter {
  private buffer: Uint8Array<ArrayBuffer>
  private size = 0

  constructor(capacity = 512) {
    this.buffer = new Uint8Array(capacity)
  }

  private reserve(count: number): number {
    const at = this.size
    this.size += count
    if (this.size > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.size, this.buffer.length * 2))
      larger.set(this.buffer)
      this.buffer = larger
    }
    return at
  }

  private head(major: number, value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new Error('cbor: not an unsigned integer')
    const extra = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x100000000 ? 4 : 8
    let at = this.reserve(1 + extra)
    this.buffer[at++] = (major << 5) | (extra === 0 ? value : extra === 8 ? 27 : extra === 4 ? 26 : 23 + extra)
    for (let shift = extra - 1; shift >= 0; shift--) this.buffer[at++] = Math.floor(value / 256 ** shift) % 256
  }

  /** Head of an array; `count` values follow. */
  array(count: number): this {
    this.head(ARRAY, count)
    return this
  }
  unsigned(value: number): this {
    this.head(UNSIGNED, value)
    return this
  }
  bytes(value: Uint8Array): this {
    this.head(BYTES, value.length)
    this.buffer.set(value, this.reserve(value.length))
    return this
  }
  /** Head of a byte string whose `size` bytes are written next. */
  wrap(size: number): this {
    this.head(BYTES, size)
    return this
  }
  /** ASCII only: one letter, one byte. */
  text(value: string): this {
    this.head(TEXT, value.length)
    let at = this.reserve(value.length)
    for (let index = 0; index < value.length; index++) this.buffer[at++] = value.charCodeAt(index)
    return this
  }
  finish(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.size)
  }
}

/** Deeper nesting than any proof has. */
const MAX_DEPTH = 8

/** Reads one value that fills the bytes exactly. Throws on other majors, indefinite lengths and trailing bytes. */
export function readCbor(bytes: Uint8Array): Cbor {
  let at = 0
  const take = (count: number) => {
    if (at + count > bytes.length) throw new Error('cbor: too short')
    at += count
    return bytes.slice(at - count, at)
  }
  const argument = (info: number): number => {
    if (info < 24) return info
    if (info > 27) throw new Error('cbor: indefinite or reserved length')
    const value = take(1 << (info - 24)).reduce((sum, byte) => sum * 256 + byte, 0)
    if (!Number.isSafeInteger(value)) throw new Error('cbor: integer too large')
    return value
  }
  const read = (depth: number): Cbor => {
    if (depth > MAX_DEPTH) throw new Error('cbor: too deep')
    const first = take(1)[0]!
    const value = argument(first & 31)
    switch (first >> 5) {
      case UNSIGNED:
        return value
      case BYTES:
        return take(value)
      case TEXT:
        return new TextDecoder('utf-8', { fatal: true }).decode(take(value))
      case ARRAY:
        // Every item takes a byte at least: a head that promises more is refused before anything is reserved.
        if (value > bytes.length - at) throw new Error('cbor: too short')
        return Array.from({ length: value }, () => read(depth + 1))
      default:
        throw new Error('cbor: unsupported major type')
    }
  }
  const value = read(0)
  if (at !== bytes.length) throw new Error('cbor: trailing bytes')
  return value
}

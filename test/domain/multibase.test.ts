import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  base58,
  base64url,
  decodeMultikey,
  encodeMultikey,
  unbase58,
  unbase64url,
  unmultibase,
} from '../../src/domain/multibase.ts'

/** By the book: one digit after the other. */
function slowBase58(bytes: Uint8Array): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  let text = ''
  for (let value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n); value > 0n; value /= 58n) {
    text = alphabet[Number(value % 58n)]! + text
  }
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return '1'.repeat(zeros < 0 ? bytes.length : zeros) + text
}
const zeroed = fc
  .tuple(fc.nat(5), fc.uint8Array({ maxLength: 700 }))
  .map(([zeros, bytes]) => new Uint8Array([...new Uint8Array(zeros), ...bytes]))

describe('base58', () => {
  test('gives the published examples', () => {
    expect(base58(new TextEncoder().encode('Hello World!'))).toBe('2NEpo7TZRRrLZSi2U')
    expect(base58(new Uint8Array([0, 0, 40, 127, 180, 205]))).toBe('11233QC4')
    expect(base58(new Uint8Array())).toBe('')
  })
  test('equals division by the book, and is read again', () => {
    fc.assert(
      fc.property(zeroed, (bytes) => {
        const text = base58(bytes)
        expect(text).toBe(slowBase58(bytes))
        expect(unbase58(text)).toEqual(bytes)
      }),
      { numRuns: 500 },
    )
  })
  test('refuses other letters and endless texts', () => {
    for (const bad of ['0', 'O', 'I', 'l', ' ', 'ä', '2NEpo7TZRRrLZSi2U0', '漢'.repeat(11)])
      expect(() => unbase58(bad)).toThrow()
    expect(() => unbase58('2'.repeat(8193))).toThrow('too long')
    expect(unbase58('2'.repeat(8192)).length).toBeGreaterThan(5000)
  })
})

describe('base64url', () => {
  test('is what the runtime writes, and is read again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(base64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
        expect(unbase64url(base64url(bytes))).toEqual(new Uint8Array(bytes))
      }),
    )
    expect(base64url(new Uint8Array(20_000)).length).toBe(26_667)
  })
  test('refuses padding, other alphabets and broken lengths', () => {
    for (const bad of ['AA==', 'A+', 'A/', 'A', 'A A']) expect(() => unbase64url(bad)).toThrow()
  })
})

describe('multikey', () => {
  const key = new Uint8Array(32).fill(5)
  test('begins z6Mk and gives the key again', () => {
    expect(encodeMultikey(key)).toStartWith('z6Mk')
    expect(decodeMultikey(encodeMultikey(key))).toEqual(key)
    expect(() => encodeMultikey(key.slice(1))).toThrow()
  })
  test('of another kind, length or encoding is refused', () => {
    const with2 = (first: number, second: number, size = 32) =>
      `z${base58(new Uint8Array([first, second, ...new Uint8Array(size)]))}`
    for (const bad of [
      '',
      'z',
      with2(0xec, 1),
      with2(0xed, 2),
      with2(0xed, 1, 31),
      with2(0xed, 1, 33),
      `u${encodeMultikey(key).slice(1)}`,
      `z${'2'.repeat(5000)}`,
    ]) {
      expect(() => decodeMultikey(bad)).toThrow()
    }
  })
  test('multibase knows z and u alone', () => {
    expect(unmultibase('z2NEpo7TZRRrLZSi2U')).toEqual(unmultibase('uSGVsbG8gV29ybGQh'))
    expect(() => unmultibase('fff')).toThrow()
  })
})

test('an engine without its own base64url gives the same text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const bare = Object.assign(bytes.slice(), { toBase64: undefined })
      expect(base64url(bare)).toBe(Buffer.from(bytes).toString('base64url'))
    }),
  )
})

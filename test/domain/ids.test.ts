import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { fromHex, toHex } from '../../src/domain/ids.ts'

const bytes = fc.uint8Array({ maxLength: 100 })

test('hexadecimal text is the bytes and back, with and without the help of the engine', () => {
  fc.assert(
    fc.property(bytes, (some) => {
      const text = Buffer.from(some).toString('hex')
      expect(toHex(some)).toBe(text)
      expect(toHex(Object.assign(some.slice(), { toHex: undefined }))).toBe(text)
      expect(fromHex(text)).toEqual(some)
      expect(fromHex(`0x${text.toUpperCase()}`)).toEqual(some)
    }),
  )
  const engine = Uint8Array as { fromHex?: unknown }
  const { fromHex: own } = engine
  engine.fromHex = undefined
  try {
    fc.assert(fc.property(bytes, (some) => expect(fromHex(Buffer.from(some).toString('hex'))).toEqual(some)))
  } finally {
    engine.fromHex = own
  }
})

test('what is not hexadecimal is refused', () => {
  for (const text of ['a', '0x1', 'zz', '12 3', '0x0x']) expect(() => fromHex(text)).toThrow('not hexadecimal')
})

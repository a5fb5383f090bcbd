import { describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { CborWriter, readCbor } from '../../src/domain/cbor.ts'
import { toHex } from '../../src/domain/ids.ts'
import { decodeMerkleProof, encodeMerkleProof, type MerkleProof } from '../../src/domain/merkle-proof.ts'
import type { Step } from '../../src/domain/merkle.ts'
import { base58, unbase58 } from '../../src/domain/multibase.ts'

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
const step = fc.oneof(
  bytes.map((left): Step => ({ left })),
  bytes.map((right): Step => ({ right })),
)
const proof = (chainId: fc.Arbitrary<number>): fc.Arbitrary<MerkleProof> =>
  fc.record({ root: bytes, leaf: bytes, transactionHash: bytes, chainId, path: fc.array(step, { maxLength: 30 }) })
const asHex = (one: MerkleProof) => ({
  root: toHex(one.root),
  leaf: toHex(one.leaf),
  transactionHash: toHex(one.transactionHash),
  path: one.path.map((each) => Object.fromEntries(Object.entries(each).map(([side, value]) => [side, toHex(value)]))),
})

test('200 random proofs are written as Blockcerts writes them', async () => {
  const proofs = fc.sample(proof(fc.constant(5)), { numRuns: 200, seed: 2019 })
  const child = Bun.spawn(['node', resolve(import.meta.dir, '../oracles/merkle-proofs.mjs')], {
    stdin: new TextEncoder().encode(proofs.map((one) => `${JSON.stringify(asHex(one))}\n`).join('')),
    stdout: 'pipe',
  })
  const theirs = (await new Response(child.stdout).text()).trim().split('\n')
  // Compared one by one: a difference of two hundred proofs cannot be read.
  for (const [index, one] of proofs.entries()) expect(encodeMerkleProof(one)).toBe(theirs[index]!)
  expect(new Set(theirs).size).toBe(200)
}, 30_000)

test('the transaction is text with 0x on the two chains of Blockcerts’ explorers, bytes on all others', () => {
  const [one] = fc.sample(proof(fc.constant(1)), { numRuns: 1, seed: 5 }) as [MerkleProof]
  const written = (chainId: number) => Buffer.from(unbase58(encodeMerkleProof({ ...one, chainId }).slice(1)))
  const text = `0x${toHex(one.transactionHash)}`
  for (const chainId of [1, 11155111]) expect(written(chainId).includes(text)).toBe(true)
  for (const chainId of [2, 137, 1953723501]) expect(written(chainId).includes(text)).toBe(false)
})

test('what is written is read again, on every chain', () => {
  const chains = fc.oneof(
    fc.constantFrom(1, 5, 137, 11155111, 1953723501, 4294967296),
    fc.integer({ min: 1, max: 2 ** 50 }),
  )
  fc.assert(
    fc.property(proof(chains), (one) => {
      const read = decodeMerkleProof(encodeMerkleProof(one))
      expect(asHex(read)).toEqual(asHex(one))
      expect(read.chainId).toBe(one.chainId)
    }),
  )
})

describe('reading', () => {
  const [good] = fc.sample(proof(fc.constant(137)), { numRuns: 1, seed: 3 }) as [MerkleProof]
  /** The proof in parts: [root, leaf, anchors, path] can be exchanged. */
  const write = (change: (parts: ((writer: CborWriter) => void)[]) => void, tail: number[] = []) => {
    const hash = (writer: CborWriter, value: Uint8Array) => writer.bytes(new CborWriter().bytes(value).finish())
    const parts = [
      (writer: CborWriter) => void hash(writer.array(2).unsigned(0), good.root),
      (writer: CborWriter) => void hash(writer.array(2).unsigned(1), good.leaf),
      (writer: CborWriter) => {
        writer
          .array(2)
          .unsigned(2)
          .array(1)
          .array(3)
          .array(2)
          .unsigned(0)
          .unsigned(1)
          .array(2)
          .unsigned(1)
          .unsigned(137)
        hash(writer.array(2).unsigned(2), good.transactionHash)
      },
      (writer: CborWriter) => void writer.array(2).unsigned(3).array(0),
    ]
    change(parts)
    const writer = new CborWriter().array(parts.length)
    for (const part of parts) part(writer)
    return `z${base58(new Uint8Array([...writer.finish(), ...tail]))}`
  }
  test('takes the form these cases start from', () => {
    expect(write(() => {})).toBe(encodeMerkleProof({ ...good, path: [] }))
    expect(asHex(decodeMerkleProof(write(() => {})))).toEqual(asHex({ ...good, path: [] }))
  })
  test('takes hashes as text, with and without 0x, as the Python issuer writes them', () => {
    for (const prefix of ['', '0x']) {
      const text = write((parts) => {
        parts[0] = (writer) =>
          void writer
            .array(2)
            .unsigned(0)
            .bytes(new CborWriter().text(prefix + toHex(good.root)).finish())
      })
      expect(asHex(decodeMerkleProof(text)).root).toBe(toHex(good.root))
    }
  })
  test.each<[string, () => string]>([
    ['trailing bytes', () => write(() => {}, [0])],
    ['a missing part', () => write((parts) => void parts.pop())],
    ['a doubled part', () => write((parts) => void parts.push(parts[0]!))],
    [
      'a part of an unknown number',
      () => write((parts) => void (parts[3] = (writer) => void writer.array(2).unsigned(9).array(0))),
    ],
    [
      'two anchors',
      () =>
        write(
          (parts) =>
            void (parts[2] = (writer) => {
              writer.array(2).unsigned(2).array(2)
              for (const chainId of [137, 1]) {
                writer.array(3).array(2).unsigned(0).unsigned(1).array(2).unsigned(1).unsigned(chainId)
                writer.array(2).unsigned(2).bytes(new CborWriter().bytes(good.root).finish())
              }
            }),
        ),
    ],
    [
      'another family of chains',
      () =>
        write((parts) => {
          parts[2] = (writer) => {
            writer
              .array(2)
              .unsigned(2)
              .array(1)
              .array(3)
              .array(2)
              .unsigned(0)
              .unsigned(0)
              .array(2)
              .unsigned(1)
              .unsigned(137)
            writer.array(2).unsigned(2).bytes(new CborWriter().bytes(good.root).finish())
          }
        }),
    ],
    [
      'a hash of 31 bytes',
      () =>
        write(
          (parts) =>
            void (parts[0] = (writer) =>
              void writer
                .array(2)
                .unsigned(0)
                .bytes(new CborWriter().bytes(good.root.slice(1)).finish())),
        ),
    ],
    [
      'a hash that is not wrapped',
      () => write((parts) => void (parts[0] = (writer) => void writer.array(2).unsigned(0).bytes(good.root))),
    ],
    [
      'a side that is neither',
      () =>
        write(
          (parts) =>
            void (parts[3] = (writer) =>
              void writer
                .array(2)
                .unsigned(3)
                .array(1)
                .array(2)
                .unsigned(2)
                .bytes(new CborWriter().bytes(good.root).finish())),
        ),
    ],
    [
      'a path of 65 steps',
      () => encodeMerkleProof({ ...good, path: Array.from({ length: 65 }, () => ({ left: good.root })) }),
    ],
    ['another multibase', () => `u${encodeMerkleProof(good).slice(1)}`],
    ['a letter outside base58', () => `${encodeMerkleProof(good)}0`],
  ])('refuses %s', (_name, make) => {
    expect(() => decodeMerkleProof(make())).toThrow()
  })
  test('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(() => decodeMerkleProof(`z${base58(noise)}`)).toThrow()
      }),
    )
  })
})

describe('CBOR', () => {
  const hex = (writer: CborWriter) => toHex(writer.finish())
  test('is written with the shortest heads (examples of RFC 8949)', () => {
    const cases: [number, string][] = [
      [0, '00'],
      [23, '17'],
      [24, '1818'],
      [255, '18ff'],
      [256, '190100'],
      [65535, '19ffff'],
      [65536, '1a00010000'],
      [1000000, '1a000f4240'],
      [4294967295, '1affffffff'],
      [1000000000000, '1b000000e8d4a51000'],
    ]
    for (const [value, written] of cases) {
      expect(hex(new CborWriter(1).unsigned(value))).toBe(written)
      expect(readCbor(new CborWriter().unsigned(value).finish())).toBe(value)
    }
    expect(hex(new CborWriter(1).text('IETF').bytes(new Uint8Array([1, 2])))).toBe('6449455446420102')
    expect(() => new CborWriter().unsigned(-1)).toThrow()
  })
  test.each([
    ['nothing', ''],
    ['a cut head', '18'],
    ['a cut text', '6449'],
    ['a promise of a billion items', '9a3b9aca00'],
    ['indefinite length', '5f42010243030405ff'],
    ['a reserved length', `1c${'00'.repeat(15)}05`],
    ['a negative number', '20'],
    ['a map', 'a0'],
    ['a tag', 'c000'],
    ['true', 'f5'],
    ['a number over 2^53', '1bffffffffffffffff'],
    ['text that is no UTF-8', '61ff'],
    ['deep nesting', `${'81'.repeat(20)}00`],
    ['two values', '0000'],
  ])('refuses %s', (_name, text) => {
    expect(() => readCbor(new Uint8Array(Buffer.from(text, 'hex')))).toThrow()
  })
})

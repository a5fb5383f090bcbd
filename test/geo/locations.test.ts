/** Address → town and country; files that are no database. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { GeoDatabaseRefused, openGeoDatabase } from '../../src/geo/locations.ts'
import { PLACES, pointer, writeMmdb } from '../kit/mmdb.ts'

const refusal = (bytes: Buffer): string => {
  try {
    openGeoDatabase(bytes)
  } catch (error) {
    if (error instanceof GeoDatabaseRefused) return error.message
    throw error
  }
  return 'accepted'
}
const DAMAGED = 'is damaged'

describe('a location', () => {
  const { locate, type, builtAt } = openGeoDatabase(writeMmdb(PLACES))

  test('is town and country, or country alone', () => {
    expect([type, builtAt]).toEqual(['Test-City', 1_772_323_200_000])
    expect(locate('192.0.2.7')).toBe('Stockholm, SE')
    expect(locate('192.0.2.200')).toBe('DE')
    expect(locate('203.0.113.9')).toBe('Göteborg, SE')
    expect(locate('2001:db8:1::7')).toBe('São Paulo, BR')
    expect(locate('::ffff:192.0.2.7')).toBe('Stockholm, SE')
  })

  test('is none for addresses that are nowhere, even when the file names a place', () => {
    for (const address of ['10.1.2.3', '100.64.0.1', 'fd00::1', '127.0.0.1', '::1', '0.0.0.0', '::ffff:10.1.2.3'])
      expect([address, locate(address)]).toEqual([address, null])
  })

  test('is none for what is not in the file and for what is no address', () => {
    for (const address of ['198.51.100.1', '2001:db9::1', '', 'unknown', '192.0.2.7:80', '192.0.2.7, 192.0.2.8'])
      expect([address, locate(address)]).toEqual([address, null])
  })

  test('of a long address is none in a file of short ones: its first half is another address', () => {
    const four = openGeoDatabase(writeMmdb({ '32.1.0.0/16': { country: { iso_code: 'SE' } } }, { ipVersion: 4 })).locate
    expect(four('32.1.13.184')).toBe('SE')
    expect(four('2001:db8::1')).toBeNull()
  })

  test('holds nothing else of a record, and nothing that is no name', () => {
    const of = (record: Parameters<typeof writeMmdb>[0][string]) =>
      openGeoDatabase(writeMmdb({ '192.0.2.0/24': record })).locate('192.0.2.1')
    const country = { iso_code: 'SE' }
    const precise = { latitude: 59, longitude: 18 }
    expect(of({ city: { names: { en: 'Kiruna' } }, country, location: precise, postal: { code: '98131' } })).toBe(
      'Kiruna, SE',
    )
    expect(of({ city: { names: { en: 'Bad\u202eName' } }, country })).toBe('SE')
    expect(of({ city: { names: { en: 'Two\nlines' } }, country })).toBe('SE')
    expect(of({ city: { names: { en: 'x'.repeat(81) } }, country })).toBe('SE')
    expect(of({ city: 7, country })).toBe('SE')
    expect(of({ city: { names: { en: 'Nowhere' } } })).toBeNull()
    expect(of({ country: { iso_code: 'Sweden' } })).toBeNull()
    expect(of({ country: 'FR' })).toBe('FR')
    expect(of('text')).toBeNull()
  })

  test('of a record that is damaged, points at itself or at far too much is none', () => {
    const of = (record: Buffer) => openGeoDatabase(writeMmdb({ '192.0.2.0/24': record })).locate('192.0.2.1')
    expect(of(pointer(0))).toBeNull()
    expect(of(Buffer.from([0xe1, 0x41]))).toBeNull()
    // Forty arrays, each of two pointers to the one before: read naively, 2^40 values.
    const bomb = Array.from({ length: 40 }, (_, index) =>
      index === 39
        ? Buffer.from([0x41, 0x78])
        : Buffer.from([0x02, 0x04, ...pointer((index + 1) * 6), ...pointer((index + 1) * 6)]),
    )
    expect(of(Buffer.concat(bomb))).toBeNull()
  })
})

describe('a file', () => {
  const whole = writeMmdb(PLACES)

  test('that is cut anywhere is refused', () => {
    expect(refusal(whole)).toBe('accepted')
    for (let length = 0; length < whole.length; length++)
      if (refusal(whole.subarray(0, length)) === 'accepted') throw new Error(`accepted with ${length} bytes`)
  })

  test('that lost its beginning is refused', () => {
    for (const from of [1, 6, 100]) expect(refusal(whole.subarray(from))).toContain(DAMAGED)
  })

  test('of anything else is refused, and never answers with another error', () => {
    expect(refusal(Buffer.alloc(0))).toContain('MaxMind format')
    expect(refusal(Buffer.from('country,SE\n'.repeat(100)))).toContain('MaxMind format')
    const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(refusal(Buffer.from(bytes))).not.toBe('accepted')
        expect(refusal(Buffer.concat([Buffer.alloc(64), marker, bytes]))).not.toBe('accepted')
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  test('whose description lies is refused with the reason', () => {
    const lies = Object.entries({ ip_version: 5, record_size: 25, build_epoch: 'x' })
    for (const [name, value] of [...lies, ['node_count', 0], ['node_count', 9_000_000]] as Array<[string, number]>)
      expect(refusal(writeMmdb(PLACES, { metadata: { [name]: value } }))).toContain(DAMAGED)
    expect(refusal(writeMmdb(PLACES, { metadata: { database_type: 7 } }))).toContain(DAMAGED)
    expect(refusal(writeMmdb(PLACES, { metadata: { binary_format_major_version: 3 } }))).toContain('version 3')
  })

  test('with any byte changed answers or refuses, and nothing else', () => {
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 0xff
      if (refusal(changed) !== 'accepted') continue
      const { locate } = openGeoDatabase(changed)
      for (const address of ['192.0.2.7', '203.0.113.9', '2001:db8::1']) locate(address)
    }
  })
})

import { describe, expect, test } from 'bun:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { canonicalText, documentQuads, type JsonObject } from '../../src/domain/canonical.ts'
import { decodeMultikey, unmultibase } from '../../src/domain/multibase.ts'
import { signedBytes } from '../../src/domain/proof.ts'
import {
  isRevokedInList,
  signStatusList,
  STATUS_LIST_CAPACITY,
  statusBits,
  statusIndex,
  statusListDocument,
  statusPlace,
} from '../../src/domain/status-lists.ts'
import { signingMethod } from '../../src/domain/did.ts'
import { serverHash as hash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { NOW, testIssuer } from '../kit/credentials.ts'

const issuer = testIssuer()
const gunzip = (bytes: Uint8Array) => gunzipSync(bytes)
const listOf = (revoked: number[]) =>
  statusListDocument({
    url: 'https://x.example/status/1.json',
    issuer: issuer.did,
    validFrom: NOW,
    revoked,
    gzip: (bytes) => gzipSync(bytes),
  })

describe('a status list', () => {
  test('index 0 is the leftmost bit of the first byte', () => {
    expect(statusBits([0, 9, 131_071])).toHaveLength(16_384)
    expect([...statusBits([0, 9]).slice(0, 2)]).toEqual([0x80, 0x40])
    expect(statusBits([131_071]).at(-1)).toBe(1)
    for (const bad of [-1, 131_072, 1.5]) expect(() => statusBits([bad])).toThrow()
  })
  test('says of every index whether it is revoked', async () => {
    const list = listOf([3, 24514])
    for (const [index, revoked] of [
      [3, true],
      [24514, true],
      [2, false],
      [0, false],
      [131_071, false],
    ] as const) {
      expect(await isRevokedInList(list, index, gunzip)).toBe(revoked)
    }
    await expect(isRevokedInList(list, 131_072, gunzip)).rejects.toThrow()
  })
  test('that is none, too short or too long is refused', async () => {
    const of = (encodedList: unknown) => ({ credentialSubject: { encodedList } }) as JsonObject
    await expect(isRevokedInList({}, 0, gunzip)).rejects.toThrow()
    await expect(isRevokedInList(of(5), 0, gunzip)).rejects.toThrow()
    await expect(
      isRevokedInList(of(`u${gzipSync(new Uint8Array(10)).toString('base64url')}`), 0, gunzip),
    ).rejects.toThrow('short')
    await expect(isRevokedInList(of(`u${'A'.repeat(50_000)}`), 0, gunzip)).rejects.toThrow()
  })
  test('is signed with one proof that verifies', async () => {
    const method = signingMethod(issuer.did, issuer.publicKey)
    const signed = await signStatusList(listOf([5]), {
      hash,
      sign: issuer.sign,
      verificationMethod: method,
      created: NOW,
    })
    const { proof, ...document } = signed as JsonObject & { proof: JsonObject & { proofValue: string } }
    const { proofValue, ...config } = proof
    const message = signedBytes(config, documentQuads(document), hash)
    const key = decodeMultikey(method.split('#')[1]!)
    expect(await serverVerifier.verifyEd25519(key, message, unmultibase(proofValue))).toBe(true)
    expect(canonicalText(documentQuads(document), hash)).toContain('encodedList')
  })
})

describe('the index of a certificate', () => {
  const key = new Uint8Array(32).fill(1)
  test('comes once and only once: a permutation of the whole list', () => {
    const seen = new Uint8Array(STATUS_LIST_CAPACITY)
    for (let counter = 0; counter < STATUS_LIST_CAPACITY; counter++) seen[statusIndex(counter, key, hash)]!++
    expect(seen.every((count) => count === 1)).toBe(true)
  })
  test('is another under another key, and the same under the same', () => {
    const first = (of: Uint8Array) => Array.from({ length: 50 }, (_, counter) => statusIndex(counter, of, hash))
    expect(first(key)).toEqual(first(key.slice()))
    expect(first(key)).not.toEqual(first(new Uint8Array(32).fill(2)))
  })
  test('does not tell the order of issue', () => {
    const count = 4000
    const indexes = Array.from({ length: count }, (_, counter) => statusIndex(counter, key, hash))
    let rising = 0
    for (let at = 1; at < count; at++) if (indexes[at]! > indexes[at - 1]!) rising++
    // A fair coin lands within 5 standard deviations.
    expect(Math.abs(rising - count / 2)).toBeLessThan(5 * Math.sqrt(count / 4))
    const mean = indexes.reduce((sum, index) => sum + index, 0) / count
    expect(Math.abs(mean / STATUS_LIST_CAPACITY - 0.5)).toBeLessThan(5 / Math.sqrt(12 * count))
    for (let bit = 0; bit < 17; bit++) {
      const changes = indexes.filter((index, at) => at && ((index ^ indexes[at - 1]!) >> bit) & 1).length
      expect(Math.abs(changes - count / 2)).toBeLessThan(5 * Math.sqrt(count / 4))
    }
  })
  test('ends with the list, and the next list has its own order', () => {
    expect(() => statusIndex(STATUS_LIST_CAPACITY, key, hash)).toThrow('full')
    expect(() => statusIndex(-1, key, hash)).toThrow()
    expect(() => statusIndex(0, new Uint8Array(8), hash)).toThrow()
    const place = (counter: number) => statusPlace(counter, key, hash)
    expect(place(0).list).toBe(1)
    expect(place(STATUS_LIST_CAPACITY - 1).list).toBe(1)
    expect(place(STATUS_LIST_CAPACITY).list).toBe(2)
    const order = (list: number) => Array.from({ length: 20 }, (_, at) => place(list * STATUS_LIST_CAPACITY + at).index)
    expect(order(0)).not.toEqual(order(1))
  })
})

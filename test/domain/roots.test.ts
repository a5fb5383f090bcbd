import { describe, expect, test } from 'bun:test'
import { createPublicKey, verify as edVerify } from 'node:crypto'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jcs, type Json, type JsonObject } from '../../src/domain/canonical.ts'
import { signingMethod } from '../../src/domain/did.ts'
import { toHex } from '../../src/domain/ids.ts'
import { decodeMultikey, encodeMultikey, unmultibase } from '../../src/domain/multibase.ts'
import { MAX_ROOTS_BYTES, placesOf, readRoots, rootsDocument, type SignedRoots } from '../../src/domain/roots.ts'
import { jcsSignedBytes, signRoots, verifyRoots } from '../../src/domain/roots-sign.ts'
import { StrictJsonError } from '../../src/domain/strict-json.ts'
import { Malformed } from '../../src/domain/verify-shape.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { NOW, testIssuer } from '../kit/credentials.ts'

const fixture = (folder: string, name: string) =>
  readFileSync(join(import.meta.dir, '../fixtures', folder, name), 'utf8')
const oracle = createRequire(join(import.meta.dir, '../oracles/package.json'))
const issuer = testIssuer()
const stranger = testIssuer(9)
const DEAD = `0x${'aB'.repeat(20)}`
const ALIVE = `0x${'cd'.repeat(20)}`
const ROOT = '12'.repeat(32)

const facts = (root = ROOT) => ({
  root,
  chainId: 250,
  address: DEAD,
  transactionHash: `0x${'EF'.repeat(32)}`,
  blockTime: Date.UTC(2025, 0, 2) / 1000,
  also: [{ chainId: 146, address: ALIVE, transactionHash: null, blockTime: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000 }],
})
const document = (roots = [facts()]) => rootsDocument({ issuer: issuer.did, updated: NOW, roots })
const signed = (by = issuer, roots = [facts()], did = by.did) =>
  signRoots(rootsDocument({ issuer: did, updated: NOW, roots }), {
    hash: serverHash,
    sign: by.sign,
    verificationMethod: signingMethod(did, by.publicKey),
    created: NOW,
  })
const holds = (roots: SignedRoots, keys = [encodeMultikey(issuer.publicKey)], did = issuer.did) =>
  verifyRoots(roots, { issuer: did, keys, hash: serverHash, signatures: serverVerifier })

describe('JCS', () => {
  test.each(['arrays', 'french', 'structures', 'unicode', 'values', 'weird'])('RFC 8785, its example %s', (name) => {
    const input = JSON.parse(fixture('json-canonicalization', `${name}.input.json`)) as Json
    expect(jcs(input)).toBe(fixture('json-canonicalization', `${name}.output.json`))
  })
})

describe('the cryptosuite eddsa-jcs-2022', () => {
  const { proof, ...unsigned } = JSON.parse(fixture('eddsa-jcs-2022', 'signedJCS.json')) as JsonObject & {
    proof: JsonObject & { proofValue: string; verificationMethod: string }
  }
  const { proofValue, ...options } = proof

  test('the vector of the W3C: canonical texts, both hashes and the signature', async () => {
    expect(jcs(unsigned)).toBe(fixture('eddsa-jcs-2022', 'canonDocJCS.txt'))
    expect(jcs(options)).toBe(fixture('eddsa-jcs-2022', 'proofCanonJCS.txt'))
    const bytes = jcsSignedBytes(options, unsigned, serverHash)
    expect(toHex(bytes)).toBe(fixture('eddsa-jcs-2022', 'combinedHashJCS.txt'))
    const signature = unmultibase(proofValue)
    expect(toHex(signature)).toBe(fixture('eddsa-jcs-2022', 'sigHexJCS.txt'))
    const key = decodeMultikey(proof.verificationMethod.split('#')[1]!)
    expect(await serverVerifier.verifyEd25519(key, bytes, signature)).toBe(true)
    const other = jcsSignedBytes(options, { ...unsigned, name: 'x' }, serverHash)
    expect(await serverVerifier.verifyEd25519(key, other, signature)).toBe(false)
  })

  test('other people’s JCS, SHA-256, base58 and Ed25519 accept our signature, and no changed list', async () => {
    const canonicalize = oracle('canonicalize') as (value: unknown) => string
    const bs58 = (oracle('bs58') as { default: { decode(text: string): Uint8Array } }).default
    const accepts = async (list: SignedRoots) => {
      const { proof, ...rest } = list
      const { proofValue, ...config } = proof
      const sha = async (value: unknown) =>
        Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(canonicalize(value))))
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(issuer.publicKey).toString('base64url') }
      const key = createPublicKey({ key: jwk, format: 'jwk' })
      return edVerify(null, Buffer.concat([await sha(config), await sha(rest)]), key, bs58.decode(proofValue.slice(1)))
    }
    const list = await signed()
    expect(await accepts(list)).toBe(true)
    expect(await accepts({ ...list, updated: '2030-01-01T00:00:00Z' })).toBe(false)
  })
})

describe('the list of roots', () => {
  test('says of each root where it stands, in the issuer’s order and in one form', () => {
    expect(document()).toEqual({
      type: 'TestamurRoots',
      version: 1,
      issuer: issuer.did,
      updated: '2026-03-03T12:00:00Z',
      roots: [
        {
          root: ROOT,
          registry: `eip155:250:${DEAD.toLowerCase()}`,
          transaction: `0x${'ef'.repeat(32)}`,
          anchored: '2025-01-02T00:00:00Z',
          also: [{ registry: `eip155:146:${ALIVE}`, transaction: null, anchored: '2026-01-02T03:04:05Z' }],
        },
      ],
    })
  })

  test('signed, it is read back as text and as JSON, and found by its root', async () => {
    const list = await signed()
    expect(readRoots(JSON.stringify(list))).toEqual(list)
    expect(readRoots(structuredClone(list))).toEqual(list)
    expect(placesOf(list, ROOT)!.also[0]!.registry).toBe(`eip155:146:${ALIVE}`)
    expect(placesOf(list, '13'.repeat(32))).toBeUndefined()
  })

  test('an empty list is a list', async () => {
    const list = await signed(issuer, [])
    expect(await holds(readRoots(JSON.stringify(list)))).toBe(true)
  })

  test('of 20,000 roots is within the bounds', async () => {
    const roots = Array.from({ length: 20_000 }, (_, at) => facts(at.toString(16).padStart(64, '0')))
    const text = JSON.stringify(await signed(issuer, roots))
    expect(text.length).toBeLessThan(MAX_ROOTS_BYTES)
    expect(await holds(readRoots(text))).toBe(true)
  })

  const cases: [string, (list: any) => void, string][] = [
    ['an unknown member', (list) => (list.note = 'x'), 'roots.note'],
    ['an unknown member of a root', (list) => (list.roots[0].note = 'x'), 'roots.roots.0.note'],
    ['an unknown member of a place', (list) => (list.roots[0].also[0].note = 'x'), 'roots.roots.0.also.0.note'],
    ['a missing member', (list) => delete list.updated, 'roots.updated'],
    ['another type', (list) => (list.type = 'Roots'), 'roots.type'],
    ['another version', (list) => (list.version = 2), 'roots.version'],
    ['a version in quotes', (list) => (list.version = '1'), 'roots.version'],
    ['an issuer that is no DID', (list) => (list.issuer = 'https://example.org'), 'roots.issuer'],
    ['a short root', (list) => (list.roots[0].root = 'ab'), 'roots.roots.0.root'],
    ['a root in capitals', (list) => (list.roots[0].root = 'AB'.repeat(32)), 'roots.roots.0.root'],
    ['a root with 0x', (list) => (list.roots[0].root = `0x${ROOT}`), 'roots.roots.0.root'],
    ['a registry of another kind', (list) => (list.roots[0].registry = `bip122:1:${DEAD}`), 'roots.roots.0.registry'],
    [
      'a chain id that is none',
      (list) => (list.roots[0].also[0].registry = `eip155:01:${DEAD}`),
      'roots.roots.0.also.0.registry',
    ],
    ['half a hash', (list) => (list.roots[0].transaction = '0xab'), 'roots.roots.0.transaction'],
    ['a day that does not exist', (list) => (list.updated = '2026-02-30T00:00:00Z'), 'roots.updated'],
    ['a moment with fractions', (list) => (list.updated = '2026-02-03T00:00:00.5Z'), 'roots.updated'],
    ['an object for a list', (list) => (list.roots = {}), 'roots.roots'],
    [
      'more places than anybody needs',
      (list) => (list.roots[0].also = Array(21).fill(list.roots[0].also[0])),
      'roots.roots.0.also',
    ],
    ['another cryptosuite', (list) => (list.proof.cryptosuite = 'eddsa-rdfc-2022'), 'roots.proof.cryptosuite'],
    ['another purpose', (list) => (list.proof.proofPurpose = 'authentication'), 'roots.proof.proofPurpose'],
    ['no proof', (list) => delete list.proof, 'roots.proof'],
    ['a list of proofs', (list) => (list.proof = [list.proof]), 'roots.proof'],
  ]
  test.each(cases)('%s is refused by its path', async (_name, change, path) => {
    const list = structuredClone(await signed())
    change(list)
    expect(() => readRoots(list)).toThrow(new Malformed(path))
    expect(() => readRoots(JSON.stringify(list))).toThrow(new Malformed(path))
  })

  test('text that is too long, too deep, doubled or no JSON is refused as such', async () => {
    const text = JSON.stringify(await signed())
    const problem = (input: string) => {
      try {
        readRoots(input)
      } catch (error) {
        return (error as StrictJsonError).problem
      }
      return 'none'
    }
    expect(problem(text)).toBe('none')
    expect(problem(text + ' '.repeat(MAX_ROOTS_BYTES))).toBe('too_large')
    expect(problem(text.replace('"version":1', '"version":1,"version":1'))).toBe('duplicate_member')
    expect(problem(`{"roots":${'['.repeat(20)}${']'.repeat(20)}}`)).toBe('too_deep')
    expect(problem('<html>')).toBe('not_json')
  })
})

describe('whose list it is', () => {
  test('the issuer’s, by a key that speaks for it', async () => {
    expect(await holds(await signed())).toBe(true)
    const keys = [encodeMultikey(stranger.publicKey), encodeMultikey(issuer.publicKey)]
    expect(await holds(await signed(), keys)).toBe(true)
  })

  test('a stranger’s key, another issuer, a changed root or a bent signature: not', async () => {
    const list = await signed()
    expect(await holds(list, [])).toBe(false)
    expect(await holds(list, [encodeMultikey(stranger.publicKey)])).toBe(false)
    expect(await holds(await signed(stranger, [facts()], issuer.did))).toBe(false)
    expect(await holds(list, undefined, 'did:web:other.example')).toBe(false)
    expect(await holds({ ...list, roots: [] })).toBe(false)
    expect(await holds({ ...list, issuer: 'did:web:other.example' }, undefined, 'did:web:other.example')).toBe(false)
    expect(await holds({ ...list, proof: { ...list.proof, created: '2020-01-01T00:00:00Z' } })).toBe(false)
    const bent = `${list.proof.proofValue.slice(0, -1)}${list.proof.proofValue.endsWith('2') ? '3' : '2'}`
    expect(await holds({ ...list, proof: { ...list.proof, proofValue: bent } })).toBe(false)
    // A list about somebody else, though the issuer's own key signed it.
    const foreign = await signRoots(
      { ...document(), issuer: 'did:web:other.example' },
      {
        hash: serverHash,
        sign: issuer.sign,
        verificationMethod: signingMethod(issuer.did, issuer.publicKey),
        created: NOW,
      },
    )
    expect(await holds(foreign)).toBe(false)
    // The stranger's key under the issuer's name, its own signature fitting.
    const key = encodeMultikey(stranger.publicKey)
    const forged = await signed(stranger, [facts()], issuer.did)
    expect(await holds(forged, [key])).toBe(true)
    expect(
      await holds({ ...forged, proof: { ...forged.proof, verificationMethod: list.proof.verificationMethod } }),
    ).toBe(false)
  })
})

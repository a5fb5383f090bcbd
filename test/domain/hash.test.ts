import { describe, expect, test } from 'bun:test'
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import fc from 'fast-check'
import { Wallet } from 'ethers'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { checksumAddress, ethereumAddress, keccak256, nobleHash } from '../../src/domain/hash.ts'
import { toHex } from '../../src/domain/ids.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { browserVerifier, javascriptVerifier } from '../../web/shared/crypto.ts'

test('SHA-256 of browser and server are the same, over any parts', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), (parts) => {
      const expected = createHash('sha256').update(Buffer.concat(parts)).digest('hex')
      expect(toHex(nobleHash.sha256(...parts))).toBe(expected)
      expect(toHex(serverHash.sha256(...parts))).toBe(expected)
    }),
  )
})

describe('addresses', () => {
  test('of a key are those that ethers finds', () => {
    for (let number = 1; number < 20; number++) {
      const seed = new Uint8Array(32).fill(number)
      const point = secp256k1.getPublicKey(seed, false)
      expect(ethereumAddress(point.slice(1, 33), point.slice(33))).toBe(new Wallet(`0x${toHex(seed)}`).address)
    }
  })
  test('have the check sums of EIP-55', () => {
    for (const address of [
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
      '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    ]) {
      expect(checksumAddress(address.toLowerCase())).toBe(address)
    }
  })
  test('of anything else are refused', () => {
    expect(() => checksumAddress('0x12')).toThrow()
    expect(() => ethereumAddress(new Uint8Array(31), new Uint8Array(32))).toThrow()
  })
  test('Keccak-256 is not SHA3-256', () => {
    expect(toHex(keccak256(new Uint8Array()))).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')
  })
})

const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)])
const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
const publicKey = new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32))
const message = new TextEncoder().encode('testamur')
const signature = new Uint8Array(sign(null, message, privateKey))

describe.each([
  ['of the server', serverVerifier],
  ['of the browser', browserVerifier],
  ['in JavaScript', javascriptVerifier],
])('the Ed25519 verifier %s', (_name, verifier) => {
  test('takes a good signature', async () => {
    expect(await verifier.verifyEd25519(publicKey, message, signature)).toBe(true)
  })
  test('refuses other messages, keys, signatures and lengths, without an exception', async () => {
    const changed = (bytes: Uint8Array) => bytes.map((byte, index) => (index === 3 ? byte ^ 1 : byte))
    expect(await verifier.verifyEd25519(publicKey, changed(message), signature)).toBe(false)
    expect(await verifier.verifyEd25519(changed(publicKey), message, signature)).toBe(false)
    expect(await verifier.verifyEd25519(publicKey, message, changed(signature))).toBe(false)
    expect(await verifier.verifyEd25519(publicKey, message, signature.slice(1))).toBe(false)
    expect(await verifier.verifyEd25519(publicKey.slice(1), message, signature)).toBe(false)
  })
  test('refuses the same signature with s + L, which would be a second signature for one message', async () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const s = BigInt(`0x${toHex(signature.slice(32).toReversed())}`) + order
    const digits = s.toString(16).padStart(64, '0')
    const malleable = new Uint8Array([...signature.slice(0, 32), ...Buffer.from(digits, 'hex').toReversed()])
    expect(malleable).toHaveLength(64)
    expect(await verifier.verifyEd25519(publicKey, message, malleable)).toBe(false)
  })
})

import { describe, expect, test } from 'bun:test'
import { AbiCoder, Interface } from 'ethers/abi'
import fc from 'fast-check'
import artefact from '../../src/chain/registry.json'
import * as registry from '../../src/domain/registry.ts'

const abi = new Interface(artefact.abi)
const coder = AbiCoder.defaultAbiCoder()
const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))

describe('call data', () => {
  test('is what an ABI library makes, with and without 0x', () => {
    fc.assert(
      fc.property(
        id,
        id,
        fc.array(id, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(1, 2),
        (root, leaf, ids, reason) => {
          const hex = ids.map((each) => `0x${each}`)
          expect(registry.encodeStatus(`0x${root}`, leaf)).toBe(
            abi.encodeFunctionData('status', [`0x${root}`, `0x${leaf}`]),
          )
          expect(registry.encodeRevoke(ids, reason)).toBe(abi.encodeFunctionData('revoke', [hex, reason]))
          expect(registry.decodeRevoke(registry.encodeRevoke(hex, reason))).toEqual({ ids, reason })
          expect(registry.encodeAnchoredAt(root)).toBe(abi.encodeFunctionData('anchoredAt', [`0x${root}`]))
          expect(registry.encodeRevocations(root)).toBe(abi.encodeFunctionData('revocations', [`0x${root}`]))
          expect(registry.encodeAnchor(root.toUpperCase())).toBe(`0x${root}`)
        },
      ),
    )
    const address = '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A'
    expect(registry.encodePermissions(address)).toBe(abi.encodeFunctionData('permissions', [address]))
    for (const name of ['did', 'owner', 'pendingOwner'] as const)
      expect(registry.encodeGetter(name)).toBe(abi.encodeFunctionData(name))
  })

  test('is refused for ids of another length, too many ids, and unknown reasons', () => {
    const good = 'ab'.repeat(32)
    for (const bad of ['', good.slice(2), `${good}00`, 'xy'.repeat(32)]) {
      expect(() => registry.encodeStatus(bad, good)).toThrow('root')
      expect(() => registry.encodeStatus(good, bad)).toThrow('leaf')
      expect(() => registry.encodeRevoke([bad], 1)).toThrow('id')
    }
    expect(() => registry.encodeRevoke([], 1)).toThrow('1 to 100')
    expect(() => registry.encodeRevoke(Array(101).fill(good), 1)).toThrow('1 to 100')
    expect(registry.encodeRevoke(Array(100).fill(good), 2).length).toBe(2 + 8 + 103 * 64)
    for (const reason of [0, 3]) expect(() => registry.encodeRevoke([good], reason)).toThrow('reason')
    for (const other of [`0x${good}`, '0x', registry.encodeStatus(good, good)])
      expect(registry.decodeRevoke(other)).toBeNull()
  })

  test('a root that begins with any of the selectors is recognised, another is not', () => {
    for (const selector of Object.values(registry.REGISTRY_SELECTORS)) {
      expect(registry.collidesWithSelector(selector + '7'.repeat(56))).toBe(true)
      expect(registry.collidesWithSelector(`0x${selector.toUpperCase()}${'7'.repeat(56)}`)).toBe(true)
      expect(registry.collidesWithSelector(`00${selector}${'7'.repeat(54)}`)).toBe(false)
    }
  })
})

describe('answers', () => {
  test('are read as an ABI library writes them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
        expect(registry.decodeString(coder.encode(['string'], [text]))).toBe(text)
      }),
    )
    const types = ['uint64', 'uint64', 'uint8']
    expect(registry.decodeStatus(coder.encode(types, [7, 9, 2]))).toEqual({ anchored: 7, revoked: 9, reason: 2 })
    expect(registry.decodeStatus(coder.encode(types, [0, 0, 0]))).toEqual({ anchored: 0, revoked: 0, reason: 0 })
    const address = '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a'
    expect(registry.decodeAddress(coder.encode(['address'], [address]))).toBe(address)
    expect(registry.decodeRevocation(coder.encode(['uint64', 'uint8'], [5, 1]))).toEqual({ time: 5, reason: 1 })
  })

  test('of another shape throw instead of becoming something', () => {
    const words = (...values: (number | bigint)[]) =>
      coder.encode(
        values.map(() => 'uint256'),
        values,
      )
    for (const bad of ['', '0x', '0x00', words(1, 0), words(1, 0, 0, 0), 'zz', words(2n ** 60n, 0, 0), words(1, 0, 1)])
      expect(() => registry.decodeStatus(bad)).toThrow()
    expect(() => registry.decodeStatus(words(1, 5, 3))).toThrow('registry')
    expect(() => registry.decodeStatus(words(1, 5, 0))).toThrow('registry')
    const good = coder.encode(['string'], ['did:web:x'])
    for (const bad of ['0x', good.slice(0, -64), `${good}${'00'.repeat(32)}`, words(32, 2n ** 200n), words(64, 0)])
      expect(() => registry.decodeString(bad)).toThrow()
    expect(() => registry.decodeString(words(32, 1) + 'ff'.padEnd(64, '0'))).toThrow() // not UTF-8
    expect(() => registry.decodeAddress(`0x${'11'.repeat(32)}`)).toThrow('address')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const hex = `0x${Buffer.from(bytes).toString('hex')}`
        for (const decode of [
          registry.decodeStatus,
          registry.decodeString,
          registry.decodeAddress,
          registry.decodeNumber,
        ])
          try {
            decode(hex)
          } catch (error) {
            expect(error).toBeInstanceOf(Error)
          }
        registry.revertReason(hex)
        registry.decodeRevoke(hex)
      }),
    )
  })

  test('a revert names its reason when the contract or the node gave one', () => {
    expect(registry.revertReason('0x3d693ada')).toBe('NotAllowed')
    expect(registry.revertReason(`0x08c379a0${coder.encode(['string'], ['no funds']).slice(2)}`)).toBe('no funds')
    for (const silent of [undefined, '0x', '0x12345678', '0x08c379a0'])
      expect(registry.revertReason(silent)).toBeUndefined()
  })
})

import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AbiCoder, Interface } from 'ethers/abi'
import { compileRegistry } from '../../scripts/contract.ts'
import { deployData } from '../../src/chain/contract.ts'
import artefact from '../../src/chain/registry.json'
import * as registry from '../../src/domain/registry.ts'
import { addressOf, randomHex } from '../kit/chains.ts'
import { DID, OPERATOR } from './registry-kit.ts'

const source = readFileSync(new URL('../../contracts/TestamurRegistry.sol', import.meta.url), 'utf8')
const text = readFileSync(new URL('../../src/chain/registry.json', import.meta.url), 'utf8')

describe('the artefact', () => {
  test('is what the source compiles to, byte for byte, and has a released hash', () => {
    expect(compileRegistry(source)).toBe(text)
    const code = Buffer.from(artefact.runtime.slice(2), 'hex')
    const hash = createHash('sha256').update(code).digest('hex')
    expect(hash).toBe('6d95935b73934d02812de1dd320890abcdb56afed996784b7ed301f06ca352a9')
    expect([artefact.runtimeSha256, registry.RELEASED_CODE.has(hash)]).toEqual([hash, true])
  })
  test('changes with the code, and a warning stops it', () => {
    expect(compileRegistry(source.replace('reason != REVOKED &&', ''))).not.toBe(text)
    expect(() => compileRegistry(source.replace('fallback() external', 'fallback() external payable'))).toThrow(
      'receive',
    )
  })
  test('has the selectors and errors that the verifier knows', () => {
    const selectors = Object.entries(artefact.selectors).map(([signature, selector]) => [
      signature.split('(')[0]!,
      selector,
    ])
    expect(Object.fromEntries(selectors)).toEqual({ ...registry.REGISTRY_SELECTORS })
    const errors: [string, string][] = []
    new Interface(artefact.abi).forEachError((error) => errors.push([error.selector.slice(2), error.name]))
    expect(Object.fromEntries(errors)).toEqual({ ...registry.REGISTRY_ERRORS })
  })
  test('deployment data is what an ABI library makes', () => {
    const [owner, operator] = [addressOf(OPERATOR), addressOf(randomHex())]
    for (const did of ['', 'x'.repeat(31), 'x'.repeat(32), 'x'.repeat(33), 'did:web:bücher.example', DID]) {
      const words = AbiCoder.defaultAbiCoder().encode(['string', 'address', 'address'], [did, owner, operator])
      expect(deployData(did, owner, operator)).toBe(artefact.bytecode + words.slice(2))
    }
  })
})

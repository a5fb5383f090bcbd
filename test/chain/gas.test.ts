import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { serverHash } from '../../src/keys/hash.ts'
import { CHAINS, type TestChain } from '../kit/chains.ts'
import { type RegistryGas, dearRoot, registryGas } from './registry-gas.ts'
import { DID, KEY_DID } from './registry-kit.ts'

/** What the contract may cost: more is a change for every issuer who pays for it. */
const BUDGETS: Partial<Record<keyof RegistryGas, number>> = {
  deploy: 700_000,
  anchorOne: 48_000,
  anchorTenThousand: 48_000,
  anchorAgain: 27_000,
  revokeOne: 50_000,
  revokeHundred: 100 * 26_000,
  revokeBatch: 50_000,
  supersededToRevoked: 33_000,
}
const overBudget = (gas: RegistryGas, budgets: typeof BUDGETS) =>
  Object.entries(budgets).filter(([name, most]) => !(gas[name as keyof RegistryGas] <= most))

const leaf = () => serverHash.sha256(crypto.getRandomValues(new Uint8Array(32)))
const treeOf = (count: number) => dearRoot(Array.from({ length: count }, leaf), leaf)
const measured: RegistryGas[] = []

describe.each(CHAINS)('gas on %s', (_name, start) => {
  let chain: TestChain
  let gas: RegistryGas
  beforeAll(async () => {
    chain = await start()
    gas = await registryGas(chain, KEY_DID, [treeOf(1), treeOf(10_000)])
    measured.push(gas)
  })
  afterAll(() => chain.stop())

  test('stays within the budgets, with the longest DID there is', () => {
    expect(overBudget(gas, BUDGETS)).toEqual([])
  })
  test('of an anchor is the same for one certificate and for ten thousand', () => {
    expect(gas.anchorTenThousand).toBe(gas.anchorOne)
  })
  test('of a shorter DID is less, and of nothing else', async () => {
    const shorter = await registryGas(chain, DID, [treeOf(1), treeOf(2)])
    expect(shorter.deploy).toBeLessThan(gas.deploy)
    expect({ ...shorter, deploy: 0 }).toEqual({ ...gas, deploy: 0 })
  })
  test('over a budget is noticed', () => {
    const tight = { ...BUDGETS, anchorOne: gas.anchorOne - 1 }
    expect(overBudget(gas, tight)).toEqual([['anchorOne', gas.anchorOne - 1]])
  })
})

test('both chains count the same gas', () => {
  expect(measured).toHaveLength(CHAINS.length)
  expect(measured[0]!).toEqual(measured[1]!)
})

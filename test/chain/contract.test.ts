import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { REGISTRY_RUNTIME } from '../../src/chain/contract.ts'
import { RELEASED_CODE } from '../../src/domain/registry.ts'
import { CHAINS, type TestChain } from '../kit/chains.ts'
import { ALL_RULES, Ground, PROVEN, RULES } from './registry-rules.ts'

describe.each(CHAINS)('the registry on %s', (name, start) => {
  let chain: TestChain
  beforeAll(async () => {
    chain = await start()
  })
  afterAll(() => chain.stop())

  const rules = Object.entries(name === 'anvil' ? ALL_RULES : RULES)
  test.each(rules)('%s', async (_sentence, rule) => rule(new Ground(chain)))

  test('has the released code', async () => {
    const { address } = await new Ground(chain).deploy()
    const code = await chain.request<string>('eth_getCode', [address, 'latest'])
    expect(code).toBe(REGISTRY_RUNTIME)
    const hash = createHash('sha256')
      .update(Buffer.from(code.slice(2), 'hex'))
      .digest('hex')
    expect(RELEASED_CODE.has(hash)).toBe(true)
  })

  test('is asked for proofs only where there are any', async () => {
    const asked = chain.request('eth_getProof', [`0x${'00'.repeat(20)}`, [], 'latest'])
    const served = await asked.then(
      () => true,
      () => false,
    )
    expect([name, served]).toEqual([name, rules.some(([sentence]) => sentence === PROVEN)])
  })
})

import { expect, test } from 'bun:test'
import { chainsOf, embeddedChain, remoteChain } from '../../src/chain/chains.ts'
import { BUILT_IN_NETWORKS, EMBEDDED_CHAIN_ID, type Network } from '../../src/domain/networks.ts'
import { startAnvil } from '../kit/anvil.ts'
import { embeddedTestChain } from '../kit/chains.ts'
import { account } from './nodes.ts'

const clock = { now: () => 0 }
const builtIn = (name: string) => BUILT_IN_NETWORKS.find((network) => network.name === name)!

test('a network becomes a chain with its id, depth, cap and explorer', () => {
  const polygon = remoteChain({ ...builtIn('polygon'), maxFeeGwei: 0.05 }, ['http://127.0.0.1:1'], account, clock)
  expect(polygon).toMatchObject({
    network: 'polygon',
    chainId: 137,
    embedded: false,
    confirmations: 64,
    finalityTag: true,
  })
  expect([polygon.feeCap, polygon.explorerUrl]).toEqual(['50000000', 'https://polygonscan.com'])
  expect(polygon.health().map(({ state }) => state)).toEqual(['untried'])
  expect(() => remoteChain(builtIn('polygon'), ['wss://x'], account, clock)).toThrow('http or https')
  const chains = chainsOf([polygon])
  expect([chains.get('polygon'), chains.get('ethereum'), chains.all()]).toEqual([polygon, undefined, [polygon]])
})

test('the embedded chain is final at once and free; an outside node is asked by the same code', async () => {
  const node = await embeddedTestChain()
  const chain = embeddedChain({ request: (method, params) => node.request(method, params) }, account)
  expect([chain.chainId, chain.embedded, chain.feeCap]).toEqual([EMBEDDED_CHAIN_ID, true, '0'])
  expect(await chain.heads()).toEqual({ latest: 0, final: 0 })
  expect(await chain.fees()).toEqual({ base: '0', tip: '0', maxFee: '0', legacy: false })
  const anvil = await startAnvil({ chainId: 560_048 })
  const network: Network = { ...builtIn('sepolia'), name: 'hoodi', chainId: 560_048, minTipGwei: 2 }
  const remote = remoteChain(network, [anvil.url], account, clock)
  expect((await remote.fees()).tip).toBe('2000000000')
  expect(remote.health()[0]!.state).toBe('ok')
  await Promise.all([anvil.stop(), node.stop()])
})

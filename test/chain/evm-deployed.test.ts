import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deployData } from '../../src/chain/contract.ts'
import type { EvmChain } from '../../src/chain/evm.ts'
import { ChainUnavailable } from '../../src/domain/ports.ts'
import { type Anvil, startAnvil } from '../kit/anvil.ts'
import { randomHex } from '../kit/chains.ts'
import {
  chainOver,
  deploy,
  DID,
  direct,
  hexOf,
  noBodies,
  noLogs,
  type Overrides,
  pool,
  problem,
  pruned,
  send,
  US,
} from './nodes.ts'

let anvil: Anvil
let local: EvmChain
beforeAll(async () => {
  anvil = await startAnvil()
  local = over()
})
afterAll(() => anvil.stop())

/** The real node, some of whose answers are replaced. */
const over = (overrides: Overrides = {}) => chainOver(direct(overrides, anvil))
const mine = (blocks: number) => anvil.request('anvil_mine', [hexOf(blocks)])
const head = async () => (await local.heads()).latest

describe('a registry deployed before', () => {
  test('is found with its deployment: by its log, or by the nonce where logs are pruned', async () => {
    const did = `did:web:${randomHex(8)}.example.edu`
    const from = await local.nonce('latest')
    await send(local, US, '0x')
    await deploy(local) // another issuer's
    const contract = await deploy(local, did)
    await mine(40)
    const to = (await local.nonce('latest')) + 20
    const nonce = from + 2
    const receipt = (await local.userOfNonce(nonce, 0, await head()))!.receipt
    for (const overrides of [{}, noLogs, { ...pruned(10, head) }]) {
      const found = (await over(overrides).deployedWith(did, from, to))!
      expect({ ...found, address: found.address.toLowerCase() }).toEqual({ address: contract, nonce, receipt })
    }
    const unfiltered: Overrides = {
      eth_getLogs: () => anvil.request('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest' }]),
    }
    const byLog = await over({ ...pruned(10, head), ...noBodies, ...unfiltered }).deployedWith(did, from, to)
    expect(byLog!.receipt).toEqual(receipt) // other contracts' logs do not mislead
    const forgotten = { ...pruned(10, head), ...noLogs, ...noBodies }
    expect((await over(forgotten).deployedWith(did, from, to))!.receipt).toBeNull()
    expect(await local.deployedWith(did, from, nonce)).toBeNull()
    expect(await local.deployedWith('did:web:other', from, to)).toBeNull()
  })
  test('is one of ours only by its code: another contract may say the same DID', async () => {
    const did = `did:web:${randomHex(8)}.example.edu`
    const from = await local.nonce('latest')
    await send(local, null, deployData(did, US, US))
    const to = from + 1
    expect(await local.deployedWith(did, from, to)).not.toBeNull() // control
    const changed: Overrides = {
      eth_getCode: async (_params, ask) => `${String(await ask())}00`,
    }
    expect(await over(changed).deployedWith(did, from, to)).toBeNull()
  })
  test('asks for each code once, and throws while no node answers', async () => {
    let codes = 0
    const counting: Overrides = { eth_getCode: () => (codes++, '0x') }
    expect(await over(counting).deployedWith(DID, 0, 21)).toBeNull()
    expect(codes).toBe(21)
    const silent = chainOver(pool(['http://127.0.0.1:1/']).rpc)
    expect(await problem(silent.deployedWith(DID, 0, 3))).toBeInstanceOf(ChainUnavailable)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { EvmChain } from '../../src/chain/evm.ts'
import { ChainUnavailable } from '../../src/domain/ports.ts'
import * as registry from '../../src/domain/registry.ts'
import { type Anvil, startAnvil } from '../kit/anvil.ts'
import { addressOf, randomHex } from '../kit/chains.ts'
import {
  chainOver,
  deploy,
  direct,
  hexOf,
  type Overrides,
  problem,
  pruned,
  refuse,
  send,
  STRANGER,
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
const noReceipts: Overrides = { eth_getTransactionReceipt: () => null }

describe('a receipt that no endpoint serves', () => {
  const found = async (nonce: number, overrides: Overrides = {}) =>
    over({ ...noReceipts, ...overrides }).userOfNonce(nonce, 0, await head())
  const expected = async (nonce: number) => {
    const real = (await local.userOfNonce(nonce, 0, await head()))!
    return { ...real, receipt: { ...real.receipt, fee: null } }
  }

  test('is replaced by what the contract says', async () => {
    const contract = await deploy(local)
    const deployment = (await local.nonce('latest')) - 1
    const [root, leaf, next] = [randomHex(), randomHex(), addressOf(STRANGER)]
    const steps = [
      registry.encodeAnchor(root),
      registry.encodeRevoke([leaf], registry.REASON_SUPERSEDED),
      registry.encodeSetOperator(next, 2),
      registry.encodeTransferOwnership(next),
      registry.encodeTransferOwnership(registry.ZERO_ADDRESS),
      registry.encodeTransferOwnership(US),
      registry.encodeAcceptOwnership(),
    ]
    expect(await found(deployment)).toEqual(await expected(deployment))
    for (const data of steps) {
      const { nonce } = await send(local, contract, data)
      expect(await found(nonce)).toEqual(await expected(nonce))
      const refused = { eth_getTransactionReceipt: () => refuse('pruned history unavailable', 4444) }
      expect(await found(nonce, refused)).toEqual(await expected(nonce))
    }
    const cancel = await send(local, US, '0x')
    expect(await found(cancel.nonce)).toEqual(await expected(cancel.nonce))
  })

  test('tells a failure only by the state of its own block, never by a node that lags', async () => {
    const contract = await deploy(local)
    const fees = await local.fees()
    const failing = async (data: string) => {
      const nonce = await local.nonce('pending')
      const { raw } = await local.sign({ nonce, to: contract, data, gas: 30_000, ...fees })
      await local.broadcast(raw)
      await mine(1)
      return nonce
    }
    const anchor = await failing(registry.encodeAnchor(randomHex())) // out of gas
    expect((await found(anchor))!.receipt.succeeded).toBe(false)
    expect(await found(anchor)).toEqual(await expected(anchor))
    const leaf = randomHex()
    await send(local, contract, registry.encodeRevoke([leaf], registry.REASON_SUPERSEDED))
    const revoke = await failing(registry.encodeRevoke([leaf], registry.REASON_REVOKED)) // it still is superseded
    expect((await found(revoke))!.receipt.succeeded).toBe(false)
    const { nonce, receipt } = await send(local, contract, registry.encodeAnchor(randomHex()))
    const lagging: Overrides = {
      eth_call: ([call, tag]) =>
        anvil.request('eth_call', [call, tag === 'latest' ? hexOf(receipt.blockNumber - 1) : tag]),
    }
    expect((await found(nonce, lagging))!.receipt.succeeded).toBe(true)
    await mine(20)
    expect(await problem(found(anchor, { eth_call: pruned(10, head).eth_call! }))).toBeInstanceOf(ChainUnavailable)
  })

  test('says nothing where the effect is gone or was another’s', async () => {
    const contract = await deploy(local)
    const operator = addressOf(STRANGER)
    const first = await send(local, contract, registry.encodeSetOperator(operator, 1))
    await send(local, contract, registry.encodeSetOperator(operator, 0))
    const offered = await send(local, contract, registry.encodeTransferOwnership(operator))
    await send(local, contract, registry.encodeTransferOwnership(registry.ZERO_ADDRESS))
    const plain = await send(local, operator, '0x')
    const odd = await send(local, operator, `0x${registry.REGISTRY_SELECTORS.setOperator}ff`)
    const bare = await send(local, operator, registry.encodeAnchor(randomHex())) // no registry there
    for (const { nonce } of [first, offered, plain, odd, bare]) {
      const error = await problem(found(nonce))
      expect(error).toBeInstanceOf(ChainUnavailable)
      expect(error.message).toStartWith('no endpoint serves the receipt of 0x')
    }
  })
})

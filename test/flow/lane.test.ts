import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { recordAccounts } from '../../src/actions/accounts.ts'
import { readCertificate, retryCertificate } from '../../src/actions/certificates.ts'
import { openAccount } from '../../src/chain/accounts.ts'
import { chainsOf, remoteChain } from '../../src/chain/chains.ts'
import { systemRandom } from '../../src/domain/ids.ts'
import { askCancel, laneOf } from '../../src/domain/transactions-decide.ts'
import { encodeAddress, encodeNumber, REGISTRY_SELECTORS } from '../../src/domain/registry.ts'
import { ForeignPending, refuseForeignPending } from '../../src/wire-preflight.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { signRaw } from '../kit/chains.ts'
import { LOCAL_NETWORK, startRealNode, type RealNode } from '../kit/real-node.ts'

const ETHER = 10n ** 18n
const hex = (value: bigint | number) => `0x${value.toString(16)}`

let node: RealNode
let template: string
beforeAll(async () => {
  node = await startRealNode()
  template = await node.ready()
})
afterAll(() => node.close())

const account = () => node.chain().account
const lane = () => laneOf(node.chain().chainId, account())
const holdOf = async () => (await node.app.store.transactions.lane(lane()))?.hold ?? null
const open = () => node.app.store.transactions.open(lane())
const statusOf = async (id: string) => (await readCertificate(node.app.context, node.app.live, id)).certificate.status
const issue = async () => (await node.app.issue(template)).certificate.id
const automine = (on: boolean) => node.anvil.request('evm_setAutomine', [on])
/** How many anchoring transactions the registry has seen, by our nonce: every operation is one. */
const sentBy = async (work: () => Promise<void>) => {
  const before = await node.chain().nonce('latest')
  await work()
  return (await node.chain().nonce('latest')) - before
}
const mined = async () => {
  await automine(true)
  await node.settle()
}
const noStop = () => () => {}

describe('a lane that may not sign spends no nonce, says why, and goes on by itself', () => {
  test('gas above the cap', async () => {
    await node.anvil.request('anvil_setNextBlockBaseFeePerGas', [hex(500n * 10n ** 9n)])
    await node.anvil.request('anvil_mine', ['0x1'])
    const id = await issue()
    expect(await sentBy(() => node.run(4))).toBe(0)
    expect([await holdOf(), (await open())[0]?.nonce]).toEqual(['fee_above_cap', null])
    await node.anvil.request('anvil_setNextBlockBaseFeePerGas', [hex(10n ** 9n)])
    await node.anvil.request('anvil_mine', ['0x1'])
    node.app.clock.advance(30_000)
    expect(await sentBy(() => node.settle())).toBe(1)
    expect([await statusOf(id), await holdOf()]).toEqual(['issued', null])
  })

  test('an empty account: the message names it and the amount', async () => {
    await node.anvil.request('anvil_setBalance', [account(), '0x1'])
    const id = await issue()
    await node.run(4)
    const state = (await node.app.store.transactions.lane(lane()))!
    expect(state).toMatchObject({ hold: 'no_funds', account: account() })
    expect(state.detail).toContain(
      `Account ${account()} on local cannot pay for the next transaction: send it at least`,
    )
    await node.anvil.request('anvil_setBalance', [account(), hex(100n * ETHER)])
    node.app.clock.advance(30_000)
    await node.settle()
    expect([await statusOf(id), await holdOf()]).toEqual(['issued', null])
  })

  test('a stranger’s pending transaction of our account', async () => {
    await automine(false)
    const nonce = await node.chain().nonce('latest')
    const to = `0x${'11'.repeat(20)}`
    const foreign = { chainId: 31_337, nonce, to, value: 1n, gas: 21_000n, price: 90n * 10n ** 9n }
    await node.anvil.request('eth_sendRawTransaction', [signRaw(DEVELOPMENT_KEYS[0], foreign)])
    const id = await issue()
    await node.run(4)
    expect([await holdOf(), (await open())[0]?.nonce]).toEqual(['foreign_pending', null])
    const refused = await refuseForeignPending(node.app.store, node.app.context.chains, noStop).catch((error) => error)
    expect(refused).toBeInstanceOf(ForeignPending)
    expect(refused.message).toContain('1 pending transaction of account')
    await automine(true)
    await node.anvil.request('anvil_mine', ['0x1'])
    await refuseForeignPending(node.app.store, node.app.context.chains, noStop) // the control
    node.app.clock.advance(30_000)
    await node.settle()
    expect([await statusOf(id), await holdOf()]).toEqual(['issued', null])
  })

  test('a contract that refuses holds the one transaction with its reason, and not the lane', async () => {
    const registry = (await node.app.store.registries.all()).find(({ network }) => network === 'local')!
    const permit = (permissions: number) =>
      node.anvil.request('eth_sendTransaction', [
        {
          from: account(),
          to: registry.address,
          data: `0x${REGISTRY_SELECTORS.setOperator}${encodeAddress(account())}${encodeNumber(permissions)}`,
        },
      ])
    await permit(2)
    const id = await issue()
    await node.run(4)
    const [held] = await open()
    expect(held).toMatchObject({ state: 'queued', nonce: null, note: 'the contract refuses: NotAllowed' })
    expect(await holdOf()).toBeNull()
    await permit(3)
    node.app.clock.advance(60_000)
    await node.settle()
    expect(await statusOf(id)).toBe('issued')
  })
})

describe('signed and not mined', () => {
  test('the same nonce is offered more after a minute, and the root is anchored once', async () => {
    await automine(false)
    const id = await issue()
    await node.run(4)
    const [row] = await open()
    expect(row!.state).toBe('signed')
    node.app.clock.advance(60_000)
    await node.run(2)
    const attempts = await node.app.store.transactions.attempts(row!.id)
    expect(attempts.length).toBe(2)
    expect(BigInt(attempts[1]!.maxFee) * 10n >= BigInt(attempts[0]!.maxFee) * 11n).toBe(true)
    expect(await sentBy(mined)).toBe(1)
    expect(await statusOf(id)).toBe('issued')
    expect((await node.app.store.transactions.find(row!.id))!.hash).toBe(attempts[1]!.hash)
  })

  test('cancelled: an empty transaction takes the nonce, the certificate fails and can be retried', async () => {
    await automine(false)
    const id = await issue()
    await node.run(4)
    const [row] = await open()
    await node.app.store.commit({
      at: node.app.clock.now(),
      puts: [{ entity: 'transaction', row: askCancel(row!, node.app.clock.now()) as never }],
      jobs: [{ kind: 'drive-lane', ref: 'local', payload: { network: 'local' }, runAt: 0, standing: true }],
    })
    await node.run(2)
    const attempts = await node.app.store.transactions.attempts(row!.id)
    expect(attempts.map(({ cancels }) => cancels)).toEqual([0, 1])
    expect(await sentBy(mined)).toBe(1)
    expect((await node.app.store.transactions.find(row!.id))!.state).toBe('cancelled')
    expect(await statusOf(id)).toBe('failed')
    await retryCertificate(node.app.context, node.app.live, id)
    await node.settle()
    expect(await statusOf(id)).toBe('issued')
  })
})

test('after a change of account the old lane is watched to its end, and what it had not signed goes to the new one', async () => {
  const { app, anvil } = node
  await automine(false)
  const signed = await issue()
  await node.run(4)
  const oldLane = lane()
  expect((await open()).map(({ state }) => state)).toEqual(['signed'])
  const next = await openAccount({
    dir: '.',
    key: DEVELOPMENT_KEYS[1],
    random: systemRandom,
    seal: () => '',
    unseal: () => new Uint8Array(),
    write: () => {},
  })
  const registry = (await app.store.registries.all()).find(({ network }) => network === 'local')!
  const call = `0x${REGISTRY_SELECTORS.setOperator}${encodeAddress(next.address)}${encodeNumber(3)}`
  await anvil.request('anvil_impersonateAccount', [account()])
  await recordAccounts(app.context, [next])
  app.context.chains = chainsOf([app.chain, remoteChain(LOCAL_NETWORK, [node.door.url], next, app.clock)])
  await automine(true)
  await anvil.request('anvil_mine', ['0x1'])
  await anvil.request('eth_sendTransaction', [{ from: oldLane.split(':')[1], to: registry.address, data: call }])
  const unsigned = await issue()
  await node.settle()
  expect([await statusOf(signed), await statusOf(unsigned)]).toEqual(['issued', 'issued'])
  expect(await app.store.transactions.open(oldLane)).toEqual([])
  expect(lane()).not.toBe(oldLane)
})

describe('a budget for the day', () => {
  test('holds when it is used up, and goes on a day later', async () => {
    const tight = await startRealNode({ dailyBudget: 0.006 })
    try {
      const id = await tight.ready()
      const first = (await tight.app.issue(id)).certificate.id
      await tight.settle()
      let held: string | null = null
      for (let round = 0; round < 40 && held === null; round++) {
        await tight.app.issue(id)
        await tight.anvil.request('anvil_setNextBlockBaseFeePerGas', [hex(10n ** 10n)])
        await tight.anvil.request('anvil_mine', ['0x1'])
        await tight.settle(6)
        held = (await tight.app.store.transactions.laneStates())[0]?.hold ?? null
      }
      expect(held).toBe('daily_budget')
      expect((await readCertificate(tight.app.context, tight.app.live, first)).certificate.status).toBe('issued')
      tight.app.clock.advance(86_400_000)
      await tight.settle()
      expect((await tight.app.store.transactions.laneStates())[0]!.hold).toBeNull()
    } finally {
      await tight.close()
    }
  })
})

test('a block that was final and is gone is found by the audit, and the same transaction lands once more', async () => {
  const audited = await startRealNode()
  try {
    const { app, anvil } = audited
    const id = (await app.issue(await audited.ready())).certificate.id
    await audited.settle()
    const read = () => readCertificate(app.context, app.live, id)
    expect((await read()).certificate.status).toBe('issued')
    const [anchor] = await app.store.anchors.list({ state: 'confirmed', limit: 1 })
    const registry = (await app.store.registries.find(anchor!.registryId))!.address!
    const chain = audited.chain()
    const depth = (await chain.heads()).latest - anchor!.blockNumber! + 1
    await anvil.request('anvil_reorg', [depth, []])
    await anvil.request('anvil_dropAllTransactions')
    expect(await chain.anchoredAt(registry, anchor!.root!)).toBe(0)
    const audit = { kind: 'audit-lane', ref: 'local', payload: { network: 'local' }, standing: true } as const
    await app.store.commit({ at: app.clock.now(), jobs: [{ ...audit, runAt: app.clock.now() }] })
    await audited.settle()
    expect(await chain.anchoredAt(registry, anchor!.root!)).toBeGreaterThan(0)
    const [again] = await app.store.anchors.list({ state: 'confirmed', limit: 1 })
    expect([again!.transactionHash, again!.state]).toEqual([anchor!.transactionHash, 'confirmed'])
    expect(again!.blockNumber).toBeGreaterThan(anchor!.blockNumber!)
    expect((await read()).certificate.status).toBe('issued')
    const events = await app.store.events.ofSubject(id)
    expect(events.filter(({ type }) => type === 'certificate.issued').length).toBe(1)
  } finally {
    await audited.close()
  }
})

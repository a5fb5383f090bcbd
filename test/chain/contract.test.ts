import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { id as keccakText } from 'ethers/hash'
import { REGISTRY_RUNTIME, deployData } from '../../src/chain/contract.ts'
import { REGISTRY_SELECTORS, ZERO_ADDRESS } from '../../src/domain/registry.ts'
import { CHAINS, type TestChain, addressOf } from '../kit/chains.ts'
import { COLD, DID, DeployedRegistry, NEXT, OK, OPERATOR, OTHER, REVERTED, bytes32 } from './registry-kit.ts'

describe.each(CHAINS)('the registry on %s', (name, start) => {
  let chain: TestChain
  let registry: DeployedRegistry
  beforeAll(async () => {
    chain = await start()
    registry = await DeployedRegistry.deploy(chain)
  })
  afterAll(() => chain.stop())

  test('a deployment names its issuer, owner and operator, and its code is the same for everybody', async () => {
    expect(await registry.read('did')).toEqual([DID])
    expect(await registry.read('owner')).toEqual([addressOf(COLD)])
    expect(await registry.read('pendingOwner')).toEqual([ZERO_ADDRESS])
    expect(await registry.read('permissions', [addressOf(OPERATOR)])).toEqual([3n])
    expect(await registry.read('permissions', [addressOf(COLD)])).toEqual([0n])
    const long = await DeployedRegistry.deploy(chain, 'did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z')
    for (const { address } of [registry, long])
      expect(await chain.request('eth_getCode', [address, 'latest'])).toBe(REGISTRY_RUNTIME)
    const orphan = await chain.send(OPERATOR, { data: deployData(DID, ZERO_ADDRESS, addressOf(OPERATOR)) })
    expect(orphan.status).toBe(REVERTED)
  })

  test('32 bytes anchor a root, and a second time changes nothing', async () => {
    const root = bytes32()
    const first = await registry.send(OPERATOR, root)
    const operatorTopic = `0x${addressOf(OPERATOR).slice(2).toLowerCase().padStart(64, '0')}`
    expect(first.status).toBe(OK)
    expect(first.logs[0]!.topics).toEqual([keccakText('Anchored(bytes32,address)'), root, operatorTopic])
    const time = await registry.timeOf(first)
    expect(await registry.read('anchoredAt', [root])).toEqual([time])
    await chain.advance(100)
    const second = await registry.send(OPERATOR, root)
    expect([second.status, second.logs.length]).toEqual([OK, 0])
    expect(await registry.read('anchoredAt', [root])).toEqual([time])
    expect(await registry.read('status', [root, bytes32()])).toEqual([time, 0n, 0n])
  })

  test('whatever is not 32 bytes from an operator reverts and anchors nothing', async () => {
    const root = bytes32()
    for (const data of ['0x', root.slice(0, 64), `${root}00`, '0x12345678', `0x12345678${root.slice(2)}`])
      expect([data, (await registry.send(OPERATOR, data)).status]).toEqual([data, REVERTED])
    for (const key of [COLD, OTHER]) expect((await registry.send(key, root)).status).toBe(REVERTED)
    expect(await registry.read('anchoredAt', [root])).toEqual([0n])
    if (name === 'anvil') expect((await registry.send(OPERATOR, root, 1n)).status).toBe(REVERTED)
    else await expect(registry.send(OPERATOR, root, 1n)).rejects.toThrow('funds') // nobody has ether there
  })

  test('a root that begins with a selector reverts instead of running the function', async () => {
    const selectors = Object.values(REGISTRY_SELECTORS)
    expect(selectors).toHaveLength(11)
    for (const selector of selectors)
      for (const rest of ['00'.repeat(28), 'ff'.repeat(28), bytes32().slice(10)]) {
        const root = `0x${selector}${rest}`
        expect([root, (await registry.send(OPERATOR, root)).status]).toEqual([root, REVERTED])
        expect(await registry.read('anchoredAt', [root])).toEqual([0n])
      }
  })

  test('the first revocation of an id stands, but superseded may become revoked', async () => {
    const [root, leaf, other] = [bytes32(), bytes32(), bytes32()]
    await registry.send(OPERATOR, root)
    const superseded = await registry.timeOf(await registry.call(OPERATOR, 'revoke', [[leaf], 2]))
    await chain.advance(100)
    const again = await registry.call(OPERATOR, 'revoke', [[leaf], 2])
    expect([again.status, again.logs.length]).toEqual([OK, 0])
    expect((await registry.read('status', [root, leaf])).slice(1)).toEqual([superseded, 2n])
    const revoked = await registry.timeOf(await registry.call(OPERATOR, 'revoke', [[leaf], 1]))
    expect(revoked).toBeGreaterThan(superseded)
    await chain.advance(100)
    for (const reason of [1, 2])
      expect((await registry.call(OPERATOR, 'revoke', [[leaf], reason])).logs).toHaveLength(0)
    expect(await registry.read('revocations', [leaf])).toEqual([revoked, 1n])
    expect((await registry.read('status', [root, other])).slice(1)).toEqual([0n, 0n])
    for (const reason of [0, 3, 255])
      expect((await registry.call(OPERATOR, 'revoke', [[other], reason])).status).toBe(REVERTED)
    expect((await registry.call(OPERATOR, 'revoke', [[other, other, leaf], 1])).logs).toHaveLength(1)
  })

  test('of leaf and root, revoked outranks superseded, and then the earlier counts', async () => {
    const times = new Map<string, bigint>()
    const mark = async (id: string, reason: number) => {
      await chain.advance(60)
      times.set(id, await registry.timeOf(await registry.call(OPERATOR, 'revoke', [[id], reason])))
    }
    for (const [first, second] of [
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ] as [number, number][])
      for (const leafFirst of [true, false]) {
        const [root, leaf] = [bytes32(), bytes32()]
        const [earlier, later] = leafFirst ? [leaf, root] : [root, leaf]
        await mark(earlier, first)
        await mark(later, second)
        const winner = second < first ? [times.get(later)!, BigInt(second)] : [times.get(earlier)!, BigInt(first)]
        expect((await registry.read('status', [root, leaf])).slice(1)).toEqual(winner)
      }
    const single = bytes32() // a batch of one: the root is the leaf
    await mark(single, 1)
    expect((await registry.read('status', [single, single])).slice(1)).toEqual([times.get(single)!, 1n])
  })

  test('anchoring and revoking are separate permissions that only the owner gives', async () => {
    for (const [key, flags] of [
      [OTHER, 1],
      [NEXT, 2],
    ] as [string, number][]) {
      expect((await registry.call(OPERATOR, 'setOperator', [addressOf(key), flags])).status).toBe(REVERTED)
      expect((await registry.call(COLD, 'setOperator', [addressOf(key), flags])).status).toBe(OK)
    }
    expect((await registry.send(OTHER, bytes32())).status).toBe(OK)
    expect((await registry.call(OTHER, 'revoke', [[bytes32()], 1])).status).toBe(REVERTED)
    expect((await registry.send(NEXT, bytes32())).status).toBe(REVERTED)
    expect((await registry.call(NEXT, 'revoke', [[bytes32()], 1])).status).toBe(OK)
    expect((await registry.call(COLD, 'setOperator', [addressOf(OTHER), 4])).status).toBe(REVERTED)
    for (const key of [OTHER, NEXT]) await registry.call(COLD, 'setOperator', [addressOf(key), 0])
    expect((await registry.send(OTHER, bytes32())).status).toBe(REVERTED)
  })

  test('ownership moves in two steps, and what the old operator anchored stands', async () => {
    const root = bytes32()
    await registry.send(OPERATOR, root)
    for (const key of [OPERATOR, NEXT])
      expect((await registry.call(key, 'transferOwnership', [addressOf(NEXT)])).status).toBe(REVERTED)
    expect((await registry.call(COLD, 'transferOwnership', [addressOf(NEXT)])).status).toBe(OK)
    expect(await registry.read('owner')).toEqual([addressOf(COLD)]) // nothing has changed yet
    expect((await registry.call(COLD, 'transferOwnership', [ZERO_ADDRESS])).status).toBe(OK) // cancelled
    expect((await registry.call(NEXT, 'acceptOwnership', [])).status).toBe(REVERTED)
    await registry.call(COLD, 'transferOwnership', [addressOf(NEXT)])
    expect((await registry.call(OTHER, 'acceptOwnership', [])).status).toBe(REVERTED)
    expect((await registry.call(NEXT, 'acceptOwnership', [])).status).toBe(OK)
    expect([...(await registry.read('owner')), ...(await registry.read('pendingOwner'))]).toEqual([
      addressOf(NEXT),
      ZERO_ADDRESS,
    ])
    expect((await registry.call(COLD, 'setOperator', [addressOf(COLD), 3])).status).toBe(REVERTED)
    await registry.call(NEXT, 'setOperator', [addressOf(OTHER), 3])
    await registry.call(NEXT, 'setOperator', [addressOf(OPERATOR), 0])
    expect((await registry.send(OPERATOR, bytes32())).status).toBe(REVERTED)
    expect((await registry.send(OTHER, bytes32())).status).toBe(OK)
    expect((await registry.read('status', [root, root]))[0]).toBeGreaterThan(0n)
  })
})

/** What revocation and status() promise, as functions that run on any chain and any code. */
import { expect } from 'bun:test'
import { id as keccakText } from 'ethers/hash'
import { addressOf } from '../kit/chains.ts'
import { COLD, type DeployedRegistry, NEXT, OK, OPERATOR, OTHER, bytes32, eventsOf } from './registry-kit.ts'
import type { Ground } from './registry-rules-anchor.ts'

export async function onlyRevokersRevoke(ground: Ground) {
  const registry = await ground.deploy()
  const id = bytes32()
  await registry.call(COLD, 'setOperator', [addressOf(NEXT), 1])
  for (const key of [COLD, OTHER, NEXT]) expect(await registry.outcomeOf(key, 'revoke', [[id], 1])).toBe('NotAllowed')
  expect(await registry.read('revocations', [id])).toEqual([0n, 0n])
  await registry.call(COLD, 'setOperator', [addressOf(NEXT), 2])
  expect(await registry.outcomeOf(NEXT, 'revoke', [[id], 1])).toBe('accepted')
}

export async function reasonsAreOneAndTwo(ground: Ground) {
  const registry = await ground.deploy()
  const id = bytes32()
  for (const reason of [0, 3, 255])
    expect([reason, await registry.outcomeOf(OPERATOR, 'revoke', [[id], reason])]).toEqual([reason, 'BadReason'])
  expect(await registry.read('revocations', [id])).toEqual([0n, 0n])
}

export async function everyIdOfABatchIsRevoked(ground: Ground) {
  const registry = await ground.deploy()
  const ids = [bytes32(), bytes32(), bytes32()]
  for (const reason of [2, 1]) {
    const receipt = await registry.call(OPERATOR, 'revoke', [ids, reason])
    expect(eventsOf(receipt)).toEqual(ids.map((id) => ['Revoked', id, BigInt(reason), addressOf(OPERATOR)]))
    expect(receipt.logs[0]!.topics[0]).toBe(keccakText('Revoked(bytes32,uint8,address)'))
    const time = await registry.timeOf(receipt)
    for (const id of ids) expect(await registry.read('revocations', [id])).toEqual([time, BigInt(reason)])
    await ground.chain.advance(60)
  }
  expect(await registry.outcomeOf(OPERATOR, 'revoke', [[], 1])).toBe('accepted')
}

export async function theFirstRevocationStands(ground: Ground) {
  const registry = await ground.deploy()
  const [leaf, other] = [bytes32(), bytes32()]
  const superseded = await registry.timeOf(await registry.call(OPERATOR, 'revoke', [[leaf], 2]))
  await ground.chain.advance(100)
  const again = await registry.call(OPERATOR, 'revoke', [[leaf], 2])
  expect([again.status, again.logs.length]).toEqual([OK, 0])
  expect(await registry.read('revocations', [leaf])).toEqual([superseded, 2n])
  const revoked = await registry.timeOf(await registry.call(OPERATOR, 'revoke', [[leaf], 1]))
  expect(revoked).toBeGreaterThan(superseded)
  expect(await registry.read('revocations', [leaf])).toEqual([revoked, 1n])
  await ground.chain.advance(100)
  for (const reason of [1, 2]) {
    const repeated = await registry.call(OPERATOR, 'revoke', [[leaf], reason])
    expect([repeated.status, repeated.logs.length]).toEqual([OK, 0])
  }
  expect(await registry.read('revocations', [leaf])).toEqual([revoked, 1n])
  // A batch may be sent again when one of its ids is there already, or is named twice.
  const mixed = await registry.call(OPERATOR, 'revoke', [[leaf, other, other], 1])
  expect([mixed.status, mixed.logs.length]).toEqual([OK, 1])
  expect(await registry.read('revocations', [leaf])).toEqual([revoked, 1n])
}

/** Revokes one id, a minute after the last; the time. */
async function mark(registry: DeployedRegistry, id: string, reason: number): Promise<bigint> {
  await registry.chain.advance(60)
  return registry.timeOf(await registry.call(OPERATOR, 'revoke', [[id], reason]))
}

export async function revokedOutranksAndThenTheEarlierCounts(ground: Ground) {
  const registry = await ground.deploy()
  for (const [first, second] of [
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
  ] as const)
    for (const leafFirst of [true, false]) {
      const [root, leaf] = [bytes32(), bytes32()]
      const [earlier, later] = leafFirst ? [leaf, root] : [root, leaf]
      const times = [await mark(registry, earlier, first), await mark(registry, later, second)]
      const winner = second < first ? [times[1], BigInt(second)] : [times[0], BigInt(first)]
      const said = (await registry.read('status', [root, leaf])).slice(1)
      expect([first, second, leafFirst, ...said]).toEqual([first, second, leafFirst, ...winner])
    }
}

export async function statusIsOfRootAndLeaf(ground: Ground) {
  const registry = await ground.deploy()
  const [root, leaf, other] = [bytes32(), bytes32(), bytes32()]
  expect(await registry.read('status', [root, leaf])).toEqual([0n, 0n, 0n])
  const anchored = await registry.timeOf(await registry.send(OPERATOR, root))
  const revoked = await mark(registry, leaf, 2)
  expect(await registry.read('status', [root, leaf])).toEqual([anchored, revoked, 2n])
  expect(await registry.read('status', [root, other])).toEqual([anchored, 0n, 0n])
  expect(await registry.read('status', [leaf, root])).toEqual([0n, revoked, 2n]) // a leaf is not anchored by its root
  const whole = await mark(registry, root, 1)
  expect(await registry.read('status', [root, other])).toEqual([anchored, whole, 1n])
  const single = bytes32() // a batch of one: the root is the leaf
  const alone = await registry.timeOf(await registry.send(OPERATOR, single))
  expect(await registry.read('status', [single, single])).toEqual([alone, 0n, 0n])
  const gone = await mark(registry, single, 1)
  expect(await registry.read('status', [single, single])).toEqual([alone, gone, 1n])
}

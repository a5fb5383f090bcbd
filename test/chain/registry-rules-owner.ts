/** What permissions, ownership and storage promise, as functions that run on any chain and any code. */
import { expect } from 'bun:test'
import { verifyMerkleProof } from '@ethereumjs/mpt'
import { hexToBytes, type PrefixedHexString } from '@ethereumjs/util'
import { keccak256 } from 'ethers/crypto'
import { decodeRlp } from 'ethers/utils'
import { ZERO_ADDRESS } from '../../src/domain/registry.ts'
import { addressOf } from '../kit/chains.ts'
import { COLD, NEXT, OPERATOR, OTHER, bytes32, eventsOf } from './registry-kit.ts'
import type { Ground } from './registry-rules-anchor.ts'

export async function onlyTheOwnerNamesOperators(ground: Ground) {
  const registry = await ground.deploy()
  const other = addressOf(OTHER)
  const permissions = async () => (await registry.read('permissions', [other]))[0]
  for (const key of [OPERATOR, OTHER, NEXT])
    expect(await registry.outcomeOf(key, 'setOperator', [other, 3])).toBe('NotAllowed')
  expect(await permissions()).toBe(0n)
  // They are replaced, not added up.
  for (const flags of [3, 1, 2, 0]) {
    const receipt = await registry.call(COLD, 'setOperator', [other, flags])
    expect(eventsOf(receipt)).toEqual([['OperatorSet', other, BigInt(flags)]])
    expect(await permissions()).toBe(BigInt(flags))
  }
  for (const flags of [4, 7, 255])
    expect([flags, await registry.outcomeOf(COLD, 'setOperator', [other, flags])]).toEqual([flags, 'BadPermissions'])
  expect(await permissions()).toBe(0n)
  expect(await registry.read('permissions', [addressOf(OPERATOR)])).toEqual([3n])
}

export async function ownershipMovesInTwoSteps(ground: Ground) {
  const registry = await ground.deploy()
  const [cold, next] = [addressOf(COLD), addressOf(NEXT)]
  const owners = async () => [...(await registry.read('owner')), ...(await registry.read('pendingOwner'))]
  for (const key of [OPERATOR, NEXT])
    expect(await registry.outcomeOf(key, 'transferOwnership', [next])).toBe('NotAllowed')
  expect(await owners()).toEqual([cold, ZERO_ADDRESS])
  const started = await registry.call(COLD, 'transferOwnership', [next])
  expect(eventsOf(started)).toEqual([['OwnershipTransferStarted', cold, next]])
  expect(await owners()).toEqual([cold, next]) // nothing has changed yet
  expect(await registry.outcomeOf(NEXT, 'setOperator', [next, 3])).toBe('NotAllowed')
  for (const key of [OTHER, OPERATOR, COLD])
    expect(await registry.outcomeOf(key, 'acceptOwnership', [])).toBe('NotAllowed')
  expect(await owners()).toEqual([cold, next])
  const accepted = await registry.call(NEXT, 'acceptOwnership', [])
  expect(eventsOf(accepted)).toEqual([['OwnershipTransferred', cold, next]])
  expect(await owners()).toEqual([next, ZERO_ADDRESS])
  for (const [name, args] of [
    ['setOperator', [cold, 3]],
    ['transferOwnership', [cold]],
    ['acceptOwnership', []],
  ] as const)
    expect([name, await registry.outcomeOf(COLD, name, [...args])]).toEqual([name, 'NotAllowed'])
  expect(await registry.outcomeOf(NEXT, 'acceptOwnership', [])).toBe('NotAllowed') // once
}

export async function aTransferCanBeCancelled(ground: Ground) {
  const registry = await ground.deploy()
  for (const key of [OTHER, NEXT]) await registry.call(COLD, 'transferOwnership', [addressOf(key)])
  expect(await registry.outcomeOf(OTHER, 'acceptOwnership', [])).toBe('NotAllowed') // the later one counts
  expect(await registry.outcomeOf(COLD, 'transferOwnership', [ZERO_ADDRESS])).toBe('accepted')
  for (const key of [OTHER, NEXT, COLD]) expect(await registry.outcomeOf(key, 'acceptOwnership', [])).toBe('NotAllowed')
  expect(await registry.read('owner')).toEqual([addressOf(COLD)])
}

export async function whatARemovedOperatorDidStands(ground: Ground) {
  const registry = await ground.deploy()
  const [root, leaf] = [bytes32(), bytes32()]
  const anchored = await registry.timeOf(await registry.send(OPERATOR, root))
  const revoked = await registry.timeOf(await registry.call(OPERATOR, 'revoke', [[leaf], 1]))
  await registry.call(COLD, 'setOperator', [addressOf(OTHER), 3])
  await registry.call(COLD, 'setOperator', [addressOf(OPERATOR), 0])
  expect(await registry.outcome(OPERATOR, bytes32())).toBe('NotAllowed')
  expect(await registry.outcomeOf(OPERATOR, 'revoke', [[root], 1])).toBe('NotAllowed')
  expect(await registry.outcome(OTHER, bytes32())).toBe('accepted')
  expect(await registry.read('status', [root, leaf])).toEqual([anchored, revoked, 1n])
}

const ANCHORED_AT = 4n
const REVOCATIONS = 5n
/** Where Solidity puts the entry of a mapping. */
const slotOf = (id: string, slot: bigint) => keccak256(id + slot.toString(16).padStart(64, '0'))

interface AccountProof {
  storageHash: PrefixedHexString
  accountProof: PrefixedHexString[]
  storageProof: { key: string; value: string; proof: PrefixedHexString[] }[]
}

/** Walks both tries from the block's state root, as an auditor who trusts the header and not the node. */
async function provenValue(ground: Ground, address: string, slot: string): Promise<bigint> {
  const [proof, block] = await Promise.all([
    ground.chain.request<AccountProof>('eth_getProof', [address, [slot], 'latest']),
    ground.chain.request<{ stateRoot: PrefixedHexString }>('eth_getBlockByNumber', ['latest', false]),
  ])
  const walk = (root: string, key: string, nodes: PrefixedHexString[]) =>
    verifyMerkleProof(hexToBytes(key as PrefixedHexString), nodes.map(hexToBytes), {
      root: hexToBytes(root as PrefixedHexString),
      useKeyHashing: true,
    })
  const account = await walk(block.stateRoot, address, proof.accountProof)
  const [, , storageRoot] = decodeRlp(account!) as string[]
  expect(storageRoot).toBe(proof.storageHash)
  const value = await walk(storageRoot!, slot, proof.storageProof[0]!.proof)
  return value === null ? 0n : BigInt(decodeRlp(value) as string)
}

/** Auditors prove records with eth_getProof. For chains that serve it. */
export async function recordsCanBeProven(ground: Ground) {
  const registry = await ground.deploy()
  const [root, leaf] = [bytes32(), bytes32()]
  const anchored = await registry.timeOf(await registry.send(OPERATOR, root))
  await ground.chain.advance(60)
  const revoked = await registry.timeOf(await registry.call(OPERATOR, 'revoke', [[leaf], 2]))
  for (const [id, slot, value] of [
    [root, ANCHORED_AT, anchored],
    [leaf, REVOCATIONS, (2n << 64n) | revoked], // time in the low 64 bits, reason above
    [leaf, ANCHORED_AT, 0n],
    [root, REVOCATIONS, 0n],
  ] as const) {
    const place = slotOf(id, slot)
    expect(BigInt(await ground.chain.request<string>('eth_getStorageAt', [registry.address, place, 'latest']))).toBe(
      value,
    )
    expect(await provenValue(ground, registry.address, place)).toBe(value)
  }
}

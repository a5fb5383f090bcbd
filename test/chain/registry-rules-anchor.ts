/** What deployment and anchoring promise, as functions that run on any chain and any code: on mutants they must fail. */
import { expect } from 'bun:test'
import { id as keccakText } from 'ethers/hash'
import { ZERO_ADDRESS } from '../../src/domain/registry.ts'
import { type TestChain, addressOf } from '../kit/chains.ts'
import * as kit from './registry-kit.ts'
import { COLD, DID, KEY_DID, NEXT, OK, OPERATOR, OTHER, REVERTED, abi, bytes32, eventsOf } from './registry-kit.ts'

export class Ground {
  constructor(
    readonly chain: TestChain,
    /** Creation code; the released one unless another is given. */
    readonly code?: string,
  ) {}
  private of(deployment: kit.Deployment): kit.Deployment {
    return this.code === undefined ? deployment : { ...deployment, code: this.code }
  }
  deploy(deployment: kit.Deployment = {}): Promise<kit.DeployedRegistry> {
    return kit.DeployedRegistry.deploy(this.chain, this.of(deployment))
  }
  deploymentData(deployment: kit.Deployment = {}): string {
    return kit.deploymentData(this.of(deployment))
  }
}
export type RegistryRule = (ground: Ground) => Promise<void>

export async function deploymentNamesEverybody(ground: Ground) {
  const registry = await ground.deploy()
  expect(await registry.read('did')).toEqual([DID])
  expect(await registry.read('owner')).toEqual([addressOf(COLD)])
  expect(await registry.read('pendingOwner')).toEqual([ZERO_ADDRESS])
  expect(await registry.read('permissions', [addressOf(OPERATOR)])).toEqual([3n])
  expect(await registry.read('permissions', [addressOf(COLD)])).toEqual([0n])
  expect(eventsOf(registry.receipt)).toEqual([
    ['OwnershipTransferred', ZERO_ADDRESS, addressOf(COLD)],
    ['OperatorSet', addressOf(OPERATOR), 3n],
  ])
  for (const did of ['', 'x'.repeat(31), 'x'.repeat(32), 'did:web:bücher.example', KEY_DID])
    expect(await (await ground.deploy({ did })).read('did')).toEqual([did])
}

/** With it lost rights could never be given again. */
export async function nobodyIsNoOwner(ground: Ground) {
  const word = addressOf(COLD).slice(2).toLowerCase()
  const orphan = ground.deploymentData().replaceAll(word, '0'.repeat(40))
  expect((await ground.chain.send(OPERATOR, { data: orphan })).status).toBe(REVERTED)
}

/** Its hash is what verifiers compare. */
export async function codeIsTheSameForEverybody(ground: Ground) {
  const one = await ground.deploy()
  const two = await ground.deploy({ did: KEY_DID, owner: NEXT, operator: OTHER })
  const [first, second] = await Promise.all(
    [one, two].map(({ address }) => ground.chain.request<string>('eth_getCode', [address, 'latest'])),
  )
  expect(first).toBe(second!)
}

export async function thirtyTwoBytesAnchorOnce(ground: Ground) {
  const registry = await ground.deploy()
  await registry.call(COLD, 'setOperator', [addressOf(OTHER), 3])
  const root = bytes32()
  expect(await registry.read('anchoredAt', [root])).toEqual([0n])
  const first = await registry.send(OPERATOR, root)
  expect([first.status, ...eventsOf(first)]).toEqual([OK, ['Anchored', root, addressOf(OPERATOR)]])
  expect(first.logs[0]!.topics[0]).toBe(keccakText('Anchored(bytes32,address)'))
  const time = await registry.timeOf(first)
  expect(await registry.read('anchoredAt', [root])).toEqual([time])
  await ground.chain.advance(100)
  for (const key of [OPERATOR, OTHER]) {
    const again = await registry.send(key, root)
    expect([again.status, again.logs.length]).toEqual([OK, 0])
  }
  expect(await registry.read('anchoredAt', [root])).toEqual([time])
  expect(await registry.read('status', [root, bytes32()])).toEqual([time, 0n, 0n])
}

export async function otherLengthsAnchorNothing(ground: Ground) {
  const registry = await ground.deploy()
  const root = bytes32().replace(/^0x../, '0xff') // no selector begins so
  const bytes = root.slice(2)
  const texts = ['', bytes.slice(0, 2), bytes.slice(0, 8), bytes.slice(0, 62), `${bytes}00`, `${bytes}${bytes}`]
  for (const data of [...texts, `12345678${bytes}`, `${bytes.slice(0, 8)}${bytes}`])
    expect([data, await registry.outcome(OPERATOR, `0x${data}`)]).toEqual([data, 'BadCalldata'])
  for (const id of [root, `0x${bytes.slice(0, 62)}00`]) expect(await registry.read('anchoredAt', [id])).toEqual([0n])
}

export async function onlyAnchorersAnchor(ground: Ground) {
  const registry = await ground.deploy()
  const root = bytes32()
  await registry.call(COLD, 'setOperator', [addressOf(NEXT), 2])
  for (const key of [COLD, OTHER, NEXT]) expect(await registry.outcome(key, root)).toBe('NotAllowed')
  expect(await registry.read('anchoredAt', [root])).toEqual([0n])
  await registry.call(COLD, 'setOperator', [addressOf(NEXT), 1])
  expect(await registry.outcome(NEXT, root)).toBe('accepted')
}

/** Call data of every function, and whom the contract would let call it. */
const everyCall = (): [key: string, data: string][] => {
  const encode = (name: string, ...args: unknown[]) => abi.encodeFunctionData(name, args)
  const reads = ['did', 'owner', 'pendingOwner'].map((name) => encode(name))
  const records = ['anchoredAt', 'revocations'].map((name) => encode(name, bytes32()))
  return [
    [OPERATOR, bytes32()],
    [OPERATOR, encode('revoke', [bytes32()], 1)],
    [COLD, encode('setOperator', addressOf(OTHER), 1)],
    [COLD, encode('transferOwnership', addressOf(NEXT))],
    [NEXT, encode('acceptOwnership')],
    [NEXT, encode('status', bytes32(), bytes32())],
    [NEXT, encode('permissions', addressOf(OTHER))],
    ...[...reads, ...records].map((data): [string, string] => [NEXT, data]),
  ]
}

/** It could never be got out again. */
export async function itTakesNoEther(ground: Ground) {
  const registry = await ground.deploy()
  const calls = everyCall()
  expect(calls).toHaveLength(12) // eleven functions and the fallback
  const isRich = (await ground.chain.request('eth_getBalance', [addressOf(NEXT), 'latest'])) !== '0x0'
  for (const [key, data] of calls) {
    if (isRich) expect([data, (await registry.send(key, data, 1n)).status]).toEqual([data, REVERTED])
    else await expect(registry.send(key, data, 1n)).rejects.toThrow('funds')
    expect([data, await registry.outcome(key, data)]).toEqual([data, 'accepted'])
  }
  const deployment = { data: ground.deploymentData(), value: 1n }
  if (isRich) expect((await ground.chain.send(OPERATOR, deployment)).status).toBe(REVERTED)
}

/** As calldata such a root is a function call: it must not pass for an anchor, and must not do what the function does. */
export async function selectorsAreNoRoots(ground: Ground) {
  const registry = await ground.deploy()
  await registry.call(COLD, 'transferOwnership', [addressOf(OPERATOR)]) // acceptOwnership would be its right
  const functions = abi.fragments.flatMap((fragment) => (fragment.type === 'function' ? [fragment.format()] : []))
  expect(functions).toHaveLength(11)
  for (const signature of functions) {
    const { selector, inputs } = abi.getFunction(signature)!
    for (const rest of ['00'.repeat(28), 'ff'.repeat(28), bytes32().slice(10)]) {
      const root = `${selector}${rest}`
      // Functions with arguments refuse for want of bytes, the others by the guard.
      const said = inputs.length === 0 ? 'BadCalldata' : 'reverted'
      expect([root, await registry.outcome(OPERATOR, root)]).toEqual([root, said])
      expect(await registry.read('anchoredAt', [root])).toEqual([0n])
    }
  }
  expect(await registry.read('owner')).toEqual([addressOf(COLD)])
}

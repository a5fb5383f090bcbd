/** What every operation of the registry costs on a chain, in gas. The tests hold budgets against it, `npm run bench` prints it. */
import { buildTree } from '../../src/domain/merkle.ts'
import { toHex } from '../../src/domain/ids.ts'
import { MAX_REVOCATIONS, collidesWithSelector } from '../../src/domain/registry.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { type ReceiptJson, type TestChain, addressOf } from '../kit/chains.ts'
import { COLD, DeployedRegistry, NEXT, OK, OPERATOR, OTHER, dearBytes32 } from './registry-kit.ts'

/** Root of these leaves, 0x-hex; a leaf is exchanged until it has no zero byte, so that its gas is the upper bound. */
export function dearRoot(leaves: readonly Uint8Array[], another: () => Uint8Array): string {
  for (let last = leaves.at(-1)!; ; last = another()) {
    const root = toHex(buildTree([...leaves.slice(0, -1), last], serverHash).root)
    if (!/^(..)*00/.test(root) && !collidesWithSelector(root)) return `0x${root}`
  }
}

export const dearIds = (count: number) => Array.from({ length: count }, dearBytes32)

/** Gas of a transaction that has to succeed. */
export function gasOf(receipt: ReceiptJson): number {
  if (receipt.status !== OK) throw new Error(`${receipt.transactionHash} reverted`)
  return Number(receipt.gasUsed)
}

export interface RegistryGas {
  deploy: number
  /** By the number of certificates under the root. */
  anchorOne: number
  anchorTenThousand: number
  anchorAgain: number
  revokeOne: number
  /** MAX_REVOCATIONS leaves in one transaction. */
  revokeHundred: number
  revokeHundredAgain: number
  /** A batch of any size, by its root. */
  revokeBatch: number
  supersededToRevoked: number
  setOperator: number
  transferOwnership: number
  acceptOwnership: number
}

/** `roots`: of one certificate and of ten thousand. */
export async function registryGas(chain: TestChain, did: string, roots: [string, string]): Promise<RegistryGas> {
  const registry = await DeployedRegistry.deploy(chain, { did })
  const call = async (key: string, name: string, args: unknown[]) => gasOf(await registry.call(key, name, args))
  const anchor = async (root: string) => gasOf(await registry.send(OPERATOR, root))
  const revoke = (ids: string[], reason = 1) => call(OPERATOR, 'revoke', [ids, reason])
  const [replaced, hundred] = [dearIds(1), dearIds(MAX_REVOCATIONS)]
  return {
    deploy: gasOf(registry.receipt),
    anchorOne: await anchor(roots[0]),
    anchorTenThousand: await anchor(roots[1]),
    anchorAgain: await anchor(roots[1]),
    revokeOne: await revoke(dearIds(1)),
    revokeHundred: await revoke(hundred),
    revokeHundredAgain: await revoke(hundred),
    revokeBatch: await revoke([roots[1]]),
    supersededToRevoked: (await revoke(replaced, 2), await revoke(replaced, 1)),
    setOperator: await call(COLD, 'setOperator', [addressOf(OTHER), 3]),
    transferOwnership: await call(COLD, 'transferOwnership', [addressOf(NEXT)]),
    acceptOwnership: await call(NEXT, 'acceptOwnership', []),
  }
}

/** 32 bytes to oneself, as those anchor who have no contract. */
export const selfTransactionGas = async (chain: TestChain): Promise<number> =>
  gasOf(await chain.send(OPERATOR, { to: addressOf(OPERATOR), data: dearBytes32() }))

/** A receipt nobody serves, from what the transaction has left in the contract's state. */
import { getCreateAddress } from 'ethers/address'
import { type ChainReceipt, ChainRefused, ChainUnavailable } from '../domain/ports.ts'
import * as registry from '../domain/registry.ts'
import type { MinedTransaction } from './answers.ts'
import { codeHashOf, type RegistryReads } from './evm-registry.ts'

/** Throws ChainUnavailable where its effect cannot be told from that of another transaction. */
export async function witnessed(
  reads: RegistryReads,
  transaction: MinedTransaction,
  blockNumber: number,
): Promise<ChainReceipt> {
  const { hash, from, to, nonce, blockHash } = transaction
  const created = to === null ? getCreateAddress({ from, nonce }) : null
  const succeeded = await (
    created ? exists(reads, created, blockNumber) : hasEffect(reads, transaction, to!, blockNumber)
  ).catch((error: unknown) => {
    if (error instanceof ChainRefused) return null // the state of that block is pruned
    throw error
  })
  if (succeeded === null) throw new ChainUnavailable(`no endpoint serves the receipt of ${hash}`)
  const contractAddress = succeeded && created ? created.toLowerCase() : null
  return { transactionHash: hash, blockNumber, blockHash, succeeded, contractAddress, fee: null }
}

/**
 * What the contract keeps for ever shows success at any later block. Only the block itself shows failure: the node asked
 * for the newest one may lag behind it.
 */
const atLatestOrAt = async (height: number, shows: (at: 'latest' | number) => Promise<boolean>) =>
  (await shows('latest')) || (await shows(height))

const exists = (reads: RegistryReads, address: string, height: number) =>
  atLatestOrAt(height, async (at) => (await reads.code(address, at)) !== '0x')

/** Null: nothing to tell by. */
async function hasEffect(
  reads: RegistryReads,
  { from, input }: MinedTransaction,
  contract: string,
  height: number,
): Promise<boolean | null> {
  if (input === '0x' && contract === from) return true // to ourselves: a cancellation, which cannot fail
  if (!registry.RELEASED_CODE.has(codeHashOf(await reads.code(contract)))) return null
  if (input.length === 66) return atLatestOrAt(height, async (at) => (await reads.anchoredAt(contract, input, at)) > 0)
  const revoked = registry.decodeRevoke(input)
  if (revoked)
    return atLatestOrAt(height, async (at) => {
      const { time, reason } = await reads.revocation(contract, revoked.ids[0]!, at)
      return time > 0 && reason <= revoked.reason // superseded may have become revoked since
    })
  // These can be undone by a later transaction: that they do not show says nothing.
  return (await hasOwnersEffect(reads, from, input, contract)) ? true : null
}

async function hasOwnersEffect(reads: RegistryReads, from: string, input: string, contract: string): Promise<boolean> {
  const [selector, argument = ''] = [input.slice(2, 10), input.slice(34)]
  const { setOperator, transferOwnership, acceptOwnership } = registry.REGISTRY_SELECTORS
  if (selector === setOperator && input.length === 138) {
    const operator = `0x${argument.slice(0, 40)}`
    return (await reads.permissions(contract, operator)) === Number(`0x${argument.slice(40)}`)
  }
  if (selector === transferOwnership && input.length === 74) {
    const { owner, pendingOwner } = await reads.owners(contract)
    return [owner, pendingOwner].includes(`0x${argument}`)
  }
  if (selector === acceptOwnership && input.length === 10) return (await reads.owners(contract)).owner === from
  return false
}

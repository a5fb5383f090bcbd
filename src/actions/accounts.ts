/** The accounts that send or ever sent: each has a name in did.json for ever, which the certificates it anchored refer to. */
import type { Registry, SendingAccount } from '../domain/anchors.ts'
import { fresh } from '../domain/commit.ts'
import { ethMethod } from '../domain/did.ts'
import { fromHex, toHex } from '../domain/ids.ts'
import type { ActionContext } from './context.ts'

/** An account as the gateway to the chain knows it. */
export interface KnownAccount {
  /** EIP-55. */
  address: string
  publicKey: { x: Uint8Array; y: Uint8Array }
}

/** As did.json and issuer.json show it. */
export interface PublishedAccount {
  address: string
  fragment: string
  x: Uint8Array
  y: Uint8Array
  since: number
}

/** Notes the accounts that this program sends from; those that are known stay as they are. Resolves with all, oldest first. */
export async function recordAccounts(
  { store, clock }: Pick<ActionContext, 'store' | 'clock'>,
  current: KnownAccount[],
): Promise<SendingAccount[]> {
  const known: SendingAccount[] = await store.accounts.all()
  const now = clock.now()
  const added: SendingAccount[] = []
  for (const { address, publicKey } of current) {
    const all = [...known, ...added]
    if (all.some((account) => account.address === address)) continue
    const key = toHex(publicKey.x) + toHex(publicKey.y)
    added.push({ address, fragment: fragmentAfter(all), publicKey: key, createdAt: now })
  }
  if (added.length > 0)
    await store.commit({ at: now, puts: added.map((row) => ({ entity: 'account' as const, row: fresh(row) })) })
  return [...known, ...added]
}

/** `eth`, then `eth-2`, `eth-3`, …: one above the highest, so that none is ever given twice. */
function fragmentAfter(accounts: SendingAccount[]): string {
  const numbers = accounts.map(({ fragment }) => Number(/^eth-(\d+)$/.exec(fragment)?.[1] ?? 1))
  return accounts.length === 0 ? 'eth' : `eth-${Math.max(...numbers) + 1}`
}

/**
 * Who is named in the second proof of a tree: the account that sends it, by its name in did.json. Throws for one that was
 * not recorded: its certificates could not be checked.
 */
export async function anchoringMethod(
  { store }: Pick<ActionContext, 'store'>,
  registry: Pick<Registry, 'did' | 'chainId'>,
  address: string,
): Promise<string> {
  const account = (await store.accounts.all()).find((each) => each.address === address)
  if (!account) throw new Error(`account ${address} is not recorded`)
  return ethMethod(registry.did, registry.chainId, address, account.fragment)
}

/**
 * All accounts as they are published. Blockcerts wants a key to be older than the block of its transaction, and a node's
 * clock or a restored database may put the block before the day on which the account was noted: since ever is always right.
 */
export const publishedAccounts = (accounts: SendingAccount[]): PublishedAccount[] =>
  accounts.map(({ address, fragment, publicKey }) => ({
    address,
    fragment,
    x: fromHex(publicKey.slice(0, 64)),
    y: fromHex(publicKey.slice(64)),
    since: 0,
  }))

/** The embedded chain and the configured networks. */
import { join } from 'node:path'
import type { ChainReader } from './chain/chain-rpc.ts'
import { chainsOf, embeddedChain, remoteChain } from './chain/chains.ts'
import { EmbeddedClient } from './chain/embedded-client.ts'
import type { Config } from './config.ts'
import { EMBEDDED_CHAIN_ID, EMBEDDED_NETWORK } from './domain/networks.ts'
import type { Chains } from './domain/ports.ts'
import { laneOf } from './domain/transactions-decide.ts'
import type { Store } from './store/store.ts'
import type { SendingAccounts } from './wire-identity.ts'
import type { System } from './wire-system.ts'

/** The embedded chain's worker holds some 40 MB; waking it takes some 30 ms. */
const CHAIN_REST_MS = 3_000

export function openEmbedded(config: Config, system: System, installation: string): Promise<EmbeddedClient> {
  const file = join(config.data.dir, 'chain.db')
  const idle = { milliseconds: CHAIN_REST_MS, schedule: system.schedule }
  return EmbeddedClient.open({ file, installation, clock: system.clock, spawn: system.spawnWorker, idle })
}

export function openChains(config: Config, system: System, accounts: SendingAccounts, embedded: ChainReader): Chains {
  const remote = Object.entries(config.chain.networks).filter(([name]) => name !== EMBEDDED_NETWORK)
  return chainsOf([
    embeddedChain(embedded, accounts.embedded),
    ...remote.map(([, { network, rpcUrls }]) => remoteChain(network, rpcUrls, accounts.remote, system.clock)),
  ])
}

/** The newest height each network was last seen at, for answers that tell how deep an anchor lies without asking a node. */
export function rememberHeads(chains: Chains): Map<string, number> {
  const seen = new Map<string, number>()
  for (const chain of chains.all()) {
    const ask = chain.heads.bind(chain)
    chain.heads = async () => {
      const heads = await ask()
      seen.set(chain.network, heads.latest)
      return heads
    }
  }
  return seen
}

/** A chain that is older than the database can confirm nothing any more: every transaction is ahead of it. */
export class ChainOlderThanDatabase extends Error {
  override name = 'ChainOlderThanDatabase'
}

export async function refuseOlderChain(store: Store, chains: Chains): Promise<void> {
  const chain = chains.get(EMBEDDED_NETWORK)!
  const lane = laneOf(EMBEDDED_CHAIN_ID, chain.account)
  const open = await store.transactions.open(lane)
  // One transaction may be stored and not sent; what is final must be there.
  const stored = (await store.transactions.nextNonce(lane)) - open.filter(({ nonce }) => nonce !== null).length
  const mined = await chain.nonce('latest')
  if (mined >= stored) return
  throw new ChainOlderThanDatabase(
    `the embedded chain (chain.db) is older than the database: it has ${mined} transactions, the database knows ${stored}. Restore both from the same backup.`,
  )
}

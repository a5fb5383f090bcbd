/** The networks for the command line: chains, records and identity, opened for one command. */
import type { NetworksContext } from './cli/app-context.ts'
import { deployData } from './chain/contract.ts'
import type { Config } from './config.ts'
import type { Chains } from './domain/ports.ts'
import { askNode } from './outbound/client.ts'
import { openStore } from './store/open.ts'
import { openChains } from './wire-chain.ts'
import { applianceOf, didsOf, publicOrigin, textHash } from './wire-context.ts'
import { openIdentity } from './wire-identity.ts'
import { askNetwork } from './wire-status.ts'
import type { System } from './wire-system.ts'

const EMBEDDED_PATIENCE_MS = 3_000

/** Works beside a running server, whose RPC then answers for the embedded chain; nothing is sent from here. */
export async function withNetworks<T>(
  config: Config,
  system: System,
  run: (context: NetworksContext) => Promise<T>,
): Promise<T> {
  const { clock, random } = system
  const store = await openStore({ dir: config.data.dir, random, hash: textHash, lock: false, clock })
  const publicUrl = publicOrigin(config)
  const served = `${publicUrl}/chain/rpc`
  const embedded = {
    request: (method: string, params: unknown[]) => askNode(served, method, params, EMBEDDED_PATIENCE_MS),
  }
  try {
    const { keys, accounts } = await openIdentity(config, system, await store.accounts.all())
    const chains = openChains(config, system, accounts, embedded)
    const appliance = applianceOf(config, system, publicUrl, didsOf(publicUrl, keys))
    const deployment = deploymentOf(config, chains, appliance.dids.live)
    return await run({
      ...{ store, clock, random, textHash, appliance, chains },
      deployment,
      facts: async (network) => {
        const chain = chains.get(network)!
        const registry = await store.registries.of(network, 'live', appliance.dids.live)
        return askNetwork({ chain, registry, deployment: deployment(network, '') }, clock.now())
      },
    })
  } finally {
    await store.close()
  }
}

/** Creation code of a live registry: the owner that is named, else the configured one, else our own account. */
export const deploymentOf =
  (config: Config, chains: Chains, did: string) =>
  (network: string, owner: string): string => {
    const { account } = chains.get(network)!
    return deployData(did, owner || config.chain.networks[network]?.owner || account, account)
  }

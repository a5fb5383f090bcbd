/** From configured networks to chains: what wire.ts puts together. */
import type { Clock } from '../domain/clock.ts'
import { BUILT_IN_NETWORKS, EMBEDDED_CHAIN_ID, type Network } from '../domain/networks.ts'
import type { Chain, Chains, LanePace } from '../domain/ports.ts'
import type { Account } from './accounts.ts'
import type { ChainReader } from './chain-rpc.ts'
import { EvmChain } from './evm.ts'
import { RpcPool } from './rpc.ts'
import { directRpc, type Rpc } from './rpc-ask.ts'

/** A network asked over its RPC endpoints. Throws on an address that is not http or https. */
export function remoteChain(network: Network, rpcUrls: string[], account: Account, clock: Clock): EvmChain {
  return chainOf(network, new RpcPool({ chainId: network.chainId, urls: rpcUrls, clock }), account)
}

/** The chain inside this process; `node` is an EmbeddedClient, or in tests the EmbeddedChain itself. */
export function embeddedChain(node: ChainReader, account: Account): EvmChain {
  const network = BUILT_IN_NETWORKS.find(({ chainId }) => chainId === EMBEDDED_CHAIN_ID)!
  return chainOf(
    network,
    directRpc((method, params) => node.request(method, params)),
    account,
  )
}

export function chainsOf(chains: Chain[]): Chains {
  const byName = new Map(chains.map((chain) => [chain.network, chain]))
  return { get: (network) => byName.get(network), all: () => [...byName.values()] }
}

function chainOf(network: Network, rpc: Rpc, account: Account): EvmChain {
  return new EvmChain({
    network: network.name,
    chainId: network.chainId,
    embedded: network.chainId === EMBEDDED_CHAIN_ID,
    confirmations: network.confirmations,
    finalityTag: network.finalityTag,
    legacyFees: network.legacyFees,
    minTip: weiOf(network.minTipGwei),
    feeCap: weiOf(network.maxFeeGwei),
    explorerUrl: network.explorerUrl,
    token: network.token,
    testnet: network.testnet,
    pace: paceOf(network),
    dailyBudget: weiOf(network.dailyBudget * 1e9),
    lowBalance: network.lowBalance,
    rpc,
    account,
  })
}

const paceOf = ({ chainId, bumpAfterSeconds }: Network): LanePace => ({
  bumpAfterMs: bumpAfterSeconds * 1000,
  rebroadcastMs: 60_000,
  lookAgainMs: chainId === EMBEDDED_CHAIN_ID ? 50 : 2_000,
  maxInFlight: 16,
})

/** Gwei may have decimals: 0.05. */
const weiOf = (gwei: number) => BigInt(Math.round(gwei * 1e9))

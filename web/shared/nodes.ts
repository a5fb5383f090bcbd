/** Which nodes are asked about which chain. */
import type { Ask } from '../../src/domain/verify-chain.ts'
import { askNode } from './rpc.ts'

/** Chain id → addresses of nodes, from a data attribute of the page. */
export type Nodes = Record<number, string[]>
/** Chain id → ways to ask. */
export type Ways = Record<number, Ask[]>

/** The page's nodes, or none when the attribute is not what it should be. */
export function readNodes(attribute: string | undefined): Nodes {
  try {
    return JSON.parse(attribute ?? '{}') as Nodes
  } catch {
    return {}
  }
}

export const waysOf = (nodes: Nodes): Ways =>
  Object.fromEntries(Object.entries(nodes).map(([chainId, addresses]) => [chainId, addresses.map(askNode)]))

/**
 * Nodes that the visitor named, each under the chain it says it serves. One that says nothing was meant for the file's chain:
 * that it is silent has to show.
 */
export async function waysNamed(addresses: string[], fileChain: number | undefined): Promise<Ways> {
  const ways: Ways = {}
  await Promise.all(
    addresses.map(async (address) => {
      const ask = askNode(address)
      const answer = await ask('eth_chainId', []).catch(() => undefined)
      const said = typeof answer === 'string' && /^0x[0-9a-f]{1,13}$/i.test(answer) ? Number(answer) : undefined
      const chainId = said ?? fileChain
      if (chainId !== undefined) (ways[chainId] ??= []).push(ask)
    }),
  )
  return ways
}

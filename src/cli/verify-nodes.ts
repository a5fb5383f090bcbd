import { networkOfChain } from '../domain/networks.ts'
import { askOf, type Ask } from '../domain/verify-chain.ts'
import type { AppContext } from './app-context.ts'

/** A node that was named with --rpc. */
export interface NamedNode {
  url: string
  host: string
  /** Null when it did not say. */
  chainId: number | null
  /** A check asked it. */
  used: boolean
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : 'the address given')

/** Finds out which chain each node serves, so that nodes of several chains can be named side by side. */
export const nameNodes = (context: AppContext, urls: string[]): Promise<NamedNode[]> =>
  Promise.all(
    urls.map(async (url) => {
      const answer = await context.verification.ask(url, 'eth_chainId', []).catch(() => null)
      const chainId = typeof answer === 'string' && /^0x[0-9a-f]{1,13}$/i.test(answer) ? Number(answer) : null
      return { url, host: hostOf(url), chainId, used: false }
    }),
  )

/** Ways to ask for each chain: the nodes named for it, else those that are known without. */
export function nodesByChain(
  context: AppContext,
  named: NamedNode[],
  known: Record<number, string[]>,
  fileChain: number | null,
): Record<number, Ask[]> {
  const { ask } = context.verification
  const table: Record<number, Ask[]> = {}
  for (const node of named) {
    // One that did not answer was meant for the file: that it is silent has to show.
    const chainId = node.chainId ?? fileChain
    if (chainId === null) continue
    const way = askOf(node.host, (method, params) => {
      node.used = true
      return ask(node.url, method, params)
    })
    ;(table[chainId] ??= []).push(way)
  }
  for (const [chainId, urls] of Object.entries(known)) {
    const ways = urls.map((url) => askOf(hostOf(url), (method, params) => ask(url, method, params)))
    if (ways.length > 0) table[Number(chainId)] ??= ways
  }
  return table
}

/** One line for each node that was named for nothing. */
export const unusedNodes = (named: NamedNode[]): string[] =>
  named
    .filter(({ used, chainId }) => !used && chainId !== null)
    .map(({ host, chainId }) => {
      const name = networkOfChain(chainId!)?.name
      return `--rpc ${host}: it serves chain ${chainId}${name ? ` (${name})` : ''}, which no file here needs`
    })

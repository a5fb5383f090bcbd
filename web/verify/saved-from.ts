import { readIssuers, type SiteIssuer } from '../shared/verify-here.ts'
import type { Nodes } from '../shared/nodes.ts'

/** What the site that served this file said about itself, written into the file. */
export interface SavedFrom {
  host: string
  origin: string
  /** YYYY-MM-DD. */
  saved: string
  issuers: SiteIssuer[]
  /** Chain id → addresses of nodes. */
  nodes: Nodes
}

/** Null where the file came from no site, or where what stands there is nothing of the kind. */
export function readSavedFrom(text: string | null | undefined): SavedFrom | null {
  try {
    const said = JSON.parse(text ?? 'null') as SavedFrom | null
    if (!said || !URL.canParse(said.origin)) return null
    const nodes = Object.entries(said.nodes ?? {}).filter(([, addresses]) => Array.isArray(addresses))
    return {
      host: new URL(said.origin).host,
      origin: new URL(said.origin).origin,
      saved: String(said.saved),
      issuers: readIssuers(said) ?? [],
      nodes: Object.fromEntries(nodes.map(([chainId, addresses]) => [chainId, addresses.map(String)])),
    }
  } catch {
    return null
  }
}

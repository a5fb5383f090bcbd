/** Verifies a credential file in this browser, with what this site publishes about itself. */
import { didWebUrl } from '../../src/domain/did.ts'
import { nobleHash } from '../../src/domain/hash.ts'
import { decodeMerkleProof } from '../../src/domain/merkle-proof.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import { RELEASED_CODE } from '../../src/domain/registry.ts'
import type { Verdict } from '../../src/domain/verdict.ts'
import { verifyCredential } from '../../src/domain/verify.ts'
import type { KnownIssuer } from '../../src/domain/verify-issuer.ts'
import { browserVerifier } from './crypto.ts'
import { askNode, readJson } from './rpc.ts'

/** Chain id → addresses of nodes, from a data attribute of the page. */
export type Nodes = Record<number, string[]>

export interface Checked {
  verdict: Verdict
  /** The issuer's sandbox made it. */
  sandbox: boolean
}

interface SiteIssuer extends KnownIssuer {
  sandbox?: boolean
}

/**
 * Whom this site vouches for: whoever came to its address chose to believe it about its own issuers, and about nobody
 * else. Undefined when the list cannot be had.
 */
async function issuersOfThisSite(): Promise<SiteIssuer[] | undefined> {
  const list = (await readJson('/.well-known/testamur.json')) as { issuers?: unknown } | undefined
  if (!Array.isArray(list?.issuers)) return undefined
  return list.issuers.filter(
    (issuer): issuer is SiteIssuer => typeof issuer?.did === 'string' && Array.isArray(issuer.registries),
  )
}

/** Where the document of a did:web is; for this site's own the path, so that no other host is asked. */
function documentAddress(did: string, ownHost: string): string | undefined {
  const address = didWebUrl(did)
  return address && new URL(address).host === ownHost ? new URL(address).pathname : address
}

/** What has to be known of a file before it is verified: nothing of it is believed. */
function peek(text: string): { issuer?: string; chainId?: number } {
  try {
    const file = JSON.parse(text) as { issuer?: { id?: string }; proof?: { proofValue: string }[] }
    const issuer = file.issuer?.id
    const chain = file.proof?.[1]
    return { ...(issuer ? { issuer } : {}), ...(chain ? { chainId: decodeMerkleProof(chain.proofValue).chainId } : {}) }
  } catch {
    return {}
  }
}

/**
 * `nodes` is the page's table, or one address that the visitor named for whatever chain the file is on. `anyIssuer`: the file may come from elsewhere. Then its domain is asked, and this site's own embedded chain is not,
 * unless the issuer is this site's: all embedded chains have one id, and ours would wrongly contradict a stranger's file.
 */
export async function verifyHere(text: string, nodes: Nodes | string, anyIssuer: boolean): Promise<Checked> {
  const knownIssuers = await issuersOfThisSite()
  const { issuer: did, chainId: chain } = peek(text)
  const issuer = knownIssuers?.find((known) => known.did === did)
  const table = typeof nodes === 'string' ? { [chain ?? 0]: [nodes] } : { ...nodes }
  if (anyIssuer && !issuer && typeof nodes !== 'string') delete table[EMBEDDED_CHAIN_ID]
  const rpc = Object.fromEntries(Object.entries(table).map(([chainId, addresses]) => [chainId, addresses.map(askNode)]))
  const verdict = await verifyCredential(text, {
    hash: nobleHash,
    signatures: browserVerifier,
    now: Date.now(),
    rpc,
    ...(knownIssuers ? { knownIssuers } : {}),
    resolveDid: async (wanted) => {
      const address = documentAddress(wanted, location.host)
      return address && (anyIssuer || address.startsWith('/')) ? readJson(address) : undefined
    },
    knownCode: RELEASED_CODE,
  })
  return { verdict, sandbox: issuer?.sandbox === true }
}

/** The page's nodes, or none when the attribute is not what it should be. */
export function readNodes(attribute: string | undefined): Nodes {
  try {
    return JSON.parse(attribute ?? '{}') as Nodes
  } catch {
    return {}
  }
}

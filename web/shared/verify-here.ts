/** Verifies a credential file in this browser, with what this site publishes about itself. */
import { didWebUrl } from '../../src/domain/did.ts'
import { nobleHash } from '../../src/domain/hash.ts'
import { decodeMerkleProof } from '../../src/domain/merkle-proof.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import { RELEASED_CODE } from '../../src/domain/registry.ts'
import { MAX_ROOTS_BYTES } from '../../src/domain/roots.ts'
import type { Verdict } from '../../src/domain/verdict.ts'
import { verifyCredential, type VerifyOptions } from '../../src/domain/verify.ts'
import type { KnownIssuer } from '../../src/domain/verify-issuer.ts'
import { browserVerifier } from './crypto.ts'
import { waysNamed, waysOf, type Nodes } from './nodes.ts'
import { readJson, readText } from './rpc.ts'

export interface Checked {
  verdict: Verdict
  /** The issuer's sandbox made it. */
  sandbox: boolean
}

export interface SiteIssuer extends KnownIssuer {
  name?: string
  sandbox?: boolean
}

/** The issuers of a list as /.well-known/testamur.json has it; undefined when it is none. */
export function readIssuers(list: unknown): SiteIssuer[] | undefined {
  const { issuers } = (list ?? {}) as { issuers?: unknown }
  if (!Array.isArray(issuers)) return undefined
  return issuers.filter(
    (issuer): issuer is SiteIssuer => typeof issuer?.did === 'string' && Array.isArray(issuer.registries),
  )
}

/** Where the document of a did:web is; for this site's own the path, so that no other host is asked. */
function documentAddress(did: string, ownHost: string): string | undefined {
  const address = didWebUrl(did)
  return address && new URL(address).host === ownHost ? new URL(address).pathname : address
}

/** What has to be known of a file before it is verified: nothing of it is believed. */
export function peek(text: string): { issuer?: string; chainId?: number } {
  try {
    const file = JSON.parse(text) as { issuer?: { id?: string }; proof?: { proofValue: string }[] }
    const issuer = file.issuer?.id
    const chain = file.proof?.[1]
    return { ...(issuer ? { issuer } : {}), ...(chain ? { chainId: decodeMerkleProof(chain.proofValue).chainId } : {}) }
  } catch {
    return {}
  }
}

/** With the browser's own clock, hash and crypto. */
export const verifyInBrowser = (text: string, options: Omit<VerifyOptions, 'hash' | 'signatures' | 'now'>) =>
  verifyCredential(text, {
    hash: nobleHash,
    signatures: browserVerifier,
    now: Date.now(),
    knownCode: RELEASED_CODE,
    ...options,
  })

/** A site's list, as far as it is about this root; undefined when it cannot be had. Whose it is, its signature says. */
export const fetchRoots = (origin: string, root: string): Promise<string | undefined> =>
  readText(`${origin}/roots.json?root=${root}`, 'application/json', MAX_ROOTS_BYTES).catch(() => undefined)

/**
 * `nodes` are the page's, `named` those of the visitor, which go before them. `anyIssuer`: the file may come from elsewhere.
 * Then its domain is asked, and this site's own embedded chain is not, unless the issuer is this site's: all embedded chains
 * have one id, and ours would wrongly contradict a stranger's file.
 */
export async function verifyHere(text: string, nodes: Nodes, named: string[], anyIssuer: boolean): Promise<Checked> {
  // Whoever came to this address chose to believe it about its own issuers, and about nobody else.
  const knownIssuers = readIssuers(await readJson('/.well-known/testamur.json'))
  const { issuer: did, chainId } = peek(text)
  const issuer = knownIssuers?.find((known) => known.did === did)
  const table = { ...nodes }
  if (anyIssuer && !issuer) delete table[EMBEDDED_CHAIN_ID]
  const verdict = await verifyInBrowser(text, {
    rpc: { ...waysOf(table), ...(await waysNamed(named, chainId)) },
    ...(knownIssuers ? { knownIssuers } : {}),
    resolveDid: async (wanted) => {
      const address = documentAddress(wanted, location.host)
      return address && (anyIssuer || address.startsWith('/')) ? readJson(address) : undefined
    },
    findRoots: async (wanted, root) => {
      if (issuer) return fetchRoots('', root)
      const address = anyIssuer ? didWebUrl(wanted) : undefined
      return address && fetchRoots(new URL(address).origin, root)
    },
  })
  return { verdict, sandbox: issuer?.sandbox === true }
}

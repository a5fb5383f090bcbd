/** What the HTTP doors hold beside what actions hold. Filled by wire.ts; types only. */
import type { PublishedAccount } from '../actions/accounts.ts'
import type { ActionContext } from '../actions/context.ts'

import type { NetworkFacts } from '../domain/network-facts.ts'

/** The program's log, as far as the doors write to it. */
export interface HttpLog {
  error(fields: object, message: string): void
  warn(fields: object, message: string): void
  info(fields: object, message: string): void
  debug(fields: object, message: string): void
}

/** One file that browsers get: built by scripts/build.ts, embedded in the binary. */
export interface Asset {
  bytes: Uint8Array
  /** Content-Type. */
  type: string
  /** Hex digits of its content: part of its address, so that it can be cached for ever. */
  hash: string
}

export interface Health {
  /** False: no requests should be sent here now. */
  ready: boolean
  /** Works, but something is wrong that a person should look at. */
  degraded: boolean
  /** Check → `ok` or one line on what is wrong; no paths, no secrets. */
  checks: Record<string, string>
}

export interface HttpLimits {
  /** Largest body, bytes; and the one of a batch. */
  bodyBytes: number
  batchBodyBytes: number
  /** Requests per minute and address without a key, and to public pages; 0 = no limit. */
  unauthenticatedPerMinute: number
  publicPerMinute: number
}

export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 2 * 1024 * 1024,
  batchBodyBytes: 64 * 1024 * 1024,
  unauthenticatedPerMinute: 300,
  publicPerMinute: 3000,
}

/** Runs `wake` after so many milliseconds, unless the returned function is called before. */
export type Schedule = (milliseconds: number, wake: () => void) => () => void

export interface HttpContext extends ActionContext {
  log: HttpLog
  /** Read-only JSON-RPC of the embedded chain; absent: /chain/rpc is 404. */
  chainRpc?: (bodyText: string) => Promise<{ status: number; body: string }>
  /** Nodes a visitor's browser may ask about this network; never those whose address holds a secret. */
  pageRpcUrls: (network: string) => readonly string[]
  /** Height of the newest block seen on this network; undefined when it is not known. */
  headOf: (network: string) => number | undefined
  /** What the nodes said in the last seconds; never throws, and never takes more than a second. */
  networkFacts: () => Promise<ReadonlyMap<string, NetworkFacts>>
  /** Every account that sends or ever sent. */
  accounts(): PublishedAccount[]
  /** Public keys with which the live issuer signed before. */
  earlierKeys(): Uint8Array[]
  health(): Health | Promise<Health>
  /** Addresses and CIDR ranges whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[]
  /** Town and country of an address, `Stockholm, SE`; absent: locations are not wanted. Never throws. */
  locate?: (address: string) => string | null
  /** Sites that may show /cert_…/embed in a frame; `*` = all of them. */
  embedOrigins: readonly string[]
  limits: HttpLimits
  schedule: Schedule
  /** `certificate.js`, `certificate.css`, …; undefined when it was not built. */
  assets: (name: string) => Asset | undefined
}

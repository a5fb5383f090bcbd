import type { Hash, SignatureVerifier } from './ports.ts'
import type { CheckResult, VerifiedFacts } from './verdict.ts'
import type { Ask } from './verify-chain.ts'
import type { KnownIssuer, ResolveDid } from './verify-issuer.ts'

export interface VerifyOptions {
  hash: Hash
  signatures: SignatureVerifier
  /** Unix milliseconds. */
  now: number
  /** Chain id → node, or several that must agree. */
  rpc?: Record<number, Ask | Ask[]>
  knownIssuers?: KnownIssuer[]
  /** Fetches the DID document of a did:web; asked only when the issuer is not among the known. */
  resolveDid?: ResolveDid
  /** Lists of roots (text, or JSON already parsed): where else an issuer's roots are anchored. Whose they are is checked. */
  roots?: unknown[]
  /** Fetches the issuer's own list, or the part of it about this root; only when the file's registry does not confirm it. */
  findRoots?: (issuer: string, root: string) => Promise<unknown>
  /** SHA-256 of registry code that counts as ours, 64 hex digits each; default: all released. */
  knownCode?: ReadonlySet<string>
  minConfirmations?: number
}

/** What the checks leave behind for the ones after them. */
export interface Run {
  options: VerifyOptions
  checks: CheckResult[]
  notes: CheckResult[]
  facts: VerifiedFacts
}

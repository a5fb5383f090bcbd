/**
 * Who the issuer is. Signature, path, registry and transaction together can be made by anyone for any name: one trusted
 * link decides, a registry known for the issuer or the key in the DID document of its domain.
 */
import { readCaip10, type VerificationMethod } from './did.ts'
import { ethereumAddress } from './hash.ts'
import { unbase64url } from './multibase.ts'
import { check, type CheckResult } from './verdict.ts'

export interface KnownIssuer {
  did: string
  /** CAIP-10 ids of its registries. */
  registries: string[]
  /** Multikeys known to sign for it. */
  keys?: string[]
  /** It may well have registries that are not named here; of the DID itself this says nothing. */
  more?: boolean
}
/** The DID document, or undefined when it could not be had. Its content is not trusted to have any shape. */
export type ResolveDid = (did: string) => Promise<unknown>

export interface Claim {
  did: string
  multikey: string
  chainId: number
  registry: string
  /** Account that sent the anchoring transaction, lower case; null when no node serves it. */
  sender: string | null
  /** Does the registry hold the root? */
  anchored: boolean
  /** Not the registry of the file, but one that a list signed by a key of `did` names. */
  elsewhere: boolean
}

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object'

/** Methods the DID's subject makes assertions with. */
function assertionMethods(document: unknown, did: string): Partial<VerificationMethod>[] {
  if (!isObject(document) || document.id !== did) return []
  const { verificationMethod: methods, assertionMethod: ids } = document
  if (!Array.isArray(methods) || !Array.isArray(ids)) return []
  return methods.filter((method) => isObject(method) && ids.includes(method.id) && method.controller === did)
}

function addressOf(method: Partial<VerificationMethod>): string | undefined {
  const key: unknown = method.publicKeyJwk
  if (!isObject(key) || key.crv !== 'secp256k1' || typeof key.x !== 'string' || typeof key.y !== 'string')
    return undefined
  try {
    return ethereumAddress(unbase64url(key.x), unbase64url(key.y)).toLowerCase()
  } catch {
    return undefined
  }
}

/** A did:key is its own key where the DID itself is known, and not just one registry for whatever DID the file names. */
const keyIsKnown = (known: KnownIssuer[], { did, multikey }: Claim) =>
  known.some(({ keys, more }) => keys?.includes(multikey) || (more !== true && did === `did:key:${multikey}`))

/** Undefined: what is known says nothing about this registry. */
function checkKnown(known: KnownIssuer[], claim: Claim): CheckResult | undefined {
  const registries = known.flatMap((issuer) => issuer.registries.map(readCaip10))
  const listed = registries.some((one) => one?.chainId === claim.chainId && one.address === claim.registry)
  // The registry vouches for what it holds, and for nothing else.
  if (listed) return claim.anchored ? check('registry_of_issuer', claim.registry) : check('issuer_not_established')
  // Whoever forges a file can sign a list with the same key: only a key that is the issuer's lends it weight.
  if (claim.elsewhere) return keyIsKnown(known, claim) ? check('roots_name_registry', claim.registry) : undefined
  if (known.some(({ keys }) => keys?.includes(claim.multikey))) return check('key_of_issuer', claim.multikey)
  return known.some(({ more }) => more !== true) ? check('registry_not_of_issuer', claim.registry) : undefined
}

const resolvable = ({ did }: Claim) => did.startsWith('did:web:')

async function checkDomain(claim: Claim, resolveDid: ResolveDid): Promise<CheckResult[]> {
  let document: unknown
  try {
    document = await resolveDid(claim.did)
  } catch {
    document = undefined
  }
  if (document === undefined || document === null) return [check('did_unreachable', claim.did)]
  const methods = assertionMethods(document, claim.did)
  if (!methods.some((method) => method.publicKeyMultibase === claim.multikey)) return [check('did_does_not_list_key')]
  const checks = [check('did_lists_key')]
  if (claim.sender !== null) {
    const listed = methods.some((method) => addressOf(method) === claim.sender)
    checks.push(check(listed ? 'did_lists_account' : 'did_does_not_list_account', claim.sender))
  }
  return checks
}

/** Keys that the issuer's domain lists; none when it cannot be asked. */
export async function keysOfDomain(did: string, resolveDid: ResolveDid | undefined): Promise<string[]> {
  if (!did.startsWith('did:web:') || !resolveDid) return []
  try {
    const methods = assertionMethods(await resolveDid(did), did)
    return methods.flatMap(({ publicKeyMultibase: key }) => (typeof key === 'string' ? [key] : []))
  } catch {
    return []
  }
}

/** The trusted link. A did:key has no document to look up: without a known registry its owner is nobody in particular. */
export async function checkIssuer(
  claim: Claim,
  trust: { knownIssuers?: KnownIssuer[]; resolveDid?: ResolveDid },
): Promise<CheckResult[]> {
  const known = (trust.knownIssuers ?? []).filter((issuer) => issuer.did === claim.did)
  const link = known.length > 0 ? checkKnown(known, claim) : undefined
  if (link) return [link]
  if (resolvable(claim) && trust.resolveDid) return checkDomain(claim, trust.resolveDid)
  return [known.length > 0 ? check('issuer_not_established') : check('issuer_not_known', claim.did)]
}

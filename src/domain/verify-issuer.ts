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

function checkKnown(known: KnownIssuer[], claim: Claim): CheckResult {
  const registries = known.flatMap((issuer) => issuer.registries.map(readCaip10))
  const listed = registries.some((one) => one?.chainId === claim.chainId && one.address === claim.registry)
  if (!listed) return check('registry_not_of_issuer', claim.registry)
  // The registry vouches for what it holds, and for nothing else.
  return claim.anchored ? check('registry_of_issuer', claim.registry) : check('issuer_not_established')
}

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

/** The trusted link. A did:key has no document to look up: without a known registry its owner is nobody in particular. */
export async function checkIssuer(
  claim: Claim,
  trust: { knownIssuers?: KnownIssuer[]; resolveDid?: ResolveDid },
): Promise<CheckResult[]> {
  const known = (trust.knownIssuers ?? []).filter((issuer) => issuer.did === claim.did)
  if (known.length > 0) return [checkKnown(known, claim)]
  if (claim.did.startsWith('did:web:') && trust.resolveDid) return checkDomain(claim, trust.resolveDid)
  return [check('issuer_not_known', claim.did)]
}

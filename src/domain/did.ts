/** Decentralized identifiers of issuers: did:web where people can look it up at the domain, did:key where they cannot. */
import { isoSeconds } from './clock.ts'
import { base64url, encodeMultikey } from './multibase.ts'

/**
 * did:web of an origin; a port is written %3A. Throws unless the origin is https with a host name and nothing behind it:
 * did:web is looked up over https and has no form for IP addresses.
 */
export function didWeb(origin: string): string {
  const { protocol, host, hostname, pathname, search, hash, username } = new URL(origin)
  const isAddress = hostname.startsWith('[') || /^\d+(\.\d+){3}$/.test(hostname)
  if (protocol !== 'https:' || isAddress || !hostname || pathname !== '/' || search || hash || username) {
    throw new Error('did:web needs an https origin with a host name and no path')
  }
  return `did:web:${host.replace(':', '%3A')}`
}

/** Can this public URL carry a did:web? Otherwise the issuer is a did:key. */
export function canBeDidWeb(origin: string): boolean {
  try {
    return didWeb(origin) !== ''
  } catch {
    return false
  }
}

/** Where the document of a did:web is served; undefined for any other DID. */
export function didWebUrl(did: string): string | undefined {
  const parts = /^did:web:([a-zA-Z0-9.-]+(?:%3A\d{1,5})?)((?::[a-zA-Z0-9._%-]+)*)$/.exec(did)
  if (!parts) return undefined
  const path = parts[2] ? parts[2].replaceAll(':', '/') : '/.well-known'
  return `https://${parts[1]!.replace('%3A', ':')}${path}/did.json`
}

/** The identity that is the key itself. */
export const didKey = (publicKey: Uint8Array) => `did:key:${encodeMultikey(publicKey)}`

/** Id of the method of the first proof: the key is named by its own multikey, so a file carries the key it was signed with. */
export const signingMethod = (did: string, publicKey: Uint8Array) => `${did}#${encodeMultikey(publicKey)}`

/** Id of the method of the second proof. A did:key document cannot list an account, so it is named by did:pkh there. */
export const ethMethod = (did: string, chainId: number, address: string, fragment: string) =>
  did.startsWith('did:key:') ? `did:pkh:eip155:${chainId}:${address}#blockchainAccountId` : `${did}#${fragment}`

/** CAIP-10 account id of an EVM account or contract. */
export const caip10 = (chainId: number, address: string) => `eip155:${chainId}:${address}`

/** Chain id and lower-case address of an `eip155` CAIP-10 id; undefined for any other text. */
export function readCaip10(text: string): { chainId: number; address: string } | undefined {
  const parts = /^eip155:([1-9]\d{0,14}):(0x[0-9a-fA-F]{40})$/.exec(text)
  return parts ? { chainId: Number(parts[1]), address: parts[2]!.toLowerCase() } : undefined
}

/** A sending account: `fragment` without #, unique for ever; x and y of its public key, 32 bytes each. */
export interface DidAccount {
  fragment: string
  x: Uint8Array
  y: Uint8Array
}

export interface VerificationMethod {
  id: string
  type: string
  controller: string
  publicKeyMultibase?: string
  publicKeyJwk?: { kty: string; crv: string; x: string; y?: string }
}
export interface DidDocument {
  '@context': string[]
  id: string
  verificationMethod: VerificationMethod[]
  assertionMethod: string[]
  service?: { id: string; type: string; serviceEndpoint: string }[]
}

/**
 * The DID document. Every key that signed a living certificate and every account that ever anchored must stay in it. The
 * Ed25519 keys come as multikey and as JWK because cert-verifier-js fails without the latter.
 */
export function didDocument(issuer: {
  did: string
  keys: Uint8Array[]
  accounts: DidAccount[]
  profileUrl: string | null
}): DidDocument {
  const { did } = issuer
  const keys = issuer.keys.map((key) => ({
    id: signingMethod(did, key),
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: encodeMultikey(key),
    publicKeyJwk: { kty: 'OKP', crv: 'Ed25519', x: base64url(key) },
  }))
  const accounts = issuer.accounts.map(({ fragment, x, y }) => ({
    id: `${did}#${fragment}`,
    type: 'JsonWebKey',
    controller: did,
    publicKeyJwk: { kty: 'EC', crv: 'secp256k1', x: base64url(x), y: base64url(y) },
  }))
  const methods = [...keys, ...accounts]
  const profile = issuer.profileUrl
  return {
    '@context': [
      'https://www.w3.org/ns/did/v1',
      'https://w3id.org/security/multikey/v1',
      'https://w3id.org/security/jwk/v1',
    ],
    id: did,
    verificationMethod: methods,
    assertionMethod: methods.map((method) => method.id),
    ...(profile && { service: [{ id: `${did}#issuer-profile`, type: 'IssuerProfile', serviceEndpoint: profile }] }),
  }
}

/** Blockcerts' issuer.json. `accounts` are EIP-55 addresses; `since` (Unix ms) must lie before the first block used. */
export const issuerProfile = (issuer: {
  profileUrl: string
  name: string
  url: string
  email?: string
  image?: string
  accounts: { address: string; since: number }[]
}) => ({
  '@context': ['https://w3id.org/openbadges/v2', 'https://w3id.org/blockcerts/v3'],
  type: 'Profile',
  id: issuer.profileUrl,
  name: issuer.name,
  url: issuer.url,
  ...(issuer.email && { email: issuer.email }),
  ...(issuer.image && { image: issuer.image }),
  publicKey: issuer.accounts.map(({ address, since }) => ({
    id: `ecdsa-koblitz-pubkey:${address}`,
    created: isoSeconds(since),
  })),
})

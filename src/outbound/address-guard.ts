import { lookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'

/** An address that must not be called because somebody else named it: loopback, private, link-local, metadata, … */
export class AddressRefused extends Error {
  override name = 'AddressRefused'
}

/** Public unicast only. Everything mapped, tunnelled or reserved is refused: the list of exceptions is where holes begin. */
export function isPublicAddress(address: string): boolean {
  try {
    return ipaddr.parse(address).range() === 'unicast'
  } catch {
    return false
  }
}

export interface ResolvedAddress {
  address: string
  family: 4 | 6
}

/** Resolves a host once and checks every address it has; the caller connects to the checked one and to no other. */
export async function resolveGuarded(host: string, allowPrivate: boolean): Promise<ResolvedAddress> {
  const bare = host.replace(/^\[|\]$/g, '')
  const found = ipaddr.isValid(bare)
    ? [{ address: bare, family: bare.includes(':') ? 6 : 4 }]
    : await lookup(bare, { all: true })
  const first = found[0]
  if (!first) throw new AddressRefused(`${bare} has no address`)
  const closed = allowPrivate ? undefined : found.find(({ address }) => !isPublicAddress(address))
  if (closed) throw new AddressRefused(`${bare} leads to ${closed.address}, which is not a public address`)
  return { address: first.address, family: first.family === 6 ? 6 : 4 }
}

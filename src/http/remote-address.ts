/** Whose request it is: the peer, or what proxies that are trusted say. */
import ipaddr from 'ipaddr.js'

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** `10.0.0.7` or `10.0.0.0/8`; undefined for anything else. */
export function readRange(text: string): Range | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  if (!isAddress(text)) return undefined
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** ipaddr.js also takes 0x7f.1 and 127.1; nobody who means well writes so. */
const isAddress = (text: string) => ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)

export function isWithin(address: string, ranges: readonly Range[]): boolean {
  if (ranges.length === 0 || !isAddress(address)) return false
  const parsed = ipaddr.process(address)
  return ranges.some(([base, bits]) => base.kind() === parsed.kind() && parsed.match(base, bits))
}

/** Peers come back: reading an address takes as long as looking up a key. */
const plainAddresses = new Map<string, string>()
const MAX_KEPT = 1000

/** The address to count and compare: IPv4 without its IPv6 dress, else as it came. */
export function plainAddress(address: string): string {
  const known = plainAddresses.get(address)
  if (known !== undefined) return known
  const plain = isAddress(address) ? ipaddr.process(address).toString() : address
  if (plainAddresses.size >= MAX_KEPT) plainAddresses.clear()
  plainAddresses.set(address, plain)
  return plain
}

/** For counting: an IPv6 customer has a whole /64. */
export function countedAddress(address: string): string {
  if (!address.includes(':') || !isAddress(address)) return address
  const parsed = ipaddr.process(address)
  return parsed.kind() === 'ipv4' ? parsed.toString() : (parsed as ipaddr.IPv6).parts.slice(0, 4).join(':')
}

/** Reads X-Forwarded-For from the right, past every proxy that is trusted; what stands further left anybody can invent. */
export function clientAddress(peer: string, forwardedFor: string | null, trusted: readonly Range[]): string {
  if (forwardedFor === null || trusted.length === 0 || !isWithin(peer, trusted)) return plainAddress(peer)
  let address = peer
  for (const hop of forwardedFor.split(',').reverse()) {
    const text = hop.trim().replace(/^\[(.*)\](:\d+)?$/, '$1')
    if (!isAddress(text)) break
    address = text
    if (!isWithin(address, trusted)) break
  }
  return plainAddress(address)
}

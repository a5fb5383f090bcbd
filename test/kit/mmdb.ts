/** A writer of small databases in MaxMind format, after the public specification of the format (version 2.0). */
import ipaddr from 'ipaddr.js'

type Value = string | number | bigint | Value[] | { [key: string]: Value }

/** Type and size of a value, and what follows. */
function control(type: number, size: number): Buffer {
  const head = type <= 7 ? [type << 5] : [0, type - 7]
  const more = size < 29 ? [] : [size - 29]
  if (size >= 29 + 256) throw new Error('longer values are not written here')
  head[0]! |= Math.min(size, 29)
  return Buffer.from([...head, ...more])
}

function encoded(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([control(6, 4), bytes])
  }
  if (typeof value === 'bigint') {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(value)
    return Buffer.concat([control(9, 8), bytes])
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encoded)])
  const entries = Object.entries(value)
  return Buffer.concat([control(7, entries.length), ...entries.flat().map((one) => encoded(one as Value))])
}

/** A pointer to a place in the data. */
export const pointer = (to: number) => Buffer.from([0x20 | (to >> 8), to & 0xff])

type Node = [Node | number | undefined, Node | number | undefined]

function bitsOf(network: string, ipVersion: 4 | 6): number[] {
  const [address, length] = ipaddr.parseCIDR(network)
  const bytes = address.toByteArray()
  const wide = ipVersion === 6 && bytes.length === 4
  const bits = [...(wide ? new Array<number>(12).fill(0) : []), ...bytes].flatMap((byte) =>
    [7, 6, 5, 4, 3, 2, 1, 0].map((place) => (byte >> place) & 1),
  )
  return bits.slice(0, length + (wide ? 96 : 0))
}

export interface MmdbOptions {
  ipVersion?: 4 | 6
  metadata?: Record<string, Value>
}

/** The file: network → its record, or bytes of one's own making. Networks must not overlap. */
export function writeMmdb(networks: Record<string, Value | Buffer>, options: MmdbOptions = {}): Buffer {
  const { ipVersion = 6 } = options
  const root: Node = [undefined, undefined]
  const data: Buffer[] = []
  let size = 0
  for (const [network, record] of Object.entries(networks)) {
    let node = root
    const bits = bitsOf(network, ipVersion)
    for (const bit of bits.slice(0, -1)) {
      const next = (node[bit] ??= [undefined, undefined])
      if (typeof next === 'number') throw new Error('networks overlap')
      node = next
    }
    node[bits.at(-1)!] = size
    data.push(Buffer.isBuffer(record) ? record : encoded(record))
    size += data.at(-1)!.length
  }
  const nodes: Node[] = [root]
  for (const node of nodes) for (const one of node) if (Array.isArray(one)) nodes.push(one)
  const numbers = new Map(nodes.map((node, index) => [node, index]))
  const record = (one: Node | number | undefined) =>
    one === undefined ? nodes.length : typeof one === 'number' ? nodes.length + 16 + one : numbers.get(one)!
  const tree = Buffer.alloc(nodes.length * 6)
  nodes.forEach((node, index) => {
    tree.writeUIntBE(record(node[0]), index * 6, 3)
    tree.writeUIntBE(record(node[1]), index * 6 + 3, 3)
  })
  const metadata = encoded({
    ...{ node_count: nodes.length, record_size: 24, ip_version: ipVersion, database_type: 'Test-City' },
    ...{ languages: ['en'], binary_format_major_version: 2, binary_format_minor_version: 0 },
    ...{ build_epoch: 1_772_323_200n, description: { en: 'Documentation addresses' } },
    ...options.metadata,
  })
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata])
}

/** Documentation addresses and the places of this table; 198.51.100.0/24 has none. */
export const PLACES: Record<string, Value> = {
  '192.0.2.0/25': { city: { names: { de: 'Stockholm (de)', en: 'Stockholm' } }, country: { iso_code: 'SE' } },
  '192.0.2.128/25': { country: { iso_code: 'DE', names: { en: 'Germany' } } },
  '203.0.113.0/24': { city: 'Göteborg', country_code: 'SE' },
  '2001:db8::/32': { city: { names: { en: 'São Paulo' } }, country: { iso_code: 'BR' } },
  '10.0.0.0/8': { city: { names: { en: 'Office' } }, country: { iso_code: 'SE' } },
  '100.64.0.0/10': { country: { iso_code: 'SE' } },
  'fd00::/8': { country: { iso_code: 'SE' } },
}

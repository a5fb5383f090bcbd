/** Where an address roughly is, from a database in MaxMind's format that the operator names. Nothing leaves the machine. */
import ipaddr from 'ipaddr.js'
import { Reader, type Response } from 'mmdb-lib'
import { parseMetadata } from 'mmdb-lib/lib/metadata.js'

const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
/** As the format has it: what describes the file is in its last 128 KiB. */
const MAX_METADATA = 128 * 1024
/** Zeros between the tree and the data. */
const SEPARATOR = 16
const MAX_CITY = 80
/** Parts that many records share, like a country; without it a hostile file could be read exponentially often. */
const MAX_CACHED = 1000
/** Addresses that are nowhere: of a home, an office, a machine, or of many at once. */
const NOWHERE = new Set([
  'private',
  'loopback',
  'linkLocal',
  'uniqueLocal',
  'carrierGradeNat',
  'unspecified',
  'multicast',
  'broadcast',
])

/** The file is no database that can be asked; the message is the end of a sentence that begins with its name. */
export class GeoDatabaseRefused extends Error {
  override name = 'GeoDatabaseRefused'
}

export interface GeoDatabase {
  /** What its maker calls it, like `GeoLite2-City`. */
  type: string
  builtAt: number
  /** `Stockholm, SE`, `SE`, or null. Never throws: a damaged record is a place that is not known. */
  locate(address: string): string | null
}

/** Reads the whole file; throws GeoDatabaseRefused. */
export function openGeoDatabase(bytes: Buffer): GeoDatabase {
  const reader = readerOf(bytes)
  const { ipVersion, databaseType, buildEpoch } = reader.metadata
  return {
    type: databaseType,
    builtAt: buildEpoch.getTime(),
    locate(address) {
      try {
        const asked = askable(address, ipVersion)
        return asked === undefined ? null : locationOf(reader.get(asked))
      } catch {
        return null
      }
    },
  }
}

function readerOf(bytes: Buffer): Reader<Response> {
  const marker = bytes.lastIndexOf(MARKER)
  if (marker < 0 || bytes.length - marker > MAX_METADATA)
    throw new GeoDatabaseRefused('is no database in MaxMind format, or its end is missing')
  try {
    // The reader takes a text that ends too early for a shorter one: with more bytes behind it, it would be another.
    const description = bytes.subarray(marker)
    const longer = parseMetadata(Buffer.concat([description, Buffer.alloc(MAX_METADATA)]))
    if (!Bun.deepEquals(parseMetadata(description), longer)) throw new Error('its end is missing')
    const reader = new Reader<Response>(bytes, { cache: new BoundedCache() })
    checkShape(reader.metadata, bytes, marker)
    return reader
  } catch (error) {
    if (error instanceof GeoDatabaseRefused) throw error
    throw new GeoDatabaseRefused('is damaged: its description cannot be read')
  }
}

function checkShape(metadata: Reader<Response>['metadata'], bytes: Buffer, marker: number): void {
  const { binaryFormatMajorVersion: version, ipVersion, nodeCount, searchTreeSize, databaseType, buildEpoch } = metadata
  if (version !== 2) throw new GeoDatabaseRefused(`has version ${String(version)} of the MaxMind format; 2 is read`)
  const isDescribed =
    (ipVersion === 4 || ipVersion === 6) &&
    Number.isSafeInteger(nodeCount) &&
    nodeCount > 0 &&
    typeof databaseType === 'string' &&
    Number.isFinite(buildEpoch.getTime())
  const dataStart = searchTreeSize + SEPARATOR
  if (!isDescribed || dataStart > marker || bytes.subarray(searchTreeSize, dataStart).some((byte) => byte !== 0))
    throw new GeoDatabaseRefused('is damaged: its parts are not where its description says')
}

/** What the tree can be asked about; undefined for what is nowhere or not of its kind. */
function askable(address: string, ipVersion: number): string | undefined {
  if (!ipaddr.isValid(address)) return undefined
  const parsed = ipaddr.process(address)
  // The reader would take the first half of a long address for a short one.
  if (NOWHERE.has(parsed.range()) || (ipVersion === 4 && parsed.kind() === 'ipv6')) return undefined
  return parsed.toString()
}

/** MaxMind nests country and city; other makers of such files write them flat. */
function locationOf(record: unknown): string | null {
  const country = part(record, 'country')
  const code = [part(country, 'iso_code'), part(record, 'country_code'), country].find(isCountryCode)
  if (code === undefined) return null
  const city = part(record, 'city')
  const name = [part(part(city, 'names'), 'en'), city].find((one) => typeof one === 'string')?.trim() ?? ''
  const isName = name !== '' && name.length <= MAX_CITY && !/\p{C}/u.test(name)
  return isName ? `${name.normalize('NFC')}, ${code}` : code
}

const isCountryCode = (value: unknown): value is string => typeof value === 'string' && /^[A-Z]{2}$/.test(value)
const part = (record: unknown, name: string): unknown =>
  typeof record === 'object' && record !== null && Object.hasOwn(record, name)
    ? (record as Record<string, unknown>)[name]
    : undefined

class BoundedCache {
  private readonly kept = new Map<string | number, unknown>()
  // oxlint-disable-next-line no-explicit-any
  get(key: string | number): any {
    return this.kept.get(key)
  }
  set(key: string | number, value: unknown): void {
    if (this.kept.size >= MAX_CACHED) this.kept.clear()
    this.kept.set(key, value)
  }
}

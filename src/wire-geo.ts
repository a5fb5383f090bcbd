/** The geo database of the operator, if locations are wanted. */
import { readFileSync, statSync } from 'node:fs'
import { type Config, ConfigError } from './config.ts'
import { type GeoDatabase, GeoDatabaseRefused, openGeoDatabase } from './geo/locations.ts'
import type { Log } from './log.ts'

/** It is held in memory; the largest one of city level has some 130 MB. */
const MAX_BYTES = 1024 ** 3

/** Undefined where no location is to be known. Throws ConfigError for a file that cannot be asked. */
export function openLocations(
  { file, geo, privacy }: Pick<Config, 'file' | 'geo' | 'privacy'>,
  log: Pick<Log, 'info'>,
): GeoDatabase['locate'] | undefined {
  if (geo.database === '' || !privacy.storeLocations) return undefined
  try {
    const { type, builtAt, locate } = openGeoDatabase(read(geo.database))
    log.info({ type, built: new Date(builtAt).toISOString().slice(0, 10) }, 'geo database read')
    return locate
  } catch (error) {
    const reason = error instanceof GeoDatabaseRefused ? error.message : `cannot be read (${codeOf(error)})`
    const cure = 'name a whole .mmdb file of city or country level, or leave the key empty for no locations'
    throw new ConfigError([`${file ?? 'environment'}: geo.database: "${geo.database}" ${reason}; ${cure}`])
  }
}

function read(path: string): Buffer {
  const facts = statSync(path)
  if (!facts.isFile()) throw new GeoDatabaseRefused('is no file')
  if (facts.size > MAX_BYTES) throw new GeoDatabaseRefused('is larger than 1 GiB')
  return readFileSync(path)
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'unknown reason'

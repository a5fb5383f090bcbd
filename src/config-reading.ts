/** Given values → checked values, section by section; every problem is noted and nothing is thrown. */
import { type Key, type Keys, keysOf, sections } from './config-keys.ts'
import { Wanted } from './config-kinds.ts'
import { type Given, hint } from './config-source.ts'

export interface ConfigReaders {
  /** From --config. */
  file?: string | undefined
  env: Record<string, string | undefined>
  /** The text of a file; throws when it cannot be read. */
  readFile(path: string): string
  exists(path: string): boolean
}

/** What is known while the configuration is read. */
export interface Reading {
  readers: ConfigReaders
  problems: string[]
  /** `section.key` → where it was given. */
  places: Map<string, string>
  /** Checked values by section, keys as TOML writes them. */
  values: Map<string, Record<string, unknown>>
}

/** Names of plans and networks are used on the command line and in environment variables. */
export const MEMBER_NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/

/** The environment wins over the file; a secret given there also replaces the twin given here, and the other way round. */
export function overridden(file: Given[], env: Given[]): Given[] {
  const base = ({ section, key }: Given) => `${section}.${meant(key, keysOf(section) ?? {}).name}`
  const replaced = new Set(env.map(base))
  return [...file.filter((given) => !replaced.has(base(given))), ...env]
}

/**
 * A secret that neither the environment nor the file gives is read from the service manager's folder of credentials
 * (systemd's LoadCredential=), by the name `section.key`: as if its `_file` had been set.
 */
export function fromCredentials(given: Given[], { env, exists }: ConfigReaders): Given[] {
  const folder = env.CREDENTIALS_DIRECTORY
  if (!folder) return []
  const named = new Set([...Object.keys(sections), ...given.map(({ section }) => section)])
  return [...named].flatMap((section) => {
    const keys = keysOf(section) ?? {}
    const isGiven = (name: string) =>
      given.some((one) => one.section === section && meant(one.key, keys).name === name && !isEmpty(one.raw))
    return Object.entries(keys)
      .filter(([name, { secret }]) => secret && !isGiven(name))
      .map(([name]) => ({ name, path: `${folder}/${section}.${name}` }))
      .filter(({ path }) => exists(path))
      .map(({ name, path }) => ({ section, key: `${name}_file`, raw: path, place: path, fromEnvironment: false }))
  })
}

export function take(given: Given, reading: Reading): void {
  const values = reading.values.get(given.section) ?? {}
  reading.values.set(given.section, values)
  if (!reading.places.has(given.section)) reading.places.set(given.section, given.place)
  if (given.key === '' && given.raw === undefined) return
  const problem = (reason: string) => reading.problems.push(`${given.place}: ${given.section}.${given.key}: ${reason}`)
  const keys = keysOf(given.section) ?? {}
  const { name, isTwin } = meant(given.key, keys)
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined
  if (!key) {
    problem(`unknown key${unknownKey(given.key, keys)}`)
    return
  }
  if (!isEmpty(values[name]) && !isEmpty(given.raw)) {
    problem(`give either ${name} or ${name}_file, not both`)
    return
  }
  // The example file has every secret as ""; that must not stand against the twin below it.
  if (key.secret && isEmpty(given.raw) && (isTwin || !isEmpty(values[name]))) return
  reading.places.set(`${given.section}.${name}`, given.place)
  const raw = isTwin ? secretFrom(given.raw, key, reading) : given.fromEnvironment ? fromText(given, key) : given.raw
  const value = raw instanceof Wanted ? raw : key.kind.read(raw)
  // A refused value stays undefined, so that what depends on it is not reported as well.
  if (raw instanceof Wanted) problem(raw.text)
  else if (value instanceof Wanted) problem(`wants ${value.text}${key.secret ? '' : `, not ${shown(raw)}`}`)
  else if (key.mustExist && value !== '' && !reading.readers.exists(String(value))) {
    problem(`there is no file ${shown(value)}`)
  } else values[name] = value
}

const isEmpty = (value: unknown) => value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
const fromText = (given: Given, key: Key) => key.kind.fromText(String(given.raw))

/** `password_file` means `password` where that is a secret; `tls_key_file` means itself. */
function meant(given: string, keys: Keys): { name: string; isTwin: boolean } {
  const twinOf = given.replace(/_file$/, '')
  const isTwin = twinOf !== given && !Object.hasOwn(keys, given) && Object.hasOwn(keys, twinOf) && keys[twinOf]!.secret
  return { name: isTwin ? twinOf : given, isTwin }
}

const shown = (raw: unknown) => {
  const text = JSON.stringify(raw) ?? String(raw)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function unknownKey(name: string, keys: Keys): string {
  const known = Object.entries(keys).flatMap(([key, { secret }]) => (secret ? [key, `${key}_file`] : [key]))
  return hint(name, known) || `; known are ${known.join(', ')}`
}

/** The text of a secret's file, without the line end that editors add; never shown. */
function secretFrom(path: unknown, key: Key, { readers }: Reading): unknown {
  if (typeof path !== 'string' || path === '') return new Wanted('wants the path of a file that holds the secret')
  if (!readers.exists(path)) return new Wanted(`there is no file ${shown(path)}`)
  try {
    return key.kind.fromText(readers.readFile(path).replace(/\r?\n$/, ''))
  } catch {
    return new Wanted(`the file ${shown(path)} cannot be read`)
  }
}

/** A key that is not given has its default; one that was given and refused stays undefined. */
export function addDefaults(section: string, keys: Keys, reading: Reading): void {
  const values = reading.values.get(section) ?? {}
  reading.values.set(section, values)
  for (const [name, key] of Object.entries(keys)) {
    if (values[name] !== undefined || reading.places.has(`${section}.${name}`) || key.default === undefined) continue
    values[name] = key.kind.read(key.default)
  }
}

/** Where values come from: the TOML file with its line numbers, and the environment. Neither is judged here. */
import { TomlError, parse } from 'smol-toml'
import { nearest } from './domain/suggest.ts'
import { isFamily, sectionNames } from './config-keys.ts'

/** One value as it was given, and where. */
export interface Given {
  section: string
  /** '' for the section itself. */
  key: string
  raw: unknown
  /** `testamur.toml:7` or `environment TESTAMUR_LOG__LEVEL`. */
  place: string
  fromEnvironment: boolean
}
export interface Source {
  given: Given[]
  problems: string[]
  /** The text is not TOML at all. */
  broken: boolean
}

/** Tables and keys of a TOML text with their lines: `server` → 1, `server.listen` → 2. Text in multi-line strings is skipped. */
export function linesOf(text: string): Map<string, number> {
  const found = new Map<string, number>()
  let table = ''
  let quote: string | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const marks = [...line.matchAll(/"""|'''/g)].map(([mark]) => mark)
    const inside = quote !== undefined
    for (const mark of marks) quote = quote === undefined ? mark : quote === mark ? undefined : quote
    if (inside) continue
    const header = /^\s*\[\[?\s*([^\]]+?)\s*\]/.exec(line)?.[1]
    const key = /^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=/.exec(line)?.[1]
    const plain = (header ?? key)?.split('.').map((part) => part.trim().replace(/^["']|["']$/g, ''))
    if (!plain) continue
    if (header !== undefined) table = plain.join('.')
    const whole = header !== undefined ? plain : [...table.split('.').filter((part) => part !== ''), ...plain]
    for (let depth = 1; depth <= whole.length; depth++) {
      const name = whole.slice(0, depth).join('.')
      if (!found.has(name)) found.set(name, index + 1)
    }
  }
  return found
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** `, did you mean "listen"?` or nothing. */
export function hint(typed: string, known: Iterable<string>): string {
  const word = nearest(typed.slice(0, 64), known)
  return word === undefined ? '' : `, did you mean "${word}"?`
}

const unknownSection = (name: string) =>
  `unknown section "${name}"${hint(name, sectionNames())} (sections: ${sectionNames().join(', ')})`

/** Everything a file gives; a syntax error is one problem with line and column. */
export function fromFile(text: string, file: string): Source {
  const source: Source = { given: [], problems: [], broken: false }
  let tree: Record<string, unknown>
  try {
    tree = parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // Only the first line of the message: the rest is a piece of the file, which may hold a secret.
    const reason = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')
    return { broken: true, given: [], problems: [`${file}:${error.line}:${error.column}: this is not TOML: ${reason}`] }
  }
  const lines = linesOf(text)
  const placeOf = (section: string, key?: string) =>
    `${file}:${lines.get(key === undefined ? section : `${section}.${key}`) ?? lines.get(section) ?? 1}`
  const take = (section: string, key: string, raw: unknown) =>
    source.given.push({ section, key, raw, place: placeOf(section, key), fromEnvironment: false })
  for (const [name, value] of Object.entries(tree)) {
    if (!sectionNames().includes(name)) {
      const loose = `the key "${name}" stands outside any section; put it below a line like [server]`
      source.problems.push(`${placeOf(name)}: ${isTable(value) ? unknownSection(name) : loose}`)
    } else if (!isTable(value)) {
      source.problems.push(`${placeOf(name)}: ${name}: is a section; write [${name}] on a line of its own`)
    } else {
      for (const [key, raw] of Object.entries(value)) {
        if (!isFamily(name) || !isTable(raw)) take(name, key, raw)
        else {
          take(`${name}.${key}`, '', undefined)
          for (const [inner, deep] of Object.entries(raw)) take(`${name}.${key}`, inner, deep)
        }
      }
    }
  }
  return source
}

/** TESTAMUR_SECTION__KEY and TESTAMUR_CHAIN__POLYGON__RPC_URLS. Names without a double underscore are not ours. */
export function fromEnvironment(env: Record<string, string | undefined>): Source {
  const source: Source = { given: [], problems: [], broken: false }
  for (const [variable, raw] of Object.entries(env).sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (!variable.startsWith('TESTAMUR_') || !variable.includes('__') || raw === undefined) continue
    const place = `environment ${variable}`
    const parts = variable.slice('TESTAMUR_'.length).toLowerCase().split('__')
    const name = parts[0]!
    if (!sectionNames().includes(name)) source.problems.push(`${place}: ${unknownSection(name)}`)
    else if (parts.length > (isFamily(name) ? 3 : 2) || parts.includes(''))
      source.problems.push(`${place}: is not of the form TESTAMUR_SECTION__KEY`)
    else
      source.given.push({
        section: parts.slice(0, -1).join('.'),
        key: parts.at(-1)!,
        raw,
        place,
        fromEnvironment: true,
      })
  }
  return source
}

/** What the rules of the house look at: the files of the repository as texts. */
import { readFileSync } from 'node:fs'
import { dirname, normalize } from 'node:path'

export interface File {
  /** Relative to the root, with forward slashes. */
  path: string
  text: string
}
/** Complaints, one line each; none = the house is in order. */
export type Rule = (files: File[]) => string[]

const PATTERNS = ['{src,web,migrations,scripts,test,docs,contracts,bench,.ci}/**/*', '*', '.npmrc', '.gitignore']
const LEFT_OUT = /(^|\/)node_modules\/|^test\/oracles\/(?!package)|\.(png|jpg|pdf|woff2|ttf|wasm|db)$/

/** Everything that is tracked or could be, without foreign code and binary files. */
export function allFiles(): File[] {
  return PATTERNS.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: '.', dot: true })])
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !LEFT_OUT.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}

/** Code without comments and without the texts of documentation. Strings stay. */
export const codeOf = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}])\/\/ .*$/gm, '$1')

export interface Import {
  /** As written. */
  name: string
  /** Repository path of a relative import. */
  target: string | undefined
}
/** Static, dynamic and type imports and re-exports. */
export function importsOf({ path, text }: File): Import[] {
  const names = [...codeOf(text).matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)['"]([^'"\n]+)['"]/g)].map(
    (match) => match[1]!,
  )
  return names.map((name) => ({
    name,
    target: name.startsWith('.') ? normalize(`${dirname(path)}/${name}`).replaceAll('\\', '/') : undefined,
  }))
}
/** `@noble/hashes/sha2.js` → `@noble/hashes`. */
export const packageOf = (name: string) => /^(?:@[^/]+\/)?[^/]+/.exec(name)![0]

export const isCode = ({ path }: File) => /^(src|web)\/.*\.tsx?$/.test(path) && !path.endsWith('.d.ts')
export const inside =
  (...places: string[]) =>
  (path: string) =>
    places.some((place) => path.startsWith(place))

/** SVG path data, as far as designs may hold it: M L H V C S Q T A Z, absolute or relative, with finite numbers. */

const ARGUMENTS: Record<string, number> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 }
const LARGEST = 1_000_000
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?/y
const FLAG = /[01]/y
const BETWEEN = /[\s,]*/y

/** What is wrong with this path data, as the end of a sentence, or undefined. Linear in its length. */
export function pathProblem(d: string): string | undefined {
  let at = skip(d, 0)
  if (at === d.length) return 'must not be empty.'
  let first = true
  while (at < d.length) {
    const command = d[at]!.toUpperCase()
    const wanted = ARGUMENTS[command]
    if (wanted === undefined) return unexpected(d, at, 'a command (M L H V C S Q T A Z)')
    if (first && command !== 'M') return 'must begin with M: where to start drawing.'
    first = false
    at = skip(d, at + 1)
    const read = readArguments(d, at, command, wanted)
    if (typeof read === 'string') return read
    at = read
  }
  return undefined
}

/** Reads one or more groups of arguments; answers the place after them, or what is wrong. */
function readArguments(d: string, start: number, command: string, wanted: number): number | string {
  let at = start
  if (wanted === 0) return at
  for (let group = 0; ; group++) {
    for (let index = 0; index < wanted; index++) {
      const pattern = command === 'A' && (index === 3 || index === 4) ? FLAG : NUMBER
      pattern.lastIndex = at
      const found = pattern.exec(d)?.[0]
      if (found === undefined) {
        if (index === 0 && group > 0) return at
        return unexpected(d, at, `number ${index + 1} of the ${wanted} that ${command} takes`)
      }
      if (!(Math.abs(Number(found)) <= LARGEST))
        return `holds ${found} at position ${at + 1}; numbers go up to ${LARGEST}.`
      at = skip(d, at + found.length)
    }
  }
}

function skip(d: string, at: number): number {
  BETWEEN.lastIndex = at
  return at + BETWEEN.exec(d)![0].length
}

const unexpected = (d: string, at: number, wanted: string) =>
  at >= d.length
    ? `ends where ${wanted} should be.`
    : `has ${JSON.stringify(d.slice(at, at + 1).toWellFormed())} at position ${at + 1}, where ${wanted} should be.`

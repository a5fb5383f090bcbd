/** JSON whose reading is beyond doubt: no member twice, not nested without end. Signatures do not see either. */

export type StrictJsonProblem = 'too_large' | 'not_json' | 'duplicate_member' | 'too_deep'
export class StrictJsonError extends Error {
  override name = 'StrictJsonError'
  constructor(
    readonly problem: StrictJsonProblem,
    detail: string,
  ) {
    super(detail)
  }
}

const QUOTE = 34
const BACKSLASH = 92
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const COMMA = 44

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at
  }
  throw new StrictJsonError('not_json', 'a text does not end')
}

/** Reads brackets and member names alone; whatever else is wrong, JSON.parse says afterwards. */
function checkNames(text: string, maxDepth: number): void {
  const open: (Set<string> | null)[] = []
  let nameExpected = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfString(text, at)
      const names = open.at(-1)
      if (nameExpected && names) {
        const raw = text.slice(at + 1, end)
        const name = raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw
        if (names.has(name))
          throw new StrictJsonError('duplicate_member', `member ${JSON.stringify(name)} stands twice`)
        names.add(name)
      }
      nameExpected = false
      at = end
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (open.length >= maxDepth) throw new StrictJsonError('too_deep', `nested deeper than ${maxDepth}`)
      open.push(code === OPEN_OBJECT ? new Set() : null)
      nameExpected = code === OPEN_OBJECT
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      open.pop()
      nameExpected = false
    } else if (code === COMMA) nameExpected = open.at(-1) !== null
  }
}

/** Throws `StrictJsonError` on text that is too long (in UTF-16 units), too deep, no JSON, or names a member twice. */
export function parseStrictJson(text: string, limits: { maxLength: number; maxDepth: number }): unknown {
  if (text.length > limits.maxLength)
    throw new StrictJsonError('too_large', `longer than ${limits.maxLength} characters`)
  try {
    checkNames(text, limits.maxDepth)
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof StrictJsonError) throw error
    throw new StrictJsonError('not_json', 'not JSON')
  }
}

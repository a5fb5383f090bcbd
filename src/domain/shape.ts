/**
 * The shape of a request body as one table, from which come validation (with field, value and cure in the message)
 * and the JSON Schema of the OpenAPI document. Unknown members are refused with "did you mean".
 */
import type { Problem } from './errors.ts'
import { isDay, momentOf } from './dates.ts'
import { didYouMean } from './suggest.ts'
import { shown, textProblem } from './text.ts'

interface Common {
  required?: boolean
  nullable?: boolean
  /** For the reference. */
  doc?: string
  /** Its schema stands once in the OpenAPI document, under this name. */
  schema?: string
  example?: unknown
}
export type TextFormat = 'day' | 'moment' | 'slug' | 'lines' | 'url'
export type Field = Common &
  (
    | { kind: 'text'; min?: number; max: number; format?: TextFormat; check?: (text: string) => string | undefined }
    | { kind: 'integer'; min: number; max: number }
    | { kind: 'number'; min?: number; max?: number }
    | { kind: 'boolean' }
    | { kind: 'choice'; of: readonly string[] }
    | { kind: 'object'; fields: Shape }
    | { kind: 'list'; of: Field; min?: number; max: number }
    | { kind: 'values'; max: number }
    | { kind: 'json'; maxBytes: number }
    | { kind: 'either'; of: Field[] }
    | { kind: 'variant'; by: string; of: Record<string, Shape> }
    | { kind: 'dictionary'; of: Field; max: number; key: RegExp; keys: string }
    | { kind: 'anything' }
  )
export type Shape = Record<string, Field>

const article = (kind: string) => (/^[aeio]/.test(kind) ? `an ${kind}` : `a ${kind}`)
const problem = (field: string, code: string, message: string): Problem => ({ field, code, message })

/** Checks `input` against the shape and returns it, or the problems; unknown members are problems. */
export function readShape(input: unknown, shape: Shape, path = ''): Problem[] {
  const problems: Problem[] = []
  checkObject(input, shape, path, problems)
  return problems
}

function checkObject(input: unknown, shape: Shape, path: string, problems: Problem[]) {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) {
    problems.push(problem(path, 'wrong_type', `${path || 'The body'} must be an object, but is ${shown(input)}.`))
    return
  }
  const prefix = path ? `${path}.` : ''
  for (const name of Object.keys(input)) {
    if (Object.hasOwn(shape, name)) continue
    const field = `${prefix}${name.slice(0, 100).toWellFormed()}`
    problems.push(
      problem(field, 'unknown_field', `There is no field ${shown(field)}.${didYouMean(name, Object.keys(shape))}`),
    )
  }
  for (const [name, field] of Object.entries(shape)) {
    const value = Object.hasOwn(input, name) ? (input as Record<string, unknown>)[name] : undefined
    if (value === undefined || (value === null && field.nullable)) {
      if (field.required && value === undefined)
        problems.push(problem(`${prefix}${name}`, 'required', `${prefix}${name} is required.`))
      continue
    }
    checkField(value, field, `${prefix}${name}`, problems)
  }
}

/** Checks one value; exported for lists of rows and single parameters. */
export function checkField(value: unknown, field: Field, path: string, problems: Problem[]) {
  const refuse = (code: string, rest: string) => problems.push(problem(path, code, `${path} ${rest}`))
  const wrong = (kind: string) => refuse('wrong_type', `must be ${article(kind)}, but is ${shown(value)}.`)
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' ? checkText(value, field, refuse) : wrong('text')
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) return wrong('integer')
      return checkRange(value, field, refuse)
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? checkRange(value, field, refuse) : wrong('number')
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrong('boolean (true or false)')
    case 'choice':
      if (typeof value === 'string' && field.of.includes(value)) return
      refuse(
        'not_a_choice',
        `must be one of ${field.of.join(', ')}, but is ${shown(value)}.${typeof value === 'string' ? didYouMean(value, field.of) : ''}`,
      )
      return
    case 'object':
      return checkObject(value, field.fields, path, problems)
    case 'list':
      return checkList(value, field, path, problems, refuse)
    case 'values':
      return checkValues(value, field.max, path, problems)
    case 'json':
      return checkJson(value, field.maxBytes, path, problems)
    case 'either':
      return checkEither(value, field.of, path, problems)
    case 'variant':
      return checkVariant(value, field, path, problems)
    case 'dictionary':
      return checkDictionary(value, field, path, problems)
    case 'anything':
      return
  }
}

type Refuse = (code: string, rest: string) => void

function checkRange(
  value: number,
  { min = -Infinity, max = Infinity }: { min?: number; max?: number },
  refuse: Refuse,
) {
  if (value >= min && value <= max) return
  const wanted = max === Infinity ? `be at least ${min}` : `lie between ${min} and ${max}`
  refuse('out_of_range', `must ${wanted}, but is ${shown(value)}.`)
}

function checkText(value: string, field: Field & { kind: 'text' }, refuse: Refuse) {
  const bad = textProblem(value, field.format === 'lines')
  if (bad) return refuse('bad_text', bad)
  const { min = 1, max } = field
  if (value.trim().length < min)
    return refuse('too_short', min === 1 ? 'must not be empty.' : `needs at least ${min} letters.`)
  if (value.length > max) return refuse('too_long', `has ${value.length} letters; at most ${max} are allowed.`)
  if (field.format === 'day' && !isDay(value))
    return refuse('bad_date', `must be a day that exists, written YYYY-MM-DD, but is ${shown(value)}.`)
  if (field.format === 'moment' && momentOf(value) === undefined)
    return refuse('bad_date', `must be a day (2028-03-03) or a moment (2028-03-03T12:00:00Z), but is ${shown(value)}.`)
  if (field.format === 'slug' && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(value))
    return refuse('bad_slug', `may hold a–z, 0–9 and single hyphens between them, but is ${shown(value)}.`)
  if (field.format === 'url' && !isWebUrl(value))
    return refuse('bad_url', `must be an http or https address, but is ${shown(value)}.`)
  const own = field.check?.(value)
  if (own) refuse('bad_value', own)
}

export function isWebUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s\\<>"{}|^`]+$/i.test(text)) return false
  try {
    const url = new URL(text)
    return url.hostname !== '' && url.username === '' && url.password === ''
  } catch {
    return false
  }
}

function checkList(value: unknown, field: Field & { kind: 'list' }, path: string, problems: Problem[], refuse: Refuse) {
  if (!Array.isArray(value)) return refuse('wrong_type', `must be a list, but is ${shown(value)}.`)
  if (value.length < (field.min ?? 0)) return refuse('too_short', `needs at least ${field.min} entries.`)
  if (value.length > field.max)
    return refuse('too_long', `has ${value.length} entries; at most ${field.max} are allowed.`)
  value.forEach((entry, index) => checkField(entry, field.of, `${path}[${index}]`, problems))
}

/** A flat object of texts, numbers and booleans: what a certificate says. */
function checkValues(value: unknown, max: number, path: string, problems: Problem[]) {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return void problems.push(problem(path, 'wrong_type', `${path} must be an object, but is ${shown(value)}.`))
  const entries = Object.entries(value)
  if (entries.length > max)
    return void problems.push(
      problem(path, 'too_long', `${path} has ${entries.length} members; at most ${max} are allowed.`),
    )
  for (const [name, each] of entries) {
    const at = `${path}.${name.slice(0, 100).toWellFormed()}`
    if (each === null || !['string', 'number', 'boolean'].includes(typeof each))
      problems.push(problem(at, 'wrong_type', `${at} must be a text, number or boolean, but is ${shown(each)}.`))
  }
}

/** Free JSON kept for the client, bounded in size and depth, its text checked like all other text. */
function checkJson(value: unknown, maxBytes: number, path: string, problems: Problem[]) {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return void problems.push(problem(path, 'wrong_type', `${path} must be an object, but is ${shown(value)}.`))
  const depthOf = (part: unknown): number =>
    part !== null && typeof part === 'object' ? 1 + Math.max(0, ...Object.values(part).map(depthOf)) : 0
  const size = new TextEncoder().encode(JSON.stringify(value)).length
  if (size > maxBytes)
    return void problems.push(
      problem(path, 'too_long', `${path} is ${size} bytes as JSON; at most ${maxBytes} are allowed.`),
    )
  if (depthOf(value) > 8) problems.push(problem(path, 'too_deep', `${path} is nested deeper than 8 levels.`))
  const texts = (part: unknown): string[] =>
    typeof part === 'string'
      ? [part]
      : part !== null && typeof part === 'object'
        ? [...Object.keys(part), ...Object.values(part).flatMap(texts)]
        : []
  const bad = texts(value)
    .map((text) => textProblem(text, true))
    .find(Boolean)
  if (bad) problems.push(problem(path, 'bad_text', `${path} ${bad}`))
}

function checkEither(value: unknown, of: Field[], path: string, problems: Problem[]) {
  const attempts = of.map((field) => {
    const found: Problem[] = []
    checkField(value, field, path, found)
    return found
  })
  if (attempts.some((found) => found.length === 0)) return
  // The attempt that got furthest, i.e. not a wrong type, says best what is wrong.
  problems.push(...(attempts.find(([first]) => first!.code !== 'wrong_type' || first!.field !== path) ?? attempts[0]!))
}

/** Which shape an object has, one of its members says: a design's elements, each of its own kind. */
function checkVariant(value: unknown, { by, of }: Field & { kind: 'variant' }, path: string, problems: Problem[]) {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return void problems.push(problem(path, 'wrong_type', `${path} must be an object, but is ${shown(value)}.`))
  const said = Object.hasOwn(value, by) ? (value as Record<string, unknown>)[by] : undefined
  if (said === undefined) return void problems.push(problem(`${path}.${by}`, 'required', `${path}.${by} is required.`))
  checkField(said, { kind: 'choice', of: Object.keys(of) }, `${path}.${by}`, problems)
  if (typeof said !== 'string' || !Object.hasOwn(of, said)) return
  const found: Problem[] = []
  checkObject(value, { [by]: { kind: 'anything' }, ...of[said]! }, path, found)
  const id = Object.hasOwn(value, 'id') ? (value as { id: unknown }).id : undefined
  // A place in a list says little to a person; the name of the thing does.
  const whose = typeof id === 'string' ? ` (${said} ${shown(id)})` : ''
  problems.push(...found.map((each) => ({ ...each, message: `${each.message}${whose}` })))
}

/** An object whose names the client chooses, all values alike. */
function checkDictionary(value: unknown, field: Field & { kind: 'dictionary' }, path: string, problems: Problem[]) {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return void problems.push(problem(path, 'wrong_type', `${path} must be an object, but is ${shown(value)}.`))
  const entries = Object.entries(value)
  if (entries.length > field.max)
    return void problems.push(
      problem(path, 'too_long', `${path} has ${entries.length} members; at most ${field.max} are allowed.`),
    )
  for (const [name, each] of entries) {
    const at = `${path}.${name.slice(0, 100).toWellFormed()}`
    if (field.key.test(name)) checkField(each, field.of, at, problems)
    else
      problems.push(problem(at, 'bad_name', `${path} has the member ${shown(name)}; its names must be ${field.keys}.`))
  }
}

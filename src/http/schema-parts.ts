/** What the schemas of the answers are made of. */
import type { JsonSchema } from './route.ts'

export const text = { type: 'string' }
export const textOrNull = { type: ['string', 'null'] }
export const integer = { type: 'integer' }
export const integerOrNull = { type: ['integer', 'null'] }
export const yesNo = { type: 'boolean' }
export const day = { type: 'string', format: 'date' }
export const moment = { type: 'string', format: 'date-time' }
export const momentOrNull = { type: ['string', 'null'], format: 'date-time' }
export const url = { type: 'string', format: 'uri' }
export const urlOrNull = { type: ['string', 'null'], format: 'uri' }
export const listOf = (items: JsonSchema) => ({ type: 'array', items })
export const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })
export const counts = { type: 'object', additionalProperties: integer }
export const values = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } }

/** Every member is always there unless it is named in `optional`. */
export function object(properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', properties, required, additionalProperties: false }
}
export const pagination = object({ next: textOrNull, prev: textOrNull })
export const pageOf = (name: string) => object({ data: listOf(reference(name)), pagination })

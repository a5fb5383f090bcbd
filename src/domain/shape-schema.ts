import type { Field, Shape } from './shape.ts'

/** JSON Schema 2020-12 of a shape, for the OpenAPI document. */
export function schemaOf(shape: Shape): Record<string, unknown> {
  const required = Object.entries(shape)
    .filter(([, field]) => field.required)
    .map(([name]) => name)
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, fieldSchema(field)])),
    ...(required.length ? { required } : {}),
  }
}

export function fieldSchema(field: Field): Record<string, unknown> {
  if (field.schema) return { $ref: `#/components/schemas/${field.schema}` }
  const schema = bareSchema(field)
  const nullable = field.nullable && typeof schema.type === 'string' ? { type: [schema.type, 'null'] } : {}
  return {
    ...schema,
    ...nullable,
    ...(field.doc ? { description: field.doc } : {}),
    ...(field.example !== undefined ? { examples: [field.example] } : {}),
  }
}

const SCALARS = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } }

function bareSchema(field: Field): Record<string, unknown> {
  switch (field.kind) {
    case 'text': {
      const formats = {
        day: { format: 'date' },
        moment: {},
        slug: { pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
        lines: {},
        url: { format: 'uri' },
      }
      return {
        type: 'string',
        minLength: field.min ?? 1,
        maxLength: field.max,
        ...(field.format ? formats[field.format] : {}),
      }
    }
    case 'integer':
      return { type: 'integer', minimum: field.min, maximum: field.max }
    case 'number':
      return {
        type: 'number',
        ...(field.min === undefined ? {} : { minimum: field.min }),
        ...(field.max === undefined ? {} : { maximum: field.max }),
      }
    case 'boolean':
      return { type: 'boolean' }
    case 'choice':
      return { type: 'string', enum: [...field.of] }
    case 'object':
      return schemaOf(field.fields)
    case 'list':
      return {
        type: 'array',
        items: fieldSchema(field.of),
        maxItems: field.max,
        ...(field.min ? { minItems: field.min } : {}),
      }
    case 'values':
      return { ...SCALARS, maxProperties: field.max }
    case 'json':
      return { type: 'object', additionalProperties: true }
    case 'either':
      return { anyOf: field.of.map(fieldSchema) }
    case 'variant':
      return { oneOf: Object.entries(field.of).map(([said, shape]) => variantSchema(field.by, said, shape)) }
    case 'dictionary':
      return {
        type: 'object',
        additionalProperties: fieldSchema(field.of),
        propertyNames: { pattern: field.key.source },
        maxProperties: field.max,
      }
    case 'anything':
      return {}
  }
}

/** One of the shapes an object may have, told by its member `by`. */
function variantSchema(by: string, said: string, shape: Shape) {
  const schema = schemaOf(shape)
  const { properties, required = [] } = schema as { properties: object; required?: string[] }
  return { ...schema, properties: { [by]: { const: said }, ...properties }, required: [by, ...required] }
}

/** The OpenAPI document, generated from the same routes and shapes that the server runs. */
import { catalogue, type ErrorCode } from '../domain/errors.ts'
import { fieldSchema, schemaOf } from '../domain/shape-schema.ts'
import { statusesOf, type AnswerDocument, type JsonSchema, type Route } from './route.ts'
import { schemas } from './schemas.ts'

export interface OpenApiFacts {
  publicUrl: string
  version: string
  issuer: string
}

const statusOfCode = (code: ErrorCode) => catalogue[code].status
export const routeStatuses = (route: Route) => statusesOf(route, statusOfCode)

/** Codes that a route can give with this status; for the descriptions. */
export function codesOf(route: Route, status: number): ErrorCode[] {
  const common: ErrorCode[] = ['unauthorized', 'forbidden', 'rate_limited', 'internal_error', 'unavailable']
  const withBody: ErrorCode[] = ['invalid_request', 'malformed_json', 'unknown_field', 'payload_too_large']
  const keyed: ErrorCode[] = ['idempotency_in_progress', 'idempotency_key_reused']
  const possible = new Set<ErrorCode>([
    ...(route.errors ?? []),
    ...(route.surface === 'private' ? [...common, 'invalid_request' as const, 'unknown_field' as const] : []),
    ...(route.surface === 'public' ? (['rate_limited', 'internal_error'] as const) : []),
    ...(route.only ? (['not_found'] as const) : []),
    ...(route.query ? (['invalid_request', 'unknown_field'] as const) : []),
    ...(route.body || route.raw ? [...withBody, 'unsupported_media_type' as const] : []),
    ...(route.idempotent ? keyed : []),
  ])
  return [...possible].filter((code) => statusOfCode(code) === status)
}

const header = (description: string, type: JsonSchema = { type: 'integer' }) => ({ description, schema: type })
const HEADERS = {
  'X-RateLimit-Limit': header('Requests per minute. 1000000000 when the plan has no limit.'),
  'X-RateLimit-Remaining': header('Requests left in this minute.'),
  'X-RateLimit-Reset': header('Unix seconds at which the next minute begins.'),
  'RateLimit-Policy': header('The same as IETF structured field.', { type: 'string' }),
  RateLimit: header('The same as IETF structured field.', { type: 'string' }),
  'X-Request-Id': header('Name it when you report a problem.', { type: 'string' }),
  'Retry-After': header('Seconds to wait.'),
  'Idempotent-Replayed': header('true when this answer was given before.', { type: 'string' }),
  'Preference-Applied': header('What of Prefer was heeded.', { type: 'string' }),
}
const headerReference = (name: string) => [name, { $ref: `#/components/headers/${name}` }] as const
const RATE = ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset', 'RateLimit-Policy', 'RateLimit']

function headersOf(route: Route, status: number) {
  const names = ['X-Request-Id', ...(route.surface === 'private' ? RATE : [])]
  if (status === 429 || status === 503) names.push('Retry-After')
  if (route.idempotent && status < 300) names.push('Idempotent-Replayed')
  if (route.waits && status < 300) names.push('Preference-Applied')
  return Object.fromEntries(names.map(headerReference))
}

const schemaReference = (name: string) => ({ $ref: `#/components/schemas/${name}` })

const ERROR_CONTENT = {
  'application/json': { schema: schemaReference('Error') },
  'application/problem+json': { schema: schemaReference('Problem') },
}

function success(route: Route, status: number, { description, schema, type }: AnswerDocument) {
  const headers = headersOf(route, status)
  if (!schema && !type) return { description, headers }
  const content = { [type ?? 'application/json']: schema ? { schema: schemaReference(schema) } : {} }
  // The credential comes as whichever of its three types was asked for; a refusal as a page or as JSON.
  const asked = type === 'application/vc+json' ? ['application/ld+json', 'application/json'] : []
  const types = { ...content, ...Object.fromEntries(asked.map((name) => [name, content[type!]!])) }
  return { description, headers, content: status >= 400 && !schema ? { ...types, ...ERROR_CONTENT } : types }
}

function failure(route: Route, status: number) {
  const codes = codesOf(route, status)
  return {
    description: codes.map((code) => `\`${code}\`: ${catalogue[code].message}`).join('\n\n') || 'An error.',
    headers: headersOf(route, status),
    content: ERROR_CONTENT,
  }
}

function responsesOf(route: Route) {
  const entries = routeStatuses(route).map((status) => {
    const document = route.answers[status]
    return [String(status), document ? success(route, status, document) : failure(route, status)] as const
  })
  return Object.fromEntries(entries)
}

function parametersOf(route: Route) {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name: name!,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(route.query ?? {}).map(([name, field]) => ({
    name,
    in: 'query',
    required: field.required === true,
    ...(field.doc ? { description: field.doc } : {}),
    schema: fieldSchema(field),
  }))
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Any text of your own, such as a UUID. Kept 7 days: the same request with it gets the same answer.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  }
  const prefer = {
    name: 'Prefer',
    in: 'header',
    required: false,
    description: '`wait=N` waits up to N seconds (0–60) for the chain; `respond-async` does not wait.',
    schema: { type: 'string' },
  }
  return [...inPath, ...inQuery, ...(route.idempotent ? [key] : []), ...(route.waits ? [prefer] : [])]
}

/** `getV1CertificatesById`: stable, and usable as a name in generated clients. */
export const operationId = ({ method, path }: Pick<Route, 'method' | 'path'>) =>
  method.toLowerCase() +
  path
    .split('/')
    .filter(Boolean)
    .map((part) => (part.startsWith(':') ? `By_${part.slice(1)}` : part))
    .join('_')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('')

const rawBody = ({ types, description, json }: NonNullable<Route['raw']>) => ({
  required: true,
  description,
  content: {
    ...Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
    ...(json ? { 'application/json': { schema: schemaOf(json) } } : {}),
  },
})

function operation(route: Route) {
  const parameters = parametersOf(route)
  const needed = route.surface === 'private' ? [route.permission].flat().map((each) => `\`${each}\``) : []
  const scopes = needed.length ? `Scope: ${needed.join(' or ')}.` : ''
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, scopes].filter(Boolean).join('\n\n'),
    ...(parameters.length ? { parameters } : {}),
    ...(route.raw ? { requestBody: rawBody(route.raw) } : {}),
    ...(route.body
      ? {
          requestBody: {
            required: route.bodyOptional !== true,
            content: {
              'application/json': {
                schema: schemaOf(route.body),
                ...(route.example?.body ? { example: route.example.body } : {}),
              },
            },
          },
        }
      : {}),
    responses: responsesOf(route),
    ...(route.surface === 'private' ? { security: [{ key: [] }] } : { security: [] }),
  }
}

export const documentPath = (path: string) => path.replace(/:(\w+)/g, '{$1}')

/** OpenAPI 3.1. */
export function openApiDocument(routes: readonly Route[], facts: OpenApiFacts) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = documentPath(route.path)
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  const tags = [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name }))
  return {
    openapi: '3.1.0',
    info: {
      title: `Testamur API of ${facts.issuer}`,
      version: facts.version,
      description: 'Issues certificates that anyone can verify, for ever, without this server.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: facts.publicUrl }],
    externalDocs: { url: `${facts.publicUrl}/docs`, description: 'Reference and guide' },
    tags,
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'tm_live_… or tm_test_… (sandbox)' } },
      headers: HEADERS,
      schemas,
    },
  }
}

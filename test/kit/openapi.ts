/** Holds answers to the OpenAPI document: status, content type and shape. */
import Ajv2020 from '../oracles/node_modules/ajv/dist/2020.js'
import addFormats from '../oracles/node_modules/ajv-formats/dist/index.js'
import { routesAt } from '../../src/http/methods.ts'
import { documentPath, openApiDocument } from '../../src/http/openapi.ts'
import { allRoutes } from '../../src/http/routes.ts'
import type { ApiAnswer } from './http.ts'

export const document = openApiDocument(allRoutes, {
  publicUrl: 'https://certs.example.edu',
  version: '0.0.0-test',
  issuer: 'Example University',
})

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
addFormats(ajv)
ajv.addSchema(document as object, 'doc')

type Check = ((value: unknown) => boolean) & { errors?: Array<{ instancePath: string; message?: string }> | null }
const checks = new Map<string, Check>()

/** What is wrong with a value by the schema at this place of the document. */
export function unlikeSchema(pointer: string, value: unknown): string[] {
  let check = checks.get(pointer)
  if (!check) checks.set(pointer, (check = ajv.compile({ $ref: `doc${pointer}` }) as Check))
  return check(value) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

interface Documented {
  content?: Record<string, { schema?: { $ref: string } }>
  headers?: Record<string, unknown>
}

/** What an answer does that the document does not say; empty when all is well. */
export function unlikeDocument(request: Request, answer: Omit<ApiAnswer, 'text'> & { text: string }): string[] {
  const path = new URL(request.url).pathname
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = routesAt(allRoutes, path).find((each) => each.method === method)
  const type = answer.headers.get('content-type')?.split(';')[0] ?? null
  if (!route) return unlikeError(answer, type, [204, 401, 404, 405, 429, 500, 503])
  const operation = (
    document.paths[documentPath(route.path)] as Record<string, { responses: Record<string, Documented> }>
  )[method.toLowerCase()]!
  const documented = operation.responses[String(answer.status)]
  if (!documented) {
    // A conditional request: what the client has is still right. Ids that cannot be are as any unknown address.
    const known = answer.status === 304 && request.headers.has('if-none-match')
    return known ? [] : [`status ${answer.status} is not documented`]
  }
  const problems = Object.keys(documented.headers ?? {})
    .filter((name) => /^x-ratelimit|^ratelimit|^x-request-id/i.test(name) && !answer.headers.has(name))
    .map((name) => `header ${name} is missing`)
  if (answer.status >= 400 && !route.answers[answer.status])
    return [...problems, ...unlikeError(answer, type, [answer.status])]
  if (request.method === 'HEAD' || type === null || type === 'text/html') return problems
  const content = Object.entries(documented.content ?? {}).find(([name]) => name.split(';')[0] === type)?.[1]
  if (!content)
    return documented.content && !/json/.test(type) ? problems : [...problems, `type ${type} is not documented`]
  return content.schema ? [...problems, ...unlikeSchema(content.schema.$ref, answer.json)] : problems
}

function unlikeError(answer: ApiAnswer, type: string | null, statuses: number[]): string[] {
  if (!statuses.includes(answer.status)) return [`status ${answer.status} is not documented`]
  if (answer.text === '' || type === 'text/html') return []
  const schema = type === 'application/problem+json' ? 'Problem' : 'Error'
  return unlikeSchema(`#/components/schemas/${schema}`, answer.json)
}

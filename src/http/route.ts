/** A route as data: from it come the router, validation, the OpenAPI document, the reference page and the tests. */
import type { ApiKey, Permission } from '../domain/api-keys.ts'
import type { ErrorCode } from '../domain/errors.ts'
import type { Caller } from '../domain/scopes.ts'
import type { Shape } from '../domain/shape.ts'
import type { HttpContext } from './context.ts'
import type { Services } from './services.ts'

export type Surface = 'public' | 'private' | 'common'
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type JsonSchema = Record<string, unknown>

/** One of json, text, bytes; none = no body. `text` is JSON text unless `type` says otherwise. */
export interface Answer {
  status?: number
  json?: unknown
  text?: string
  bytes?: Uint8Array
  /** Content-Type; application/json when absent. */
  type?: string
  headers?: Record<string, string>
}

/** A caller that came with an API key. */
export interface KeyCaller extends Caller {
  apiKey: ApiKey
}

export interface Call {
  context: HttpContext
  services: Services
  request: Request
  /** As it came: HEAD for a HEAD, though `request` is a GET then. */
  method: string
  /** Path as it was sent, without the query. */
  path: string
  params: Record<string, string>
  /** After its shape was checked; texts turned into numbers and booleans. */
  query: Record<string, unknown>
  /** After its shape was checked; undefined when none was sent or the route reads it itself. */
  body: unknown
  /** Of the client; behind trusted proxies as they say. */
  address: string
}
export interface PrivateCall extends Call {
  caller: KeyCaller
}

export interface AnswerDocument {
  description: string
  /** Name of a schema in schemas.ts; absent = not JSON. */
  schema?: string
  type?: string
}

interface RouteFacts {
  method: Method
  /** `:name` for parameters. */
  path: string
  summary: string
  description?: string
  tag: string
  /** Parameters in the path that must look like this; anything else is 404 before the handler is asked. */
  only?: Record<string, RegExp>
  query?: Shape
  body?: Shape
  /** An empty body is fine too. */
  bodyOptional?: true
  /** Up to the batch limit instead of the usual one. */
  largeBody?: true
  /** Bytes, read by the handler: their types, what they are, and how they look as JSON where that is taken too. */
  raw?: { types: readonly string[]; description: string; json?: Shape }
  /** Largest JSON body, where it is less than the usual one. */
  maxBytes?: number
  /** Asked with every movement of a hand: has a count of its own, ten times that of the plan. */
  frequent?: true
  /** What success looks like, by status. */
  answers: Record<number, AnswerDocument>
  /** Codes beyond those that every route of its kind can answer. */
  errors?: readonly ErrorCode[]
  /** Takes Idempotency-Key. */
  idempotent?: true
  /** Takes Prefer: wait=N and respond-async. */
  waits?: true
  /** Scripts of any site may read it. */
  cors?: true
  /** An answer to an earlier example, for the reference. */
  example?: { body?: unknown; query?: string }
}
export interface PrivateRoute extends RouteFacts {
  surface: 'private'
  /** One of these (or admin) is needed. */
  permission: Permission | readonly Permission[]
  handle(call: PrivateCall): Answer | Promise<Answer>
}
export interface OpenRoute extends RouteFacts {
  surface: 'public' | 'common'
  /** Only on listeners that carry the API too: the page is of no use without it. */
  withApi?: true
  handle(call: Call): Answer | Promise<Answer>
}
export type Route = PrivateRoute | OpenRoute

type Facts<Each> = Each extends Route ? Omit<Each, 'surface'> : never
export const privateRoute = (route: Facts<PrivateRoute>): PrivateRoute => ({ ...route, surface: 'private' })
export const publicRoute = (route: Omit<OpenRoute, 'surface'>): OpenRoute => ({ ...route, surface: 'public' })
export const commonRoute = (route: Omit<OpenRoute, 'surface'>): OpenRoute => ({ ...route, surface: 'common' })

/** Whether a listener that carries these surfaces answers to this route. */
export const isOn = (route: Route, surfaces: readonly Surface[]): boolean =>
  surfaces.includes(route.surface) && (route.surface === 'private' || !route.withApi || surfaces.includes('private'))

/** Status codes this route can answer with: what its facts imply, its successes and its own errors. */
export function statusesOf(route: Route, statusOfCode: (code: ErrorCode) => number): number[] {
  const statuses = new Set(Object.keys(route.answers).map(Number))
  for (const code of route.errors ?? []) statuses.add(statusOfCode(code))
  if (route.surface === 'private') for (const status of [400, 401, 403, 429, 500, 503]) statuses.add(status)
  if (route.surface === 'public') for (const status of [429, 500]) statuses.add(status)
  if (route.only) statuses.add(404)
  if (route.surface === 'public' && route.query) statuses.add(400)
  if (route.body) for (const status of [400, 413, 415]) statuses.add(status)
  if (route.raw) for (const status of [400, 413, 415]) statuses.add(status)
  if (route.idempotent) for (const status of [409, 422]) statuses.add(status)
  return [...statuses].sort((left, right) => left - right)
}

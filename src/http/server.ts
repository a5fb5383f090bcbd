/** One Elysia app per listener carries some surfaces; everything a request meets before and after its handler is here. */
import { Elysia } from 'elysia'
import { AppError, catalogue, invalid, type ErrorCode } from '../domain/errors.ts'
import { newId } from '../domain/ids.ts'
import { readShape } from '../domain/shape.ts'
import { callerKey, refuseAddress, refuseUnpermitted } from './auth.ts'
import { readJson } from './body.ts'
import type { HttpContext } from './context.ts'
import { asAppError, logProblem, problemAnswer } from './errors.ts'
import { planOf, rateHeaders, refuseExceeded, type RateState } from './limits.ts'
import { wantsPage } from './negotiate.ts'
import { messageAnswer, notFoundAnswer } from './public/answers.ts'
import { readQuery } from './query.ts'
import { clientAddress, countedAddress, readRange } from './remote-address.ts'
import { toResponse } from './response.ts'
import { isOn, type Answer, type Call, type KeyCaller, type Route, type Surface } from './route.ts'
import { allRoutes } from './routes.ts'
import { createServices, type Services } from './services.ts'
import { methodsOf, routesAt } from './methods.ts'

/** Answers a request; `remoteAddress` is the peer of the connection. Never rejects. */
export type Fetch = (request: Request, peer: { remoteAddress: string }) => Promise<Response>

export interface HttpServer {
  /** The listener's door for these surfaces; the rest of the program answers 404 there. */
  serve(surfaces: readonly Surface[]): Fetch
  /** Writes down when keys were last used; call it every now and then, and before the store closes. */
  flushLastUsed(): Promise<void>
  /** Certificates that requests are waiting for. */
  waiting(): number
  /** At shutdown: requests that wait for the chain are answered with what is true now. */
  endWaits(): void
}

export function createHttp(context: HttpContext): HttpServer {
  const services = createServices(context, allRoutes)
  return {
    serve: (surfaces) => createFetch(context, services, surfaces),
    flushLastUsed: () => services.lastUsed.flush(),
    waiting: () => services.waiter.count,
    endWaits: () => services.waiter.end(),
  }
}

/** What is known of a request before its route is found. Elysia hands its handlers the same Request object. */
interface Arrival {
  requestId: string
  address: string
  /** As it came: a HEAD is handled as a GET. */
  method: string
  path: string
  search: string
}

const MISSING: Pick<Route, 'surface' | 'method' | 'path'> = { surface: 'public', method: 'GET', path: '' }

function createFetch(context: HttpContext, services: Services, surfaces: readonly Surface[]): Fetch {
  const routes = services.routes.filter((route) => isOn(route, surfaces))
  const arrivals = new WeakMap<Request, Arrival>()
  const door = new Door(context, services, routes)
  const app = new Elysia({ normalize: false })
  for (const route of routes)
    app.route(
      route.method,
      route.path,
      ({ request, params }) => door.answer(route, request, params as Record<string, string>, arrivals.get(request)!),
      { parse: 'none' },
    )
  app.onError(({ code, error, request }) =>
    door.noRoute(code === 'NOT_FOUND' ? undefined : error, request, arrivals.get(request)!),
  )
  const trusted = context.trustedProxies.map(readRange).filter((range) => range !== undefined)
  return async (request, { remoteAddress }) => {
    const asked = plainRequest(request)
    const url = asked.url
    const pathStart = url.indexOf('/', url.indexOf('://') + 3)
    const queryStart = url.indexOf('?', pathStart)
    arrivals.set(asked, {
      requestId: newId('req', context.random),
      address: clientAddress(remoteAddress, request.headers.get('x-forwarded-for'), trusted),
      method: request.method,
      path: queryStart < 0 ? url.slice(pathStart) : url.slice(pathStart, queryStart),
      search: queryStart < 0 ? '' : url.slice(queryStart),
    })
    const response = await app.fetch(asked)
    return request.method === 'HEAD' ? withoutBody(response) : response
  }
}

/** Elysia reads the path from character 11 of the URL, so a short host misroutes; and HEAD is a GET without its body. */
function plainRequest(request: Request): Request {
  const { url, method } = request
  const pathStart = url.indexOf('/', url.indexOf('://') + 3)
  if (pathStart >= 11 && method !== 'HEAD') return request
  const address = pathStart >= 11 ? url : `http://localhost${url.slice(pathStart)}`
  return method === 'HEAD' ? new Request(address, { headers: request.headers }) : new Request(address, request)
}

async function withoutBody(response: Response): Promise<Response> {
  const { byteLength } = await response.arrayBuffer()
  const headers = new Headers(response.headers)
  headers.set('Content-Length', String(byteLength))
  return new Response(null, { status: response.status, headers })
}

/** Scripts of other sites may ask only where the answers are open to them anyway. */
function preflight(there: readonly Route[], headers: Record<string, string>): Answer {
  const open = there.filter((route) => route.cors)
  if (open.length === 0) return { status: 204, headers }
  const cors = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': methodsOf(open).join(', '),
    'Access-Control-Allow-Headers': 'Accept, Content-Type',
    'Access-Control-Max-Age': '86400',
  }
  return { status: 204, headers: { ...headers, ...cors } }
}

class Door {
  constructor(
    private readonly context: HttpContext,
    private readonly services: Services,
    private readonly routes: readonly Route[],
  ) {}

  async answer(route: Route, request: Request, params: Record<string, string>, arrival: Arrival): Promise<Response> {
    const rate: { state?: RateState } = {}
    try {
      const answer =
        route.surface === 'private'
          ? await this.answerPrivate(route, request, params, arrival, rate)
          : await this.answerOpen(route, request, params, arrival)
      return this.respond(route, answer, arrival, rate.state)
    } catch (error) {
      return this.refuse(route, request, arrival, error, rate.state)
    }
  }

  private async answerPrivate(
    route: Route & { surface: 'private' },
    request: Request,
    params: Record<string, string>,
    arrival: Arrival,
    rate: { state?: RateState },
  ): Promise<Answer> {
    const caller = await this.caller(request, arrival, rate, route.frequent)
    refuseUnpermitted(caller, route.permission)
    return route.handle({ ...(await this.call(route, request, params, arrival)), caller })
  }

  /** The caller behind the key; sets the rate state whether or not it ends well. */
  private async caller(
    request: Request,
    { address }: Arrival,
    rate: { state?: RateState },
    frequent = false,
  ): Promise<KeyCaller> {
    const { context, services } = this
    const { limits } = services
    let apiKey
    try {
      apiKey = await callerKey(context, request)
    } catch (error) {
      rate.state = limits.take(`address ${countedAddress(address)}`, context.limits.unauthenticatedPerMinute)
      refuseExceeded(rate.state, 'Requests without a valid key are counted by address.')
      throw error
    }
    const plan = planOf(context.appliance.plans, apiKey.plan)
    rate.state = frequent
      ? limits.take(`previews of ${apiKey.id}`, plan.requestsPerMinute * 10)
      : limits.take(apiKey.id, plan.requestsPerMinute)
    refuseExceeded(rate.state, `The plan "${apiKey.plan}" of this key sets the limit.`)
    refuseAddress(apiKey, address)
    services.lastUsed.note(apiKey.id, context.clock.now())
    return { partition: apiKey.partition, actor: apiKey.id, permissions: apiKey.permissions, apiKey }
  }

  private async answerOpen(
    route: Route & { surface: 'public' | 'common' },
    request: Request,
    params: Record<string, string>,
    arrival: Arrival,
  ): Promise<Answer> {
    if (route.surface === 'public') this.limitPublic(arrival)
    return route.handle(await this.call(route, request, params, arrival))
  }

  private limitPublic({ address }: Arrival) {
    const { services, context } = this
    const state = services.limits.take(`public ${countedAddress(address)}`, context.limits.publicPerMinute)
    refuseExceeded(state, 'Visitors are counted by address.')
  }

  private async call(route: Route, request: Request, params: Record<string, string>, arrival: Arrival): Promise<Call> {
    const { context, services } = this
    for (const [name, pattern] of Object.entries(route.only ?? {}))
      if (!pattern.test(params?.[name] ?? '')) throw new AppError('not_found')
    const query = route.surface === 'private' || route.query ? readQuery(arrival.search, route.query ?? {}) : {}
    let body: unknown
    if (route.body) {
      const most = route.largeBody ? context.limits.batchBodyBytes : context.limits.bodyBytes
      const limit = Math.min(most, route.maxBytes ?? most)
      body = await readJson(request, limit, route.bodyOptional === true)
      if (body !== undefined) {
        const problems = readShape(body, route.body)
        if (problems.length) throw invalid(problems.slice(0, 100))
      }
    }
    const { address, path, method } = arrival
    return { context, services, request, method, path, params, query, body, address }
  }

  /** Nothing here answers to this path, or not to this method; or Elysia itself failed. */
  async noRoute(error: unknown, request: Request, arrival: Arrival): Promise<Response> {
    const isPrivate = arrival.path.startsWith('/v1/') && this.routes.some((route) => route.surface === 'private')
    const rate: { state?: RateState } = {}
    try {
      if (error !== undefined) throw error
      if (isPrivate) await this.caller(request, arrival, rate).catch((refusal: unknown) => this.onlyLimit(refusal))
      else this.limitPublic(arrival)
      const there = routesAt(this.routes, arrival.path)
      if (there.length === 0) throw new AppError('not_found')
      const methods = methodsOf(there)
      const headers = { Allow: [...methods, 'OPTIONS'].join(', ') }
      if (request.method === 'OPTIONS') return this.respond(MISSING, preflight(there, headers), arrival, rate.state)
      const refusal = new AppError('method_not_allowed', `This address answers to ${methods.join(', ')}.`)
      return this.refuse(
        { ...MISSING, surface: isPrivate ? 'private' : 'public' },
        request,
        arrival,
        refusal,
        rate.state,
        headers,
      )
    } catch (problem) {
      return this.refuse(
        { ...MISSING, surface: isPrivate ? 'private' : 'public' },
        request,
        arrival,
        problem,
        rate.state,
      )
    }
  }

  /** An unknown address is 404 with or without a key; only the limit counts. */
  private onlyLimit(refusal: unknown): void {
    if (refusal instanceof AppError && (refusal.code === 'unauthorized' || refusal.code === 'forbidden')) return
    throw refusal
  }

  private refuse(
    route: Pick<Route, 'surface' | 'method' | 'path' | 'cors'>,
    request: Request,
    arrival: Arrival,
    problem: unknown,
    rate: RateState | undefined,
    headers: Record<string, string> = {},
  ): Response {
    const error = asAppError(problem)
    const { requestId } = arrival
    logProblem(this.context, error, { request_id: requestId, method: request.method, route: route.path })
    const answer =
      route.surface !== 'private' && wantsPage(request)
        ? this.page(error, request)
        : problemAnswer(this.context, error, request.headers.get('accept'), requestId)
    return this.respond(route, { ...answer, headers: { ...answer.headers, ...headers } }, arrival, rate)
  }

  /** For people: a page instead of JSON. */
  private page(error: AppError, request: Request): Answer {
    if (error.status === 404) return notFoundAnswer(this.context, request)
    const seconds = error.extras.retryAfter
    const title = catalogue[error.code as ErrorCode].message
    return {
      ...messageAnswer(this.context, request, title, error.message),
      status: error.status,
      headers: seconds === undefined ? {} : { 'Retry-After': String(seconds) },
    }
  }

  private respond(
    route: Pick<Route, 'surface' | 'cors'>,
    answer: Answer,
    { requestId }: Arrival,
    rate: RateState | undefined,
  ): Response {
    const isHttps = this.context.appliance.publicUrl.startsWith('https:')
    return toResponse(answer, {
      isPrivate: route.surface === 'private',
      isHttps,
      cors: route.cors === true,
      requestId,
      rate: rate && rateHeaders(rate),
    })
  }
}

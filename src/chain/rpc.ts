/**
 * JSON-RPC over HTTP to several endpoints of one chain: chain id pinned, time-out, cool-down, fail-over, broadcast to
 * all. Endpoint addresses hold API keys, so nothing here ever names more of one than its host.
 */
import type { Clock } from '../domain/clock.ts'
import { type ChainBlock, ChainRefused, ChainUnavailable, type EndpointHealth } from '../domain/ports.ts'
import { readNumber } from './answers.ts'
import { type Answer, NEWEST, readAnswer, type Reader, type Rpc } from './rpc-ask.ts'
import { type Endpoint, makeEndpoint, post, redact } from './rpc-endpoint.ts'
import { isAlreadyThere, isElsewhere, worst } from './rpc-errors.ts'

export interface RpcPoolOptions {
  chainId: number
  /** http or https; user and password become an Authorization header. */
  urls: string[]
  clock: Clock
  timeoutMs?: number
  /** First cool-down after a failure; doubles up to 60 s. */
  cooldownMs?: number
  /** How long a broadcast that one node has taken waits for the others. */
  graceMs?: number
}

interface Heard<T> {
  endpoint: Endpoint
  value: T
}

const HOUR = 3_600_000
const LONGEST_COOLDOWN = 60_000
const STALE_SECONDS = 600

/** The chain behind an endpoint is not the configured one: far worse than being down. */
class WrongChain extends ChainUnavailable {}

export class RpcPool implements Rpc {
  readonly #endpoints: Endpoint[]
  readonly #options: Required<RpcPoolOptions>

  constructor(options: RpcPoolOptions) {
    this.#options = { timeoutMs: 4000, cooldownMs: 2000, graceMs: 250, ...options }
    if (options.urls.length === 0) throw new Error('rpc_urls is empty: name at least one http or https address')
    const endpoints = options.urls.map(makeEndpoint)
    // the same node named twice must not outvote another one
    this.#endpoints = endpoints.filter(({ url }, index) => endpoints.findIndex((other) => other.url === url) === index)
  }

  async ask<T>(method: string, params: unknown[], read: Reader<T>): Promise<T> {
    const errors: unknown[] = []
    for (const endpoint of this.#ordered()) {
      try {
        return await this.#askOne(endpoint, method, params, read)
      } catch (error) {
        if (error instanceof ChainRefused && !isElsewhere(error)) throw error
        errors.push(error)
      }
    }
    throw worst(errors)
  }

  async askAny<T>(method: string, params: unknown[], read: Reader<T | null>): Promise<T | null> {
    const errors: unknown[] = []
    let answered = false
    for (const endpoint of this.#ordered()) {
      if (answered && this.#isDown(endpoint)) continue // somebody has said null: not worth another time-out
      try {
        const result = await this.#askOne(endpoint, method, params, read)
        if (result !== null) return result
        answered = true
      } catch (error) {
        errors.push(error)
      }
    }
    if (!answered) throw worst(errors)
    return null
  }

  async askAll<T>(method: string, params: unknown[], read: Reader<T>): Promise<Answer<T>[]> {
    const heard = await this.#hear(method, params, read)
    return heard.map(({ endpoint, value }) => ({ host: endpoint.host, stale: endpoint.stale, value }))
  }

  async newest(): Promise<ChainBlock[]> {
    const heard = await this.#hear(...NEWEST)
    this.#judge(heard)
    return heard.filter(({ endpoint }) => !endpoint.stale).map(({ value }) => value)
  }

  async broadcast(raw: string): Promise<void> {
    const usable = this.#endpoints.filter((endpoint) => !(endpoint.wrongChain && this.#isDown(endpoint)))
    const targets = usable.length > 0 ? usable : this.#endpoints
    const sent = targets.map((endpoint) =>
      this.#askOne(endpoint, 'eth_sendRawTransaction', [raw], () => true).catch((error: unknown) => {
        if (!isAlreadyThere(error)) throw error
      }),
    )
    const all = Promise.allSettled(sent)
    try {
      await Promise.any(sent)
    } catch (error) {
      throw worst((error as AggregateError).errors)
    }
    await Promise.race([all, passed(this.#options.graceMs)])
  }

  health(): EndpointHealth[] {
    return this.#endpoints.map((endpoint) => ({
      host: endpoint.host,
      state: stateOf(endpoint),
      failures: endpoint.failures,
      lastError: endpoint.lastError,
      downUntil: this.#isDown(endpoint) ? endpoint.downUntil : 0,
      head: endpoint.head,
      latencyMs: endpoint.latencyMs,
      requests: endpoint.requests,
      errors: endpoint.errors,
    }))
  }

  async check(): Promise<EndpointHealth[]> {
    const checked = await Promise.all(this.#endpoints.map((endpoint) => this.#checkOne(endpoint)))
    this.#judge(checked.filter((heard) => heard !== null))
    return this.health()
  }

  /** Both questions at once, so that a silent endpoint costs one time-out. */
  async #checkOne(endpoint: Endpoint): Promise<Heard<ChainBlock> | null> {
    const block = this.#post(endpoint, ...NEWEST)
    try {
      await Promise.allSettled([block, this.#pin(endpoint)]).then(([, pin]) => {
        if (pin.status === 'rejected') throw pin.reason
      })
      const value = await block
      recovered(endpoint)
      return { endpoint, value }
    } catch (error) {
      this.#coolDown(endpoint, error) // a refusal too: an endpoint that does not name its newest block is of no use
      return null
    }
  }

  /** All that can be reached now, at once; those that cool down only when nobody else answers. */
  async #hear<T>(method: string, params: unknown[], read: Reader<T>): Promise<Heard<T>[]> {
    const isDown = (endpoint: Endpoint) => this.#isDown(endpoint)
    const groups = [this.#endpoints.filter((endpoint) => !isDown(endpoint)), this.#endpoints.filter(isDown)]
    const errors: unknown[] = []
    for (const group of groups) {
      const asked = group.map(async (endpoint) => ({
        endpoint,
        value: await this.#askOne(endpoint, method, params, read),
      }))
      const settled = await Promise.allSettled(asked)
      const heard = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
      if (heard.length > 0) return heard
      errors.push(...settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])))
    }
    throw worst(errors)
  }

  /** Old by its own timestamp, while somebody else's is not: stuck. A chain on which nothing happens is not. */
  #judge(heads: Heard<ChainBlock>[]): void {
    const since = this.#options.clock.now() / 1000 - STALE_SECONDS
    const someFresh = heads.some(({ value }) => value.timestamp >= since)
    for (const { endpoint, value } of heads) {
      endpoint.head = value.number
      endpoint.stale = someFresh && value.timestamp < since
    }
  }

  /** Given order; behind them those that are stale, and last those that cool down. */
  #ordered(): Endpoint[] {
    const rank = (endpoint: Endpoint) => (this.#isDown(endpoint) ? 2 : endpoint.stale ? 1 : 0)
    return [...this.#endpoints].sort((a, b) => rank(a) - rank(b))
  }
  #isDown(endpoint: Endpoint): boolean {
    return endpoint.downUntil > this.#options.clock.now()
  }

  /** Asks for the chain id before the first use and after every failure: an endpoint may come back as another chain. */
  async #askOne<T>(endpoint: Endpoint, method: string, params: unknown[], read: Reader<T>): Promise<T> {
    try {
      if (!endpoint.pinned) await this.#pin(endpoint)
      const result = await this.#post(endpoint, method, params, read)
      recovered(endpoint)
      return result
    } catch (error) {
      if (!(error instanceof ChainRefused)) this.#coolDown(endpoint, error)
      throw named(error, endpoint)
    }
  }

  async #pin(endpoint: Endpoint): Promise<void> {
    const found = await this.#post(endpoint, 'eth_chainId', [], readNumber).catch((error: unknown) => {
      // a gateway that refuses even this would refuse anything: not an answer to the question that is to be asked
      throw error instanceof ChainRefused ? new ChainUnavailable(`does not name its chain: ${error.message}`) : error
    })
    endpoint.wrongChain = found !== this.#options.chainId
    if (endpoint.wrongChain) throw new WrongChain(`serves chain ${found}, not ${this.#options.chainId}`)
    endpoint.pinned = true
  }

  async #post<T>(endpoint: Endpoint, method: string, params: unknown[], read: Reader<T>): Promise<T> {
    const { clock, timeoutMs } = this.#options
    const asked = clock.now()
    const answered = () => (endpoint.latencyMs = Math.max(0, clock.now() - asked)) // clocks are set back
    endpoint.requests++
    try {
      const result = await post(endpoint, method, params, timeoutMs)
      answered()
      return readAnswer(result, method, read)
    } catch (error) {
      if (error instanceof ChainRefused) answered()
      else endpoint.errors++
      throw error
    }
  }

  #coolDown(endpoint: Endpoint, error: unknown): void {
    const step = this.#options.cooldownMs * 2 ** Math.min(endpoint.failures, 10)
    endpoint.pinned = false
    endpoint.failures++
    endpoint.lastError = redact(endpoint, error instanceof Error ? error.message : 'unknown')
    endpoint.downUntil =
      this.#options.clock.now() + (error instanceof WrongChain ? HOUR : Math.min(step, LONGEST_COOLDOWN))
  }
}

const passed = (milliseconds: number) =>
  new Promise<void>((resolve) => AbortSignal.timeout(milliseconds).addEventListener('abort', () => resolve()))

function named(error: unknown, endpoint: Endpoint): Error {
  const message = redact(endpoint, error instanceof Error ? error.message : 'unknown')
  if (error instanceof ChainRefused) {
    const data = error.data !== undefined && redact(endpoint, error.data).includes('…') ? undefined : error.data
    return new ChainRefused(message, error.code, data)
  }
  return new ChainUnavailable(`${endpoint.host}: ${message}`)
}

function recovered(endpoint: Endpoint): void {
  endpoint.failures = endpoint.downUntil = 0
  endpoint.lastError = null
}

function stateOf(endpoint: Endpoint): EndpointHealth['state'] {
  if (endpoint.wrongChain) return 'wrong_chain'
  if (endpoint.failures > 0) return 'failing'
  if (endpoint.stale) return 'stale'
  return endpoint.pinned ? 'ok' : 'untried'
}

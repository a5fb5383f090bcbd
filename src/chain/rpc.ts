/**
 * JSON-RPC over HTTP to several endpoints of one chain: chain id pinned, time-out, cool-down, fail-over, broadcast to
 * all. Endpoint addresses hold API keys, so nothing here ever names more of one than its host.
 */
import type { Clock } from '../domain/clock.ts'
import { ChainRefused, ChainUnavailable } from '../domain/ports.ts'
import { type Endpoint, makeEndpoint, post, redact } from './rpc-endpoint.ts'

/** Turns an answer into what the caller wants; throws on one that cannot be right, and the next endpoint is asked. */
export type Reader<T> = (result: unknown) => T

/** What a Chain asks through: a pool of endpoints, or the embedded chain. */
export interface Rpc {
  /** The first usable answer. ChainRefused: the node said no. ChainUnavailable: nobody gave a usable answer. */
  ask<T>(method: string, params: unknown[], read: Reader<T>): Promise<T>
  /** The first answer that is not null; null when every endpoint that can be reached says null. */
  askAny<T>(method: string, params: unknown[], read: Reader<T | null>): Promise<T | null>
  /** Resolves when one node has taken the bytes, or has them already. */
  broadcast(raw: string): Promise<void>
  health(): EndpointHealth[]
}

export interface EndpointHealth {
  /** Host and port, never the address. */
  host: string
  state: 'untried' | 'ok' | 'failing' | 'wrong_chain'
  failures: number
  lastError: string | null
  /** Asked last until then; Unix milliseconds, 0 = now. */
  downUntil: number
}

export interface RpcPoolOptions {
  chainId: number
  /** http or https; user and password become an Authorization header. */
  urls: string[]
  clock: Clock
  timeoutMs?: number
  /** First cool-down after a failure; doubles up to 60 s. */
  cooldownMs?: number
}

const HOUR = 3_600_000
const LONGEST_COOLDOWN = 60_000
/** Another node may have what this one lacks: a method, the state of an old block, pruned history. */
const ELSEWHERE = /missing trie node|header not found|unknown block|pruned|archive|state .*not available/i
const ALREADY_THERE = /already known|already imported|known transaction|already exists in (the )?(mem)?pool/i

/** The chain behind an endpoint is not the configured one: far worse than being down. */
class WrongChain extends ChainUnavailable {}

export class RpcPool implements Rpc {
  readonly #endpoints: Endpoint[]
  readonly #options: Required<RpcPoolOptions>

  constructor(options: RpcPoolOptions) {
    this.#options = { timeoutMs: 4000, cooldownMs: 2000, ...options }
    if (options.urls.length === 0) throw new Error('rpc_urls is empty: name at least one http or https address')
    this.#endpoints = options.urls.map(makeEndpoint)
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

  async broadcast(raw: string): Promise<void> {
    const usable = this.#endpoints.filter((endpoint) => !(endpoint.wrongChain && this.#isDown(endpoint)))
    const targets = usable.length > 0 ? usable : this.#endpoints
    const sent = await Promise.allSettled(
      targets.map((endpoint) => this.#askOne(endpoint, 'eth_sendRawTransaction', [raw], () => true)),
    )
    const errors = sent.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    if (errors.length < sent.length || errors.some(isAlreadyThere)) return
    throw worst(errors)
  }

  health(): EndpointHealth[] {
    return this.#endpoints.map((endpoint) => ({
      host: endpoint.host,
      state: stateOf(endpoint),
      failures: endpoint.failures,
      lastError: endpoint.lastError,
      downUntil: this.#isDown(endpoint) ? endpoint.downUntil : 0,
    }))
  }

  /** Given order, those cooling down last. */
  #ordered(): Endpoint[] {
    return [...this.#endpoints].sort((a, b) => Number(this.#isDown(a)) - Number(this.#isDown(b)))
  }
  #isDown(endpoint: Endpoint): boolean {
    return endpoint.downUntil > this.#options.clock.now()
  }

  /** Asks for the chain id before the first use and after every failure: an endpoint may come back as another chain. */
  async #askOne<T>(endpoint: Endpoint, method: string, params: unknown[], read: Reader<T>): Promise<T> {
    try {
      if (!endpoint.pinned) await this.#pin(endpoint)
      const result = readAnswer(await post(endpoint, method, params, this.#options.timeoutMs), method, read)
      endpoint.failures = endpoint.downUntil = 0
      endpoint.lastError = null
      return result
    } catch (error) {
      if (!(error instanceof ChainRefused)) this.#coolDown(endpoint, error)
      throw named(error, endpoint)
    }
  }

  async #pin(endpoint: Endpoint): Promise<void> {
    const found = readAnswer(await post(endpoint, 'eth_chainId', [], this.#options.timeoutMs), 'eth_chainId', Number)
    endpoint.wrongChain = found !== this.#options.chainId
    if (endpoint.wrongChain) throw new WrongChain(`serves chain ${found}, not ${this.#options.chainId}`)
    endpoint.pinned = true
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

/** The same face for a chain inside this process. */
export function directRpc(request: (method: string, params: unknown[]) => Promise<unknown>): Rpc {
  const ask = async <T>(method: string, params: unknown[], read: Reader<T>) =>
    readAnswer(await request(method, params), method, read)
  return {
    ask,
    askAny: ask,
    health: () => [],
    async broadcast(raw) {
      try {
        await request('eth_sendRawTransaction', [raw])
      } catch (error) {
        if (!isAlreadyThere(error)) throw error
      }
    },
  }
}

function readAnswer<T>(result: unknown, method: string, read: Reader<T>): T {
  try {
    return read(result)
  } catch (error) {
    throw new ChainUnavailable(`unusable answer to ${method}: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}

const isAlreadyThere = (error: unknown) => error instanceof ChainRefused && ALREADY_THERE.test(error.message)
const isElsewhere = (error: ChainRefused) =>
  error.code === -32601 || error.code === 4444 || (error.data === undefined && ELSEWHERE.test(error.message))

/** A node's no says more than silence. */
const worst = (errors: unknown[]) => errors.find((error) => error instanceof ChainRefused) ?? errors[0]

function named(error: unknown, endpoint: Endpoint): Error {
  const message = redact(endpoint, error instanceof Error ? error.message : 'unknown')
  if (error instanceof ChainRefused) return new ChainRefused(message, error.code, error.data)
  return new ChainUnavailable(`${endpoint.host}: ${message}`)
}

function stateOf(endpoint: Endpoint): EndpointHealth['state'] {
  if (endpoint.wrongChain) return 'wrong_chain'
  if (endpoint.failures > 0) return 'failing'
  return endpoint.pinned ? 'ok' : 'untried'
}

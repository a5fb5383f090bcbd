/** What a chain asks its nodes through, and the simplest of it: a chain inside this process. */
import { type ChainBlock, ChainUnavailable, type EndpointHealth } from '../domain/ports.ts'
import { readBlock } from './answers.ts'
import { isAlreadyThere } from './rpc-errors.ts'

/** Turns an answer into what the caller wants; throws on one that cannot be right, and the next endpoint is asked. */
export type Reader<T> = (result: unknown) => T

/** What one of several endpoints said. */
export interface Answer<T> {
  /** Host and port; '' for the chain inside this process. */
  host: string
  /** Its newest block was old when another endpoint's was not: it has no say while others answer. */
  stale: boolean
  value: T
}

/** What a Chain asks through: a pool of endpoints, or the embedded chain. */
export interface Rpc {
  /** The first usable answer. ChainRefused: the node said no. ChainUnavailable: nobody gave a usable answer. */
  ask<T>(method: string, params: unknown[], read: Reader<T>): Promise<T>
  /** The first answer that is not null; null when every endpoint that can be reached says null. */
  askAny<T>(method: string, params: unknown[], read: Reader<T | null>): Promise<T | null>
  /** The answers of all endpoints that can be reached now, at least one; throws as `ask` does when there is none. */
  askAll<T>(method: string, params: unknown[], read: Reader<T>): Promise<Answer<T>[]>
  /** The newest block of every endpoint that can be reached now and is not stale; all of them when all are stale. */
  newest(): Promise<ChainBlock[]>
  /** Resolves when one node has taken the bytes, or has them already. All are sent them, and a slow one is not waited for. */
  broadcast(raw: string): Promise<void>
  health(): EndpointHealth[]
  /** Asks every endpoint now for its chain and its newest block, also those that cool down. Never throws. */
  check(): Promise<EndpointHealth[]>
}

/** The same face for a chain inside this process. */
export function directRpc(request: (method: string, params: unknown[]) => Promise<unknown>): Rpc {
  const ask = async <T>(method: string, params: unknown[], read: Reader<T>) =>
    readAnswer(await request(method, params), method, read)
  return {
    ask,
    askAny: ask,
    askAll: async (method, params, read) => [{ host: '', stale: false, value: await ask(method, params, read) }],
    newest: async () => [await ask(...NEWEST)],
    health: () => [],
    check: async () => [],
    async broadcast(raw) {
      try {
        await request('eth_sendRawTransaction', [raw])
      } catch (error) {
        if (!isAlreadyThere(error)) throw error
      }
    },
  }
}

/** Method, parameters and reader of the question for the newest block. */
export const NEWEST: [string, unknown[], Reader<ChainBlock>] = [
  'eth_getBlockByNumber',
  ['latest', false],
  (result) => {
    const block = readBlock(result)
    if (!block) throw new Error('no newest block')
    return block
  },
]

/** Throws ChainUnavailable where the reader throws. */
export function readAnswer<T>(result: unknown, method: string, read: Reader<T>): T {
  try {
    return read(result)
  } catch (error) {
    throw new ChainUnavailable(`unusable answer to ${method}: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}

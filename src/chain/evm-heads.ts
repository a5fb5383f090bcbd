/** What several endpoints of a network say together: the newest block, what is final, which block stands at a height. */
import { type ChainBlock, ChainRefused, ChainUnavailable } from '../domain/ports.ts'
import { blockReader, readBlock } from './answers.ts'
import type { Answer, Rpc } from './rpc-ask.ts'

export const hex = (value: number) => `0x${value.toString(16)}`

export interface Finality {
  confirmations: number
  finalityTag: boolean
}

/**
 * The second-highest head: one endpoint that lies or races ahead makes nothing final, one that lags only delays. Where
 * one endpoint alone answers, its head has to do.
 */
export async function readHeads(rpc: Rpc, finality: Finality): Promise<{ latest: number; final: number }> {
  const heights = (await rpc.newest()).map(({ number }) => number).sort((a, b) => b - a)
  const latest = heights[1] ?? heights[0]!
  const byDepth = latest - Math.max(1, finality.confirmations) + 1
  const byTag = finality.finalityTag ? await finalizedHead(rpc) : null
  return { latest, final: Math.max(0, byTag === null ? byDepth : Math.min(byDepth, byTag)) }
}

/** The lowest among those that serve the tag; null where nobody does, and depth alone decides. */
async function finalizedHead(rpc: Rpc): Promise<number | null> {
  try {
    const answers = withSay(await rpc.askAll('eth_getBlockByNumber', ['finalized', false], readBlock))
    const heights = answers.flatMap(({ value }) => (value === null ? [] : [value.number]))
    return heights.length === 0 ? null : Math.min(...heights)
  } catch (error) {
    // "no such tag" is an answer; silence is none, and must not make anything final sooner
    if (error instanceof ChainRefused) return null
    throw error
  }
}

/** The block at this height, or null where nobody serves one. Where endpoints differ, more than half must agree. */
export async function blockAt(rpc: Rpc, number: number): Promise<ChainBlock | null> {
  const answers = withSay(await served(rpc.askAll('eth_getBlockByNumber', [hex(number), false], blockReader(number))))
  const blocks = answers.flatMap(({ host, value }) => (value === null ? [] : [{ host, value }]))
  const votes = Map.groupBy(blocks, ({ value }) => value.hash)
  for (const agreeing of votes.values()) if (agreeing.length * 2 > blocks.length) return agreeing[0]!.value
  if (blocks.length === 0) return null
  const hosts = blocks.map(({ host }) => host).join(', ')
  throw new ChainUnavailable(`endpoints disagree about block ${number}: ${hosts}`)
}

/** Where every node refuses, none has it. */
async function served<T>(asked: Promise<Answer<T>[]>): Promise<Answer<T>[]> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ChainRefused) return []
    throw error
  }
}

/** Stale endpoints have no say, unless nobody else answers. */
function withSay<T>(answers: Answer<T>[]): Answer<T>[] {
  const fresh = answers.filter(({ stale }) => !stale)
  return fresh.length > 0 ? fresh : answers
}

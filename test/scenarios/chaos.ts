/**
 * Everything goes wrong at once while roots keep arriving: `bun test/scenarios/chaos.ts --rounds 5` prints a line a round.
 * The end is always the same: every root once.
 */
import { parseArgs } from 'node:util'
import { randomFrom } from '../crash/clients.ts'
import { pause } from '../kit/binary.ts'
import type { Job } from './job.ts'
import type { Manner } from './proxy.ts'
import { type Outcome, scenario, type Scene } from './scenario.ts'
import type { End } from './processes.ts'

export interface Chaos {
  roots: number
  seconds: number
  seed: number
  /** It goes on for three times as long where the machine is too slow to have killed so often by then. */
  kills?: number
  /** Deepest reorganisation. */
  depth?: number
  /** Every so many-th root is to be cancelled as soon as it is signed; 0 = none. */
  cancelEvery?: number
  /** So many accounts take turns: every child has another key than the one before. */
  accounts?: number
  job?: Partial<Job>
}
export interface Happened {
  kills: number
  reorgs: number
  drops: number
  /** Transactions of ours that reorganisations took back. */
  removed: number
  end: End
}

const BLOCK_MS = 400
/** A child lives so long, and up to so much longer. */
const LIFE_MS = [250, 900] as const
const SETTLE_SECONDS = 60

export function chaos(wish: Chaos): Promise<Outcome<Happened>> {
  const { roots, seconds, seed, kills = 1, depth = 3, cancelEvery = 0, accounts = 1, job = {} } = wish
  const plan = { roots, blocks: BLOCK_MS, job: { confirmations: 5, maxInFlight: 5, bumpAfterMs: 2_000, ...job } }
  return scenario(plan, async (scene) => {
    const random = randomFrom(seed)
    const urls = [scene.proxy(flaky(random)).url, scene.proxy(lagging(random)).url, scene.node.url]
    const happened = { kills: 0, reorgs: 0, drops: 0, removed: 0 }
    const cancel = scene.job.roots.filter((_, index) => index % cancelEvery === 0)
    const began = performance.now()
    for (;;) {
      const passed = (performance.now() - began) / (seconds * 1000)
      const { kills: killed, reorgs, drops } = happened
      if (passed >= 3 || (passed >= 1 && killed >= kills && reorgs > 0 && drops > 0)) break
      const arrived = scene.job.roots.slice(0, Math.min(roots, 1 + Math.floor(passed * roots)))
      const child = await scene.start({ urls, roots: arrived, cancel, key: killed % accounts, timeoutMs: 800 })
      await pause(LIFE_MS[0] + random() * LIFE_MS[1])
      if ((await child.kill()).isKilled) happened.kills++
      await disturb(scene, random, depth, happened)
    }
    return { ...happened, end: await scene.run({ urls, cancel, timeoutMs: 800, seconds: SETTLE_SECONDS }) }
  })
}

async function disturb({ node }: Scene, random: () => number, depth: number, happened: Omit<Happened, 'end'>) {
  if (random() < 0.15) {
    const before = await node.nonce()
    await node.reorganise(1 + Math.floor(random() * depth))
    happened.reorgs++
    happened.removed += Math.max(0, before - (await node.nonce()))
  }
  if (random() < 0.2) {
    await node.dropMempool()
    happened.drops++
  }
  if (random() < 0.2) await node.baseFee(Math.floor(5 + random() * 40))
}

const flaky =
  (random: () => number) =>
  (method: string): Manner => {
    const chance = random()
    if (chance < 0.1) return 'http 500'
    if (chance < 0.15) return 'rate limited'
    return chance < 0.35 && method === 'eth_sendRawTransaction' ? 'reply lost' : 'sound'
  }
const lagging = (random: () => number) => (): Manner => (random() < 0.5 ? 'lags without receipts' : 'sound')

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '1' },
      seconds: { type: 'string', default: '90' },
      roots: { type: 'string', default: '120' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  })
  let isSound = true
  for (let round = 0; round < Number(values.rounds); round++) {
    const seed = Number(values.seed) + round
    const outcome = await chaos({ roots: Number(values.roots), seconds: Number(values.seconds), seed })
    const { told, report, ...tally } = outcome
    const { end: _, ...happened } = told
    const { states, attempts } = report!
    console.log(JSON.stringify({ round: round + 1, seed, ...tally, ...happened, states, attempts }))
    isSound &&= tally.once === Number(values.roots)
  }
  process.exit(isSound ? 0 : 1)
}

/**
 * Requests come first: while they keep coming, background work pauses in proportion to what it worked. It never stops
 * altogether, and what requests are waiting for does not pause at all.
 */
import type { Clock } from '../domain/clock.ts'
import type { Lane } from './kinds.ts'

/** What the doors are busy with. */
export interface Demand {
  /** Requests so far. */
  arrived: number
  /** Requests that are waiting for the chain now. */
  waiting: number
}
/** Between two pieces of work: resolves when the next one may begin, true while requests keep coming: make it a small one. */
export type Breathe = (lane: Lane) => Promise<boolean>

/** Pause per time worked: an eighth of the time goes to the chain, a twentieth to each of the others. */
const PAUSE: Record<Lane, number> = { chain: 7, rows: 19, mail: 19, house: 19 }
const LONGEST_MS = 1_000
/** A pause ends as soon as fewer than two requests came in so long: somebody who asks now and then holds up little. */
const SLICE_MS = 3

interface Turn {
  arrived: number
  /** When the work that ends now began, Unix ms. */
  begin: number
}

export function pace(
  demand: () => Demand,
  clock: Clock,
  schedule: (milliseconds: number, wake: () => void) => unknown,
): Breathe {
  const turns = new Map<Lane, Turn>()
  const sleep = (milliseconds: number) => new Promise<void>((resolve) => void schedule(milliseconds, resolve))
  return async (lane) => {
    const now = clock.now()
    const last = turns.get(lane)
    const turn = { arrived: demand().arrived, begin: now }
    turns.set(lane, turn)
    if (!last) return false
    const end = now + Math.min(LONGEST_MS, Math.max(1, now - last.begin) * PAUSE[lane])
    for (let before = last.arrived, few = 0; ; before = turn.arrived, few = 1) {
      const { arrived, waiting } = demand()
      turn.arrived = arrived
      const left = end - clock.now()
      const isQuiet = arrived - before <= few || (lane === 'chain' && waiting > 0)
      if (isQuiet || left <= 0) {
        turn.begin = clock.now()
        return !isQuiet
      }
      await sleep(Math.min(SLICE_MS, left))
    }
  }
}

/** For a context without doors. */
export const unpaced: Breathe = () => Promise.resolve(false)

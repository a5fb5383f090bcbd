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
/** Between two pieces of work: resolves when the next one may begin. */
export type Breathe = (lane: Lane) => Promise<void>

/** Pause per time worked: a fifth of the time goes to the chain, a tenth to each of the others. */
const PAUSE: Record<Lane, number> = { chain: 4, rows: 9, mail: 9, house: 9 }
/** About what a request costs. Below this share of the time there is room enough for both. */
const REQUEST_MS = 0.3
const BUSY = 0.15
const LONGEST_MS = 150

interface Turn {
  arrived: number
  begin: number
  pauseEnd: number
}

export function pace(
  demand: () => Demand,
  clock: Clock,
  schedule: (milliseconds: number, wake: () => void) => unknown,
): Breathe {
  const turns = new Map<Lane, Turn>()
  return async (lane) => {
    const { arrived, waiting } = demand()
    const now = clock.now()
    const last = turns.get(lane)
    const turn = { arrived, begin: now, pauseEnd: now }
    turns.set(lane, turn)
    if (!last || (lane === 'chain' && waiting > 0)) return
    const busy = (arrived - last.arrived) * REQUEST_MS > (now - last.begin) * BUSY
    if (!busy) return
    const pause = Math.min(LONGEST_MS, Math.max(1, now - last.pauseEnd) * PAUSE[lane])
    await new Promise<void>((resolve) => schedule(pause, resolve))
    turn.pauseEnd = clock.now()
  }
}

/** For a context without doors. */
export const unpaced: Breathe = () => Promise.resolve()

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
const LONGEST_MS = 150

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
  return async (lane) => {
    const { arrived, waiting } = demand()
    const now = clock.now()
    const last = turns.get(lane)
    const turn = { arrived, begin: now }
    turns.set(lane, turn)
    if (!last || last.arrived === arrived || (lane === 'chain' && waiting > 0)) return
    const worked = Math.max(1, now - last.begin)
    await new Promise<void>((resolve) => schedule(Math.min(LONGEST_MS, worked * PAUSE[lane]), resolve))
    turn.begin = clock.now()
  }
}

/** For a context without doors. */
export const unpaced: Breathe = () => Promise.resolve()

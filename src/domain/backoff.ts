import type { Random } from './ids.ts'

const FIRST_MS = 500
const LONGEST_MS = 60_000

/** Milliseconds until a failed job runs again: doubling from half a second to a minute, ± 20 %. */
export function backoffMs(failures: number, random: Random): number {
  const base = Math.min(FIRST_MS * 2 ** Math.min(Math.max(0, failures - 1), 20), LONGEST_MS)
  return Math.round(base * (0.8 + (random(1)[0]! / 255) * 0.4))
}

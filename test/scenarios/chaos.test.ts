import { describe, expect, test } from 'bun:test'
import { chaos } from './chaos.ts'
import { onceEach } from './scenario.ts'

/** Repeats a run as far as processes can be repeated. */
const SEED = Number(process.env.TESTAMUR_SEED ?? Date.now() % 1_000_000)
const { roots, seconds, kills } = process.env.CI
  ? { roots: 120, seconds: 90, kills: 90 }
  : { roots: 40, seconds: 25, kills: 25 }
const PATIENCE = 240_000

describe('12 kills, reorganisations, drops, noise in the fees, flaky and lagging endpoints at once', () => {
  test.concurrent(
    'each root once',
    async () => {
      const { told, ...outcome } = await chaos({ roots, seconds, seed: SEED, kills })
      const { end: _, ...happened } = told
      console.log(JSON.stringify({ seed: SEED, ...happened, attempts: outcome.report?.attempts }))
      expect(outcome).toMatchObject(onceEach(roots))
      expect(told.kills).toBeGreaterThanOrEqual(kills)
      expect(told.reorgs).toBeGreaterThan(0)
      expect(told.drops).toBeGreaterThan(0)
    },
    PATIENCE,
  )

  test.concurrent(
    'while roots are cancelled and accounts take turns: on the chain once, or never and so recorded',
    async () => {
      const wish = { roots: 18, seconds: 12, seed: SEED, kills: 10, cancelEvery: 3, accounts: 2 }
      const { report, missing, once, twice } = await chaos(wish)
      expect({ final: once, cancelled: missing, twice }).toEqual({
        final: 0,
        cancelled: 0,
        ...report!.states,
        twice: 0,
      })
      expect(once).toBeGreaterThanOrEqual(12)
    },
    PATIENCE,
  )

  test.concurrent(
    'send and wait does not survive a tenth of it',
    async () => {
      const job = { strategy: 'send and wait' as const, confirmations: 1 }
      const { missing, twice } = await chaos({ roots: 12, seconds: 9, seed: SEED, kills: 8, job })
      expect(missing + twice).toBeGreaterThan(0)
    },
    PATIENCE,
  )
})

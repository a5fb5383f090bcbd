import { describe, expect, test } from 'bun:test'
import { binaryPath } from '../kit/binary.ts'
import { ACKNOWLEDGED_TOO_EARLY, buildDefect, type Defect, patched, SIGNED_AGAIN } from './defects.ts'
import { crashLoop } from './harness.ts'

const KILLS = Number(process.env.TESTAMUR_KILLS ?? (process.env.CI ? 200 : 30))
/** The same seed asks for the same and kills at the same moments, as far as two runs of a program can be the same. */
const SEED = Number(process.env.TESTAMUR_SEED ?? Date.now() % 1_000_000)
const CONTROL_KILLS = 15
/** So many were on their way to the relay at most when the end came. */
const MAILS_IN_FLIGHT = 4
const MS_PER_KILL = 5_000

describe('kill -9 at any moment', () => {
  test(
    'nothing acknowledged is lost, nothing is issued or anchored twice',
    async () => {
      const report = await crashLoop({ kills: KILLS, seed: SEED, binary: binaryPath(), keep: true })
      const { faults, ...facts } = report
      expect({ faults, facts }).toEqual({ faults: [], facts })
      expect(report.acknowledged).toBeGreaterThan(KILLS)
      expect(report.certificates).toBeGreaterThan(report.acknowledged)
      expect(report.duplicateMails).toBeLessThanOrEqual(KILLS * MAILS_IN_FLIGHT)
      // Requests that were cut off were sent again: without any, nothing was tried.
      expect(report.replays).toBeGreaterThan(0)
      console.log(JSON.stringify(facts))
    },
    360_000 + KILLS * MS_PER_KILL,
  )
})

/** Runs the same loop on a program with a planted defect, until it is caught. */
async function faultsOf(defect: Defect, wanted: RegExp): Promise<string[]> {
  const { binary, discard } = buildDefect(defect)
  try {
    for (let round = 0; round < 3; round++) {
      const { faults } = await crashLoop({ kills: CONTROL_KILLS, seed: SEED + round, binary, settleMs: 15_000 })
      if (faults.some((fault) => wanted.test(fault))) return faults
    }
    return []
  } finally {
    discard()
  }
}

describe('the same loop catches', () => {
  test.each([
    [ACKNOWLEDGED_TOO_EARLY, /^lost: /],
    [SIGNED_AGAIN, /^duplicate anchor: 2 transactions say /],
  ] as Array<[Defect, RegExp]>)(
    '$name',
    async (defect, wanted) => {
      expect(await faultsOf(defect, wanted)).toContainEqual(expect.stringMatching(wanted))
    },
    120_000 + 3 * CONTROL_KILLS * MS_PER_KILL,
  )

  test('nothing, and says so, when the text of a planted defect is not there any more', () => {
    const patch = { file: 'src/x.ts', text: 'await commit()', becomes: 'commit()' }
    expect(patched('a\nawait commit()\nb', patch)).toBe('a\ncommit()\nb')
    expect(() => patched('a\nb', patch)).toThrow('stands 0 times in src/x.ts')
    expect(() => patched('await commit(); await commit()', patch)).toThrow('stands 2 times')
  })
})

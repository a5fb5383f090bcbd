import { expect, test } from 'bun:test'
import { compileCountingAnchor, storedCountingAnchor } from './counting-anchor.ts'
import { DEATHS } from './job.ts'
import { died } from './plans.ts'
import { onceEach, PATIENCE, scenario } from './scenario.ts'

test('the stored counting contract is what its source compiles to', () => {
  expect(storedCountingAnchor()).toBe(compileCountingAnchor())
  expect(() => compileCountingAnchor('contract CountingAnchor { function f() { } }')).toThrow('Warning')
})

test.concurrent.each([false, true])(
  '1 nothing goes wrong (legacy fees: %p): each root once, one transaction each',
  async (legacyFees) => {
    const outcome = await scenario({ roots: 8, blocks: 200, job: { legacyFees } }, (scene) => scene.run())
    expect(outcome).toMatchObject(onceEach(8))
    expect(outcome.report!.attempts).toBe(8)
  },
  PATIENCE,
)

test.concurrent.each(['send and wait', 'nonce manager'] as const)(
  '1 nothing goes wrong: %s does it too, so the harness is fair',
  async (strategy) => {
    const plan = { roots: 8, blocks: 200, job: { strategy, confirmations: 1 } }
    expect(await scenario(plan, (scene) => scene.run())).toMatchObject({ missing: 0, once: 8, twice: 0 })
  },
  PATIENCE,
)

test.concurrent.each([...DEATHS])(
  '2 kill -9 %s: each root once',
  async (point) => {
    const outcome = await died({}, point)
    expect(outcome).toMatchObject({ ...onceEach(6), told: { isKilled: true } })
  },
  PATIENCE,
)

test.concurrent.each(['after-send', 'mined-before-record'] as const)(
  '2 kill -9 %s: send and wait sends a root twice',
  async (point) => {
    const outcome = await died({ job: { strategy: 'send and wait', confirmations: 1 } }, point)
    expect(outcome).toMatchObject({ missing: 0, once: 5, twice: 1, told: { isKilled: true } })
  },
  PATIENCE,
)

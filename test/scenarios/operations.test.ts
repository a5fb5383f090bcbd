import { expect, test } from 'bun:test'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { randomHex } from '../kit/chains.ts'
import { DEATHS, type Job } from './job.ts'
import { eventually, inState } from './peek.ts'
import { PATIENCE, scenario, type Scene } from './scenario.ts'

/** What is not an anchor goes through the same lane, with the same promises: one nonce each. */
const BLOCK_MS = 200
const OPERATIONS: Array<[name: string, job: Partial<Job>]> = [
  ['a deployment', { deploy: true }],
  ['a revocation', { revoke: [randomHex(), randomHex()] }],
]
const BEFORE_FINAL = DEATHS.filter((point) => point !== 'after-final-before-next')
const CASES = OPERATIONS.flatMap(([name, job]) => BEFORE_FINAL.map((point) => ({ name, job, point })))

/** Transactions of our account, and whether the registry is where the database says. */
async function facts(scene: Scene, deployed: string[]) {
  const codes = await Promise.all(deployed.map((address) => scene.node.request('eth_getCode', [address, 'latest'])))
  return { nonce: await scene.node.nonce(), isThere: codes.every((code) => code !== '0x') }
}
const ONE = { nonce: 1, isThere: true }
const done = (job: Partial<Job>) => ({ states: { final: 1 }, deployed: job.deploy ? [expect.any(String)] : [] })

test.concurrent.each(CASES)(
  'D kill -9 $point: $name is one transaction',
  async ({ job, point }) => {
    const isBump = point === 'after-bump-persist'
    const plan = { roots: 0, contract: 'registry' as const, blocks: isBump ? 0 : BLOCK_MS, job }
    const outcome = await scenario(plan, async (scene) => {
      const { isKilled } = await scene.run({ dieAt: point, seconds: 15, ...(isBump && { bumpAfterMs: 300 }) })
      if (isBump) scene.node.keepMining(BLOCK_MS)
      const end = await scene.run()
      return { isKilled, end, facts: await facts(scene, end.report!.deployed) }
    })
    expect(outcome.told).toMatchObject({ isKilled: true, facts: ONE })
    expect(outcome.report).toMatchObject(done(job))
  },
  PATIENCE,
)

test.concurrent.each(OPERATIONS)(
  'D %s is taken back by reorganisations: the same bytes again, at the same address',
  async (_, job) => {
    const plan = { roots: 0, contract: 'registry' as const, job: { ...job, confirmations: 5 } }
    const outcome = await scenario(plan, async (scene) => {
      const { node, dir } = scene
      const child = await scene.start()
      for (const depth of [1, 2, 3]) {
        await eventually('it waits in the mempool', async () => (await node.waiting()) === 1)
        await node.mine()
        await eventually('it is recorded', () => inState(dir, 'mined') === 1)
        await node.mine(depth - 1)
        await node.reorganise(depth)
        expect(await node.nonce()).toBe(0)
      }
      node.keepMining(BLOCK_MS)
      const end = await child.done
      return { end, facts: await facts(scene, end.report!.deployed) }
    })
    expect(outcome.told.facts).toEqual(ONE)
    expect(outcome.report).toMatchObject({ ...done(job), attempts: 1 })
  },
  PATIENCE,
)

test.concurrent.each(OPERATIONS)(
  '10 restored from a backup made before: %s is found on the chain',
  async (_, job) => {
    const plan = { roots: 0, contract: 'registry' as const, blocks: BLOCK_MS, job }
    const outcome = await scenario(plan, async (scene) => {
      await scene.run({ dieAt: 'after-enqueue' })
      const backup = join(scene.dir, 'backup')
      mkdirSync(backup)
      for (const end of ['', '-wal'])
        copyFileSync(join(scene.dir, `testamur.db${end}`), join(backup, `testamur.db${end}`))
      const first = await scene.run()
      const end = await scene.run({ dir: backup })
      return { end, first: first.report!.deployed, facts: await facts(scene, end.report!.deployed) }
    })
    expect(outcome.told.facts).toEqual(ONE)
    expect(outcome.report).toMatchObject({ ...done(job), attempts: 0, deployed: outcome.told.first })
  },
  PATIENCE,
)

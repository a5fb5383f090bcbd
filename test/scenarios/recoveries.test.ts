import { expect, test } from 'bun:test'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { pause } from '../kit/binary.ts'
import type { Job } from './job.ts'
import { attemptsIn, eventually, holdIn, inState, peek } from './peek.ts'
import { clockSetBack, receiptsPruned, stranger, tooPoor, vanished } from './plans.ts'
import type { Manner } from './proxy.ts'
import { onceEach, PATIENCE, scenario, type Scene } from './scenario.ts'

const BLOCK_MS = 200
const PATIENT: Partial<Job> = { bumpAfterMs: 120_000, rebroadcastMs: 400 }
const SEES: Partial<Job> = { blind: false }

/** What an administrator has in another place; the child must have ended. */
function backUp({ dir }: Scene): string {
  const backup = join(dir, 'backup')
  mkdirSync(backup)
  for (const end of ['', '-wal']) copyFileSync(join(dir, `testamur.db${end}`), join(backup, `testamur.db${end}`))
  return backup
}

test.concurrent(
  '10 restored from a backup that is older than a replacement: the unknown bytes are found to have done it',
  async () => {
    const outcome = await scenario({ roots: 1, job: { ...SEES, bumpAfterMs: 300 } }, async (scene) => {
      await scene.run({ dieAt: 'after-send-persisted' })
      const backup = backUp(scene)
      await scene.run({ dieAt: 'after-bump-persist' })
      const child = await scene.start({ bumpAfterMs: 120_000 })
      const sent = 'select hash from transaction_attempts where sends > 0'
      await eventually('the replacement is sent', () => peek(scene.dir, sent).length === 2)
      await child.kill()
      scene.node.keepMining(BLOCK_MS)
      const end = await scene.run({ dir: backup })
      return { end, nonce: await scene.node.nonce() }
    })
    expect(outcome).toMatchObject({ ...onceEach(1), told: { nonce: 1 } })
  },
  PATIENCE,
)

test.concurrent(
  '10 restored while transactions of the later life still wait: they are waited for, nothing is sent again',
  async () => {
    const outcome = await scenario({ roots: 3, job: { ...SEES, ...PATIENT, speed: 15 } }, async (scene) => {
      await scene.run({ dieAt: 'after-enqueue' })
      const backup = backUp(scene)
      const child = await scene.start()
      await eventually('all wait in the mempool', async () => (await scene.node.waiting()) === 3)
      await child.kill()
      const restored = await scene.start({ dir: backup })
      await eventually('a hold', () => holdIn(backup) === 'foreign_pending')
      scene.node.keepMining(BLOCK_MS)
      return { end: await restored.done, nonce: await scene.node.nonce() }
    })
    expect(outcome).toMatchObject({ ...onceEach(3), told: { nonce: 3 } })
    expect(outcome.report!.attempts).toBe(0)
  },
  PATIENCE,
)

test.concurrent(
  '7 every endpoint serves another chain: nothing is signed, and it goes on when one is right',
  async () => {
    const outcome = await scenario({ roots: 2, blocks: BLOCK_MS, job: { speed: 600 } }, async (scene) => {
      let manner: Manner = 'another chain'
      const proxy = scene.proxy(() => manner)
      const child = await scene.start({ urls: [proxy.url] })
      await eventually('a hold', () => holdIn(scene.dir) === 'unreachable')
      await pause(300)
      const signedWhileHolding = attemptsIn(scene.dir)
      manner = 'sound'
      return { signedWhileHolding, end: await child.done }
    })
    expect(outcome).toMatchObject({ ...onceEach(2), told: { signedWhileHolding: 0 } })
  },
  PATIENCE,
)

test.concurrent(
  'cancelled too late: the bytes that were sent are mined, and it says so',
  async () => {
    const outcome = await scenario({ roots: 1, job: PATIENT }, async (scene) => {
      await scene.run({ dieAt: 'after-send' })
      const proxy = scene.proxy(() => 'refuses sends')
      const child = await scene.start({ cancel: scene.job.roots, urls: [proxy.url] })
      const cancels = 'select hash from transaction_attempts where cancels = 1 and sends > 0'
      await eventually('the empty transaction is refused', () => peek(scene.dir, cancels).length === 1)
      scene.node.keepMining(BLOCK_MS)
      return child.done
    })
    expect(outcome).toMatchObject(onceEach(1))
  },
  PATIENCE,
)

test.concurrent(
  '9 another program takes a nonce of an earlier account: the root goes to the new one',
  async () => {
    const outcome = await scenario({ roots: 2, job: PATIENT }, async (scene) => {
      await scene.run({ roots: scene.job.roots.slice(0, 1), dieAt: 'after-send' })
      await stranger(scene.node)
      scene.node.keepMining(BLOCK_MS)
      const end = await scene.run({ key: 1 })
      return { end, nonces: [await scene.node.nonce(), await scene.node.nonce(DEVELOPMENT_KEYS[1])] }
    })
    expect(outcome).toMatchObject({ ...onceEach(2), told: { nonces: [1, 2] } })
  },
  PATIENCE,
)

test.concurrent(
  '8 receipts are served no more after it was mined: the block that holds it is enough',
  async () => expect(await receiptsPruned({})).toMatchObject(onceEach(3)),
  PATIENCE,
)

test.concurrent(
  '8 an endpoint invents receipts: nothing is final by them, and the truth wins in the end',
  async () => {
    const outcome = await scenario({ roots: 2, job: PATIENT }, async (scene) => {
      let manner: Manner = 'invents receipts'
      const proxy = scene.proxy(() => manner)
      const child = await scene.start({ urls: [proxy.url], seconds: 15 })
      await eventually('both are signed', () => attemptsIn(scene.dir) === 2)
      await scene.node.dropMempool()
      scene.node.keepMining(BLOCK_MS)
      await pause(2_000)
      const finalByInvention = inState(scene.dir, 'final')
      manner = 'sound'
      return { finalByInvention, end: await child.done }
    })
    expect(outcome).toMatchObject({ ...onceEach(2), told: { finalByInvention: 0 } })
  },
  PATIENCE,
)

/** Final by two confirmations; then twelve blocks are replaced. */
const SHALLOW: Partial<Job> = { confirmations: 2 }
test.concurrent.each([
  ['the audit of the day', { audit: true }],
  ['the gap below what comes later', {}],
] as Array<[string, Partial<Job>]>)(
  'H what was final is gone: %s shows it, the same bytes go out again, and nothing is stuck behind them',
  async (_, then) => {
    const outcome = await vanished({}, false, then)
    expect(outcome).toMatchObject({ ...onceEach(4), told: { left: 0, nonce: 4 } })
  },
  PATIENCE,
)
test.concurrent(
  'H what was cancelled is gone: its nonce is used up again, by whichever of its bytes, and nothing is stuck behind it',
  async () => {
    const outcome = await vanished({}, true, {})
    expect(outcome).toMatchObject({ twice: 0, told: { left: 0, nonce: 4 } })
    expect(outcome.once).toBeGreaterThanOrEqual(3)
    expect(outcome.report!.states.final).toBe(outcome.once)
  },
  PATIENCE,
)
test.concurrent(
  'H the same for what a restored database has only found on the chain: it is signed like anything new',
  async () => {
    const outcome = await scenario({ roots: 2, job: { ...SEES, ...SHALLOW, bumpAfterMs: 1_000 } }, async (scene) => {
      await scene.run({ dieAt: 'after-enqueue' })
      const dir = backUp(scene)
      scene.node.keepMining(BLOCK_MS)
      await scene.run()
      const found = await scene.run({ dir })
      await scene.node.stopMining()
      await scene.node.reorganise(14)
      scene.node.keepMining(BLOCK_MS)
      return { found: found.report!.attempts, end: await scene.run({ dir, audit: true }) }
    })
    expect(outcome).toMatchObject({ ...onceEach(2), told: { found: 0 } })
    expect(outcome.report!.attempts).toBe(2)
  },
  PATIENCE,
)

test.concurrent.each([false, true])(
  'somebody sets the clock back by an hour (and cancels: %p): what was sent is sent again all the same',
  async (isCancelled) => {
    const outcome = await clockSetBack({}, isCancelled)
    expect(outcome).toMatchObject({ missing: isCancelled ? 1 : 0, twice: 0 })
    expect(outcome.report!.states).toEqual(isCancelled ? { cancelled: 1, final: 1 } : { final: 2 })
  },
  PATIENCE,
)

test.concurrent.each([false, true])(
  '4 the account cannot pay for a replacement (already signed: %p): the older bytes are kept alive',
  async (isSigned) => {
    const outcome = await tooPoor({}, isSigned)
    expect(outcome).toMatchObject(onceEach(1))
    expect(outcome.report!.attempts).toBe(isSigned ? 2 : 1)
  },
  PATIENCE,
)

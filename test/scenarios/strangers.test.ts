import { expect, test } from 'bun:test'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { pause } from '../kit/binary.ts'
import { addressOf, signRaw } from '../kit/chains.ts'
import counting from './counting-anchor.json'
import type { Job } from './job.ts'
import { CHAIN_ID, type ScenarioNode } from './node.ts'
import { attemptsIn, eventually, holdIn, peek } from './peek.ts'
import { finality, keyChanged, restored, stranger, strangerWaits } from './plans.ts'
import { onceEach, PATIENCE, scenario, type Scene } from './scenario.ts'

const BLOCK_MS = 200
const PATIENT: Partial<Job> = { bumpAfterMs: 120_000, rebroadcastMs: 120_000 }

test.concurrent(
  '9 another program takes the nonce: each root once, under a new nonce',
  async () => {
    const outcome = await scenario({ roots: 2, job: PATIENT }, async (scene) => {
      const child = await scene.start()
      await eventually('both wait in the mempool', async () => (await scene.node.waiting()) === 2)
      await stranger(scene.node)
      scene.node.keepMining(BLOCK_MS)
      return { end: await child.done, nonce: await scene.node.nonce() }
    })
    expect(outcome).toMatchObject({ ...onceEach(2), told: { nonce: 3 } })
    expect(outcome.report!.attempts).toBe(3)
  },
  PATIENCE,
)

test.concurrent(
  '9 a pending transaction of our account that we did not make: nothing is signed until it is mined',
  async () => {
    const outcome = await strangerWaits({})
    expect(outcome).toMatchObject({ ...onceEach(2), told: { hold: 'foreign_pending', signedWhileHolding: 0 } })
    expect(outcome.report!.holds).toEqual({})
  },
  PATIENCE,
)

test.concurrent(
  '10 the database is restored from an old backup: what is on the chain is not sent again',
  async () => expect(await restored({})).toMatchObject({ ...onceEach(5), told: { sentAgain: 0 } }),
  PATIENCE,
)

test.concurrent.each([true, false])(
  '11 the finalized tag is waited for: %p',
  async (isWaitedFor) => {
    const outcome = await finality({}, isWaitedFor)
    expect(outcome).toMatchObject(onceEach(3))
    expect(outcome.report!.highest <= outcome.told.finalized).toBe(isWaitedFor)
  },
  PATIENCE,
)

/** A stuck transaction is to be cancelled. */
const cancelling = (dieAt: Job['dieAt']) =>
  scenario({ roots: 2, job: { ...PATIENT, rebroadcastMs: 400 } }, async (scene) => {
    const cancel = scene.job.roots.slice(0, 1)
    if (dieAt) await scene.run({ cancel, dieAt })
    const child = await scene.start({ cancel })
    const sent = 'select hash from transaction_attempts where cancels = 1 and sent_at is not null'
    await eventually('the empty transaction is sent', () => peek(scene.dir, sent).length === 1)
    scene.node.keepMining(BLOCK_MS)
    return { end: await child.done, nonce: await scene.node.nonce() }
  })
test.concurrent.each([null, 'after-bump-persist'] as const)(
  'a stuck transaction is cancelled (killed: %p): its root stays away, the one behind it goes through',
  async (dieAt) => {
    const outcome = await cancelling(dieAt)
    expect(outcome).toMatchObject({ missing: 1, once: 1, twice: 0, told: { nonce: 2 } })
    expect(outcome.report).toMatchObject({
      states: { cancelled: 1, final: 1 },
      anchors: { failed: 1, confirmed: 1 },
      attempts: 3,
    })
  },
  PATIENCE,
)

test.concurrent(
  'an empty account signs nothing, and goes on when it is funded',
  async () => {
    const outcome = await scenario({ roots: 3, blocks: BLOCK_MS, job: { speed: 15 } }, async (scene) => {
      const fund = (wei: bigint) =>
        scene.node.request('anvil_setBalance', [addressOf(DEVELOPMENT_KEYS[0]), `0x${wei.toString(16)}`])
      await fund(1_000n)
      const child = await scene.start()
      await eventually('a hold', () => holdIn(scene.dir) === 'no_funds')
      await pause(500)
      const signedWhileHolding = attemptsIn(scene.dir)
      await fund(10n ** 18n)
      return { signedWhileHolding, end: await child.done }
    })
    expect(outcome).toMatchObject({ ...onceEach(3), told: { signedWhileHolding: 0 } })
    expect(outcome.report!.holds).toEqual({})
  },
  PATIENCE,
)

/** Takes our permission to anchor away, or gives it back, by a transaction that any block takes first. */
async function bar(node: ScenarioNode, isBarred: boolean) {
  const words = [addressOf(DEVELOPMENT_KEYS[0]).slice(2), isBarred ? '1' : '0'].map((word) => word.padStart(64, '0'))
  const data = `0x${counting.selectors['bar(address,bool)']}${words.join('').toLowerCase()}`
  const nonce = await node.nonce(DEVELOPMENT_KEYS[2])
  const draft = { chainId: CHAIN_ID, nonce, to: node.contract, data, gas: 100_000n, price: 500_000_000_000n }
  await node.request('eth_sendRawTransaction', [signRaw(DEVELOPMENT_KEYS[2], draft)])
}

test.concurrent(
  'the contract refuses us: nothing is signed, the reason is told, and it goes on when we are permitted again',
  async () => {
    const outcome = await scenario({ roots: 2, blocks: BLOCK_MS, job: { speed: 30 } }, async (scene) => {
      await bar(scene.node, true)
      await eventually('barred', async () => (await scene.node.nonce(DEVELOPMENT_KEYS[2])) === 1)
      const child = await scene.start()
      const reason = `select note from transactions where state = 'queued' and note like '%NotAllowed%'`
      await eventually('the reason', () => peek(scene.dir, reason).length === 2)
      const signedWhileHolding = attemptsIn(scene.dir)
      await bar(scene.node, false)
      return { signedWhileHolding, end: await child.done }
    })
    expect(outcome).toMatchObject({ ...onceEach(2), told: { signedWhileHolding: 0 } })
    expect(outcome.report).toMatchObject({ attempts: 2, notes: [] })
  },
  PATIENCE,
)

test.concurrent(
  'a transaction that is reverted in its block has failed for good: it is not sent again by itself',
  async () => {
    const outcome = await scenario({ roots: 1, job: PATIENT }, async (scene) => {
      const child = await scene.start()
      await eventually('it waits in the mempool', async () => (await scene.node.waiting()) === 1)
      await bar(scene.node, true)
      scene.node.keepMining(BLOCK_MS)
      return { end: await child.done, nonce: await scene.node.nonce() }
    })
    expect(outcome).toMatchObject({ missing: 1, told: { nonce: 1 } })
    expect(outcome.report).toMatchObject({ states: { reverted: 1 }, anchors: { failed: 1 }, attempts: 1 })
  },
  PATIENCE,
)

/** The first account signs one root of two and dies; the second takes over with a third root. */
async function changeOfKey(scene: Scene) {
  const two = scene.job.roots.slice(0, 2)
  const { isKilled } = await scene.run({ roots: two, maxInFlight: 1, dieAt: 'after-send' })
  if (!isKilled) throw new Error('the first account has signed nothing')
  scene.node.keepMining(BLOCK_MS)
  const end = await scene.run({ key: 1 })
  const nonces = [await scene.node.nonce(DEVELOPMENT_KEYS[0]), await scene.node.nonce(DEVELOPMENT_KEYS[1])]
  return { nonces, end }
}
test.concurrent(
  'after a change of the key the old account is drained: what it signed ends in its lane, the rest in the new one',
  async () => {
    const outcome = await scenario({ roots: 3 }, changeOfKey)
    expect(outcome).toMatchObject({ ...onceEach(3), told: { nonces: [1, 2] } })
  },
  PATIENCE,
)
test.concurrent(
  'after a change of the key the bytes of the old account are sent again when the mempool has lost them',
  async () => expect(await keyChanged({})).toMatchObject(onceEach(3)),
  PATIENCE,
)

/** The scenarios that a planted defect has to fail as well: each is written once, and run with and without it. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { pause } from '../kit/binary.ts'
import { addressOf, signRaw } from '../kit/chains.ts'
import type { Death, Job } from './job.ts'
import { CHAIN_ID, type ScenarioNode } from './node.ts'
import { attemptsIn, eventually, holdIn, inState, peek, perhaps } from './peek.ts'
import { scenario, type Plan, type Scene } from './scenario.ts'

/** A change to a scenario: another strategy, a planted defect. */
export type Change = Pick<Plan, 'job' | 'patches'>
const changed = ({ job, patches }: Change, plan: Plan): Plan => ({
  ...plan,
  job: { ...plan.job, ...job },
  ...(patches ? { patches } : {}),
})
const isNaive = ({ job }: Scene) => job.strategy !== 'testamur'

const BLOCK_MS = 200

/** 2: killed at this point, then started again. */
export const died = (change: Change, point: Death) => {
  const isBump = point === 'after-bump-persist'
  const plan = changed(change, { roots: 6, blocks: isBump ? 0 : BLOCK_MS, job: isBump ? { bumpAfterMs: 400 } : {} })
  return scenario(plan, async (scene) => {
    const { isKilled } = await scene.run({ dieAt: point, seconds: 15 })
    if (isBump) scene.node.keepMining(BLOCK_MS)
    return { isKilled, end: await scene.run() }
  })
}

/** 3: the answers to the first three broadcasts are lost after the node has taken them. */
export const repliesLost = (change: Change) =>
  scenario(changed(change, { roots: 6, blocks: BLOCK_MS }), async (scene) => {
    let lost = 0
    const proxy = scene.proxy((method) => (method === 'eth_sendRawTransaction' && lost++ < 3 ? 'reply lost' : 'sound'))
    return scene.run({ urls: [proxy.url] })
  })

/** 4: nothing is mined while gas rises to twenty times what was offered. */
export const gasRises = (change: Change) =>
  scenario(changed(change, { roots: 4, job: { confirmations: 2 } }), async (scene) => {
    const child = await scene.start(isNaive(scene) ? { confirmations: 1, seconds: 9 } : {})
    await perhaps(async () => (await scene.node.waiting()) >= (isNaive(scene) ? 1 : 4), 5_000)
    for (let block = 0; !child.isOver; block++) {
      await scene.node.baseFee(block < 6 ? 60 : 40)
      await scene.node.mine()
      await pause(300)
    }
    return child.done
  })

/** 4: gas costs more than may be paid, until it does not. */
export const aboveCap = (change: Change) =>
  scenario(changed(change, { roots: 3, job: { capGwei: 100, confirmations: 2, speed: 15 } }), async (scene) => {
    await scene.node.baseFee(500)
    await scene.node.mine()
    const child = await scene.start()
    await eventually('a hold, or a signature', () => holdIn(scene.dir) !== undefined || attemptsIn(scene.dir) > 0)
    const hold = holdIn(scene.dir)
    for (let look = 0; look < 5; look++) {
      await scene.node.baseFee(500)
      await scene.node.mine()
      await pause(300)
    }
    const signedWhileHolding = attemptsIn(scene.dir)
    while (!child.isOver) {
      await scene.node.baseFee(10)
      await scene.node.mine()
      await pause(200)
    }
    return { hold, signedWhileHolding, end: await child.done }
  })

/** 5: the mempool is emptied three times, and no bump is due. */
export const dropped = (change: Change) =>
  scenario(changed(change, { roots: 4, job: { bumpAfterMs: 120_000, rebroadcastMs: 400 } }), async (scene) => {
    const child = await scene.start({ ...(isNaive(scene) && { confirmations: 1 }), seconds: 10 })
    const [all, patience] = isNaive(scene) ? [1, 3_000] : [4, 5_000]
    for (let time = 0; time < 3; time++) {
      await perhaps(async () => (await scene.node.waiting()) >= all, patience)
      await scene.node.dropMempool()
    }
    scene.node.keepMining(BLOCK_MS)
    return child.done
  })

/** 6: three times what was just mined is taken back. `removed`: transactions of ours that were. */
export const reorganised = (change: Change, depth: number) =>
  scenario(changed(change, { roots: 5, job: { confirmations: 5 } }), async (scene) => {
    const { node, dir } = scene
    const child = await scene.start(isNaive(scene) ? { confirmations: 1, seconds: 14 } : {})
    let removed = 0
    for (let time = 0; time < 3; time++) {
      const before = await node.nonce()
      await perhaps(
        async () => {
          await pause(150)
          await node.mine()
          return (await node.nonce()) > before
        },
        isNaive(scene) ? 2_500 : 8_000,
      )
      await perhaps(() => !isNaive(scene) && inState(dir, 'mined', 'final') > 0, isNaive(scene) ? 500 : 3_000)
      await node.mine(depth - 1)
      await pause(300)
      const mined = await node.nonce()
      await node.reorganise(depth)
      removed += mined - (await node.nonce())
    }
    node.keepMining(BLOCK_MS)
    return { removed, end: await child.done }
  })

/** 8: no endpoint serves receipts; only the block that holds the transaction can say who used the nonce. */
export const withoutReceipts = (change: Change, manner: 'lags without receipts' | 'no receipts') =>
  scenario(changed(change, { roots: 4, blocks: BLOCK_MS }), async (scene) => {
    const proxy = scene.proxy(() => manner)
    return scene.run({ urls: [proxy.url] })
  })

/** 8: mined while receipts were served, and then nobody serves them any more. */
export const receiptsPruned = (change: Change) =>
  scenario(changed(change, { roots: 3, blocks: BLOCK_MS }), async (scene) => {
    const child = await scene.start({ confirmations: 500, seconds: 30 })
    await eventually('all are mined', () => inState(scene.dir, 'mined') === 3)
    await child.kill()
    const proxy = scene.proxy(() => 'no receipts')
    return scene.run({ urls: [proxy.url] })
  })

/** A transaction of our key that our database does not know. */
export const stranger = async (node: ScenarioNode, nonce?: number) => {
  const [key, other] = [DEVELOPMENT_KEYS[0], addressOf(DEVELOPMENT_KEYS[1])]
  const draft = { chainId: CHAIN_ID, nonce: nonce ?? (await node.nonce()), to: other, value: 1n }
  await node.request('eth_sendRawTransaction', [signRaw(key, { ...draft, gas: 21_000n, price: 90_000_000_000n })])
}

/** 9: while another program's transaction of our account waits, nothing is signed. */
export const strangerWaits = (change: Change) =>
  scenario(changed(change, { roots: 2, job: { speed: 15 } }), async (scene) => {
    await stranger(scene.node)
    const child = await scene.start()
    await eventually('a hold, or a signature', () => holdIn(scene.dir) !== undefined || attemptsIn(scene.dir) > 0)
    const hold = holdIn(scene.dir)
    await pause(700)
    const signedWhileHolding = attemptsIn(scene.dir)
    scene.node.keepMining(BLOCK_MS)
    return { hold, signedWhileHolding, end: await child.done }
  })

/** 10: a backup made after the first root is put back after all five, on a registry that remembers. */
export const restored = (change: Change) =>
  scenario(changed(change, { roots: 5, blocks: BLOCK_MS, contract: 'registry' }), async (scene) => {
    const { node, job } = scene
    await scene.run({ roots: job.roots.slice(0, 1) })
    const backup = join(scene.dir, 'backup')
    mkdirSync(backup)
    copyFileSync(join(scene.dir, 'testamur.db'), join(backup, 'testamur.db'))
    await scene.run()
    const before = await node.nonce()
    const end = await scene.run({ dir: backup })
    return { sentAgain: (await node.nonce()) - before, end }
  })

/** 11: with `--slots-in-an-epoch 3` the finalized block lies six behind. */
export const finality = (change: Change, finalityTag: boolean) => {
  const args = ['--slots-in-an-epoch', '3']
  const plan = changed(change, { roots: 3, blocks: BLOCK_MS, args, job: { confirmations: 1, finalityTag } })
  return scenario(plan, async (scene) => {
    const end = await scene.run()
    const block = await scene.node.request<{ number: string }>('eth_getBlockByNumber', ['finalized', false])
    return { finalized: Number(block.number), end }
  })
}

/** The account is changed while the mempool has lost what the old one sent. */
export const keyChanged = (change: Change) =>
  scenario(changed(change, { roots: 3 }), async (scene) => {
    await scene.run({ roots: scene.job.roots.slice(0, 1), dieAt: 'after-send' })
    await scene.node.dropMempool()
    scene.node.keepMining(BLOCK_MS)
    return scene.run({ key: 1 })
  })

/** The child's clock is an hour behind the one that the transaction was sent by, and the mempool has lost it. */
export const clockSetBack = (change: Change, isCancelled: boolean) =>
  scenario(changed(change, { roots: 2 }), async (scene) => {
    const cancel = isCancelled ? scene.job.roots.slice(0, 1) : []
    await scene.run({ dieAt: 'after-send-persisted', maxInFlight: 1 })
    await scene.node.dropMempool()
    const child = await scene.start({ clockBehind: 3_600_000, cancel, seconds: 12 })
    await perhaps(async () => (await scene.node.waiting()) > 0, 5_000)
    scene.node.keepMining(BLOCK_MS)
    return child.done
  })

/** The balance pays for the first bytes and not for a replacement, which gas makes necessary for a while. */
export const tooPoor = (change: Change, isSigned: boolean) =>
  scenario(changed(change, { roots: 1 }), async (scene) => {
    const { node, dir } = scene
    await scene.run({ dieAt: 'after-send-persisted' })
    const [sent] = peek<{ gas: number; max_fee: string }>(dir, 'select gas, max_fee from transaction_attempts')
    const cost = BigInt(sent!.gas) * BigInt(sent!.max_fee)
    await node.baseFee(60)
    await node.mine()
    if (isSigned) await scene.run({ bumpAfterMs: 300, dieAt: 'after-bump-persist' })
    await node.request('anvil_setBalance', [addressOf(DEVELOPMENT_KEYS[0]), `0x${cost.toString(16)}`])
    await node.dropMempool()
    const child = await scene.start({ bumpAfterMs: 400, rebroadcastMs: 300, seconds: 12 })
    await pause(1_200)
    await node.dropMempool()
    await node.baseFee(0)
    node.keepMining(BLOCK_MS)
    return child.done
  })

/** Two transactions have ended when their blocks vanish; two roots come later. */
export const vanished = (change: Change, cancelFirst: boolean, then: Partial<Job>) =>
  scenario(changed(change, { roots: 4, job: { confirmations: 2, bumpAfterMs: 1_000 } }), async (scene) => {
    const { node } = scene
    const [early, cancel] = [scene.job.roots.slice(0, 2), cancelFirst ? scene.job.roots.slice(0, 1) : []]
    const child = await scene.start({ roots: early, cancel })
    const sent = `select hash from transaction_attempts where cancels = ${cancel.length} and sends > 0`
    await eventually('it is sent', () => peek(scene.dir, sent).length > 0)
    node.keepMining(BLOCK_MS)
    await child.done
    await node.stopMining()
    await node.reorganise(12)
    const left = await node.nonce()
    node.keepMining(BLOCK_MS)
    return { left, end: await scene.run(then), nonce: await node.nonce() }
  })

/** Orders that are interrupted, asked for again, or meet something unusual. From the embedded chain to a real node. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { id } from 'ethers/hash'
import { revokeCertificate } from '../../src/actions/certificates.ts'
import { orderMove, reportMove } from '../../src/actions/reanchors.ts'
import { readRootsList } from '../../src/actions/roots.ts'
import { remoteChain } from '../../src/chain/chains.ts'
import { registryId } from '../../src/domain/anchors-decide.ts'
import { fresh, type Commit } from '../../src/domain/commit.ts'
import { newId, systemRandom, toHex } from '../../src/domain/ids.ts'
import { chainsOf } from '../../src/chain/chains.ts'
import { readRoots } from '../../src/domain/roots.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { DEVELOPMENT_KEYS, startAnvil, type Anvil } from '../kit/anvil.ts'
import { startTestAppliance, textHash, type TestAppliance } from '../kit/appliance.ts'
import { ManualClock } from '../kit/clock.ts'
import { LOCAL_NETWORK } from '../kit/real-node.ts'

const ANCHORED = id('Anchored(bytes32,address)')
const REVOKED = id('Revoked(bytes32,uint8,address)')
const TO = { ...LOCAL_NETWORK, name: 'fresh', chainId: 31_338, confirmations: 1 }
const MOVE = { from: 'embedded', to: 'fresh' }
const ORDERED = { partition: 'live', actor: 'cli' } as const

let anvil: Anvil
let untouched: string
beforeAll(async () => {
  anvil = await startAnvil({ chainId: TO.chainId })
  untouched = await anvil.request<string>('evm_snapshot')
})
afterAll(() => anvil.stop())

const open: TestAppliance[] = []
afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
})

/** Each on a chain as new. */
async function start() {
  await anvil.request('evm_revert', [untouched])
  untouched = await anvil.request<string>('evm_snapshot')
  const { timestamp } = await anvil.request<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false])
  const app = await startTestAppliance({
    clock: new ManualClock(Math.max(Date.now(), Number(timestamp) * 1000)),
    networks: [TO],
    chains: (account, clock) => [remoteChain(TO, [anvil.url], account, clock)],
    key: DEVELOPMENT_KEYS[0],
  })
  open.push(app)
  return app
}
async function settle(app: TestAppliance, rounds = 16, stepMs = 3_000) {
  for (let round = 0; round < rounds; round++) {
    await runDue(app.context)
    await anvil.request('anvil_mine', ['0x1'])
    app.clock.advance(stepMs)
  }
}
async function issued(app: TestAppliance, count: number) {
  const template = await app.template()
  const ids: string[] = []
  for (let number = 0; number < count; number++) {
    ids.push((await app.issue(template)).certificate.id)
    await app.settle()
  }
  return ids
}
const ask = (app: TestAppliance) => orderMove(app.context, ORDERED.actor, MOVE)
const logsOf = async (topic: string) => {
  const logs = await anvil.request<Array<{ topics: string[] }>>('eth_getLogs', [
    { fromBlock: '0x0', toBlock: 'latest' },
  ])
  return logs.filter(({ topics }) => topics[0] === topic).map(({ topics }) => topics[1]!)
}
const sentTo = async (app: TestAppliance, kind: string) =>
  (await app.store.transactions.list({ limit: 500 })).filter((each) => each.network === 'fresh' && each.kind === kind)

/** Confirmed trees as if they had been anchored on the embedded chain, under a registry of this DID. */
async function trees(app: TestAppliance, count: number, did = app.context.appliance.dids.live) {
  const known = await app.store.registries.of('embedded', 'live', did)
  const now = app.clock.now()
  const common = { network: 'embedded', chainId: 1953723501, partition: 'live' as const }
  const registry = known ?? {
    ...{ ...common, id: registryId('embedded', 'live', did, textHash), did, address: `0x${'77'.repeat(20)}` },
    ...{ transactionId: null, createdAt: now, readyAt: now, retiredAt: null },
  }
  if (!known) await app.store.commit({ at: now, puts: [{ entity: 'registry', row: fresh(registry) }] })
  const anchors = Array.from({ length: count }, (_, number) => ({
    ...{ ...common, id: newId('anch', systemRandom), registryId: registry.id, state: 'confirmed' as const, size: 1 },
    ...{
      root: `00${toHex(systemRandom(31))}`,
      fillers: '',
      transactionId: null,
      transactionHash: `0x${'11'.repeat(32)}`,
    },
    ...{ blockNumber: 1, blockTime: 1_700_000_000, method: 'x', createdAt: now + number, sealedAt: now },
    ...{ confirmedAt: now, recorded: 1, reason: null },
  }))
  await app.store.commit({ at: now, puts: anchors.map((row) => ({ entity: 'anchor', row: fresh(row) })) })
  return anchors
}

describe('an order', () => {
  test('asked for again picks up what was anchored since, and only that', async () => {
    const app = await start()
    await issued(app, 2)
    const { order } = await ask(app)
    await settle(app)
    expect((await sentTo(app, 'reanchor')).length).toBe(2)
    await issued(app, 1)
    await settle(app, 4)
    expect((await sentTo(app, 'reanchor')).length).toBe(2) // it was done: nobody asked
    expect(await ask(app)).toMatchObject({ changed: true, missing: 1, confirmed: 2, order: { id: order!.id } })
    await settle(app)
    expect((await sentTo(app, 'reanchor')).length).toBe(3)
    expect(await app.store.reanchors.progress(order!.id)).toEqual({ queued: 0, confirmed: 3, failed: 0 })
    expect((await app.store.reanchors.all()).length).toBe(1)
  })

  test('asked for while it is under way shows how far it is and orders nothing more', async () => {
    const app = await start()
    await issued(app, 2)
    await ask(app)
    const events = async () => (await app.store.events.after(app.live, 0, 500)).length
    const before = await events()
    expect(await ask(app)).toMatchObject({ changed: false, missing: 2, order: { state: 'open' } })
    expect(await events()).toBe(before)
  })

  test('what failed is tried once more when it is asked for again, with another transaction', async () => {
    const app = await start()
    await issued(app, 2)
    const { order } = await ask(app)
    await settle(app)
    const [anchor] = await app.store.anchors.list({ limit: 1 })
    const [replica] = await app.store.reanchors.replicasOf(anchor!.id)
    await app.store.commit({ at: 1, puts: [{ entity: 'replica', row: { ...replica!, state: 'failed' } }] })
    await settle(app, 4)
    expect(await app.store.reanchors.progress(order!.id)).toMatchObject({ confirmed: 1, failed: 1 })
    expect(readRoots(await readRootsList(app.context)).roots.length).toBe(1)
    expect(await ask(app)).toMatchObject({ changed: true, missing: 1, failed: 1 })
    await settle(app)
    expect(await app.store.reanchors.progress(order!.id)).toEqual({ queued: 0, confirmed: 2, failed: 0 })
    const [again] = await app.store.reanchors.replicasOf(anchor!.id)
    expect(again!.transactionId).not.toBe(replica!.transactionId)
    expect(readRoots(await readRootsList(app.context)).roots.length).toBe(2)
  })

  test('keeps at most 64 roots on their way, and moves every one', async () => {
    const app = await start()
    await trees(app, 150)
    const { order } = await ask(app)
    let most = 0
    for (let round = 0; round < 80; round++) {
      await settle(app, 1)
      most = Math.max(most, await app.store.reanchors.queuedCount(order!.id))
    }
    expect(most).toBeGreaterThan(32)
    expect(most).toBeLessThanOrEqual(64)
    expect(await app.store.reanchors.progress(order!.id)).toEqual({ queued: 0, confirmed: 150, failed: 0 })
    expect(new Set(await logsOf(ANCHORED)).size).toBe(150)
    expect((await logsOf(ANCHORED)).length).toBe(150)
  }, 30_000)

  test('finds a tree that was confirmed behind its cursor', async () => {
    const app = await start()
    await trees(app, 2)
    const [early] = await trees(app, 1)
    await app.store.commit({
      at: 1,
      puts: [{ entity: 'anchor', row: { ...early!, revision: 1, state: 'sealed' } }],
    })
    const { order } = await ask(app)
    await runDue(app.context)
    while ((await app.store.reanchors.queuedCount(order!.id)) === 0) await settle(app, 1)
    await app.store.commit({ at: 2, puts: [{ entity: 'anchor', row: { ...early!, revision: 2 } }] })
    await settle(app)
    expect((await app.store.reanchors.progress(order!.id)).confirmed).toBe(3)
  })

  test('roots from before a change of address go into a registry of the DID of that time', async () => {
    const app = await start()
    await issued(app, 1)
    const old = 'did:web:old.example.org'
    const [earlier] = await trees(app, 1, old)
    await ask(app)
    await settle(app, 24)
    const registries = (await app.store.registries.all()).filter(({ network }) => network === 'fresh')
    const chain = app.context.chains.get('fresh')!
    const facts = await Promise.all(registries.map(({ address }) => chain.registryFacts(address!)))
    expect(facts.map(({ did }) => did).sort()).toEqual([app.context.appliance.dids.live, old].sort())
    const [replica] = await app.store.reanchors.replicasOf(earlier!.id)
    expect(registries.find((each) => each.id === replica!.registryId)!.did).toBe(old)
    // New certificates name the registry of today's DID.
    const current = (await app.store.registries.of('fresh', 'live', app.context.appliance.dids.live))!
    expect(current.did).toBe(app.context.appliance.dids.live)
    const list = readRoots(await readRootsList(app.context, earlier!.root))
    expect({ issuer: list.issuer, roots: list.roots.map(({ root }) => root) }).toEqual({
      issuer: old,
      roots: [earlier!.root],
    })
    expect(readRoots(await readRootsList(app.context)).roots.length).toBe(1)
  })

  test('waits quietly when its target is taken out of the configuration', async () => {
    const app = await start()
    await issued(app, 1)
    const { order } = await ask(app)
    const chains = app.context.chains
    app.context.chains = chainsOf([chains.get('embedded')!])
    await settle(app, 3)
    const jobs = await app.store.jobs.list({ state: 'open', limit: 100 })
    expect(jobs.find(({ kind }) => kind === 'reanchor')).toMatchObject({ failures: 0, lastError: null })
    app.context.chains = chains
    await settle(app, 20, 300_000)
    expect(await app.store.reanchors.find(order!.id)).toMatchObject({ state: 'done' })
  })

  test('that cannot be is refused with what is wrong and what cures it', async () => {
    const app = await start()
    const refusal = (move: { from: string; to: string }) =>
      reportMove(app.context, move).then(
        () => 'taken',
        (error: Error) => error.message,
      )
    expect(await refusal(MOVE)).toBe('nothing was anchored on "embedded" by this appliance.')
    await issued(app, 1)
    expect(await refusal({ from: 'fresh', to: 'fresh' })).toContain('both name "fresh"')
    expect(await refusal({ from: 'fresh', to: 'embedded' })).toContain('the embedded chain cannot be a target')
    expect(await refusal({ from: 'embedded', to: 'sonic' })).toBe(
      'network "sonic" is not configured (configured: fresh); add [chain.sonic] with rpc_urls.',
    )
    expect(await refusal({ from: 'fantom', to: 'fresh' })).toBe(
      'nothing was anchored on "fantom" by this appliance; there are roots on embedded (1).',
    )
    app.context.appliance.networks.push({ ...TO, name: 'twin', chainId: 1953723501 })
    expect(await refusal({ from: 'embedded', to: 'twin' })).toContain('are the same chain (id 1953723501)')
    expect(await refusal(MOVE)).toBe('taken')
    expect(await app.store.reanchors.all()).toEqual([])
  })

  test('leaves the sandbox where it is', async () => {
    const app = await start()
    await app.issue(await app.template(app.sandbox), {}, app.sandbox)
    await app.settle()
    await expect(reportMove(app.context, MOVE)).rejects.toThrow('nothing was anchored')
    await issued(app, 1)
    await ask(app)
    await settle(app)
    expect((await sentTo(app, 'reanchor')).length).toBe(1)
  })
})

describe('a network that is not configured any more', () => {
  test('keeps its revocations waiting without a failing job, and hands them on to where the roots are', async () => {
    const app = await start()
    const [first, second] = await issued(app, 2)
    await ask(app)
    await settle(app)
    const chains = app.context.chains
    app.context.chains = chainsOf([chains.get('fresh')!])
    const warnings: string[] = []
    app.context.log = { ...app.context.log, warn: (_, message) => void warnings.push(message) }
    for (const one of [first!, second!]) {
      await revokeCertificate(app.context, app.live, one, { reason: null, notify: false })
      await settle(app)
    }
    const jobs = await app.store.jobs.list({ limit: 500 })
    for (const job of jobs.filter(({ kind }) => kind === 'revoke-on-chain'))
      expect(job).toMatchObject({ state: 'done', failures: 0 })
    expect(warnings.filter((message) => message.startsWith('revocations wait')).length).toBe(1)
    expect((await logsOf(REVOKED)).length).toBe(2)
    expect(await app.store.revocations.openByNetwork()).toEqual([{ network: 'embedded', count: 2 }])
    // Should it come back, nothing was lost.
    app.context.chains = chains
    await revokeCertificate(app.context, app.live, (await issued(app, 1))[0]!, { reason: null, notify: false })
    await settle(app)
    expect(await app.store.revocations.openCount()).toBe(0)
  })
})

class Died extends Error {}

describe('whichever commit of it dies', () => {
  test('before it was written or after: each root and each revocation goes once', async () => {
    const live = async (nth: number, when: 'before' | 'after') => {
      const app = await start()
      const ids = await issued(app, 3)
      await revokeCertificate(app.context, app.live, ids[0]!, { reason: null, notify: false })
      await app.settle()
      const { order } = await ask(app)
      const commit = app.store.commit.bind(app.store)
      let count = 0
      app.store.commit = async (value: Commit) => {
        if (++count !== nth) return commit(value)
        if (when === 'after') await commit(value)
        throw new Died()
      }
      for (let round = 0; round < 8; round++) {
        await settle(app, 5)
        await app.store.jobs.voidLeases()
        app.clock.advance(120_000)
      }
      const jobs = await app.store.jobs.list({ state: 'open', limit: 100 })
      const events = await app.store.events.after(app.live, 0, 500)
      return {
        count,
        facts: {
          progress: await app.store.reanchors.progress(order!.id),
          state: (await app.store.reanchors.find(order!.id))!.state,
          anchored: (await logsOf(ANCHORED)).length,
          revoked: (await logsOf(REVOKED)).length,
          deployed: (await sentTo(app, 'deploy')).length,
          sent: Number(await anvil.request<string>('eth_getTransactionCount', [app.chain.account, 'latest'])),
          open: await app.store.revocations.openCount(),
          completed: events.filter(({ type }) => type === 'reanchor.completed').length,
          listed: readRoots(await readRootsList(app.context)).roots.length,
          jobs: jobs.map(({ kind }) => kind).filter((kind) => kind === 'reanchor' || kind === 'revoke-on-chain'),
        },
      }
    }
    const calm = await live(Infinity, 'before')
    expect(calm.facts).toEqual({
      ...{ progress: { queued: 0, confirmed: 3, failed: 0 }, state: 'done', anchored: 3, revoked: 1, deployed: 1 },
      ...{ sent: 5, open: 0, completed: 1, listed: 3, jobs: [] },
    })
    for (const when of ['before', 'after'] as const)
      for (let nth = 1; nth <= calm.count; nth++) {
        const { facts } = await live(nth, when)
        expect({ nth, when, facts }).toEqual({ nth, when, facts: calm.facts })
        for (const app of open.splice(0)) await app.close()
      }
  }, 240_000)
})

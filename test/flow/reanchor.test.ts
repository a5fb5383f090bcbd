/** A chain dies: everything moves to another one, on two real nodes. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { publishedAccounts } from '../../src/actions/accounts.ts'
import { createBatch, revokeBatch } from '../../src/actions/batches.ts'
import { correctCertificate, readCertificate, revokeCertificate } from '../../src/actions/certificates.ts'
import { credentialFile } from '../../src/actions/certificates-public.ts'
import { readDidDocument } from '../../src/actions/identity.ts'
import { orderMove, reportMove } from '../../src/actions/reanchors.ts'
import { readRootsList } from '../../src/actions/roots.ts'
import { remoteChain } from '../../src/chain/chains.ts'
import { caip10 } from '../../src/domain/did.ts'
import { decodeRevoke } from '../../src/domain/registry.ts'
import { readRoots } from '../../src/domain/roots.ts'
import { verifyRoots } from '../../src/domain/roots-sign.ts'
import { verifyCredential } from '../../src/domain/verify.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { DEVELOPMENT_KEYS, startAnvil, type Anvil } from '../kit/anvil.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'
import { ManualClock } from '../kit/clock.ts'
import { LOCAL_NETWORK } from '../kit/real-node.ts'

const FROM = { ...LOCAL_NETWORK, name: 'dying', chainId: 31_337, confirmations: 1 }
const TO = { ...LOCAL_NETWORK, name: 'fresh', chainId: 31_338, confirmations: 1 }
const MOVE = { from: 'dying', to: 'fresh' }

let dying: Anvil
let fresh: Anvil
let app: TestAppliance
let dead = false
beforeAll(async () => {
  ;[dying, fresh] = await Promise.all([startAnvil({ chainId: FROM.chainId }), startAnvil({ chainId: TO.chainId })])
  app = await startTestAppliance({
    clock: new ManualClock(Date.now()),
    networks: [FROM, TO],
    chains: (account, clock) => [
      remoteChain(FROM, [dying.url], account, clock),
      remoteChain(TO, [fresh.url], account, clock),
    ],
    key: DEVELOPMENT_KEYS[0],
  })
})
afterAll(async () => {
  await app.close()
  await fresh.stop()
  if (!dead) await dying.stop()
})

async function settle(rounds = 14) {
  for (let round = 0; round < rounds; round++) {
    await runDue(app.context)
    for (const node of dead ? [fresh] : [dying, fresh]) await node.request('anvil_mine', ['0x1'])
    app.clock.advance(3_000)
  }
}
const rows = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    ...{ name: `Person ${number}`, email: `p${number}@example.org` },
    fields: { course_name: 'Course', completion_date: '2026-03-01' },
  }))

/** By a stranger who has the file, the issuer's list, and the new chain alone. */
async function verdictOf(file: string, options: { roots?: unknown[] } = {}) {
  const { overall, checks, facts } = await verifyCredential(file, {
    ...{ hash: serverHash, signatures: serverVerifier, now: app.clock.now() + 86_400_000, ...options },
    rpc: { [TO.chainId]: (method, params) => fresh.request(method, params) },
    resolveDid: async () => readDidDocument(app.context, publishedAccounts(await app.store.accounts.all())),
  })
  return { overall, facts, codes: checks.filter(({ result }) => result !== 'pass').map(({ code }) => code) }
}
const fileOf = async (id: string) => JSON.stringify(await credentialFile(app.context, id))
const transactionsOf = async (network: string, kind: string) =>
  (await app.store.transactions.list({ limit: 500 })).filter((each) => each.network === network && each.kind === kind)

describe('a chain dies', () => {
  const ids = { good: '', corrected: '', revoked: '', late: '' }
  const files: Record<string, string> = {}
  let batchId = ''

  test('before: certificates in several trees, one corrected, one revoked, a batch', async () => {
    const template = await app.template(app.live, { network: 'dying' })
    await app.issue(template).catch(() => {}) // asks for the registry
    await settle()
    for (const name of ['good', 'corrected', 'revoked', 'late'] as const) {
      ids[name] = (await app.issue(template)).certificate.id
      await settle()
      files[name] = await fileOf(ids[name])
    }
    const change = { recipient: { name: 'Corrected' }, fields: {}, issuedOn: null, metadata: undefined }
    const correction = { ...change, expiresAt: undefined, reason: 'misspelt', notify: false }
    await correctCertificate(app.context, app.live, ids.corrected, correction)
    await revokeCertificate(app.context, app.live, ids.revoked, { reason: null, notify: false })
    const command = { templateId: template, rows: rows(12), notify: false, hold: null, network: null, source: 'api' }
    batchId = (await createBatch(app.context, app.live, command)).id
    await settle()
    expect((await readCertificate(app.context, app.live, ids.corrected)).certificate.version).toBe(2)
    expect(await app.store.revocations.openCount()).toBe(0)
  })

  test('without a list the new chain says nothing about an old file', async () => {
    const roots = await readRootsList(app.context)
    expect(readRoots(roots).roots).toEqual([])
    expect((await verdictOf(files.good!, { roots: [roots] })).overall).toBe('unknown')
  })

  test('a report says what there is to move, and orders nothing', async () => {
    const { live } = app
    expect(await reportMove(app.context, MOVE)).toMatchObject({
      ...{ order: undefined, roots: 6, missing: 6, revocations: 2, transactions: 7, confirmed: 0, failed: 0 },
    })
    expect(await app.store.reanchors.all()).toEqual([])
    expect(live.partition).toBe('live')
  })

  test('every root is anchored once more, in one transaction each, after a registry was deployed', async () => {
    await dying.stop()
    dead = true
    const ordered = await orderMove(app.context, 'cli', MOVE)
    expect(ordered).toMatchObject({ changed: true, missing: 6 })
    let heldBack = 0
    for (let round = 0; round < 30; round++) {
      await settle(1)
      // No list ever leads to a place where what is revoked does not show yet.
      const roots = await readRootsList(app.context)
      expect((await verdictOf(files.revoked!, { roots: [roots] })).overall).not.toBe('valid')
      const order = (await app.store.reanchors.all())[0]!
      if ((await app.store.reanchors.progress(order.id)).confirmed > readRoots(roots).roots.length) heldBack++
    }
    expect(heldBack).toBeGreaterThan(0) // the control: there was such a moment
    const sent = await transactionsOf('fresh', 'reanchor')
    expect(sent.map(({ state }) => state)).toEqual(Array(6).fill('final'))
    expect((await transactionsOf('fresh', 'deploy')).length).toBe(1)
    const order = (await app.store.reanchors.find(ordered.order!.id))!
    expect(order.state).toBe('done')
    expect(await app.store.reanchors.progress(order.id)).toEqual({ queued: 0, confirmed: 6, failed: 0 })
    const types = (await app.store.events.after(app.live, 0, 500)).map(({ type }) => type)
    expect(types.filter((type) => type.startsWith('reanchor'))).toEqual(['reanchor.ordered', 'reanchor.completed'])
  })

  test('old files verify on the new chain by the signed list, byte for byte as they were', async () => {
    const roots = await readRootsList(app.context)
    expect(await fileOf(ids.good)).toBe(files.good!)
    expect(await verdictOf(files.good!, { roots: [roots] })).toMatchObject({ overall: 'valid', codes: [] })
    expect((await verdictOf(files.good!)).overall).toBe('unknown') // the list is what leads there
    const registry = (await app.store.registries.of('fresh', 'live', app.context.appliance.dids.live))!
    const { facts } = await verdictOf(files.good!, { roots: [roots] })
    expect(facts.anchoredIn).toBe(caip10(TO.chainId, registry.address!).toLowerCase())
    const forged = JSON.stringify({ ...JSON.parse(roots), updated: '2030-01-01T00:00:00Z' })
    expect((await verdictOf(files.good!, { roots: [forged] })).overall).toBe('unknown')
  })

  test('what was revoked or replaced before is so on the new chain', async () => {
    const roots = [await readRootsList(app.context)]
    expect((await verdictOf(files.revoked!, { roots })).codes).toContain('revoked')
    expect((await verdictOf(files.corrected!, { roots })).codes).toContain('superseded')
    expect((await verdictOf(await fileOf(ids.corrected), { roots })).overall).toBe('valid')
  })

  test('a revocation made after the death reaches the new chain', async () => {
    const { [MOVE.from]: before = 0 } = await openByNetwork()
    await revokeCertificate(app.context, app.live, ids.late, { reason: 'late', notify: false })
    await settle()
    expect((await verdictOf(files.late!, { roots: [await readRootsList(app.context)] })).codes).toContain('revoked')
    // The dead one keeps waiting for its own.
    expect(await openByNetwork()).toEqual({ [MOVE.from]: before + 1 })
  })

  test('a whole batch is one entry there too', async () => {
    const before = await transactionsOf('fresh', 'revoke')
    await revokeBatch(app.context, app.live, batchId, { reason: null, notify: false })
    await settle()
    const sent = (await transactionsOf('fresh', 'revoke')).slice(0, -before.length)
    expect(sent.map(({ data, state }) => [decodeRevoke(data)!.ids.length, state])).toEqual([[1, 'final']])
    const [first] = await app.store.certificates.idsOfBatch(batchId)
    const verdict = await verdictOf(await fileOf(first!), { roots: [await readRootsList(app.context)] })
    expect(verdict.codes).toContain('revoked')
  })

  test('asked again it says that everything is there and sends nothing', async () => {
    const before = (await app.store.transactions.list({ limit: 500 })).length
    expect(await orderMove(app.context, 'cli', MOVE)).toMatchObject({ changed: false, missing: 0, confirmed: 6 })
    await settle()
    expect((await app.store.transactions.list({ limit: 500 })).length).toBe(before)
  })
})

const openByNetwork = async () =>
  Object.fromEntries((await app.store.revocations.openByNetwork()).map(({ network, count }) => [network, count]))

describe('/roots.json', () => {
  test('names both places of each root, signed by the key of the issuer', async () => {
    const text = await readRootsList(app.context)
    const list = readRoots(text)
    const did = app.context.appliance.dids.live
    const { publicKeyMultibase } = readDidDocument(app.context, []).verificationMethod.find(
      ({ type }) => type === 'Multikey',
    )!
    const trust = { issuer: did, keys: [publicKeyMultibase!], hash: serverHash, signatures: serverVerifier }
    expect(await verifyRoots(list, trust)).toBe(true)
    expect(list.roots.length).toBe(6)
    for (const { registry, also } of list.roots) {
      expect(registry).toStartWith(`eip155:${FROM.chainId}:0x`)
      expect(also.map((place) => place.registry.split(':')[1])).toEqual([String(TO.chainId)])
    }
    expect(await readRootsList(app.context)).toBe(text)
  })

  test('with a root it is that root alone; of an unknown one it is empty, and signed all the same', async () => {
    const all = readRoots(await readRootsList(app.context)).roots
    expect(readRoots(await readRootsList(app.context, all[2]!.root)).roots).toEqual([all[2]!])
    expect(readRoots(await readRootsList(app.context, 'ab'.repeat(32))).roots).toEqual([])
  })
})

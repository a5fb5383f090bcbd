/** Another registry for new certificates: those that name the old one keep it, their revocations included. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { readCertificate, revokeCertificate } from '../../src/actions/certificates.ts'
import { readVouchers } from '../../src/actions/identity.ts'
import { deployRegistry, registryProgress } from '../../src/actions/registries.ts'
import { AppError } from '../../src/domain/errors.ts'
import { checksumAddress } from '../../src/domain/hash.ts'
import { EMBEDDED_NETWORK } from '../../src/domain/networks.ts'
import { ensureRegistry } from '../../src/jobs/ensure-registry.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'

const COLD = '0x2222222222222222222222222222222222222222'

let app: TestAppliance
beforeAll(async () => {
  app = await startTestAppliance()
})
afterAll(() => app.close())
beforeEach(() => {
  app.context.givenRegistries = {}
})

const did = () => app.context.appliance.dids.live
const current = async () => (await app.store.registries.of(EMBEDDED_NETWORK, 'live', did()))!
const registryOf = async (id: string) => {
  const { version } = await readCertificate(app.context, app.live, id)
  return (await app.store.registries.find(version.registryId))!
}
/** As a start with this configuration does. */
async function startWith(contract: string | undefined) {
  app.context.givenRegistries = contract === undefined ? {} : { [EMBEDDED_NETWORK]: contract }
  const now = app.clock.now()
  const payload = { network: EMBEDDED_NETWORK, partition: 'live' as const }
  await app.store.commit({
    at: now,
    jobs: [{ kind: 'ensure-registry', ref: `${EMBEDDED_NETWORK}/live`, payload, runAt: now, standing: true }],
  })
  await app.settle()
}
/** A further registry of this chain, deployed with our account but not through the lane. */
async function deployBeside(issuer = did(), operator = app.chain.account): Promise<string> {
  const nonce = await app.chain.nonce('latest')
  const data = app.context.deployData(issuer, app.chain.account, operator)
  const signed = await app.chain.sign({ nonce, to: null, data, gas: 8_000_000, maxFee: '0', tip: '0', legacy: false })
  await app.chain.broadcast(signed.raw)
  return checksumAddress((await app.chain.receipt(signed.hash))!.contractAddress!)
}
const ensureFails = async (contract: string) => {
  const said: string[] = []
  const { log } = app.context
  app.context.log = { ...log, error: (_fields, message) => void said.push(message) }
  app.context.givenRegistries = { [EMBEDDED_NETWORK]: contract }
  const now = app.clock.now()
  const payload = { network: EMBEDDED_NETWORK, partition: 'live' as const }
  await app.store.commit({
    at: now,
    jobs: [{ kind: 'ensure-registry', ref: `${EMBEDDED_NETWORK}/live`, payload, runAt: now, standing: true }],
  })
  await runDue(app.context)
  app.context.log = log
  await startWith(undefined) // the job is at rest again
  return said.join('\n')
}

describe('a configured contract', () => {
  test('that differs is adopted for new certificates; a certificate of before is revoked where it was anchored', async () => {
    const template = await app.template()
    const before = (await app.issue(template)).certificate.id
    await app.settle()
    const old = await current()
    const address = await deployBeside()
    await startWith(address.toLowerCase())
    expect(await current()).toMatchObject({ address, retiredAt: null })
    const after = (await app.issue(template)).certificate.id
    await app.settle()
    expect((await registryOf(before)).address).toBe(old.address)
    expect((await registryOf(after)).address).toBe(address)
    for (const id of [before, after]) {
      expect((await readCertificate(app.context, app.live, id)).certificate.status).toBe('issued')
      await revokeCertificate(app.context, app.live, id, { reason: null, notify: false })
    }
    await app.settle()
    for (const [id, where] of [
      [before, old.address!],
      [after, address],
    ] as const) {
      const { version } = await readCertificate(app.context, app.live, id)
      expect((await app.chain.revocation(where, version.leaf)).time).toBeGreaterThan(0)
    }
    const { issuers } = await readVouchers(app.context)
    expect(issuers[0]!.registries.map((id) => id.toLowerCase())).toEqual(
      expect.arrayContaining([old.address!, address].map((one) => expect.stringContaining(one.toLowerCase()))),
    )
    const [event] = (await app.store.events.after(undefined, 0, 500)).filter(({ type }) => type === 'registry.changed')
    expect(event!.data).toMatchObject({ address, before: old.address })
  })

  test('that is named again, or no longer named, changes nothing', async () => {
    const rows = await app.store.registries.all()
    await startWith((await current()).address!)
    await startWith(undefined)
    expect(await app.store.registries.all()).toEqual(rows)
  })

  test('that was used before is current again, in its old row', async () => {
    const first = (await app.store.registries.all()).find(
      ({ retiredAt, partition }) => retiredAt !== null && partition === 'live',
    )!
    const count = (await app.store.registries.all()).length
    await startWith(first.address!)
    expect(await current()).toMatchObject({ id: first.id, address: first.address, readyAt: first.readyAt })
    expect(await app.store.registries.all()).toHaveLength(count)
  })

  test('that cannot be used is refused with the reason, and new certificates keep the stored one', async () => {
    const { address } = await current()
    expect(await ensureFails(await deployBeside('did:web:else.example'))).toContain(
      'it belongs to did:web:else.example',
    )
    expect(await ensureFails(await deployBeside(did(), COLD))).toContain('may not anchor in it')
    expect(await ensureFails(COLD)).toContain('there is no contract at this address')
    expect((await current()).address).toBe(address)
  })
})

test('a tree that was begun for the old registry goes there, although another is current by then', async () => {
  const template = await app.template()
  const old = await current()
  const waiting = (await app.issue(template)).certificate.id // its lane has not been driven
  app.context.givenRegistries = { [EMBEDDED_NETWORK]: await deployBeside() }
  await startWith(app.context.givenRegistries[EMBEDDED_NETWORK])
  const next = (await app.issue(template)).certificate.id
  await app.settle()
  expect((await current()).id).not.toBe(old.id)
  expect((await registryOf(waiting)).id).toBe(old.id)
  for (const id of [waiting, next]) {
    const { certificate, version } = await readCertificate(app.context, app.live, id)
    const anchor = (await app.store.anchors.find(version.anchorId!))!
    expect([certificate.status, anchor.registryId]).toEqual(['issued', version.registryId])
  }
})

test('a deployment that was cancelled is begun anew by a person, not by the program', async () => {
  const plan = { network: 'other', chainId: 77, account: app.chain.account, partition: 'live' as const, data: '0x00' }
  const [first, meanwhile] = await Promise.all([deployRegistry(app.context, plan), deployRegistry(app.context, plan)])
  expect(meanwhile).toMatchObject({
    state: 'deploying',
    registry: { id: (first as { registry: { id: string } }).registry.id },
  })
  expect((await app.store.transactions.list({ limit: 500 })).filter(({ network }) => network === 'other')).toHaveLength(
    1,
  )
  if (first.state !== 'deploying') throw new Error(first.state)
  expect(await deployRegistry(app.context, plan)).toMatchObject({
    state: 'deploying',
    transaction: { id: first.transaction!.id },
  })
  // As the lane settles it: the deployment has ended, and the row waits for another.
  const [transaction, registry] = [
    (await app.store.transactions.find(first.transaction!.id))!,
    (await app.store.registries.find(first.registry.id))!,
  ]
  await app.store.commit({
    at: app.clock.now(),
    puts: [
      { entity: 'transaction', row: { ...transaction, state: 'cancelled', finalAt: app.clock.now() } },
      { entity: 'registry', row: { ...registry, transactionId: null } },
    ],
  })
  expect(await registryProgress(app.context, 'other', 'live')).toMatchObject({
    state: 'failed',
    transaction: { state: 'cancelled' },
  })
  const chains = app.context.chains
  app.context.chains = { ...chains, get: () => app.chain }
  const job = { id: 'j', ref: 'r', attempt: 1, wakes: 0, failures: 0, kind: 'ensure-registry' as const }
  const refusal = await ensureRegistry(app.context, { ...job, payload: { network: 'other', partition: 'live' } }).catch(
    (error: unknown) => error,
  )
  app.context.chains = chains
  expect(refusal).toBeInstanceOf(AppError)
  expect((refusal as AppError).message).toContain('was cancelled; "testamur chain deploy --network other" tries again')
  app.clock.advance(1)
  const second = await deployRegistry(app.context, plan)
  expect(second).toMatchObject({ state: 'deploying', registry: { id: registry.id } })
  expect((second as typeof first).transaction!.id).not.toBe(transaction.id)
})

test('the configured owner owns what is deployed', async () => {
  const cold = await startTestAppliance()
  try {
    cold.context.registryOwners = { [EMBEDDED_NETWORK]: COLD }
    Object.assign(cold.context.appliance.dids, { live: 'did:web:elsewhere.example' })
    const now = cold.clock.now()
    const payload = { network: EMBEDDED_NETWORK, partition: 'live' as const }
    await cold.store.commit({
      at: now,
      jobs: [{ kind: 'ensure-registry', ref: 'again', payload, runAt: now, standing: true }],
    })
    await cold.settle()
    const { address } = (await cold.store.registries.of(EMBEDDED_NETWORK, 'live', 'did:web:elsewhere.example'))!
    expect(await cold.chain.registryFacts(address!)).toMatchObject({ owner: COLD, permissions: 3 })
  } finally {
    await cold.close()
  }
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { credentialFile } from '../../src/actions/certificates-public.ts'
import { readCertificate, revokeCertificate } from '../../src/actions/certificates.ts'
import { readVouchers } from '../../src/actions/identity.ts'
import { remoteChain } from '../../src/chain/chains.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { Network } from '../../src/domain/networks.ts'
import { verifyCredential } from '../../src/domain/verify.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { DEVELOPMENT_KEYS, startAnvil, type Anvil } from '../kit/anvil.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'
import { ManualClock } from '../kit/clock.ts'

const CHAIN_ID = 31_337
const network: Network = {
  name: 'local',
  title: 'Local node',
  chainId: CHAIN_ID,
  token: 'ETH',
  explorerUrl: 'https://explorer.example.org',
  confirmations: 3,
  finalityTag: false,
  legacyFees: false,
  minTipGwei: 0,
  maxFeeGwei: 200,
  testnet: true,
  bumpAfterSeconds: 60,
  dailyBudget: 0,
  lowBalance: 50,
  warning: '',
}

let anvil: Anvil
let app: TestAppliance
/** Between us and the node; answers 503 while the node is away. */
let away = false
let door: ReturnType<typeof Bun.serve>
beforeAll(async () => {
  anvil = await startAnvil({ chainId: CHAIN_ID })
  door = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) =>
      away
        ? new Response('away', { status: 503 })
        : fetch(anvil.url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: await request.text(),
          }),
  })
  app = await startTestAppliance({
    clock: new ManualClock(Date.now()),
    networks: [network],
    chains: (account, clock) => [remoteChain(network, [door.url.href], account, clock)],
    key: DEVELOPMENT_KEYS[0]!.replace(/^0x/, ''),
  })
})
afterAll(async () => {
  await app.close()
  await door.stop(true)
  await anvil.stop()
})

/** Jobs, blocks and time until nothing moves any more. */
async function settle() {
  for (let round = 0; round < 12; round++) {
    await runDue(app.context)
    await anvil.request('anvil_mine', ['0x1'])
    app.clock.advance(3_000)
  }
}
const status = async (id: string) => (await readCertificate(app.context, app.live, id)).certificate.status
const verdictOf = async (file: unknown) =>
  verifyCredential(JSON.stringify(file), {
    hash: serverHash,
    signatures: serverVerifier,
    now: app.clock.now() + 86_400_000,
    rpc: { [CHAIN_ID]: (method, params) => anvil.request(method, params) },
    knownIssuers: (await readVouchers(app.context)).issuers,
    minConfirmations: 3,
  })

describe('on a real node, by the same code as on the embedded chain', () => {
  test('nothing is issued before the registry is final; the first request asks for it', async () => {
    const template = await app.template(app.live, { network: 'local' })
    const first = await app.issue(template).catch((error: unknown) => error)
    expect(first).toBeInstanceOf(AppError)
    expect((first as AppError).code).toBe('chain_not_ready')
    await settle()
    const { certificate } = await app.issue(template)
    expect(certificate).toMatchObject({ network: 'local', status: 'pending' })
  })

  test('a certificate is issued only when its transaction is three blocks deep, and verifies against the node', async () => {
    const { certificate } = await app.issue(await app.template(app.live, { network: 'local' }))
    for (let round = 0; round < 4; round++) {
      await runDue(app.context)
      app.clock.advance(2_000)
    }
    expect(await status(certificate.id)).toBe('pending') // mined by the node at once, but not deep
    await settle()
    expect(await status(certificate.id)).toBe('issued')
    const verdict = await verdictOf(await credentialFile(app.context, certificate.id))
    expect(verdict.checks.filter(({ result }) => result !== 'pass')).toEqual([])
    expect(verdict.facts.chainId).toBe(CHAIN_ID)
  })

  test('a revocation reaches the chain', async () => {
    const { certificate } = await app.issue(await app.template(app.live, { network: 'local' }))
    await settle()
    await revokeCertificate(app.context, app.live, certificate.id, { reason: null, notify: false })
    await settle()
    const verdict = await verdictOf(await credentialFile(app.context, certificate.id))
    expect(verdict.checks.map(({ code }) => code)).toContain('revoked')
  })

  test('while the node is away certificates are accepted, and anchored in one transaction when it is back', async () => {
    const template = await app.template(app.live, { network: 'local' })
    const before = await app.store.transactions.list({ limit: 500 })
    away = true
    const issued = await Promise.all(Array.from({ length: 20 }, () => app.issue(template)))
    for (let round = 0; round < 5; round++) {
      await runDue(app.context)
      app.clock.advance(5_000)
    }
    expect(await status(issued[0]!.certificate.id)).toBe('pending')
    away = false
    app.clock.advance(120_000)
    await settle()
    for (const { certificate } of issued) expect(await status(certificate.id)).toBe('issued')
    expect((await app.store.transactions.list({ limit: 500 })).length - before.length).toBe(1)
  })
})

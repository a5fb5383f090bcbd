import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { credentialFile } from '../../src/actions/certificates-public.ts'
import { readCertificate, revokeCertificate } from '../../src/actions/certificates.ts'
import { readVouchers } from '../../src/actions/identity.ts'
import { AppError } from '../../src/domain/errors.ts'
import { verifyCredential } from '../../src/domain/verify.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { LOCAL_CHAIN_ID, startRealNode, type RealNode } from '../kit/real-node.ts'

let node: RealNode
let app: RealNode['app']
beforeAll(async () => {
  node = await startRealNode()
  app = node.app
})
afterAll(() => node.close())

const settle = () => node.settle()
const status = async (id: string) => (await readCertificate(app.context, app.live, id)).certificate.status
const verdictOf = async (file: unknown) =>
  verifyCredential(JSON.stringify(file), {
    hash: serverHash,
    signatures: serverVerifier,
    now: app.clock.now() + 86_400_000,
    rpc: { [LOCAL_CHAIN_ID]: (method, params) => node.anvil.request(method, params) },
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
    expect(verdict.facts.chainId).toBe(LOCAL_CHAIN_ID)
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
    node.door.shut = true
    const issued = await Promise.all(Array.from({ length: 20 }, () => app.issue(template)))
    for (let round = 0; round < 5; round++) {
      await runDue(app.context)
      app.clock.advance(5_000)
    }
    expect(await status(issued[0]!.certificate.id)).toBe('pending')
    node.door.shut = false
    app.clock.advance(120_000)
    await settle()
    for (const { certificate } of issued) expect(await status(certificate.id)).toBe('issued')
    expect((await app.store.transactions.list({ limit: 500 })).length - before.length).toBe(1)
  })
})

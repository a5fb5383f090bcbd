import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { credentialFile, publicCertificate } from '../../src/actions/certificates-public.ts'
import { readCertificate, revokeCertificate, correctCertificate } from '../../src/actions/certificates.ts'
import { readVouchers } from '../../src/actions/identity.ts'
import { verifyCredential } from '../../src/domain/verify.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'

let app: TestAppliance
beforeAll(async () => {
  app = await startTestAppliance()
})
afterAll(() => app.close())

async function verdictOf(file: unknown) {
  const { issuers } = await readVouchers(app.context)
  return verifyCredential(JSON.stringify(file), {
    hash: serverHash,
    signatures: serverVerifier,
    now: app.clock.now() + 60_000,
    rpc: { [EMBEDDED_CHAIN_ID]: (method, params) => app.node.request(method, params) },
    knownIssuers: issuers,
  })
}

describe('one certificate goes the whole way', () => {
  test('issued, anchored, mailed, verified', async () => {
    const template = await app.template()
    const { certificate } = await app.issue(template)
    expect(certificate.status).toBe('pending')
    await app.settle()
    const read = await readCertificate(app.context, app.live, certificate.id)
    expect(read.certificate.status).toBe('issued')
    const verdict = await verdictOf(await credentialFile(app.context, certificate.id))
    expect(verdict.checks.filter(({ result }) => result !== 'pass')).toEqual([])
    expect(verdict.overall).toBe('valid')
    const [mail] = await app.store.mails.list(app.live, { certificateId: certificate.id }, { limit: 10 })
    expect(mail?.status).toBe('captured')
    expect(mail?.text).toContain(`https://certs.example.edu/${certificate.id}`)
  })

  test('a revoked certificate says so on the chain, with its date', async () => {
    const { certificate } = await app.issue(await app.template())
    await app.settle()
    const file = await credentialFile(app.context, certificate.id)
    await revokeCertificate(app.context, app.live, certificate.id, { reason: 'issued in error', notify: true })
    await app.settle()
    const verdict = await verdictOf(file)
    expect(verdict.overall).toBe('invalid')
    expect(verdict.checks.map(({ code }) => code)).toContain('revoked')
    expect((await publicCertificate(app.context, certificate.id)).state).toBe('revoked')
  })

  test('a correction replaces the version under the same id; the old file is authentic but replaced', async () => {
    const { certificate } = await app.issue(await app.template())
    await app.settle()
    const before = await credentialFile(app.context, certificate.id)
    const correction = {
      recipient: { name: 'Maria Anderssen' },
      fields: {},
      issuedOn: null,
      expiresAt: undefined,
      metadata: undefined,
    }
    await correctCertificate(app.context, app.live, certificate.id, { ...correction, reason: 'misspelt', notify: true })
    await app.settle()
    const after = await credentialFile(app.context, certificate.id)
    expect((await verdictOf(after)).overall).toBe('valid')
    const old = await verdictOf(before)
    expect(old.intact).toBe('pass')
    expect(old.checks.map(({ code }) => code)).toContain('superseded')
    const { version } = await readCertificate(app.context, app.live, certificate.id)
    expect(version).toMatchObject({ version: 2, recipientName: 'Maria Anderssen' })
  })
})

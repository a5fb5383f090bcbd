import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  readCertificate,
  releaseCertificate,
  retryCertificate,
  withdrawCertificate,
} from '../../src/actions/certificates.ts'
import { credentialFile } from '../../src/actions/certificates-public.ts'
import { AppError } from '../../src/domain/errors.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'

let app: TestAppliance
beforeAll(async () => {
  app = await startTestAppliance()
})
afterAll(() => app.close())

const statusOf = async (id: string) => (await readCertificate(app.context, app.live, id)).certificate.status
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

describe('a held certificate', () => {
  test('is neither anchored nor mailed before its time, and is afterwards', async () => {
    const { certificate } = await app.issue(await app.template(), { hold: 10 })
    await app.settle()
    expect(await statusOf(certificate.id)).toBe('held')
    expect(await app.store.mails.list(app.live, { certificateId: certificate.id }, { limit: 10 })).toEqual([])
    app.clock.advance(10 * 60_000)
    await app.settle()
    expect(await statusOf(certificate.id)).toBe('issued')
  })

  test('can be withdrawn, which frees its unique key and leaves nothing to see', async () => {
    const template = await app.template(app.live, { unique_by: ['recipient.email'] })
    const { certificate } = await app.issue(template, { hold: true })
    expect(await codeOf(app.issue(template))).toBe('already_issued')
    await withdrawCertificate(app.context, app.live, certificate.id)
    expect(await statusOf(certificate.id)).toBe('withdrawn')
    expect(await codeOf(credentialFile(app.context, certificate.id))).toBe('certificate_not_found')
    await app.issue(template)
    await app.settle()
    expect(await statusOf(certificate.id)).toBe('withdrawn')
  })

  test('that is held without end waits for its release', async () => {
    const { certificate } = await app.issue(await app.template(), { hold: true })
    app.clock.advance(365 * 86_400_000)
    await app.settle()
    expect(await statusOf(certificate.id)).toBe('held')
    await releaseCertificate(app.context, app.live, certificate.id)
    await app.settle()
    expect(await statusOf(certificate.id)).toBe('issued')
  })

  test('cannot be withdrawn once it stands in a tree', async () => {
    const { certificate } = await app.issue(await app.template(), { hold: 1 })
    app.clock.advance(60_000)
    await app.settle()
    expect(await codeOf(withdrawCertificate(app.context, app.live, certificate.id))).toBe('not_held')
  })

  test('is either withdrawn or anchored when both happen at the same moment, never both', async () => {
    const template = await app.template()
    for (let round = 0; round < 10; round++) {
      const { certificate } = await app.issue(template, { hold: 1 })
      app.clock.advance(60_000)
      const [outcome] = await Promise.all([
        codeOf(withdrawCertificate(app.context, app.live, certificate.id)),
        app.settle(),
      ])
      await app.settle()
      const { version } = await readCertificate(app.context, app.live, certificate.id)
      expect(await statusOf(certificate.id)).toBe(outcome === 'done' ? 'withdrawn' : 'issued')
      expect(version.anchorId === null).toBe(outcome === 'done')
    }
  })

  test('is not retried: only what failed is', async () => {
    const { certificate } = await app.issue(await app.template(), { hold: true })
    expect(await codeOf(retryCertificate(app.context, app.live, certificate.id))).toBe('changed_meanwhile')
  })
})

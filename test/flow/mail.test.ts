import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { MAIL_ATTEMPTS } from '../../src/domain/mails-retry.ts'
import { MailRefused, MailUnavailable } from '../../src/domain/ports.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'

let app: TestAppliance
beforeEach(async () => {
  app = await startTestAppliance()
  app.mailer.configured = true
})
afterEach(() => app.close())

const onlyMail = async () => (await app.store.mails.list(app.live, {}, { limit: 10 }))[0]!

describe('the mail of a certificate', () => {
  test('goes to the recipient once, with the link to the page', async () => {
    const { certificate } = await app.issue(await app.template())
    await app.settle()
    expect(app.mailer.sent).toHaveLength(1)
    expect(app.mailer.sent[0]).toMatchObject({ to: { name: 'Maria Andersson', address: 'maria@example.org' } })
    expect(app.mailer.sent[0]!.html).toContain(`https://certs.example.edu/${certificate.id}`)
    expect(await onlyMail()).toMatchObject({ status: 'sent', attempts: 1 })
  })

  test('is not sent when the client asks for silence', async () => {
    await app.issue(await app.template(), { notify: false })
    await app.settle()
    expect(app.mailer.sent).toEqual([])
  })

  test('never leaves the sandbox', async () => {
    await app.issue(await app.template(app.sandbox), {}, app.sandbox)
    await app.settle()
    expect(app.mailer.sent).toEqual([])
    expect((await app.store.mails.list(app.sandbox, {}, { limit: 10 }))[0]).toMatchObject({ status: 'captured' })
  })

  test('a relay that is away never holds up issuing, and gets the mail when it is back, under one Message-ID', async () => {
    app.mailer.failure = new MailUnavailable('the relay does not answer')
    const { certificate } = await app.issue(await app.template())
    await app.settle()
    expect((await app.store.certificates.find(app.live, certificate.id))!.certificate.status).toBe('issued')
    const waiting = await onlyMail()
    expect(waiting).toMatchObject({ status: 'queued', attempts: 1, lastError: 'the relay does not answer' })
    app.mailer.failure = undefined
    await app.settle()
    expect(app.mailer.sent).toEqual([]) // not before the schedule says so
    app.clock.advance(2 * 60_000)
    await app.settle()
    expect(app.mailer.sent.map(({ messageId }) => messageId)).toEqual([waiting.messageId])
  })

  test('is given up after two days of failures, and says why', async () => {
    app.mailer.failure = new MailUnavailable('451 try later')
    await app.issue(await app.template())
    for (let attempt = 0; attempt <= MAIL_ATTEMPTS; attempt++) {
      await app.settle()
      app.clock.advance(9 * 3_600_000)
    }
    expect(await onlyMail()).toMatchObject({ status: 'failed', attempts: MAIL_ATTEMPTS, lastError: '451 try later' })
  })

  test('that the relay refuses for good is not tried again', async () => {
    app.mailer.failure = new MailRefused('550 no such user')
    await app.issue(await app.template())
    await app.settle()
    app.mailer.failure = undefined
    app.clock.advance(86_400_000)
    await app.settle()
    expect(app.mailer.sent).toEqual([])
    expect(await onlyMail()).toMatchObject({ status: 'failed', lastError: '550 no such user' })
  })
})

import { describe, expect, test } from 'bun:test'
import { newLinkMail, newMistakeMail, newTestMail } from '../../src/domain/mails-decide.ts'
import type { Mail } from '../../src/domain/mails.ts'

const origin = {
  now: 1_772_500_000_000,
  random: (size: number) => new Uint8Array(size).fill(7),
  mailDomain: 'c.example',
}
const certificate = { id: 'cert_1', partition: 'live' } as const
const version = { version: 2, recipientName: 'Åsa', recipientEmail: 'asa@example.org' }
const rowOf = (commit: { puts: Array<{ row: object }> } | null) => commit!.puts[0]!.row as Mail

describe('the link again', () => {
  test('goes to the address on file, as one row and one job', () => {
    const commit = newLinkMail(certificate, version, origin)!
    const mail = rowOf(commit)
    expect(mail).toMatchObject({ kind: 'link', certificateId: 'cert_1', version: 2, toAddress: 'asa@example.org' })
    expect(mail).toMatchObject({ status: 'queued', attempts: 0, subject: null, messageId: `${mail.id}@c.example` })
    expect(commit.jobs).toEqual([{ kind: 'send-mail', ref: mail.id, payload: { mailId: mail.id }, runAt: origin.now }])
  })

  test('goes nowhere when no address is on file any more', () => {
    expect(newLinkMail(certificate, { ...version, recipientEmail: null }, origin)).toBeNull()
  })
})

describe('a report of a mistake', () => {
  const report = { message: 'My name is Åse.', from: 'ase@example.org' }

  test('goes to the issuer and to nobody else, with what was written', () => {
    const mail = rowOf(
      newMistakeMail(certificate, version, report, { name: 'School', email: 'office@s.example' }, origin),
    )
    expect(mail).toMatchObject({ kind: 'mistake', toName: 'School', toAddress: 'office@s.example', report })
    expect(mail).toMatchObject({ certificateId: 'cert_1', version: 2 })
  })

  test('goes nowhere when the issuer named no address', () => {
    expect(newMistakeMail(certificate, version, report, { name: 'School', email: '' }, origin)).toBeNull()
  })
})

test('a test mail is about no certificate', () => {
  const sample = { templateId: 'tmpl_1', version: 3, language: 'sv', kind: 'issued' } as const
  const { mail, commit } = newTestMail('test', 'me@example.org', sample, origin)
  expect(mail).toMatchObject({ kind: 'test', partition: 'test', certificateId: null, version: null, sample })
  expect(commit.jobs).toHaveLength(1)
})

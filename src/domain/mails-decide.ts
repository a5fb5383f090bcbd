/** Which mails come into being. Composed and addressed when they are sent; here is decided that, to whom and about what. */
import type { Certificate, CertificateVersion } from './certificates.ts'
import { fresh, type Commit } from './commit.ts'
import { newTimedId, type Random } from './ids.ts'
import type { Mail, MailSample, MistakeReport } from './mails.ts'
import type { MailKind } from './mails-texts.ts'
import type { Partition } from './scopes.ts'

/** Where a mail comes into being: the moment, chance, and the right side of our Message-IDs. */
export interface MailOrigin {
  now: number
  random: Random
  mailDomain: string
}
/** A row and its job, to be put into a Commit. */
export type QueuedMail = Required<Pick<Commit, 'puts' | 'jobs'>>

type About = Pick<Certificate, 'id' | 'partition'>
type Recipient = Pick<CertificateVersion, 'version' | 'recipientName' | 'recipientEmail'>

/** The Message-ID is fixed here, so that a mail sent twice can be told. */
export const newMail = (
  { id, partition }: About,
  { version, recipientName, recipientEmail }: Recipient,
  kind: MailKind,
  now: number,
  random: Random,
  mailDomain: string,
): Mail => ({
  ...blankMail(partition, { now, random, mailDomain }),
  certificateId: id,
  version,
  kind,
  toName: recipientName,
  toAddress: recipientEmail,
})

/**
 * "E-mail me my link": goes to the address on file and to no other, whatever the visitor typed. Null when the
 * certificate has no address any more; a visitor is told the same in either case.
 */
export function newLinkMail(certificate: About, version: Recipient, origin: MailOrigin): QueuedMail | null {
  if (version.recipientEmail === null) return null
  const { now, random, mailDomain } = origin
  return queued(newMail(certificate, version, 'link', now, random, mailDomain), now)
}

/** "Report a mistake": to the issuer, with the reporter's address for the answer. Null when the issuer has no address. */
export function newMistakeMail(
  { id, partition }: About,
  { version }: Pick<CertificateVersion, 'version'>,
  report: MistakeReport,
  issuer: { name: string; email: string },
  origin: MailOrigin,
): QueuedMail | null {
  if (issuer.email === '') return null
  const mail: Mail = {
    ...blankMail(partition, origin),
    certificateId: id,
    version,
    kind: 'mistake',
    toName: issuer.name,
    toAddress: issuer.email,
    report,
  }
  return queued(mail, origin.now)
}

/** A template's mail with invented data, to whoever tries it. About no certificate, so it tells of none. */
export function newTestMail(
  partition: Partition,
  to: string,
  sample: MailSample,
  origin: MailOrigin,
): { mail: Mail; commit: QueuedMail } {
  const mail: Mail = { ...blankMail(partition, origin), kind: 'test', toName: '', toAddress: to, sample }
  return { mail, commit: queued(mail, origin.now) }
}

/** The row and the job that sends it. */
export const queued = (mail: Mail, now: number): QueuedMail => ({
  puts: [{ entity: 'mail', row: fresh(mail) }],
  jobs: [{ kind: 'send-mail', ref: mail.id, payload: { mailId: mail.id }, runAt: now }],
})

function blankMail(partition: Partition, { now, random, mailDomain }: MailOrigin): Mail {
  const id = newTimedId('mail', now, random)
  return {
    id,
    partition,
    certificateId: null,
    version: null,
    kind: 'test',
    status: 'queued',
    toName: null,
    toAddress: null,
    subject: null,
    text: null,
    html: null,
    report: null,
    sample: null,
    attachments: null,
    messageId: `${id}@${mailDomain}`,
    attempts: 0,
    lastError: null,
    createdAt: now,
    sentAt: null,
  }
}

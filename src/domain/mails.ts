import type { MailKind } from './mails-texts.ts'
import type { Partition } from './scopes.ts'

export type MailStatus = 'queued' | 'captured' | 'sent' | 'failed' | 'bounced'

/** What tells a recipient of a change; what the `mail.status` of a certificate is about. */
export const NOTIFICATIONS = ['issued', 'updated', 'revoked'] as const

/** A part beside text and HTML. It is made when the mail is sent and again when somebody looks: never stored. */
export interface MailAttachment {
  name: string
  mediaType: string
  /** Content-ID of a picture that stands in the HTML; null for a file to keep. */
  cid: string | null
  /** Bytes; null when it was not made, because the mail was captured. */
  size: number | null
}

/** What somebody wrote on the page of a certificate. */
export interface MistakeReport {
  message: string
  /** Their address, for an answer; null when they gave none. */
  from: string | null
}

/** What a test mail shows: a template with invented data. */
export interface MailSample {
  templateId: string
  version: number
  language: string
  kind: MailKind
}

/** One mail to one address. Personal columns become null at erasure. */
export interface Mail {
  id: string
  partition: Partition
  certificateId: string | null
  version: number | null
  /** `mistake` goes to the issuer, `test` to whoever tries a template's mail, all others to the recipient. */
  kind: MailKind | 'mistake' | 'test'
  status: MailStatus
  toName: string | null
  toAddress: string | null
  subject: string | null
  text: string | null
  html: string | null
  /** Only for mistake. */
  report: MistakeReport | null
  /** Only for test. */
  sample: MailSample | null
  attachments: MailAttachment[] | null
  messageId: string
  attempts: number
  lastError: string | null
  createdAt: number
  sentAt: number | null
}

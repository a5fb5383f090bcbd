import type { Partition } from './scopes.ts'

export type MailStatus = 'queued' | 'captured' | 'sent' | 'failed' | 'bounced'

/** One mail to one recipient. Personal columns become null at erasure. */
export interface Mail {
  id: string
  partition: Partition
  certificateId: string | null
  version: number | null
  kind: 'issued' | 'updated' | 'revoked'
  status: MailStatus
  toName: string | null
  toAddress: string | null
  subject: string | null
  text: string | null
  html: string | null
  messageId: string
  attempts: number
  lastError: string | null
  createdAt: number
  sentAt: number | null
}

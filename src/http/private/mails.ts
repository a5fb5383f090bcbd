import { isoSeconds } from '../../domain/clock.ts'
import { AppError } from '../../domain/errors.ts'
import type { Mail, MailStatus } from '../../domain/mails.ts'
import { pageAnswer, pageShape, readPage } from '../pages.ts'
import { privateRoute } from '../route.ts'
import { isoOrNull } from './certificate-body.ts'

const TAG = 'Mails'

const mailBody = (mail: Mail) => ({
  id: mail.id,
  certificate_id: mail.certificateId,
  version: mail.version,
  kind: mail.kind,
  status: mail.status,
  to: mail.toAddress,
  to_name: mail.toName,
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  message_id: mail.messageId,
  attempts: mail.attempts,
  last_error: mail.lastError,
  created_at: isoSeconds(mail.createdAt),
  sent_at: isoOrNull(mail.sentAt),
})

const list = privateRoute({
  method: 'GET',
  path: '/v1/mails',
  permission: 'certificates:read',
  tag: TAG,
  summary: 'List mails',
  description: 'Newest first. Without a relay, and in the sandbox, mail is captured here instead of being sent.',
  query: {
    certificate_id: { kind: 'text', max: 60 },
    status: { kind: 'choice', of: ['queued', 'captured', 'sent', 'failed', 'bounced'] },
    ...pageShape,
  },
  answers: { 200: { description: 'One page.', schema: 'MailList' } },
  handle: async ({ context, caller, query }) => {
    const page = readPage(context.mac, 'mails', query)
    const certificateId = query.certificate_id as string | undefined
    const status = query.status as MailStatus | undefined
    const filter = { ...(certificateId ? { certificateId } : {}), ...(status ? { status } : {}) }
    const found = await context.store.mails.list(caller, filter, page)
    const { shown, pagination } = pageAnswer(context.mac, 'mails', page, found, (mail) => mail)
    return { json: { data: shown.map(mailBody), pagination } }
  },
})

const get = privateRoute({
  method: 'GET',
  path: '/v1/mails/:id',
  permission: 'certificates:read',
  tag: TAG,
  summary: 'Read a mail',
  description: 'With its text and HTML.',
  answers: { 200: { description: 'The mail.', schema: 'Mail' } },
  errors: ['mail_not_found'],
  handle: async ({ context, caller, params }) => {
    const mail = await context.store.mails.find(caller, params.id!)
    if (!mail) throw new AppError('mail_not_found')
    return { json: mailBody(mail) }
  },
})

export const mailRoutes = [list, get]

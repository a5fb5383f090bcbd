import type { PlannedMail } from '../../actions/mails-plan.ts'
import { previewMail, readMailPart, sendTestMail, type MailTrial } from '../../actions/mails.ts'
import { makeParts } from '../../actions/mails-parts.ts'
import { isoSeconds } from '../../domain/clock.ts'
import { AppError } from '../../domain/errors.ts'
import { MAIL_KINDS } from '../../domain/mails-texts.ts'
import type { Mail, MailStatus } from '../../domain/mails.ts'
import { RenderRefused, RenderUnavailable } from '../../domain/ports.ts'
import type { Shape } from '../../domain/shape.ts'
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
  attachments: (mail.attachments ?? []).map(({ name, mediaType, cid, size }) => ({
    name,
    media_type: mediaType,
    content_id: cid,
    bytes: size,
    url: `/v1/mails/${mail.id}/attachments/${name}`,
  })),
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
    kind: { kind: 'choice', of: [...MAIL_KINDS, 'mistake', 'test'] },
    ...pageShape,
  },
  answers: { 200: { description: 'One page.', schema: 'MailList' } },
  handle: async ({ context, caller, query }) => {
    const page = readPage(context.mac, 'mails', query)
    const certificateId = query.certificate_id as string | undefined
    const status = query.status as MailStatus | undefined
    const kind = query.kind as Mail['kind'] | undefined
    const filter = {
      ...(certificateId ? { certificateId } : {}),
      ...(status ? { status } : {}),
      ...(kind ? { kind } : {}),
    }
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
  description: 'With its text and HTML, and what travels with it.',
  answers: { 200: { description: 'The mail.', schema: 'Mail' } },
  errors: ['mail_not_found'],
  handle: async ({ context, caller, params }) => {
    const mail = await context.store.mails.find(caller, params.id!)
    if (!mail) throw new AppError('mail_not_found')
    return { json: mailBody(mail) }
  },
})

const attachment = privateRoute({
  method: 'GET',
  path: '/v1/mails/:id/attachments/:name',
  permission: 'certificates:read',
  tag: TAG,
  summary: 'Read what travels with a mail',
  description:
    'The picture of the certificate, the logo or the PDF. Nothing of it is stored: it is drawn again, so a certificate that was revoked since shows that.',
  answers: { 200: { description: 'The file.', type: 'application/octet-stream' } },
  errors: ['mail_not_found', 'not_found'],
  handle: async ({ context, caller, params }) => {
    // It becomes part of a header: nothing but the names we give.
    if (!/^[a-z]+\.(jpg|png|pdf)$/.test(params.name!)) throw new AppError('not_found')
    const { bytes, mediaType } = await drawn(() => readMailPart(context, caller, params.id!, params.name!))
    return {
      bytes,
      type: mediaType,
      headers: { 'Cache-Control': 'no-store', 'Content-Disposition': `inline; filename="${params.name!}"` },
    }
  },
})

const trialShape: Shape = {
  language: { kind: 'text', max: 35, doc: "The recipient's; the template's when absent.", example: 'sv' },
  kind: { kind: 'choice', of: MAIL_KINDS, doc: 'Default issued.' },
}

const preview = privateRoute({
  method: 'POST',
  path: '/v1/templates/:id/mail/preview',
  permission: 'templates',
  tag: TAG,
  summary: 'Preview the mail of a template',
  description:
    'Exactly what a recipient would get, with invented data. Pictures are data URIs in the HTML here; in the mail they travel beside it.',
  body: {
    ...trialShape,
    values: {
      kind: 'dictionary',
      of: { kind: 'text', max: 2000 },
      key: /^[a-z][a-z0-9_.]{0,79}$/,
      keys: 'merge fields such as recipient.name',
      max: 150,
      doc: 'Merge field → text, in place of the invented one.',
    },
  },
  bodyOptional: true,
  answers: { 200: { description: 'The mail.', schema: 'MailPreview' } },
  errors: ['template_not_found'],
  example: { body: { language: 'sv', values: { 'recipient.name': 'Åsa Öström' } } },
  handle: async ({ context, caller, params, body }) => {
    return { json: await shownMail(await previewMail(context, caller, params.id!, (body ?? {}) as MailTrial)) }
  },
})

/** A part that cannot be drawn is missing, as it would be in the mail. */
async function shownMail({ parts, compose }: PlannedMail) {
  const made = await makeParts(parts, compose(new Set(parts.map(({ role }) => role))))
  const { subject, text, html } = compose(new Set(made.map(({ part }) => part.role)))
  const withPictures = made.reduce((page, { part: { mediaType, shown }, bytes }) => {
    const data = () => `src="data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}"`
    return shown ? page.replace(`src="cid:${shown.cid}"`, data) : page
  }, html)
  return {
    subject,
    text,
    html: withPictures,
    attachments: made.map(({ part, bytes }) => ({
      name: part.name,
      media_type: part.mediaType,
      bytes: bytes.length,
    })),
  }
}

/** A mail that leaves the house at somebody's word goes to few addresses. */
const TEST_MAILS_PER_HOUR = 10

const test = privateRoute({
  method: 'POST',
  path: '/v1/templates/:id/mail/test',
  permission: 'templates',
  tag: TAG,
  summary: 'Send a test mail',
  description:
    'One mail with invented data to this address, marked as a test. It is about no certificate and counts nowhere; ten in an hour for each key. In the sandbox, and without a relay, it is captured.',
  body: { to: { kind: 'text', max: 320, required: true, example: 'you@example.org' }, ...trialShape },
  answers: { 202: { description: 'It is queued; read it under its id.', schema: 'Mail' } },
  errors: ['template_not_found'],
  example: { body: { to: 'you@example.org' } },
  handle: async ({ context, services, caller, params, body }) => {
    services.quota.take([[`test mail ${caller.apiKey.id}`, TEST_MAILS_PER_HOUR]])
    const mail = await sendTestMail(context, caller, params.id!, body as { to: string } & MailTrial)
    return { status: 202, json: mailBody(mail) }
  },
})

async function drawn<Result>(make: () => Promise<Result>): Promise<Result> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof RenderUnavailable) throw new AppError('unavailable', undefined, { retryAfter: 2 })
    if (error instanceof RenderRefused) throw new AppError('unavailable', undefined, { internal: error })
    throw error
  }
}

export const mailRoutes = [list, get, attachment, preview, test]

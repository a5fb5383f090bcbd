import { checkAddress } from '../domain/addresses.ts'
import { publicCertificate } from '../actions/certificates-public.ts'
import type { Revised } from '../domain/commit.ts'
import { AppError } from '../domain/errors.ts'
import type { Mail } from '../domain/mails.ts'
import { composeMail } from '../domain/mails-compose.ts'
import { mailRetryDelay } from '../domain/mails-retry.ts'
import { MailRefused, MailUnavailable } from '../domain/ports.ts'
import type { Handler, JobContext, Outcome } from './context.ts'

/**
 * Composes and sends one mail; without a relay, and always in the sandbox, it is captured instead. A relay that
 * fails is tried again for two days; its final no is final. Sent at least once, under one Message-ID.
 */
export const sendMail: Handler<'send-mail'> = async (context, { payload }) => {
  const mail = await context.store.mails.findAny(payload.mailId)
  if (!mail || mail.status !== 'queued') return {}
  const composed = await compose(context, mail)
  if (!composed) return record(context, mail, { status: 'failed', lastError: 'the certificate is gone' })
  const checked = checkAddress(mail.toAddress ?? '')
  if ('problem' in checked)
    return record(context, mail, { ...composed, status: 'failed', lastError: `the address ${checked.problem}` })
  if (mail.partition === 'test' || !context.mailer.configured)
    return record(context, mail, { ...composed, status: 'captured' })
  const attempts = mail.attempts + 1
  try {
    await context.mailer.send({
      messageId: mail.messageId,
      from: context.mail.from,
      to: { name: mail.toName ?? '', address: checked.address },
      replyTo: context.mail.replyTo,
      headers: {},
      ...composed,
    })
    return record(context, mail, {
      ...composed,
      status: 'sent',
      attempts,
      lastError: null,
      sentAt: context.clock.now(),
    })
  } catch (error) {
    return failed(context, mail, { ...composed, attempts }, error)
  }
}

async function compose(context: JobContext, mail: Mail) {
  if (mail.certificateId === null || mail.toAddress === null) return undefined
  try {
    const view = await publicCertificate(context, mail.certificateId)
    return composeMail({
      kind: mail.kind,
      language: view.language,
      certificate: {
        title: view.title,
        recipientName: view.recipientName,
        issuerName: view.issuer.name,
        issuerUrl: view.issuer.url,
        issuedOn: view.issuedOn,
        expiresAt: view.expiresAt,
        pageUrl: view.links.page,
        jsonUrl: view.links.json,
        linkedinUrl: view.links.linkedin,
        sandbox: view.sandbox,
        ...(view.revoked?.reason ? { reason: view.revoked.reason } : {}),
        ...(context.mail.replyTo ? { replyTo: context.mail.replyTo } : {}),
      },
    })
  } catch (error) {
    if (error instanceof AppError) return undefined // erased meanwhile: there is nobody to write to
    throw error
  }
}

function failed(context: JobContext, mail: Mail & Revised, change: Partial<Mail>, error: unknown): Promise<Outcome> {
  if (!(error instanceof MailRefused) && !(error instanceof MailUnavailable)) throw error
  const lastError = error.message
  const delay = error instanceof MailRefused ? null : mailRetryDelay(change.attempts ?? 1, context.random)
  context.log.warn(
    { mail: mail.id, attempts: change.attempts, final: delay === null, reason: lastError },
    'mail was not taken',
  )
  if (delay === null) return record(context, mail, { ...change, status: 'failed', lastError })
  return record(context, mail, { ...change, lastError }, context.clock.now() + delay)
}

async function record(
  context: JobContext,
  mail: Mail & Revised,
  change: Partial<Mail>,
  again?: number,
): Promise<Outcome> {
  const at = context.clock.now()
  const commit = { at, puts: [{ entity: 'mail' as const, row: { ...mail, ...change } }] }
  if (again === undefined) return { commit }
  await context.store.commit(commit)
  return { again }
}

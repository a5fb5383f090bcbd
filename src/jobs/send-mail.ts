import { planMail, type PlannedMail } from '../actions/mails-plan.ts'
import { makeParts, type MadePart, type PlannedPart } from '../actions/mails-parts.ts'
import { checkAddress } from '../domain/addresses.ts'
import type { Revised } from '../domain/commit.ts'
import { AppError } from '../domain/errors.ts'
import type { Mail, MailAttachment } from '../domain/mails.ts'
import { mailRetryDelay } from '../domain/mails-retry.ts'
import { MailRefused, MailUnavailable, type MessageAttachment, RenderUnavailable } from '../domain/ports.ts'
import type { Handler, JobContext, Outcome } from './context.ts'

/** So long a mail waits for a renderer that has too much to do; then it goes without its picture. */
const PATIENCE_MS = 10 * 60_000
const LOOK_AGAIN_MS = 20_000

/**
 * Composes and sends one mail; without a relay, and always in the sandbox, it is captured instead. A relay that
 * fails is tried again for two days; its final no is final. Sent at least once, under one Message-ID.
 */
export const sendMail: Handler<'send-mail'> = async (context, { payload }) => {
  const mail = await context.store.mails.findAny(payload.mailId)
  if (!mail || mail.status !== 'queued') return {}
  const planned = await plan(context, mail)
  if (!planned) return record(context, mail, { status: 'failed', lastError: 'what it is about is gone' })
  const checked = checkAddress(mail.toAddress ?? '')
  const captured = mail.partition === 'test' || !context.mailer.configured
  const whole = planned.compose(new Set(planned.parts.map(({ role }) => role)))
  if (captured || 'problem' in checked) {
    // What it would have carried: it is drawn when somebody looks.
    const change = { ...whole, attachments: filled(planned.parts.map((part) => factsOf(part, null))) }
    if ('problem' in checked)
      return record(context, mail, { ...change, status: 'failed', lastError: `the address ${checked.problem}` })
    return record(context, mail, { ...change, status: 'captured' })
  }
  const made = await make(context, mail, planned, whole)
  if (made === 'later') return { again: context.clock.now() + LOOK_AGAIN_MS }
  return hand(context, mail, checked.address, planned, made)
}

async function hand(
  context: JobContext,
  mail: Mail & Revised,
  address: string,
  planned: PlannedMail,
  made: MadePart[],
): Promise<Outcome> {
  const composed = planned.compose(new Set(made.map(({ part }) => part.role)))
  const attachments = filled(made.map(({ part, bytes }) => factsOf(part, bytes.length)))
  const attempts = mail.attempts + 1
  try {
    await context.mailer.send({
      messageId: mail.messageId,
      from: context.mail.from,
      to: { name: mail.toName ?? '', address },
      replyTo: planned.replyTo,
      headers: {},
      ...composed,
      attachments: made.map(attachmentOf),
    })
    return record(context, mail, {
      ...composed,
      attachments,
      status: 'sent',
      attempts,
      lastError: null,
      sentAt: context.clock.now(),
    })
  } catch (error) {
    return failed(context, mail, { ...composed, attachments, attempts }, error)
  }
}

async function plan(context: JobContext, mail: Mail): Promise<PlannedMail | undefined> {
  try {
    return await planMail(context, mail)
  } catch (error) {
    if (error instanceof AppError) return undefined // erased meanwhile: there is nobody to write to
    throw error
  }
}

/** `later`: the renderer is only busy. */
async function make(
  context: JobContext,
  mail: Mail,
  planned: PlannedMail,
  beside: { text: string; html: string },
): Promise<MadePart[] | 'later'> {
  const patient = context.clock.now() - mail.createdAt < PATIENCE_MS
  try {
    return await makeParts(planned.parts, beside, ({ name }, error) => {
      if (error instanceof RenderUnavailable && patient) throw new Busy()
      const reason = error instanceof Error ? error.name : 'unknown'
      context.log.warn({ mail: mail.id, part: name, reason }, 'part of a mail could not be made and was left out')
    })
  } catch (error) {
    if (error instanceof Busy) return 'later'
    throw error
  }
}
class Busy extends Error {}

const attachmentOf = ({ part: { name, mediaType, shown }, bytes }: MadePart): MessageAttachment => ({
  name,
  mediaType,
  bytes,
  ...(shown ? { cid: shown.cid } : {}),
})

const factsOf = ({ name, mediaType, shown }: PlannedPart, size: number | null): MailAttachment => ({
  name,
  mediaType,
  cid: shown?.cid ?? null,
  size,
})

const filled = <Each>(list: Each[]): Each[] | null => (list.length === 0 ? null : list)

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

/** What a visitor may ask of a certificate's page: the link again by mail, and a word to the issuer about a mistake. */
import { normaliseAddress } from '../domain/addresses.ts'
import { issuerName } from '../domain/appliance.ts'
import type { Commit } from '../domain/commit.ts'
import { newLinkMail, newMistakeMail, type MailOrigin } from '../domain/mails-decide.ts'
import type { MistakeReport } from '../domain/mails.ts'
import { mailDomain } from './certificates.ts'
import { findPublic } from './certificates-public.ts'
import type { ActionContext } from './context.ts'

/** Two link mails of one certificate are at least so far apart, whatever the visitors ask. */
const LINK_MAIL_GAP_MS = 10 * 60_000

const origin = (context: ActionContext): MailOrigin => ({
  now: context.clock.now(),
  random: context.random,
  mailDomain: mailDomain(context),
})

/**
 * Sends the link to the address on file, if that is the one the visitor typed. Nobody learns whether it was: there is no
 * answer, and both cases write one commit of their own.
 */
export async function requestLink(context: ActionContext, id: string, typed: string): Promise<void> {
  const { certificate, version } = await findPublic(context, id)
  const { now } = origin(context)
  const { partition } = certificate
  const known = version.recipientEmail
  const matches =
    known !== null &&
    certificate.status === 'issued' &&
    certificate.erasedAt === null &&
    normaliseAddress(typed) === normaliseAddress(known)
  const [last] = await context.store.mails.list(
    { partition, actor: 'system' },
    { certificateId: id, kind: 'link' },
    { limit: 1 },
  )
  const recent = last !== undefined && now - last.createdAt < LINK_MAIL_GAP_MS
  const mail = matches && !recent ? newLinkMail(certificate, version, origin(context)) : null
  const commit: Commit = {
    at: now,
    puts: mail?.puts ?? [],
    jobs: mail?.jobs ?? [],
    events: [{ type: 'certificate.link_requested', partition, subject: id, actor: 'system', data: {} }],
  }
  await context.store.commit(commit)
}

/** False when the issuer named no address to write to. */
export async function reportMistake(context: ActionContext, id: string, report: MistakeReport): Promise<boolean> {
  const { certificate, version } = await findPublic(context, id)
  const { appliance, store } = context
  const { email } = appliance.issuer
  const issuer = { name: issuerName(appliance, certificate.partition), email }
  const mail = newMistakeMail(certificate, version, report, issuer, origin(context))
  if (!mail) return false
  await store.commit({ at: context.clock.now(), ...mail })
  return true
}

/** What people ask about mails: a preview, a test, and what travelled with one. */
import { checkAddress } from '../domain/addresses.ts'
import { AppError, invalid } from '../domain/errors.ts'
import { newTestMail } from '../domain/mails-decide.ts'
import type { MailKind } from '../domain/mails-texts.ts'
import type { Mail, MailSample } from '../domain/mails.ts'
import type { Scope } from '../domain/scopes.ts'
import { mailDomain } from './certificates.ts'
import type { ActionContext } from './context.ts'
import { planMail, planTrial, type PlannedMail } from './mails-plan.ts'
import { readCurrentTemplate } from './templates.ts'

export interface MailTrial {
  language?: string
  kind?: MailKind
  /** Placeholder → text. */
  values?: Record<string, string>
}

/** As it would look now, for a person who writes the template. */
export async function previewMail(
  context: ActionContext,
  scope: Scope,
  idOrSlug: string,
  trial: MailTrial,
): Promise<PlannedMail> {
  const { version } = await readCurrentTemplate(context, scope, idOrSlug)
  const language = trial.language ?? version.definition.language ?? context.appliance.issuer.language
  const sample = { language, kind: trial.kind ?? 'issued' }
  return planTrial(context, version, sample, PREVIEW_ID, trial.values)
}

/** In place of a Message-ID: nobody gets this mail. */
const PREVIEW_ID = 'preview@localhost'

/** Queues one mail with invented data to this address. It is marked as a test and about no certificate. */
export async function sendTestMail(
  context: ActionContext,
  scope: Scope,
  idOrSlug: string,
  { to, language, kind = 'issued' }: { to: string } & Omit<MailTrial, 'values'>,
): Promise<Mail> {
  const checked = checkAddress(to)
  if ('problem' in checked) throw invalid([{ field: 'to', code: 'bad_address', message: `to ${checked.problem}` }])
  const { template, version } = await readCurrentTemplate(context, scope, idOrSlug)
  const sample: MailSample = {
    templateId: template.id,
    version: version.version,
    language: language ?? version.definition.language ?? context.appliance.issuer.language,
    kind,
  }
  const now = context.clock.now()
  const origin = { now, random: context.random, mailDomain: mailDomain(context) }
  const { mail, commit } = newTestMail(scope.partition, checked.address, sample, origin)
  await context.store.commit({ at: now, ...commit })
  return mail
}

/** One of its parts, made again. */
export async function readMailPart(
  context: ActionContext,
  scope: Scope,
  id: string,
  name: string,
): Promise<{ bytes: Uint8Array; mediaType: string }> {
  const mail = await context.store.mails.find(scope, id)
  if (!mail) throw new AppError('mail_not_found')
  const planned = mail.attachments?.some((part) => part.name === name) ? await stillThere(context, mail) : undefined
  const part = planned?.parts.find((each) => each.name === name)
  const bytes = await part?.make(Infinity)
  if (!part || !bytes) throw new AppError('not_found')
  return { bytes, mediaType: part.mediaType }
}

/** Undefined when what it is about was erased since. */
const stillThere = (context: ActionContext, mail: Mail) =>
  planMail(context, mail).catch((error: unknown) => {
    if (error instanceof AppError) return undefined
    throw error
  })

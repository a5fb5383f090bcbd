import type { Certificate, CertificateVersion } from '../domain/certificates.ts'
import type { ReadCertificate } from '../domain/certificates-decide.ts'
import { correct, refuseUncorrectable } from '../domain/certificates-correct.ts'
import { release, retry, revoke, withdraw } from '../domain/certificates-end.ts'
import { fresh, CommitRefused, type Commit, type Revised } from '../domain/commit.ts'
import { newMail, queued } from '../domain/mails-decide.ts'
import { dayOf } from '../domain/dates.ts'
import { AppError, invalid } from '../domain/errors.ts'
import { acceptIssue, type Recipient } from '../domain/issue-request.ts'
import type { Scope } from '../domain/scopes.ts'
import type { FieldValue } from '../domain/templates.ts'
import { uniqueKey } from '../domain/unique-by.ts'
import { alreadyIssued } from './certificates-issue.ts'
import type { ActionContext } from './context.ts'
import { signedDocument } from './credentials.ts'
import { refuseUnprintable } from './designs-check.ts'
import { fromFreshReading } from './retry.ts'

/** The certificate with the version that is shown; 404 for another partition's as for none. */
export async function readCertificate(context: ActionContext, scope: Scope, id: string): Promise<ReadCertificate> {
  const current = await context.store.certificates.find(scope, id)
  if (!current) throw new AppError('certificate_not_found')
  return current
}

export interface Correction {
  recipient: Partial<Recipient>
  fields: Record<string, FieldValue>
  issuedOn: string | null
  /** undefined = stays; null = no expiry of its own. */
  expiresAt: string | null | undefined
  metadata: Record<string, unknown> | null | undefined
  reason: string
  notify: boolean
}

/** Never edits: makes version n+1, which supersedes n under the same id and link once it is confirmed. */
export function correctCertificate(
  context: ActionContext,
  scope: Scope,
  id: string,
  correction: Correction,
): Promise<ReadCertificate> {
  return fromFreshReading(async () => {
    const current = await readCertificate(context, scope, id)
    refuseUncorrectable(current.certificate)
    const { certificate, version } = current
    // The version of the template it was issued with: a correction does not change what was promised.
    const template = await context.store.templates.find(scope, certificate.templateId)
    const templateVersion = await context.store.templates.version(certificate.templateId, version.templateVersion)
    if (!template || !templateVersion) throw new AppError('template_not_found')
    const { definition } = templateVersion
    const recipient = correctedRecipient(version, correction.recipient)
    const kept = version.expiresAt === null ? null : new Date(version.expiresAt).toISOString()
    const content = {
      fields: { ...version.fields, ...correction.fields },
      issuedOn: correction.issuedOn ?? version.issuedOn,
      expiresAt: correction.expiresAt === undefined ? kept : correction.expiresAt,
    }
    const result = acceptIssue(content, definition, dayOf(context.clock.now()))
    if ('problems' in result) throw invalid(result.problems)
    const { accepted } = result
    const next = certificate.latestVersion + 1
    await refuseUnprintable(context, scope, templateVersion, { certificateId: id, recipient, accepted, version: next })
    const key = uniqueKey(definition.uniqueBy, recipient, accepted.fields)
    const { network, partition } = certificate
    const document = await signedDocument(context, {
      partition,
      network,
      template: { template: template.template, version: templateVersion },
      recipient,
      accepted,
      awardedOn: accepted.issuedOn,
    })
    const { reason, notify } = correction
    const metadata = correction.metadata === undefined ? version.metadata : correction.metadata
    const unique = key === undefined ? undefined : context.mac(key)
    const plan = { scope, current, recipient, accepted, metadata, reason, notify, uniqueKey: unique, document }
    const now = context.clock.now()
    try {
      await context.store.commit(correct(plan, now, now + context.appliance.batchWindowMs(network)))
    } catch (error) {
      if (error instanceof CommitRefused && error.refusal === 'taken')
        throw alreadyIssued({ template: template.template, version: templateVersion }, error.holder!)
      throw error
    }
    return readCertificate(context, scope, id)
  })
}

function correctedRecipient(version: CertificateVersion, change: Partial<Recipient>): Recipient {
  return {
    name: (change.name ?? version.recipientName ?? '').trim().normalize('NFC'),
    email: change.email ?? version.recipientEmail ?? '',
    externalId: change.externalId === undefined ? version.recipientExternalId : change.externalId,
    language: change.language === undefined ? version.recipientLanguage : change.language,
  }
}

type Decide = (scope: Scope, current: ReadCertificate, now: number) => Commit

function decideOn(context: ActionContext, scope: Scope, id: string, decide: Decide) {
  return fromFreshReading(async () => {
    await context.store.commit(decide(scope, await readCertificate(context, scope, id), context.clock.now()))
    return readCertificate(context, scope, id)
  })
}

/** Undo within the hold window: nothing was anchored or mailed. */
export const withdrawCertificate = (context: ActionContext, scope: Scope, id: string) =>
  decideOn(context, scope, id, withdraw)
/** Ends a hold now. */
export const releaseCertificate = (context: ActionContext, scope: Scope, id: string) =>
  decideOn(context, scope, id, release)
/** Puts a failed certificate into the next tree. */
export const retryCertificate = (context: ActionContext, scope: Scope, id: string) =>
  decideOn(context, scope, id, retry)

/** Irreversible. Asking again changes nothing: the first date and reason stand. */
export function revokeCertificate(
  context: ActionContext,
  scope: Scope,
  id: string,
  { reason, notify }: { reason: string | null; notify: boolean },
): Promise<ReadCertificate> {
  return fromFreshReading(async () => {
    const current = await readCertificate(context, scope, id)
    if (current.certificate.status === 'revoked') return current
    const versions = await context.store.certificates.versions(id)
    const living = versions.filter((version) => version.endedAt === null)
    const now = context.clock.now()
    const commit = revoke(scope, current.certificate, living, reason, now)
    await context.store.commit(notify ? withRevocationMail(context, current, commit, now) : commit)
    return readCertificate(context, scope, id)
  })
}

/** The same commit with the mail that tells the recipient, where there is an address. */
export function withRevocationMail(
  context: ActionContext,
  { certificate, version }: ReadCertificate,
  commit: Commit,
  now: number,
): Commit {
  if (version.recipientEmail === null) return commit
  const mail = newMail(certificate, version, 'revoked', now, context.random, mailDomain(context))
  const { puts, jobs } = queued(mail, now)
  return { ...commit, puts: [...(commit.puts ?? []), ...puts], jobs: [...(commit.jobs ?? []), ...jobs] }
}

/** The right side of our Message-IDs. */
export const mailDomain = (context: ActionContext) =>
  new URL(context.appliance.publicUrl).hostname.replace(/^\[|\]$/g, '') || 'localhost'

/** All versions for the history, oldest first. */
export const readVersions = (
  context: ActionContext,
  certificate: Certificate,
): Promise<Array<CertificateVersion & Revised>> => context.store.certificates.versions(certificate.id)

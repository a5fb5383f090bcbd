import type { Certificate, CertificateVersion } from './certificates.ts'
import { anchorJob, unanchored, uniqueScope, type ReadCertificate, type SignedDocument } from './certificates-decide.ts'
import { fresh, type Commit } from './commit.ts'
import { AppError } from './errors.ts'
import type { AcceptedIssue, IssueCommand } from './issue-request.ts'
import type { Scope } from './scopes.ts'

export interface CorrectionPlan {
  scope: Scope
  current: ReadCertificate
  recipient: IssueCommand['recipient']
  accepted: AcceptedIssue
  metadata: Record<string, unknown> | null
  reason: string
  notify: boolean
  uniqueKey: string | undefined
  document: SignedDocument
}

/** Version n+1. n stays valid, and is what the page shows, until n+1 is confirmed on the chain. */
export function correct(plan: CorrectionPlan, now: number, anchorAt: number): Commit {
  const { scope, current, recipient, accepted } = plan
  const { credential, ...signed } = plan.document
  const { certificate, version } = current
  refuseUncorrectable(certificate)
  const next: CertificateVersion = {
    ...version,
    ...signed,
    ...unanchored,
    version: certificate.latestVersion + 1,
    recipientName: recipient.name,
    recipientEmail: recipient.email,
    recipientExternalId: recipient.externalId,
    recipientLanguage: recipient.language,
    fields: accepted.fields,
    metadata: plan.metadata,
    issuedOn: accepted.issuedOn,
    expiresAt: accepted.expiresAt,
    supersedes: version.leaf,
    reason: plan.reason,
    readyAt: now,
    createdAt: now,
    createdBy: scope.actor,
  }
  const { id, partition, network, templateId } = certificate
  return {
    at: now,
    releases: plan.uniqueKey === undefined ? [] : [id],
    claims:
      plan.uniqueKey === undefined
        ? []
        : [{ scope: uniqueScope(partition, templateId), key: plan.uniqueKey, holder: id }],
    puts: [
      {
        entity: 'certificate',
        row: { ...certificate, latestVersion: next.version, notify: Number(plan.notify), updatedAt: now },
      },
      { entity: 'certificateVersion', row: fresh(next) },
      { entity: 'credential', row: fresh({ certificateId: id, version: next.version, partition, credential }) },
    ],
    jobs: [anchorJob(network, partition, anchorAt)],
  }
}

export function refuseUncorrectable(certificate: Certificate) {
  refuseClosed(certificate)
  if (certificate.latestVersion > certificate.version) throw new AppError('correction_pending')
  if (certificate.status !== 'issued')
    throw new AppError(
      'correction_pending',
      certificate.status === 'held'
        ? 'A held certificate is not corrected: withdraw it and issue it anew.'
        : `This certificate is ${certificate.status}; it can be corrected once it is issued.`,
    )
}

export function refuseClosed(certificate: Certificate) {
  if (certificate.erasedAt !== null || certificate.status === 'revoked' || certificate.status === 'withdrawn')
    throw new AppError(
      'certificate_closed',
      `This certificate is ${certificate.erasedAt ? 'erased' : certificate.status} and cannot be changed.`,
    )
}

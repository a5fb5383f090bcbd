import type { Certificate, CertificateVersion } from './certificates.ts'
import {
  anchorJob,
  holdUntil,
  rowScope,
  unanchored,
  uniqueScope,
  type IssuePlan,
  type ReadCertificate,
} from './certificates-decide.ts'
import { fresh, type Commit } from './commit.ts'

/** `anchorAt` is when its tree may close at the earliest (the batch window). */
export function issue(plan: IssuePlan, now: number, anchorAt: number): { issued: ReadCertificate; commit: Commit } {
  const { id, scope, command, accepted, template, network, document, batch } = plan
  const { credential, ...signed } = document
  const held = batch ? batch.holdUntil : holdUntil(command.hold, template.version.definition.holdMinutes, now)
  const status = held === null ? ('pending' as const) : ('held' as const)
  // Rows of a batch wait until the last one was read, so that the whole batch stands in one tree.
  const readyAt = held === 0 || batch ? null : (held ?? now)
  const common = { partition: scope.partition, network, templateId: template.template.id, issuedOn: accepted.issuedOn }
  const person = { recipientName: command.recipient.name, recipientEmail: command.recipient.email }
  const stamp = { expiresAt: accepted.expiresAt, createdAt: now, createdBy: scope.actor }
  const certificate: Certificate = {
    ...common,
    ...person,
    ...stamp,
    id,
    status,
    statusReason: null,
    version: 1,
    latestVersion: 1,
    batchId: batch?.id ?? null,
    batchIndex: batch?.index ?? null,
    notify: Number(command.notify),
    holdUntil: held,
    issuedAt: null,
    revokedAt: null,
    erasedAt: null,
    updatedAt: now,
  }
  const version: CertificateVersion = {
    ...common,
    ...person,
    ...stamp,
    ...signed,
    ...unanchored,
    certificateId: id,
    version: 1,
    templateVersion: template.version.version,
    recipientExternalId: command.recipient.externalId,
    recipientLanguage: command.recipient.language,
    fields: accepted.fields,
    metadata: command.metadata,
    supersedes: null,
    reason: null,
    readyAt,
  }
  const commit: Commit = {
    at: now,
    // The row first: a batch that is read again after a crash must meet its own row, not "already issued" by it.
    claims: [
      ...(batch ? [{ scope: rowScope(batch.id), key: String(batch.index), holder: `row/${id}` }] : []),
      ...(plan.uniqueKey === undefined
        ? []
        : [{ scope: uniqueScope(scope.partition, common.templateId), key: plan.uniqueKey, holder: id }]),
    ],
    puts: [
      { entity: 'certificate', row: fresh(certificate) },
      { entity: 'certificateVersion', row: fresh(version) },
      { entity: 'credential', row: fresh({ certificateId: id, version: 1, partition: scope.partition, credential }) },
    ],
    events: [
      {
        type: 'certificate.created',
        partition: scope.partition,
        subject: id,
        actor: scope.actor,
        data: { template_id: common.templateId, status, leaf: document.leaf },
      },
    ],
    jobs: readyAt === null ? [] : [anchorJob(network, scope.partition, Math.max(readyAt, anchorAt))],
  }
  return { issued: { certificate: { ...certificate, revision: 1 }, version: { ...version, revision: 1 } }, commit }
}

import type { AnchorRow } from './anchors.ts'
import type { CertificateVersion } from './certificates.ts'
import { event, listJob, revokeJob, type ReadCertificate } from './certificates-decide.ts'
import { endVersion } from './certificates-end.ts'
import type { Commit, Put, Revised } from './commit.ts'
import type { Random } from './ids.ts'
import type { JobDraft } from './jobs.ts'
import { newMail, queued } from './mails-decide.ts'
import type { Scope } from './scopes.ts'

/** One certificate of a confirmed anchor. A certificate that was revoked meanwhile stays revoked. */
export function recordConfirmed(
  { certificate, version }: ReadCertificate,
  previous: (CertificateVersion & Revised) | undefined,
  anchor: AnchorRow,
  path: string,
  now: number,
  random: Random,
  mailDomain: string,
): Pick<Required<Commit>, 'puts' | 'events' | 'jobs'> {
  const first = version.version === 1
  const living = certificate.status === 'pending' || certificate.status === 'issued'
  const puts: Put[] = [
    {
      entity: 'certificate',
      row: {
        ...certificate,
        ...(living ? { status: 'issued' as const, version: version.version, ...shown(version) } : {}),
        issuedAt: certificate.issuedAt ?? now,
        updatedAt: now,
      },
    },
    { entity: 'certificateVersion', row: { ...version, path, confirmedAt: now } },
  ]
  // What was revoked before it stood in a tree has waited for this.
  const ended = version.endedAt === null ? [] : [revokeJob(certificate.network, certificate.partition, now)]
  if (!living) return { puts, events: [], jobs: ended }
  const scope: Scope = { partition: certificate.partition, actor: 'system' }
  const data = {
    version: version.version,
    transaction_hash: anchor.transactionHash,
    network: anchor.network,
    leaf: version.leaf,
  }
  const events = [event(first ? 'certificate.issued' : 'certificate.updated', scope, certificate.id, data)]
  const jobs: JobDraft[] = [...ended]
  if (previous && previous.endedAt === null) {
    puts.push(...endVersion(previous, 2, now))
    jobs.push(revokeJob(certificate.network, certificate.partition, now), listJob(previous.statusList, now))
  }
  if (certificate.notify && version.recipientEmail !== null) {
    const mail = queued(newMail(certificate, version, first ? 'issued' : 'updated', now, random, mailDomain), now)
    puts.push(...mail.puts)
    jobs.push(...mail.jobs)
  }
  return { puts, events, jobs }
}

/** What lists show of the version that is current now. */
const shown = ({ recipientName, recipientEmail, issuedOn, expiresAt }: CertificateVersion) => ({
  recipientName,
  recipientEmail,
  issuedOn,
  expiresAt,
})

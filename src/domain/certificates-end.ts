/** Undo, release, retry and revocation. */
import type { Certificate, CertificateVersion } from './certificates.ts'
import { refuseClosed } from './certificates-correct.ts'
import { anchorJob, event, listJob, revokeJob, type ReadCertificate } from './certificates-decide.ts'
import { fresh, type Commit, type Put, type Revised } from './commit.ts'
import { AppError } from './errors.ts'
import type { Scope } from './scopes.ts'

/** Inside the hold window nothing has left the building, so taking it back costs nothing. Puts the version too: see `assign`. */
export function withdraw(scope: Scope, { certificate, version }: ReadCertificate, now: number): Commit {
  if (certificate.status !== 'held' || version.anchorId !== null) throw new AppError('not_held')
  return {
    at: now,
    puts: [
      { entity: 'certificate', row: { ...certificate, status: 'withdrawn', updatedAt: now } },
      { entity: 'certificateVersion', row: { ...version, readyAt: null, endedAt: now } },
    ],
    releases: [certificate.id],
    events: [event('certificate.withdrawn', scope, certificate.id, {})],
  }
}

export function release(scope: Scope, { certificate, version }: ReadCertificate, now: number): Commit {
  if (certificate.status !== 'held') throw new AppError('not_held')
  return {
    at: now,
    puts: [
      { entity: 'certificate', row: { ...certificate, status: 'pending', holdUntil: null, updatedAt: now } },
      { entity: 'certificateVersion', row: { ...version, readyAt: now } },
    ],
    events: [event('certificate.released', scope, certificate.id, {})],
    jobs: [anchorJob(certificate.network, certificate.partition, now)],
  }
}

/** A failed certificate goes into the next tree. */
export function retry(scope: Scope, { certificate, version }: ReadCertificate, now: number): Commit {
  if (certificate.status !== 'failed')
    throw new AppError('changed_meanwhile', `Only a failed certificate is retried; this one is ${certificate.status}.`)
  return {
    at: now,
    puts: [
      { entity: 'certificate', row: { ...certificate, status: 'pending', statusReason: null, updatedAt: now } },
      { entity: 'certificateVersion', row: { ...version, anchorId: null, leafIndex: null, readyAt: now } },
    ],
    events: [event('certificate.released', scope, certificate.id, { retried: true })],
    jobs: [anchorJob(certificate.network, certificate.partition, now)],
  }
}

/** Dated and public at once; chain and status list follow by their own jobs. The first revocation stands. */
export function revoke(
  scope: Scope,
  certificate: Certificate & Revised,
  living: Array<CertificateVersion & Revised>,
  reason: string | null,
  now: number,
): Commit {
  if (certificate.status === 'held')
    throw new AppError('not_held', 'A held certificate is not on the chain yet: withdraw it instead of revoking it.')
  refuseClosed(certificate)
  const lists = [...new Set(living.map((version) => version.statusList))]
  return {
    at: now,
    puts: [
      {
        entity: 'certificate',
        row: { ...certificate, status: 'revoked', statusReason: reason, revokedAt: now, updatedAt: now },
      },
      ...living.flatMap((version) => endVersion(version, 1, now)),
    ],
    releases: [certificate.id],
    events: [event('certificate.revoked', scope, certificate.id, { version: certificate.version })],
    jobs: [revokeJob(certificate.network, certificate.partition, now), ...lists.map((list) => listJob(list, now))],
  }
}

/** A version that is over: its leaf goes to the chain (1 revoked, 2 superseded) and its bit into the status list. */
export const endVersion = (version: CertificateVersion & Revised, reason: 1 | 2, now: number): Put[] => [
  { entity: 'certificateVersion', row: { ...version, endedAt: now } },
  revocationOf(version, reason, now),
]

/** In the registry the version was signed for; the store adds those in which its tree was anchored again. */
export function revocationOf(version: CertificateVersion, reason: 1 | 2, now: number): Put {
  const { certificateId, partition, network, registryId, leaf, statusList, statusIndex } = version
  const row = {
    ...{ certificateId, partition, network, registryId, leaf, statusList, statusIndex },
    ...{
      version: version.version,
      reason,
      transactionId: null,
      state: 'queued' as const,
      createdAt: now,
      finalAt: null,
    },
  }
  return { entity: 'revocation', row: fresh(row) }
}

import type { Partition } from './scopes.ts'
import type { FieldValue } from './templates.ts'

/**
 * held → pending → issued → revoked; failed (with a reason, can be retried); withdrawn (undone while held).
 * Expired and replaced are derived from dates and versions, never stored.
 */
export const CERTIFICATE_STATUSES = ['held', 'pending', 'issued', 'failed', 'revoked', 'withdrawn'] as const
export type CertificateStatus = (typeof CERTIFICATE_STATUSES)[number]

export interface Certificate {
  id: string
  partition: Partition
  templateId: string
  status: CertificateStatus
  /** Why it failed or was revoked; public for a revocation. */
  statusReason: string | null
  /** The version that is shown: the newest one confirmed on the chain, or 1 before that. */
  version: number
  /** The newest version; above `version` while a correction is being anchored. */
  latestVersion: number
  /** For lists and filters; null after erasure. */
  recipientName: string | null
  recipientEmail: string | null
  batchId: string | null
  /** Row of its batch, from 0. */
  batchIndex: number | null
  network: string
  notify: number
  /** Until then it can be withdrawn; null = no hold, 0 = held until released. */
  holdUntil: number | null
  /** YYYY-MM-DD. */
  issuedOn: string
  expiresAt: number | null
  /** When it became issued, i.e. confirmed on the chain. */
  issuedAt: number | null
  revokedAt: number | null
  erasedAt: number | null
  createdAt: number
  createdBy: string
  updatedAt: number
}

/** What one file says. It is never edited: a correction is version n+1, which supersedes the leaf of n. */
export interface CertificateVersion {
  certificateId: string
  version: number
  partition: Partition
  network: string
  templateId: string
  templateVersion: number
  recipientName: string | null
  recipientEmail: string | null
  recipientExternalId: string | null
  recipientLanguage: string | null
  fields: Record<string, FieldValue> | null
  metadata: Record<string, unknown> | null
  issuedOn: string
  expiresAt: number | null
  /** 64 hex digits. */
  leaf: string
  registryId: string
  /** Status list number and index of its bit. */
  statusList: number
  statusIndex: number
  /** Leaf of the version before, and why it was corrected. */
  supersedes: string | null
  reason: string | null
  /** May be put into a tree from here on; null = not (held without end, or its batch is still being read). */
  readyAt: number | null
  anchorId: string | null
  leafIndex: number | null
  /** Packed Merkle path (domain/merkle.ts), hex; set when the anchor is confirmed. */
  path: string | null
  confirmedAt: number | null
  /** When it was replaced by the next version or revoked, as we decided it (the chain follows). */
  endedAt: number | null
  createdAt: number
  createdBy: string
}

/** The signed document of a version, apart from it: 2.5 kB that no later change to the version has to write again. */
export interface StoredCredential {
  certificateId: string
  version: number
  partition: Partition
  /** JSON text with the first proof. Null after erasure. */
  credential: string | null
}

/** A certificate with the version that is shown. */
export interface CurrentCertificate {
  certificate: Certificate
  version: CertificateVersion
}

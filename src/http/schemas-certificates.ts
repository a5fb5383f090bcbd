/** Certificates and batches. */
import { CERTIFICATE_STATUSES } from '../domain/certificates.ts'
import {
  counts,
  day,
  integer,
  integerOrNull,
  listOf,
  moment,
  momentOrNull,
  object,
  pageOf,
  text,
  textOrNull,
  url,
  urlOrNull,
  values,
  yesNo,
} from './schema-parts.ts'

export const SHOWN_STATUSES = [...CERTIFICATE_STATUSES, 'expired'] as const
export const MAIL_STATES = ['none', 'waiting', 'queued', 'captured', 'sent', 'failed', 'bounced'] as const

const certificateMembers = {
  id: text,
  status: { type: 'string', enum: [...SHOWN_STATUSES] },
  recipient: object({ name: textOrNull, email: textOrNull, external_id: text, language: text }, [
    'external_id',
    'language',
  ]),
  verification_url: url,
  blockchain: object({ network: text, transaction_hash: textOrNull, confirmed: yesNo }),
  created_at: moment,
  template_id: text,
  fields: { ...values, type: ['object', 'null'] },
  version: integer,
  pending_version: { ...integerOrNull, description: 'A correction that is being anchored.' },
  issued_on: day,
  expires_at: momentOrNull,
  status_reason: textOrNull,
  held_until: { ...momentOrNull, description: 'Null while held without end, and when not held.' },
  revoked_at: momentOrNull,
  metadata: { type: ['object', 'null'] },
  batch_id: textOrNull,
  sandbox: yesNo,
  mail: object({ status: { type: 'string', enum: [...MAIL_STATES] } }),
  links: object({ page: url, pdf: url, json: url, png: url, linkedin: url, svg: url, embed: url }),
}
/** The end of a version on the chain. */
const revocation = {
  ...object({
    reason: { type: 'string', enum: ['revoked', 'superseded'] },
    revoked_at: moment,
    on_chain: { ...yesNo, description: 'Until then a check against the chain alone does not see it.' },
    transaction_hash: textOrNull,
  }),
  type: ['object', 'null'],
}

export const certificateSchemas = {
  Certificate: object(certificateMembers),
  CertificateList: pageOf('Certificate'),
  CertificateInFull: object({
    ...certificateMembers,
    blockchain: object({
      network: text,
      transaction_hash: textOrNull,
      confirmed: yesNo,
      chain_id: integer,
      contract: textOrNull,
      block_number: integerOrNull,
      block_time: momentOrNull,
      merkle_root: textOrNull,
      leaf: text,
      confirmations: integer,
      explorer_url: urlOrNull,
    }),
    revocation,
    analytics: object({
      views: integer,
      unique_views: integer,
      last_viewed_at: momentOrNull,
      verifications: integer,
      embed_views: integer,
      embeds: listOf(object({ host: text, views: integer })),
      referrers: listOf(object({ referrer: text, views: integer })),
      locations: listOf(object({ location: text, views: integer })),
    }),
    shares: counts,
    history: listOf(
      object({
        version: integer,
        created_at: moment,
        created_by: text,
        reason: textOrNull,
        issued_on: day,
        expires_at: momentOrNull,
        confirmed_at: momentOrNull,
        ended_at: momentOrNull,
        leaf: text,
        json: url,
        revocation,
      }),
    ),
  }),
  DryRun: object({
    valid: { const: true },
    template_id: text,
    template_version: integer,
    network: text,
    fields: values,
    issued_on: day,
    expires_at: momentOrNull,
  }),
}

const rowError = object({ index: integer, code: text, message: text, field: textOrNull })
const batchMembers = {
  id: text,
  status: { type: 'string', enum: ['queued', 'processing', 'completed'] },
  total: integer,
  completed: integer,
  failed: integer,
  template_id: text,
  sandbox: yesNo,
  source: text,
  created_at: moment,
  completed_at: momentOrNull,
}
export const batchSchemas = {
  BatchSummary: object(batchMembers),
  Batch: object({ ...batchMembers, revoked: integer, certificate_ids: listOf(text), errors: listOf(rowError) }),
  BatchList: pageOf('BatchSummary'),
  BatchDryRun: object({ valid: yesNo, total: integer, failed: integer, errors: listOf(rowError) }),
}

const visitCounts = {
  views: integer,
  unique_views: integer,
  verifications: integer,
  embed_views: integer,
  shares: counts,
}
export const analyticsSchemas = {
  Analytics: object({
    from: day,
    to: day,
    template_id: textOrNull,
    totals: object({
      ...visitCounts,
      referrers: listOf(object({ referrer: text, views: integer })),
      locations: listOf(object({ location: text, views: integer })),
    }),
    days: listOf(object({ day, ...visitCounts })),
    templates: listOf(object({ template_id: text, ...visitCounts })),
  }),
}

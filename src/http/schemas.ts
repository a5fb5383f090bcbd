/** JSON Schemas of the answers, by name. The OpenAPI document is made of them, and the tests hold every answer to them. */
import { PERMISSIONS } from '../domain/api-keys.ts'
import { CERTIFICATE_STATUSES } from '../domain/certificates.ts'
import { EVENT_TYPES } from '../domain/events.ts'
import { FIELD_TYPES } from '../domain/templates.ts'
import type { JsonSchema } from './route.ts'

const text = { type: 'string' }
const textOrNull = { type: ['string', 'null'] }
const integer = { type: 'integer' }
const integerOrNull = { type: ['integer', 'null'] }
const yesNo = { type: 'boolean' }
const day = { type: 'string', format: 'date' }
const moment = { type: 'string', format: 'date-time' }
const momentOrNull = { type: ['string', 'null'], format: 'date-time' }
const url = { type: 'string', format: 'uri' }
const urlOrNull = { type: ['string', 'null'], format: 'uri' }
const listOf = (items: JsonSchema) => ({ type: 'array', items })
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const counts = { type: 'object', additionalProperties: integer }
const values = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } }

/** Every member is always there unless it is named in `optional`. */
function object(properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', properties, required, additionalProperties: false }
}
const pagination = object({ next: textOrNull, prev: textOrNull })
const pageOf = (name: string) => object({ data: listOf(reference(name)), pagination })

const problem = object({ field: text, code: text, message: text })
const errorMembers = {
  field: text,
  details: listOf(problem),
  certificate_id: text,
  request_id: text,
}
const errorSchemas = {
  Error: object({
    error: object({ code: text, message: text, documentation_url: url, ...errorMembers }, Object.keys(errorMembers)),
  }),
  Problem: object(
    { type: url, title: text, status: integer, detail: text, code: text, ...errorMembers },
    Object.keys(errorMembers),
  ),
}

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
  links: object({ page: url, json: url, linkedin: url }),
}
const certificateSchemas = {
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
    analytics: object({
      views: integer,
      unique_views: integer,
      last_viewed_at: momentOrNull,
      verifications: integer,
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
const batchSchemas = {
  BatchSummary: object(batchMembers),
  Batch: object({ ...batchMembers, certificate_ids: listOf(text), errors: listOf(rowError) }),
  BatchList: pageOf('BatchSummary'),
  BatchDryRun: object({ valid: yesNo, total: integer, failed: integer, errors: listOf(rowError) }),
}

const definition = {
  name: text,
  fields: listOf(
    object(
      {
        key: text,
        label: text,
        type: { type: 'string', enum: [...FIELD_TYPES] },
        required: yesNo,
        choices: listOf(text),
        aliases: listOf(text),
        default: { type: ['string', 'number', 'boolean'] },
      },
      ['choices', 'aliases', 'default'],
    ),
  ),
  achievement: object({ name: text, description: text, criteria: text, type: text }),
  validity: { ...object({ months: integer }), type: ['object', 'null'] },
  unique_by: listOf(text),
  design: text,
  network: textOrNull,
  hold_minutes: integer,
  language: textOrNull,
}
const templateSchemas = {
  Template: object({
    id: text,
    slug: text,
    version: integer,
    status: { type: 'string', enum: ['active', 'archived'] },
    ...definition,
    sandbox: yesNo,
    created_at: moment,
    updated_at: moment,
  }),
  TemplateList: pageOf('Template'),
  TemplateVersions: object({
    data: listOf(object({ version: integer, created_at: moment, created_by: text, ...definition })),
  }),
}

const keyMembers = {
  id: text,
  name: text,
  sandbox: yesNo,
  plan: text,
  scopes: listOf({ type: 'string', enum: [...PERMISSIONS] }),
  prefix: text,
  allowed_cidrs: listOf(text),
  expires_at: momentOrNull,
  last_used_at: momentOrNull,
  revoked_at: momentOrNull,
  created_at: moment,
  created_by: text,
}
const eventMembers = {
  id: text,
  seq: integer,
  type: { type: 'string', enum: [...EVENT_TYPES] },
  event: { type: 'string', enum: [...EVENT_TYPES] },
  subject: text,
  certificate_id: textOrNull,
  timestamp: moment,
  data: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } },
}
const mail = {
  id: text,
  certificate_id: textOrNull,
  version: integerOrNull,
  kind: text,
  status: { type: 'string', enum: ['queued', 'captured', 'sent', 'failed', 'bounced'] },
  to: textOrNull,
  to_name: textOrNull,
  subject: textOrNull,
  text: textOrNull,
  html: textOrNull,
  message_id: text,
  attempts: integer,
  last_error: textOrNull,
  created_at: moment,
  sent_at: momentOrNull,
}
const managementSchemas = {
  ApiKey: object(keyMembers),
  ApiKeyList: object({ data: listOf(reference('ApiKey')) }),
  NewApiKey: object({ ...keyMembers, key: { ...text, description: 'The key itself. It is shown this once.' } }),
  EventList: object({ data: listOf(object(eventMembers)), pagination }),
  AuditList: object({ data: listOf(object({ ...eventMembers, actor: text, hash: text })), pagination }),
  Mail: object(mail),
  MailList: pageOf('Mail'),
  NetworkList: object({
    data: listOf(
      object({
        name: text,
        title: text,
        chain_id: integer,
        token: text,
        explorer_url: urlOrNull,
        confirmations: integer,
        testnet: yesNo,
        default: yesNo,
        registries: listOf(object({ contract: textOrNull, sandbox: yesNo, did: text })),
      }),
    ),
  }),
  System: object({
    version: text,
    time: moment,
    health: reference('Health'),
    jobs: listOf(object({ kind: text, state: text, count: integer })),
    waiting_for_anchor: integer,
    open_revocations: integer,
    anchors: listOf(
      object({
        id: text,
        network: text,
        sandbox: yesNo,
        state: text,
        size: integer,
        merkle_root: textOrNull,
        transaction_hash: textOrNull,
        block_number: integerOrNull,
        created_at: moment,
        confirmed_at: momentOrNull,
      }),
    ),
    transactions: listOf(
      object({
        id: text,
        network: text,
        kind: text,
        state: text,
        hash: textOrNull,
        nonce: integerOrNull,
        note: textOrNull,
        created_at: moment,
        final_at: momentOrNull,
      }),
    ),
    store: object({ commits: integer, transactions: integer, waiting: integer }),
  }),
  Wiped: object({ wiped: yesNo, certificates: integer }),
}

const openSchemas = {
  Health: object({ ready: yesNo, degraded: yesNo, checks: { type: 'object', additionalProperties: text } }),
  Alive: object({ status: { const: 'ok' } }),
  Credential: {
    type: 'object',
    description: 'W3C Verifiable Credential 2.0, Open Badges 3.0, with its proofs.',
    required: ['@context', 'id', 'type', 'issuer', 'credentialSubject', 'proof'],
  },
  StatusList: {
    type: 'object',
    description: 'W3C BitstringStatusListCredential.',
    required: ['@context', 'id', 'type', 'issuer', 'credentialSubject', 'proof'],
  },
  DidDocument: { type: 'object', required: ['@context', 'id', 'verificationMethod', 'assertionMethod'] },
  IssuerProfile: { type: 'object', required: ['@context', 'type', 'id', 'name', 'url', 'publicKey'] },
  Vouchers: object({
    issuers: listOf(object({ did: text, name: text, sandbox: yesNo, registries: listOf(text) })),
  }),
  Achievement: object({
    id: url,
    type: listOf(text),
    achievementType: text,
    name: text,
    description: text,
    criteria: object({ id: url, narrative: text }),
    creator: object({ id: text, type: listOf(text), name: text, url }),
  }),
  JsonRpc: { description: 'JSON-RPC 2.0 response, or a list of them.' },
  OpenApi: { type: 'object', required: ['openapi', 'info', 'paths'] },
}

export const schemas: Record<string, JsonSchema> = {
  ...errorSchemas,
  ...certificateSchemas,
  ...batchSchemas,
  ...templateSchemas,
  ...managementSchemas,
  ...openSchemas,
}

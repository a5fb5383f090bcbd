/** Templates, keys, events, mails, networks, the system. */
import { PERMISSIONS } from '../domain/api-keys.ts'
import { EVENT_TYPES } from '../domain/events.ts'
import { FIELD_TYPES } from '../domain/templates.ts'
import {
  integer,
  integerOrNull,
  listOf,
  moment,
  momentOrNull,
  object,
  pageOf,
  pagination,
  reference,
  text,
  textOrNull,
  urlOrNull,
  yesNo,
} from './schema-parts.ts'

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
export const templateSchemas = {
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
const money = {
  account: text,
  balance: textOrNull,
  transactions_left: integerOrNull,
  certificates_left: integerOrNull,
  cost_per_transaction: textOrNull,
  amount_to_send: textOrNull,
  gas_price_gwei: textOrNull,
  max_fee_gwei: textOrNull,
  spent_24h: text,
  daily_budget: textOrNull,
}
const registry = {
  address: textOrNull,
  explorer_url: urlOrNull,
  did: text,
  ready: yesNo,
  owner: textOrNull,
  pending_owner: textOrNull,
  permissions: integerOrNull,
}
const endpoint = {
  host: text,
  state: { type: 'string', enum: ['untried', 'ok', 'failing', 'wrong_chain', 'stale'] },
  head: integerOrNull,
  latency_ms: integerOrNull,
  failures: integer,
  last_error: textOrNull,
}
const warning = { code: text, message: text, urgent: yesNo }
export const managementSchemas = {
  ApiKey: object(keyMembers),
  ApiKeyList: object({ data: listOf(reference('ApiKey')) }),
  NewApiKey: object({ ...keyMembers, key: { ...text, description: 'The key itself. It is shown this once.' } }),
  EventList: object({ data: listOf(object(eventMembers)), pagination }),
  AuditList: object({ data: listOf(object({ ...eventMembers, actor: text, hash: text })), pagination }),
  Mail: object(mail),
  MailList: pageOf('Mail'),
  NetworkList: object({
    data: listOf(
      object(
        {
          name: text,
          title: text,
          chain_id: integer,
          token: text,
          explorer_url: urlOrNull,
          confirmations: integer,
          finalized_tag: yesNo,
          testnet: yesNo,
          default: yesNo,
          registries: listOf(object({ contract: textOrNull, sandbox: yesNo, did: text })),
          ...money,
          registry: { ...object(registry), type: ['object', 'null'] },
          hold: { ...object({ reason: text, detail: text, since: moment }), type: ['object', 'null'] },
          head: integerOrNull,
          waiting_certificates: integer,
          waiting_revocations: integer,
          warning: textOrNull,
          warnings: listOf(object(warning)),
          endpoints: listOf(object(endpoint)),
        },
        ['endpoints'],
      ),
    ),
  }),
  System: object({
    version: text,
    time: moment,
    health: reference('Health'),
    jobs: listOf(object({ kind: text, state: text, count: integer })),
    waiting_for_anchor: integer,
    open_revocations: integer,
    warnings: listOf(object({ network: text, ...warning })),
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

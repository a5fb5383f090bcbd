import { createBatch, dryRunBatch, readBatch, revokeBatch, type BatchCommand } from '../../actions/batches.ts'
import type { Batch } from '../../domain/batches.ts'
import { isoSeconds } from '../../domain/clock.ts'
import { invalid } from '../../domain/errors.ts'
import { batchShape } from '../../domain/issue-request.ts'
import type { HttpContext } from '../context.ts'
import { planOf } from '../limits.ts'
import { pageAnswer, pageShape, readPage } from '../pages.ts'
import { privateRoute, type PrivateCall } from '../route.ts'
import { isoOrNull } from './certificate-body.ts'
import { revokeShape } from './certificates-change.ts'
import { dryRunShape } from './certificates.ts'

const TAG = 'Batches'
/** Errors shown with a batch; the count in `failed` is always whole. */
const MAX_ERRORS = 10_000

const summaryOf = (batch: Batch) => ({
  id: batch.id,
  status: batch.status,
  total: batch.total,
  completed: batch.completed,
  failed: batch.failed,
  template_id: batch.templateId,
  sandbox: batch.partition === 'test',
  source: batch.source,
  created_at: isoSeconds(batch.createdAt),
  completed_at: isoOrNull(batch.completedAt),
})

async function batchInFull({ store }: Pick<HttpContext, 'store'>, batch: Batch) {
  const [ids, revoked, errors] = await Promise.all([
    store.certificates.idsOfBatch(batch.id),
    store.certificates.revokedOfBatch(batch.id),
    batch.failed === 0 ? [] : store.batches.errors(batch.id, MAX_ERRORS),
  ])
  return {
    ...summaryOf(batch),
    revoked,
    certificate_ids: ids,
    errors: errors.map(({ index, code, message, field }) => ({ index, code, message, field })),
  }
}

interface BatchBody {
  template_id: string
  recipients: unknown[]
  notify?: boolean
  hold?: boolean | number | null
  network?: string | null
}

function commandOf({ context, caller, body }: PrivateCall): BatchCommand {
  const { template_id, recipients, notify, hold, network } = body as BatchBody
  const { plan } = caller.apiKey
  const { batchSize } = planOf(context.appliance.plans, plan)
  if (batchSize > 0 && recipients.length > batchSize) {
    const message = `recipients has ${recipients.length} entries; the plan "${plan}" of this key allows ${batchSize}. Send several batches, or use a key of a larger plan.`
    throw invalid([{ field: 'recipients', code: 'too_long', message }])
  }
  return {
    templateId: template_id,
    rows: recipients,
    notify: notify ?? true,
    hold: hold === false || hold === undefined ? null : hold,
    network: network ?? null,
    source: 'api',
  }
}

const post = privateRoute({
  method: 'POST',
  path: '/v1/certificates/batch',
  permission: 'certificates:write',
  tag: TAG,
  summary: 'Issue a batch',
  description:
    'Takes many recipients at once and answers when all of them are stored durably. One bad row never stops the others; ask `GET /v1/batches/{id}` for progress. A row holds name and email, or `recipient`, besides fields, issued_on, expires_at and metadata.',
  query: dryRunShape,
  body: batchShape,
  largeBody: true,
  answers: {
    202: { description: 'Stored; the rows are being issued.', schema: 'Batch' },
    200: { description: 'Dry run: what would happen to each row.', schema: 'BatchDryRun' },
  },
  errors: ['template_not_found', 'template_archived', 'unavailable'],
  idempotent: true,
  example: {
    body: {
      template_id: 'apm',
      recipients: [
        {
          name: 'Maria Andersson',
          email: 'maria@example.org',
          fields: { course_name: 'Advanced Project Management', completion_date: '2026-03-03' },
        },
      ],
    },
  },
  handle: async (call) => (call.query.dry_run === true ? dryRun(call) : store(call)),
})

async function dryRun(call: PrivateCall) {
  const command = commandOf(call)
  const errors = await dryRunBatch(call.context, call.caller, command)
  const failed = new Set(errors.map(({ index }) => index)).size
  return { json: { valid: failed === 0, total: command.rows.length, failed, errors } }
}

function store(call: PrivateCall) {
  const { context, caller, services } = call
  const command = commandOf(call)
  return services.idempotency.run(call, async (keyed) => {
    const textOf = (batch: Batch) =>
      JSON.stringify({ ...summaryOf(batch), revoked: 0, certificate_ids: [], errors: [] })
    const once = keyed && ((batch: Batch) => keyed.once(batch.id, 202, textOf(batch)))
    const batch = await createBatch(context, caller, command, once)
    return { status: 202, text: textOf(batch), headers: { Location: `/v1/batches/${batch.id}` } }
  })
}

const list = privateRoute({
  method: 'GET',
  path: '/v1/batches',
  permission: 'certificates:read',
  tag: TAG,
  summary: 'List batches',
  description: 'Newest first.',
  query: pageShape,
  answers: { 200: { description: 'One page.', schema: 'BatchList' } },
  handle: async ({ context, caller, query }) => {
    const page = readPage(context.mac, 'batches', query)
    const found = await context.store.batches.list(caller, page)
    const { shown, pagination } = pageAnswer(context.mac, 'batches', page, found, (batch) => batch)
    return { json: { data: shown.map(summaryOf), pagination } }
  },
})

const get = privateRoute({
  method: 'GET',
  path: '/v1/batches/:id',
  permission: 'certificates:read',
  tag: TAG,
  summary: 'Read a batch',
  description: 'Progress, the certificates so far in the order of the rows, and what was wrong with the others.',
  answers: { 200: { description: 'The batch.', schema: 'Batch' } },
  errors: ['batch_not_found'],
  handle: async ({ context, caller, params }) => ({
    json: await batchInFull(context, await readBatch(context, caller, params.id!)),
  }),
})

const revoke = privateRoute({
  method: 'POST',
  path: '/v1/batches/:id/revoke',
  permission: 'certificates:write',
  tag: TAG,
  summary: 'Revoke a batch',
  description:
    'Revokes every certificate of the batch, also those that are still being issued; held ones are withdrawn. Takes the order and answers: `revoked` in `GET /v1/batches/{id}` counts up. It cannot be undone. What is revoked already keeps its date and reason, so asking again is harmless. A batch that had a tree of its own costs one entry on the chain.',
  body: revokeShape,
  bodyOptional: true,
  answers: { 202: { description: 'Stored; the certificates are being revoked.', schema: 'Batch' } },
  errors: ['batch_not_found'],
  example: { body: { reason: 'Sent to the wrong course.', notify: true } },
  handle: async ({ context, caller, params, body }) => {
    const { reason, notify } = (body ?? {}) as { reason?: string | null; notify?: boolean }
    const wish = { reason: reason?.trim() ?? null, notify: notify ?? false }
    const batch = await revokeBatch(context, caller, params.id!, wish)
    return { status: 202, json: await batchInFull(context, batch), headers: { Location: `/v1/batches/${batch.id}` } }
  },
})

export const batchRoutes = [post, list, get, revoke]

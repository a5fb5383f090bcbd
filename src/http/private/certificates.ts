/** Issuing and reading certificates. */
import { issueCertificate, prepareIssue } from '../../actions/certificates-issue.ts'
import { readCertificate } from '../../actions/certificates.ts'
import type { AnchorRow } from '../../domain/anchors.ts'
import { isDay, momentOf, startOfDay } from '../../domain/dates.ts'
import { isId } from '../../domain/ids.ts'
import { issueCommand, issueShape } from '../../domain/issue-request.ts'
import type { ReadCertificate } from '../../domain/certificates-decide.ts'
import type { Shape } from '../../domain/shape.ts'
import type { CertificateFilter } from '../../store/certificates-list.ts'
import type { HttpContext } from '../context.ts'
import { pageAnswer, pageShape, readPage } from '../pages.ts'
import { privateRoute, type PrivateCall } from '../route.ts'
import { patienceOf } from '../wait.ts'
import {
  certificateBody,
  certificateInFull,
  isoOrNull,
  shownCertificate,
  surroundings,
  unanchored,
} from './certificate-body.ts'
import { settled } from './settled.ts'

const TAG = 'Certificates'
export const dryRunShape: Shape = {
  dry_run: { kind: 'boolean', doc: 'true checks everything and issues nothing.' },
}
const example = {
  template_id: 'apm',
  recipient: { name: 'Maria Andersson', email: 'maria@example.org' },
  fields: {
    course_name: 'Advanced Project Management',
    completion_date: '2026-03-03',
    credential_id: 'PM-2026-0042',
  },
}

const post = privateRoute({
  method: 'POST',
  path: '/v1/certificates',
  permission: 'certificates:write',
  tag: TAG,
  summary: 'Issue a certificate',
  description:
    'Creates, anchors and mails one certificate. The answer waits for the confirmation of the chain as long as the appliance is set to (sync_wait), or as `Prefer: wait=N` says; if the chain is slower the status is `pending`.',
  query: dryRunShape,
  body: issueShape,
  answers: {
    201: { description: 'Issued, or accepted and pending.', schema: 'Certificate' },
    200: { description: 'Dry run: it would be issued like this.', schema: 'DryRun' },
  },
  errors: ['template_not_found', 'template_archived', 'already_issued', 'chain_not_ready', 'unavailable'],
  idempotent: true,
  waits: true,
  example: { body: example },
  handle: async (call) => (call.query.dry_run === true ? dryRun(call) : issueOnce(call)),
})

async function dryRun({ context, caller, body }: PrivateCall) {
  const { template, accepted, network } = await prepareIssue(context, caller, issueCommand(body))
  const json = {
    valid: true,
    template_id: template.template.id,
    template_version: template.version.version,
    network,
    fields: accepted.fields,
    issued_on: accepted.issuedOn,
    expires_at: isoOrNull(accepted.expiresAt),
  }
  return { json }
}

function issueOnce(call: PrivateCall) {
  const { context, caller, services, request } = call
  return services.idempotency.run(call, async (keyed) => {
    const patience = patienceOf(request.headers.get('prefer'), context.appliance.syncWaitMs)
    const atCommit = (issued: ReadCertificate) =>
      JSON.stringify(certificateBody(context.appliance, issued, unanchored(issued.certificate), context.clock.now()))
    const options = keyed
      ? { once: (issued: ReadCertificate) => keyed.once(issued.certificate.id, 201, atCommit(issued)) }
      : {}
    const issued = await issueCertificate(context, caller, issueCommand(call.body), options)
    const later = await settled(call, issued, patience.milliseconds)
    const text = later ? JSON.stringify(await shownCertificate(context, caller, later)) : atCommit(issued)
    await keyed?.settle(text)
    return { status: 201, text, headers: patience.headers }
  })
}

const listShape: Shape = {
  template_id: { kind: 'text', max: 100, doc: 'Id or slug.' },
  status: {
    kind: 'choice',
    of: ['held', 'pending', 'issued', 'failed', 'revoked', 'withdrawn', 'expired', 'replaced'],
  },
  recipient_email: { kind: 'text', max: 254 },
  batch_id: { kind: 'text', max: 60 },
  issued_from: { kind: 'text', max: 10, format: 'day' },
  issued_to: { kind: 'text', max: 10, format: 'day', doc: 'Included.' },
  expires_before: { kind: 'text', max: 40, format: 'moment' },
  valid_on: { kind: 'text', max: 10, format: 'day', doc: 'Who held a valid certificate on that day (UTC).' },
  q: { kind: 'text', max: 200, doc: 'Part of a name or an address, or the beginning of an id.' },
  ...pageShape,
}

const list = privateRoute({
  method: 'GET',
  path: '/v1/certificates',
  permission: 'certificates:read',
  tag: TAG,
  summary: 'List certificates',
  description: 'Newest first. Send the same filters with each cursor.',
  query: listShape,
  answers: { 200: { description: 'One page.', schema: 'CertificateList' } },
  example: { query: 'status=issued&limit=20' },
  handle: async ({ context, caller, query }) => {
    const { store, mac, appliance, clock } = context
    const page = readPage(mac, 'certificates', query)
    const found = await store.certificates.list(caller, await filterOf(context, caller, query), page, clock.now())
    const { shown, pagination } = pageAnswer(mac, 'certificates', page, found, ({ certificate }) => certificate)
    const anchors = new Map<string, AnchorRow | undefined>()
    const data = []
    for (const each of shown)
      data.push(certificateBody(appliance, each, await surroundings(context, caller, each, anchors), clock.now()))
    return { json: { data, pagination } }
  },
})

async function filterOf(
  { store }: HttpContext,
  caller: PrivateCall['caller'],
  query: Record<string, unknown>,
): Promise<CertificateFilter> {
  const texts = query as Record<string, string | undefined>
  const { template_id: template, expires_before: before } = texts
  const known =
    template === undefined || isId('tmpl', template) ? undefined : await store.templates.find(caller, template)
  const filter = {
    templateId: known?.template.id ?? template,
    status: texts.status as CertificateFilter['status'],
    recipientEmail: texts.recipient_email,
    batchId: texts.batch_id,
    issuedFrom: texts.issued_from,
    issuedTo: texts.issued_to,
    // Before a day means before it begins.
    expiresBefore: before === undefined ? undefined : isDay(before) ? startOfDay(before) : momentOf(before),
    validOn: texts.valid_on,
    q: texts.q,
  }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}

const get = privateRoute({
  method: 'GET',
  path: '/v1/certificates/:id',
  permission: 'certificates:read',
  tag: TAG,
  summary: 'Read a certificate',
  description: 'Everything that is known: chain facts in full, visits, shares and all versions.',
  answers: { 200: { description: 'The certificate.', schema: 'CertificateInFull' } },
  errors: ['certificate_not_found'],
  handle: async ({ context, caller, params }) => ({
    json: await certificateInFull(context, caller, await readCertificate(context, caller, params.id!)),
  }),
})

export const certificateRoutes = [post, list, get]

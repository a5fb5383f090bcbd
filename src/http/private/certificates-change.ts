/** Correcting, revoking, withdrawing, releasing and retrying certificates. */
import {
  correctCertificate,
  releaseCertificate,
  retryCertificate,
  revokeCertificate,
  withdrawCertificate,
  type Correction,
} from '../../actions/certificates.ts'
import type { ErrorCode } from '../../domain/errors.ts'
import { correctionShape } from '../../domain/issue-request.ts'
import type { ReadCertificate } from '../../domain/certificates-decide.ts'
import type { Shape } from '../../domain/shape.ts'
import { privateRoute, type Method, type PrivateCall } from '../route.ts'
import { patienceOf } from '../wait.ts'
import { shownCertificate } from './certificate-body.ts'
import { settled } from './settled.ts'

const TAG = 'Certificates'
const answers = { 200: { description: 'The certificate as it is now.', schema: 'Certificate' } }

/** What every change is made of: the action, then waiting for the chain where it has to say something. */
async function changed(call: PrivateCall, current: ReadCertificate) {
  const { context, caller, request } = call
  const patience = patienceOf(request.headers.get('prefer'), context.appliance.syncWaitMs)
  const later = await settled(call, current, patience.milliseconds)
  return { json: await shownCertificate(context, caller, later ?? current), headers: patience.headers }
}

interface CorrectionBody {
  recipient?: { name?: string; email?: string; external_id?: string | null; language?: string | null }
  fields?: Correction['fields']
  issued_on?: string
  expires_at?: string | null
  metadata?: Record<string, unknown> | null
  reason: string
  notify?: boolean
}

function correctionOf(body: unknown): Correction {
  const { recipient = {}, fields, issued_on, expires_at, metadata, reason, notify } = body as CorrectionBody
  const { name, email, external_id, language } = recipient
  const change = { name, email, externalId: external_id, language }
  return {
    recipient: Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
    fields: fields ?? {},
    issuedOn: issued_on ?? null,
    expiresAt: expires_at,
    metadata,
    reason: reason.trim(),
    notify: notify ?? true,
  }
}

const correction = (method: 'PATCH' | 'PUT') =>
  privateRoute({
    method,
    path: '/v1/certificates/:id',
    permission: 'certificates:write',
    tag: TAG,
    summary: method === 'PATCH' ? 'Correct a certificate' : 'Correct a certificate (the same as PATCH)',
    description:
      'Never edits: makes a new version under the same id and link, which supersedes the one before once the chain has confirmed it. The old file stays verifiable as authentic and replaced.',
    body: correctionShape,
    answers,
    errors: [
      'certificate_not_found',
      'template_not_found',
      'already_issued',
      'certificate_closed',
      'correction_pending',
      'changed_meanwhile',
      'chain_not_ready',
    ],
    waits: true,
    example: { body: { recipient: { name: 'Maria Anderson' }, reason: 'The name was misspelt.' } },
    handle: async (call) =>
      changed(call, await correctCertificate(call.context, call.caller, call.params.id!, correctionOf(call.body))),
  })

/** What a revocation says, of one certificate or of a batch. */
export const revokeShape: Shape = {
  reason: { kind: 'text', max: 500, nullable: true, doc: 'Public.', example: 'Issued by mistake.' },
  notify: { kind: 'boolean', doc: 'Mail the recipient. Default false.' },
}

const revocation = (method: Method, path: string) =>
  privateRoute({
    method,
    path,
    permission: 'certificates:write',
    tag: TAG,
    summary: method === 'POST' ? 'Revoke a certificate' : 'Revoke a certificate (the same as POST …/revoke)',
    description: 'Dated, public and on the chain. It cannot be undone; asking again changes nothing.',
    body: revokeShape,
    bodyOptional: true,
    answers,
    errors: ['certificate_not_found', 'certificate_closed', 'not_held', 'changed_meanwhile'],
    example: { body: { reason: 'Issued by mistake.', notify: true } },
    handle: async ({ context, caller, params, body }) => {
      const { reason, notify } = (body ?? {}) as { reason?: string | null; notify?: boolean }
      const wish = { reason: reason?.trim() ?? null, notify: notify ?? false }
      const current = await revokeCertificate(context, caller, params.id!, wish)
      return { json: await shownCertificate(context, caller, current) }
    },
  })

type Act = (context: PrivateCall['context'], caller: PrivateCall['caller'], id: string) => Promise<ReadCertificate>

const step = (name: string, summary: string, description: string, errors: readonly ErrorCode[], act: Act) =>
  privateRoute({
    method: 'POST',
    path: `/v1/certificates/:id/${name}`,
    permission: 'certificates:write',
    tag: TAG,
    summary,
    description,
    body: {},
    bodyOptional: true,
    answers,
    errors: ['certificate_not_found', 'changed_meanwhile', ...errors],
    ...(name === 'withdraw' ? {} : { waits: true as const }),
    handle: async (call) => changed(call, await act(call.context, call.caller, call.params.id!)),
  })

export const certificateChangeRoutes = [
  correction('PATCH'),
  correction('PUT'),
  revocation('POST', '/v1/certificates/:id/revoke'),
  revocation('DELETE', '/v1/certificates/:id'),
  step(
    'withdraw',
    'Withdraw a held certificate',
    'Undo within the hold: nothing was anchored or mailed.',
    ['not_held'],
    withdrawCertificate,
  ),
  step('release', 'Release a held certificate', 'Ends the hold now.', ['not_held'], releaseCertificate),
  step('retry', 'Retry a failed certificate', 'Puts it into the next tree.', [], retryCertificate),
]

/** `/cert_…`: the page for people, the credential file for machines; visits and shares. */
import { credentialFile, publicCertificate } from '../../actions/certificates-public.ts'
import { recordVisit, type Visit } from '../../actions/visits.ts'
import { AppError } from '../../domain/errors.ts'
import type { PublicCertificate } from '../../domain/public-certificate.ts'
import { readBytes } from '../body.ts'
import { credentialType } from '../negotiate.ts'
import { publicRoute, type Answer, type Call } from '../route.ts'
import { isMachine, referrerHost } from '../visitors.ts'
import { languageOf, pageAnswer, pageAssets, pageNodes, taggedAnswer } from './answers.ts'
import { certificatePage } from './certificate-page.ts'

const TAG = 'Certificates (public)'
const CREDENTIAL = 'application/vc+json'
const ID = /^cert_[0-9a-hjkmnp-tv-z]{26}$/

const page = publicRoute({
  method: 'GET',
  path: '/:id',
  tag: TAG,
  summary: 'The certificate',
  description:
    'A page for browsers. With `Accept: application/vc+json` (or application/ld+json, application/json), or with `.json` behind the id, the credential file.',
  only: { id: /^cert_[0-9a-hjkmnp-tv-z]{26}(\.json)?$/ },
  query: {
    version: { kind: 'integer', min: 1, max: 1_000_000, doc: 'An earlier version of the file.' },
    lang: { kind: 'text', max: 35, doc: 'Language of the page.' },
  },
  cors: true,
  answers: { 200: { description: 'The credential file, or the page.', schema: 'Credential', type: CREDENTIAL } },
  errors: ['certificate_not_found', 'invalid_request'],
  handle: async (call) => {
    const { params, request } = call
    const isFile = params.id!.endsWith('.json')
    const type = isFile ? CREDENTIAL : credentialType(request)
    return type === undefined ? certificateAnswer(call) : credentialAnswer(call, type)
  },
})

async function credentialAnswer({ context, params, query, request }: Call, type: string): Promise<Answer> {
  const id = params.id!.replace(/\.json$/, '')
  const file = await credentialFile(context, id, query.version as number | undefined)
  return taggedAnswer(context, request, { text: JSON.stringify(file), type, headers: { Vary: 'Accept' } })
}

async function certificateAnswer({ context, params, request }: Call): Promise<Answer> {
  const view = await publicCertificate(context, params.id!)
  const options = {
    language: languageOf(request, view.language),
    assets: pageAssets(context),
    chainRpcUrl: pageNodes(context, view.chain.network),
    furtherNodes: Object.fromEntries(
      view.chain.also.map(({ chainId, network }) => [chainId, pageNodes(context, network)]),
    ),
  }
  return pageAnswer(certificatePage(view, options), {
    Link: `<${view.links.json}>; rel="alternate"; type="${CREDENTIAL}"`,
  })
}

const MAX_VISIT_BYTES = 1000

/** What the page's script says; whatever cannot be read is a view without a referrer. */
function readVisit(text: string): { kind: Visit['kind']; referrer: unknown; channel: string | null } {
  let said: { kind?: unknown; referrer?: unknown; channel?: unknown } = {}
  try {
    said = (JSON.parse(text) ?? {}) as typeof said
  } catch {
    // Counting must never be what fails.
  }
  const kind = said.kind === 'verified' || said.kind === 'shared' ? said.kind : 'view'
  const channel = typeof said.channel === 'string' && /^[a-z]{1,20}$/.test(said.channel) ? said.channel : null
  return { kind, referrer: said.referrer, channel }
}

const visits = publicRoute({
  method: 'POST',
  path: '/:id/visits',
  tag: TAG,
  summary: 'Count a visit',
  description: 'Sent by the page itself. No address and no cookie is kept; robots and link previews are not counted.',
  only: { id: ID },
  answers: { 204: { description: 'Always, whether or not it was counted.' } },
  errors: ['payload_too_large'],
  handle: async (call) => {
    const { request, context } = call
    const text = new TextDecoder().decode(await readBytes(request, MAX_VISIT_BYTES))
    const { kind, referrer, channel } = readVisit(text)
    if (!isMachine(request.headers))
      await count(
        call,
        { kind, channel: kind === 'shared' ? (channel ?? 'other') : null },
        referrerHost(referrer, context.appliance.publicUrl),
      )
    return { status: 204 }
  },
})

async function count(
  { context, services, request, params, address }: Call,
  { kind, channel }: Pick<Visit, 'kind' | 'channel'>,
  referrer: string | null,
): Promise<void> {
  const id = params.id!
  const unique = kind === 'view' && services.visitors.isFirstToday(id, address, request.headers.get('user-agent') ?? '')
  await recordVisit(context, id, { kind, unique, referrer: kind === 'view' ? referrer : null, channel })
}

const linkedin = publicRoute({
  method: 'GET',
  path: '/s/:id/linkedin',
  tag: TAG,
  summary: 'Add to the LinkedIn profile',
  description: 'Leads to LinkedIn with the facts of the certificate filled in; counted as a share.',
  only: { id: ID },
  answers: { 302: { description: 'To LinkedIn.' } },
  errors: ['certificate_not_found'],
  handle: async (call) => {
    const { context, params, request, method } = call
    const view = await publicCertificate(context, params.id!)
    if (view.state === 'erased' || view.state === 'failed') throw new AppError('certificate_not_found')
    if (method === 'GET' && !isMachine(request.headers))
      await count(call, { kind: 'shared', channel: 'linkedin' }, null)
    const { linkedinOrganizationId } = context.appliance.issuer
    return {
      status: 302,
      headers: { Location: linkedinAddress(view, linkedinOrganizationId), 'Cache-Control': 'no-store' },
    }
  },
})

/** LinkedIn's "add to profile" address, as its documentation for issuers describes it. */
function linkedinAddress(view: PublicCertificate, organizationId: string): string {
  const parameters = new URLSearchParams({ startTask: 'CERTIFICATION_NAME', name: view.title })
  if (organizationId) parameters.set('organizationId', organizationId)
  else parameters.set('organizationName', view.issuer.name)
  const [year, month] = view.issuedOn.split('-').map(Number)
  parameters.set('issueYear', String(year))
  parameters.set('issueMonth', String(month))
  if (view.expiresAt !== null) {
    const end = new Date(view.expiresAt)
    parameters.set('expirationYear', String(end.getUTCFullYear()))
    parameters.set('expirationMonth', String(end.getUTCMonth() + 1))
  }
  parameters.set('certUrl', view.links.page)
  parameters.set('certId', view.licenseNumber ?? view.id)
  return `https://www.linkedin.com/profile/add?${parameters}`
}

export const publicCertificateRoutes = [page, visits, linkedin]

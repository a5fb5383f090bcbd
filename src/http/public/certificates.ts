/** `/cert_…`: the page for people, the credential file for machines, pictures and the PDF; visits. */
import { credentialFile, publicCertificate } from '../../actions/certificates-public.ts'
import type { Visit } from '../../actions/visits.ts'
import { PAGE_CHANNELS } from '../../domain/visits.ts'
import { readBytes } from '../body.ts'
import { credentialType } from '../negotiate.ts'
import { publicRoute, type Answer, type Call } from '../route.ts'
import { referrerHost } from '../visitors.ts'
import { languageOf, pageAnswer, pageAssets, pageNodes, taggedAnswer } from './answers.ts'
import { certificatePage } from './certificate-page.ts'
import { countVisit } from './counting.ts'
import { pictureAnswer, PICTURES, WIDTHS, type PictureKind } from './files.ts'

const TAG = 'Certificates (public)'
const CREDENTIAL = 'application/vc+json'
const ID = /^cert_[0-9a-hjkmnp-tv-z]{26}$/

const page = publicRoute({
  method: 'GET',
  path: '/:id',
  tag: TAG,
  summary: 'The certificate',
  description:
    'A page for browsers. With `Accept: application/vc+json` (or application/ld+json, application/json), or with `.json` behind the id, the credential file. With `.svg`, `.png`, `.jpg` what it looks like, with `.pdf` the document that carries the credential file inside, with `.og.jpg` the picture for social networks, 1200 by 630. The sandbox, a revocation, a newer version and the end of validity stand across each of them.',
  only: { id: /^cert_[0-9a-hjkmnp-tv-z]{26}(\.(json|svg|png|jpg|og\.jpg|pdf))?$/ },
  query: {
    version: { kind: 'integer', min: 1, max: 1_000_000, doc: 'An earlier version of the file.' },
    lang: { kind: 'text', max: 35, doc: 'Language of the page.' },
    width: { kind: 'choice', of: WIDTHS, doc: 'Of .png and .jpg, in pixels; 1200 when not given.' },
    download: { kind: 'text', min: 0, max: 5, doc: 'Given at all: saved as a file instead of shown.' },
  },
  cors: true,
  answers: { 200: { description: 'The credential file, or the page.', schema: 'Credential', type: CREDENTIAL } },
  errors: ['certificate_not_found', 'certificate_pending', 'certificate_erased', 'invalid_request', 'unavailable'],
  handle: async (call) => {
    const { params, request } = call
    const [, id, ending] = /^(\w+)(?:\.(.+))?$/.exec(params.id!)!
    const kind = PICTURES.find((each): each is PictureKind => each === ending)
    if (kind) return pictureAnswer(call, id!, kind)
    const isFile = ending === 'json'
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
    publicUrl: context.appliance.publicUrl,
  }
  return pageAnswer(certificatePage(view, options), {
    Link: `<${view.links.json}>; rel="alternate"; type="${CREDENTIAL}"`,
  })
}

const MAX_VISIT_BYTES = 1000

/** What the page's script says; whatever cannot be read is a view without a referrer. */
function readVisit(text: string): { kind: Visit['kind']; referrer: unknown; channel: string } {
  let said: { kind?: unknown; referrer?: unknown; channel?: unknown } = {}
  try {
    said = (JSON.parse(text) ?? {}) as typeof said
  } catch {
    // Counting must never be what fails.
  }
  const kind = said.kind === 'verified' || said.kind === 'shared' ? said.kind : 'view'
  // Anybody can say anything here: what is led to elsewhere counts where it is led to.
  const channel = PAGE_CHANNELS.find((each) => each === said.channel) ?? 'other'
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
    await countVisit(call, {
      kind,
      channel: kind === 'shared' ? channel : null,
      referrer: kind === 'view' ? referrerHost(referrer, context.appliance.publicUrl) : null,
    })
    return { status: 204 }
  },
})

export const publicCertificateRoutes = [page, visits]

/** `/s/cert_…/{channel}`: counted, then on to the fixed address of a network that shares links. */
import { publicCertificate } from '../../actions/certificates-public.ts'
import { AppError } from '../../domain/errors.ts'
import type { PublicCertificate } from '../../domain/public-certificate.ts'
import { publicRoute } from '../route.ts'
import { languageOf } from './answers.ts'
import { countVisit } from './counting.ts'
import { wordsIn } from './page-texts.ts'

const ID = /^cert_[0-9a-hjkmnp-tv-z]{26}$/

/** Where each channel leads; `linkedin` is the profile, `linkedin-post` a post. */
type Target = (view: PublicCertificate, text: string, organizationId: string) => string
const TARGETS: Record<string, Target> = {
  linkedin: (view, _text, organizationId) => linkedinAddress(view, organizationId),
  'linkedin-post': ({ links }) => at('https://www.linkedin.com/sharing/share-offsite/', { url: links.page }),
  x: ({ links }, text) => at('https://x.com/intent/post', { text, url: links.page }),
  facebook: ({ links }) => at('https://www.facebook.com/sharer/sharer.php', { u: links.page }),
  whatsapp: ({ links }, text) => at('https://wa.me/', { text: `${text} ${links.page}` }),
  email: ({ links }, text) =>
    `mailto:?subject=${encodeURIComponent(text)}&body=${encodeURIComponent(`${text}\n\n${links.page}`)}`,
}
export const CHANNELS = Object.keys(TARGETS)

const at = (address: string, parameters: Record<string, string>) => `${address}?${new URLSearchParams(parameters)}`

const share = publicRoute({
  method: 'GET',
  path: '/s/:id/:channel',
  tag: 'Certificates (public)',
  summary: 'Share a certificate',
  description: `Counted as a share, then leads to the network: ${CHANNELS.join(', ')}. \`linkedin\` adds to the profile, \`linkedin-post\` writes a post. Robots are led on and not counted.`,
  only: { id: ID, channel: new RegExp(`^(${CHANNELS.join('|')})$`) },
  answers: { 303: { description: 'To the network.' } },
  errors: ['certificate_not_found'],
  handle: async (call) => {
    const { context, params, method, request } = call
    const view = await publicCertificate(context, params.id!)
    if (view.state === 'erased' || view.state === 'failed') throw new AppError('certificate_not_found')
    const words = wordsIn(languageOf(request, view.language))
    const text = words.say('shareText', { title: view.title, issuer: view.issuer.name })
    const target = TARGETS[params.channel!]!(view, text, context.appliance.issuer.linkedinOrganizationId)
    if (method === 'GET') await countVisit(call, { kind: 'shared', channel: params.channel! })
    return { status: 303, headers: { Location: target, 'Cache-Control': 'no-store' } }
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

export const shareRoutes = [share]

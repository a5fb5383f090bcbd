/** What a visitor may ask of a certificate's page by a form: the link again by mail, and a word about a mistake. */
import { publicCertificate } from '../../actions/certificates-public.ts'
import { reportMistake, requestLink } from '../../actions/shares.ts'
import { checkAddress } from '../../domain/addresses.ts'
import { AppError, invalid, type Problem } from '../../domain/errors.ts'
import { readShape, type Shape } from '../../domain/shape.ts'
import { readBytes, readJson } from '../body.ts'
import { wantsPage } from '../negotiate.ts'
import { countedAddress } from '../remote-address.ts'
import { publicRoute, type Answer, type Call } from '../route.ts'
import { languageOf, messageAnswer } from './answers.ts'
import type { PageText } from './page-texts-en.ts'
import { wordsIn } from './page-texts.ts'

const TAG = 'Certificates (public)'
const ID = /^cert_[0-9a-hjkmnp-tv-z]{26}$/
const MAX_BYTES = 20_000
export const MAX_REPORT = 2000

/** Of a form or of JSON. A form of another site is refused: it could only be there to annoy. */
async function readFields({ request }: Call, shape: Shape): Promise<Record<string, string>> {
  if (request.headers.get('sec-fetch-site') === 'cross-site')
    throw new AppError('forbidden', 'This form is taken from pages of this site alone.')
  const type = request.headers.get('content-type') ?? ''
  let body: unknown
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    const text = new TextDecoder().decode(await readBytes(request, MAX_BYTES))
    // Fields of a form that were left empty are not there; a text area sends its line ends as CR LF.
    body = Object.fromEntries(
      [...new URLSearchParams(text)]
        .map(([name, value]): [string, string] => [name, value.replaceAll('\r\n', '\n').trim()])
        .filter(([, value]) => value !== ''),
    )
  } else body = await readJson(request, MAX_BYTES, false)
  const problems = readShape(body, shape)
  if (problems.length) throw invalid(problems.slice(0, 20))
  return body as Record<string, string>
}

function refuseAddress(field: string, address: string | undefined) {
  if (address === undefined) return
  const checked = checkAddress(address)
  if ('problem' in checked) {
    const problem: Problem = { field, code: 'bad_address', message: `${field} ${checked.problem}` }
    throw invalid([problem])
  }
}

/** A page for whoever sent a form, a word for a program. */
function accepted({ context, request }: Call, title: PageText, text: PageText): Answer {
  if (!wantsPage(request)) return { status: 202, json: { accepted: true } }
  const words = wordsIn(languageOf(request))
  return { ...messageAnswer(context, request, words.say(title), words.say(text)), status: 202 }
}

const ACCEPTED = { 202: { description: 'Taken; whether anything follows is not told.', schema: 'Accepted' } }

const mail = publicRoute({
  method: 'POST',
  path: '/:id/mail',
  tag: TAG,
  summary: 'Send me my link',
  description:
    'Mails the link of a certificate once more, to the address on file and to no other, if that is the one given. The answer is always the same. Few times an hour.',
  only: { id: ID },
  answers: ACCEPTED,
  errors: [
    'certificate_not_found',
    'invalid_request',
    'forbidden',
    'malformed_json',
    'payload_too_large',
    'unsupported_media_type',
  ],
  handle: async (call) => {
    const { email } = await readFields(call, { email: { kind: 'text', max: 254, required: true } })
    refuseAddress('email', email)
    const { context, services, params, address } = call
    const id = params.id!
    services.quota.take([
      [`mail of ${id}`, 3],
      [`mail by ${countedAddress(address)}`, 5],
      ['mail', 300],
    ])
    await requestLink(context, id, email!)
    return accepted(call, 'mailMeSent', 'mailMeSentText')
  },
})

const report = publicRoute({
  method: 'POST',
  path: '/:id/report',
  tag: TAG,
  summary: 'Report a mistake',
  description: 'Plain text for the issuer, by mail. Few times an hour.',
  only: { id: ID },
  answers: ACCEPTED,
  errors: [
    'certificate_not_found',
    'not_found',
    'invalid_request',
    'forbidden',
    'malformed_json',
    'payload_too_large',
    'unsupported_media_type',
  ],
  handle: async (call) => {
    const { context, services, params, address } = call
    const id = params.id!
    const fields = await readFields(call, {
      message: { kind: 'text', min: 3, max: MAX_REPORT, required: true, format: 'lines' },
      email: { kind: 'text', max: 254 },
    })
    refuseAddress('email', fields.email)
    const view = await publicCertificate(context, id)
    if (view.state === 'erased') throw new AppError('certificate_not_found')
    services.quota.take([
      [`report of ${id}`, 5],
      [`report by ${countedAddress(address)}`, 5],
      ['report', 100],
    ])
    const sent = await reportMistake(context, id, { message: fields.message!, from: fields.email ?? null })
    if (!sent) throw new AppError('not_found', 'This issuer names no address for reports.')
    return accepted(call, 'reportSent', 'reportSentText')
  },
})

export const requestRoutes = [mail, report]

/** Who the issuer is, as machines read it, and what the certificates name: achievements and status lists. */
import { readDidDocument, readIssuerProfile, readStatusList, readVouchers } from '../../actions/identity.ts'
import { issuerName } from '../../domain/appliance.ts'
import { AppError } from '../../domain/errors.ts'
import { isId } from '../../domain/ids.ts'
import { credentialType } from '../negotiate.ts'
import { publicRoute, type Call } from '../route.ts'
import { languageOf, pageAnswer, pageAssets, taggedAnswer } from './answers.ts'
import { html } from './html.ts'
import { isolated, page } from './page-layout.ts'
import { wordsIn } from './page-texts.ts'

const TAG = 'Issuer (public)'

const json = ({ context, request }: Call, value: unknown) =>
  taggedAnswer(context, request, { text: JSON.stringify(value), type: 'application/json' })

const did = publicRoute({
  method: 'GET',
  path: '/.well-known/did.json',
  tag: TAG,
  summary: 'DID document',
  description: 'Keys and chain accounts of the issuer, where it is a did:web.',
  cors: true,
  answers: { 200: { description: 'The document.', schema: 'DidDocument' } },
  errors: ['not_found'],
  handle: (call) => {
    const { context } = call
    return json(call, readDidDocument(context, context.accounts(), context.earlierKeys()))
  },
})

const issuer = publicRoute({
  method: 'GET',
  path: '/issuer.json',
  tag: TAG,
  summary: 'Issuer profile',
  description: 'In the form Blockcerts reads.',
  cors: true,
  answers: { 200: { description: 'The profile.', schema: 'IssuerProfile' } },
  handle: (call) => json(call, readIssuerProfile(call.context, call.context.accounts())),
})

const vouchers = publicRoute({
  method: 'GET',
  path: '/.well-known/testamur.json',
  tag: TAG,
  summary: 'Issuers and registries of this site',
  description: 'The identities and registry contracts this site vouches for, sandbox included and marked.',
  cors: true,
  answers: { 200: { description: 'The list.', schema: 'Vouchers' } },
  handle: async (call) => json(call, await readVouchers(call.context)),
})

const statusList = publicRoute({
  method: 'GET',
  path: '/status/:file',
  tag: TAG,
  summary: 'Status list',
  description:
    'Signed list of revoked and replaced certificates. Whoever asks fetches the whole list, so nobody learns about whom.',
  only: { file: /^[1-9]\d{0,8}\.json$/ },
  cors: true,
  answers: { 200: { description: 'The list.', schema: 'StatusList', type: 'application/vc+json' } },
  errors: ['not_found'],
  handle: async ({ context, params, request }) => {
    const text = await readStatusList(context, Number(params.file!.slice(0, -5)))
    return taggedAnswer(context, request, { text, type: 'application/vc+json' })
  },
})

const achievement = publicRoute({
  method: 'GET',
  path: '/achievements/:template/:version',
  tag: TAG,
  summary: 'What a certificate was awarded for',
  description: 'The Open Badges achievement a credential names; texts may hold {{field}} where certificates differ.',
  only: { template: /^tmpl_\w{26}$/, version: /^[1-9]\d{0,8}$/ },
  cors: true,
  answers: { 200: { description: 'The achievement, or a page about it.', schema: 'Achievement' } },
  errors: ['not_found'],
  handle: async (call) => {
    const view = await achievementView(call)
    const type = credentialType(call.request)
    return type === undefined ? achievementPage(call, view) : json(call, view)
  },
})

async function achievementView({ context, params }: Call) {
  const { appliance, store } = context
  const id = params.template!
  const version = isId('tmpl', id) ? await store.templates.version(id, Number(params.version)) : undefined
  if (!version) throw new AppError('not_found')
  const { achievement: texts } = version.definition
  const address = `${appliance.publicUrl}/achievements/${id}/${version.version}`
  return {
    id: address,
    type: ['Achievement'],
    achievementType: texts.type,
    name: texts.name,
    description: texts.description,
    criteria: { id: `${address}#criteria`, narrative: texts.criteria },
    creator: {
      id: appliance.dids[version.partition],
      type: ['Profile'],
      name: issuerName(appliance, version.partition),
      url: appliance.issuer.url || appliance.publicUrl,
    },
  }
}

function achievementPage({ context, request }: Call, view: Awaited<ReturnType<typeof achievementView>>) {
  const words = wordsIn(languageOf(request))
  const main = html`<article class="sheet plain">
    <p class="issuer">${isolated(view.creator.name)}</p>
    <h1>${isolated(view.name)}</h1>
    <p class="description">${isolated(view.description)}</p>
    <section class="criteria" id="criteria">
      <h2>${words.say('criteria')}</h2>
      <p>${isolated(view.criteria.narrative)}</p>
    </section>
  </article>`
  return pageAnswer(page({ words, assets: pageAssets(context), title: view.name, main, scripted: false }))
}

export const identityRoutes = [did, issuer, vouchers, statusList, achievement]

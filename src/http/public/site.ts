/** The few pages of the site itself, and the embedded chain's own door. */
import { EMBEDDED_NETWORK } from '../../domain/networks.ts'
import { AppError } from '../../domain/errors.ts'
import { readBytes } from '../body.ts'
import { publicRoute } from '../route.ts'
import { languageOf, nodesOf, pageAnswer, pageAssets } from './answers.ts'
import { html } from './html.ts'
import { rosette } from './ornament.ts'
import { isolated, page } from './page-layout.ts'
import { wordsIn } from './page-texts.ts'
import { verifyPage } from './plain-pages.ts'

const TAG = 'Pages'
const aPage = { 200: { description: 'The page.', type: 'text/html' } }

const home = publicRoute({
  method: 'GET',
  path: '/',
  tag: TAG,
  summary: 'Home page',
  description: 'Whose certificates these are, and where to check one.',
  answers: aPage,
  handle: ({ context, request }) => {
    const words = wordsIn(languageOf(request))
    const { issuer } = context.appliance
    const main = html`<article class="sheet plain">
      ${rosette(issuer.name, 'underprint')}
      <h1>${isolated(issuer.name)}</h1>
      <p>${words.say('verifyIntro')}</p>
      <p class="actions-line"><a class="button" href="/verify">${words.say('verifyTitle')}</a></p>
      <p><a href="/docs">API</a></p>
    </article>`
    return pageAnswer(page({ words, assets: pageAssets(context), title: issuer.name, main, scripted: false }))
  },
})

const verify = publicRoute({
  method: 'GET',
  path: '/verify',
  tag: TAG,
  summary: 'Verify a certificate',
  description: 'Checks a file in the browser; with `id` (an id or link) leads to that certificate.',
  answers: { ...aPage, 303: { description: 'To the certificate.' } },
  handle: ({ context, request }) => {
    const asked = new URL(request.url).searchParams.get('id') ?? ''
    const id = /cert_[0-9a-hjkmnp-tv-z]{26}/.exec(asked.toLowerCase())?.[0]
    if (id) return { status: 303, headers: { Location: `/${id}`, 'Cache-Control': 'no-store' } }
    return pageAnswer(
      verifyPage({
        language: languageOf(request),
        assets: pageAssets(context, 'verify.js'),
        chainRpcUrls: nodesOf(context),
      }),
    )
  },
})

const robots = publicRoute({
  method: 'GET',
  path: '/robots.txt',
  tag: TAG,
  summary: 'For robots',
  description: 'Certificates themselves say noindex; this keeps robots from counting as shares and from the API.',
  answers: { 200: { description: 'The rules.', type: 'text/plain; charset=utf-8' } },
  handle: () => ({
    text: 'User-agent: *\nDisallow: /s/\nDisallow: /v1/\nDisallow: /chain/\n',
    type: 'text/plain; charset=utf-8',
    headers: { 'Cache-Control': 'public, max-age=86400' },
  }),
})

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#1d4f41"><circle cx="16" cy="16" r="14" stroke-width="2"/><path d="M10 16.5l4.5 4.5L22.5 11" stroke-width="3"/></svg>'

const icon = publicRoute({
  method: 'GET',
  path: '/favicon.ico',
  tag: TAG,
  summary: 'Icon',
  description: 'As SVG.',
  answers: { 200: { description: 'The icon.', type: 'image/svg+xml' } },
  handle: () => ({ text: ICON, type: 'image/svg+xml', headers: { 'Cache-Control': 'public, max-age=604800' } }),
})

const MAX_RPC_BYTES = 32_768

const chainRpc = publicRoute({
  method: 'POST',
  path: '/chain/rpc',
  tag: 'Issuer (public)',
  summary: 'Read the embedded chain',
  description: `Read-only JSON-RPC of the network "${EMBEDDED_NETWORK}", so that anybody's verifier can check against it.`,
  cors: true,
  answers: { 200: { description: 'JSON-RPC 2.0.', schema: 'JsonRpc' } },
  errors: ['not_found', 'payload_too_large', 'malformed_json'],
  handle: async ({ context, request }) => {
    if (!context.chainRpc) throw new AppError('not_found')
    const bytes = await readBytes(request, MAX_RPC_BYTES)
    const { status, body } = await context.chainRpc(new TextDecoder().decode(bytes))
    if (status === 413) throw new AppError('payload_too_large')
    return { status, text: body, headers: { 'Cache-Control': 'no-store' } }
  },
})

export const siteRoutes = [home, verify, robots, icon, chainRpc]

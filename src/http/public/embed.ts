/** `/cert_…/embed`: a small card for other people's pages; and `/oembed`, by which their programs find it. */
import { publicCertificate } from '../../actions/certificates-public.ts'
import { AppError } from '../../domain/errors.ts'
import type { PublicCertificate } from '../../domain/public-certificate.ts'
import type { HttpContext } from '../context.ts'
import { HTML } from '../response.ts'
import { publicRoute } from '../route.ts'
import { referrerHost } from '../visitors.ts'
import { languageOf } from './answers.ts'
import { assetAddress } from './assets.ts'
import { brandAddress } from './brand.ts'
import { standingOf } from './certificate-page.ts'
import { countVisit } from './counting.ts'
import { embedCode, EMBED_SIZE } from './embed-code.ts'
import { html, safeUrl } from './html.ts'
import { ICON, isolated } from './page-layout.ts'
import { wordsIn } from './page-texts.ts'

const TAG = 'Certificates (public)'
const ID = 'cert_[0-9a-hjkmnp-tv-z]{26}'
const SMALLEST = { width: 240, height: 200 }

/** No script, no request elsewhere; who may frame it is the operator's choice. */
export const embedPolicy = (origins: readonly string[]) =>
  [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${origins.length === 0 ? "'none'" : origins.join(' ')}`,
  ].join('; ')

export interface EmbedOptions {
  language: string
  style: string
}

/** The card as a page: picture, name, title, issuer, and the way to the check, which opens beside the page it stands in. */
export function embedPage(view: PublicCertificate, { language, style }: EmbedOptions): string {
  const words = wordsIn(language)
  const title = words.say('documentTitle', { recipient: view.recipientName, title: view.title })
  const brand = brandAddress(view.brand?.primary)
  return html`<!doctype html>
    <html lang="${words.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="${ICON}" />
        <link rel="stylesheet" href="${safeUrl(style)}" />
        ${brand ? html`<link rel="stylesheet" href="${brand}" />` : null}
      </head>
      <body data-standing="${view.state}">
        <main class="card">
          <a class="picture" href="${safeUrl(view.links.page)}" target="_blank" rel="noopener"
            >${
              view.picture
                ? html`<img
                    src="/${view.id}.svg"
                    alt="${words.say('pictureAlt', { title: view.title, recipient: view.recipientName })}"
                  />`
                : null
            }</a
          >
          <h1>${isolated(view.recipientName)}</h1>
          <p class="title" lang="${view.language}">${isolated(view.title)}</p>
          <p class="issuer">${isolated(view.issuer.name)}</p>
          <p class="standing">
            ${standingOf(view, words)}${view.sandbox ? html` · ${words.say('sandboxMark')}` : null}
          </p>
          <p class="check">
            <a href="${safeUrl(view.links.page)}" target="_blank" rel="noopener">${words.say('embedCheck')}</a>
          </p>
        </main>
      </body>
    </html> `.text
}

const hidden = ({ state }: PublicCertificate) => state === 'erased' || state === 'failed'

const embed = publicRoute({
  method: 'GET',
  path: '/:id/embed',
  tag: TAG,
  summary: 'The certificate as a small card',
  description:
    'For an iframe on another page. Which sites may frame it is `[server] embed_origins`. Shown in a frame it is counted; the host of that page is kept, nothing about the visitor.',
  only: { id: new RegExp(`^${ID}$`) },
  answers: { 200: { description: 'The card.', type: 'text/html' } },
  errors: ['certificate_not_found'],
  handle: async (call) => {
    const { context, params, request, method } = call
    const view = await publicCertificate(context, params.id!)
    if (hidden(view)) throw new AppError('certificate_not_found')
    // Opened by itself it is no embedding; old browsers do not say.
    const framed = /^(iframe|frame|embed|object)$/.test(request.headers.get('sec-fetch-dest') ?? 'iframe')
    if (method === 'GET' && framed) {
      const referrer = referrerHost(request.headers.get('referer'), context.appliance.publicUrl)
      await countVisit(call, { kind: 'embed', referrer })
    }
    const text = embedPage(view, {
      language: languageOf(request, view.language),
      style: assetAddress(context, 'embed.css'),
    })
    return {
      text,
      type: HTML,
      headers: {
        'Content-Security-Policy': embedPolicy(context.embedOrigins),
        // Old browsers know no other word than "nobody"; the policy above says it exactly.
        'X-Frame-Options': '',
        'Cache-Control': 'no-cache',
        Vary: 'Accept-Language',
      },
    }
  },
})

/** The id in an address of this site, or undefined: other hosts are not ours to speak for. */
function idOf(address: string, { appliance }: Pick<HttpContext, 'appliance'>): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.origin !== new URL(appliance.publicUrl).origin || url.username !== '' || url.password !== '') return undefined
  return new RegExp(`^/(${ID})(?:/embed)?/?$`).exec(url.pathname)?.[1]
}

const oembed = publicRoute({
  method: 'GET',
  path: '/oembed',
  tag: TAG,
  summary: 'oEmbed',
  description: 'How a page of this site is embedded, as oembed.com describes it; the pages of certificates link to it.',
  query: {
    url: { kind: 'text', max: 2000, required: true, doc: 'Address of a certificate of this site.' },
    format: { kind: 'choice', of: ['json'], doc: 'JSON alone.' },
    maxwidth: { kind: 'integer', min: 1, max: 100_000 },
    maxheight: { kind: 'integer', min: 1, max: 100_000 },
    lang: { kind: 'text', max: 35 },
  },
  cors: true,
  answers: { 200: { description: 'The embedding.', schema: 'OEmbed' } },
  errors: ['certificate_not_found', 'invalid_request'],
  handle: async ({ context, query }) => {
    const asked = query as { url?: string; maxwidth?: number; maxheight?: number }
    const id = idOf(asked.url ?? '', context)
    if (id === undefined)
      throw new AppError('certificate_not_found', 'url is no address of a certificate of this site.')
    const view = await publicCertificate(context, id)
    if (hidden(view)) throw new AppError('certificate_not_found')
    const { publicUrl } = context.appliance
    const size = {
      width: Math.max(SMALLEST.width, Math.min(EMBED_SIZE.width, asked.maxwidth ?? EMBED_SIZE.width)),
      height: Math.max(SMALLEST.height, Math.min(EMBED_SIZE.height, asked.maxheight ?? EMBED_SIZE.height)),
    }
    const json = {
      version: '1.0',
      type: 'rich',
      title: `${view.recipientName} – ${view.title}`,
      author_name: view.issuer.name,
      author_url: view.issuer.url,
      provider_name: view.issuer.name,
      provider_url: publicUrl,
      cache_age: 3600,
      ...size,
      html: embedCode(view, publicUrl, size),
      ...(view.picture
        ? { thumbnail_url: `${publicUrl}/${id}.og.jpg`, thumbnail_width: 1200, thumbnail_height: 630 }
        : {}),
    }
    return { json, headers: { 'Cache-Control': 'public, max-age=300' } }
  },
})

export const embedRoutes = [embed, oembed]

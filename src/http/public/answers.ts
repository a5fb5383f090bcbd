/** Answers that are pages: their language, their files, and what they say when there is nothing. */
import { EMBEDDED_NETWORK } from '../../domain/networks.ts'
import type { HttpContext } from '../context.ts'
import { HTML } from '../response.ts'
import type { Answer } from '../route.ts'
import { assetAddress } from './assets.ts'
import type { PageAssets } from './page-layout.ts'
import { negotiateLanguage, type PageLanguage } from './page-texts.ts'
import { messagePage, notFoundPage } from './plain-pages.ts'

export const pageAssets = (context: Pick<HttpContext, 'assets'>, script = 'certificate.js'): PageAssets => ({
  script: assetAddress(context, script),
  style: assetAddress(context, 'certificate.css'),
})

/** Where a visitor's browser asks about this network: the embedded chain through this very site. */
export const pageNodes = (
  { chainRpc, pageRpcUrls }: Pick<HttpContext, 'chainRpc' | 'pageRpcUrls'>,
  network: string,
): readonly string[] => {
  const nodes = pageRpcUrls(network)
  return nodes.length === 0 && network === EMBEDDED_NETWORK && chainRpc ? ['/chain/rpc'] : nodes
}

/** Chain id → nodes a browser may ask, of all networks. */
export function nodesOf(context: HttpContext): Record<number, readonly string[]> {
  const known = context.appliance.networks.map(({ name, chainId }) => [chainId, pageNodes(context, name)] as const)
  return Object.fromEntries(known.filter(([, nodes]) => nodes.length > 0))
}

/** `?lang=`, else the recipient's, else the visitor's. */
export const languageOf = (request: Request, recipient?: string): PageLanguage =>
  negotiateLanguage({
    query: /[?&]lang=([A-Za-z-]{2,35})(?:&|$)/.exec(request.url)?.[1] ?? null,
    recipient: recipient ?? null,
    acceptLanguage: request.headers.get('accept-language'),
  })

/** Always asked for again: a revocation shows at once. */
const PAGE_HEADERS = { Vary: 'Accept, Accept-Language', 'Cache-Control': 'no-cache' }

export const pageAnswer = (text: string, headers: Record<string, string> = {}): Answer => ({
  text,
  type: HTML,
  headers: { ...PAGE_HEADERS, ...headers },
})

export const notFoundAnswer = (context: HttpContext, request: Request): Answer => ({
  ...pageAnswer(notFoundPage({ language: languageOf(request), assets: pageAssets(context) })),
  status: 404,
})

export const messageAnswer = (context: HttpContext, request: Request, title: string, text: string): Answer =>
  pageAnswer(messagePage({ language: languageOf(request), assets: pageAssets(context), title, text }))

/** A file that changes now and then: an ETag, and 304 for those who have it. */
export function taggedAnswer(context: Pick<HttpContext, 'textHash'>, request: Request, answer: Answer): Answer {
  const tag = `"${context.textHash(`${answer.type}\n${answer.text}`).slice(0, 32)}"`
  const headers = { 'Cache-Control': 'no-cache', ...answer.headers, ETag: tag }
  const known = request.headers.get('if-none-match')
  const same = known !== null && known.split(',').some((each) => each.trim().replace(/^W\//, '') === tag)
  return same ? { status: 304, headers } : { ...answer, headers }
}

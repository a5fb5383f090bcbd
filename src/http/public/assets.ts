/** The built files of the pages. Their address holds a hash of their content, so they are cached for ever. */
import { AppError } from '../../domain/errors.ts'
import type { Asset, HttpContext } from '../context.ts'
import { commonRoute, type Answer } from '../route.ts'

const FOR_EVER = 'public, max-age=31536000, immutable'

/** `/assets/certificate.3f2a91bc.js`; without a hash where the file was not built. */
export function assetAddress({ assets }: Pick<HttpContext, 'assets'>, name: string): string {
  const asset = assets(name)
  return `/assets/${asset ? name.replace(/(\.\w+)$/, `.${asset.hash.slice(0, 12)}$1`) : name}`
}

const squeezed = new WeakMap<Asset, Uint8Array>()

function fileAnswer(asset: Asset, request: Request, gzip: HttpContext['gzip'], cache: string): Answer {
  const headers = { 'Cache-Control': cache, Vary: 'Accept-Encoding', 'Cross-Origin-Resource-Policy': 'same-origin' }
  if (!/\bgzip\b/.test(request.headers.get('accept-encoding') ?? ''))
    return { bytes: asset.bytes, type: asset.type, headers }
  let small = squeezed.get(asset)
  if (!small) squeezed.set(asset, (small = gzip(asset.bytes)))
  return { bytes: small, type: asset.type, headers: { ...headers, 'Content-Encoding': 'gzip' } }
}

export const assetRoutes = [
  commonRoute({
    method: 'GET',
    path: '/assets/:file',
    tag: 'Pages',
    summary: 'A file of the pages',
    description: 'Scripts and styles. Addresses with a hash never change.',
    only: { file: /^[a-z][a-z0-9-]{0,40}(\.[0-9a-f]{12})?\.(js|css|svg|woff2)$/ },
    answers: { 200: { description: 'The file.', type: 'application/octet-stream' } },
    errors: ['not_found'],
    handle: ({ context, params, request }) => {
      const [, stem, hash, ending] = /^(.*?)(?:\.([0-9a-f]{12}))?(\.\w+)$/.exec(params.file!)!
      const asset = context.assets(`${stem}${ending}`)
      // An address of an earlier version gets today's file, but is not to keep it.
      if (!asset) throw new AppError('not_found')
      const current = hash !== undefined && asset.hash.startsWith(hash)
      return fileAnswer(asset, request, context.gzip, current ? FOR_EVER : 'no-cache')
    },
  }),
]

/** What a certificate looks like, as files: picture, PDF with the credential in it, and the picture social networks show. */
import { credentialFile, logoOf } from '../../actions/certificates-public.ts'
import { certificateRendering, type Rendering } from '../../actions/renderings.ts'
import { letterboxed, trimmed } from '../../domain/designs-letterbox.ts'
import { AppError } from '../../domain/errors.ts'
import { RenderRefused, RenderUnavailable } from '../../domain/ports.ts'
import { refuseExceeded } from '../limits.ts'
import { countedAddress } from '../remote-address.ts'
import { publicRoute, type Answer, type Call } from '../route.ts'

/** Of /cert_….svg and the like. */
export const PICTURES = ['svg', 'png', 'jpg', 'pdf', 'og.jpg'] as const
export type PictureKind = (typeof PICTURES)[number]

const TYPES: Record<PictureKind, string> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  pdf: 'application/pdf',
  'og.jpg': 'image/jpeg',
}
export const WIDTHS = ['600', '1200', '2400'] as const
/** What social networks ask for. */
const SHARED = { width: 1200, height: 630 }
const GROUND = '#ebe5d8'
/** Files that have to be drawn for one address in a minute; those that lie ready do not count. */
const DRAWN_PER_MINUTE = 120
const SVG_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

const encoder = new TextEncoder()

/** The file of this kind. Asked for again each time, because a revocation shows at once; the tag spares the bytes. */
export async function pictureAnswer(call: Call, id: string, kind: PictureKind): Promise<Answer> {
  const { context, query, request } = call
  const rendering = await certificateRendering(context, id, query.version as number | undefined)
  const credential = kind === 'pdf' ? await carried(call, id, rendering) : null
  const width = Number(query.width ?? 1200)
  const name = [
    rendering.fingerprint,
    kind,
    kind === 'png' || kind === 'jpg' ? width : '',
    context.appliance.version,
    credential ?? '',
  ].join('\n')
  const tag = `"${context.textHash(name).slice(0, 32)}"`
  const squeezed = kind === 'svg' && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  const headers = {
    'Cache-Control': 'no-cache',
    // Weak where the same picture travels in two encodings.
    ETag: kind === 'svg' ? `W/${tag}` : tag,
    ...(kind === 'svg' ? { Vary: 'Accept-Encoding' } : {}),
    'Content-Disposition': disposition(call, id, kind, rendering),
    ...(kind === 'svg' ? { 'Content-Security-Policy': SVG_POLICY } : {}),
    // The viewers of browsers are plug-ins to a stricter policy.
    ...(kind === 'pdf' ? { 'Content-Security-Policy': "frame-ancestors 'none'" } : {}),
  }
  const known = request.headers.get('if-none-match')
  if (known !== null && known.split(',').some((each) => each.trim().replace(/^W\//, '') === tag))
    return { status: 304, headers }
  const bytes = await drawn(call, tag, () => draw(call, rendering, kind, width, credential))
  if (!squeezed) return { bytes, type: TYPES[kind], headers }
  const small = await call.services.pictures.get(`${tag} gzip`, async () => context.gzip(bytes))
  return { bytes: small, type: TYPES[kind], headers: { ...headers, 'Content-Encoding': 'gzip' } }
}

/** The credential exactly as `.json` serves it. Before the chain holds it there is no proof to carry. */
async function carried({ context, query }: Call, id: string, { confirmed }: Rendering): Promise<string> {
  if (!confirmed) throw new AppError('certificate_pending', undefined, { retryAfter: 5 })
  return JSON.stringify(await credentialFile(context, id, query.version as number | undefined))
}

/** Kept, or drawn now; only drawing counts against the visitor. */
async function drawn({ services, address }: Call, tag: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  if (!services.pictures.has(tag)) {
    const state = services.limits.take(`drawn ${countedAddress(address)}`, DRAWN_PER_MINUTE)
    refuseExceeded(state, 'Files that have to be drawn are counted by address.')
  }
  try {
    return await services.pictures.get(tag, make)
  } catch (error) {
    if (error instanceof RenderUnavailable) throw new AppError('unavailable', undefined, { retryAfter: 2 })
    if (error instanceof RenderRefused) throw new AppError('unavailable', undefined, { internal: error })
    throw error
  }
}

async function draw(
  { context: { renderer } }: Call,
  { job, facts, ground }: Rendering,
  kind: PictureKind,
  width: number,
  credential: string | null,
): Promise<Uint8Array> {
  const shown = { ...job, design: trimmed(job.design) }
  switch (kind) {
    case 'svg':
      return encoder.encode((await renderer.svg(shown)).svg)
    case 'pdf':
      return renderer.pdf(job, { ...facts, credential: credential === null ? null : encoder.encode(credential) })
    case 'og.jpg': {
      const design = letterboxed(job.design, SHARED.width / SHARED.height, ground ?? GROUND)
      return renderer.raster({ ...job, design }, { width: SHARED.width, format: 'jpeg' })
    }
    default:
      return renderer.raster(shown, { width, format: kind === 'png' ? 'png' : 'jpeg' })
  }
}

/** Shown in the browser, or saved under the name of its holder; nothing in a name can end the header. */
function disposition({ query }: Call, id: string, kind: PictureKind, { facts }: Rendering): string {
  const how = query.download === undefined ? 'inline' : 'attachment'
  const ending = kind.split('.').at(-1)!
  const long = `${facts.title
    .toWellFormed()
    .replace(/[\\/:*?"<>|\s]+/g, ' ')
    .trim()
    .slice(0, 120)
    .toWellFormed()}.${ending}`
  const encoded = encodeURIComponent(long).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return `${how}; filename="${id}.${ending}"; filename*=UTF-8''${encoded}`
}

const logo = publicRoute({
  method: 'GET',
  path: '/:id/logo',
  tag: 'Certificates (public)',
  summary: 'The issuer’s logo',
  description: 'As the template of the certificate names it.',
  only: { id: /^cert_[0-9a-hjkmnp-tv-z]{26}$/ },
  answers: { 200: { description: 'The picture.', type: 'image/png' } },
  errors: ['certificate_not_found', 'not_found'],
  handle: async ({ context, params, request }) => {
    const asset = await logoOf(context, params.id!)
    if (!asset?.mediaType.startsWith('image/')) throw new AppError('not_found')
    const headers = { 'Cache-Control': 'public, max-age=3600', ETag: `"${asset.sha256.slice(0, 32)}"` }
    if (request.headers.get('if-none-match') === headers.ETag) return { status: 304, headers }
    return { bytes: asset.bytes, type: asset.mediaType, headers }
  },
})

export const fileRoutes = [logo]

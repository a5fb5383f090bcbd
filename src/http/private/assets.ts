/** Pictures and fonts for designs. */
import { addAsset, ASSET_LIMITS, deleteAsset, readAsset, readAssetContent } from '../../actions/assets.ts'
import type { Asset, AssetKind } from '../../domain/assets.ts'
import { isoSeconds } from '../../domain/clock.ts'
import { invalid } from '../../domain/errors.ts'
import { readShape, type Shape } from '../../domain/shape.ts'
import { textProblem } from '../../domain/text.ts'
import { readBytes, readJson } from '../body.ts'
import { pageAnswer, pageShape, readPage } from '../pages.ts'
import { privateRoute, type PrivateCall } from '../route.ts'

const TAG = 'Assets'
const READERS = ['templates', 'certificates:read', 'certificates:write'] as const

const assetBody = ({ mediaType, createdAt, createdBy, partition, ...asset }: Asset) => ({
  id: asset.id,
  kind: asset.kind,
  name: asset.name,
  media_type: mediaType,
  bytes: asset.bytes,
  width: asset.width,
  height: asset.height,
  family: asset.family,
  sha256: asset.sha256,
  sandbox: partition === 'test',
  created_at: isoSeconds(createdAt),
  created_by: createdBy,
})

const base64Shape: Shape = {
  name: { kind: 'text', max: 200 },
  data: { kind: 'text', max: Math.ceil((ASSET_LIMITS.upload * 4) / 3) + 4, required: true, doc: 'Base64.' },
}

/** The file as it is, or as base64 in JSON for clients that can send nothing else. */
async function uploadOf({ request, query }: PrivateCall): Promise<{ bytes: Uint8Array; name: string | undefined }> {
  const name = query.name as string | undefined
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\b/i.test(type.trim())) return { bytes: await readBytes(request, ASSET_LIMITS.upload), name }
  const body = await readJson(request, Math.ceil(ASSET_LIMITS.upload * 1.4), false)
  const problems = readShape(body, base64Shape)
  if (problems.length) throw invalid(problems)
  const given = body as { name?: string; data: string }
  return { bytes: decoded(given.data), name: given.name?.trim() ?? name }
}

function decoded(data: string): Uint8Array {
  if (/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(data)) return new Uint8Array(Buffer.from(data, 'base64'))
  throw invalid([{ field: 'data', code: 'bad_value', message: 'data must be base64 (A–Z, a–z, 0–9, + and /).' }])
}

const post = privateRoute({
  method: 'POST',
  path: '/v1/assets',
  permission: 'templates',
  tag: TAG,
  summary: 'Upload a picture or a font',
  description:
    'JPEG, PNG, WebP, GIF or SVG, or a TrueType or OpenType font, up to 10 MB. Pictures are redrawn without metadata; the same file again is the same asset.',
  query: {
    name: {
      kind: 'text',
      max: 200,
      doc: 'As you want to find it again.',
      check: (text) => textProblem(text),
    },
  },
  raw: {
    types: ['application/octet-stream', 'image/png', 'image/jpeg', 'image/svg+xml', 'font/ttf', 'font/otf'],
    description: 'The bytes of the file, or JSON with the same as base64.',
    json: base64Shape,
  },
  answers: {
    201: { description: 'It is kept now.', schema: 'Asset' },
    200: { description: 'It was there already.', schema: 'Asset' },
  },
  errors: ['assets_full', 'unavailable'],
  handle: async (call) => {
    const { asset, isNew } = await addAsset(call.context, call.caller, await uploadOf(call))
    return { status: isNew ? 201 : 200, json: assetBody(asset) }
  },
})

const list = privateRoute({
  method: 'GET',
  path: '/v1/assets',
  permission: READERS,
  tag: TAG,
  summary: 'List uploaded files',
  description: 'Newest first.',
  query: { kind: { kind: 'choice', of: ['image', 'font'] }, ...pageShape },
  answers: { 200: { description: 'One page.', schema: 'AssetList' } },
  handle: async ({ context, caller, query }) => {
    const page = readPage(context.mac, 'assets', query)
    const kind = query.kind as AssetKind | undefined
    const found = await context.store.assets.list(caller, kind ? { ...page, kind } : page)
    const { shown, pagination } = pageAnswer(context.mac, 'assets', page, found, (asset) => asset)
    return { json: { data: shown.map(assetBody), pagination } }
  },
})

const get = privateRoute({
  method: 'GET',
  path: '/v1/assets/:id',
  permission: READERS,
  tag: TAG,
  summary: 'Read what is known of a file',
  answers: { 200: { description: 'The file, without its bytes.', schema: 'Asset' } },
  errors: ['asset_not_found'],
  handle: async ({ context, caller, params }) => ({ json: assetBody(await readAsset(context, caller, params.id!)) }),
})

/** Whatever is in the file: a browser that opens it as a page of ours runs nothing, loads nothing, guesses nothing. */
const SANDBOXED = {
  'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'none'; script-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

const content = privateRoute({
  method: 'GET',
  path: '/v1/assets/:id/content',
  permission: READERS,
  tag: TAG,
  summary: 'Download a file',
  description: 'As it is kept: pictures are PNG or JPEG, whatever was sent.',
  answers: { 200: { description: 'The bytes.', type: 'application/octet-stream' } },
  errors: ['asset_not_found'],
  handle: async ({ context, caller, params }) => {
    const { asset, content: bytes } = await readAssetContent(context, caller, params.id!)
    const ending = asset.mediaType.split('/')[1]!.replace('jpeg', 'jpg')
    const disposition = `${asset.kind === 'font' ? 'attachment' : 'inline'}; filename="${asset.id}.${ending}"`
    return { bytes, type: asset.mediaType, headers: { ...SANDBOXED, 'Content-Disposition': disposition } }
  },
})

const remove = privateRoute({
  method: 'DELETE',
  path: '/v1/assets/:id',
  permission: 'templates',
  tag: TAG,
  summary: 'Delete a file',
  description: 'Refused as long as a version of a template uses it.',
  answers: { 204: { description: 'It is gone.' } },
  errors: ['asset_not_found', 'asset_in_use', 'changed_meanwhile'],
  handle: async ({ context, caller, params }) => {
    await deleteAsset(context, caller, params.id!)
    return { status: 204 }
  },
})

export const uploadRoutes = [post, list, get, content, remove]

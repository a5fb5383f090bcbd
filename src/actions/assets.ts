/** Uploaded pictures and fonts: normalised, kept once, never taken from under a template. */
import type { Asset } from '../domain/assets.ts'
import { CommitRefused, fresh, type Revised } from '../domain/commit.ts'
import { AppError, invalid } from '../domain/errors.ts'
import { newId, toHex } from '../domain/ids.ts'
import { RenderRefused } from '../domain/ports.ts'
import type { Scope } from '../domain/scopes.ts'
import type { ActionContext } from './context.ts'
import { drawing } from './designs.ts'
import { fromFreshReading } from './retry.ts'

/** A picture across an A3 page at 300 dots per inch. */
const MAX_PIXELS = 5_000
export const ASSET_LIMITS = { upload: 10 * 1024 * 1024, assets: 2_000, bytes: 1024 * 1024 * 1024 } as const

type Content = Pick<Asset, 'kind' | 'mediaType' | 'width' | 'height' | 'family'> & { content: Uint8Array }

/**
 * The same file again is the same asset, whatever it is called this time. `keep` leaves a picture as it is that was
 * found to hold nothing but a picture: saved as JPEG once more, it would be another one each time.
 */
export async function addAsset(
  context: ActionContext,
  scope: Scope,
  { bytes, name, keep = false }: { bytes: Uint8Array; name: string | undefined; keep?: boolean },
): Promise<{ asset: Asset & Revised; isNew: boolean }> {
  const { content: normalised, ...facts } = await readUpload(context, bytes)
  const content = keep && facts.mediaType === 'image/jpeg' ? bytes : normalised
  const sha256 = toHex(context.hash.sha256(content))
  const { store } = context
  return fromFreshReading(async () => {
    const known = await store.assets.findContent(scope, sha256)
    if (known) return { asset: known, isNew: false }
    await refuseFull(context, scope, content.length)
    const at = context.clock.now()
    const asset: Asset = {
      ...facts,
      id: newId('asset', context.random),
      partition: scope.partition,
      sha256,
      name: name ?? facts.family ?? 'Picture',
      bytes: content.length,
      createdAt: at,
      createdBy: scope.actor,
    }
    await store.commit({
      at,
      puts: [
        { entity: 'asset', row: fresh(asset) },
        { entity: 'assetContent', row: fresh({ assetId: asset.id, partition: scope.partition, content }) },
      ],
      events: [
        {
          ...{ type: 'asset.created', partition: scope.partition, subject: asset.id, actor: scope.actor },
          data: { kind: asset.kind, bytes: asset.bytes },
        },
      ],
    })
    return { asset: { ...asset, revision: 1 }, isNew: true }
  })
}

/** What the bytes are, they say themselves: a name or a Content-Type may say anything. */
async function readUpload(context: ActionContext, bytes: Uint8Array): Promise<Content> {
  if (bytes.length === 0) throw refused('is empty. Send the bytes of a picture or a font.')
  if (bytes.length > ASSET_LIMITS.upload)
    throw new AppError('payload_too_large', 'A file may have at most 10 MB. Make it smaller.')
  const kind = kindOf(bytes)
  if (kind === 'woff')
    throw refused('is a web font (WOFF). Send the TrueType or OpenType font (.ttf, .otf) it was made from.')
  if (kind === 'pdf') throw refused('is a PDF. Export the page as PNG or JPEG, and send that.')
  const { renderer } = context
  try {
    if (kind === 'picture') {
      const { bytes: content, ...picture } = await drawing(() => renderer.normalizeImage(bytes, MAX_PIXELS), null)
      return { kind: 'image', ...picture, family: null, content }
    }
    const font = await drawing(() => renderer.inspectFont(bytes), null)
    if (!font.embeddable)
      throw refused(
        'is a font whose licence bits forbid embedding (OS/2 fsType). Ask its maker for one that may be embedded.',
      )
    const mediaType = kind === 'cff' ? ('font/otf' as const) : ('font/ttf' as const)
    return {
      kind: 'font',
      mediaType,
      width: 0,
      height: 0,
      family: `${font.family} ${font.style}`.trim().slice(0, 200),
      content: bytes,
    }
  } catch (error) {
    if (error instanceof RenderRefused) throw refused(`cannot be used: ${error.message}`)
    throw error
  }
}

const refused = (why: string) => invalid([{ field: 'file', code: 'bad_file', message: `The file ${why}` }])

/** By its first bytes. Pictures are told apart by the renderer. */
function kindOf(bytes: Uint8Array): 'picture' | 'truetype' | 'cff' | 'woff' | 'pdf' {
  const head = String.fromCharCode(...bytes.subarray(0, 5))
  if (head.startsWith('OTTO')) return 'cff'
  if (head.startsWith('\0\u0001\0\0') || head.startsWith('true') || head.startsWith('ttcf')) return 'truetype'
  if (head.startsWith('wOFF') || head.startsWith('wOF2')) return 'woff'
  return head === '%PDF-' ? 'pdf' : 'picture'
}

async function refuseFull({ store }: ActionContext, scope: Scope, more: number) {
  const { assets, bytes } = await store.assets.size(scope.partition)
  if (assets < ASSET_LIMITS.assets && bytes + more <= ASSET_LIMITS.bytes) return
  throw new AppError(
    'assets_full',
    `There are ${assets} uploaded files of ${Math.round(bytes / 1024 / 1024)} MB in all; ${ASSET_LIMITS.assets} and ${ASSET_LIMITS.bytes / 1024 / 1024} MB are allowed. Delete those that no template uses.`,
  )
}

export async function readAsset(context: ActionContext, scope: Scope, id: string): Promise<Asset & Revised> {
  const asset = await context.store.assets.find(scope, id)
  if (!asset) throw new AppError('asset_not_found')
  return asset
}

/** The bytes as they are kept. */
export async function readAssetContent(context: ActionContext, scope: Scope, id: string) {
  const asset = await readAsset(context, scope, id)
  const content = await context.store.assets.content(scope, id)
  if (!content) throw new AppError('asset_not_found')
  return { asset, content }
}

/** For good. Refused as long as a template version needs it: what that version issued is drawn again and again. */
export async function deleteAsset(context: ActionContext, scope: Scope, id: string): Promise<void> {
  const asset = await readAsset(context, scope, id)
  const uses = await context.store.assets.uses(scope, id)
  if (uses.length > 0) throw inUse(id, uses)
  const { partition, actor } = scope
  try {
    await context.store.commit({
      at: context.clock.now(),
      deletes: [{ entity: 'asset', id, revision: asset.revision }],
      events: [{ type: 'asset.deleted', partition, subject: id, actor, data: { kind: asset.kind } }],
    })
  } catch (error) {
    if (error instanceof CommitRefused) throw new AppError('changed_meanwhile', undefined, { internal: error })
    throw error
  }
}

function inUse(id: string, uses: Array<{ templateId: string; version: number }>) {
  const some = uses.slice(0, 3).map(({ templateId, version }) => `${templateId} (version ${version})`)
  const more = uses.length > some.length ? ' and others' : ''
  return new AppError(
    'asset_in_use',
    `${id} is used by ${some.join(', ')}${more}. What they issued is drawn with it, so it stays.`,
    { data: { template_id: uses[0]!.templateId, template_version: uses[0]!.version } },
  )
}

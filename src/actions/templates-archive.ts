/** A template as one file: to keep, to give away, to move to another appliance. */
import { unzipSync, zipSync, type Zippable } from 'fflate'
import type { Asset } from '../domain/assets.ts'
import { AppError, invalid } from '../domain/errors.ts'
import { toHex } from '../domain/ids.ts'
import type { Scope } from '../domain/scopes.ts'
import {
  ARCHIVE_LIMITS,
  fileName,
  isPlainJpeg,
  type Manifest,
  manifestOf,
  memberOf,
  readManifest,
  renamedAssets,
} from '../domain/templates-archive.ts'
import { assetsOfTemplate } from '../domain/templates-request.ts'
import { CUSTOM_DESIGN, type CurrentTemplate } from '../domain/templates.ts'
import { addAsset, deleteAsset } from './assets.ts'
import type { ActionContext } from './context.ts'
import { designOf, gallerySizes } from './designs.ts'
import { addTemplate, readCurrentTemplate } from './templates.ts'

/** The same moment in every archive: the same template is the same file. */
const MTIME = '1980-01-01T00:00:00'
const encoder = new TextEncoder()

/** The current version with its design, pictures and fonts. */
export async function exportTemplate(context: ActionContext, scope: Scope, idOrSlug: string) {
  const { template, version } = await readCurrentTemplate(context, scope, idOrSlug)
  const { definition } = version
  const design = await designOf(context, version)
  const assets = await context.store.assets.some(scope, assetsOfTemplate(definition, design))
  const manifest = manifestOf({ slug: template.slug, definition, design }, assets)
  const files: Zippable = {
    'template.json': [encoder.encode(`${JSON.stringify(manifest, null, 2)}\n`), { mtime: MTIME }],
    'README.md': [encoder.encode(readmeOf(definition.name, assets)), { mtime: MTIME }],
  }
  for (const asset of assets.toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1))) {
    const content = await context.store.assets.content(scope, asset.id)
    // Pictures are compressed already.
    if (content) files[fileName(asset)] = [content, { mtime: MTIME, level: asset.kind === 'font' ? 6 : 0 }]
  }
  return { name: `${template.slug}.zip`, bytes: zipSync(files) }
}

const readmeOf = (name: string, assets: Asset[]) => `# ${name}

A certificate template of Testamur: \`template.json\` says what its certificates hold and look like. Import it with
\`POST /v1/templates/import\`, or on the templates page.

${assets.length ? 'Pictures and fonts, each under the SHA-256 of its content:' : 'It needs no pictures or fonts of its own.'}
${assets
  .toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1))
  .map((asset) => `- \`${fileName(asset)}\`: ${asset.family ?? asset.name}\n`)
  .join('')}
The fonts keep their licences: pass them on only where their licences permit it.
`

const refused = (why: string) => invalid([{ field: 'file', code: 'bad_file', message: `The archive ${why}` }])

/** Reads an archive and makes a new template of it. A slug that is taken gets a number. */
export async function importTemplate(
  context: ActionContext,
  scope: Scope,
  bytes: Uint8Array,
): Promise<CurrentTemplate> {
  const files = unpacked(bytes)
  if (!files.manifest) throw refused('holds no template.json. Send a file that "export" of a template gave.')
  const manifest = readManifest(files.manifest)
  refuseStrays(manifest, files.assets)
  const added: string[] = []
  try {
    return await addArchived(context, scope, manifest, files.assets, added)
  } catch (error) {
    // What came only with this archive goes with it.
    for (const id of added) await deleteAsset(context, scope, id).catch(() => undefined)
    throw error
  }
}

/** Each file, then the template that names them; `added` collects the files that were not there before. */
async function addArchived(
  context: ActionContext,
  scope: Scope,
  manifest: Manifest,
  files: ReadonlyMap<string, Uint8Array>,
  added: string[],
): Promise<CurrentTemplate> {
  const names = new Map<string, string>()
  for (const { id, kind, name, sha256 } of manifest.assets) {
    const content = files.get(sha256)
    if (!content) throw refused(`lacks the file ${sha256} that its template.json names.`)
    if (toHex(context.hash.sha256(content)) !== sha256)
      throw refused(`is damaged: the content of ${sha256} is not what its name says.`)
    const { asset, isNew } = await addAsset(context, scope, { bytes: content, name, keep: isPlainJpeg(content) })
    if (isNew) added.push(asset.id)
    if (asset.kind !== kind) throw refused(`says that ${sha256} is a ${kind}, but it is a ${asset.kind}.`)
    names.set(id, asset.id)
  }
  // A design that the gallery here does not have is a design of its own.
  const own = Object.hasOwn(gallerySizes, String(manifest.template.design))
    ? {}
    : { design: CUSTOM_DESIGN, page_size: null }
  const template = { ...renamedAssets(manifest.template, names), ...own }
  return addTemplate(context, scope, template, { renames: true, drawing: renamedAssets(manifest.design, names) })
}

function refuseStrays({ assets }: Manifest, files: ReadonlyMap<string, Uint8Array>) {
  const named = new Set(assets.map(({ sha256 }) => sha256))
  const stray = [...files.keys()].find((sha256) => !named.has(sha256))
  if (stray !== undefined) throw refused(`holds the file ${stray}, which its template.json does not name.`)
}

interface Unpacked {
  manifest: Uint8Array | undefined
  assets: Map<string, Uint8Array>
}

/**
 * Folders in the names do not count, and nothing is ever written under a name. Sizes are taken from the directory of
 * the archive before anything is unpacked, and no member can become larger than it says there.
 */
function unpacked(bytes: Uint8Array): Unpacked {
  if (bytes.length > ARCHIVE_LIMITS.upload)
    throw new AppError('payload_too_large', `An archive may have at most ${ARCHIVE_LIMITS.upload / 1024 / 1024} MB.`)
  const seen = new Set<string>()
  let all = 0
  const filter = ({ name, originalSize }: { name: string; originalSize: number }) => {
    if (name.endsWith('/')) return false
    const member = memberOf(name)
    if (!member) throw refused(`holds ${JSON.stringify(name.slice(-80))}, which belongs to no template. Take it out.`)
    const key = member.kind === 'asset' ? member.sha256 : member.kind
    if (seen.has(key)) throw refused(`holds ${key} twice.`)
    seen.add(key)
    all += originalSize
    if (originalSize > ARCHIVE_LIMITS[member.kind] || all > ARCHIVE_LIMITS.all || seen.size > ARCHIVE_LIMITS.members)
      throw refused('unpacks to more than a template may have. Use smaller pictures and fonts.')
    return true
  }
  let files: Record<string, Uint8Array>
  try {
    files = unzipSync(bytes, { filter })
  } catch (error) {
    if (error instanceof AppError) throw error
    throw refused('cannot be read: it is no ZIP file, or it is damaged.')
  }
  const found: Unpacked = { manifest: undefined, assets: new Map() }
  for (const [name, content] of Object.entries(files)) {
    const member = memberOf(name)
    if (member?.kind === 'manifest') found.manifest = content
    if (member?.kind === 'asset') found.assets.set(member.sha256, content)
  }
  return found
}

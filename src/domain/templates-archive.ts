/** What a template is in a file that another appliance can read: the order and the names in the archive. */
import type { Asset } from './assets.ts'
import type { Design } from './designs.ts'
import { invalid } from './errors.ts'
import { readShape, type Shape } from './shape.ts'
import { templateShape } from './templates-shape.ts'
import { definitionBody } from './templates-request.ts'
import type { TemplateDefinition } from './templates.ts'

const FORMAT = 'testamur-template'
const FORMAT_VERSION = 1
export const ARCHIVE_LIMITS = {
  upload: 64 * 1024 * 1024,
  members: 500,
  manifest: 2 * 1024 * 1024,
  readme: 256 * 1024,
  asset: 10 * 1024 * 1024,
  all: 128 * 1024 * 1024,
} as const

export interface ArchivedAsset {
  /** As the design in the archive names it. */
  id: string
  kind: Asset['kind']
  name: string
  sha256: string
}
/** template.json. */
export interface Manifest {
  format: typeof FORMAT
  version: typeof FORMAT_VERSION
  /** As a request would say it; `design` is a slug of the gallery or "custom". */
  template: Record<string, unknown>
  /** The frozen drawing, whatever the gallery of the other appliance shows. */
  design: Design
  assets: ArchivedAsset[]
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** An id made of the content alone: the same template gives the same archive wherever its files were uploaded. */
export function contentId(sha256: string): string {
  const bits = [...sha256.slice(0, 34)].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('')
  let id = 'asset_'
  for (let index = 0; index < 26; index++) id += ALPHABET[Number.parseInt(bits.slice(index * 5, index * 5 + 5), 2)]
  return id
}

const ENDINGS = { 'image/png': 'png', 'image/jpeg': 'jpg', 'font/ttf': 'ttf', 'font/otf': 'otf' } as const

export const fileName = ({ kind, sha256, mediaType }: Pick<Asset, 'kind' | 'sha256' | 'mediaType'>) =>
  `${kind === 'font' ? 'fonts' : 'assets'}/${sha256}.${ENDINGS[mediaType]}`

/** Which member of an archive this is, by its name without folders; undefined for what does not belong there. */
export function memberOf(
  path: string,
): { kind: 'manifest' | 'readme' } | { kind: 'asset'; sha256: string } | undefined {
  const name = path.split('/').at(-1)!
  if (name === 'template.json') return { kind: 'manifest' }
  if (name === 'README.md') return { kind: 'readme' }
  const sha256 = /^([0-9a-f]{64})\.(png|jpg|ttf|otf)$/.exec(name)?.[1]
  return sha256 === undefined ? undefined : { kind: 'asset', sha256 }
}

/** The same definition and design with other names for the assets. */
export function renamedAssets<Value>(value: Value, names: ReadonlyMap<string, string>): Value {
  const text = JSON.stringify(value)
  return JSON.parse(text.replace(/asset_[0-9a-z]{26}/g, (id) => names.get(id) ?? id)) as Value
}

/** template.json of a template; its text is the same for the same template. */
export function manifestOf(
  { slug, definition, design }: { slug: string; definition: TemplateDefinition; design: Design },
  assets: ReadonlyArray<Pick<Asset, 'id' | 'kind' | 'name' | 'sha256'>>,
): Manifest {
  const names = new Map(assets.map(({ id, sha256 }) => [id, contentId(sha256)]))
  const { name, ...rest } = definitionBody(definition)
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    template: renamedAssets({ name, slug, ...rest }, names),
    design: renamedAssets(design, names),
    assets: assets
      .map(({ kind, name: called, sha256 }) => ({ id: contentId(sha256), kind, name: called, sha256 }))
      .toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1)),
  }
}

const { design: _, ...members } = templateShape
const manifestShape: Shape = {
  format: { kind: 'choice', of: [FORMAT], required: true },
  version: { kind: 'integer', min: FORMAT_VERSION, max: FORMAT_VERSION, required: true },
  template: {
    kind: 'object',
    required: true,
    fields: { ...members, design: { kind: 'text', max: 60, format: 'slug', required: true } },
  },
  design: { kind: 'anything', required: true },
  assets: {
    kind: 'list',
    max: ARCHIVE_LIMITS.members,
    required: true,
    of: {
      kind: 'object',
      fields: {
        id: { kind: 'text', max: 40, required: true },
        kind: { kind: 'choice', of: ['image', 'font'], required: true },
        name: { kind: 'text', max: 200, required: true },
        sha256: {
          kind: 'text',
          max: 64,
          required: true,
          check: (text) => (/^[0-9a-f]{64}$/.test(text) ? undefined : 'must be a SHA-256 in lower-case hexadecimal.'),
        },
      },
    },
  },
}

/** Throws `invalid_request`. The design in it is not checked yet: what it names is known only after the files are. */
export function readManifest(bytes: Uint8Array): Manifest {
  let body: unknown
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw invalid([
      { field: 'template.json', code: 'bad_file', message: 'template.json in the archive is no JSON text.' },
    ])
  }
  const problems = readShape(body, manifestShape)
  if (problems.length)
    throw invalid(problems.map((each) => ({ ...each, message: `In template.json of the archive: ${each.message}` })))
  return body as Manifest
}

/** Of our own pictures: no marker that holds anything but the picture, and nothing behind its end. */
export function isPlainJpeg(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false
  let at = 2
  let inScan = false
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) {
      if (!inScan) return false
      at++
      continue
    }
    const marker = bytes[at + 1]!
    if (marker === 0xd9) return at + 2 === bytes.length
    const inside = inScan && (marker === 0 || (marker >= 0xd0 && marker <= 0xd7))
    if (inside) {
      at += 2
      continue
    }
    // APP0, DQT, SOF0–SOF2, DHT, SOS, DRI.
    if (![0xe0, 0xdb, 0xc0, 0xc1, 0xc2, 0xc4, 0xda, 0xdd].includes(marker)) return false
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
    if (length < 2) return false
    inScan = marker === 0xda
    at += 2 + length
  }
  return false
}

/** The designer is a client of the API like any other: everything it asks goes through here, with the key that was typed. */
import type { SampleName } from '../../src/domain/designs-samples.ts'
import type { Design, DesignProblem } from '../../src/domain/designs.ts'
import type { FontFace } from '../../src/domain/ports.ts'
import type { TemplateField } from '../../src/domain/templates.ts'

const KEY = 'testamur.designer.key'
/** Lives as long as the tab, and nowhere else. */
export const keptKey = {
  read: (): string | null => sessionStorage.getItem(KEY),
  write: (key: string) => sessionStorage.setItem(KEY, key),
  forget: () => sessionStorage.removeItem(KEY),
}

export interface TemplateBody {
  id: string
  slug: string
  name: string
  version: number
  status: 'active' | 'archived'
  fields: TemplateField[]
  /** A slug of the gallery, or `custom`. */
  design: string
  /** The design itself; lists leave it out. */
  design_document?: Design
  sandbox: boolean
  updated_at: string
}
export interface GalleryItem {
  slug: string
  name: string
  purpose?: string
  description: string
  sizes: string[]
  fields: TemplateField[]
  palette?: string[]
}
export interface AssetBody {
  id: string
  kind: 'image' | 'font'
  name: string
  width: number
  height: number
  /** Of a font. */
  family?: string | null
}
export interface PreviewRequest {
  design: Design
  /** Of the template it is for: their types decide what the sample says. */
  fields?: TemplateField[]
  name?: string
  sample?: SampleName
  /** What the person typed instead of the sample's. */
  values?: Record<string, string>
}
export interface PreviewAnswer {
  svg: string
  problems: DesignProblem[]
  /** What would be wrong with it in a template. */
  warnings?: Array<{ field: string; code: string; message: string }>
}
/** A font of the program, or one that was uploaded. */
export type Face = Omit<FontFace, 'kind'> & { kind: FontFace['kind'] | 'uploaded' }

/** What the server refused, in its words. */
export class ApiError extends Error {
  override name = 'ApiError'
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Array<{ field?: string; message: string }> = [],
    /** Seconds after which it may be asked again. */
    readonly retryAfter = 0,
  ) {
    super(message)
  }
}

type Body = { json: unknown } | { raw: Blob; type: string } | undefined

async function ask(method: string, path: string, body?: Body): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  const key = keptKey.read()
  // Signed out while a question was on its way: the next one is not asked.
  if (!key) throw new ApiError(401, 'unauthorized', 'Sign in first.')
  headers.Authorization = `Bearer ${key}`
  let content: BodyInit | null = null
  if (body && 'json' in body) {
    headers['Content-Type'] = 'application/json'
    content = JSON.stringify(body.json)
  } else if (body) {
    headers['Content-Type'] = body.type
    content = body.raw
  }
  let response: Response
  try {
    response = await fetch(path, { method, headers, body: content, credentials: 'omit', redirect: 'error' })
  } catch {
    throw new ApiError(0, 'no_connection', 'The server cannot be reached. Your draft is kept in this browser.')
  }
  if (!response.ok) throw await refusal(response)
  return response
}

async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string; details?: ApiError['details'] } }
    const wait = Number(response.headers.get('retry-after') ?? 0)
    return new ApiError(response.status, error.code, error.message, error.details, wait)
  } catch {
    return new ApiError(response.status, 'unknown', `The server answered with status ${response.status}.`)
  }
}

const read = async <Answer>(path: string) => (await (await ask('GET', path)).json()) as Answer
const send = async <Answer>(method: string, path: string, json: unknown) =>
  (await (await ask(method, path, { json })).json()) as Answer
const at = encodeURIComponent

/** All entries of a list that comes in pages. */
async function everyPage<Item>(path: string): Promise<Item[]> {
  const found: Item[] = []
  let next: string | null = ''
  while (next !== null && found.length < 1000) {
    const more: string = next === '' ? '' : `&cursor=${at(next)}`
    const page: { data: Item[]; pagination?: { next: string | null } } = await read(`${path}?limit=100${more}`)
    found.push(...page.data)
    next = page.pagination?.next ?? null
  }
  return found
}

export const api = {
  fonts: async () => (await read<{ data: Face[] }>('/v1/fonts')).data,
  templates: () => everyPage<TemplateBody>('/v1/templates'),
  template: (id: string) => read<TemplateBody>(`/v1/templates/${at(id)}`),
  createTemplate: (body: object) => send<TemplateBody>('POST', '/v1/templates', body),
  publish: (id: string, body: object) => send<TemplateBody>('PATCH', `/v1/templates/${at(id)}`, body),
  gallery: async () => (await read<{ data: GalleryItem[] }>('/v1/designs')).data,
  galleryDesign: async (slug: string, size?: string) => {
    const found = await read<{ design: Design }>(`/v1/designs/${at(slug)}${size ? `?size=${at(size)}` : ''}`)
    return found.design
  },
  templatePreview: (id: string) => send<PreviewAnswer>('POST', `/v1/templates/${at(id)}/preview`, {}),
  preview: (body: PreviewRequest) => send<PreviewAnswer>('POST', '/v1/designs/preview', body),
  proof: async (body: PreviewRequest) => (await ask('POST', '/v1/designs/proof', { json: body })).blob(),
  assets: () => everyPage<AssetBody>('/v1/assets'),
  assetContent: async (id: string) => (await ask('GET', `/v1/assets/${at(id)}/content`)).blob(),
  upload: async (file: File) => {
    const body = { raw: file, type: 'application/octet-stream' }
    return (await (await ask('POST', `/v1/assets?name=${at(file.name.slice(0, 200))}`, body)).json()) as AssetBody
  },
  exportTemplate: async (id: string) => (await ask('GET', `/v1/templates/${at(id)}/export`)).blob(),
  importTemplate: async (file: File) => {
    const answer = await ask('POST', '/v1/templates/import', { raw: file, type: 'application/zip' })
    return (await answer.json()) as TemplateBody
  },
}

/** The design that a template's current version froze. */
export const designOfTemplate = async (template: TemplateBody): Promise<Design> =>
  template.design_document ?? (await api.template(template.id)).design_document ?? api.galleryDesign(template.design)

/** One sentence for a person, with what the server found wrong where it named fields. */
export function sayError(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
  const more = error.details.map(({ message }) => message).filter((message) => !error.message.includes(message))
  return [error.message, ...more.slice(0, 3)].join(' ')
}

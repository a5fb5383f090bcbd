/** Designs: those of the gallery, those frozen with a template version, and drafts that somebody tries out. */
import { designFaults, readDesign, type DesignSurroundings } from '../domain/designs-read.ts'
import type { Design, DesignMark, DesignProblem } from '../domain/designs.ts'
import { placeholdersOf } from '../domain/designs-fill.ts'
import { SAMPLES, sampleValues, type SampleName } from '../domain/designs-samples.ts'
import { GALLERY, galleryDesign, type PageSize } from '../domain/gallery/gallery.ts'
import { issuerName } from '../domain/appliance.ts'
import { AppError, invalid, type Problem } from '../domain/errors.ts'
import { type FontFace, type RenderJob, RenderRefused, RenderUnavailable } from '../domain/ports.ts'
import type { Partition, Scope } from '../domain/scopes.ts'
import type { FieldValue, TemplateDefinition, TemplateVersion } from '../domain/templates.ts'
import { didYouMean } from '../domain/suggest.ts'
import type { ActionContext } from './context.ts'

const drawn = new Map<string, Design>()

/** A design of the gallery; drawn once, so that the same one is the same object. */
export function fromGallery(slug: string, size: string | undefined): Design | undefined {
  const entry = GALLERY.find((each) => each.slug === slug)
  const page = (size ?? entry?.sizes[0]) as PageSize | undefined
  if (!entry || !page) return undefined
  const known = drawn.get(`${slug} ${page}`)
  if (known) return known
  const design = galleryDesign(slug, page)
  if (design) drawn.set(`${slug} ${page}`, design)
  return design
}
export const gallerySizes: Record<string, readonly string[]> = Object.fromEntries(
  GALLERY.map(({ slug, sizes }) => [slug, sizes]),
)

/** What is frozen in a template version. Versions of before designs were frozen name one of the gallery. */
export async function designOf(
  context: Pick<ActionContext, 'store'>,
  { definition, partition }: Pick<TemplateVersion, 'definition' | 'partition'>,
): Promise<Design> {
  const { designHash, design, pageSize } = definition
  const frozen = designHash === undefined ? undefined : await context.store.designs.find({ partition }, designHash)
  const found = frozen ?? fromGallery(design, pageSize) ?? fromGallery('classic', undefined)
  if (!found) throw new Error('the gallery has no design "classic"')
  return found
}

/** Gives the renderer the pictures and fonts of one partition. */
export function renderAssets({ store }: Pick<ActionContext, 'store'>, partition: Partition): RenderJob['asset'] {
  const scope: Scope = { partition, actor: 'system' }
  const source: RenderJob['asset'] = async (id) => {
    const [asset, bytes] = await Promise.all([store.assets.find(scope, id), store.assets.content(scope, id)])
    return asset && bytes ? { sha256: asset.sha256, mediaType: asset.mediaType, bytes } : undefined
  }
  source.scope = partition
  return source
}

/** The renderer's refusals in the words of the catalogue; those of an upload are the caller's to word. */
export async function drawing<Result>(work: () => Promise<Result>, field: string | null = 'design'): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RenderUnavailable)
      throw new AppError('unavailable', 'Too much is being drawn just now. Nothing was changed; try again shortly.', {
        retryAfter: 2,
        internal: error,
      })
    if (field !== null && error instanceof RenderRefused)
      throw invalid([{ field, code: 'cannot_be_drawn', message: `The design cannot be drawn: ${error.message}` }])
    throw error
  }
}

const fonts = new WeakMap<ActionContext['renderer'], Promise<FontFace[]>>()

/** The fonts that come with the program: they do not change while it runs. */
export function bundledFonts({ renderer }: Pick<ActionContext, 'renderer'>): Promise<FontFace[]> {
  const asked = fonts.get(renderer) ?? drawing(() => renderer.fonts())
  fonts.set(renderer, asked)
  // A refusal is not kept.
  asked.catch(() => fonts.delete(renderer))
  return asked
}

/** What a design in this body may refer to here. */
export async function surroundingsOf(
  context: ActionContext,
  scope: Scope,
  body: unknown,
): Promise<Pick<DesignSurroundings, 'fonts' | 'images' | 'assetFonts'>> {
  const ids = [...new Set(JSON.stringify(body)?.match(/asset_[0-9a-z]{26}/g))].slice(0, 500)
  const [faces, assets] = await Promise.all([bundledFonts(context), context.store.assets.some(scope, ids)])
  const ofKind = (kind: string) => assets.filter((asset) => asset.kind === kind).map(({ id }) => id)
  return { fonts: faces.map(({ id }) => id), images: ofKind('image'), assetFonts: ofKind('font') }
}

/** How a draft or a template is to be shown. */
export interface PreviewOptions {
  /** Placeholder or field key → value; what is absent comes from the sample. */
  values?: Record<string, FieldValue>
  sample?: SampleName
  language?: string
  mark?: DesignMark | null
}

export interface Draft {
  job: RenderJob
  /** No error in a draft, but one in a template. */
  warnings: Problem[]
}

/** A draft as the designer holds it: whatever it names is filled with something plausible. */
export async function readDraft(
  context: ActionContext,
  scope: Scope,
  body: unknown,
  options: PreviewOptions & { fields?: TemplateDefinition['fields']; name?: string },
): Promise<Draft> {
  const around = await surroundingsOf(context, scope, body)
  const design = readDesign(body, { ...around, fields: undefined, draft: true }, 'design')
  const definition = { name: options.name ?? 'Advanced Project Management', fields: options.fields ?? [] }
  const fields = options.fields?.map(({ key }) => key)
  return {
    job: sampleJob(context, scope, { design, definition }, options),
    warnings: designFaults(design, { ...around, fields }, 'design.').slice(0, 100),
  }
}

/** A rendering of a design with a person of the samples. */
export function sampleJob(
  context: ActionContext,
  scope: Scope,
  { design, definition }: { design: Design; definition: Pick<TemplateDefinition, 'name' | 'fields'> },
  options: PreviewOptions,
): RenderJob {
  const person = SAMPLES[options.sample ?? 'latin']
  const sample = { ...person, language: options.language ?? person.language }
  const issuer = issuerName(context.appliance, scope.partition)
  const facts = { issuerName: issuer, publicUrl: context.appliance.publicUrl }
  const names = design.elements.flatMap((element) =>
    element.kind === 'text'
      ? [...placeholdersOf(element.text), ...placeholdersOf(element.link ?? '')]
      : element.kind === 'qr'
        ? placeholdersOf(element.data ?? '')
        : [],
  )
  const values = sampleValues(definition, sample, facts, [...new Set(names)])
  for (const [name, value] of Object.entries(options.values ?? {}))
    Object.defineProperty(values, name, { value: String(value), enumerable: true, configurable: true, writable: true })
  return {
    design,
    values,
    language: sample.language,
    mark: options.mark ?? null,
    asset: renderAssets(context, scope.partition),
  }
}

export interface Preview {
  svg: string
  problems: DesignProblem[]
}

export const svgOf = (context: ActionContext, job: RenderJob): Promise<Preview> =>
  drawing(() => context.renderer.svg(job))

/** A proof for print: it carries no credential, and says that it is none. */
export function proofOf(context: ActionContext, job: RenderJob, title: string): Promise<Uint8Array> {
  const facts = {
    title,
    author: context.appliance.issuer.name,
    subject: 'A proof of the design. It certifies nothing.',
    language: job.language,
    createdAt: context.clock.now(),
    credential: null,
  }
  return drawing(() => context.renderer.pdf(job, facts))
}

/** An entry of the gallery with its drawing; 404 with the nearest name. */
export function readGalleryDesign(slug: string, size: string | undefined) {
  const entry = GALLERY.find((each) => each.slug === slug)
  const hint = didYouMean(slug, Object.keys(gallerySizes))
  if (!entry) throw new AppError('design_not_found', `There is no design "${slug.slice(0, 60)}" in the gallery.${hint}`)
  const design = fromGallery(slug, size)
  if (design) return { entry, design }
  throw invalid([
    {
      field: 'size',
      code: 'not_a_choice',
      message: `size of "${slug}" must be one of ${entry.sizes.join(', ')}, but is "${size}".`,
    },
  ])
}

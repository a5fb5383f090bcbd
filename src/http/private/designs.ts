/** The gallery, fonts, and how a design or a template would look. */
import {
  bundledFonts,
  designOf,
  type PreviewOptions,
  proofOf,
  readDraft,
  readGalleryDesign,
  sampleJob,
  svgOf,
} from '../../actions/designs.ts'
import { readTemplateVersion, readCurrentTemplate } from '../../actions/templates.ts'
import { SAMPLE_NAMES } from '../../domain/designs-samples.ts'
import { designShape } from '../../domain/designs-shape.ts'
import { PAGE_SIZES, type DesignMark } from '../../domain/designs.ts'
import { GALLERY, type GalleryEntry } from '../../domain/gallery/gallery.ts'
import type { Shape } from '../../domain/shape.ts'
import { fieldsField } from '../../domain/templates-shape.ts'
import type { FieldValue, TemplateField } from '../../domain/templates.ts'
import { privateRoute, type PrivateCall } from '../route.ts'

const TAG = 'Designs'
const READERS = ['templates', 'certificates:read', 'certificates:write'] as const
/** A design with all it may hold, written out. */
const MAX_BODY = 1024 * 1024
const MARKS = ['sandbox', 'revoked', 'replaced', 'expired', 'preview'] as const satisfies readonly DesignMark[]

const previewShape: Shape = {
  values: { kind: 'values', max: 200, doc: 'Placeholder → value; what is absent comes from the sample.' },
  sample: { kind: 'choice', of: SAMPLE_NAMES, doc: 'Whose name and language; latin when absent.' },
  language: { kind: 'text', max: 35, nullable: true, doc: "BCP 47; the sample's when absent.", example: 'sv' },
  mark: { kind: 'choice', of: MARKS, nullable: true, doc: 'What stands across it.' },
}
const draftShape: Shape = {
  design: { kind: 'object', fields: designShape, required: true, schema: 'Design' },
  fields: { ...fieldsField, doc: 'Of the template it is for: their types decide what the sample says.' },
  name: { kind: 'text', max: 200, doc: 'Of the template.' },
  ...previewShape,
}
interface DraftBody {
  design: unknown
  fields?: Array<Partial<TemplateField> & { key: string }>
  name?: string
  values?: Record<string, FieldValue>
  sample?: PreviewOptions['sample']
  language?: string | null
  mark?: DesignMark | null
}

const entryBody = ({ achievementType, validityMonths, ...same }: GalleryEntry) => ({
  ...same,
  achievement_type: achievementType,
  validity_months: validityMonths,
})

const list = privateRoute({
  method: 'GET',
  path: '/v1/designs',
  permission: READERS,
  tag: TAG,
  summary: 'List the gallery',
  description: 'The designs that come with the program, as they are shown. Name one in `design` of a template.',
  answers: { 200: { description: 'All of them.', schema: 'DesignList' } },
  handle: () => ({ json: { data: GALLERY.map(entryBody) } }),
})

const get = privateRoute({
  method: 'GET',
  path: '/v1/designs/:slug',
  permission: READERS,
  tag: TAG,
  summary: 'Read a design of the gallery',
  description: 'Its drawing at one page size, to start your own from.',
  query: { size: { kind: 'choice', of: Object.keys(PAGE_SIZES), doc: "The design's first when absent." } },
  answers: { 200: { description: 'The design.', schema: 'GalleryDesign' } },
  errors: ['design_not_found'],
  example: { query: 'size=letter' },
  handle: ({ params, query }) => {
    const { entry, design } = readGalleryDesign(params.slug!, query.size as string | undefined)
    return { json: { ...entryBody(entry), size: query.size ?? entry.sizes[0], design } }
  },
})

const fonts = privateRoute({
  method: 'GET',
  path: '/v1/fonts',
  permission: READERS,
  tag: TAG,
  summary: 'List the fonts',
  description: 'Those that come with the program, then those you uploaded. `id` is what a text of a design names.',
  answers: { 200: { description: 'All of them.', schema: 'FontList' } },
  handle: async ({ context, caller }) => {
    const uploaded = await context.store.assets.list(caller, { kind: 'font', limit: 1000 })
    const own = uploaded.map(({ id, name, family }) => {
      const style = { weight: 400, italic: false, kind: 'uploaded' }
      return { id, family: family ?? name, style: 'Regular', ...style }
    })
    const bundled = (await bundledFonts(context)).map(({ id, family, style, weight, italic, kind }) => ({
      ...{ id, family, style, weight, italic, kind },
    }))
    return { json: { data: [...bundled, ...own] } }
  },
})

const optionsOf = ({ values, sample, language, mark }: DraftBody): PreviewOptions => ({
  ...(values ? { values } : {}),
  ...(sample ? { sample } : {}),
  ...(language ? { language } : {}),
  mark: mark ?? null,
})

const draftOf = ({ context, caller, body }: PrivateCall) => {
  const given = body as DraftBody
  const fields = given.fields?.map(({ key, label, type, ...rest }): TemplateField => ({
    ...{ key, label: label ?? key, type: type ?? 'text', required: false },
    ...(rest.choices ? { choices: rest.choices } : {}),
  }))
  const more = { ...(fields ? { fields } : {}), ...(given.name ? { name: given.name } : {}) }
  return readDraft(context, caller, given.design, { ...optionsOf(given), ...more })
}

const preview = privateRoute({
  method: 'POST',
  path: '/v1/designs/preview',
  permission: 'templates',
  tag: TAG,
  summary: 'See how a design looks',
  description:
    'Laid out by the same program as the certificate itself, with invented data. `problems` would refuse a row, `warnings` the template.',
  body: draftShape,
  maxBytes: MAX_BODY,
  frequent: true,
  answers: { 200: { description: 'The drawing.', schema: 'Preview' } },
  errors: ['unavailable'],
  handle: async (call) => {
    const { job, warnings } = await draftOf(call)
    return { json: { ...(await svgOf(call.context, job)), warnings } }
  },
})

const pdfAnswer = (bytes: Uint8Array) => ({
  bytes,
  type: 'application/pdf',
  headers: { 'Content-Disposition': 'inline; filename="proof.pdf"' },
})

const proof = privateRoute({
  method: 'POST',
  path: '/v1/designs/proof',
  permission: 'templates',
  tag: TAG,
  summary: 'Get a PDF proof of a design',
  description: 'What a printer would get, with invented data and without a credential.',
  body: draftShape,
  maxBytes: MAX_BODY,
  answers: { 200: { description: 'The proof.', type: 'application/pdf' } },
  errors: ['unavailable'],
  handle: async (call) => {
    const { job } = await draftOf(call)
    return pdfAnswer(await proofOf(call.context, job, 'Proof'))
  },
})

const templatePreview = privateRoute({
  method: 'POST',
  path: '/v1/templates/:id/preview',
  permission: READERS,
  tag: 'Templates',
  summary: 'See how a certificate of a template looks',
  description: 'The frozen design of a version with invented data, or with yours: an SVG in JSON, or a PDF proof.',
  body: {
    ...previewShape,
    version: { kind: 'integer', min: 1, max: 1_000_000_000, doc: 'The current one when absent.' },
    format: { kind: 'choice', of: ['svg', 'pdf'], doc: 'svg when absent.' },
  },
  bodyOptional: true,
  maxBytes: MAX_BODY,
  frequent: true,
  answers: { 200: { description: 'The drawing.', schema: 'Preview' } },
  errors: ['template_not_found', 'unavailable'],
  example: { body: { sample: 'long', values: { course_name: 'Fire safety' } } },
  handle: async ({ context, caller, params, body }) => {
    const given = (body ?? {}) as DraftBody & { version?: number; format?: string }
    const id = params.id!
    const version =
      given.version === undefined
        ? (await readCurrentTemplate(context, caller, id)).version
        : (await readTemplateVersion(context, caller, id, given.version)).version
    const { definition } = version
    const options = optionsOf({ ...given, language: given.language ?? (given.sample ? null : definition.language) })
    const job = sampleJob(context, caller, { design: await designOf(context, version), definition }, options)
    if (given.format === 'pdf') return pdfAnswer(await proofOf(context, job, definition.name))
    return { json: { ...(await svgOf(context, job)), warnings: [] } }
  },
})

export const designRoutes = [list, get, fonts, preview, proof, templatePreview]

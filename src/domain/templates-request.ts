/** What a client may say to define a template, checked in full. */
import { assetsOf, readDesign, type DesignSurroundings } from './designs-read.ts'
import type { Design } from './designs.ts'
import { AppError, invalid, type Problem } from './errors.ts'
import { readShape } from './shape.ts'
import { didYouMean } from './suggest.ts'
import { definitionFaults } from './templates-faults.ts'
import { templateShape } from './templates-shape.ts'
import {
  CUSTOM_DESIGN,
  type FieldValue,
  type TemplateAchievement,
  type TemplateCta,
  type TemplateColors,
  type TemplateDefinition,
  type TemplateField,
  type TemplateMail,
} from './templates.ts'

interface TemplateBody {
  name: string
  slug?: string
  fields: Array<{
    key: string
    label?: string
    type?: TemplateField['type']
    required?: boolean
    choices?: string[] | null
    aliases?: string[] | null
    default?: FieldValue | null
  }>
  achievement?: (Partial<Omit<TemplateAchievement, 'image'>> & { image?: string | null }) | null
  validity?: { months: number } | null
  unique_by?: string[] | null
  design?: string | Design
  page_size?: string | null
  network?: string | null
  hold_minutes?: number
  language?: string | null
  languages?: string[] | null
  reminders?: { days: number[]; issuer?: boolean } | null
  mail?: Record<string, TemplateMail> | null
  attach_pdf?: boolean
  logo?: string | null
  colors?: TemplateColors | null
  cta?: TemplateCta | null
}

/** What a template may refer to here. */
export interface TemplateSurroundings extends Omit<DesignSurroundings, 'fields' | 'draft'> {
  networks: string[]
  /** A design of the gallery; `size` undefined = its own first. */
  gallery: (slug: string, size: string | undefined) => Design | undefined
  /** Slug → the page sizes it offers. */
  gallerySizes: Record<string, readonly string[]>
  /** The design that a new version keeps when it names none. */
  kept?: Design
  /** The drawing of an archive: what `design` and `page_size` name is only where it came from. */
  drawing?: unknown
}

/** A definition that was read, and the design that is to be frozen with it. */
export interface ReadTemplate {
  definition: TemplateDefinition
  slug: string
  design: Design
}

/** A request body to a definition with every default filled in; throws `invalid_request` naming each fault. */
export function readTemplate(body: unknown, around: TemplateSurroundings): ReadTemplate {
  const problems = readShape(body, templateShape)
  if (problems.length) throw invalid(problems.slice(0, 100))
  const given = body as TemplateBody
  const fields = given.fields.map((field) => declaredField(field))
  const name = given.name.trim()
  const { image, tags, ...texts } = given.achievement ?? {}
  const course = fields.some((field) => field.key === 'course_name')
  const definition: TemplateDefinition = {
    name,
    fields,
    achievement: {
      name: texts.name ?? (course ? '{{course_name}}' : name),
      description: texts.description ?? name,
      criteria: texts.criteria ?? `Awarded by the issuer for ${name}.`,
      type: texts.type ?? 'Certificate',
      ...(tags?.length ? { tags: tags.map((tag) => tag.trim()) } : {}),
      ...(image ? { image } : {}),
    },
    validity: given.validity ?? null,
    uniqueBy: given.unique_by ?? [],
    design: typeof given.design === 'object' ? CUSTOM_DESIGN : (given.design ?? 'classic'),
    network: given.network ?? null,
    holdMinutes: given.hold_minutes ?? 0,
    language: given.language ?? null,
    ...extras(given),
  }
  const faults = definitionFaults(definition, around)
  const design = chosenDesign(given, definition, around, faults)
  if (faults.length || !design) throw invalid(faults)
  return { definition, slug: given.slug ?? slugOf(name), design }
}

/** Members that older definitions do not have: absent where nothing is said. */
function extras(given: TemplateBody): Partial<TemplateDefinition> {
  const { page_size: pageSize, languages, reminders, mail, attach_pdf: attachPdf, logo, colors, cta } = given
  return {
    ...(pageSize && typeof given.design !== 'object' ? { pageSize } : {}),
    ...(languages?.length ? { languages } : {}),
    ...(reminders
      ? {
          reminders: {
            days: reminders.days.toSorted((left, right) => right - left),
            issuer: reminders.issuer ?? false,
          },
        }
      : {}),
    ...(mail && Object.keys(mail).length ? { mail } : {}),
    ...(attachPdf ? { attachPdf } : {}),
    ...(logo ? { logo } : {}),
    ...(colors ? { colors } : {}),
    ...(cta ? { cta: { label: cta.label.trim(), url: cta.url.trim() } } : {}),
  }
}

/** The design of its own, one of the gallery, or the one it has; what is wrong with it joins the faults. */
function chosenDesign(
  given: TemplateBody,
  { fields, design: name }: TemplateDefinition,
  around: TemplateSurroundings,
  faults: Problem[],
): Design | undefined {
  const keys = fields.map((field) => field.key)
  const kept = name === CUSTOM_DESIGN ? around.kept : undefined
  const own = around.drawing ?? (typeof given.design === 'object' ? given.design : kept)
  // Designs of the gallery may name fields that a template does not have: they leave nothing behind.
  const isGallery = around.drawing !== undefined && Object.hasOwn(around.gallerySizes, name)
  if (own) {
    try {
      return readDesign(own, { ...around, fields: isGallery ? undefined : keys }, 'design')
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      faults.push(...(error.extras.details ?? []))
      return undefined
    }
  }
  const sizes = Object.hasOwn(around.gallerySizes, name) ? around.gallerySizes[name]! : undefined
  if (!sizes) faults.push(unknownDesign(name, Object.keys(around.gallerySizes)))
  else if (given.page_size && !sizes.includes(given.page_size))
    faults.push({
      field: 'page_size',
      code: 'not_a_choice',
      message: `page_size of the design "${name}" must be one of ${sizes.join(', ')}, but is "${given.page_size}".`,
    })
  else return around.gallery(name, given.page_size ?? undefined)
  return undefined
}

function unknownDesign(name: string, known: string[]): Problem {
  const why =
    name === CUSTOM_DESIGN
      ? 'design "custom" keeps a design that is there already; here is none. Send the design itself.'
      : `design "${name}" is not in the gallery (it has ${known.join(', ')}).${didYouMean(name, known)}`
  return { field: 'design', code: 'unknown_design', message: why }
}

function declaredField(field: TemplateBody['fields'][number]): TemplateField {
  return {
    key: field.key,
    label: field.label?.trim() ?? field.key,
    type: field.type ?? 'text',
    required: field.required ?? false,
    ...(field.choices ? { choices: field.choices } : {}),
    ...(field.aliases ? { aliases: field.aliases } : {}),
    ...(field.default !== undefined && field.default !== null ? { default: field.default } : {}),
  }
}

/** Ids of the pictures and fonts that a version needs, each once: it keeps them from being deleted. */
export function assetsOfTemplate({ achievement, logo }: TemplateDefinition, design: Design): string[] {
  const named = [achievement.image, logo].filter((id) => id !== undefined && id !== null)
  return [...new Set([...assetsOf(design), ...named])]
}

/** A definition as a request would say it: what a new version starts from. */
export function definitionBody(definition: TemplateDefinition): Record<string, unknown> {
  const { uniqueBy, holdMinutes, designHash: _, pageSize, achievement, attachPdf, ...same } = definition
  return {
    ...same,
    achievement: { tags: [], image: null, ...achievement },
    page_size: pageSize ?? null,
    unique_by: uniqueBy,
    hold_minutes: holdMinutes,
    languages: same.languages ?? [],
    reminders: same.reminders ?? null,
    mail: same.mail ?? {},
    attach_pdf: attachPdf ?? false,
    logo: same.logo ?? null,
    colors: same.colors ?? null,
    cta: same.cta ?? null,
  }
}

const slugOf = (name: string) =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '') || 'template'

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g
/** Fills {{field_key}} from the certificate's values; an absent optional field leaves nothing behind. */
export const fillPlaceholders = (text: string, values: Record<string, FieldValue | undefined>) =>
  text
    .replace(PLACEHOLDER, (_, key: string) => String(values[key] ?? ''))
    .replace(/[ \t]{2,}/g, ' ')
    .trim()

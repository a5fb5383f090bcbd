/** What a client may say to define a template, checked in full. */
import { invalid, type Problem } from './errors.ts'
import { readShape, type Shape } from './shape.ts'
import { FIELD_TYPES, type FieldValue, type TemplateDefinition, type TemplateField } from './templates.ts'
import { valueProblem } from './issue-request.ts'
import { didYouMean } from './suggest.ts'

const fieldShape: Shape = {
  key: {
    kind: 'text',
    max: 60,
    required: true,
    doc: 'The name in `fields`: a–z, 0–9 and _.',
    check: (text) =>
      /^[a-z][a-z0-9_]*$/.test(text) ? undefined : 'may hold a–z, 0–9 and _, and begins with a letter.',
  },
  label: { kind: 'text', max: 120, doc: 'As people read it; the key when absent.' },
  type: { kind: 'choice', of: FIELD_TYPES, doc: 'Default text.' },
  required: { kind: 'boolean' },
  choices: { kind: 'list', of: { kind: 'text', max: 200 }, min: 1, max: 200, nullable: true },
  aliases: { kind: 'list', of: { kind: 'text', max: 120 }, max: 50, nullable: true },
  default: {
    kind: 'either',
    of: [{ kind: 'text', max: 2000, format: 'lines' }, { kind: 'number' }, { kind: 'boolean' }],
    nullable: true,
  },
}

export const templateShape: Shape = {
  name: { kind: 'text', max: 200, required: true, example: 'Advanced Project Management' },
  slug: {
    kind: 'text',
    max: 60,
    format: 'slug',
    doc: 'A readable id; made from the name when absent.',
    example: 'apm',
  },
  fields: { kind: 'list', of: { kind: 'object', fields: fieldShape }, max: 100, required: true },
  achievement: {
    kind: 'object',
    nullable: true,
    doc: 'Open Badges achievement; texts may hold {{field_key}}.',
    fields: {
      name: { kind: 'text', max: 300 },
      description: { kind: 'text', max: 2000, format: 'lines' },
      criteria: { kind: 'text', max: 4000, format: 'lines' },
      type: {
        kind: 'text',
        max: 60,
        check: (text) =>
          /^(ext:)?[A-Za-z][A-Za-z0-9]*$/.test(text)
            ? undefined
            : 'must be an Open Badges AchievementType such as CertificateOfCompletion.',
      },
    },
  },
  validity: {
    kind: 'object',
    fields: { months: { kind: 'integer', min: 1, max: 1200, required: true } },
    nullable: true,
  },
  unique_by: { kind: 'list', of: { kind: 'text', max: 80 }, max: 10, nullable: true },
  design: { kind: 'text', max: 60, format: 'slug' },
  network: { kind: 'text', max: 40, nullable: true },
  hold_minutes: { kind: 'integer', min: 0, max: 43_200, doc: 'Minutes in which a new certificate can be withdrawn.' },
  language: { kind: 'text', max: 35, nullable: true },
}
export const revisionShape: Shape = Object.fromEntries(
  Object.entries(templateShape).map(([name, field]) => [name, { ...field, required: false }]),
)

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
  achievement?: { name?: string; description?: string; criteria?: string; type?: string } | null
  validity?: { months: number } | null
  unique_by?: string[] | null
  design?: string
  network?: string | null
  hold_minutes?: number
  language?: string | null
}

/** A request body to a definition with every default filled in; throws `invalid_request` naming each fault. */
export function readTemplate(body: unknown, networks: string[]): { definition: TemplateDefinition; slug: string } {
  const problems = readShape(body, templateShape)
  if (problems.length) throw invalid(problems)
  const given = body as TemplateBody
  const fields = given.fields.map((field) => declaredField(field))
  const faults = [
    ...fieldFaults(fields),
    ...uniqueFaults(given.unique_by ?? [], fields),
    ...networkFaults(given.network, networks),
  ]
  const name = given.name.trim()
  const course = fields.some((field) => field.key === 'course_name')
  const achievement = {
    name: given.achievement?.name ?? (course ? '{{course_name}}' : name),
    description: given.achievement?.description ?? name,
    criteria: given.achievement?.criteria ?? `Awarded by the issuer for ${name}.`,
    type: given.achievement?.type ?? 'Certificate',
  }
  faults.push(...placeholderFaults(achievement, fields))
  if (faults.length) throw invalid(faults)
  const definition: TemplateDefinition = {
    name,
    fields,
    achievement,
    validity: given.validity ?? null,
    uniqueBy: given.unique_by ?? [],
    design: given.design ?? 'classic',
    network: given.network ?? null,
    holdMinutes: given.hold_minutes ?? 0,
    language: given.language ?? null,
  }
  return { definition, slug: given.slug ?? slugOf(name) }
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

const slugOf = (name: string) =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '') || 'template'

function fieldFaults(fields: TemplateField[]): Problem[] {
  return fields.flatMap((field, index): Problem[] => {
    const at = `fields[${index}]`
    const faults: Problem[] = []
    if (fields.findIndex((other) => other.key === field.key) < index)
      faults.push({ field: `${at}.key`, code: 'duplicate', message: `${at}.key "${field.key}" is declared twice.` })
    if (field.type === 'choice' && !field.choices?.length)
      faults.push({ field: `${at}.choices`, code: 'required', message: `${at}.choices is required for type choice.` })
    if (field.type !== 'choice' && field.choices)
      faults.push({
        field: `${at}.choices`,
        code: 'not_allowed',
        message: `${at}.choices belongs to type choice only.`,
      })
    const bad = field.default === undefined ? undefined : valueProblem(field.default, field)
    if (bad) faults.push({ field: `${at}.default`, code: 'bad_value', message: `${at}.default ${bad}` })
    return faults
  })
}

function uniqueFaults(uniqueBy: string[], fields: TemplateField[]): Problem[] {
  const known = [
    'recipient.email',
    'recipient.external_id',
    'recipient.name',
    ...fields.map((field) => `fields.${field.key}`),
  ]
  return uniqueBy
    .filter((path) => !known.includes(path))
    .map((path) => ({
      field: 'unique_by',
      code: 'unknown_field',
      message: `unique_by names "${path}", which does not exist.${didYouMean(path, known)}`,
    }))
}

function networkFaults(network: string | null | undefined, networks: string[]): Problem[] {
  if (!network || networks.includes(network)) return []
  const message = `network "${network}" is not configured here (configured: ${networks.join(', ')}).${didYouMean(network, networks)}`
  return [{ field: 'network', code: 'unknown_network', message }]
}

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g
function placeholderFaults(achievement: TemplateDefinition['achievement'], fields: TemplateField[]): Problem[] {
  const known = ['recipient.name', 'template.name', ...fields.map((field) => field.key)]
  return Object.entries(achievement).flatMap(([part, text]) =>
    [...text.matchAll(PLACEHOLDER)]
      .filter(([, key]) => !known.includes(key!))
      .map(([, key]) => ({
        field: `achievement.${part}`,
        code: 'unknown_field',
        message: `achievement.${part} names {{${key}}}, which is no field of this template.${didYouMean(key!, known)}`,
      })),
  )
}

/** Fills {{field_key}} from the certificate's values; an absent optional field leaves nothing behind. */
export const fillPlaceholders = (text: string, values: Record<string, FieldValue | undefined>) =>
  text
    .replace(PLACEHOLDER, (_, key: string) => String(values[key] ?? ''))
    .replace(/[ \t]{2,}/g, ' ')
    .trim()

/** What the shape of a template cannot say: names that must exist, values that must fit together. */
import { placeholdersOf } from './designs-fill.ts'
import { isWebLink } from './designs-read.ts'
import type { Problem } from './errors.ts'
import { valueProblem } from './issue-request.ts'
import { mailFaults, mailPlaceholders } from './mails-own.ts'
import { didYouMean } from './suggest.ts'
import type { TemplateAchievement, TemplateDefinition, TemplateField } from './templates.ts'

/** All that is wrong with a definition whose shape is right; its design is checked by readDesign. */
export function definitionFaults(
  definition: TemplateDefinition,
  { networks, images }: { networks: string[]; images: readonly string[] },
): Problem[] {
  const { fields } = definition
  return [
    ...fieldFaults(fields),
    ...uniqueFaults(definition.uniqueBy, fields),
    ...networkFaults(definition.network, networks),
    ...achievementFaults(definition.achievement, fields, images),
    ...pictureFaults('logo', definition.logo ?? undefined, images),
    ...mailFaults(definition.mail, fields),
    ...languageFaults(definition),
    ...ctaFaults(definition),
  ]
}

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

function networkFaults(network: string | null, networks: string[]): Problem[] {
  if (!network || networks.includes(network)) return []
  const message = `network "${network}" is not configured here (configured: ${networks.join(', ')}).${didYouMean(network, networks)}`
  return [{ field: 'network', code: 'unknown_network', message }]
}

/** `{{names}}` in a text that are none of these. */
const unknownNames = (field: string, text: string, known: string[]): Problem[] =>
  placeholdersOf(text)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      field,
      code: 'unknown_field',
      message: `${field} names {{${name.slice(0, 60)}}}, which is no field of this template.${didYouMean(name, known)}`,
    }))

function achievementFaults(
  { tags = [], image, ...texts }: TemplateAchievement,
  fields: TemplateField[],
  images: readonly string[],
): Problem[] {
  const known = ['recipient.name', 'template.name', ...fields.map((field) => field.key)]
  const faults = Object.entries(texts).flatMap(([part, text]) => unknownNames(`achievement.${part}`, text, known))
  tags.forEach((tag, index) => {
    if (tags.indexOf(tag) === index) return
    const field = `achievement.tags[${index}]`
    faults.push({ field, code: 'duplicate', message: `${field} "${tag}" stands twice.` })
  })
  return [...faults, ...pictureFaults('achievement.image', image, images)]
}

function pictureFaults(field: string, id: string | undefined, images: readonly string[]): Problem[] {
  if (id === undefined || images.includes(id)) return []
  const message = `${field} names "${id}", which is no uploaded picture here. Send it to POST /v1/assets first.`
  return [{ field, code: 'unknown_asset', message }]
}

function languageFaults({ languages = [], reminders }: TemplateDefinition): Problem[] {
  const faults: Problem[] = []
  const repeated = (list: ReadonlyArray<string | number>, at: string) =>
    list.forEach((each, index) => {
      if (list.indexOf(each) === index) return
      faults.push({ field: `${at}[${index}]`, code: 'duplicate', message: `${at}[${index}] "${each}" stands twice.` })
    })
  repeated(languages, 'languages')
  repeated(reminders?.days ?? [], 'reminders.days')
  return faults
}

function ctaFaults({ cta, fields }: TemplateDefinition): Problem[] {
  if (!cta) return []
  const known = mailPlaceholders(fields)
  const faults = [...unknownNames('cta.label', cta.label, known), ...unknownNames('cta.url', cta.url, known)]
  if (!isWebLink(cta.url))
    faults.push({ field: 'cta.url', code: 'bad_url', message: 'cta.url must be an http or https address.' })
  return faults
}

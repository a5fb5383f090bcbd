/** What a client may send to issue one certificate, and what of it a template accepts. One path for API, batch, mail and hooks. */
import { checkAddress } from './addresses.ts'
import { addMonths, endOfDay, isDay, momentOf, startOfDay } from './dates.ts'
import type { Problem } from './errors.ts'
import { didYouMean } from './suggest.ts'
import { checkField, isWebUrl, type Shape } from './shape.ts'
import { shown, textProblem } from './text.ts'
import type { FieldValue, TemplateDefinition, TemplateField } from './templates.ts'

export interface Recipient {
  name: string
  email: string
  externalId: string | null
  language: string | null
}

/** A request whose shape is right; whether the template takes it is checked by `acceptIssue`. */
export interface IssueCommand {
  templateId: string
  recipient: Recipient
  fields: Record<string, FieldValue>
  issuedOn: string | null
  expiresAt: string | null
  metadata: Record<string, unknown> | null
  notify: boolean
  /** true = until released; a number = minutes; null = as the template says. */
  hold: true | number | null
  network: string | null
}

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/
const MAX_FIELDS = 100
const MAX_TEXT = 2000

const recipientShape: Shape = {
  name: { kind: 'text', max: 200, required: true, doc: 'As it stands on the certificate.', example: 'Maria Andersson' },
  email: {
    kind: 'text',
    max: 254,
    required: true,
    doc: 'Where the certificate is sent.',
    example: 'maria@example.org',
    check: (text) => {
      const checked = checkAddress(text)
      return 'problem' in checked ? checked.problem : undefined
    },
  },
  external_id: { kind: 'text', max: 200, nullable: true, doc: 'Your own id of this person.', example: 'S-20417' },
  language: {
    kind: 'text',
    max: 35,
    nullable: true,
    doc: 'BCP 47 language of page and mail.',
    example: 'sv',
    check: (text) =>
      LANGUAGE.test(text) ? undefined : `must be a language tag such as "sv" or "pt-BR", but is ${shown(text)}.`,
  },
}

/** What belongs to one recipient; a row of a batch is exactly this, with name and email at its top. */
const contentShape: Shape = {
  fields: { kind: 'values', max: MAX_FIELDS, doc: 'Values of the fields that the template declares.' },
  issued_on: { kind: 'text', max: 10, format: 'day', nullable: true, doc: 'Day of award; today when absent.' },
  expires_at: {
    kind: 'text',
    max: 40,
    format: 'moment',
    nullable: true,
    doc: 'Last day (2028-03-03) or moment of validity; the template decides when absent.',
  },
  metadata: {
    kind: 'json',
    maxBytes: 16_384,
    nullable: true,
    doc: 'Kept for you and returned; never shown or signed.',
  },
}

const howShape: Shape = {
  notify: { kind: 'boolean', doc: 'Mail the recipient once it is issued. Default true.' },
  hold: {
    kind: 'either',
    of: [{ kind: 'boolean' }, { kind: 'integer', min: 1, max: 43_200 }],
    nullable: true,
    doc: 'true: hold until released. A number: minutes in which it can be withdrawn.',
  },
  network: {
    kind: 'text',
    max: 40,
    nullable: true,
    doc: 'A configured network; the template or the appliance decides when absent.',
  },
}

const templateShape: Shape = {
  template_id: { kind: 'text', max: 100, required: true, doc: 'Id or slug of the template.', example: 'tmpl_abc123' },
}

export const issueShape: Shape = {
  ...templateShape,
  recipient: { kind: 'object', fields: recipientShape, required: true },
  ...contentShape,
  ...howShape,
}

/** One entry of `recipients` in a batch. */
export const rowShape: Shape = { ...recipientShape, ...contentShape }

/** The batch around its rows; each row is checked on its own, so that one bad row never stops the others. */
export const batchShape: Shape = {
  ...templateShape,
  recipients: { kind: 'list', of: { kind: 'anything' }, min: 1, max: 1_000_000, required: true },
  ...howShape,
}

export const correctionShape: Shape = {
  recipient: {
    kind: 'object',
    fields: Object.fromEntries(
      Object.entries(recipientShape).map(([name, field]) => [name, { ...field, required: false }]),
    ),
  },
  fields: { kind: 'values', max: MAX_FIELDS, doc: 'Only what changes; other fields stay.' },
  issued_on: { ...contentShape.issued_on!, nullable: false },
  expires_at: contentShape.expires_at!,
  metadata: contentShape.metadata!,
  reason: { kind: 'text', max: 500, required: true, doc: 'Why it is corrected; kept in the history.' },
  notify: howShape.notify!,
}

type Body = Record<string, never> & {
  template_id: string
  recipient: { name: string; email: string; external_id?: string | null; language?: string | null }
  fields?: Record<string, FieldValue>
  issued_on?: string | null
  expires_at?: string | null
  metadata?: Record<string, unknown> | null
  notify?: boolean
  hold?: boolean | number | null
  network?: string | null
}

/** From a body that passed `issueShape`. */
export function issueCommand(body: unknown): IssueCommand {
  const { template_id, recipient, fields, issued_on, expires_at, metadata, notify, hold, network } = body as Body
  return {
    templateId: template_id,
    recipient: {
      name: recipient.name.trim().normalize('NFC'),
      email: recipient.email,
      externalId: recipient.external_id ?? null,
      language: recipient.language ?? null,
    },
    fields: fields ?? {},
    issuedOn: issued_on ?? null,
    expiresAt: expires_at ?? null,
    metadata: metadata ?? null,
    notify: notify ?? true,
    hold: hold === false || hold === undefined ? null : hold,
    network: network ?? null,
  }
}

/** What will be issued: fields in the template's order, dates decided. */
export interface AcceptedIssue {
  fields: Record<string, FieldValue>
  issuedOn: string
  expiresAt: number | null
}

/** Checks content against a template; returns all problems at once. `today` is the day of acceptance. */
export function acceptIssue(
  content: Pick<IssueCommand, 'fields' | 'issuedOn' | 'expiresAt'>,
  definition: TemplateDefinition,
  today: string,
): { accepted: AcceptedIssue } | { problems: Problem[] } {
  const problems: Problem[] = []
  const fields = acceptFields(content.fields, definition.fields, problems)
  const issuedOn = content.issuedOn ?? today
  // One day of grace: it may already be tomorrow where the client is.
  if (startOfDay(issuedOn) > startOfDay(today) + 86_400_000)
    problems.push({
      field: 'issued_on',
      code: 'in_the_future',
      message: `issued_on ${issuedOn} lies in the future (today is ${today}).`,
    })
  let expiresAt = content.expiresAt === null ? null : (momentOf(content.expiresAt) ?? null)
  if (expiresAt === null && definition.validity) expiresAt = endOfDay(addMonths(issuedOn, definition.validity.months))
  if (expiresAt !== null && expiresAt <= startOfDay(issuedOn))
    problems.push({
      field: 'expires_at',
      code: 'before_issue',
      message: `expires_at must lie after issued_on (${issuedOn}).`,
    })
  return problems.length ? { problems } : { accepted: { fields, issuedOn, expiresAt } }
}

function acceptFields(given: Record<string, FieldValue>, declared: TemplateField[], problems: Problem[]) {
  const keys = declared.map((field) => field.key)
  for (const key of Object.keys(given)) {
    if (keys.includes(key)) continue
    const field = `fields.${key.slice(0, 100).toWellFormed()}`
    problems.push({
      field,
      code: 'unknown_field',
      message: `This template has no field ${shown(key)}.${didYouMean(key, keys)}`,
    })
  }
  const accepted: Record<string, FieldValue> = {}
  for (const field of declared) {
    const value = Object.hasOwn(given, field.key) ? given[field.key] : field.default
    const empty = value === undefined || (typeof value === 'string' && value.trim() === '')
    if (empty && !field.required) continue
    const message = empty ? 'is required by this template.' : valueProblem(value!, field)
    if (message) {
      const code = empty ? 'required' : 'bad_value'
      problems.push({ field: `fields.${field.key}`, code, message: `fields.${field.key} ${message}` })
    } else accepted[field.key] = typeof value === 'string' ? value.trim().normalize('NFC') : value!
  }
  return accepted
}

/** What is wrong with a value for its declared type, or undefined. */
export function valueProblem(value: FieldValue, field: TemplateField): string | undefined {
  const wrong = (wanted: string) => `must be ${wanted}, but is ${shown(value)}.`
  if (field.type === 'number')
    return typeof value === 'number' && Number.isFinite(value) ? undefined : wrong('a number')
  if (field.type === 'boolean') return typeof value === 'boolean' ? undefined : wrong('true or false')
  if (typeof value !== 'string') return wrong('a text in quotes')
  if (value.length > MAX_TEXT) return `has ${value.length} letters; at most ${MAX_TEXT} are allowed.`
  const bad = textProblem(value, field.type === 'text')
  if (bad) return bad
  const text = value.trim()
  switch (field.type) {
    case 'date':
      return isDay(text) ? undefined : wrong('a day that exists, written YYYY-MM-DD')
    case 'url':
      return isWebUrl(text) ? undefined : wrong('an http or https address')
    case 'email': {
      const checked = checkAddress(text)
      return 'problem' in checked ? checked.problem : undefined
    }
    case 'choice':
      if (field.choices?.includes(text)) return undefined
      return `${wrong(`one of ${field.choices?.join(', ')}`)}${didYouMean(text, field.choices ?? [])}`
    default:
      return undefined
  }
}

/** The problems of one row of a batch as it came; its recipient stands at its top or under `recipient`. */
export function rowProblems(row: unknown): Problem[] {
  const problems: Problem[] = []
  const nested = row !== null && typeof row === 'object' && 'recipient' in row
  const shape: Shape = nested ? { recipient: issueShape.recipient!, ...contentShape } : rowShape
  checkField(row, { kind: 'object', fields: shape }, '', problems)
  return problems.map((problem) => (problem.field === '' ? { ...problem, field: 'row' } : problem))
}

/** From a row that has no problems. */
export function rowCommand(
  row: unknown,
  batch: Pick<IssueCommand, 'templateId' | 'notify' | 'hold' | 'network'>,
): IssueCommand {
  const { name, email, external_id, language, recipient, ...rest } = row as Record<string, unknown>
  const person = recipient ?? { name, email, external_id, language }
  return {
    ...issueCommand({ template_id: batch.templateId, ...rest, recipient: person }),
    notify: batch.notify,
    hold: batch.hold,
    network: batch.network,
  }
}

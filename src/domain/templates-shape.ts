/** The shape of a template in requests. */
import { colorField, designShape } from './designs-shape.ts'
import { PAGE_SIZES } from './designs.ts'
import type { Field, Shape } from './shape.ts'
import { FIELD_TYPES } from './templates.ts'
import { shown } from './text.ts'

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

export const fieldsField: Field = { kind: 'list', of: { kind: 'object', fields: fieldShape }, max: 100 }

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/
const language = (rest: { doc?: string; nullable?: boolean } = {}): Field => ({
  kind: 'text',
  max: 35,
  example: 'sv',
  check: (text) =>
    LANGUAGE.test(text) ? undefined : `must be a language tag such as "sv" or "pt-BR", but is ${shown(text)}.`,
  ...rest,
})

const achievement: Field = {
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
    tags: { kind: 'list', of: { kind: 'text', max: 100 }, max: 50, doc: 'Skills and subjects.' },
    image: { kind: 'text', max: 40, nullable: true, doc: 'Id of an uploaded picture: asset_….' },
  },
}

const mail: Field = {
  kind: 'dictionary',
  key: LANGUAGE,
  keys: 'language tags such as "sv" or "pt-BR"',
  max: 40,
  nullable: true,
  doc: 'Language → words of the mail to the recipient; what is absent is the built-in text. May hold {{placeholders}}.',
  of: {
    kind: 'object',
    fields: {
      subject: { kind: 'text', max: 200 },
      heading: { kind: 'text', max: 200 },
      body: { kind: 'text', max: 10_000, format: 'lines', doc: 'Plain text; an empty line begins a paragraph.' },
      button: { kind: 'text', max: 80 },
    },
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
  fields: { ...fieldsField, required: true },
  achievement,
  validity: {
    kind: 'object',
    fields: { months: { kind: 'integer', min: 1, max: 1200, required: true } },
    nullable: true,
  },
  unique_by: { kind: 'list', of: { kind: 'text', max: 80 }, max: 10, nullable: true },
  design: {
    kind: 'either',
    of: [
      { kind: 'text', max: 60, format: 'slug', doc: 'A slug of GET /v1/designs; frozen as it is now.' },
      { kind: 'object', fields: designShape, schema: 'Design' },
    ],
    doc: 'What its certificates look like; `classic` when absent.',
    example: 'classic',
  },
  page_size: {
    kind: 'choice',
    of: Object.keys(PAGE_SIZES),
    nullable: true,
    doc: "Of a design of the gallery; the design's first when absent.",
  },
  network: { kind: 'text', max: 40, nullable: true },
  hold_minutes: { kind: 'integer', min: 0, max: 43_200, doc: 'Minutes in which a new certificate can be withdrawn.' },
  language: language({ nullable: true, doc: "Of certificates whose recipient names none; the issuer's when absent." }),
  languages: { kind: 'list', of: language(), max: 40, nullable: true, doc: 'Further ones they are offered in.' },
  reminders: {
    kind: 'object',
    nullable: true,
    doc: 'Mails before a certificate expires; 90, 30 and 7 days when absent.',
    fields: {
      days: { kind: 'list', of: { kind: 'integer', min: 1, max: 3650 }, max: 10, required: true },
      issuer: { kind: 'boolean', doc: 'The issuer gets a copy. Default false.' },
    },
  },
  mail,
  attach_pdf: { kind: 'boolean', doc: 'The mail about a certificate carries it as a PDF. Default false.' },
  logo: {
    kind: 'text',
    max: 40,
    nullable: true,
    doc: 'Id of an uploaded picture that stands above the mail: asset_….',
  },
  colors: {
    kind: 'object',
    nullable: true,
    doc: "The issuer's colours on page and mail.",
    fields: { primary: colorField({ required: true }), accent: colorField() },
  },
  cta: {
    kind: 'object',
    nullable: true,
    doc: 'One button of your own on page and mail.',
    fields: {
      label: { kind: 'text', max: 80, required: true, example: 'See the next course' },
      url: { kind: 'text', max: 1000, required: true, doc: 'http or https; may hold {{placeholders}}.' },
    },
  },
}
export const revisionShape: Shape = Object.fromEntries(
  Object.entries(templateShape).map(([name, field]) => [name, { ...field, required: false }]),
)

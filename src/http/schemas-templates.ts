/** Templates, designs, uploaded files. */
import { PAGE_SIZES } from '../domain/designs.ts'
import { FIELD_TYPES } from '../domain/templates.ts'
import {
  integer,
  integerOrNull,
  listOf,
  moment,
  object,
  pageOf,
  reference,
  text,
  textOrNull,
  yesNo,
} from './schema-parts.ts'

const field = object(
  {
    key: text,
    label: text,
    type: { type: 'string', enum: [...FIELD_TYPES] },
    required: yesNo,
    choices: listOf(text),
    aliases: listOf(text),
    default: { type: ['string', 'number', 'boolean'] },
  },
  ['choices', 'aliases', 'default'],
)
const orNull = (schema: object) => ({ ...schema, type: ['object', 'null'] })
const mailWords = object({ subject: text, heading: text, body: text, button: text }, [
  'subject',
  'heading',
  'body',
  'button',
])
const definition = {
  name: text,
  fields: listOf(field),
  achievement: object({
    name: text,
    description: text,
    criteria: text,
    type: text,
    tags: listOf(text),
    image: textOrNull,
  }),
  validity: orNull(object({ months: integer })),
  unique_by: listOf(text),
  design: { ...text, description: 'A slug of the gallery, or "custom".' },
  page_size: textOrNull,
  network: textOrNull,
  hold_minutes: integer,
  language: textOrNull,
  languages: listOf(text),
  reminders: orNull(object({ days: listOf(integer), issuer: yesNo })),
  mail: { type: 'object', additionalProperties: mailWords },
  colors: orNull(object({ primary: text, accent: text }, ['accent'])),
  cta: orNull(object({ label: text, url: text })),
  attach_pdf: yesNo,
  logo: textOrNull,
}
const designDocument = { design_document: reference('Design') }
const version = { version: integer, created_at: moment, created_by: text, ...definition }

export const templateSchemas = {
  Template: object(
    {
      id: text,
      slug: text,
      version: integer,
      status: { type: 'string', enum: ['active', 'archived'] },
      ...definition,
      ...designDocument,
      sandbox: yesNo,
      created_at: moment,
      updated_at: moment,
    },
    ['design_document'],
  ),
  TemplateList: pageOf('Template'),
  TemplateVersion: object({ template_id: text, current: yesNo, ...version, ...designDocument }),
  TemplateVersions: object({ data: listOf(object(version)) }),
}

const galleryEntry = {
  slug: text,
  name: text,
  purpose: text,
  description: text,
  sizes: listOf({ type: 'string', enum: Object.keys(PAGE_SIZES) }),
  fields: listOf(field),
  achievement_type: text,
  validity_months: integerOrNull,
  palette: listOf(text),
}
const problem = object(
  {
    element: text,
    kind: { type: 'string', enum: ['missing_letters', 'does_not_fit'] },
    letters: listOf(text),
    text,
  },
  ['letters'],
)
const asset = {
  id: text,
  kind: { type: 'string', enum: ['image', 'font'] },
  name: text,
  media_type: text,
  bytes: integer,
  width: { ...integer, description: 'Pixels; 0 for a font.' },
  height: integer,
  family: textOrNull,
  sha256: text,
  sandbox: yesNo,
  created_at: moment,
  created_by: text,
}
export const designSchemas = {
  DesignList: object({ data: listOf(object(galleryEntry)) }),
  GalleryDesign: object({ ...galleryEntry, size: text, design: reference('Design') }),
  Preview: object({
    svg: text,
    problems: listOf(problem),
    warnings: listOf(object({ field: text, code: text, message: text })),
  }),
  FontList: object({
    data: listOf(
      object({
        id: text,
        family: text,
        style: text,
        weight: integer,
        italic: yesNo,
        kind: { type: 'string', enum: ['serif', 'sans', 'display', 'script', 'fallback', 'uploaded'] },
      }),
    ),
  }),
  Asset: object(asset),
  AssetList: pageOf('Asset'),
}

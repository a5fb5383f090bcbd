import type { Partition } from './scopes.ts'

export const FIELD_TYPES = ['text', 'number', 'date', 'url', 'email', 'boolean', 'choice'] as const
export type FieldType = (typeof FIELD_TYPES)[number]
export type FieldValue = string | number | boolean

/** One declared field; `key` is what the API takes in `fields`. */
export interface TemplateField {
  key: string
  label: string
  type: FieldType
  required: boolean
  /** Only for type choice. */
  choices?: string[]
  /** Other column or key names the intake takes for this field. */
  aliases?: string[]
  default?: FieldValue
}

/** Open Badges Achievement; texts may hold {{field_key}} and {{recipient.name}}. */
export interface TemplateAchievement {
  name: string
  description: string
  criteria: string
  /** OB AchievementType, e.g. CertificateOfCompletion. */
  type: string
  /** Skills and subjects, as people search for them. */
  tags?: string[]
  /** `asset_…`: the badge. */
  image?: string
}

/**
 * The issuer's own words in the mail to the recipient, in one language. An absent member is the built-in text. All of
 * them may hold the placeholders of a design: {{recipient.name}}, {{verification_url}}, {{course_name}} …
 */
export interface TemplateMail {
  subject?: string
  heading?: string
  /** Plain text; an empty line begins a paragraph. */
  body?: string
  /** What stands on the button that leads to the certificate. */
  button?: string
}

/** Mails before a certificate expires. */
export interface TemplateReminders {
  /** Days before, largest first. */
  days: number[]
  /** The issuer gets a copy. */
  issuer: boolean
}

/** The issuer's colours on page and mail, `#rrggbb`. */
export interface TemplateColors {
  primary: string
  accent?: string
}

/** One button of the issuer's own on page and mail. */
export interface TemplateCta {
  label: string
  /** http or https; may hold placeholders. */
  url: string
}

/** The design's name when it is the issuer's own and none of the gallery. */
export const CUSTOM_DESIGN = 'custom'

/** What a template version freezes: issued certificates keep theirs for ever. */
export interface TemplateDefinition {
  name: string
  fields: TemplateField[]
  achievement: TemplateAchievement
  validity: { months: number } | null
  /** Paths whose values together may be issued once: `recipient.email`, `recipient.external_id`, `fields.<key>`. */
  uniqueBy: string[]
  /** Where the design comes from: a slug of the gallery, or `custom`. */
  design: string
  /**
   * The design itself, by its content: it lies beside the version (actions/designs.ts, `designOf`), because every
   * certificate reads the version and nothing but a rendering reads the design. Absent in versions made before designs
   * were frozen: then `design` names one of the gallery.
   */
  designHash?: string
  /** Of a design of the gallery; absent = its first. */
  pageSize?: string
  /** A configured network; null = the appliance's default. */
  network: string | null
  /** Minutes between accepting and anchoring in which a certificate can be withdrawn. */
  holdMinutes: number
  language: string | null
  /** The further languages its certificates are offered in; BCP 47. */
  languages?: string[]
  /** Absent = the built-in 90, 30 and 7 days, recipient only. */
  reminders?: TemplateReminders | null
  /** Language → words of its own. */
  mail?: Record<string, TemplateMail>
  /** The mail about a new certificate carries it as a PDF. */
  attachPdf?: boolean
  /** `asset_…`: the logo above the mail and on the page; absent = the issuer's name. */
  logo?: string | null
  colors?: TemplateColors | null
  cta?: TemplateCta | null
}

export interface Template {
  id: string
  partition: Partition
  slug: string
  status: 'active' | 'archived'
  /** The current version. */
  version: number
  createdAt: number
  updatedAt: number
}

export interface TemplateVersion {
  templateId: string
  partition: Partition
  version: number
  definition: TemplateDefinition
  createdAt: number
  createdBy: string
}

/** A template with the version that issues now. */
export interface CurrentTemplate {
  template: Template
  version: TemplateVersion
}

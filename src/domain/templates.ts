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
}

/** What a template version freezes: issued certificates keep theirs for ever. */
export interface TemplateDefinition {
  name: string
  fields: TemplateField[]
  achievement: TemplateAchievement
  validity: { months: number } | null
  /** Paths whose values together may be issued once: `recipient.email`, `recipient.external_id`, `fields.<key>`. */
  uniqueBy: string[]
  design: string
  /** A configured network; null = the appliance's default. */
  network: string | null
  /** Minutes between accepting and anchoring in which a certificate can be withdrawn. */
  holdMinutes: number
  language: string | null
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

/** What the gallery says of a design: enough to choose it and to make a template of it. */
import type { Color, Design, PAGE_SIZES } from '../designs.ts'
import type { TemplateField } from '../templates.ts'

export type PageSize = keyof typeof PAGE_SIZES
export type GalleryPurpose =
  | 'diploma'
  | 'course_completion'
  | 'compliance_training'
  | 'award'
  | 'membership'
  | 'workshop'
  | 'licence'
  | 'micro_credential'

export interface GalleryEntry {
  /** What a template names in `design`. */
  slug: string
  name: string
  purpose: GalleryPurpose
  description: string
  /** The first is the one the design was drawn for. */
  sizes: PageSize[]
  /** Fields its texts show, to be taken into the template; none is needed beside these. */
  fields: TemplateField[]
  /** Open Badges AchievementType that fits. */
  achievementType: string
  /** Months a certificate of this kind is commonly valid; null = for good. */
  validityMonths: number | null
  /** Ground, ink and accents, for a list's swatches. */
  palette: Color[]
}

export interface Page {
  width: number
  height: number
}
/** An entry with its drawing. */
export interface GalleryDesign extends GalleryEntry {
  draw: (page: Page) => Design
}

export const LANDSCAPE: PageSize[] = ['a4', 'letter']
export const PORTRAIT: PageSize[] = ['a4_portrait', 'letter_portrait']

/** A declared field of a gallery design; dates and required ones are said so. */
export const field = (key: string, label: string, rest: Partial<TemplateField> = {}): TemplateField => ({
  key,
  label,
  type: 'text',
  required: false,
  ...rest,
})
export const SIGNER = field('signer', 'Signed by')

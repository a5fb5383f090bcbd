/** People and values to try a design with: a design that saw only short Latin names has not been tried. */
import { designValues } from './designs-values.ts'
import { DESIGN_PLACEHOLDERS } from './designs.ts'
import type { FieldValue, TemplateDefinition, TemplateField } from './templates.ts'

export interface Sample {
  name: string
  /** BCP 47. */
  language: string
  /** Texts of fields are long too. */
  long?: true
}

/** The names every rendering must get right. */
export const SAMPLES = {
  latin: { name: 'María Andersson', language: 'en' },
  long: {
    name: 'Dr. Wilhelmina Alexandrina Konstantinopoulou-Fitzgerald von und zu Hohenlohe-Langenburg III',
    language: 'en',
    long: true,
  },
  cyrillic: { name: 'Александр Сергеевич Пушкин', language: 'ru' },
  greek: { name: 'Ελευθερία Παπαδοπούλου', language: 'el' },
  chinese: { name: '王小明 · 欧阳靖宇', language: 'zh' },
  arabic: { name: 'محمد بن عبد الرحمن الفارسي', language: 'ar' },
  mixed: { name: 'محمد الأحمد (Mohammed) لعام 2026', language: 'ar' },
  hebrew: { name: 'שָׁלוֹם בֶּן־כֹּהֵן', language: 'he' },
  hindi: { name: 'श्रीमती ज्योत्स्ना कृष्णमूर्ति', language: 'hi' },
  thai: { name: 'กิตติศักดิ์ ผู้ยิ่งใหญ่', language: 'th' },
  vietnamese: { name: 'Nguyễn Thị Phương Thảo', language: 'vi' },
  decomposed: { name: 'Zoe\u0308 Kra\u0328z\u0307el\u0301', language: 'en' },
  injection: { name: '#\u0069mport "x" $ [*_] \\ <script> & "q" `a` @b', language: 'en' },
} as const satisfies Record<string, Sample>
export type SampleName = keyof typeof SAMPLES
export const SAMPLE_NAMES = Object.keys(SAMPLES) as SampleName[]

const LONG_TEXT = 'Occupational Health, Safety and Environmental Management for Laboratories and Clinical Research'
/** In the language of the issuer's mails, else in English: what a course may be called. */
const COURSES: Record<string, string> = {
  en: 'Advanced Project Management',
  sv: 'Avancerad projektledning',
  de: 'Projektmanagement für Fortgeschrittene',
  fr: 'Gestion de projet avancée',
  es: 'Gestión avanzada de proyectos',
  ru: 'Управление проектами',
  el: 'Διαχείριση έργων',
  zh: '高级项目管理',
  ar: 'إدارة المشاريع المتقدمة',
  he: 'ניהול פרויקטים מתקדם',
  hi: 'उन्नत परियोजना प्रबंधन',
  th: 'การบริหารโครงการขั้นสูง',
  vi: 'Quản lý dự án nâng cao',
}
/** What a field is about, told by its key or label. */
const GUESSES: Array<[RegExp, string]> = [
  [/(^|_|\b)(id|no|number|nr|ref|serial|licen[cs]e)(_|\b|$)/i, 'PM-2026-0042'],
  [/sign|instructor|teacher|trainer|rector|dean|director|examiner|author/i, 'Prof. Anna Svensson'],
  [/degree|program/i, 'Master of Science'],
  [/grade|mark|result|distinction|level/i, 'With distinction'],
  [/hour|credit|score|point|ects|cpd/i, '24'],
  [/place|city|location|venue|campus/i, 'Stockholm'],
  [/organi[sz]ation|company|employer|school|department|faculty/i, 'Northern Institute of Technology'],
]

/** A plausible value of a field, of its declared type. */
export function sampleValue(field: TemplateField, { language, long }: Sample): FieldValue {
  switch (field.type) {
    case 'number':
      return 24
    case 'boolean':
      return true
    case 'date':
      return '2026-03-03'
    case 'url':
      return 'https://www.example.org/courses/apm'
    case 'email':
      return 'maria@example.org'
    case 'choice':
      return (
        field.choices?.toSorted((left, right) => right.length - left.length)[long ? 0 : field.choices.length - 1] ?? ''
      )
    default: {
      const guess = GUESSES.find(([pattern]) => pattern.test(field.key) || pattern.test(field.label))
      if (guess) return guess[1]
      return long ? LONG_TEXT : (COURSES[language.slice(0, 2).toLowerCase()] ?? COURSES.en!)
    }
  }
}

/** An id as long as a real one, and with letters as wide. */
export const SAMPLE_ID = 'cert_0m7q2w5g8b1v4n9k3h6d0t2x5j'

/** Values of all placeholders for a person of the samples. `names` are further ones that a draft holds. */
export function sampleValues(
  definition: Pick<TemplateDefinition, 'name' | 'fields'>,
  sample: Sample,
  { issuerName, publicUrl }: { issuerName: string; publicUrl: string },
  names: readonly string[] = [],
): Record<string, string> {
  const fields = [...definition.fields, ...names.filter((name) => isFree(name, definition)).map(textField)]
  return designValues({
    certificateId: SAMPLE_ID,
    publicUrl,
    template: { name: definition.name, fields },
    fields: Object.fromEntries(fields.map((field) => [field.key, sampleValue(field, sample)])),
    recipientName: sample.name,
    issuerName,
    issuedOn: '2026-03-03',
    expiresAt: Date.UTC(2028, 2, 3),
    version: 1,
    language: sample.language,
  })
}

const isFree = (name: string, { fields }: Pick<TemplateDefinition, 'fields'>) =>
  !(DESIGN_PLACEHOLDERS as readonly string[]).includes(name) &&
  !name.startsWith('fields.') &&
  !fields.some((field) => field.key === name)

const textField = (key: string): TemplateField => ({
  key,
  label: key,
  type: key.endsWith('date') ? 'date' : 'text',
  required: false,
})

/** People and values to try a design with; the same ones that the server tries templates with. */
import { SAMPLES, sampleValues, type Sample, type SampleName } from '../../src/domain/designs-samples.ts'
import type { TemplateField } from '../../src/domain/templates.ts'

const LABELS: Record<SampleName, string> = {
  latin: 'Latin',
  long: 'Very long name and texts',
  cyrillic: 'Cyrillic',
  greek: 'Greek',
  chinese: 'Chinese',
  arabic: 'Arabic',
  mixed: 'Arabic with Latin and digits',
  hebrew: 'Hebrew with points',
  hindi: 'Hindi',
  thai: 'Thai',
  vietnamese: 'Vietnamese',
  decomposed: 'Letters with loose accents',
  injection: 'Signs that mean something to computers',
}
export const FIRST_SAMPLE: SampleName = 'latin'

/** Id, what the list says, and the person. */
export const SAMPLE_CHOICES: Array<{ id: SampleName; label: string; sample: Sample }> = (
  Object.keys(LABELS) as SampleName[]
).map((id) => ({ id, label: LABELS[id], sample: SAMPLES[id] }))

export interface SampleFacts {
  fields: TemplateField[]
  templateName: string
  /** Placeholders of the design that no field declares yet. */
  undeclared: string[]
}

/** What the server will fill in for a person of the samples; the issuer's name it knows better. */
export function valuesFor(id: SampleName, { fields, templateName, undeclared }: SampleFacts): Record<string, string> {
  const instance = { issuerName: 'The issuer', publicUrl: location.origin }
  return sampleValues({ name: templateName, fields }, SAMPLES[id], instance, undeclared)
}

/** Invented data to try the mail of a template with. */
import { SAMPLES, sampleValues } from './designs-samples.ts'
import { invalid, type Problem } from './errors.ts'
import type { MailCertificate } from './mails-compose.ts'
import { mailPlaceholders } from './mails-own.ts'
import { didYouMean } from './suggest.ts'
import type { TemplateDefinition } from './templates.ts'

const ISSUED_ON = '2026-03-03'
const EXPIRES_AT = Date.UTC(2028, 2, 3) - 1000

/** Samples, with the caller's own values in their place; a value for what the template does not have is refused. */
export function trialValues(
  definition: TemplateDefinition,
  language: string,
  issuer: { issuerName: string; publicUrl: string },
  changes: Record<string, string>,
): Record<string, string> {
  const known = mailPlaceholders(definition.fields)
  const problems = Object.keys(changes)
    .filter((key) => !known.includes(key))
    .map((key): Problem => {
      const field = `values.${key}`
      const message = `${field} is no merge field of this template.${didYouMean(key, known)}`
      return { field, code: 'unknown_field', message }
    })
  if (problems.length) throw invalid(problems)
  const values = sampleValues(definition, { ...SAMPLES.latin, language }, issuer)
  if (!definition.validity) values.expires_at = ''
  for (const [key, text] of Object.entries(changes)) {
    const bare = key.replace(/^fields\./, '')
    values[key] = text
    if (definition.fields.some((field) => field.key === bare)) values[bare] = values[`fields.${bare}`] = text
  }
  return values
}

/** The facts of the sample; there is no such page, so none of its files is named. */
export const trialCertificate = (
  { validity }: TemplateDefinition,
  values: Record<string, string>,
): Omit<MailCertificate, 'title' | 'issuerUrl' | 'sandbox'> => ({
  recipientName: values['recipient.name'] ?? '',
  issuerName: values['issuer.name'] ?? '',
  issuedOn: ISSUED_ON,
  expiresAt: validity ? EXPIRES_AT : null,
  pageUrl: values.verification_url ?? '',
  jsonUrl: '',
  linkedinUrl: '',
  reason: null,
})

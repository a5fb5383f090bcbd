/** What a certificate looks like: the frozen design of its template version, filled with the values of one of its versions. */
import { issuerName } from '../domain/appliance.ts'
import type { JsonObject } from '../domain/canonical.ts'
import type { Certificate, CertificateVersion } from '../domain/certificates.ts'
import type { DesignMark } from '../domain/designs.ts'
import { AppError } from '../domain/errors.ts'
import type { PdfFacts, RenderJob } from '../domain/ports.ts'
import { certificateValues, findPublic } from './certificates-public.ts'
import type { ActionContext } from './context.ts'
import { designOf, renderAssets } from './designs.ts'

export interface Rendering {
  job: RenderJob
  /** Of the PDF, but for the credential it carries. */
  facts: Omit<PdfFacts, 'credential'>
  /** Whether the chain holds it: before, no file can carry the proof. */
  confirmed: boolean
  /** Changes whenever the picture does: version and mark. */
  fingerprint: string
  /** The issuer's own colour, if the template names one. */
  ground: string | null
}

/**
 * Read by the public id, of the version that is shown or of an earlier one. Held, withdrawn and failed certificates are
 * 404, as everywhere; an erased one has nothing left to draw.
 */
export async function certificateRendering(context: ActionContext, id: string, wanted?: number): Promise<Rendering> {
  const current = await findPublic(context, id)
  const { certificate } = current
  if (certificate.erasedAt !== null) throw new AppError('certificate_erased')
  if (certificate.status === 'failed') throw new AppError('certificate_not_found')
  const version = wanted === undefined ? current.version : await earlier(context, current, wanted)
  const { store, appliance } = context
  const [stored, template] = await Promise.all([
    store.certificates.credential(id, version.version),
    store.templates.version(version.templateId, version.templateVersion),
  ])
  if (!template || !stored?.credential) throw new AppError('certificate_not_found')
  const { definition } = template
  const design = await designOf(context, template)
  const language = version.recipientLanguage ?? definition.language ?? appliance.issuer.language
  const signed = signedTexts(stored.credential)
  const issuer = signed.issuer ?? issuerName(appliance, certificate.partition)
  const mark = markOf(certificate, version, context.clock.now())
  const name = version.recipientName ?? ''
  const values = certificateValues(appliance, { certificate, version }, definition, issuer)
  return {
    job: { design, values, language, mark, asset: renderAssets(context, certificate.partition) },
    facts: {
      title: `${name} – ${signed.title ?? definition.name}`,
      author: issuer,
      subject: `${appliance.publicUrl}/${id}`,
      language,
      createdAt: version.createdAt,
    },
    confirmed: version.confirmedAt !== null,
    fingerprint: `${id}/${version.version}/${mark ?? 'none'}`,
    ground: definition.colors?.primary ?? null,
  }
}

async function earlier(
  { store }: ActionContext,
  { certificate, version }: { certificate: Certificate; version: CertificateVersion },
  wanted: number,
): Promise<CertificateVersion> {
  if (wanted === version.version) return version
  const found = (await store.certificates.versions(certificate.id)).find((each) => each.version === wanted)
  // A correction that waits for the chain is nobody's business yet.
  if (!found || found.confirmedAt === null) throw new AppError('certificate_not_found')
  return found
}

/** Issuer and title as they were signed; configuration and template may say something else today. */
function signedTexts(credential: string): { issuer: string | undefined; title: string | undefined } {
  const { issuer, credentialSubject } = JSON.parse(credential) as JsonObject
  const member = (value: unknown, name: string) =>
    typeof value === 'object' && value !== null ? (value as JsonObject)[name] : undefined
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  return {
    issuer: text(member(issuer, 'name')),
    title: text(member(member(credentialSubject, 'achievement'), 'name')),
  }
}

/** A sandbox certificate is marked as one before anything else: its other states are worth nothing either. */
export function markOf(
  { partition, revokedAt, version: shown }: Certificate,
  { version, expiresAt, confirmedAt }: CertificateVersion,
  now: number,
): DesignMark | null {
  if (partition === 'test') return 'sandbox'
  if (revokedAt !== null) return 'revoked'
  if (version < shown) return 'replaced'
  if (expiresAt !== null && expiresAt <= now) return 'expired'
  return confirmedAt === null ? 'preview' : null
}

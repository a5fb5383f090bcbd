/** What a mail says and what travels with it: made when it is sent, and again when somebody looks. */
import { checkAddress } from '../domain/addresses.ts'
import { issuerName } from '../domain/appliance.ts'
import { fillText } from '../domain/designs-fill.ts'
import { designValues } from '../domain/designs-values.ts'
import {
  composeMail,
  composeMistakeMail,
  type ComposedMail,
  type MailCertificate,
  type MailLook,
} from '../domain/mails-compose.ts'
import { fillCta, fillWords, wordsFor } from '../domain/mails-own.ts'
import { trialCertificate, trialValues } from '../domain/mails-trial.ts'
import type { MailKind } from '../domain/mails-texts.ts'
import type { Mail, MailSample, MistakeReport } from '../domain/mails.ts'
import type { PublicCertificate } from '../domain/public-certificate.ts'
import type { Partition } from '../domain/scopes.ts'
import type { TemplateDefinition, TemplateVersion } from '../domain/templates.ts'
import { credentialFile, findPublic, publicCertificate } from './certificates-public.ts'
import type { ActionContext } from './context.ts'
import { designOf, renderAssets } from './designs.ts'
import { logoPart, pdfPart, picturePart, type PartRole, type PlannedPart } from './mails-parts.ts'
import { certificateRendering } from './renderings.ts'

/** A mail before its pictures are drawn: what it says depends on which of them there are in the end. */
export interface PlannedMail {
  parts: PlannedPart[]
  replyTo: string | null
  compose: (made: ReadonlySet<PartRole>) => ComposedMail
}

/** Undefined when what it is about is gone: there is nobody to write to. */
export async function planMail(context: ActionContext, mail: Mail): Promise<PlannedMail | undefined> {
  const { sample, report, certificateId } = mail
  if (sample) {
    const version = await context.store.templates.version(sample.templateId, sample.version)
    return version && planTrial(context, version, sample, mail.messageId)
  }
  if (certificateId === null || mail.toAddress === null) return undefined
  if (mail.kind === 'mistake') return report ? planMistake(context, certificateId, report, mail.messageId) : undefined
  return mail.kind === 'test' ? undefined : planNotice(context, certificateId, mail.kind, mail.messageId)
}

/** To the recipient of a certificate. */
async function planNotice(
  context: ActionContext,
  certificateId: string,
  kind: MailKind,
  messageId: string,
): Promise<PlannedMail> {
  const view = await publicCertificate(context, certificateId)
  const { certificate, version } = await findPublic(context, certificateId)
  const template = (await context.store.templates.version(version.templateId, version.templateVersion))!
  const { definition } = template
  const own = kind === 'issued' ? wordsFor(definition.mail, view.language, definition.language) : null
  const language = own?.language ?? view.language
  const values = designValues({
    certificateId,
    publicUrl: context.appliance.publicUrl,
    template: definition,
    fields: version.fields ?? {},
    recipientName: view.recipientName,
    issuerName: view.issuer.name,
    issuedOn: version.issuedOn,
    expiresAt: version.expiresAt,
    version: version.version,
    language,
  })
  const showsIt = kind !== 'revoked' && view.state !== 'revoked'
  const parts = await brandParts(context, definition, certificate.partition, messageId)
  if (showsIt) parts.push(await certificatePicture(context, certificateId, template, messageId))
  if (showsIt && version.confirmedAt !== null && definition.attachPdf && kind !== 'link')
    parts.push(pdfPart(() => certificatePdf(context, certificateId)))
  return {
    parts,
    replyTo: context.mail.replyTo,
    compose: (made) =>
      composeMail({
        kind,
        language,
        certificate: shownCertificate(context, view),
        own: own && fillWords(own, values),
        look: lookOf(definition, parts, made),
        cta: fillCta(definition.cta, values),
      }),
  }
}

/** To the issuer, in its own language: somebody wrote on the page of a certificate. */
async function planMistake(
  context: ActionContext,
  certificateId: string,
  report: MistakeReport,
  messageId: string,
): Promise<PlannedMail> {
  const view = await publicCertificate(context, certificateId)
  const { version } = await findPublic(context, certificateId)
  const template = (await context.store.templates.version(version.templateId, version.templateVersion))!
  const parts = [await certificatePicture(context, certificateId, template, messageId)]
  const checked = report.from === null ? { problem: '' } : checkAddress(report.from)
  const from = 'address' in checked ? checked.address : null
  return {
    parts,
    replyTo: from,
    compose: (made) =>
      composeMistakeMail({
        language: context.appliance.issuer.language,
        certificate: shownCertificate(context, view),
        certificateId,
        report: { ...report, from },
        look: lookOf({ colors: null }, parts, made),
      }),
  }
}

/** A template's mail with invented data. */
export async function planTrial(
  context: ActionContext,
  version: TemplateVersion,
  { language: asked, kind }: Pick<MailSample, 'language' | 'kind'>,
  messageId: string,
  changes: Record<string, string> = {},
): Promise<PlannedMail> {
  const { appliance } = context
  const { definition, partition } = version
  const own = kind === 'issued' ? wordsFor(definition.mail, asked, definition.language) : null
  const language = own?.language ?? asked
  const issuer = { issuerName: issuerName(appliance, partition), publicUrl: appliance.publicUrl }
  const values = trialValues(definition, language, issuer, changes)
  const design = await designOf(context, version)
  const job = { design, values, language, mark: 'preview' as const, asset: renderAssets(context, partition) }
  const parts = [
    ...(await brandParts(context, definition, partition, messageId)),
    ...(kind === 'revoked' ? [] : [picturePart(context, design.page, async () => job, messageId)]),
  ]
  if (definition.attachPdf && kind !== 'link' && kind !== 'revoked') {
    const facts = {
      title: definition.name,
      author: issuer.issuerName,
      subject: '',
      language,
      createdAt: version.createdAt,
    }
    parts.push(pdfPart(() => context.renderer.pdf(job, { ...facts, credential: null })))
  }
  const certificate = {
    ...trialCertificate(definition, values),
    issuerUrl: appliance.issuer.url || appliance.publicUrl,
    sandbox: partition === 'test',
    replyTo: context.mail.replyTo,
  }
  return {
    parts,
    replyTo: context.mail.replyTo,
    compose: (made) =>
      composeMail({
        kind,
        language,
        certificate: { ...certificate, title: fillText(definition.achievement.name, values) || definition.name },
        own: own && fillWords(own, values),
        look: lookOf(definition, parts, made),
        cta: fillCta(definition.cta, values),
        trial: true,
      }),
  }
}

/** Its values are read when it is drawn: most mails of a busy day without a relay never are. */
async function certificatePicture(
  context: ActionContext,
  certificateId: string,
  template: TemplateVersion,
  messageId: string,
): Promise<PlannedPart> {
  const { page } = await designOf(context, template)
  return picturePart(context, page, async () => (await certificateRendering(context, certificateId)).job, messageId)
}

/** With the credential exactly as its address serves it. */
async function certificatePdf(context: ActionContext, certificateId: string): Promise<Uint8Array> {
  const { job, facts } = await certificateRendering(context, certificateId)
  const credential = new TextEncoder().encode(JSON.stringify(await credentialFile(context, certificateId)))
  return context.renderer.pdf(job, { ...facts, credential })
}

const shownCertificate = ({ mail }: ActionContext, view: PublicCertificate): MailCertificate => ({
  title: view.title,
  recipientName: view.recipientName,
  issuerName: view.issuer.name,
  issuerUrl: view.issuer.url,
  issuedOn: view.issuedOn,
  expiresAt: view.expiresAt,
  pageUrl: view.links.page,
  jsonUrl: view.links.json,
  linkedinUrl: view.links.linkedin,
  sandbox: view.sandbox,
  revoked: view.state === 'revoked',
  reason: view.revoked?.reason ?? null,
  replyTo: mail.replyTo,
})

async function brandParts(
  context: ActionContext,
  { logo }: TemplateDefinition,
  partition: Partition,
  messageId: string,
): Promise<PlannedPart[]> {
  const part = logo ? await logoPart(context, partition, logo, messageId) : undefined
  return part ? [part] : []
}

/** Only what was made is shown and named. */
function lookOf(
  { colors }: Pick<TemplateDefinition, 'colors'>,
  parts: PlannedPart[],
  made: ReadonlySet<PartRole>,
): MailLook {
  const shown = (role: PartRole) => (made.has(role) ? (parts.find((part) => part.role === role)?.shown ?? null) : null)
  return { primary: colors?.primary ?? null, logo: shown('logo'), picture: shown('picture'), pdf: made.has('pdf') }
}

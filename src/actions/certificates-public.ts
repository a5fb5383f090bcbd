/** What anybody may see of a certificate: its credential file and the facts of its page. */
import type { AnchorRow } from '../domain/anchors.ts'
import { issuerName, type Appliance } from '../domain/appliance.ts'
import type { JsonObject } from '../domain/canonical.ts'
import type { Certificate, CertificateVersion } from '../domain/certificates.ts'
import { designValues, filledAddress } from '../domain/designs-values.ts'
import type { Design } from '../domain/designs.ts'
import { AppError } from '../domain/errors.ts'
import { fitted, LOGO_BOX } from '../domain/mails-fit.ts'
import { fromHex, isId } from '../domain/ids.ts'
import { unpackPath } from '../domain/merkle.ts'
import { EMBEDDED_NETWORK } from '../domain/networks.ts'
import { attachProofs, merkleProof, type SignatureProof } from '../domain/proof.ts'
import type { FurtherRecord, PublicCertificate, PublicState } from '../domain/public-certificate.ts'
import type { TemplateDefinition } from '../domain/templates.ts'
import type { ActionContext } from './context.ts'
import { designOf, renderAssets } from './designs.ts'

/** Read by its public id in either partition. A held or withdrawn certificate is the issuer's business only: 404. */
export async function findPublic(context: ActionContext, id: string) {
  const current = isId('cert', id) ? await context.store.certificates.findAnywhere(id) : undefined
  if (!current || current.certificate.status === 'held' || current.certificate.status === 'withdrawn')
    throw new AppError('certificate_not_found')
  return current
}

/**
 * The credential file: the signed document with its proofs, the same bytes for the same version for ever. With one
 * proof while it waits for the chain. `version` undefined = the one that is shown.
 */
export async function credentialFile(context: ActionContext, id: string, version?: number): Promise<JsonObject> {
  const current = await findPublic(context, id)
  const wanted =
    version === undefined || version === current.version.version
      ? current.version
      : (await context.store.certificates.versions(id)).find((each) => each.version === version)
  const stored = wanted && (await context.store.certificates.credential(id, wanted.version))
  if (!stored || stored.credential === null) throw new AppError('certificate_not_found')
  return withChainProof(context, wanted, stored.credential)
}

async function withChainProof(
  context: ActionContext,
  version: CertificateVersion,
  credential: string,
): Promise<JsonObject> {
  const { proof, ...document } = JSON.parse(credential) as JsonObject & { proof: SignatureProof[] }
  if (version.path === null || version.anchorId === null) return attachProofs(document, proof)
  const anchor = (await context.store.anchors.find(version.anchorId))!
  const second = merkleProof({
    root: fromHex(anchor.root!),
    leaf: fromHex(version.leaf),
    transactionHash: fromHex(anchor.transactionHash!),
    chainId: anchor.chainId,
    path: unpackPath(version.path),
    verificationMethod: anchor.method,
    previousProof: proof[0]!.id,
    created: anchor.sealedAt!,
  })
  return attachProofs(document, [...proof, second])
}

/** The facts of the certificate page. */
export async function publicCertificate(context: ActionContext, id: string): Promise<PublicCertificate> {
  const current = await findPublic(context, id)
  const { certificate, version } = current
  const { store, appliance } = context
  const [stored, versions, templateVersion, anchor, registry, onChain, also] = await Promise.all([
    store.certificates.credential(id, version.version),
    certificate.latestVersion === 1 ? [version] : store.certificates.versions(id),
    store.templates.version(version.templateId, version.templateVersion),
    version.anchorId === null ? undefined : store.anchors.find(version.anchorId),
    store.registries.find(version.registryId),
    certificate.revokedAt === null ? false : isRevokedOnChain(context, version),
    version.anchorId === null ? [] : furtherRecords(context, version.anchorId),
  ])
  const document = stored?.credential ? (JSON.parse(stored.credential) as JsonObject) : undefined
  const texts = documentTexts(document, templateVersion?.definition)
  const { credential_id, completion_date } = version.fields ?? {}
  return {
    id,
    sandbox: certificate.partition === 'test',
    state: publicState(certificate, context.clock.now()),
    ...texts,
    recipientName: version.recipientName ?? '',
    issuer: {
      name: texts.issuerName ?? issuerName(appliance, certificate.partition),
      url: appliance.issuer.url || appliance.publicUrl,
      did: registry?.did ?? appliance.dids[certificate.partition],
      email: appliance.issuer.email,
    },
    issuedOn: version.issuedOn,
    completedOn: typeof completion_date === 'string' ? completion_date : null,
    expiresAt: version.expiresAt,
    licenseNumber: credential_id === undefined ? null : String(credential_id),
    fields: shownFields(version, templateVersion?.definition, texts.title),
    version: version.version,
    versions: versions
      .filter((each) => each.confirmedAt !== null || each.version === version.version)
      .map((each) => ({
        version: each.version,
        createdAt: each.createdAt,
        replacedAt: each.version < version.version ? each.endedAt : null,
      })),
    revoked:
      certificate.revokedAt === null ? null : { at: certificate.revokedAt, reason: certificate.statusReason, onChain },
    chain: { ...chainFacts(context, certificate, anchor, registry?.address ?? null, registry?.chainId ?? 0), also },
    language: version.recipientLanguage ?? templateVersion?.definition.language ?? appliance.issuer.language,
    links: {
      page: `${appliance.publicUrl}/${id}`,
      pdf: `${appliance.publicUrl}/${id}.pdf`,
      json: `${appliance.publicUrl}/${id}.json`,
      png: `${appliance.publicUrl}/${id}.png`,
      linkedin: `${appliance.publicUrl}/s/${id}/linkedin`,
    },
    ...(await looks(context, current, templateVersion?.definition, texts.issuerName)),
    picture: templateVersion ? pageOf(await designOf(context, templateVersion)) : null,
  }
}

/** By the registry that the file names. */
async function isRevokedOnChain({ store }: ActionContext, version: CertificateVersion): Promise<boolean> {
  const rows = await store.revocations.ofCertificate(version.certificateId)
  return rows.some((row) => row.leaf === version.leaf && row.registryId === version.registryId && row.state === 'final')
}

/** The places where this tree was anchored again, as far as they are confirmed. */
async function furtherRecords({ store, appliance }: ActionContext, anchorId: string): Promise<FurtherRecord[]> {
  const replicas = (await store.reanchors.replicasOf(anchorId)).filter(({ state }) => state === 'confirmed')
  const records = await Promise.all(
    replicas.map(async (replica): Promise<FurtherRecord | undefined> => {
      const address = (await store.registries.find(replica.registryId))?.address
      const network = appliance.networks.find(({ name }) => name === replica.network)
      const hash = replica.transactionHash
      return address
        ? {
            network: replica.network,
            title: network?.title ?? replica.network,
            chainId: replica.chainId,
            embedded: replica.network === EMBEDDED_NETWORK,
            registry: address,
            transactionHash: hash,
            blockTime: replica.blockTime === null ? null : replica.blockTime * 1000,
            explorerUrl: network?.explorerUrl && hash ? `${network.explorerUrl}/tx/${hash}` : null,
          }
        : undefined
    }),
  )
  return records.filter((record) => record !== undefined)
}

function documentTexts(document: JsonObject | undefined, definition: TemplateDefinition | undefined) {
  const subject = (document?.credentialSubject ?? {}) as JsonObject
  const achievement = (subject.achievement ?? {}) as JsonObject
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return {
    title: text(achievement.name) || (definition?.name ?? ''),
    description: text(achievement.description),
    criteria: text(((achievement.criteria ?? {}) as JsonObject).narrative),
    issuerName: text(((document?.issuer ?? {}) as JsonObject).name) || undefined,
  }
}

function publicState(certificate: Certificate, now: number): PublicState {
  if (certificate.erasedAt !== null) return 'erased'
  if (certificate.status === 'issued')
    return certificate.expiresAt !== null && certificate.expiresAt <= now ? 'expired' : 'issued'
  if (certificate.status === 'revoked' || certificate.status === 'failed') return certificate.status
  return 'pending'
}

/** Declared fields in the template's order, without those that the page shows in a place of their own. */
function shownFields(
  version: CertificateVersion,
  definition: TemplateDefinition | undefined,
  title: string,
): PublicCertificate['fields'] {
  const values = version.fields ?? {}
  return (definition?.fields ?? [])
    .filter(
      ({ key }) =>
        values[key] !== undefined && key !== 'credential_id' && key !== 'completion_date' && values[key] !== title,
    )
    .map(({ key, label, type }) => ({ label, type, value: values[key]! }))
}

function chainFacts(
  context: ActionContext,
  certificate: Certificate,
  anchor: AnchorRow | undefined,
  registry: string | null,
  chainId: number,
): Omit<PublicCertificate['chain'], 'also'> {
  const network = context.appliance.networks.find((each) => each.name === certificate.network)
  const confirmed = anchor?.state === 'confirmed'
  const hash = anchor?.transactionHash ?? null
  return {
    network: certificate.network,
    title: network?.title ?? certificate.network,
    chainId: network?.chainId ?? chainId,
    embedded: certificate.network === EMBEDDED_NETWORK,
    registry,
    transactionHash: hash,
    blockNumber: anchor?.blockNumber ?? null,
    blockTime: anchor?.blockTime ? anchor.blockTime * 1000 : null,
    root: anchor?.root ?? null,
    explorerUrl: network?.explorerUrl && hash ? `${network.explorerUrl}/tx/${hash}` : null,
    confirmed,
  }
}

const pageOf = ({ page: { width, height } }: Design) => ({ width, height })

/** What the template adds to the page: skills, colours, the issuer's own button. */
async function looks(
  { appliance, store }: ActionContext,
  { certificate, version }: { certificate: Certificate; version: CertificateVersion },
  definition: TemplateDefinition | undefined,
  issuer: string | undefined,
): Promise<Pick<PublicCertificate, 'skills' | 'brand' | 'cta' | 'logo'>> {
  if (!definition) return { skills: [], brand: null, cta: null, logo: null }
  const { colors, cta, achievement, logo } = definition
  const asset = logo ? await store.assets.find({ partition: version.partition, actor: 'system' }, logo) : undefined
  const url = cta
    ? filledAddress(cta.url, certificateValues(appliance, { certificate, version }, definition, issuer))
    : ''
  return {
    skills: achievement.tags ?? [],
    brand: colors ? { primary: colors.primary, accent: colors.accent ?? null } : null,
    cta: cta && url !== '' ? { label: cta.label, url } : null,
    logo: asset?.kind === 'image' ? fitted(asset, LOGO_BOX) : null,
  }
}

/** The issuer's logo, as it stands on the page of a certificate; undefined where the template names none. */
export async function logoOf(context: ActionContext, id: string) {
  const { version } = await findPublic(context, id)
  const template = await context.store.templates.version(version.templateId, version.templateVersion)
  const logo = template?.definition.logo
  return logo ? renderAssets(context, version.partition)(logo) : undefined
}

/** What the placeholders of a design stand for on this version. */
export function certificateValues(
  appliance: Appliance,
  { certificate, version }: { certificate: Certificate; version: CertificateVersion },
  definition: TemplateDefinition,
  issuer: string | undefined,
): Record<string, string> {
  return designValues({
    certificateId: certificate.id,
    publicUrl: appliance.publicUrl,
    template: definition,
    fields: version.fields ?? {},
    recipientName: version.recipientName ?? '',
    issuerName: issuer ?? issuerName(appliance, certificate.partition),
    issuedOn: version.issuedOn,
    expiresAt: version.expiresAt,
    version: version.version,
    language: version.recipientLanguage ?? definition.language ?? appliance.issuer.language,
  })
}

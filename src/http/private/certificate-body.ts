/** A certificate as the API shows it. Members marked ★ in the product's contract are never renamed or removed. */
import type { AnchorRow, Revocation } from '../../domain/anchors.ts'
import type { Appliance } from '../../domain/appliance.ts'
import type { Certificate, CertificateVersion } from '../../domain/certificates.ts'
import type { ReadCertificate } from '../../domain/certificates-decide.ts'
import { isoSeconds } from '../../domain/clock.ts'
import { NOTIFICATIONS } from '../../domain/mails.ts'
import type { Scope } from '../../domain/scopes.ts'
import type { Visits } from '../../domain/visits.ts'
import type { HttpContext } from '../context.ts'

export const isoOrNull = (ms: number | null) => (ms === null ? null : isoSeconds(ms))

/** What stands in other rows than the certificate's own. */
export interface Surroundings {
  anchor: AnchorRow | undefined
  mail: string
}

/** Issued and past its last moment is shown as expired; nothing stores that. */
export const shownStatus = ({ status, expiresAt }: Certificate, now: number) =>
  status === 'issued' && expiresAt !== null && expiresAt <= now ? 'expired' : status

export function certificateBody(
  { publicUrl }: Pick<Appliance, 'publicUrl'>,
  { certificate, version }: Pick<ReadCertificate, 'certificate' | 'version'>,
  { anchor, mail }: Surroundings,
  now: number,
) {
  const { id } = certificate
  const { recipientName, recipientEmail, recipientExternalId, recipientLanguage } = version
  return {
    id,
    status: shownStatus(certificate, now),
    recipient: {
      name: recipientName,
      email: recipientEmail,
      ...(recipientExternalId === null ? {} : { external_id: recipientExternalId }),
      ...(recipientLanguage === null ? {} : { language: recipientLanguage }),
    },
    verification_url: `${publicUrl}/${id}`,
    blockchain: {
      network: certificate.network,
      transaction_hash: anchor?.transactionHash ?? null,
      confirmed: version.confirmedAt !== null,
    },
    created_at: isoSeconds(certificate.createdAt),
    template_id: certificate.templateId,
    fields: version.fields,
    version: certificate.version,
    pending_version: certificate.latestVersion > certificate.version ? certificate.latestVersion : null,
    issued_on: version.issuedOn,
    expires_at: isoOrNull(version.expiresAt),
    status_reason: certificate.statusReason,
    held_until: certificate.status === 'held' && certificate.holdUntil ? isoSeconds(certificate.holdUntil) : null,
    revoked_at: isoOrNull(certificate.revokedAt),
    metadata: version.metadata,
    batch_id: certificate.batchId,
    sandbox: certificate.partition === 'test',
    mail: { status: mail },
    links: {
      page: `${publicUrl}/${id}`,
      pdf: `${publicUrl}/${id}.pdf`,
      json: `${publicUrl}/${id}.json`,
      png: `${publicUrl}/${id}.png`,
      linkedin: `${publicUrl}/s/${id}/linkedin`,
      svg: `${publicUrl}/${id}.svg`,
      embed: `${publicUrl}/${id}/embed`,
    },
  }
}

/** Before anything is on the chain there is no mail and no anchor: nothing has to be read. */
export const unanchored = (certificate: Certificate): Surroundings => ({
  anchor: undefined,
  mail: certificate.notify ? 'waiting' : 'none',
})

export async function surroundings(
  { store }: Pick<HttpContext, 'store'>,
  scope: Scope,
  { certificate, version }: Pick<ReadCertificate, 'certificate' | 'version'>,
  known?: Map<string, AnchorRow | undefined>,
): Promise<Surroundings> {
  let anchor = version.anchorId === null ? undefined : known?.get(version.anchorId)
  if (version.anchorId !== null && !anchor) {
    anchor = await store.anchors.find(version.anchorId)
    known?.set(version.anchorId, anchor)
  }
  if (certificate.issuedAt === null && certificate.status !== 'revoked')
    return { anchor, mail: unanchored(certificate).mail }
  const [mail] = await store.mails.list(scope, { certificateId: certificate.id, kind: NOTIFICATIONS }, { limit: 1 })
  return { anchor, mail: mail?.status ?? 'none' }
}

/** Reads what is missing, then the body. */
export const shownCertificate = async (context: HttpContext, scope: Scope, current: ReadCertificate) =>
  certificateBody(context.appliance, current, await surroundings(context, scope, current), context.clock.now())

/** Everything that is known of one certificate. */
export async function certificateInFull(context: HttpContext, scope: Scope, current: ReadCertificate) {
  const { certificate, version } = current
  const { store, appliance } = context
  const [around, registry, visits, versions, revocations] = await Promise.all([
    surroundings(context, scope, current),
    store.registries.find(version.registryId),
    store.visits.find(certificate.id),
    store.certificates.versions(certificate.id),
    revocationsOf(context, certificate.id),
  ])
  const { anchor } = around
  const network = appliance.networks.find((each) => each.name === certificate.network)
  const body = certificateBody(appliance, current, around, context.clock.now())
  return {
    ...body,
    blockchain: {
      ...body.blockchain,
      chain_id: registry?.chainId ?? network?.chainId ?? 0,
      contract: registry?.address ?? null,
      block_number: anchor?.blockNumber ?? null,
      block_time: anchor?.blockTime ? isoSeconds(anchor.blockTime * 1000) : null,
      merkle_root: anchor?.root ? `0x${anchor.root}` : null,
      leaf: `0x${version.leaf}`,
      confirmations: confirmations(context, certificate, anchor, network?.confirmations ?? 1),
      explorer_url:
        network?.explorerUrl && anchor?.transactionHash ? `${network.explorerUrl}/tx/${anchor.transactionHash}` : null,
    },
    revocation: certificate.revokedAt === null ? null : revocationBody(version, revocations),
    analytics: analytics(visits),
    shares: visits?.shares ?? {},
    history: versions.map((each) => ({
      ...historyEntry(appliance.publicUrl, certificate.id, each),
      revocation: revocationBody(each, revocations),
    })),
  }
}

type SentRevocation = Revocation & { hash: string | null }

/** With the hash of the transaction that carries each, as soon as it is signed and mined. */
async function revocationsOf({ store }: Pick<HttpContext, 'store'>, id: string): Promise<SentRevocation[]> {
  const rows = await store.revocations.ofCertificate(id)
  const hashes = new Map<string, string | null>()
  for (const { transactionId } of rows)
    if (transactionId !== null && !hashes.has(transactionId))
      hashes.set(transactionId, (await store.transactions.find(transactionId))?.hash ?? null)
  return rows.map((row) => ({ ...row, hash: hashes.get(row.transactionId ?? '') ?? null }))
}

/** The end of a version, by the registry that its file names; null while it lives. Revoked outranks replaced, as it does there. */
function revocationBody({ leaf, registryId, endedAt }: CertificateVersion, rows: SentRevocation[]) {
  const [row] = rows
    .filter((each) => each.leaf === leaf && each.registryId === registryId)
    .toSorted((one, other) => one.reason - other.reason)
  return row
    ? {
        reason: row.reason === 2 ? 'superseded' : 'revoked',
        revoked_at: isoSeconds(endedAt ?? row.createdAt),
        on_chain: row.state === 'final',
        transaction_hash: row.hash,
      }
    : null
}

/** From the height last seen; a confirmed anchor has at least what its network asks for. */
function confirmations(
  { headOf }: Pick<HttpContext, 'headOf'>,
  { network }: Certificate,
  anchor: AnchorRow | undefined,
  asked: number,
): number {
  if (!anchor || anchor.blockNumber === null) return 0
  const head = headOf(network)
  const counted = head === undefined ? 0 : Math.max(0, head - anchor.blockNumber + 1)
  return anchor.state === 'confirmed' ? Math.max(counted, asked) : counted
}

const analytics = (visits: Visits | undefined) => ({
  views: visits?.views ?? 0,
  unique_views: visits?.uniqueViews ?? 0,
  last_viewed_at: isoOrNull(visits?.lastViewedAt ?? null),
  verifications: visits?.verifications ?? 0,
  embed_views: Object.values(visits?.embeds ?? {}).reduce((sum, views) => sum + views, 0),
  embeds: Object.entries(visits?.embeds ?? {})
    .map(([host, views]) => ({ host, views }))
    .sort((left, right) => right.views - left.views),
  referrers: Object.entries(visits?.referrers ?? {})
    .map(([referrer, views]) => ({ referrer, views }))
    .sort((left, right) => right.views - left.views),
  locations: Object.entries(visits?.locations ?? {})
    .map(([location, views]) => ({ location, views }))
    .sort((left, right) => right.views - left.views),
})

const historyEntry = (publicUrl: string, id: string, version: CertificateVersion) => ({
  version: version.version,
  created_at: isoSeconds(version.createdAt),
  created_by: version.createdBy,
  reason: version.reason,
  issued_on: version.issuedOn,
  expires_at: isoOrNull(version.expiresAt),
  confirmed_at: isoOrNull(version.confirmedAt),
  ended_at: isoOrNull(version.endedAt),
  leaf: `0x${version.leaf}`,
  json: `${publicUrl}/${id}.json?version=${version.version}`,
})

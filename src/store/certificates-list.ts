/** The filters of the certificate list, each a few conditions on an indexed order (newest first). */
import { type ExpressionBuilder, sql } from 'kysely'
import type { CertificateStatus } from '../domain/certificates.ts'
import type { Scope } from '../domain/scopes.ts'
import type { Query } from './engine.ts'
import { beyond, type Page, pairColumns, towards } from './reads.ts'
import type { Schema } from './schema.ts'
import type { Compiler } from './statements.ts'

export interface CertificateFilter {
  templateId?: string
  /** As it is shown: `issued` is not expired; `expired` was issued; `replaced` was corrected after it was issued. */
  status?: CertificateStatus | 'expired' | 'replaced'
  recipientEmail?: string
  batchId?: string
  /** YYYY-MM-DD, both included. */
  issuedFrom?: string
  issuedTo?: string
  /** Unix ms. */
  expiresBefore?: number
  /** YYYY-MM-DD (UTC): who held a valid certificate on that day. */
  validOn?: string
  /** Part of a name or an address, or the beginning of an id. */
  q?: string
}

const DAY = 86_400_000

export function certificateList(db: Compiler, scope: Scope, filter: CertificateFilter, page: Page, now: number): Query {
  return db
    .selectFrom('certificates')
    .innerJoin('certificateVersions', (join) =>
      join
        .onRef('certificateVersions.certificateId', '=', 'certificates.id')
        .onRef('certificateVersions.version', '=', 'certificates.version'),
    )
    .select(pairColumns)
    .where('certificates.partition', '=', scope.partition)
    .where((e) => e.and(conditions(e, filter, now)))
    .where(beyond(page, 'certificates'))
    .orderBy('certificates.createdAt', towards(page))
    .orderBy('certificates.id', towards(page))
    .limit(page.limit)
    .compile()
}

type Builder = ExpressionBuilder<Schema, 'certificates' | 'certificateVersions'>

function conditions(e: Builder, filter: CertificateFilter, now: number) {
  const { templateId, status, recipientEmail, batchId, issuedFrom, issuedTo, expiresBefore, validOn, q } = filter
  const all = []
  if (templateId !== undefined) all.push(e('certificates.templateId', '=', templateId))
  if (recipientEmail !== undefined) all.push(e('certificates.recipientEmail', '=', recipientEmail))
  if (batchId !== undefined) all.push(e('certificates.batchId', '=', batchId))
  if (issuedFrom !== undefined) all.push(e('certificates.issuedOn', '>=', issuedFrom))
  if (issuedTo !== undefined) all.push(e('certificates.issuedOn', '<=', issuedTo))
  if (expiresBefore !== undefined) all.push(e('certificates.expiresAt', '<', expiresBefore))
  if (status !== undefined) all.push(...ofStatus(e, status, now))
  if (validOn !== undefined) all.push(e.exists(validVersion(e, validOn)))
  if (q !== undefined && q !== '') all.push(matching(e, q))
  return all
}

function ofStatus(e: Builder, status: NonNullable<CertificateFilter['status']>, now: number) {
  const issued = e('certificates.status', '=', 'issued')
  const expired = e('certificates.expiresAt', '<=', now)
  if (status === 'expired') return [issued, expired]
  if (status === 'replaced') return [issued, e('certificates.version', '>', 1)]
  if (status === 'issued')
    return [issued, e.or([e('certificates.expiresAt', 'is', null), e('certificates.expiresAt', '>', now)])]
  return [e('certificates.status', '=', status)]
}

/**
 * Some version of it was confirmed before the day was over, says a date not after it, was neither revoked nor replaced
 * before the day was over, and did not run out before the day began: a date printed as the last day still counts.
 */
function validVersion(e: Builder, day: string) {
  const begin = Date.parse(`${day}T00:00:00Z`)
  return e
    .selectFrom('certificateVersions as held')
    .select('held.version')
    .whereRef('held.certificateId', '=', 'certificates.id')
    .where('held.confirmedAt', '<', begin + DAY)
    .where('held.issuedOn', '<=', day)
    .where((or) => or.or([or('held.endedAt', 'is', null), or('held.endedAt', '>=', begin + DAY)]))
    .where((or) => or.or([or('held.expiresAt', 'is', null), or('held.expiresAt', '>', begin)]))
}

/** SQLite folds the case of ASCII letters only: `élise` does not find `Élise`, `lise` does. */
function matching(e: Builder, q: string) {
  const part = `%${q.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  const like = (column: 'recipientName' | 'recipientEmail') =>
    sql<boolean>`${e.ref(`certificates.${column}`)} like ${part} escape '\\'`
  const found = [like('recipientName'), like('recipientEmail')]
  if (/^cert_[0-9a-z]*$/.test(q)) return e.and([e('certificates.id', '>=', q), e('certificates.id', '<', `${q}~`)])
  return e.or(found)
}

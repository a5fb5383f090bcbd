import { sql } from 'kysely'
import type { Partition, Scope } from '../domain/scopes.ts'
import { asUnconfirmed, type Unconfirmed } from './anchors.ts'
import { type CertificateFilter, certificateList } from './certificates-list.ts'
import { newestFirst, type Page, pairColumns, type Reads, type RevisedCertificate, type Row } from './reads.ts'
import { columnsOf, padded, prepare } from './statements.ts'

const MANY = 500

export class Certificates {
  private readonly sql: ReturnType<typeof statements>

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  /** With the version that is shown. */
  async find(scope: Scope, id: string): Promise<RevisedCertificate | undefined> {
    return (await this.reads.pairs(this.sql.find({ id, partition: scope.partition })))[0]
  }

  /** For the public page, where the id alone opens it, and for jobs. */
  async findAnywhere(id: string): Promise<RevisedCertificate | undefined> {
    return (await this.reads.pairs(this.sql.findAnywhere({ id })))[0]
  }

  /** The newest version: above the shown one while a correction is being anchored. The caller has checked the scope. */
  async latest(id: string): Promise<Row<'certificateVersion'> | undefined> {
    return this.reads.one('certificateVersion', this.sql.latest({ id }))
  }

  /** Oldest first. The caller has checked the scope. */
  async versions(id: string): Promise<Array<Row<'certificateVersion'>>> {
    return this.reads.many('certificateVersion', this.sql.versions({ id }))
  }

  /** The signed document of a version. The caller has checked the scope. */
  async credential(id: string, version: number): Promise<Row<'credential'> | undefined> {
    return this.reads.one('credential', this.sql.credential({ id, version }))
  }

  /** Newest first. `now` (Unix ms) tells issued from expired. */
  async list(scope: Scope, filter: CertificateFilter, page: Page, now: number): Promise<RevisedCertificate[]> {
    const query = certificateList(this.reads.db, scope, filter, page, now)
    return newestFirst(await this.reads.pairs(query), page)
  }

  /** For jobs: in the order of the ids; unknown ones are left out. */
  async many(ids: string[]): Promise<RevisedCertificate[]> {
    const found = new Map<string, RevisedCertificate>()
    for (let from = 0; from < ids.length; from += MANY) {
      const some = padded(ids.slice(from, from + MANY))
      const query = pair(this.reads).where('certificates.id', 'in', some).compile()
      for (const each of await this.reads.pairs(query)) found.set(each.certificate.id, each)
    }
    return ids.flatMap((id) => found.get(id) ?? [])
  }

  /** In the order of the rows. The caller has checked the scope of the batch. */
  async idsOfBatch(batchId: string): Promise<string[]> {
    return (await this.reads.values(this.sql.idsOfBatch({ batchId }))).map(([id]) => id as string)
  }

  /** Of a batch: certificates that are not over yet, each with every version of it, in the order of the rows. */
  async livingOfBatch(batchId: string, limit: number) {
    const current = await this.reads.pairs(this.sql.livingOfBatch({ batchId, limit }))
    const ids = current.map(({ certificate }) => certificate.id)
    const versions = new Map<string, Array<Row<'certificateVersion'>>>(ids.map((id) => [id, []]))
    for (const version of ids.length === 0 ? [] : await this.versionsOf(ids))
      versions.get(version.certificateId)!.push(version)
    return current.map((each) => ({ ...each, versions: versions.get(each.certificate.id)! }))
  }

  private versionsOf(ids: string[]) {
    const query = this.reads.db
      .selectFrom('certificateVersions')
      .select(columnsOf('certificateVersion'))
      .where('certificateId', 'in', padded(ids))
      .orderBy('certificateId')
      .orderBy('version')
    return this.reads.many('certificateVersion', query.compile())
  }

  async revokedOfBatch(batchId: string): Promise<number> {
    return (await this.reads.values(this.sql.revokedOfBatch({ batchId })))[0]![0] as number
  }

  /** Versions that may be put into a tree, the longest waiting first. */
  async waiting(network: string, partition: Partition, now: number, limit: number) {
    return this.reads.many('certificateVersion', this.sql.waiting({ network, partition, now, limit }))
  }

  /** When the first waiting version may be put into a tree (Unix ms; may be past). */
  async nextReady(network: string, partition: Partition): Promise<number | undefined> {
    const [row] = await this.reads.values(this.sql.nextReady({ network, partition }))
    return row?.[0] as number | undefined
  }

  async countWaiting(): Promise<number> {
    return (await this.reads.values(this.sql.countWaiting({})))[0]![0] as number
  }

  /** The same per network, with the moment since which the first may be put into a tree. */
  async waitingByNetwork(): Promise<Unconfirmed[]> {
    return asUnconfirmed(await this.reads.values(this.sql.waitingByNetwork({})))
  }

  /** Each with its version that is in this anchor, which need not be the shown one. In the order of the leaves. */
  async inAnchor(anchorId: string, fromLeafIndex: number, limit: number): Promise<RevisedCertificate[]> {
    return this.reads.pairs(this.sql.inAnchor({ anchorId, fromLeafIndex, limit }))
  }

  /** The leaves of an anchor in order, 64 hex digits each. */
  async leaves(anchorId: string): Promise<string[]> {
    return (await this.reads.values(this.sql.leaves({ anchorId }))).map(([leaf]) => leaf as string)
  }
}

const pair = ({ db }: Reads) =>
  db
    .selectFrom('certificates')
    .innerJoin('certificateVersions', (join) =>
      join
        .onRef('certificateVersions.certificateId', '=', 'certificates.id')
        .onRef('certificateVersions.version', '=', 'certificates.version'),
    )
    .select(pairColumns)

type Tree = { network: string; partition: Partition }
const living = (['held', 'pending', 'issued', 'failed'] as const).map((status) => sql.lit(status))

function statements(reads: Reads) {
  const { db } = reads
  const versions = () => db.selectFrom('certificateVersions')
  const whole = () => versions().select(columnsOf('certificateVersion'))
  const withCertificate = () =>
    versions().innerJoin('certificates', 'certificates.id', 'certificateVersions.certificateId').select(pairColumns)
  return {
    ...waitingStatements(reads),
    find: prepare<{ id: string; partition: Partition }>(({ id, partition }) =>
      pair(reads).where('certificates.id', '=', id).where('certificates.partition', '=', partition),
    ),
    findAnywhere: prepare<{ id: string }>(({ id }) => pair(reads).where('certificates.id', '=', id)),
    latest: prepare<{ id: string }>(({ id }) =>
      whole().where('certificateId', '=', id).orderBy('version', 'desc').limit(1),
    ),
    credential: prepare<{ id: string; version: number }>(({ id, version }) =>
      db
        .selectFrom('credentials')
        .select(columnsOf('credential'))
        .where('certificateId', '=', id)
        .where('version', '=', version),
    ),
    versions: prepare<{ id: string }>(({ id }) => whole().where('certificateId', '=', id).orderBy('version')),
    idsOfBatch: prepare<{ batchId: string }>(({ batchId }) =>
      db.selectFrom('certificates').select('id').where('batchId', '=', batchId).orderBy('batchIndex'),
    ),
    livingOfBatch: prepare<{ batchId: string; limit: number }>(({ batchId, limit }) =>
      pair(reads)
        .where('certificates.batchId', '=', batchId)
        .where('certificates.status', 'in', living)
        .where('certificates.erasedAt', 'is', null)
        .orderBy('certificates.batchIndex')
        .limit(limit),
    ),
    revokedOfBatch: prepare<{ batchId: string }>(({ batchId }) =>
      db
        .selectFrom('certificates')
        .select((e) => e.fn.countAll().as('count'))
        .where('batchId', '=', batchId)
        .where('status', '=', sql.lit('revoked' as const)),
    ),
    inAnchor: prepare<{ anchorId: string; fromLeafIndex: number; limit: number }>(
      ({ anchorId, fromLeafIndex, limit }) =>
        withCertificate()
          .where('certificateVersions.anchorId', '=', anchorId)
          .where('certificateVersions.leafIndex', '>=', fromLeafIndex)
          .orderBy('certificateVersions.leafIndex')
          .limit(limit),
    ),
    leaves: prepare<{ anchorId: string }>(({ anchorId }) =>
      versions().select('leaf').where('anchorId', '=', anchorId).orderBy('leafIndex'),
    ),
  }
}

function waitingStatements({ db }: Reads) {
  const waiting = () =>
    db.selectFrom('certificateVersions').where('anchorId', 'is', null).where('readyAt', 'is not', null)
  const ofTree = ({ network, partition }: Tree) =>
    waiting().where('network', '=', network).where('partition', '=', partition).orderBy('readyAt')
  return {
    waiting: prepare<Tree & { now: number; limit: number }>((values) =>
      ofTree(values).select(columnsOf('certificateVersion')).where('readyAt', '<=', values.now).limit(values.limit),
    ),
    nextReady: prepare<Tree>((values) => ofTree(values).select('readyAt').limit(1)),
    countWaiting: prepare<object>(() => waiting().select((e) => e.fn.countAll().as('count'))),
    waitingByNetwork: prepare<object>(() =>
      waiting()
        .select((e) => ['network', e.fn.countAll().as('count'), e.fn.min('readyAt').as('since')])
        .groupBy('network'),
    ),
  }
}

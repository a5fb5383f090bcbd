/** Leaves that are to be revoked, one row per registry that holds their root. */
import { sql } from 'kysely'
import type { Partition } from '../domain/scopes.ts'
import type { Reads, Row } from './reads.ts'
import { columnsOf, prepare } from './statements.ts'

type Queue = { network: string; partition: Partition }

/** A tree whose every leaf is to be revoked in this registry. */
export interface RevokedTree {
  anchorId: string
  registryId: string
  root: string
}

export class Revocations {
  private readonly sql: ReturnType<typeof statements>

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  /**
   * Oldest first. A leaf whose tree is not settled is left out: nobody can have shown it yet, and its whole tree may
   * turn out to be one entry.
   */
  async queued(network: string, partition: Partition, limit: number): Promise<Array<Row<'revocation'>>> {
    return this.reads.many('revocation', this.sql.queued({ network, partition, limit }))
  }

  /** The same of one registry and reason: what one transaction may carry. */
  async queuedOf(
    {
      network,
      partition,
      registryId,
      reason,
    }: Pick<Row<'revocation'>, 'network' | 'partition' | 'registryId' | 'reason'>,
    limit: number,
  ): Promise<Array<Row<'revocation'>>> {
    return this.reads.many('revocation', this.sql.queuedOf({ network, partition, registryId, reason, limit }))
  }

  /**
   * Trees of which every version is revoked for good (reason 1), two or more of them still queued. A version that was
   * only superseded keeps its tree out: revoking the root would turn "replaced" into "revoked".
   */
  async wholeTrees(network: string, partition: Partition): Promise<RevokedTree[]> {
    const rows = await this.reads.values(this.sql.wholeTrees({ network, partition }))
    return rows.map(([anchorId, registryId, root]) => ({
      anchorId: anchorId as string,
      registryId: registryId as string,
      root: root as string,
    }))
  }

  /** Networks on which something of this partition can be sent now. */
  async queuedNetworks(partition: Partition): Promise<string[]> {
    return (await this.reads.values(this.sql.queuedNetworks({ partition }))).map(([network]) => network as string)
  }

  async ofTransaction(transactionId: string): Promise<Array<Row<'revocation'>>> {
    return this.reads.many('revocation', this.sql.ofTransaction({ transactionId }))
  }

  /** Indexes whose bit is set in this status list, ascending; revoked and superseded both set it. */
  async setBits(list: number): Promise<number[]> {
    return (await this.reads.values(this.sql.setBits({ list }))).map(([index]) => index as number)
  }

  /** One row per registry and reason. */
  async ofCertificate(certificateId: string): Promise<Array<Row<'revocation'>>> {
    return this.reads.many('revocation', this.sql.ofCertificate({ certificateId }))
  }

  /** Per network: how many are not final on the chain yet. */
  async openByNetwork(): Promise<Array<{ network: string; count: number }>> {
    const rows = await this.reads.values(this.sql.openByNetwork({}))
    return rows.map(([network, count]) => ({ network: network as string, count: count as number }))
  }

  /** How many are not final on the chain yet. */
  async openCount(): Promise<number> {
    return (await this.reads.values(this.sql.openCount({})))[0]![0] as number
  }
}

function statements(reads: Reads) {
  const { db } = reads
  const from = () => db.selectFrom('revocations').select(columnsOf('revocation'))
  return {
    ...queueStatements(reads),
    ofTransaction: prepare<{ transactionId: string }>(({ transactionId }) =>
      from().where('transactionId', '=', transactionId).orderBy('createdAt'),
    ),
    setBits: prepare<{ list: number }>(({ list }) =>
      db
        .selectFrom('revocations')
        .select('statusIndex')
        .distinct()
        .where('statusList', '=', list)
        .orderBy('statusIndex'),
    ),
    ofCertificate: prepare<{ certificateId: string }>(({ certificateId }) =>
      from().where('certificateId', '=', certificateId).orderBy('createdAt').orderBy('registryId'),
    ),
    openByNetwork: prepare<object>(() =>
      db
        .selectFrom('revocations')
        .select((e) => ['network', e.fn.countAll().as('count')])
        .where('state', 'in', [sql.lit('queued' as const), sql.lit('sent' as const)])
        .groupBy('network'),
    ),
    openCount: prepare<object>(() =>
      db
        .selectFrom('revocations')
        .select((e) => e.fn.countAll().as('count'))
        .where('state', 'in', [sql.lit('queued' as const), sql.lit('sent' as const)]),
    ),
  }
}

type Db = Reads['db']

/** What is queued, with its version and the tree of that, as known by now; in the order of the queue's index. */
const settled = (db: Db) =>
  db
    .selectFrom('revocations')
    .innerJoin('certificateVersions as v', (join) =>
      join.onRef('v.certificateId', '=', 'revocations.certificateId').onRef('v.version', '=', 'revocations.version'),
    )
    .innerJoin('anchors', 'anchors.id', 'v.anchorId')
    .where('anchors.state', 'in', [sql.lit('confirmed' as const), sql.lit('failed' as const)])
    .where('revocations.state', '=', sql.lit('queued' as const))

const ofQueue = (db: Db, { network, partition }: Queue) =>
  settled(db).where('revocations.network', '=', network).where('revocations.partition', '=', partition)

function queueStatements({ db }: Reads) {
  const columns = columnsOf('revocation').map((column) => `revocations.${column}` as const)
  return {
    queued: prepare<Queue & { limit: number }>((values) =>
      ofQueue(db, values).select(columns).orderBy('revocations.createdAt').limit(values.limit),
    ),
    queuedOf: prepare<Queue & { registryId: string; reason: number; limit: number }>((values) =>
      ofQueue(db, values)
        .select(columns)
        .where('revocations.registryId', '=', values.registryId)
        .where('revocations.reason', '=', values.reason)
        .orderBy('revocations.createdAt')
        .limit(values.limit),
    ),
    queuedNetworks: prepare<{ partition: Partition }>(({ partition }) =>
      settled(db).where('revocations.partition', '=', partition).select('revocations.network').distinct(),
    ),
    wholeTrees: prepare<Queue>((values) => wholeTrees(db, values)),
  }
}

const one = sql.lit(1).as('one')

/** Two entries or more that one for the root makes up for; reading ends at the first leaf that is not revoked. */
const wholeTrees = (db: Db, queue: Queue) =>
  ofQueue(db, queue)
    .select(['anchors.id', 'revocations.registryId', 'anchors.root'])
    .where('revocations.reason', '=', sql.lit(1))
    .where('anchors.state', '=', sql.lit('confirmed' as const))
    .groupBy(['anchors.id', 'revocations.registryId', 'anchors.root'])
    .having((e) => e.fn.countAll(), '>=', sql.lit(2))
    .having((e) => {
      const revoked = e
        .selectFrom('revocations as gone')
        .select(one)
        .whereRef('gone.leaf', '=', 'leaf.leaf' as never)
        .where('gone.reason', '=', sql.lit(1))
        .whereRef('gone.registryId', '=', 'revocations.registryId')
      const alive = e
        .selectFrom('certificateVersions as leaf')
        .select(one)
        .whereRef('leaf.anchorId', '=', 'anchors.id')
        .where((leaf) => leaf.not(leaf.exists(revoked)))
      return e.not(e.exists(alive))
    })
    .orderBy('revocations.registryId')

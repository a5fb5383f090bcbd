/** Registries and anchors: read by jobs and by the public facts of a certificate, so by id, not by scope. */
import { sql } from 'kysely'
import type { AnchorState } from '../domain/anchors.ts'
import type { Partition } from '../domain/scopes.ts'
import type { Reads, Row } from './reads.ts'
import { columnsOf, prepare } from './statements.ts'

type Tree = { network: string; partition: Partition }

export class Registries {
  private readonly sql: ReturnType<typeof registryStatements>

  constructor(private readonly reads: Reads) {
    this.sql = registryStatements(reads)
  }

  async find(id: string): Promise<Row<'registry'> | undefined> {
    return this.reads.kept('registry', this.sql.find({ id }))
  }

  /** The one that new certificates name. */
  async of(network: string, partition: Partition, did: string): Promise<Row<'registry'> | undefined> {
    return this.reads.kept('registry', this.sql.of({ network, partition, did }))
  }

  async all(): Promise<Array<Row<'registry'>>> {
    return this.reads.many('registry', this.sql.all({}))
  }
}

function registryStatements({ db }: Reads) {
  const from = () => db.selectFrom('registries').select(columnsOf('registry'))
  return {
    find: prepare<{ id: string }>(({ id }) => from().where('id', '=', id)),
    of: prepare<Tree & { did: string }>(({ network, partition, did }) =>
      from()
        .where('network', '=', network)
        .where('partition', '=', partition)
        .where('did', '=', did)
        .where('retiredAt', 'is', null),
    ),
    all: prepare<object>(() => from().orderBy('createdAt').orderBy('id')),
  }
}

/** Certificates of a network that the chain has not confirmed. */
export interface Unconfirmed {
  network: string
  count: number
  /** When the first of them was ready; Unix ms. */
  since: number
}
export const asUnconfirmed = (rows: unknown[][]): Unconfirmed[] =>
  rows.map(([network, count, since]) => ({
    network: network as string,
    count: count as number,
    since: since as number,
  }))

export class Anchors {
  private readonly sql: ReturnType<typeof anchorStatements>

  constructor(private readonly reads: Reads) {
    this.sql = anchorStatements(reads)
  }

  async find(id: string): Promise<Row<'anchor'> | undefined> {
    return this.reads.one('anchor', this.sql.find({ id }))
  }

  /** The anchor to which versions are being assigned. */
  async collecting(network: string, partition: Partition): Promise<Row<'anchor'> | undefined> {
    return this.reads.one('anchor', this.sql.collecting({ network, partition }))
  }

  /** Newest first. */
  async list(filter: { state?: AnchorState; limit: number }): Promise<Array<Row<'anchor'>>> {
    let query = this.reads.db.selectFrom('anchors').select(columnsOf('anchor'))
    if (filter.state) query = query.where('state', '=', filter.state)
    return this.reads.many(
      'anchor',
      query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(filter.limit).compile(),
    )
  }

  async byTransaction(transactionId: string): Promise<Row<'anchor'> | undefined> {
    return this.reads.one('anchor', this.sql.byTransaction({ transactionId }))
  }

  /** Certificates in each of the newest confirmed trees of a network. */
  async confirmedSizes(network: string, limit: number): Promise<number[]> {
    return (await this.reads.values(this.sql.confirmedSizes({ network, limit }))).map(([size]) => size as number)
  }

  /** Per network: certificates in trees that are not confirmed, and when the first of them was ready (Unix ms). */
  async unconfirmed(): Promise<Unconfirmed[]> {
    return asUnconfirmed(await this.reads.values(this.sql.unconfirmed({})))
  }
}

function anchorStatements({ db }: Reads) {
  const from = () => db.selectFrom('anchors').select(columnsOf('anchor'))
  return {
    find: prepare<{ id: string }>(({ id }) => from().where('id', '=', id)),
    collecting: prepare<Tree>(({ network, partition }) =>
      from()
        .where('network', '=', network)
        .where('partition', '=', partition)
        .where('state', '=', sql.lit('collecting' as const))
        .orderBy('createdAt')
        .limit(1),
    ),
    byTransaction: prepare<{ transactionId: string }>(({ transactionId }) =>
      from().where('transactionId', '=', transactionId),
    ),
    confirmedSizes: prepare<{ network: string; limit: number }>(({ network, limit }) =>
      db
        .selectFrom('anchors')
        .select('size')
        .where('network', '=', network)
        .where('state', '=', sql.lit('confirmed' as const))
        .orderBy('createdAt', 'desc')
        .limit(limit),
    ),
    // The first leaf of a tree is the one that waited longest: one row of a tree says enough.
    unconfirmed: prepare<object>(() =>
      db
        .selectFrom('anchors')
        .leftJoin('certificateVersions', (join) =>
          join
            .onRef('certificateVersions.anchorId', '=', 'anchors.id')
            .on('certificateVersions.leafIndex', '=', sql.lit(0)),
        )
        .where('anchors.state', 'in', [sql.lit('collecting' as const), sql.lit('sealed' as const)])
        .select([
          'anchors.network',
          sql<number>`sum(anchors.size)`.as('count'),
          sql<number>`min(coalesce(certificate_versions.ready_at, anchors.created_at))`.as('since'),
        ])
        .groupBy('anchors.network'),
    ),
  }
}

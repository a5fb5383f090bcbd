/** Registries, anchors and revocations: read by jobs and by the public facts of a certificate, so by id, not by scope. */
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
      from().where('network', '=', network).where('partition', '=', partition).where('did', '=', did),
    ),
    all: prepare<object>(() => from().orderBy('createdAt').orderBy('id')),
  }
}

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
  }
}

export class Revocations {
  private readonly sql: ReturnType<typeof revocationStatements>

  constructor(private readonly reads: Reads) {
    this.sql = revocationStatements(reads)
  }

  /** Oldest first. */
  async queued(network: string, partition: Partition, limit: number): Promise<Array<Row<'revocation'>>> {
    return this.reads.many('revocation', this.sql.queued({ network, partition, limit }))
  }

  async ofTransaction(transactionId: string): Promise<Array<Row<'revocation'>>> {
    return this.reads.many('revocation', this.sql.ofTransaction({ transactionId }))
  }

  /** Indexes whose bit is set in this status list, ascending; revoked and superseded both set it. */
  async setBits(list: number): Promise<number[]> {
    return (await this.reads.values(this.sql.setBits({ list }))).map(([index]) => index as number)
  }

  async ofCertificate(certificateId: string): Promise<Array<Row<'revocation'>>> {
    return this.reads.many('revocation', this.sql.ofCertificate({ certificateId }))
  }

  /** How many are not final on the chain yet. */
  async openCount(): Promise<number> {
    return (await this.reads.values(this.sql.openCount({})))[0]![0] as number
  }
}

function revocationStatements({ db }: Reads) {
  const from = () => db.selectFrom('revocations').select(columnsOf('revocation'))
  return {
    queued: prepare<Tree & { limit: number }>(({ network, partition, limit }) =>
      from()
        .where('network', '=', network)
        .where('partition', '=', partition)
        .where('state', '=', sql.lit('queued' as const))
        .orderBy('createdAt')
        .limit(limit),
    ),
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
      from().where('certificateId', '=', certificateId).orderBy('createdAt'),
    ),
    openCount: prepare<object>(() =>
      db
        .selectFrom('revocations')
        .select((e) => e.fn.countAll().as('count'))
        .where('state', 'in', [sql.lit('queued' as const), sql.lit('sent' as const)]),
    ),
  }
}

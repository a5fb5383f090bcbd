/** Orders to anchor a network's roots once more on another, and the replicas they made. */
import { sql } from 'kysely'
import type { Reads, Row } from './reads.ts'
import { columnsOf, prepare } from './statements.ts'

/** A confirmed replica with the place its root was anchored at first. */
export interface ReplicaPlace {
  root: string
  first: Place
  again: Place & { confirmedAt: number }
}
interface Place {
  chainId: number
  address: string
  transactionHash: string | null
  /** Unix seconds; null = the node did not say. */
  blockTime: number | null
}

export class Reanchors {
  private readonly sql: ReturnType<typeof statements>

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  async find(id: string): Promise<Row<'reanchor'> | undefined> {
    return this.reads.one('reanchor', this.sql.find({ id }))
  }

  /** Newest first. */
  async all(): Promise<Array<Row<'reanchor'>>> {
    return this.reads.many('reanchor', this.sql.all({}))
  }

  async replica(anchorId: string, registryId: string): Promise<Row<'replica'> | undefined> {
    return this.reads.one('replica', this.sql.replica({ anchorId, registryId }))
  }

  /** The replica that this transaction makes. */
  async replicaByTransaction(transactionId: string): Promise<Row<'replica'> | undefined> {
    return this.reads.one('replica', this.sql.replicaByTransaction({ transactionId }))
  }

  /** Of one root: where else it is anchored. */
  async replicasOf(anchorId: string): Promise<Array<Row<'replica'>>> {
    return this.reads.many('replica', this.sql.replicasOf({ anchorId }))
  }

  /** How many replicas of an order stand in each state. */
  async progress(reanchorId: string): Promise<Record<'queued' | 'confirmed' | 'failed', number>> {
    const counts = { queued: 0, confirmed: 0, failed: 0 }
    for (const [state, count] of await this.reads.values(this.sql.progress({ reanchorId })))
      counts[state as keyof typeof counts] = count as number
    return counts
  }

  /** Of an order: whose transactions are on their way. */
  async queuedCount(reanchorId: string): Promise<number> {
    return (await this.reads.values(this.sql.queuedCount({ reanchorId })))[0]![0] as number
  }

  /** Confirmed live trees beyond the order's cursor whose root has no replica, or a failed one, on its target. */
  async toMove({ fromNetwork, toNetwork, cursor }: Row<'reanchor'>, limit: number): Promise<Array<Row<'anchor'>>> {
    const place = cursor === null ? undefined : (await this.reads.values(this.sql.placeOf({ id: cursor })))[0]
    const [createdAt, id] = (place ?? [-1, '']) as [number, string]
    return this.reads.many('anchor', this.sql.toMove({ fromNetwork, toNetwork, createdAt, id, limit }))
  }

  /** Any that was never queued, wherever the cursor stands: a tree may be confirmed after younger ones. */
  async missed({ fromNetwork, toNetwork }: Row<'reanchor'>, limit: number): Promise<Array<Row<'anchor'>>> {
    return this.reads.many('anchor', this.sql.missed({ fromNetwork, toNetwork, limit }))
  }

  /** What a move from one network to the other is about. */
  async extent(fromNetwork: string, toNetwork: string) {
    const [[chainId, roots, missing] = []] = await this.reads.values(this.sql.extent({ fromNetwork, toNetwork }))
    const [[revocations] = []] = await this.reads.values(this.sql.revocationsToCopy({ fromNetwork, toNetwork }))
    return {
      /** Chain id the roots stand on; null = there are none. */
      chainId: chainId as number | null,
      roots: roots as number,
      /** Without a replica that is queued or confirmed. */
      missing: missing as number,
      /** In trees that are missing. */
      revocations: revocations as number,
    }
  }

  /** Networks with confirmed live trees, and how many of them. */
  async sources(): Promise<Array<{ network: string; roots: number }>> {
    const rows = await this.reads.values(this.sql.sources({}))
    return rows.map(([network, roots]) => ({ network: network as string, roots: roots as number }))
  }

  /** Confirmed replicas of an issuer's roots, the newest trees first; of one root where it is given. */
  async places(did: string, limit: number, root?: string): Promise<ReplicaPlace[]> {
    const query = root === undefined ? this.sql.places({ did, limit }) : this.sql.placesOfRoot({ did, limit, root })
    return (await this.reads.values(query)).map((values) => {
      const [name, ...rest] = values as [string, ...never[]]
      const place = (at: number): Place => ({
        ...{ chainId: rest[at]!, address: rest[at + 1]!, transactionHash: rest[at + 2]!, blockTime: rest[at + 3]! },
      })
      return { root: name, first: place(0), again: { ...place(4), confirmedAt: rest[8]! } }
    })
  }

  /** The issuer in whose registry this root was anchored at first, where it has a confirmed replica. */
  async issuerOf(root: string): Promise<string | undefined> {
    return (await this.reads.values(this.sql.issuerOf({ root })))[0]?.[0] as string | undefined
  }
}

function statements(reads: Reads) {
  const { db } = reads
  const orders = () => db.selectFrom('reanchors').select(columnsOf('reanchor'))
  const replicas = () => db.selectFrom('replicas').select(columnsOf('replica'))
  return {
    ...moveStatements(reads),
    ...extentStatements(reads),
    ...placeStatements(reads),
    find: prepare<{ id: string }>(({ id }) => orders().where('id', '=', id)),
    all: prepare<object>(() => orders().orderBy('createdAt', 'desc').orderBy('id', 'desc')),
    replica: prepare<{ anchorId: string; registryId: string }>(({ anchorId, registryId }) =>
      replicas().where('anchorId', '=', anchorId).where('registryId', '=', registryId),
    ),
    replicaByTransaction: prepare<{ transactionId: string }>(({ transactionId }) =>
      replicas().where('transactionId', '=', transactionId),
    ),
    replicasOf: prepare<{ anchorId: string }>(({ anchorId }) =>
      replicas().where('anchorId', '=', anchorId).orderBy('createdAt').orderBy('registryId'),
    ),
    progress: prepare<{ reanchorId: string }>(({ reanchorId }) =>
      db
        .selectFrom('replicas')
        .select(['state', sql<number>`count(*)`.as('count')])
        .where('reanchorId', '=', reanchorId)
        .groupBy('state'),
    ),
    queuedCount: prepare<{ reanchorId: string }>(({ reanchorId }) =>
      db
        .selectFrom('replicas')
        .select((e) => e.fn.countAll().as('count'))
        .where('reanchorId', '=', reanchorId)
        .where('state', '=', sql.lit('queued' as const)),
    ),
  }
}

type Move = { fromNetwork: string; toNetwork: string }

/** Trees of the source, and their replicas on the target. */
function between({ db }: Reads) {
  const confirmed = (fromNetwork: string) =>
    db
      .selectFrom('anchors')
      .where('anchors.network', '=', fromNetwork)
      .where('anchors.partition', '=', sql.lit('live' as const))
      .where('anchors.state', '=', sql.lit('confirmed' as const))
  const replicaOn = (toNetwork: string) =>
    db
      .selectFrom('replicas')
      .select(sql.lit(1).as('one'))
      .whereRef('replicas.anchorId', '=', 'anchors.id' as never)
      .where('replicas.network', '=', toNetwork)
  const good = (toNetwork: string) => replicaOn(toNetwork).where('replicas.state', '!=', sql.lit('failed' as const))
  return { confirmed, replicaOn, good }
}

function moveStatements(reads: Reads) {
  const { confirmed, replicaOn, good } = between(reads)
  const inOrder = (fromNetwork: string) =>
    confirmed(fromNetwork).select(columnsOf('anchor')).orderBy('anchors.createdAt').orderBy('anchors.id')
  return {
    placeOf: prepare<{ id: string }>(({ id }) =>
      reads.db.selectFrom('anchors').select(['createdAt', 'id']).where('id', '=', id),
    ),
    toMove: prepare<Move & { createdAt: number; id: string; limit: number }>((values) =>
      inOrder(values.fromNetwork)
        .where(sql<boolean>`(anchors.created_at, anchors.id) > (${values.createdAt}, ${values.id})`)
        .where((e) => e.not(e.exists(good(values.toNetwork))))
        .limit(values.limit),
    ),
    missed: prepare<Move & { limit: number }>(({ fromNetwork, toNetwork, limit }) =>
      inOrder(fromNetwork)
        .where((e) => e.not(e.exists(replicaOn(toNetwork))))
        .limit(limit),
    ),
  }
}

function extentStatements(reads: Reads) {
  const { confirmed, good } = between(reads)
  return {
    extent: prepare<Move>(({ fromNetwork, toNetwork }) =>
      confirmed(fromNetwork).select((e) => [
        e.fn.max('anchors.chainId').as('chainId'),
        e.fn.countAll().as('roots'),
        e.fn
          .coalesce(
            e.fn.sum(
              e
                .case()
                .when(e.exists(good(toNetwork)))
                .then(0)
                .else(1)
                .end(),
            ),
            sql.lit(0),
          )
          .as('missing'),
      ]),
    ),
    revocationsToCopy: prepare<Move>(({ fromNetwork, toNetwork }) =>
      confirmed(fromNetwork)
        .innerJoin('certificateVersions as v', 'v.anchorId', 'anchors.id')
        .innerJoin('revocations', (join) =>
          join.onRef('revocations.certificateId', '=', 'v.certificateId').onRef('revocations.leaf', '=', 'v.leaf'),
        )
        .whereRef('revocations.registryId', '=', 'v.registryId')
        .where((e) => e.not(e.exists(good(toNetwork))))
        .select((e) => e.fn.countAll().as('count')),
    ),
    sources: prepare<object>(() =>
      reads.db
        .selectFrom('anchors')
        .select((e) => ['network', e.fn.countAll().as('count')])
        .where('partition', '=', sql.lit('live' as const))
        .where('state', '=', sql.lit('confirmed' as const))
        .groupBy('network')
        .orderBy('network'),
    ),
  }
}

/**
 * Replicas in whose registry an earlier revocation of one of their leaves is still on its way. A list that named them
 * would show a revoked certificate as valid. It begins at the open revocations, which are few.
 */
const stillRevoking = (db: Reads['db']) =>
  db
    .selectFrom('revocations as open')
    .innerJoin('certificateVersions as leaf', (join) =>
      join.onRef('leaf.certificateId', '=', 'open.certificateId').onRef('leaf.version', '=', 'open.version'),
    )
    .innerJoin('replicas as held', (join) =>
      join.onRef('held.anchorId', '=', 'leaf.anchorId').onRef('held.registryId', '=', 'open.registryId'),
    )
    .where('open.state', 'in', [sql.lit('queued' as const), sql.lit('sent' as const)])
    .whereRef('open.createdAt', '<=', 'held.confirmedAt')
    .select(sql<string>`held.anchor_id || '/' || held.registry_id`.as('place'))

function placeStatements({ db }: Reads) {
  const confirmed = () =>
    db
      .selectFrom('replicas')
      .innerJoin('anchors', 'anchors.id', 'replicas.anchorId')
      .innerJoin('registries as first', 'first.id', 'anchors.registryId')
      .innerJoin('registries as again', 'again.id', 'replicas.registryId')
      .where('replicas.state', '=', sql.lit('confirmed' as const))
      .where('first.partition', '=', sql.lit('live' as const))
      .where(sql<string>`replicas.anchor_id || '/' || replicas.registry_id`, 'not in', stillRevoking(db))
  const places = (did: string, limit: number) =>
    confirmed()
      .where('first.did', '=', did)
      .select(['replicas.root', 'first.chainId', 'first.address'])
      .select(['anchors.transactionHash', 'anchors.blockTime'])
      .select(['replicas.chainId as againChainId', 'again.address as againAddress'])
      .select(['replicas.transactionHash as againHash', 'replicas.blockTime as againTime', 'replicas.confirmedAt'])
      .orderBy('anchors.createdAt', 'desc')
      .orderBy('anchors.id')
      .orderBy('replicas.confirmedAt')
      .limit(limit)
  return {
    places: prepare<{ did: string; limit: number }>(({ did, limit }) => places(did, limit)),
    placesOfRoot: prepare<{ did: string; limit: number; root: string }>(({ did, limit, root }) =>
      places(did, limit).where('replicas.root', '=', root),
    ),
    issuerOf: prepare<{ root: string }>(({ root }) =>
      confirmed().select('first.did').where('replicas.root', '=', root).limit(1),
    ),
  }
}

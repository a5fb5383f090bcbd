import { sql } from 'kysely'
import type { TransactionKind } from '../domain/transactions.ts'
import type { Reads, Row } from './reads.ts'
import { columnsOf, prepare } from './statements.ts'

export class Transactions {
  private readonly sql: ReturnType<typeof statements>

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  async find(id: string): Promise<Row<'transaction'> | undefined> {
    return this.reads.one('transaction', this.sql.find({ id }))
  }

  async byKey(lane: string, key: string): Promise<Row<'transaction'> | undefined> {
    return this.reads.one('transaction', this.sql.byKey({ lane, key }))
  }

  /** Neither final nor reverted: first those with a nonce in its order, then the queued ones, oldest first. */
  async open(lane: string): Promise<Array<Row<'transaction'>>> {
    return this.reads.many('transaction', this.sql.open({ lane }))
  }

  /** Oldest first. */
  async attempts(transactionId: string): Promise<Array<Row<'transactionAttempt'>>> {
    return this.reads.many('transactionAttempt', this.sql.attempts({ transactionId }))
  }

  /** One above the highest nonce that was ever given out in this lane; 0 in an unused one. */
  async nextNonce(lane: string): Promise<number> {
    const [row] = await this.reads.values(this.sql.lastNonce({ lane }))
    return row ? (row[0] as number) + 1 : 0
  }

  async lanes(): Promise<string[]> {
    return (await this.reads.values(this.sql.lanes({}))).map(([lane]) => lane as string)
  }

  /** Lanes of a network that have something open: an earlier account's too, until it is drained. */
  async openLanes(network: string): Promise<string[]> {
    return (await this.reads.values(this.sql.openLanes({ network }))).map(([lane]) => lane as string)
  }

  async lane(id: string): Promise<Row<'lane'> | undefined> {
    return this.reads.one('lane', this.sql.lane({ id }))
  }

  async laneStates(): Promise<Array<Row<'lane'>>> {
    return this.reads.many('lane', this.sql.laneStates({}))
  }

  /** Wei paid on a network since then, decimal text; what is mined and not final yet is paid too. */
  async spentSince(network: string, since: number): Promise<string> {
    const final = await this.reads.values(this.sql.fees({ network, since }))
    const mined = await this.reads.values(this.sql.minedFees({ network }))
    return String([...final, ...mined].reduce((sum, [fee]) => sum + BigInt(fee as string), 0n))
  }

  /** The newest of this kind for this subject, whatever became of it. */
  async newestFor(network: string, kind: TransactionKind, subject: string): Promise<Row<'transaction'> | undefined> {
    return this.reads.one('transaction', this.sql.newestFor({ network, kind, subject }))
  }

  /** Ended ones that stand in a block, newest first. */
  async endedSince(network: string, since: number, limit: number): Promise<Array<Row<'transaction'>>> {
    return this.reads.many('transaction', this.sql.endedSince({ network, since, limit }))
  }

  /** Newest first. */
  async list({ limit }: { limit: number }): Promise<Array<Row<'transaction'>>> {
    return this.reads.many('transaction', this.sql.list({ limit }))
  }
}

const OPEN = (['queued', 'signed', 'mined'] as const).map((state) => sql.lit(state))

function statements(reads: Reads) {
  const { db } = reads
  const from = () => db.selectFrom('transactions').select(columnsOf('transaction'))
  return {
    ...laneStatements(reads),
    find: prepare<{ id: string }>(({ id }) => from().where('id', '=', id)),
    byKey: prepare<{ lane: string; key: string }>(({ lane, key }) =>
      from().where('lane', '=', lane).where('key', '=', key),
    ),
    open: prepare<{ lane: string }>(({ lane }) =>
      from()
        .where('lane', '=', lane)
        .where('state', 'in', OPEN)
        .orderBy('nonce', (order) => order.asc().nullsLast())
        .orderBy('createdAt')
        .orderBy('id'),
    ),
    attempts: prepare<{ transactionId: string }>(({ transactionId }) =>
      db
        .selectFrom('transactionAttempts')
        .select(columnsOf('transactionAttempt'))
        .where('transactionId', '=', transactionId)
        .orderBy('createdAt')
        .orderBy('hash'),
    ),
    lastNonce: prepare<{ lane: string }>(({ lane }) =>
      db
        .selectFrom('transactions')
        .select('nonce')
        .where('lane', '=', lane)
        .where('nonce', 'is not', null)
        .orderBy('nonce', 'desc')
        .limit(1),
    ),
    newestFor: prepare<{ network: string; kind: TransactionKind; subject: string }>(({ network, kind, subject }) =>
      from()
        .where('network', '=', network)
        .where('kind', '=', kind)
        .where('subject', '=', subject)
        .orderBy('createdAt', 'desc')
        .limit(1),
    ),
    list: prepare<{ limit: number }>(({ limit }) =>
      from().orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(limit),
    ),
  }
}

function laneStatements({ db }: Reads) {
  const settled = ({ network, since }: { network: string; since: number }) =>
    db.selectFrom('transactions').where('network', '=', network).where('finalAt', '>=', since)
  return {
    lane: prepare<{ id: string }>(({ id }) => db.selectFrom('lanes').select(columnsOf('lane')).where('id', '=', id)),
    laneStates: prepare<object>(() => db.selectFrom('lanes').select(columnsOf('lane')).orderBy('id')),
    openLanes: prepare<{ network: string }>(({ network }) =>
      db
        .selectFrom('transactions')
        .select('lane')
        .distinct()
        .where('network', '=', network)
        .where('state', 'in', OPEN)
        .orderBy('lane'),
    ),
    endedSince: prepare<{ network: string; since: number; limit: number }>((values) =>
      settled(values)
        .select(columnsOf('transaction'))
        .where('blockHash', 'is not', null)
        .orderBy('finalAt', 'desc')
        .limit(values.limit),
    ),
    minedFees: prepare<{ network: string }>(({ network }) =>
      db
        .selectFrom('transactions')
        .select('fee')
        .where('network', '=', network)
        .where('state', 'in', OPEN)
        .where('fee', 'is not', null),
    ),
    fees: prepare<{ network: string; since: number }>((values) =>
      settled(values).select('fee').where('fee', 'is not', null),
    ),
    lanes: prepare<object>(() => db.selectFrom('transactions').select('lane').distinct().orderBy('lane')),
  }
}

import { sql } from 'kysely'
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

  /** Newest first. */
  async list({ limit }: { limit: number }): Promise<Array<Row<'transaction'>>> {
    return this.reads.many('transaction', this.sql.list({ limit }))
  }
}

function statements({ db }: Reads) {
  const from = () => db.selectFrom('transactions').select(columnsOf('transaction'))
  const open = (['queued', 'signed', 'mined'] as const).map((state) => sql.lit(state))
  return {
    find: prepare<{ id: string }>(({ id }) => from().where('id', '=', id)),
    byKey: prepare<{ lane: string; key: string }>(({ lane, key }) =>
      from().where('lane', '=', lane).where('key', '=', key),
    ),
    open: prepare<{ lane: string }>(({ lane }) =>
      from()
        .where('lane', '=', lane)
        .where('state', 'in', open)
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
    lanes: prepare<object>(() => db.selectFrom('transactions').select('lane').distinct().orderBy('lane')),
    list: prepare<{ limit: number }>(({ limit }) =>
      from().orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(limit),
    ),
  }
}

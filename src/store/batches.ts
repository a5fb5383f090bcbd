import { sql } from 'kysely'
import type { Partition, Scope } from '../domain/scopes.ts'
import { beyond, newestFirst, type Page, type Reads, type Row, towards } from './reads.ts'
import { columnsOf, prepare } from './statements.ts'

export class Batches {
  private readonly sql: ReturnType<typeof statements>

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  async find(scope: Scope, id: string): Promise<Row<'batch'> | undefined> {
    return this.reads.one('batch', this.sql.find({ id, partition: scope.partition }))
  }

  /** For jobs. */
  async findAny(id: string): Promise<Row<'batch'> | undefined> {
    return this.reads.one('batch', this.sql.findAny({ id }))
  }

  /** The first chunks that were not read yet. */
  async rows(batchId: string, limit: number): Promise<Array<Row<'batchRows'>>> {
    return this.reads.many('batchRows', this.sql.rows({ batchId, limit }))
  }

  /** In the order of the rows. The caller has checked the scope of the batch. */
  async errors(batchId: string, limit: number): Promise<Array<Row<'batchError'>>> {
    return this.reads.many('batchError', this.sql.errors({ batchId, limit }))
  }

  /** Newest first. */
  async list(scope: Scope, page: Page): Promise<Array<Row<'batch'>>> {
    const query = this.reads.db
      .selectFrom('batches')
      .select(columnsOf('batch'))
      .where('partition', '=', scope.partition)
      .where(beyond(page, 'batches'))
      .orderBy('createdAt', towards(page))
      .orderBy('id', towards(page))
      .limit(page.limit)
    return newestFirst(await this.reads.many('batch', query.compile()), page)
  }

  /** For jobs: not completed, oldest first. */
  async open(): Promise<Array<Row<'batch'>>> {
    return this.reads.many('batch', this.sql.open({}))
  }
}

function statements({ db }: Reads) {
  const from = () => db.selectFrom('batches').select(columnsOf('batch'))
  return {
    find: prepare<{ id: string; partition: Partition }>(({ id, partition }) =>
      from().where('id', '=', id).where('partition', '=', partition),
    ),
    findAny: prepare<{ id: string }>(({ id }) => from().where('id', '=', id)),
    open: prepare<object>(() =>
      from()
        .where('status', 'in', [sql.lit('queued' as const), sql.lit('processing' as const)])
        .orderBy('createdAt'),
    ),
    rows: prepare<{ batchId: string; limit: number }>(({ batchId, limit }) =>
      db
        .selectFrom('batchRows')
        .select(columnsOf('batchRows'))
        .where('batchId', '=', batchId)
        .orderBy('chunk')
        .limit(limit),
    ),
    errors: prepare<{ batchId: string; limit: number }>(({ batchId, limit }) =>
      db
        .selectFrom('batchErrors')
        .select(columnsOf('batchError'))
        .where('batchId', '=', batchId)
        .orderBy('index')
        .limit(limit),
    ),
  }
}

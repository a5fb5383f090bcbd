import type { Mail, MailStatus } from '../domain/mails.ts'
import type { Partition, Scope } from '../domain/scopes.ts'
import { beyond, newestFirst, type Page, type Reads, type Row, towards } from './reads.ts'
import { columnsOf, prepare } from './statements.ts'

export class Mails {
  private readonly sql: ReturnType<typeof statements>

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  async find(scope: Scope, id: string): Promise<Row<'mail'> | undefined> {
    return this.reads.one('mail', this.sql.find({ id, partition: scope.partition }))
  }

  /** For jobs. */
  async findAny(id: string): Promise<Row<'mail'> | undefined> {
    return this.reads.one('mail', this.sql.findAny({ id }))
  }

  /** Newest first. */
  async list(
    scope: Scope,
    filter: { certificateId?: string; status?: MailStatus; kind?: Mail['kind'] | readonly Mail['kind'][] },
    page: Page,
  ): Promise<Array<Row<'mail'>>> {
    let query = this.reads.db
      .selectFrom('mails')
      .select(columnsOf('mail'))
      .where('partition', '=', scope.partition)
      .where(beyond(page, 'mails'))
      .orderBy('createdAt', towards(page))
      .orderBy('id', towards(page))
      .limit(page.limit)
    if (filter.certificateId !== undefined) query = query.where('certificateId', '=', filter.certificateId)
    if (filter.status !== undefined) query = query.where('status', '=', filter.status)
    if (filter.kind !== undefined) query = query.where('kind', 'in', [filter.kind].flat() as Array<Mail['kind']>)
    return newestFirst(await this.reads.many('mail', query.compile()), page)
  }
}

function statements({ db }: Reads) {
  const from = () => db.selectFrom('mails').select(columnsOf('mail'))
  return {
    find: prepare<{ id: string; partition: Partition }>(({ id, partition }) =>
      from().where('id', '=', id).where('partition', '=', partition),
    ),
    findAny: prepare<{ id: string }>(({ id }) => from().where('id', '=', id)),
  }
}

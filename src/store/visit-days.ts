import type { Scope } from '../domain/scopes.ts'
import type { Reads, Row } from './reads.ts'
import { columnsOf, prepare } from './statements.ts'

export class VisitDays {
  private readonly query: ReturnType<typeof prepare<{ templateId: string; day: string }>>

  constructor(private readonly reads: Reads) {
    this.query = prepare(({ templateId, day }) =>
      reads.db
        .selectFrom('visitDays')
        .select(columnsOf('visitDay'))
        .where('templateId', '=', templateId)
        .where('day', '=', day),
    )
  }

  /** Undefined until the first visit of that day. */
  async find(templateId: string, day: string): Promise<Row<'visitDay'> | undefined> {
    return this.reads.one('visitDay', this.query({ templateId, day }))
  }

  /** Both ends included, oldest first; of one template, or of all. */
  async period(scope: Scope, from: string, to: string, templateId: string | null): Promise<Array<Row<'visitDay'>>> {
    let query = this.reads.db
      .selectFrom('visitDays')
      .select(columnsOf('visitDay'))
      .where('partition', '=', scope.partition)
      .where('day', '>=', from)
      .where('day', '<=', to)
      .orderBy('day', 'asc')
      .orderBy('templateId', 'asc')
    if (templateId !== null) query = query.where('templateId', '=', templateId)
    return this.reads.many('visitDay', query.compile())
  }
}

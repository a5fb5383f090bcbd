/** Accounts that send or ever sent. */
import type { Reads, Row } from './reads.ts'
import { columnsOf, prepare } from './statements.ts'

export class Accounts {
  private readonly sql: ReturnType<typeof statements>

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  /** Oldest first. */
  async all(): Promise<Array<Row<'account'>>> {
    return this.reads.many('account', this.sql.all({}))
  }
}

function statements({ db }: Reads) {
  return {
    all: prepare<object>(() =>
      db.selectFrom('accounts').select(columnsOf('account')).orderBy('createdAt').orderBy('fragment'),
    ),
  }
}

import type { Partition, Scope } from '../domain/scopes.ts'
import type { Reads, Row } from './reads.ts'
import { columnsOf, prepare } from './statements.ts'
import type { Write } from './write.ts'

/** Keys are managed from live keys, which see both partitions; a sandbox key sees the sandbox only. */
const visible = ({ partition }: Scope): Partition[] => (partition === 'live' ? ['live', 'test'] : ['test', 'test'])

export class ApiKeys {
  private readonly sql: ReturnType<typeof statements>

  constructor(
    private readonly reads: Reads,
    private readonly write: Write,
  ) {
    this.sql = statements(reads)
  }

  /** For authentication, before any scope is known. `hash`: SHA-256 of the key, lower-case hex. */
  async byHash(hash: string): Promise<Row<'apiKey'> | undefined> {
    return this.reads.kept('apiKey', this.sql.byHash({ hash }))
  }

  async find(scope: Scope, id: string): Promise<Row<'apiKey'> | undefined> {
    const [first, second] = visible(scope)
    return this.reads.one('apiKey', this.sql.find({ id, first: first!, second: second! }))
  }

  /** Newest first. */
  async list(scope: Scope): Promise<Array<Row<'apiKey'>>> {
    const [first, second] = visible(scope)
    return this.reads.many('apiKey', this.sql.list({ first: first!, second: second! }))
  }

  /** Key id → time of last use, Unix ms. Beside the commits: it changes no revision and never goes back. */
  async touch(used: ReadonlyMap<string, number>): Promise<void> {
    if (used.size === 0) return
    const { sql } = this
    await this.write(function* () {
      for (const [id, at] of used) yield sql.touch({ id, at })
    })
    this.reads.forget('apiKey')
  }
}

function statements({ db }: Reads) {
  const from = () => db.selectFrom('apiKeys').select(columnsOf('apiKey'))
  type Seen = { first: Partition; second: Partition }
  return {
    byHash: prepare<{ hash: string }>(({ hash }) => from().where('keyHash', '=', hash)),
    find: prepare<Seen & { id: string }>(({ id, first, second }) =>
      from().where('id', '=', id).where('partition', 'in', [first, second]),
    ),
    list: prepare<Seen>(({ first, second }) =>
      from().where('partition', 'in', [first, second]).orderBy('createdAt', 'desc').orderBy('id', 'desc'),
    ),
    touch: prepare<{ id: string; at: number }>(({ id, at }) =>
      db
        .updateTable('apiKeys')
        .set({ lastUsedAt: at })
        .where('id', '=', id)
        .where((e) => e.or([e('lastUsedAt', 'is', null), e('lastUsedAt', '<', at)])),
    ),
  }
}

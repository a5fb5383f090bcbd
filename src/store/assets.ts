import type { Design } from '../domain/designs.ts'
import { isId } from '../domain/ids.ts'
import type { Partition, Scope } from '../domain/scopes.ts'
import type { AssetKind } from '../domain/assets.ts'
import { beyond, deepFreeze, newestFirst, type Page, type Reads, type Row, towards } from './reads.ts'
import { columnsOf, padded, prepare } from './statements.ts'

/** Uploaded pictures and fonts. */
export class Assets {
  private readonly sql: ReturnType<typeof statements>

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  async find(scope: Scope, id: string): Promise<Row<'asset'> | undefined> {
    if (!isId('asset', id)) return undefined
    return this.reads.one('asset', this.sql.byId({ partition: scope.partition, id }))
  }

  async findContent(scope: Scope, sha256: string): Promise<Row<'asset'> | undefined> {
    return this.reads.one('asset', this.sql.byHash({ partition: scope.partition, sha256 }))
  }

  /** The bytes; never kept here: who renders keeps them by their hash. */
  async content(scope: Scope, id: string): Promise<Uint8Array | undefined> {
    if (!isId('asset', id)) return undefined
    return (await this.reads.one('assetContent', this.sql.content({ partition: scope.partition, id })))?.content
  }

  /** Those of these ids that exist, in no order. */
  async some(scope: Scope, ids: readonly string[]): Promise<Array<Row<'asset'>>> {
    const known = padded(ids.filter((id) => isId('asset', id)))
    if (known.length === 0) return []
    const query = this.reads.db
      .selectFrom('assets')
      .select(columnsOf('asset'))
      .where('partition', '=', scope.partition)
      .where('id', 'in', known)
    return this.reads.many('asset', query.compile())
  }

  /** Newest first. */
  async list(scope: Scope, filter: Page & { kind?: AssetKind }): Promise<Array<Row<'asset'>>> {
    let query = this.reads.db
      .selectFrom('assets')
      .select(columnsOf('asset'))
      .where('partition', '=', scope.partition)
      .where(beyond(filter, 'assets'))
      .orderBy('createdAt', towards(filter))
      .orderBy('id', towards(filter))
      .limit(filter.limit)
    if (filter.kind) query = query.where('kind', '=', filter.kind)
    return newestFirst(await this.reads.many('asset', query.compile()), filter)
  }

  /** How many there are, and their bytes. */
  async size(partition: Partition): Promise<{ assets: number; bytes: number }> {
    const [row] = await this.reads.values(this.sql.size({ partition }))
    return { assets: Number(row?.[0] ?? 0), bytes: Number(row?.[1] ?? 0) }
  }

  /** Template versions that need it; the first few of them. */
  async uses(scope: Scope, id: string): Promise<Array<Row<'assetUse'>>> {
    return this.reads.many('assetUse', this.sql.uses({ partition: scope.partition, id }))
  }
}

/** JSON letters of designs that are kept in memory at most. */
const MAX_KEPT = 16_000_000

/** Frozen designs, by their content: what was read once stays true, whoever writes. */
export class Designs {
  private readonly byHash: ReturnType<typeof prepare<DesignKey>>
  private readonly kept = new Map<string, Design>()
  private letters = 0

  constructor(private readonly reads: Reads) {
    this.byHash = prepare<DesignKey>(({ hash, partition }) =>
      reads.db
        .selectFrom('designs')
        .select(columnsOf('design'))
        .where('hash', '=', hash)
        .where('partition', '=', partition),
    )
  }

  /** A template issues many certificates with one design: the same object for the same design, for a while. */
  async find(scope: Pick<Scope, 'partition'>, hash: string): Promise<Design | undefined> {
    const name = `${scope.partition} ${hash}`
    const known = this.kept.get(name)
    if (known) return known
    const found = await this.reads.one('design', this.byHash({ hash, partition: scope.partition }))
    if (!found) return undefined
    const letters = JSON.stringify(found.design).length
    if (this.letters + letters > MAX_KEPT) this.forget()
    this.letters += letters
    this.kept.set(name, deepFreeze(found.design))
    return found.design
  }

  /** Whether it is stored now; asks the database, since the sandbox can be emptied. */
  async has({ partition }: Pick<Scope, 'partition'>, hash: string): Promise<boolean> {
    return (await this.reads.values(this.byHash({ hash, partition }))).length > 0
  }

  /** Gives the memory back. */
  forget(): void {
    this.kept.clear()
    this.letters = 0
  }
}

type DesignKey = { hash: string; partition: Partition }

function statements({ db }: Reads) {
  const asset = () => db.selectFrom('assets').select(columnsOf('asset'))
  return {
    byId: prepare<{ partition: Partition; id: string }>(({ partition, id }) =>
      asset().where('id', '=', id).where('partition', '=', partition),
    ),
    byHash: prepare<{ partition: Partition; sha256: string }>(({ partition, sha256 }) =>
      asset().where('partition', '=', partition).where('sha256', '=', sha256),
    ),
    content: prepare<{ partition: Partition; id: string }>(({ partition, id }) =>
      db
        .selectFrom('assetContents')
        .select(columnsOf('assetContent'))
        .where('assetId', '=', id)
        .where('partition', '=', partition),
    ),
    size: prepare<{ partition: Partition }>(({ partition }) =>
      db
        .selectFrom('assets')
        .select((e) => [e.fn.countAll<number>().as('assets'), e.fn.sum<number>('bytes').as('bytes')])
        .where('partition', '=', partition),
    ),
    uses: prepare<{ partition: Partition; id: string }>(({ partition, id }) =>
      db
        .selectFrom('assetUses')
        .select(columnsOf('assetUse'))
        .where('assetId', '=', id)
        .where('partition', '=', partition)
        .orderBy('templateId')
        .orderBy('version')
        .limit(20),
    ),
  }
}

import type { Partition, Scope } from '../domain/scopes.ts'
import { isId } from '../domain/ids.ts'
import type { CurrentTemplate, Template } from '../domain/templates.ts'
import { beyond, newestFirst, type Page, type Reads, type Row, towards } from './reads.ts'
import { columnsOf, prepare, readers } from './statements.ts'

/** A template with the version that issues now, both ready to be put. */
export interface RevisedTemplate extends CurrentTemplate {
  template: Row<'template'>
  version: Row<'templateVersion'>
}

const width = columnsOf('template').length
const columns = [
  ...columnsOf('template').map((column) => `templates.${column}` as const),
  ...columnsOf('templateVersion').map((column) => `templateVersions.${column}` as const),
]
const asTemplate = (values: unknown[]): RevisedTemplate => ({
  template: readers.template(values),
  version: readers.templateVersion(values, width),
})

/** A version never changes, and every certificate needs it: those last used are kept as they were read. */
const MAX_KEPT = 200

export class Templates {
  private readonly sql: ReturnType<typeof statements>
  private readonly kept = new Map<string, Row<'templateVersion'>>()

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  async find(scope: Scope, idOrSlug: string): Promise<RevisedTemplate | undefined> {
    const { partition } = scope
    const template = await this.reads.one(
      'template',
      isId('tmpl', idOrSlug)
        ? this.sql.byId({ partition, id: idOrSlug })
        : this.sql.bySlug({ partition, slug: idOrSlug }),
    )
    const version = template && (await this.version(template.id, template.version))
    return version && { template, version }
  }

  /** For what was issued already, whoever asks. Frozen. */
  async version(templateId: string, version: number): Promise<Row<'templateVersion'> | undefined> {
    const name = `${templateId}/${version}`
    const known = this.kept.get(name)
    if (known) return known
    const found = await this.reads.one('templateVersion', this.sql.version({ templateId, version }))
    if (!found) return undefined
    if (this.kept.size >= MAX_KEPT) this.kept.delete(this.kept.keys().next().value!)
    this.kept.set(name, deepFreeze(found))
    return found
  }

  /** After the sandbox was wiped. */
  forget(): void {
    this.kept.clear()
  }

  /** Oldest first. */
  async versions(scope: Scope, templateId: string): Promise<Array<Row<'templateVersion'>>> {
    return this.reads.many('templateVersion', this.sql.versions({ templateId, partition: scope.partition }))
  }

  /** Newest first. */
  async list(scope: Scope, filter: Page & { status?: Template['status'] }): Promise<RevisedTemplate[]> {
    let query = current(this.reads)
      .where('templates.partition', '=', scope.partition)
      .where(beyond(filter, 'templates'))
      .orderBy('templates.createdAt', towards(filter))
      .orderBy('templates.id', towards(filter))
      .limit(filter.limit)
    if (filter.status) query = query.where('templates.status', '=', filter.status)
    return newestFirst((await this.reads.values(query.compile())).map(asTemplate), filter)
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (member !== null && typeof member === 'object') deepFreeze(member)
  return Object.freeze(value)
}

const current = ({ db }: Reads) =>
  db
    .selectFrom('templates')
    .innerJoin('templateVersions', (join) =>
      join
        .onRef('templateVersions.templateId', '=', 'templates.id')
        .onRef('templateVersions.version', '=', 'templates.version'),
    )
    .select(columns)

function statements(reads: Reads) {
  const template = () => reads.db.selectFrom('templates').select(columnsOf('template'))
  const version = () => reads.db.selectFrom('templateVersions').select(columnsOf('templateVersion'))
  return {
    byId: prepare<{ partition: Partition; id: string }>(({ partition, id }) =>
      template().where('id', '=', id).where('partition', '=', partition),
    ),
    bySlug: prepare<{ partition: Partition; slug: string }>(({ partition, slug }) =>
      template().where('partition', '=', partition).where('slug', '=', slug),
    ),
    version: prepare<{ templateId: string; version: number }>((values) =>
      version().where('templateId', '=', values.templateId).where('version', '=', values.version),
    ),
    versions: prepare<{ templateId: string; partition: Partition }>(({ templateId, partition }) =>
      version().where('templateId', '=', templateId).where('partition', '=', partition).orderBy('version'),
    ),
  }
}

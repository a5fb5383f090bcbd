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

export class Templates {
  private readonly sql: ReturnType<typeof statements>

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  async find(scope: Scope, idOrSlug: string): Promise<RevisedTemplate | undefined> {
    const { partition } = scope
    const template = await this.reads.kept(
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
    return this.reads.kept('templateVersion', this.sql.version({ templateId, version }))
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

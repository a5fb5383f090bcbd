/** Decisions about templates: the Commit that makes it so. */
import type { Asset, StoredDesign } from './assets.ts'
import { fresh, type Commit, type Put, type Revised } from './commit.ts'
import { AppError } from './errors.ts'
import { newId, type Random } from './ids.ts'
import type { Scope } from './scopes.ts'
import type { CurrentTemplate, Template, TemplateDefinition, TemplateVersion } from './templates.ts'

/** A definition with the design that is frozen with it. */
export interface FrozenTemplate {
  definition: TemplateDefinition
  /** Null when the same design is stored already. */
  design: StoredDesign | null
  /** What design and achievement use, as it was read. */
  assets: Array<Asset & Revised>
}

export function createTemplate(
  scope: Scope,
  { slug, ...frozen }: FrozenTemplate & { slug: string },
  now: number,
  random: Random,
): { current: CurrentTemplate; commit: Commit } {
  const id = newId('tmpl', random)
  const { partition, actor } = scope
  const template: Template = { id, partition, slug, status: 'active', version: 1, createdAt: now, updatedAt: now }
  const version: TemplateVersion = {
    templateId: id,
    partition,
    version: 1,
    definition: frozen.definition,
    createdAt: now,
    createdBy: actor,
  }
  const commit: Commit = {
    at: now,
    claims: [{ scope: `slug/${partition}`, key: slug, holder: id }],
    puts: [
      { entity: 'template', row: fresh(template) },
      { entity: 'templateVersion', row: fresh(version) },
      ...frozenPuts(frozen, version),
    ],
    events: [{ type: 'template.created', partition, subject: id, actor, data: { slug } }],
  }
  return { current: { template, version }, commit }
}

/** A new version: what is issued from here on. Certificates that exist keep theirs. */
export function reviseTemplate(
  scope: Scope,
  template: Template & Revised,
  frozen: FrozenTemplate,
  now: number,
): { current: CurrentTemplate; commit: Commit } {
  const { partition, actor } = scope
  const next = { ...template, version: template.version + 1, updatedAt: now }
  const version: TemplateVersion = {
    templateId: template.id,
    partition,
    version: next.version,
    definition: frozen.definition,
    createdAt: now,
    createdBy: actor,
  }
  const commit: Commit = {
    at: now,
    puts: [
      { entity: 'template', row: next },
      { entity: 'templateVersion', row: fresh(version) },
      ...frozenPuts(frozen, version),
    ],
    events: [{ type: 'template.updated', partition, subject: template.id, actor, data: { version: next.version } }],
  }
  return { current: { template: next, version }, commit }
}

/** Assets are put as they are: one that is being deleted at the same moment refuses the other of the two. */
function frozenPuts({ design, assets }: FrozenTemplate, { templateId, version, partition }: TemplateVersion): Put[] {
  return [
    ...(design ? [{ entity: 'design' as const, row: fresh(design) }] : []),
    ...assets.map((row): Put => ({ entity: 'asset', row })),
    ...assets.map(({ id }): Put => ({
      entity: 'assetUse',
      row: fresh({ assetId: id, templateId, version, partition }),
    })),
  ]
}

export function setTemplateStatus(
  scope: Scope,
  template: Template & Revised,
  status: Template['status'],
  now: number,
): Commit {
  const type = status === 'archived' ? ('template.archived' as const) : ('template.restored' as const)
  return {
    at: now,
    puts: [{ entity: 'template', row: { ...template, status, updatedAt: now } }],
    events: [{ type, partition: scope.partition, subject: template.id, actor: scope.actor, data: {} }],
  }
}

export function refuseArchived({ template }: CurrentTemplate) {
  if (template.status !== 'archived') return
  throw new AppError(
    'template_archived',
    `Template "${template.slug}" is archived. Restore it, or issue with another template.`,
    {
      field: 'template_id',
    },
  )
}

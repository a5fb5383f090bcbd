/** Decisions about templates: the Commit that makes it so. */
import { fresh, type Commit, type Revised } from './commit.ts'
import { AppError } from './errors.ts'
import { newId, type Random } from './ids.ts'
import type { Scope } from './scopes.ts'
import type { CurrentTemplate, Template, TemplateDefinition, TemplateVersion } from './templates.ts'

export function createTemplate(
  scope: Scope,
  { definition, slug }: { definition: TemplateDefinition; slug: string },
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
    definition,
    createdAt: now,
    createdBy: actor,
  }
  const commit: Commit = {
    at: now,
    claims: [{ scope: `slug/${partition}`, key: slug, holder: id }],
    puts: [
      { entity: 'template', row: fresh(template) },
      { entity: 'templateVersion', row: fresh(version) },
    ],
    events: [{ type: 'template.created', partition, subject: id, actor, data: { slug } }],
  }
  return { current: { template, version }, commit }
}

/** A new version: what is issued from here on. Certificates that exist keep theirs. */
export function reviseTemplate(
  scope: Scope,
  template: Template & Revised,
  definition: TemplateDefinition,
  now: number,
): { current: CurrentTemplate; commit: Commit } {
  const { partition, actor } = scope
  const next = { ...template, version: template.version + 1, updatedAt: now }
  const version: TemplateVersion = {
    templateId: template.id,
    partition,
    version: next.version,
    definition,
    createdAt: now,
    createdBy: actor,
  }
  const commit: Commit = {
    at: now,
    puts: [
      { entity: 'template', row: next },
      { entity: 'templateVersion', row: fresh(version) },
    ],
    events: [{ type: 'template.updated', partition, subject: template.id, actor, data: { version: next.version } }],
  }
  return { current: { template: next, version }, commit }
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

/** Templates as answers show them. */
import { isoSeconds } from '../../domain/clock.ts'
import type { Design } from '../../domain/designs.ts'
import type { CurrentTemplate, TemplateVersion } from '../../domain/templates.ts'
import { definitionBody } from '../../domain/templates-request.ts'

/** In lists without the design, which may be as large as all the rest of the page. */
export const templateBody = ({ template, version }: CurrentTemplate, design?: Design) => ({
  id: template.id,
  slug: template.slug,
  version: template.version,
  status: template.status,
  ...definitionBody(version.definition),
  ...(design ? { design_document: design } : {}),
  sandbox: template.partition === 'test',
  created_at: isoSeconds(template.createdAt),
  updated_at: isoSeconds(template.updatedAt),
})

export const versionBody = ({ version, createdAt, createdBy, definition }: TemplateVersion) => ({
  version,
  created_at: isoSeconds(createdAt),
  created_by: createdBy,
  ...definitionBody(definition),
})

/** Templates as files. */
import { designOf } from '../../actions/designs.ts'
import { exportTemplate, importTemplate } from '../../actions/templates-archive.ts'
import { AppError } from '../../domain/errors.ts'
import { ARCHIVE_LIMITS } from '../../domain/templates-archive.ts'
import { readBytes } from '../body.ts'
import { privateRoute } from '../route.ts'
import { templateBody } from './template-body.ts'

const TAG = 'Templates'
const ZIP = 'application/zip'

const exported = privateRoute({
  method: 'GET',
  path: '/v1/templates/:id/export',
  permission: 'templates',
  tag: TAG,
  summary: 'Download a template as one file',
  description: 'A ZIP with template.json, its pictures and fonts. The same template always gives the same bytes.',
  answers: { 200: { description: 'The archive.', type: ZIP } },
  errors: ['template_not_found'],
  handle: async ({ context, caller, params }) => {
    const { name, bytes } = await exportTemplate(context, caller, params.id!)
    return { bytes, type: ZIP, headers: { 'Content-Disposition': `attachment; filename="${name}"` } }
  },
})

const imported = privateRoute({
  method: 'POST',
  path: '/v1/templates/import',
  permission: 'templates',
  tag: TAG,
  summary: 'Make a template of a file',
  description:
    'Takes what "export" gave, here or elsewhere. It gets a new id, and another slug where its own is taken.',
  raw: { types: [ZIP], description: 'The archive, up to 64 MB.' },
  answers: { 201: { description: 'The new template.', schema: 'Template' } },
  errors: ['slug_taken', 'assets_full', 'unavailable'],
  handle: async ({ context, caller, request }) => {
    const type = request.headers.get('content-type') ?? ''
    if (!/^application\/(zip|x-zip-compressed|octet-stream)\b/i.test(type.trim()))
      throw new AppError('unsupported_media_type', 'Send the archive with Content-Type: application/zip.')
    const current = await importTemplate(context, caller, await readBytes(request, ARCHIVE_LIMITS.upload))
    return { status: 201, json: templateBody(current, await designOf(context, current.version)) }
  },
})

export const templateArchiveRoutes = [exported, imported]

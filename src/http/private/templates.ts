import { addTemplate, changeTemplate, readCurrentTemplate, setStatus } from '../../actions/templates.ts'
import { isoSeconds } from '../../domain/clock.ts'
import type { CurrentTemplate, Template, TemplateDefinition } from '../../domain/templates.ts'
import { revisionShape, templateShape } from '../../domain/templates-request.ts'
import { pageAnswer, pageShape, readPage } from '../pages.ts'
import { privateRoute } from '../route.ts'

const TAG = 'Templates'
const READERS = ['templates', 'certificates:read', 'certificates:write'] as const
const answers = { 200: { description: 'The template as it is now.', schema: 'Template' } }

const definitionBody = ({ uniqueBy, holdMinutes, ...same }: TemplateDefinition) => ({
  ...same,
  unique_by: uniqueBy,
  hold_minutes: holdMinutes,
})

const templateBody = ({ template, version }: CurrentTemplate) => ({
  id: template.id,
  slug: template.slug,
  version: template.version,
  status: template.status,
  ...definitionBody(version.definition),
  sandbox: template.partition === 'test',
  created_at: isoSeconds(template.createdAt),
  updated_at: isoSeconds(template.updatedAt),
})

const post = privateRoute({
  method: 'POST',
  path: '/v1/templates',
  permission: 'templates',
  tag: TAG,
  summary: 'Define a template',
  description: 'What its certificates say and which fields they take. Everything but name and fields is optional.',
  body: templateShape,
  answers: { 201: { description: 'The template; issue with its id or slug.', schema: 'Template' } },
  errors: ['slug_taken'],
  example: {
    body: {
      name: 'Advanced Project Management',
      slug: 'apm',
      fields: [
        { key: 'course_name', label: 'Course', type: 'text', required: true },
        { key: 'completion_date', label: 'Completed', type: 'date', required: true },
        { key: 'credential_id', label: 'Number', type: 'text' },
      ],
    },
  },
  handle: async ({ context, caller, body }) => ({
    status: 201,
    json: templateBody(await addTemplate(context, caller, body)),
  }),
})

const list = privateRoute({
  method: 'GET',
  path: '/v1/templates',
  permission: READERS,
  tag: TAG,
  summary: 'List templates',
  description: 'Newest first.',
  query: { status: { kind: 'choice', of: ['active', 'archived'] }, ...pageShape },
  answers: { 200: { description: 'One page.', schema: 'TemplateList' } },
  handle: async ({ context, caller, query }) => {
    const page = readPage(context.mac, 'templates', query)
    const status = query.status as Template['status'] | undefined
    const found = await context.store.templates.list(caller, status ? { ...page, status } : page)
    const { shown, pagination } = pageAnswer(context.mac, 'templates', page, found, ({ template }) => template)
    return { json: { data: shown.map(templateBody), pagination } }
  },
})

const get = privateRoute({
  method: 'GET',
  path: '/v1/templates/:id',
  permission: READERS,
  tag: TAG,
  summary: 'Read a template',
  description: 'By id or slug.',
  answers,
  errors: ['template_not_found'],
  handle: async ({ context, caller, params }) => ({
    json: templateBody(await readCurrentTemplate(context, caller, params.id!)),
  }),
})

const patch = privateRoute({
  method: 'PATCH',
  path: '/v1/templates/:id',
  permission: 'templates',
  tag: TAG,
  summary: 'Make a new version of a template',
  description:
    'Members that are absent stay as they are. Certificates that exist keep the version they were issued with. The slug cannot be changed.',
  body: revisionShape,
  answers,
  errors: ['template_not_found', 'changed_meanwhile'],
  example: { body: { validity: { months: 36 } } },
  handle: async ({ context, caller, params, body }) => ({
    json: templateBody(await changeTemplate(context, caller, params.id!, body)),
  }),
})

const versions = privateRoute({
  method: 'GET',
  path: '/v1/templates/:id/versions',
  permission: READERS,
  tag: TAG,
  summary: 'List the versions of a template',
  description: 'Oldest first.',
  answers: { 200: { description: 'All versions.', schema: 'TemplateVersions' } },
  errors: ['template_not_found'],
  handle: async ({ context, caller, params }) => {
    const { template } = await readCurrentTemplate(context, caller, params.id!)
    const found = await context.store.templates.versions(caller, template.id)
    const data = found.map(({ version, createdAt, createdBy, definition }) => ({
      version,
      created_at: isoSeconds(createdAt),
      created_by: createdBy,
      ...definitionBody(definition),
    }))
    return { json: { data } }
  },
})

const statusRoute = (name: string, status: Template['status'], summary: string, description: string) =>
  privateRoute({
    method: 'POST',
    path: `/v1/templates/:id/${name}`,
    permission: 'templates',
    tag: TAG,
    summary,
    description,
    body: {},
    bodyOptional: true,
    answers,
    errors: ['template_not_found', 'changed_meanwhile'],
    handle: async ({ context, caller, params }) => ({
      json: templateBody(await setStatus(context, caller, params.id!, status)),
    }),
  })

export const templateRoutes = [
  post,
  list,
  get,
  patch,
  versions,
  statusRoute('archive', 'archived', 'Archive a template', 'It issues nothing any more; what it issued stays valid.'),
  statusRoute('restore', 'active', 'Restore a template', 'An archived template issues again.'),
]

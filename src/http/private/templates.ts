import {
  addTemplate,
  changeTemplate,
  readCurrentTemplate,
  readTemplateVersion,
  setStatus,
} from '../../actions/templates.ts'
import { designOf } from '../../actions/designs.ts'
import type { CurrentTemplate, Template } from '../../domain/templates.ts'
import { revisionShape, templateShape } from '../../domain/templates-shape.ts'
import type { HttpContext } from '../context.ts'
import { pageAnswer, pageShape, readPage } from '../pages.ts'
import { privateRoute } from '../route.ts'
import { templateBody, versionBody } from './template-body.ts'

const TAG = 'Templates'
const READERS = ['templates', 'certificates:read', 'certificates:write'] as const
const answers = { 200: { description: 'The template as it is now.', schema: 'Template' } }

const inFull = async (context: HttpContext, current: CurrentTemplate) =>
  templateBody(current, await designOf(context, current.version))

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
    json: await inFull(context, await addTemplate(context, caller, body)),
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
    return { json: { data: shown.map((each) => templateBody(each)), pagination } }
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
    json: await inFull(context, await readCurrentTemplate(context, caller, params.id!)),
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
    json: await inFull(context, await changeTemplate(context, caller, params.id!, body)),
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
    return { json: { data: found.map(versionBody) } }
  },
})

const version = privateRoute({
  method: 'GET',
  path: '/v1/templates/:id/versions/:version',
  permission: READERS,
  tag: TAG,
  summary: 'Read one version of a template',
  description: 'With its design. A version never changes: certificates keep the one they were issued with.',
  answers: { 200: { description: 'The version.', schema: 'TemplateVersion' } },
  errors: ['template_not_found'],
  handle: async ({ context, caller, params }) => {
    const number = /^[1-9]\d{0,8}$/.test(params.version!) ? Number(params.version) : 0
    const found = await readTemplateVersion(context, caller, params.id!, number)
    const { template } = found.current
    const json = {
      template_id: template.id,
      current: found.version.version === template.version,
      ...versionBody(found.version),
      design_document: await designOf(context, found.version),
    }
    return { json }
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
      json: await inFull(context, await setStatus(context, caller, params.id!, status)),
    }),
  })

export const templateRoutes = [
  post,
  list,
  get,
  patch,
  versions,
  version,
  statusRoute('archive', 'archived', 'Archive a template', 'It issues nothing any more; what it issued stays valid.'),
  statusRoute('restore', 'active', 'Restore a template', 'An archived template issues again.'),
]

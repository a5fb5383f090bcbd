import { CommitRefused } from '../domain/commit.ts'
import { AppError } from '../domain/errors.ts'
import type { Scope } from '../domain/scopes.ts'
import type { CurrentTemplate, Template } from '../domain/templates.ts'
import { createTemplate, reviseTemplate, setTemplateStatus } from '../domain/templates-decide.ts'
import { readTemplate, revisionShape } from '../domain/templates-request.ts'
import { invalid } from '../domain/errors.ts'
import { readShape } from '../domain/shape.ts'
import type { ActionContext } from './context.ts'
import { fromFreshReading } from './retry.ts'

const networkNames = (context: ActionContext) => context.appliance.networks.map((network) => network.name)

/** From the body of POST /v1/templates; a slug that nobody asked for gets a number when it is taken. */
export async function addTemplate(context: ActionContext, scope: Scope, body: unknown): Promise<CurrentTemplate> {
  const { definition, slug } = readTemplate(body, networkNames(context))
  const asked = (body as { slug?: string }).slug !== undefined
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? slug : `${slug}-${number}`
    const { current, commit } = createTemplate(
      scope,
      { definition, slug: candidate },
      context.clock.now(),
      context.random,
    )
    try {
      await context.store.commit(commit)
      return current
    } catch (error) {
      if (!(error instanceof CommitRefused) || error.refusal !== 'taken') throw error
      if (asked || number > 50)
        throw new AppError('slug_taken', `Another template has the slug "${candidate}". Choose another one.`, {
          field: 'slug',
        })
    }
  }
}

export async function readCurrentTemplate(context: ActionContext, scope: Scope, idOrSlug: string) {
  const template = await context.store.templates.find(scope, idOrSlug)
  if (!template) throw new AppError('template_not_found')
  return template
}

/** A new version: members that are absent stay as they are. The slug never changes: clients hold it. */
export function changeTemplate(
  context: ActionContext,
  scope: Scope,
  idOrSlug: string,
  body: unknown,
): Promise<CurrentTemplate> {
  const problems = readShape(body, revisionShape)
  if (problems.length) throw invalid(problems)
  return fromFreshReading(async () => {
    const { template, version } = await readCurrentTemplate(context, scope, idOrSlug)
    const { uniqueBy, holdMinutes, ...same } = version.definition
    const before = { ...same, unique_by: uniqueBy, hold_minutes: holdMinutes }
    const { slug, ...change } = body as { slug?: string }
    if (slug !== undefined && slug !== template.slug)
      throw invalid([
        { field: 'slug', code: 'fixed', message: 'slug cannot be changed: clients hold it. Make another template.' },
      ])
    const { definition } = readTemplate({ ...before, ...change }, networkNames(context))
    const { current, commit } = reviseTemplate(scope, template, definition, context.clock.now())
    await context.store.commit(commit)
    return current
  })
}

export function setStatus(
  context: ActionContext,
  scope: Scope,
  idOrSlug: string,
  status: Template['status'],
): Promise<CurrentTemplate> {
  return fromFreshReading(async () => {
    const { template, version } = await readCurrentTemplate(context, scope, idOrSlug)
    if (template.status !== status)
      await context.store.commit(setTemplateStatus(scope, template, status, context.clock.now()))
    return { template: { ...template, status }, version }
  })
}

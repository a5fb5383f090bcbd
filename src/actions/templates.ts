import { CommitRefused } from '../domain/commit.ts'
import type { StoredDesign } from '../domain/assets.ts'
import type { Design } from '../domain/designs.ts'
import { AppError, invalid } from '../domain/errors.ts'
import type { Scope } from '../domain/scopes.ts'
import { readShape } from '../domain/shape.ts'
import { CUSTOM_DESIGN, type CurrentTemplate, type Template, type TemplateVersion } from '../domain/templates.ts'
import { createTemplate, type FrozenTemplate, reviseTemplate, setTemplateStatus } from '../domain/templates-decide.ts'
import { assetsOfTemplate, definitionBody, readTemplate, type ReadTemplate } from '../domain/templates-request.ts'
import { revisionShape } from '../domain/templates-shape.ts'
import type { ActionContext } from './context.ts'
import { refuseUndrawable } from './designs-check.ts'
import { designOf, fromGallery, gallerySizes, surroundingsOf } from './designs.ts'
import { fromFreshReading } from './retry.ts'

const networkNames = (context: ActionContext) => context.appliance.networks.map((network) => network.name)

/** A drawing that comes with the body: the one a new version keeps, or the one an archive brings. */
interface Brought {
  kept?: Design | undefined
  drawing?: unknown
}

/** Reads a template's request body with everything it may refer to here. */
async function readBody(
  context: ActionContext,
  scope: Scope,
  body: unknown,
  { kept, drawing }: Brought = {},
): Promise<ReadTemplate> {
  // Checking names costs the worker a question: a template that has no design of its own needs no answer.
  const named = JSON.stringify([body, kept, drawing])
  const around = /"elements"|asset_/.test(named)
    ? await surroundingsOf(context, scope, [body, kept, drawing])
    : { fonts: [], images: [], assetFonts: [] }
  const read = readTemplate(body, {
    ...around,
    networks: networkNames(context),
    gallery: fromGallery,
    gallerySizes,
    ...(kept ? { kept } : {}),
    ...(drawing === undefined ? {} : { drawing }),
  })
  if (read.definition.design === CUSTOM_DESIGN) await refuseUndrawable(context, scope, read)
  return read
}

/** The design by its content, and the assets that are needed as long as this version is. */
async function freeze(context: ActionContext, scope: Scope, read: ReadTemplate): Promise<FrozenTemplate> {
  const { definition, design } = read
  const { partition } = scope
  const hash = context.textHash(JSON.stringify(design))
  const ids = assetsOfTemplate(definition, design)
  const [known, assets] = await Promise.all([
    context.store.designs.has(scope, hash),
    context.store.assets.some(scope, ids),
  ])
  if (assets.length < ids.length) throw new AppError('changed_meanwhile')
  const stored: StoredDesign = { hash, partition, design, createdAt: context.clock.now() }
  return { definition: { ...definition, designHash: hash }, design: known ? null : stored, assets }
}

/** From the body of POST /v1/templates; a slug that nobody asked for gets a number when it is taken. */
export async function addTemplate(
  context: ActionContext,
  scope: Scope,
  body: unknown,
  { renames = false, drawing }: { renames?: boolean; drawing?: unknown } = {},
): Promise<CurrentTemplate> {
  const read = await readBody(context, scope, body, { drawing })
  const asked = (body as { slug?: string }).slug !== undefined && !renames
  for (let number = 1; ; number++) {
    const slug = number === 1 ? read.slug : `${read.slug.slice(0, 56).replace(/-+$/, '')}-${number}`
    try {
      return await fromFreshReading(() => insert(context, scope, read, slug))
    } catch (error) {
      if (!(error instanceof CommitRefused) || error.refusal !== 'taken') throw error
      if (asked || number > 50)
        throw new AppError('slug_taken', `Another template has the slug "${slug}". Choose another one.`, {
          field: 'slug',
        })
    }
  }
}

async function insert(context: ActionContext, scope: Scope, read: ReadTemplate, slug: string) {
  const frozen = await freeze(context, scope, read)
  const { current, commit } = createTemplate(scope, { ...frozen, slug }, context.clock.now(), context.random)
  await context.store.commit(commit)
  return current
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
    const { slug, ...change } = body as { slug?: string; design?: unknown }
    if (slug !== undefined && slug !== template.slug)
      throw invalid([
        { field: 'slug', code: 'fixed', message: 'slug cannot be changed: clients hold it. Make another template.' },
      ])
    const kept = await designOf(context, version)
    // Another design has page sizes of its own.
    const before = {
      ...definitionBody(version.definition),
      ...(change.design === undefined ? {} : { page_size: null }),
    }
    const own = version.definition.design === CUSTOM_DESIGN ? kept : undefined
    const read = await readBody(context, scope, { ...before, ...change }, { kept: own })
    // Saying nothing of the design keeps the drawing it has, whatever the gallery shows today.
    const { design: name, pageSize } = version.definition
    const same = change.design === undefined && read.definition.design === name && read.definition.pageSize === pageSize
    const frozen = await freeze(context, scope, same ? { ...read, design: kept } : read)
    const { current, commit } = reviseTemplate(scope, template, frozen, context.clock.now())
    await context.store.commit(commit)
    return current
  })
}

/** One version, whether or not it is the one that issues now. */
export async function readTemplateVersion(
  context: ActionContext,
  scope: Scope,
  idOrSlug: string,
  number: number,
): Promise<{ current: CurrentTemplate; version: TemplateVersion }> {
  const current = await readCurrentTemplate(context, scope, idOrSlug)
  const version = await context.store.templates.version(current.template.id, number)
  if (version) return { current, version }
  const { slug, version: newest } = current.template
  throw new AppError('template_not_found', `Template "${slug}" has versions 1 to ${newest}, and no other.`)
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

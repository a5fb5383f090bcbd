/**
 * Nothing is signed that cannot be drawn: a name no font has letters for, or one that does not fit, refuses its row
 * before anything is anchored. Without an answer of the renderer nothing is issued either (503): a certificate that
 * turns out to be unreadable afterwards could only be revoked.
 */
import { issuerName } from '../domain/appliance.ts'
import { placeholdersOf } from '../domain/designs-fill.ts'
import { SAMPLES, sampleValues } from '../domain/designs-samples.ts'
import { designValues } from '../domain/designs-values.ts'
import type { Design, DesignElement, QrElement, TextElement } from '../domain/designs.ts'
import { drawingProblem, type RowFacts } from '../domain/designs-refuse.ts'
import { invalid } from '../domain/errors.ts'
import type { AcceptedIssue, Recipient } from '../domain/issue-request.ts'
import type { RenderJob } from '../domain/ports.ts'
import type { Scope } from '../domain/scopes.ts'
import type { TemplateVersion } from '../domain/templates.ts'
import type { ReadTemplate } from '../domain/templates-request.ts'
import type { ActionContext } from './context.ts'
import { DesignChecker, type Part } from './designs-checker.ts'
import { designOf, drawing, renderAssets } from './designs.ts'

const partsOf = new WeakMap<Design, Part[]>()
const checkers = new WeakMap<ActionContext['renderer'], DesignChecker>()

const wordsOf = (element: DesignElement) =>
  element.kind === 'text' ? element.text : element.kind === 'qr' ? (element.data ?? '{{verification_url}}') : ''
const isSaid = (element: DesignElement): element is TextElement | QrElement =>
  (element.kind === 'text' || element.kind === 'qr') && !element.hidden

/** What of a design depends on the row. */
function changingParts(design: Design): Part[] {
  const known = partsOf.get(design)
  if (known) return known
  const parts = design.elements
    .filter(isSaid)
    .map((element) => ({ element, placeholders: placeholdersOf(wordsOf(element)) }))
    .filter(({ placeholders }) => placeholders.length > 0)
  partsOf.set(design, parts)
  return parts
}

function checkerOf({ renderer }: ActionContext): DesignChecker {
  const known = checkers.get(renderer) ?? new DesignChecker(renderer)
  checkers.set(renderer, known)
  return known
}

/** What is to be printed of one row. */
export interface Printed {
  certificateId: string
  recipient: Pick<Recipient, 'name' | 'language'>
  accepted: AcceptedIssue
  version: number
}

/** Throws `invalid_request` naming the fields whose values no font can draw or that do not fit. */
export async function refuseUnprintable(
  context: ActionContext,
  scope: Scope,
  template: TemplateVersion,
  printed: Printed,
): Promise<void> {
  const { definition } = template
  const { accepted, recipient, version } = printed
  const design = await designOf(context, template)
  const changing = changingParts(design)
  const checker = checkerOf(context)
  const { partition } = scope
  const language = recipient.language ?? definition.language ?? context.appliance.issuer.language
  const valuesWith = (certificateId: string) =>
    designValues({
      certificateId,
      publicUrl: context.appliance.publicUrl,
      template: definition,
      fields: accepted.fields,
      recipientName: recipient.name,
      issuerName: issuerName(context.appliance, scope.partition),
      issuedOn: accepted.issuedOn,
      expiresAt: accepted.expiresAt,
      version,
      language,
    })
  const asset = renderAssets(context, partition)
  const check = (parts: Part[], values: Record<string, string>) =>
    drawing(() => checker.problems({ design, language, parts, values, asset, partition }), 'template_id')
  // Every id is another one, but all are alike: where one with wide letters fits, each of them does.
  const wide = valuesWith(WIDE_ID)
  const doubtful = await check(changing, wide)
  if (doubtful.length === 0) return
  const parts = changing.filter(({ element }) => doubtful.some((problem) => problem.element === element.id))
  const values = valuesWith(printed.certificateId)
  const problems = await check(parts, values)
  if (problems.length === 0) return
  const facts: RowFacts = { definition, recipientName: recipient.name, values }
  throw invalid(problems.map((problem) => drawingProblem(problem, design, facts)))
}

/** Wider than any id can be expected to be: its 26 letters are random. */
const WIDE_ID = `cert_${'mw'.repeat(13)}`

/** What a design of one's own says by itself must fit, and be drawable: else every row would be refused. */
export async function refuseUndrawable(context: ActionContext, scope: Scope, read: ReadTemplate): Promise<void> {
  const { design, definition } = read
  const elements = design.elements.filter(
    (element) => !isSaid(element) || placeholdersOf(wordsOf(element)).length === 0,
  )
  const facts = { issuerName: issuerName(context.appliance, scope.partition), publicUrl: context.appliance.publicUrl }
  const language = definition.language ?? context.appliance.issuer.language
  const values = sampleValues(definition, { ...SAMPLES.latin, language }, facts)
  const job: RenderJob = {
    design: { page: design.page, elements },
    values,
    language,
    mark: null,
    asset: renderAssets(context, scope.partition),
  }
  const problems = await drawing(() => context.renderer.check(job))
  if (problems.length === 0) return
  const rowless: RowFacts = { definition, recipientName: '', values }
  throw invalid(
    problems.map((problem) => {
      const index = design.elements.findIndex(({ id }) => id === problem.element)
      return { ...drawingProblem(problem, design, rowless), field: `design.elements[${index}]` }
    }),
  )
}

import { issue } from '../domain/certificates-issue.ts'
import { rowScope, uniqueScope, type IssuePlan, type ReadCertificate } from '../domain/certificates-decide.ts'
import { CommitRefused, type Commit } from '../domain/commit.ts'
import { dayOf } from '../domain/dates.ts'
import { AppError, invalid, type Problem } from '../domain/errors.ts'
import { SAMPLE_ID } from '../domain/designs-samples.ts'
import { newTimedId } from '../domain/ids.ts'
import { acceptIssue, type AcceptedIssue, type IssueCommand } from '../domain/issue-request.ts'
import { EMBEDDED_NETWORK } from '../domain/networks.ts'
import type { Scope } from '../domain/scopes.ts'
import { didYouMean } from '../domain/suggest.ts'
import type { CurrentTemplate } from '../domain/templates.ts'
import { refuseArchived } from '../domain/templates-decide.ts'
import { uniqueKey } from '../domain/unique-by.ts'
import type { ActionContext } from './context.ts'
import { signedDocument } from './credentials.ts'
import { refuseUnprintable } from './designs-check.ts'

/** What the door adds to the one commit: the claim of an Idempotency-Key and the stored answer. */
export type Once = (issued: ReadCertificate) => Pick<Commit, 'claims' | 'puts'>

/** The row of a batch this certificate comes from. */
export interface FromBatch {
  id: string
  index: number
  holdUntil: number | null
}

/** Everything that can be known before signing; throws with all problems at once. */
export interface PreparedIssue {
  template: CurrentTemplate
  accepted: AcceptedIssue
  network: string
  uniqueKey: string | undefined
}

/** Checks a command against template, network, dates and design without issuing anything; the dry run is exactly this. */
export async function prepareIssue(
  context: ActionContext,
  scope: Scope,
  command: IssueCommand,
): Promise<PreparedIssue> {
  const template = await findTemplate(context, scope, command.templateId)
  return prepareFor(context, scope, command, template)
}

/** The same for a template that was read already: a batch reads it once. */
export async function prepareFor(
  context: ActionContext,
  scope: Scope,
  command: IssueCommand,
  template: CurrentTemplate,
  certificateId = SAMPLE_ID,
): Promise<PreparedIssue> {
  const { definition } = template.version
  const result = acceptIssue(command, definition, dayOf(context.clock.now()))
  const { network, problems } = networkFor(context, scope, command.network ?? definition.network)
  const all = [...('problems' in result ? result.problems : []), ...problems]
  if ('problems' in result || all.length) throw invalid(all)
  const { recipient } = command
  const { accepted } = result
  await refuseUnprintable(context, scope, template.version, { certificateId, recipient, accepted, version: 1 })
  const key = uniqueKey(definition.uniqueBy, recipient, accepted.fields)
  return { template, accepted, network, uniqueKey: key === undefined ? undefined : context.mac(key) }
}

export async function findTemplate(context: ActionContext, scope: Scope, idOrSlug: string): Promise<CurrentTemplate> {
  const template = await context.store.templates.find(scope, idOrSlug)
  if (!template)
    throw new AppError(
      'template_not_found',
      `There is no template "${idOrSlug.slice(0, 100)}" in this ${scope.partition === 'test' ? 'sandbox' : 'appliance'}.`,
      {
        field: 'template_id',
      },
    )
  refuseArchived(template)
  return template
}

/** The sandbox always uses the embedded chain, whatever template or client say. */
export function networkFor(
  context: ActionContext,
  scope: Scope,
  wanted: string | null,
): { network: string; problems: Problem[] } {
  if (scope.partition === 'test') return { network: EMBEDDED_NETWORK, problems: [] }
  const network = wanted ?? context.appliance.defaultNetwork
  const names = context.appliance.networks.map((each) => each.name)
  if (names.includes(network)) return { network, problems: [] }
  const message = `network "${network}" is not configured here (configured: ${names.join(', ')}).${didYouMean(network, names)}`
  return { network, problems: [{ field: 'network', code: 'unknown_network', message }] }
}

/** Issues one certificate: the only way a certificate comes to be, whichever door the request came through. */
export async function issueCertificate(
  context: ActionContext,
  scope: Scope,
  command: IssueCommand,
  options: { once?: Once; batch?: FromBatch; template?: CurrentTemplate } = {},
): Promise<ReadCertificate> {
  const id = newTimedId('cert', context.clock.now(), context.random)
  const template = options.template ?? (await findTemplate(context, scope, command.templateId))
  const prepared = await prepareFor(context, scope, command, template, id)
  const { accepted, network } = prepared
  const document = await signedDocument(context, {
    partition: scope.partition,
    network,
    template,
    recipient: command.recipient,
    accepted,
    awardedOn: command.issuedOn,
  })
  const plan: IssuePlan = {
    id,
    scope,
    command,
    accepted,
    template,
    network,
    uniqueKey: prepared.uniqueKey,
    document,
    batch: options.batch,
  }
  const now = context.clock.now()
  const { issued, commit } = issue(plan, now, now + context.appliance.batchWindowMs(network))
  const extra = options.once?.(issued)
  await commitIssue(context, scope, template, {
    ...commit,
    claims: [...(extra?.claims ?? []), ...(commit.claims ?? [])],
    puts: [...(commit.puts ?? []), ...(extra?.puts ?? [])],
  })
  return issued
}

/** A row of this batch that was issued already: the job that reads the batch ran twice. */
export class RowAlreadyIssued extends Error {
  override name = 'RowAlreadyIssued'
}

async function commitIssue(context: ActionContext, scope: Scope, template: CurrentTemplate, commit: Commit) {
  try {
    await context.store.commit(commit)
  } catch (error) {
    if (!(error instanceof CommitRefused) || error.refusal !== 'taken') throw error
    if (error.what.startsWith(rowScope(''))) throw new RowAlreadyIssued(error.what)
    if (error.what === uniqueScope(scope.partition, template.template.id)) throw alreadyIssued(template, error.holder!)
    throw error
  }
}

export const alreadyIssued = ({ version }: CurrentTemplate, certificateId: string) =>
  new AppError(
    'already_issued',
    `This template issues once per ${version.definition.uniqueBy.join(' + ')}, and has issued ${certificateId} for these values.`,
    { data: { certificate_id: certificateId } },
  )

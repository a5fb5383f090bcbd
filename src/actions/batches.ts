import type { Batch, BatchRows } from '../domain/batches.ts'
import { fresh, type Commit, type Put, type Revised } from '../domain/commit.ts'
import { AppError, invalid, type Problem } from '../domain/errors.ts'
import { holdUntil } from '../domain/certificates-decide.ts'
import { newId } from '../domain/ids.ts'
import { rowCommand, rowProblems, type IssueCommand } from '../domain/issue-request.ts'
import { uniqueScope } from '../domain/certificates-decide.ts'
import type { Scope } from '../domain/scopes.ts'
import type { CurrentTemplate } from '../domain/templates.ts'
import { alreadyIssued, findTemplate, networkFor, prepareFor } from './certificates-issue.ts'
import type { ActionContext } from './context.ts'

/** Rows per stored chunk, read by one step of `issue-rows`. */
export const ROWS_PER_CHUNK = 100
/** Chunks per commit while a large batch is stored. */
const MAX_CHUNKS = 400

export interface BatchCommand extends Pick<IssueCommand, 'templateId' | 'notify' | 'hold' | 'network'> {
  rows: unknown[]
  /** api, import, mail, hook. */
  source: string
}

/** What the door adds to the commit: an Idempotency-Key. */
export type OnceBatch = (batch: Batch) => Pick<Commit, 'claims' | 'puts'>

/** Stores every row durably and answers; each row is checked and issued on its own by `issue-rows`. */
export async function createBatch(
  context: ActionContext,
  scope: Scope,
  command: BatchCommand,
  once?: OnceBatch,
): Promise<Batch & Revised> {
  const template = await findTemplate(context, scope, command.templateId)
  const { network, problems } = networkFor(context, scope, command.network ?? template.version.definition.network)
  if (problems.length) throw invalid(problems)
  const now = context.clock.now()
  const batch: Batch = {
    id: newId('batch', context.random),
    partition: scope.partition,
    templateId: template.template.id,
    status: 'queued',
    total: command.rows.length,
    completed: 0,
    failed: 0,
    rowsRead: 0,
    rowsDone: 0,
    notify: Number(command.notify),
    holdUntil: holdUntil(command.hold, template.version.definition.holdMinutes, now),
    network,
    source: command.source,
    createdAt: now,
    createdBy: scope.actor,
    completedAt: null,
  }
  const extra = once?.(batch)
  await context.store.commit({
    at: now,
    claims: extra?.claims ?? [],
    puts: [{ entity: 'batch', row: fresh(batch) }, ...chunked(batch, command.rows), ...(extra?.puts ?? [])],
    events: [
      {
        type: 'batch.created',
        partition: scope.partition,
        subject: batch.id,
        actor: scope.actor,
        data: { total: batch.total },
      },
    ],
    jobs: [{ kind: 'issue-rows', ref: batch.id, payload: { batchId: batch.id }, runAt: now }],
  })
  return { ...batch, revision: 1 }
}

function chunked(batch: Batch, rows: unknown[]): Put[] {
  const size = Math.max(ROWS_PER_CHUNK, Math.ceil(rows.length / MAX_CHUNKS))
  const puts: Put[] = []
  for (let start = 0; start < rows.length; start += size) {
    const row: BatchRows = {
      batchId: batch.id,
      partition: batch.partition,
      chunk: start,
      rows: JSON.stringify(rows.slice(start, start + size)),
    }
    puts.push({ entity: 'batchRows', row: fresh(row) })
  }
  return puts
}

export interface RowRefusal {
  index: number
  code: string
  message: string
  field: string | null
}

/** One row as a command, or why it is refused. The index is its position in the request. */
export function readRow(
  row: unknown,
  index: number,
  command: Omit<BatchCommand, 'rows' | 'source'>,
): { command: IssueCommand } | RowRefusal {
  const [problem] = rowProblems(row)
  if (problem) return refusal(index, problem)
  return { command: rowCommand(row, command) }
}

export const refusal = (index: number, problem: Problem): RowRefusal => ({
  index,
  code: problem.code,
  message: problem.message,
  field: problem.field,
})

/** What an error means for one row. Anything that is not the row's own fault is thrown on: the job tries again. */
export function rowRefusal(index: number, error: unknown): RowRefusal {
  if (!(error instanceof AppError) || error.status >= 500) throw error
  const detail = error.extras.details?.[0]
  return {
    index,
    code: detail?.code ?? error.code,
    message: error.message,
    field: detail?.field ?? error.extras.field ?? null,
  }
}

/** Validates every row against the template, against one another and against what was issued; issues nothing. */
export async function dryRunBatch(context: ActionContext, scope: Scope, command: BatchCommand): Promise<RowRefusal[]> {
  const template = await findTemplate(context, scope, command.templateId)
  const errors: RowRefusal[] = []
  const keys = new Map<string, number>()
  for (let start = 0; start < command.rows.length; start += ROWS_PER_CHUNK) {
    const rows = command.rows.slice(start, start + ROWS_PER_CHUNK)
    const tried = await Promise.all(
      rows.map((row, at) => dryRunRow(context, scope, command, template, row, start + at)),
    )
    tried.forEach((row, at) => {
      const index = start + at
      if (row === undefined) return
      if (typeof row !== 'string') return void errors.push(row)
      const first = keys.get(row)
      if (first === undefined) keys.set(row, index)
      else errors.push(duplicateRow(template, index, first))
    })
  }
  const holders = await context.store.claims.holders(uniqueScope(scope.partition, template.template.id), [
    ...keys.keys(),
  ])
  for (const [key, holder] of holders) errors.push(rowRefusal(keys.get(key)!, alreadyIssued(template, holder)))
  return errors.sort((left, right) => left.index - right.index)
}

/** The key of a row that may be issued once, or why it is refused. */
async function dryRunRow(
  context: ActionContext,
  scope: Scope,
  command: BatchCommand,
  template: CurrentTemplate,
  row: unknown,
  index: number,
): Promise<string | undefined | RowRefusal> {
  const read = readRow(row, index, command)
  if (!('command' in read)) return read
  try {
    return (await prepareFor(context, scope, read.command, template)).uniqueKey
  } catch (error) {
    return rowRefusal(index, error)
  }
}

const duplicateRow = ({ version }: CurrentTemplate, index: number, first: number): RowRefusal => ({
  index,
  code: 'duplicate_row',
  message: `Row ${index} repeats row ${first}: the template issues once per ${version.definition.uniqueBy.join(' + ')}.`,
  field: version.definition.uniqueBy[0] ?? null,
})

export async function readBatch(context: ActionContext, scope: Scope, id: string): Promise<Batch & Revised> {
  const batch = await context.store.batches.find(scope, id)
  if (!batch) throw new AppError('batch_not_found')
  return batch
}

/**
 * Revokes every certificate of a batch, those that are still being issued as well; held ones are withdrawn. Takes the
 * order durably and answers; `revoke-batch` carries it out. Asking again changes nothing for what is revoked already.
 */
export async function revokeBatch(
  context: ActionContext,
  scope: Scope,
  id: string,
  { reason, notify }: { reason: string | null; notify: boolean },
): Promise<Batch & Revised> {
  const batch = await readBatch(context, scope, id)
  const living = await context.store.certificates.livingOfBatch(id, 1)
  if (batch.rowsDone && living.length === 0) return batch
  const { actor, partition } = scope
  const now = context.clock.now()
  await context.store.commit({
    at: now,
    events: [{ type: 'batch.revoked', partition, subject: id, actor, data: { total: batch.total } }],
    jobs: [
      {
        ...{ kind: 'revoke-batch', ref: id, payload: { batchId: id, reason, notify, actor } },
        ...{ runAt: now, standing: true },
      },
    ],
  })
  return batch
}

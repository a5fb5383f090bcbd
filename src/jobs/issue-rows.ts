import { refusal, readRow, rowRefusal, type RowRefusal } from '../actions/batches.ts'
import { issueCertificate, RowAlreadyIssued } from '../actions/certificates-issue.ts'
import type { Batch, BatchError } from '../domain/batches.ts'
import { countBatch } from '../domain/batches-decide.ts'
import { anchorJob } from '../domain/certificates-decide.ts'
import { fresh, type Commit, type Revised } from '../domain/commit.ts'
import type { IssueCommand } from '../domain/issue-request.ts'
import { EMBEDDED_NETWORK } from '../domain/networks.ts'
import type { Scope } from '../domain/scopes.ts'
import type { CurrentTemplate } from '../domain/templates.ts'
import type { Handler, JobContext } from './context.ts'

/** Rows issued side by side: their commits share one transaction, and the loop breathes in between. */
const SLICE = 100
const SMALL_SLICE = 20

/** Issues the rows of a batch by the same action as the API, each its own commit: a refused row stays alone. */
export const issueRows: Handler<'issue-rows'> = async (context, { payload }) => {
  const { store, clock } = context
  let batch = await store.batches.findAny(payload.batchId)
  if (!batch || batch.rowsDone) return {}
  const scope: Scope = { partition: batch.partition, actor: batch.createdBy }
  const template = await store.templates.find(scope, batch.templateId)
  let size = SMALL_SLICE
  for (;;) {
    const [chunk] = await store.batches.rows(batch.id, 1)
    if (!chunk) break
    const rows = JSON.parse(chunk.rows) as unknown[]
    while (batch.rowsRead < chunk.chunk + rows.length) {
      const offset = batch.rowsRead - chunk.chunk
      const slice = rows.slice(offset, offset + size)
      const last = offset + slice.length >= rows.length
      const errors = (
        await Promise.all(slice.map((row, at) => issueRow(context, scope, batch!, template, row, batch!.rowsRead + at)))
      ).flat()
      const held = batch.holdUntil === null ? 0 : slice.length - errors.length
      const counted = countBatch(
        batch,
        { failed: errors.length, completed: held, rowsRead: batch.rowsRead + slice.length },
        clock.now(),
      )
      await store.commit({
        at: clock.now(),
        puts: [
          ...counted.puts,
          ...errors.map((error) => ({ entity: 'batchError' as const, row: fresh(batchError(batch!, error)) })),
        ],
        deletes: last ? [{ entity: 'batchRows', batchId: batch.id, chunk: chunk.chunk }] : [],
      })
      batch = counted.batch
      size = (await context.breathe('rows')) ? SMALL_SLICE : SLICE
    }
  }
  return { commit: finished(context, batch) }
}

/** The whole batch may be anchored now, in one tree; held ones when their time comes. */
function finished(context: JobContext, batch: Batch & Revised): Commit {
  const now = context.clock.now()
  const { puts, events } = countBatch(batch, { rowsDone: true }, now)
  if (batch.holdUntil === 0) return { at: now, puts, events }
  const network = batch.partition === 'test' ? EMBEDDED_NETWORK : batch.network
  const readyAt = batch.holdUntil ?? now
  return {
    at: now,
    puts,
    events,
    readyBatch: { batchId: batch.id, readyAt },
    jobs: [anchorJob(network, batch.partition, readyAt)],
  }
}

async function issueRow(
  context: JobContext,
  scope: Scope,
  batch: Batch,
  template: CurrentTemplate | undefined,
  row: unknown,
  index: number,
): Promise<RowRefusal[]> {
  if (!template || template.template.status === 'archived')
    return [
      refusal(index, {
        field: 'template_id',
        code: 'template_archived',
        message: 'The template was archived before this row was read.',
      }),
    ]
  const read = readRow(row, index, commandOf(batch))
  if (!('command' in read)) return [read]
  try {
    await issueCertificate(context, scope, read.command, {
      template,
      batch: { id: batch.id, index, holdUntil: batch.holdUntil },
    })
    return []
  } catch (error) {
    if (error instanceof RowAlreadyIssued) return []
    return [rowRefusal(index, error)]
  }
}

/** The batch's own hold was decided when it came: as minutes from now it would move with every row. */
const commandOf = (batch: Batch): Pick<IssueCommand, 'templateId' | 'notify' | 'hold' | 'network'> => ({
  templateId: batch.templateId,
  notify: batch.notify === 1,
  hold: null,
  network: batch.network,
})

const batchError = (batch: Batch, { index, code, message, field }: RowRefusal): BatchError => ({
  batchId: batch.id,
  partition: batch.partition,
  index,
  code,
  message,
  field,
})

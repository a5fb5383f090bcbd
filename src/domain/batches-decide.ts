import type { Batch } from './batches.ts'
import type { Commit, Put, Revised } from './commit.ts'

export interface BatchProgress {
  /** More rows issued (or held). */
  completed?: number
  /** More rows refused. */
  failed?: number
  /** Rows read so far, absolute. */
  rowsRead?: number
  /** The last row was read. */
  rowsDone?: boolean
}

/** Moves the counters on; the batch is completed when every row was read and is issued, held or refused. */
export function countBatch(batch: Batch & Revised, progress: BatchProgress, now: number) {
  const next = {
    ...batch,
    status: 'processing' as Batch['status'],
    completed: batch.completed + (progress.completed ?? 0),
    failed: batch.failed + (progress.failed ?? 0),
    rowsRead: progress.rowsRead ?? batch.rowsRead,
    rowsDone: progress.rowsDone ? 1 : batch.rowsDone,
  }
  const finished = next.rowsDone === 1 && next.completed + next.failed >= next.total
  if (finished) Object.assign(next, { status: 'completed', completedAt: now })
  const puts: Put[] = [{ entity: 'batch', row: next }]
  const events: NonNullable<Commit['events']> = finished
    ? [
        {
          type: 'batch.completed',
          partition: batch.partition,
          subject: batch.id,
          actor: 'system',
          data: { total: next.total, completed: next.completed, failed: next.failed },
        },
      ]
    : []
  return { batch: { ...next, revision: batch.revision + 1 }, puts, events }
}

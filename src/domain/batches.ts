import type { Partition } from './scopes.ts'
import type { FieldValue } from './templates.ts'

/** Rows that came together. (Not an anchor: that is one tree and its transaction.) */
export interface Batch {
  id: string
  partition: Partition
  templateId: string
  /** queued: not begun; processing: rows are read or wait for the chain; completed: every row is issued, held or refused. */
  status: 'queued' | 'processing' | 'completed'
  total: number
  /** Rows whose certificate is issued (or held, when that was asked for). */
  completed: number
  failed: number
  /** Rows that were read: the cursor of `issue-rows`. */
  rowsRead: number
  /** All rows were read: their certificates may be anchored, in one tree. */
  rowsDone: number
  notify: number
  holdUntil: number | null
  network: string
  source: string
  createdAt: number
  createdBy: string
  completedAt: number | null
}

/** One recipient as it came, before any check. */
export interface BatchRow {
  recipient: { name?: unknown; email?: unknown; external_id?: unknown; language?: unknown }
  fields?: Record<string, FieldValue>
  [key: string]: unknown
}

/** A chunk of rows that were not read yet; deleted with the commit that reads it. */
export interface BatchRows {
  batchId: string
  partition: Partition
  chunk: number
  /** JSON array of rows as the client sent them. */
  rows: string
}

export interface BatchError {
  batchId: string
  partition: Partition
  index: number
  code: string
  message: string
  field: string | null
}

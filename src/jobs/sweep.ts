import { publishStatusList } from '../actions/identity.ts'
import { AppError } from '../domain/errors.ts'
import type { Handler } from './context.ts'

const HOUR = 3_600_000

/** Housekeeping by the hour: old idempotent answers and finished jobs. */
export const sweep: Handler<'sweep'> = async (context) => {
  const now = context.clock.now()
  await context.store.sweep(now)
  return { again: now + HOUR }
}

export const publishList: Handler<'publish-status-list'> = async (context, { payload }) => {
  try {
    await publishStatusList(context, payload.list)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error
  }
  return {}
}

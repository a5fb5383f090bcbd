/** The one place where an error becomes an answer. What is not in the catalogue leaves as 500 and nothing more. */
import { AppError, catalogue, type ErrorCode } from '../domain/errors.ts'
import { CommitRefused } from '../domain/commit.ts'
import { RenderUnavailable } from '../domain/ports.ts'
import { StoreUnavailable } from '../store/errors.ts'
import type { HttpContext } from './context.ts'
import type { Answer } from './route.ts'

export const documentationUrl = (publicUrl: string, code: ErrorCode) => `${publicUrl}/docs/errors/${code}`

/** What went wrong in terms of the catalogue; `internal` stays here. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof StoreUnavailable)
    return new AppError('unavailable', undefined, { retryAfter: 5, internal: error })
  if (error instanceof RenderUnavailable)
    return new AppError('unavailable', undefined, { retryAfter: 1, internal: error })
  if (error instanceof CommitRefused) return new AppError('changed_meanwhile', undefined, { internal: error })
  return new AppError('internal_error', undefined, { internal: error })
}

/** ★ `{"error":{…}}`, or RFC 9457 for those who ask for application/problem+json. */
export function problemAnswer(
  context: Pick<HttpContext, 'appliance'>,
  error: AppError,
  accept: string | null,
  requestId: string,
): Answer {
  const { code, status, message } = error
  const { field, details, data, retryAfter } = error.extras
  const url = documentationUrl(context.appliance.publicUrl, code)
  const more = {
    ...(field === undefined ? {} : { field }),
    ...(details === undefined ? {} : { details }),
    ...data,
    ...(status >= 500 ? { request_id: requestId } : {}),
  }
  const asked = accept !== null && /application\/problem\+json/i.test(accept)
  const json = asked
    ? { type: url, title: catalogue[code].message, status, detail: message, code, ...more }
    : { error: { code, message, documentation_url: url, ...more } }
  return {
    status,
    json,
    type: asked ? 'application/problem+json' : 'application/json',
    headers: {
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="testamur"' } : {}),
    },
  }
}

/** 5xx with its cause, for the operator; everything else is the client's business. */
export function logProblem(context: HttpContext, error: AppError, facts: Record<string, unknown>): void {
  if (error.status < 500) return
  const { internal } = error.extras
  const cause = internal instanceof Error ? { error: internal } : internal === undefined ? {} : { cause: internal }
  const report = { ...facts, code: error.code, ...cause }
  if (error.code === 'internal_error') context.log.error(report, 'a request failed')
  else context.log.warn(report, 'a request could not be served')
}

/**
 * THE catalogue of errors. A code is never renamed or reused: clients branch on it (test/frozen/error-codes.json).
 * Each code has a page docs/errors/<code>.md, served at /docs/errors/<code>.
 */
export const catalogue = {
  invalid_request: { status: 400, message: 'The request is not valid.' },
  malformed_json: { status: 400, message: 'The body is not valid JSON.' },
  unknown_field: { status: 400, message: 'The request has a field that does not exist.' },
  template_archived: { status: 400, message: 'This template is archived and issues nothing any more.' },
  unauthorized: { status: 401, message: 'An API key is needed: Authorization: Bearer tm_live_… or tm_test_….' },
  forbidden: { status: 403, message: 'This key may not do that.' },
  not_found: { status: 404, message: 'There is nothing at this address.' },
  certificate_not_found: { status: 404, message: 'There is no certificate with this id.' },
  template_not_found: { status: 404, message: 'There is no template with this id or slug.' },
  batch_not_found: { status: 404, message: 'There is no batch with this id.' },
  api_key_not_found: { status: 404, message: 'There is no API key with this id.' },
  asset_not_found: { status: 404, message: 'There is no uploaded file with this id.' },
  design_not_found: { status: 404, message: 'There is no design with this name in the gallery.' },
  mail_not_found: { status: 404, message: 'There is no mail with this id.' },
  method_not_allowed: { status: 405, message: 'This address does not answer to that method.' },
  already_issued: { status: 409, message: 'A certificate with this key exists already.' },
  slug_taken: { status: 409, message: 'Another template has this slug.' },
  asset_in_use: { status: 409, message: 'A template uses this file.' },
  assets_full: { status: 409, message: 'There is no room for more uploaded files.' },
  certificate_closed: { status: 409, message: 'A revoked, withdrawn or erased certificate cannot be changed.' },
  certificate_pending: { status: 409, message: 'Not on the chain yet: a PDF of it would carry no proof.' },
  certificate_erased: { status: 410, message: 'Its personal data was erased: there is nothing to show.' },
  not_held: { status: 409, message: 'Only a held certificate can be released or withdrawn.' },
  correction_pending: { status: 409, message: 'An earlier correction of this certificate is still being anchored.' },
  changed_meanwhile: { status: 409, message: 'Somebody else changed this at the same time. Read it again and retry.' },
  idempotency_in_progress: { status: 409, message: 'A request with this Idempotency-Key is still running.' },
  setup_link_used: { status: 410, message: 'This set-up link was used or has expired. Restart for a new one.' },
  payload_too_large: { status: 413, message: 'The body is too large.' },
  unsupported_media_type: { status: 415, message: 'The body must be sent as application/json.' },
  idempotency_key_reused: { status: 422, message: 'This Idempotency-Key was used for another request.' },
  rate_limited: { status: 429, message: 'Too many requests.' },
  internal_error: { status: 500, message: 'Something went wrong on our side. Nothing was changed.' },
  chain_not_ready: { status: 503, message: 'The certificate registry on this chain is not ready yet.' },
  unavailable: { status: 503, message: 'The appliance cannot do this just now.' },
} as const

export type ErrorCode = keyof typeof catalogue

/** One thing that is wrong with the input: where, what was given, and the cure in the message. */
export interface Problem {
  /** Path as the client wrote it: `recipient.email`, `fields.course_name`, `recipients[3].name`. */
  field: string
  code: string
  message: string
}

export interface ErrorExtras {
  field?: string
  details?: Problem[]
  /** Further public members of the error object, e.g. the id of the certificate that exists already. */
  data?: Record<string, string | number>
  /** Seconds, for Retry-After. */
  retryAfter?: number
  /** For the log only; never leaves the program. */
  internal?: unknown
}

/** `message` is for the client: what is wrong and what cures it. `extras.internal` goes to the log only. */
export class AppError extends Error {
  override name = 'AppError'
  constructor(
    readonly code: ErrorCode,
    message?: string,
    readonly extras: ErrorExtras = {},
  ) {
    super(message ?? catalogue[code].message)
  }
  get status(): number {
    return catalogue[this.code].status
  }
}

/** 400 for one or many problems; the first one names the field and speaks in the message. */
export function invalid(problems: Problem[]): AppError {
  const first = problems[0]!
  const code = first.code === 'unknown_field' ? 'unknown_field' : 'invalid_request'
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more, see details)` : ''
  return new AppError(code, `${first.message}${more}`, { field: first.field, details: problems })
}

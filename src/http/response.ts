/** An answer as a Response, with the headers that every answer carries. */
import { PAGE_SECURITY_POLICY } from './public/page-layout.ts'
import type { Answer } from './route.ts'

export const HTML = 'text/html; charset=utf-8'
const DATA_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"

export interface Around {
  isPrivate: boolean
  isHttps: boolean
  cors: boolean
  requestId: string
  rate: Record<string, string> | undefined
}

export function toResponse(answer: Answer, around: Around): Response {
  const { status = 200, json, text, bytes, type = 'application/json' } = answer
  const headers: Record<string, string> = {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Frame-Options': 'DENY',
    'Content-Security-Policy': type === HTML ? PAGE_SECURITY_POLICY : DATA_SECURITY_POLICY,
    'X-Request-Id': around.requestId,
  }
  if (around.isHttps) headers['Strict-Transport-Security'] = 'max-age=31536000'
  if (around.isPrivate || status >= 400) headers['Cache-Control'] = 'no-store'
  if (around.cors) {
    headers['Access-Control-Allow-Origin'] = '*'
    headers['Access-Control-Expose-Headers'] = 'ETag'
    headers['Cross-Origin-Resource-Policy'] = 'cross-origin'
  }
  if (around.rate) Object.assign(headers, around.rate)
  const body = bytes ?? text ?? (json === undefined ? null : JSON.stringify(json))
  if (body !== null) headers['Content-Type'] = type
  Object.assign(headers, answer.headers)
  // An answer takes one of these back by leaving it empty.
  for (const [name, value] of Object.entries(headers)) if (value === '') delete headers[name]
  return new Response(body as BodyInit | null, { status, headers })
}

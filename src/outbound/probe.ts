import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'

/** One GET of our own server: is it there? The certificate is not checked, because its name is not "127.0.0.1". */
export function probe(url: string, timeoutMs: number): Promise<{ status: number } | { error: string }> {
  const send = url.startsWith('https:') ? secureRequest : plainRequest
  return new Promise((resolve) => {
    const options = { rejectUnauthorized: false, agent: false as const, signal: AbortSignal.timeout(timeoutMs) }
    const asked = send(url, options, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0 })
    })
    asked.on('error', (error: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        ECONNREFUSED: 'does not answer (nothing listens there)',
        ABORT_ERR: 'does not answer in time',
      }
      resolve({ error: reasons[error.code ?? ''] ?? `does not answer (${error.code ?? error.name})` })
    })
    asked.end()
  })
}

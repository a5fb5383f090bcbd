/** One socket: Bun's server around a Fetch. */
import type { Fetch } from './server.ts'

export interface ListenerOptions {
  hostname: string
  /** 0 takes any free port. */
  port: number
  /** PEM texts, when this program itself answers HTTPS. */
  tls?: { cert: string; key: string } | undefined
  /** What the operator changes when the address cannot be used. */
  setting?: string
  fetch: Fetch
  /** What is answered should even the fetch fail; logged by the caller. */
  onError?: (error: unknown) => void
}

export interface Listener {
  url: string
  hostname: string
  port: number
  /** No new connections; resolves when the requests in flight are answered. `force` cuts them off. */
  stop(force?: boolean): Promise<void>
}

/** Longest silence on a connection, seconds: above the longest wait for a chain (Prefer: wait=60). */
const IDLE_SECONDS = 120
/**
 * Above a limit of its own Bun answers a bare 413, without our body and headers. Each route stops reading at its limit
 * instead; what nobody reads is not kept (300 MB to any address: the memory stays as it is).
 */
const NO_LIMIT = 2 ** 50
const FAILED =
  '{"error":{"code":"internal_error","message":"Something went wrong on our side. Nothing was changed.","documentation_url":"/docs/errors/internal_error"}}'

/** The address cannot be listened on; the message says which and what cures it. */
export class ListenRefused extends Error {
  override name = 'ListenRefused'
}

/** Throws `ListenRefused` when the address is taken or not allowed, or the certificate cannot be used. */
export function startListener(options: ListenerOptions): Listener {
  const host = options.hostname.includes(':') ? `[${options.hostname}]` : options.hostname
  try {
    return listen(options, host)
  } catch (error) {
    throw new ListenRefused(refusal(error, `${host}:${options.port}`, options), { cause: error })
  }
}

function refusal(error: unknown, address: string, { tls, setting = '[server] listen' }: ListenerOptions): string {
  const { code } = error as { code?: unknown }
  if (code === 'EADDRINUSE')
    return `${address} is already in use; stop the other program or choose another port (${setting})`
  if (code === 'EACCES')
    return `${address} may not be used without more rights; choose a port above 1023 or grant CAP_NET_BIND_SERVICE`
  if (code === 'EADDRNOTAVAIL') return `${address} is no address of this machine; correct ${setting}`
  const about = tls ? ` or [server] tls_cert_file and tls_key_file do not belong together` : ''
  return `cannot listen on ${address}: it is in use, not allowed or no address of this machine${about}`
}

function listen(options: ListenerOptions, host: string): Listener {
  const { hostname, port, tls, fetch, onError } = options
  const server = Bun.serve({
    hostname,
    port,
    ...(tls ? { tls } : {}),
    development: false,
    // Outside development Bun 1.4.5 shares the port with whoever asks for it: a second program would take every other request.
    reusePort: false,
    idleTimeout: IDLE_SECONDS,
    maxRequestBodySize: NO_LIMIT,
    fetch: (request, socket) => fetch(request, { remoteAddress: socket.requestIP(request)?.address ?? '' }),
    error: (error) => {
      onError?.(error)
      return new Response(FAILED, { status: 500, headers: { 'Content-Type': 'application/json' } })
    },
  })
  const bound = server.port ?? port
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${bound}`,
    hostname,
    port: bound,
    stop: (force = false) => server.stop(force),
  }
}

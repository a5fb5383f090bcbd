/** One socket: Bun's server around a Fetch. */
import type { Fetch } from './server.ts'

export interface ListenerOptions {
  hostname: string
  /** 0 takes any free port. */
  port: number
  /** PEM texts, when this program itself answers HTTPS. */
  tls?: { cert: string; key: string }
  fetch: Fetch
  /** The largest body any route takes; the server cuts off a little above it. */
  maxBodyBytes: number
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
const FAILED =
  '{"error":{"code":"internal_error","message":"Something went wrong on our side. Nothing was changed.","documentation_url":"/docs/errors/internal_error"}}'

/** Throws what Bun throws when the port is taken (`EADDRINUSE`) or may not be used (`EACCES`). */
export function startListener(options: ListenerOptions): Listener {
  const { hostname, port, tls, fetch, maxBodyBytes, onError } = options
  const server = Bun.serve({
    hostname,
    port,
    ...(tls ? { tls } : {}),
    development: false,
    idleTimeout: IDLE_SECONDS,
    maxRequestBodySize: maxBodyBytes + 65_536,
    fetch: (request, socket) => fetch(request, { remoteAddress: socket.requestIP(request)?.address ?? '' }),
    error: (error) => {
      onError?.(error)
      return new Response(FAILED, { status: 500, headers: { 'Content-Type': 'application/json' } })
    },
  })
  const bound = server.port ?? port
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${bound}`,
    hostname,
    port: bound,
    stop: (force = false) => server.stop(force),
  }
}

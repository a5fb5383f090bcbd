/** The one HTTP client for addresses that somebody else named. It resolves once, connects to what it checked, reads a little. */
import { request as plainRequest, type IncomingMessage } from 'node:http'
import { request as secureRequest } from 'node:https'
import { resolveGuarded } from './address-guard.ts'

export interface OutboundOptions {
  /** The person at the keyboard named it: loopback and private addresses are then theirs to call. */
  allowPrivate?: boolean
  accept?: string
  maxBytes?: number
  timeoutMs?: number
}

export interface OutboundAnswer {
  status: number
  contentType: string
  bytes: Uint8Array
}

/** GET of an http(s) address. Redirects are not followed: the answer says 3xx. Throws on time-out, size and refused addresses. */
export async function getDocument(address: string, options: OutboundOptions = {}): Promise<OutboundAnswer> {
  const url = new URL(address)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new Error(`${url.protocol} is not called, only http and https`)
  const { allowPrivate = false, maxBytes = 5_000_000, timeoutMs = 15_000, accept = '*/*' } = options
  const pinned = await resolveGuarded(url.hostname, allowPrivate)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const settings = {
    host: url.hostname,
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path: `${url.pathname}${url.search}`,
    method: 'GET',
    headers: { host: url.host, accept, 'user-agent': 'testamur', connection: 'close' },
    agent: false as const,
    servername: host,
    signal: AbortSignal.timeout(timeoutMs),
    // Pinned: a second look-up could answer another address than the one that was checked.
    lookup: (_host: string, asked: { all?: boolean }, done: (error: null, ...found: unknown[]) => void) =>
      asked.all ? done(null, [pinned]) : done(null, pinned.address, pinned.family),
  }
  const send = url.protocol === 'https:' ? secureRequest : plainRequest
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send(settings as never, resolve)
      .on('error', reject)
      .end()
  })
  return {
    status: response.statusCode ?? 0,
    contentType: String(response.headers['content-type'] ?? ''),
    bytes: await bodyOf(response, maxBytes),
  }
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > maxBytes) {
      response.destroy()
      throw new Error(`the answer is larger than ${maxBytes} bytes`)
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** JSON-RPC over POST to a node the person at the keyboard named. */
export async function askNode(
  address: string,
  method: string,
  params: unknown[],
  timeoutMs = 10_000,
): Promise<unknown> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
    keepalive: false,
  })
  const answer = (await response.json()) as { result?: unknown; error?: { message?: unknown } }
  if (answer.error) throw new Error(String(answer.error.message ?? 'the node refused'))
  return answer.result
}

/** POST of JSON to an address of our own or one the person at the keyboard named; resolves with whatever was answered. */
export async function postJson(
  address: string,
  body: unknown,
  headers: Record<string, string>,
  timeoutMs = 30_000,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
    tls: { rejectUnauthorized: false },
  })
  return { status: response.status, body: await response.json() }
}

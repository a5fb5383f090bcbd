/** One JSON-RPC endpoint: one request, one answer, and nothing of its secret address in any error. */
import { ChainRefused, ChainUnavailable } from '../domain/ports.ts'

export interface Endpoint {
  readonly url: string
  readonly headers: Record<string, string>
  readonly host: string
  /** Parts of the address that may be an API key, longest first. */
  readonly secrets: string[]
  /** The chain id was asked since the last failure and is right. */
  pinned: boolean
  wrongChain: boolean
  failures: number
  downUntil: number
  lastError: string | null
  /** Its newest block was old when another endpoint's was not. */
  stale: boolean
  head: number | null
  latencyMs: number | null
  requests: number
  errors: number
}

/** A block with full transactions is a few megabytes; more is a node gone mad. */
const LARGEST_ANSWER = 32 * 1024 * 1024
/** The gateway speaks, not the node: whatever the body says, another endpoint may know better. */
const GATEWAY_WORDS =
  /rate.?limit|too many requests|request count exceeded|capacity|quota|unauthori[sz]ed|forbidden|access denied|api.?key|project id/i
const GATEWAY_STATUS = new Set([401, 402, 403, 404, 407, 408, 429])
const GATEWAY_CODES = new Set([-32005, -32603, 429])

/** Throws on anything but an http or https address, without repeating it: it may hold a key. */
export function makeEndpoint(address: string, index: number): Endpoint {
  const url = URL.canParse(address) ? new URL(address) : null
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new Error(`rpc_urls[${index}] must be an http or https address`)
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' }
  const secrets = secretsOf(address, url)
  if (url.username || url.password) {
    const credentials = Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString('base64')
    headers.authorization = `Basic ${credentials}`
    secrets.push(credentials)
    url.username = url.password = ''
  }
  return {
    url: url.href,
    headers,
    host: url.host,
    secrets: [...new Set(secrets)].filter((part) => part.length >= 8).sort((a, b) => b.length - a.length),
    pinned: false,
    wrongChain: false,
    failures: 0,
    downUntil: 0,
    lastError: null,
    stale: false,
    head: null,
    latencyMs: null,
    requests: 0,
    errors: 0,
  }
}

/** Every part as the operator wrote it, as it is sent, and as a gateway may decode it. */
function secretsOf(address: string, url: URL): string[] {
  const written = address.split(/[/?#&=:@;]/)
  const sent = [...url.pathname.split('/'), ...url.search.split(/[?&=;]/), url.username, url.password]
  const parts = [...written, ...sent, ...url.searchParams.keys(), ...url.searchParams.values()]
  // the host is named in every message
  return [...parts, ...parts.map(decoded)].filter((part) => !url.host.includes(part.toLowerCase()))
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** A node's words, fit for a log line: short, on one line, and without parts of the endpoint's address. */
export function redact(endpoint: Endpoint, message: string): string {
  let text = message
  for (const secret of endpoint.secrets) text = text.replace(new RegExp(RegExp.escape(secret), 'gi'), '…')
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 300)
}

/** The `result` of one call. ChainRefused for a JSON-RPC error, ChainUnavailable for no usable answer. */
export async function post(endpoint: Endpoint, method: string, params: unknown[], timeoutMs: number): Promise<unknown> {
  const { status, text } = await send(endpoint, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), timeoutMs)
  if (GATEWAY_STATUS.has(status)) throw new ChainUnavailable(`HTTP ${status}`)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new ChainUnavailable(`HTTP ${status}, not JSON`)
  }
  if (typeof body !== 'object' || body === null) throw new ChainUnavailable(`HTTP ${status}, not a JSON-RPC answer`)
  if ('error' in body && body.error) throw nodeError(body.error, status)
  if (status >= 400 || !('result' in body)) throw new ChainUnavailable(`HTTP ${status}, no result`)
  return body.result
}

async function send(endpoint: Endpoint, body: string, timeoutMs: number): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: endpoint.headers,
      body, // never a batch: some nodes refuse them
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error', // it would carry the key to another host
      keepalive: false, // a half-open pooled socket would hang until the time-out
    })
    return { status: response.status, text: await readBounded(response) }
  } catch (error) {
    if (error instanceof ChainUnavailable) throw error
    throw new ChainUnavailable(transportProblem(error))
  }
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length > LARGEST_ANSWER) throw new ChainUnavailable('answer too large')
  }
  return text + decoder.decode()
}

/** Never the message of fetch itself: it names the address. */
function transportProblem(error: unknown): string {
  const { name, code } = error as { name?: unknown; code?: unknown }
  if (name === 'TimeoutError') return 'timed out'
  const label = typeof code === 'string' ? code : name
  return typeof label === 'string' && /^[A-Za-z_]{1,40}$/.test(label) ? label : 'connection failed'
}

function nodeError(error: unknown, status: number): Error {
  const { code: rawCode, message: rawMessage, data: rawData } = error as Record<string, unknown>
  const code = Number.isSafeInteger(rawCode) ? (rawCode as number) : -32000
  const message = typeof rawMessage === 'string' ? rawMessage : 'no reason given'
  const data = revertData(rawData)
  const reverted = code === 3 || /revert/i.test(message)
  if (!reverted && (status >= 500 || GATEWAY_CODES.has(code) || GATEWAY_WORDS.test(message)))
    return new ChainUnavailable(`${code} ${message}`)
  return new ChainRefused(message, code, data)
}

/** Bare bytes, `Reverted 0x…`, or an object that holds either, as nodes have it. */
function revertData(value: unknown): string | undefined {
  if (typeof value === 'string') return /^(?:reverted )?(0x(?:[0-9a-f]{2})*)$/i.exec(value.trim())?.[1]
  return typeof value === 'object' && value !== null && 'data' in value && typeof value.data === 'string'
    ? revertData(value.data)
    : undefined
}

/** Reading a body: its type, its size before all of it came, UTF-8, JSON, depth. */
import { AppError } from '../domain/errors.ts'

const MAX_DEPTH = 64

/** The body as bytes; 413 as soon as it is known to be too large. */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const length = request.headers.get('content-length')
  if (length !== null && Number(length) > maxBytes) throw tooLarge(maxBytes)
  if (length !== null && /^\d+$/.test(length)) {
    const bytes = await request.bytes().catch(brokenOff)
    if (bytes.length > maxBytes) throw tooLarge(maxBytes)
    return bytes
  }
  return request.body === null ? new Uint8Array() : readStream(request.body, maxBytes)
}

async function readStream(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read().catch(brokenOff)
    if (done) break
    size += value.length
    if (size > maxBytes) {
      await reader.cancel().catch(() => undefined)
      throw tooLarge(maxBytes)
    }
    chunks.push(value)
  }
  if (chunks.length === 1) return chunks[0]!
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

const tooLarge = (maxBytes: number) =>
  new AppError('payload_too_large', `The body is larger than ${maxBytes / 1024 / 1024} MB. Send less at once.`)

function brokenOff(): never {
  throw new AppError('malformed_json', 'The body broke off before its end.')
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new AppError('malformed_json', 'The body is not UTF-8 text. Send JSON encoded as UTF-8.')
  }
}

/** The parsed JSON body; undefined when it is empty and may be. */
export async function readJson(request: Request, maxBytes: number, optional: boolean): Promise<unknown> {
  const type = request.headers.get('content-type')
  if (request.headers.get('content-encoding') !== null)
    throw new AppError('unsupported_media_type', 'Send the body without Content-Encoding.')
  if (type !== null && !isJsonType(type)) throw wrongType(type)
  const bytes = await readBytes(request, maxBytes)
  if (bytes.length === 0) {
    if (optional) return undefined
    throw type === null
      ? wrongType(type)
      : new AppError('malformed_json', 'The body is empty; a JSON object is needed.')
  }
  if (type === null) throw wrongType(type)
  return parse(textOf(bytes))
}

/** application/json, with no charset or the only one JSON has. Forms are refused: a foreign page can send them. */
const isJsonType = (type: string) =>
  type === 'application/json' || /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?$/i.test(type.trim())

const wrongType = (type: string | null) =>
  new AppError(
    'unsupported_media_type',
    `The body must be sent with Content-Type: application/json${type === null ? '' : `, not ${type.slice(0, 60).replace(/[^\x20-\x7e]/g, '?')}`}.`,
  )

function parse(text: string): unknown {
  refuseDepth(text)
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('malformed_json', `The body is not valid JSON. ${whereBroken(text)}`)
  }
}

/** Before parsing: what recursion meets later must not be deep. Brackets inside texts do not count. */
function refuseDepth(text: string): void {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) {
      at = closingQuote(text, at + 1)
    } else if (code === 123 || code === 91) {
      if (++depth > MAX_DEPTH)
        throw new AppError('malformed_json', `The body is nested deeper than ${MAX_DEPTH} levels.`)
    } else if (code === 125 || code === 93) depth--
  }
}

function closingQuote(text: string, start: number): number {
  let at = start
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 92) at++
    else if (code === 34) break
  }
  return at
}

/** Rough but our own words: a library's text never leaves. */
function whereBroken(text: string): string {
  const trimmed = text.trim()
  if (/^[^[{"\d\-tfn]/.test(trimmed)) return 'It does not begin like JSON.'
  if (!/[\]}"\del]$/.test(trimmed)) return 'It ends too early, or with something that is not JSON.'
  if (/,\s*[}\]]/.test(text)) return 'There may be a comma before a closing bracket.'
  if (/'/.test(text) && !text.includes('"')) return 'Texts need double quotes.'
  return 'Check quotes, commas and brackets.'
}

/** A small reader of MIME for tests, independent of the library that wrote the mail: unfolds, decodes words and parts. */

export interface ParsedMail {
  /** Lower-case names; a repeated header is joined with a line break, so that a smuggled one is seen. */
  headers: Record<string, string>
  /** By media type, decoded. */
  parts: Record<string, string>
  /** Everything with a file name. */
  attachments: Array<{ name: string; mediaType: string; cid: string | null; bytes: Uint8Array }>
}

export function parseMail(raw: string): ParsedMail {
  const { head, body } = split(raw)
  const headers = readHeaders(head)
  const mail: ParsedMail = { headers, parts: {}, attachments: [] }
  readPart(headers, body, mail)
  return mail
}

function split(raw: string) {
  const at = raw.indexOf('\r\n\r\n')
  if (at < 0) throw new Error('no empty line after the headers')
  return { head: raw.slice(0, at), body: raw.slice(at + 4) }
}

function readHeaders(head: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = decodeWords(line.slice(colon + 1).trim())
    headers[name] = name in headers ? `${headers[name]}\n${value}` : value
  }
  return headers
}

/** RFC 2047: blanks between two encoded words vanish, and a letter may be cut in two between them. */
function decodeWords(text: string): string {
  return text.replace(/(?:=\?utf-8\?[BQ]\?[^?]*\?=\s*)+/gi, (run) => {
    const words = [...run.matchAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi)]
    const bytes = words.map(([, kind, data]) =>
      kind!.toUpperCase() === 'B' ? Buffer.from(data!, 'base64') : quotedPrintable(data!.replaceAll('_', ' ')),
    )
    return Buffer.concat(bytes).toString('utf8') + (/\s$/.test(run) ? ' ' : '')
  })
}

function quotedPrintable(text: string): Buffer {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}

function readPart(headers: Record<string, string>, body: string, mail: ParsedMail) {
  const type = headers['content-type'] ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1]
  if (boundary) {
    const sections = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1)
    for (const section of sections) {
      const inner = split(section.replace(/^\r\n/, ''))
      readPart(readHeaders(inner.head), inner.body, mail)
    }
    return
  }
  const encoding = (headers['content-transfer-encoding'] ?? '7bit').toLowerCase()
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : encoding === 'quoted-printable'
        ? quotedPrintable(body)
        : Buffer.from(body, 'latin1')
  const mediaType = type.split(';')[0]!.trim()
  const name = /filename="?([^";]+)"?/.exec(headers['content-disposition'] ?? '')?.[1]
  const cid = headers['content-id']?.replace(/^<|>$/g, '') ?? null
  if (name !== undefined) mail.attachments.push({ name, mediaType, cid, bytes })
  else mail.parts[mediaType] = bytes.toString('utf8').replaceAll('\r\n', '\n')
}

/** Where the credential of `testamur verify` comes from: a file, a link, or the attachment of a PDF. */
import { RenderRefused } from '../domain/ports.ts'
import { MAX_ROOTS_BYTES } from '../domain/roots.ts'
import type { AppContext } from './app-context.ts'

export type Loaded = { text: string; site: string | null; fromPdf: boolean } | { problem: string }

/** Of certificates and their pictures; all stand for the same credential. */
const SHOWN_AS = /\.(pdf|png|jpe?g|svg|html?)$/i

/** A file, or what a link leads to. */
export async function load(context: AppContext, source: string, what: 'credential' | 'roots'): Promise<Loaded> {
  const { readFile, get } = context.verification
  try {
    if (!/^https?:\/\//i.test(source)) return await opened(context, source, await readFile(source))
    const url = new URL(source)
    if (what === 'credential' && !url.pathname.endsWith('.json'))
      url.pathname = `${url.pathname.replace(/\/$/, '').replace(SHOWN_AS, '')}.json`
    const answer = await get(url.href, true, what === 'roots' ? MAX_ROOTS_BYTES : undefined)
    if (answer.status !== 200) return { problem: `${url.href} answers ${answer.status}` }
    return { text: decode(answer.bytes), site: url.origin, fromPdf: false }
  } catch (error) {
    return { problem: `${source} cannot be read: ${reasonOf(error)}` }
  }
}

/** What a file is says its beginning, not its name. */
async function opened(context: AppContext, source: string, bytes: Uint8Array): Promise<Loaded> {
  if (!isPdf(bytes)) return { text: decode(bytes), site: null, fromPdf: false }
  const credential = await context.verification.credentialOf(bytes)
  if (credential !== null) return { text: decode(credential), site: null, fromPdf: true }
  return {
    problem: `${source} carries no credential.json: it was not issued with one, or was printed or scanned to a new file. Ask for the original file, or verify by the link or QR code on it`,
  }
}

const HEADER_WITHIN = 1_024
function isPdf(bytes: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, HEADER_WITHIN))
  return !start.trimStart().startsWith('{') && start.includes('%PDF-')
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
}
function reasonOf(error: unknown): string {
  if (error instanceof RenderRefused) return error.message
  const known = REASONS[(error as NodeJS.ErrnoException).code ?? '']
  return known ?? (error instanceof Error ? error.message : String(error))
}

/** What is not UTF-8 is no JSON either: the checks say so of an empty text. */
export function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return ''
  }
}

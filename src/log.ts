/** The log: one line for each event, json for machines and pretty on a terminal. In this process: no threads, no plug-ins. */
import pino from 'pino'
import type { Config } from './config.ts'
import { type Random, newId } from './domain/ids.ts'

export type Log = pino.Logger

/** Never written, wherever they stand in what is logged. */
const SECRET_NAMES = ['password', 'authorization', 'token', 'secret', 'key', 'privateKey', 'cookie', 'passphrase']
const REDACTED = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/** API keys and webhook secrets have a form of their own, so they are found even inside a sentence. */
const SECRET_TEXT = /\b(tm_(?:live|test)_|whsec_|Bearer\s+)[\w+/=.-]{6,}/g
const masked = (line: string) => line.replace(SECRET_TEXT, '$1[hidden]')

/**
 * A log that gives each finished line, with its line end, to `write`. `format = "auto"` is pretty on a terminal.
 * Writing is synchronous: what was logged before a crash is out.
 */
export function createLog(config: Config['log'], write: (line: string) => void, isTerminal: boolean): Log {
  const isPretty = config.format === 'pretty' || (config.format === 'auto' && isTerminal)
  const emit = isPretty ? (line: string) => write(pretty(line, isTerminal)) : write
  return pino(
    {
      level: config.level,
      base: null,
      messageKey: 'message',
      errorKey: 'error',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: REDACTED, censor: '[hidden]' },
    },
    { write: (line: string) => emit(masked(line)) },
  )
}

const COLOURS: Record<string, string> = {
  fatal: '\x1b[41m',
  error: '\x1b[31m',
  warn: '\x1b[33m',
  info: '\x1b[32m',
  debug: '\x1b[36m',
  trace: '\x1b[90m',
}
const DIM = '\x1b[2m'
const RESET = '\x1b[0m'
// A terminal obeys escape sequences; what comes from outside must not reach it raw.
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g
const printable = (text: string) =>
  text.replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** `09:15:00.123 INFO  listening url=http://127.0.0.1:8080` */
export function pretty(line: string, withColours: boolean): string {
  const { level, time, message, error, ...rest } = JSON.parse(line) as Record<string, unknown>
  const paint = (code: string, text: string) => (withColours ? `${code}${text}${RESET}` : text)
  const name = String(level)
  const parts = [
    paint(DIM, String(time).slice(11, 23)),
    paint(COLOURS[name] ?? '', name.toUpperCase().padEnd(5)),
    ...(message === undefined ? [] : [printable(String(message))]),
    ...Object.entries(rest).map(([key, value]) => `${paint(DIM, `${key}=`)}${shown(value)}`),
  ]
  return `${parts.join(' ')}${errorLines(error)}\n`
}

function shown(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? printable(value) : printable(JSON.stringify(value))
  return printable(JSON.stringify(value) ?? String(value))
}

function errorLines(error: unknown): string {
  if (error === undefined) return ''
  const { stack, message } = (typeof error === 'object' && error !== null ? error : { message: error }) as {
    stack?: unknown
    message?: unknown
  }
  const text = printable(String(stack ?? message ?? JSON.stringify(error)))
  return `\n${text.replace(/^/gm, '    ')}`
}

const REQUEST_ID = /^[\w.-]{1,64}$/

/** The caller's X-Request-Id when it is harmless, else one of ours. Goes into every log line and back to the caller. */
export const requestId = (given: string | null | undefined, random: Random): string =>
  given && REQUEST_ID.test(given) ? given : newId('req', random)

/** The kinds of value a key can have: each reads what TOML (or an environment variable) gave, or says what it wanted. */
import ipaddr from 'ipaddr.js'

/** What was wanted instead. The value itself is added by the caller, unless it is a secret. */
export class Wanted {
  constructor(readonly text: string) {}
}

export interface Kind<Value> {
  read(raw: unknown): Value | Wanted
  /** An environment variable is text; this makes of it what TOML would have given. */
  fromText(text: string): unknown
}

export interface Address {
  /** IP address or host name, IPv6 without brackets. */
  host: string
  port: number
}
export interface Mailbox {
  name: string
  address: string
}

const asText = (text: string): unknown => text
const asNumber = (text: string): unknown => (/^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text)
const asBoolean = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text)
const asList = (text: string): unknown =>
  text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Text for which `read` finds a value; undefined means no. */
function textual<Value>(wanted: string, read: (text: string) => Value | undefined): Kind<Value> {
  const miss = new Wanted(wanted)
  return { read: (raw) => (typeof raw === 'string' ? (read(raw) ?? miss) : miss), fromText: asText }
}

// A control character in a name could end a header or a log line.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

/** Any text on one line. */
export const line = (maximum = 200): Kind<string> =>
  textual(`text of at most ${maximum} characters on one line`, (text) =>
    text.length <= maximum && !CONTROL.test(text) ? text : undefined,
  )

/** One line that must not be empty. */
export const filledLine = (maximum = 200): Kind<string> =>
  textual(`text of 1 to ${maximum} characters on one line`, (text) =>
    text.trim() !== '' && text.length <= maximum && !CONTROL.test(text) ? text.trim() : undefined,
  )

/** A path, relative to the working directory of the program. Empty where nothing is meant. */
export const path: Kind<string> = textual('a path', (text) => (text.includes('\0') ? undefined : text))
export const filledPath: Kind<string> = textual('a path', (text) =>
  text.trim() === '' || text.includes('\0') ? undefined : text,
)

export const pattern = (wanted: string, expression: RegExp): Kind<string> =>
  textual(wanted, (text) => (expression.test(text) ? text : undefined))

export function oneOf<const Choice extends string>(...choices: Choice[]): Kind<Choice> {
  return textual(`one of ${choices.map((choice) => `"${choice}"`).join(', ')}`, (text) =>
    choices.find((choice) => choice === text),
  )
}

function numeric(wanted: string, isRight: (value: number) => boolean): Kind<number> {
  return {
    read: (raw) => (typeof raw === 'number' && isRight(raw) ? raw : new Wanted(wanted)),
    fromText: asNumber,
  }
}
export const wholeNumber = (minimum: number, maximum: number): Kind<number> =>
  numeric(
    `a whole number from ${minimum} to ${maximum}`,
    (value) => Number.isSafeInteger(value) && value >= minimum && value <= maximum,
  )
export const number = (minimum: number, maximum: number): Kind<number> =>
  numeric(`a number from ${minimum} to ${maximum}`, (value) => value >= minimum && value <= maximum)

export const yesNo: Kind<boolean> = {
  read: (raw) => (typeof raw === 'boolean' ? raw : new Wanted('true or false')),
  fromText: asBoolean,
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
function milliseconds(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text)
  return match ? Number(match[1]) * UNITS[match[2]!]! : undefined
}
const between = (value: number | undefined, maximum: string) =>
  value !== undefined && value <= milliseconds(maximum)! ? value : undefined

/** "500ms", "10s", "5m", "24h", "30d" → milliseconds. */
export const duration = (maximum: string): Kind<number> =>
  textual(`a duration like "500ms", "10s" or "5m", at most "${maximum}"`, (text) =>
    between(milliseconds(text), maximum),
  )

/** The same, or "" (null) for: decide yourself. */
export function automaticDuration(maximum: string): Kind<number | null> {
  const inner = duration(maximum)
  return { read: (raw) => (raw === '' ? null : inner.read(raw)), fromText: asText }
}

const HOST = /^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/
function readAddress(text: string): Address | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text)
  if (!match) return undefined
  const [, six, name] = match
  const port = Number(match[3])
  const isRight = six === undefined ? HOST.test(name!) : ipaddr.IPv6.isValid(six)
  return isRight && port <= 65_535 ? { host: six ?? name!, port } : undefined
}
const ADDRESS = 'an address and a port like "127.0.0.1:8080", "0.0.0.0:8080" or "[::]:8080"'
export const address: Kind<Address> = textual(ADDRESS, readAddress)
export const addressOrNone: Kind<Address | null> = {
  read: (raw) => (raw === '' ? null : address.read(raw)),
  fromText: asText,
}

export const hostName: Kind<string> = textual('a host name or an IP address', (text) =>
  text === '' || HOST.test(text) || ipaddr.isValid(text) ? text : undefined,
)

function readUrl(text: string): URL | undefined {
  if (CONTROL.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined
}

/** scheme, host and port alone: everything below it belongs to this program. Empty = unset. Without a slash at the end. */
export const originOrNone: Kind<string> = textual(
  'the http or https address of the site without a path, like "https://verify.example.org"',
  (text) => {
    if (text === '') return ''
    const url = readUrl(text)
    return url && url.href === `${url.origin}/` && !text.endsWith('//') && !/[?#]/.test(text) ? url.origin : undefined
  },
)

/** A web address, or "" for none. */
export const webAddressOrNone: Kind<string> = textual('an address like "https://example.org/…", or ""', (text) =>
  text === '' || readUrl(text) ? text : undefined,
)

function list<Value>(wanted: string, readOne: (text: string) => Value | undefined): Kind<Value[]> {
  return {
    read(raw) {
      if (!Array.isArray(raw)) return new Wanted(wanted)
      const values = raw.map((one) => (typeof one === 'string' ? readOne(one) : undefined))
      return values.includes(undefined) ? new Wanted(wanted) : (values as Value[])
    },
    fromText: asList,
  }
}
export const webAddresses: Kind<string[]> = list('a list of addresses like ["https://rpc.example.org"]', (text) =>
  readUrl(text) ? text : undefined,
)
export const ipRanges: Kind<string[]> = list(
  'a list of IP addresses or ranges like ["10.0.0.7", "192.168.0.0/16"]',
  (text) => (ipaddr.isValid(text) || ipaddr.isValidCIDR(text) ? text : undefined),
)

/** Origins as a browser's policy names them, or "*". Nothing else can get into the header. */
export const frameOrigins: Kind<string[]> = list(
  'a list of origins like ["https://www.example.org"], or ["*"]',
  (text) => {
    if (text === '*') return text
    if (!/^https?:\/\/[A-Za-z0-9.:[\]-]+\/?$/.test(text) || !URL.canParse(text)) return undefined
    return new URL(text).origin
  },
)

// The same narrow grammar that mail uses: no quotes, comments, commas or spaces that a relay could read as two addresses.
const MAIL =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{2,63}$/

/** A plain mail address, or "" for none. */
export const mailAddressOrNone: Kind<string> = textual('a mail address like "registrar@example.org"', (text) =>
  text === '' || MAIL.test(text) ? text : undefined,
)

/** `Name <address>` or an address alone; "" for none (null). */
export const mailboxOrNone: Kind<Mailbox | null> = {
  read(raw) {
    const wanted = new Wanted('a sender like "Registrar <registrar@example.org>" or "registrar@example.org"')
    if (raw === '') return null
    if (typeof raw !== 'string' || CONTROL.test(raw)) return wanted
    const match = /^\s*(?:"?([^"<>]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))\s*$/.exec(raw)
    const found = match?.[2] ?? match?.[3]
    return found !== undefined && MAIL.test(found) ? { name: match?.[1]?.trim() ?? '', address: found } : wanted
  },
  fromText: asText,
}

/** What a failure of the relay means: no for this recipient for good, or not now. Secrets and addresses stay out of it. */
import { plain } from '../domain/mails-plain.ts'
import { MailRefused, MailUnavailable } from '../domain/ports.ts'
import type { RelaySettings } from './relay.ts'

interface SmtpError {
  message: string
  /** nodemailer's: EAUTH, ETLS, EENVELOPE, … */
  code?: string
  responseCode?: number
  /** The command that was answered: "RCPT TO", "DATA", "AUTH PLAIN", … */
  command?: string
}

/** 503 tells of a confused session, 530–538 of a missing login: both say nothing about the recipient. */
const ABOUT_THE_SESSION = new Set([503, 530, 534, 535, 538])
/** "Relay access denied" (Postfix), "Relaying denied" (Sendmail), "relay not permitted" (Exim), "Unable to relay" (Exchange). */
const NO_RELAYING = /\brelay(ing)?\b.{0,40}\b(denied|prohibited|not (permitted|allowed))|unable to relay/i

const CAUSES: Record<string, string> = {
  EAUTH: 'The relay did not accept our login ([mail] user and password)',
  ENOAUTH: 'The relay did not accept our login ([mail] user and password)',
  ETLS: 'No secure connection to the relay ([mail] security)',
  EDNS: 'The name of the relay could not be resolved ([mail] host)',
  ETIMEDOUT: 'The relay did not answer in time',
  EABORT: 'The relay took too long over one mail',
  ECONNECTION: 'The relay closed or refused the connection',
  ESOCKET: 'No connection to the relay',
  EPROTOCOL: 'The relay does not speak SMTP as expected',
  EENVELOPE: 'The relay did not take the mail',
  EMESSAGE: 'The relay did not take the mail',
}

/**
 * Only a 5xx to RCPT TO or DATA is final. A 5xx to MAIL FROM, to the login or at the greeting is about our own
 * configuration: every mail would get it, and after the cure every mail goes through.
 */
export function relayError(error: unknown, settings: RelaySettings): MailRefused | MailUnavailable {
  if (error instanceof MailRefused || error instanceof MailUnavailable) return error
  const smtp = smtpError(error)
  const detail = scrub(smtp.message, settings)
  if (isFinal(smtp)) return new MailRefused(`The relay refused this recipient or message: ${detail}`)
  const cause = CAUSES[smtp.code ?? ''] ?? 'The mail could not be handed over'
  return new MailUnavailable(`${cause}: ${detail}`)
}

function isFinal({ responseCode = 0, command, message }: SmtpError): boolean {
  if (command !== 'RCPT TO' && command !== 'DATA') return false
  if (responseCode < 500 || responseCode > 599 || ABOUT_THE_SESSION.has(responseCode)) return false
  return !NO_RELAYING.test(message)
}

function smtpError(error: unknown): SmtpError {
  return error instanceof Error ? (error as SmtpError) : { message: String(error) }
}

/** A relay may echo what it was told. Logs and the mail's row must hold neither our password nor anybody's address. */
function scrub(text: string, { user, password }: RelaySettings): string {
  let clean = text
  const secrets = [password, base64(password), base64(`\0${user}\0${password}`), base64(user), user]
  for (const secret of secrets) if (secret.length > 2) clean = clean.replaceAll(secret, '…')
  return plain(clean)
    .replace(/[^\s<>"',;:]+@[^\s<>"',;:]+/g, '…')
    .slice(0, 300)
}

const base64 = (text: string) => (text === '' ? '' : Buffer.from(text, 'utf8').toString('base64'))

/** The operator's SMTP relay through nodemailer. One message, one recipient, one answer; when to try again is the job's. */
import { createTransport } from 'nodemailer'
import { checkAddress, deliveryAddress } from '../domain/addresses.ts'
import type { Clock } from '../domain/clock.ts'
import { readyMessage } from '../domain/mails-message.ts'
import { plain } from '../domain/mails-plain.ts'
import { type Mailer, type MailMessage, MailUnavailable, type MessageAttachment } from '../domain/ports.ts'
import { relayError } from './relay-errors.ts'

export interface RelaySettings {
  /** Empty: no relay, mail is captured in the outbox. */
  host: string
  port: number
  /** starttls: TLS is demanded after EHLO; tls: from the first byte; none: plain text, for a relay on this machine. */
  security: 'starttls' | 'tls' | 'none'
  /** Empty: no login. */
  user: string
  password: string
  /** Its address is the envelope sender, so bounces go there. */
  from: { name: string; address: string }
  /** For messages that name none; empty: none. */
  replyTo: string
  /** PEM certificates to trust instead of the public ones, for a relay with a certificate of the house. */
  ca?: string
}

/** Milliseconds. `send` spans everything from connecting to the relay's last word, against a relay that only trickles. */
export interface RelayLimits {
  connect: number
  greeting: number
  silence: number
  send: number
}
export const RELAY_LIMITS: RelayLimits = { connect: 15_000, greeting: 15_000, silence: 60_000, send: 120_000 }

/** At most so many mails are under way at once; more `send` calls wait, and their time runs. */
export const RELAY_CONNECTIONS = 4

export class Relay implements Mailer {
  readonly configured: boolean
  private readonly transport

  constructor(
    private readonly settings: RelaySettings,
    private readonly clock: Clock,
    private readonly limits: RelayLimits = RELAY_LIMITS,
  ) {
    this.configured = settings.host !== ''
    this.transport = this.configured ? openTransport(settings, limits) : undefined
  }

  /** MailRefused: this recipient or message, for good. MailUnavailable: try later. */
  async send(message: MailMessage): Promise<{ response: string }> {
    if (!this.transport) throw notConfigured()
    const mail = this.mailOf(message)
    try {
      const signal = AbortSignal.timeout(this.limits.send)
      const sent = await this.transport.sendMail({ ...mail, signal } as typeof mail)
      return { response: plain(sent.response).slice(0, 300) }
    } catch (error) {
      throw relayError(error, this.settings)
    }
  }

  /** Connects, does TLS and logs in without sending anything. Rejects with MailUnavailable and the reason. */
  async checkRelay(): Promise<void> {
    if (!this.transport) throw notConfigured()
    try {
      await this.transport.verify()
    } catch (error) {
      throw relayError(error, this.settings)
    }
  }

  /** Ends idle connections at once, others after the mail they carry. */
  close(): void {
    this.transport?.close()
  }

  private mailOf(message: MailMessage) {
    const ready = readyMessage(message)
    const from = ownAddress(ready.from.address, '[mail] from')
    const sender = this.settings.from.address === '' ? from : ownAddress(this.settings.from.address, '[mail] from')
    const replyTo = ready.replyTo ?? this.settings.replyTo
    return {
      from: { name: ready.from.name, address: from },
      to: ready.to,
      ...(replyTo === '' ? {} : { replyTo: { name: '', address: ownAddress(replyTo, '[mail] reply_to') } }),
      envelope: { from: sender, to: [ready.to.address] },
      subject: ready.subject,
      text: ready.text,
      html: ready.html,
      messageId: `<${ready.messageId}>`,
      date: new Date(this.clock.now()),
      attachments: ready.attachments.map(part),
      headers: { ...ready.headers, ...AUTOMATIC },
      xMailer: false as const,
      disableFileAccess: true,
      disableUrlAccess: true,
    }
  }
}

/** RFC 3834, and Exchange's own: no out-of-office answers to this. */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'OOF, AutoReply' }

function openTransport(settings: RelaySettings, limits: RelayLimits) {
  const { host, port, security, user, password, ca } = settings
  const options = {
    pool: true as const,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    // "none" is for a relay on this machine; its certificate, if it offers one, is nobody's.
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2' as const, ...(ca ? { ca } : {}) },
    ...(user === '' ? {} : { auth: { user, pass: password } }),
    // Else a relay that offers no login gets the mail unauthenticated and refuses each recipient for good.
    forceAuth: user !== '',
    connectionTimeout: limits.connect,
    dnsTimeout: limits.connect,
    greetingTimeout: limits.greeting,
    socketTimeout: limits.silence,
    maxConnections: RELAY_CONNECTIONS,
    // Only for a pooled connection that the relay closed before a byte of the message went out.
    maxRequeues: 1,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  }
  const transport = createTransport(options)
  // Without a listener the failure of an idle connection would end the process.
  transport.on('error', () => undefined)
  return transport
}

const notConfigured = () => new MailUnavailable('No relay is configured: [mail] host is empty.')

function ownAddress(text: string, key: string): string {
  const checked = checkAddress(text)
  if ('problem' in checked) throw new MailUnavailable(`${key} ${checked.problem}`)
  return deliveryAddress(checked.address)
}

function part({ name, mediaType, bytes, cid }: MessageAttachment) {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const both = { filename: name, contentType: mediaType, content, contentTransferEncoding: 'base64' as const }
  if (cid === undefined) return { ...both, contentDisposition: 'attachment' as const }
  return { ...both, cid, contentDisposition: 'inline' as const }
}

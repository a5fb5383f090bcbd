/** A real SMTP server on a free port of the loopback, that keeps what it gets, and relays built for it. */
import net from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Clock } from '../../src/domain/clock.ts'
import type { MailMessage } from '../../src/domain/ports.ts'
import { Relay, type RelayLimits, type RelaySettings } from '../../src/mail/relay.ts'
import { localhost } from './certificates.ts'

export interface Delivered {
  from: string
  to: string[]
  secure: boolean
  user: string | undefined
  raw: string
}

export const clock: Clock = { now: () => Date.parse('2026-03-03T09:15:00Z') }
/** Generous where nothing hangs; the tests of hanging servers set their own. */
const LIMITS: RelayLimits = { connect: 5_000, greeting: 5_000, silence: 5_000, send: 10_000 }

const cleanups: Array<() => Promise<void> | void> = []
export async function cleanUp() {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
}

export async function startServer(options: SMTPServerOptions = {}) {
  const delivered: Delivered[] = []
  const server = new SMTPServer({
    ...localhost,
    authOptional: true,
    disableReverseLookup: true,
    hideSTARTTLS: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        delivered.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user,
          raw: Buffer.concat(chunks).toString('latin1'),
        })
        done(null, '2.0.0 Ok: queued as 4XyZ')
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  const port = await new Promise<number>((resolve) => {
    const listener = server.listen(0, '127.0.0.1', () => resolve((listener.address() as net.AddressInfo).port))
  })
  cleanups.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { port, delivered }
}

/** A bare TCP server, for relays that misbehave. */
export async function startRawServer(onConnection: (socket: net.Socket) => void) {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port))
  })
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port }
}

export function relayTo(port: number, settings: Partial<RelaySettings> = {}, limits: Partial<RelayLimits> = {}): Relay {
  const relay = new Relay(
    {
      host: '127.0.0.1',
      port,
      security: 'none',
      user: '',
      password: '',
      from: { name: 'Nordic Institute', address: 'certificates@nit.example' },
      replyTo: '',
      ...settings,
    },
    clock,
    { ...LIMITS, ...limits },
  )
  cleanups.push(() => relay.close())
  return relay
}

export const message = (changes: Partial<MailMessage> = {}): MailMessage => ({
  messageId: 'mail_0a1b2c3d4e5f6g7h8j9k0m1n2p@verify.example',
  from: { name: 'Nordic Institute', address: 'certificates@nit.example' },
  to: { name: 'Maria Andersson', address: 'maria@example.org' },
  replyTo: null,
  subject: 'Your certificate: Welding',
  text: 'Dear Maria,\n\nyour certificate.\n',
  html: '<p>Dear Maria</p>',
  headers: {},
  ...changes,
})

/** The error of a promise that must not resolve. */
export const refusal = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => {
      throw new Error('was expected to fail')
    },
    (error: Error) => error,
  )

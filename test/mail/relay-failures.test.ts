import { afterEach, describe, expect, test } from 'bun:test'
import net from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import { MailRefused, MailUnavailable } from '../../src/domain/ports.ts'
import { cleanUp, message, refusal, relayTo, startRawServer, startServer } from './relay-server.ts'

afterEach(cleanUp)

const failure = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })
const login = { user: 'testamur', password: 'correct horse battery' }

describe('what an answer of the relay means', () => {
  const cases: Array<[string, SMTPServerOptions, typeof MailRefused | typeof MailUnavailable]> = [
    ['550 to RCPT', { onRcptTo: (_to, _session, done) => done(failure(550, '5.1.1 No such user')) }, MailRefused],
    ['450 to RCPT', { onRcptTo: (_to, _session, done) => done(failure(450, '4.2.0 Greylisted')) }, MailUnavailable],
    ['421 to RCPT', { onRcptTo: (_to, _session, done) => done(failure(421, 'Too many')) }, MailUnavailable],
    ['530 to RCPT', { onRcptTo: (_to, _session, done) => done(failure(530, '5.7.0 Log in')) }, MailUnavailable],
    [
      '554 relay denied',
      { onRcptTo: (_to, _session, done) => done(failure(554, '5.7.1 <m@x>: Relay access denied')) },
      MailUnavailable,
    ],
    ['550 to MAIL', { onMailFrom: (_from, _session, done) => done(failure(550, 'Not you')) }, MailUnavailable],
    [
      '554 to DATA',
      { onData: (stream, _session, done) => void stream.resume().on('end', () => done(failure(554, 'Spam'))) },
      MailRefused,
    ],
    [
      '451 to DATA',
      { onData: (stream, _session, done) => void stream.resume().on('end', () => done(failure(451, 'Later'))) },
      MailUnavailable,
    ],
    ['554 at the greeting', { onConnect: (_session, done) => done(failure(554, 'Go away')) }, MailUnavailable],
  ]
  test.each(cases)('%s', async (_name, options, kind) => {
    const { port } = await startServer(options)
    const error = await refusal(relayTo(port).send(message()))
    expect(error).toBeInstanceOf(kind)
  })

  test('after a refused recipient the next mail goes through the same relay', async () => {
    const { port, delivered } = await startServer({
      onRcptTo: (to, _session, done) => done(to.address.startsWith('gone') ? failure(550, 'No such user') : null),
    })
    const relay = relayTo(port)
    const gone = refusal(relay.send(message({ to: { name: '', address: 'gone@example.org' } })))
    expect(await gone).toBeInstanceOf(MailRefused)
    await relay.send(message())
    expect(delivered).toHaveLength(1)
  })
})

describe('login', () => {
  const auth: SMTPServerOptions = {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === login.user && password === login.password
        ? done(null, { user: username })
        : done(
            failure(
              535,
              `5.7.8 ${username} / ${password} / ${Buffer.from(`\0${username}\0${password}`).toString('base64')}`,
            ),
          ),
  }

  test('the right one is used', async () => {
    const { port, delivered } = await startServer(auth)
    await relayTo(port, login).send(message())
    expect(delivered[0]!.user).toBe('testamur')
  })

  test('a wrong one is a fault of ours, to be retried, and never the end of a mail', async () => {
    const { port } = await startServer(auth)
    const error = await refusal(relayTo(port, { ...login, password: 'wrong one' }).send(message()))
    expect(error).toBeInstanceOf(MailUnavailable)
    expect(error.message).toContain('[mail] user and password')
  })

  test('no password, user name or address is in the error, even when the relay repeats them', async () => {
    const { port } = await startServer(auth)
    const secret = 'p4ssw0rd-that-leaks'
    const error = await refusal(relayTo(port, { ...login, password: secret }).send(message()))
    const blob = Buffer.from(`\0testamur\0${secret}`).toString('base64')
    for (const text of [secret, blob, 'testamur']) expect(`${error.message} ${error.stack}`).not.toContain(text)
    const gone = await startServer({
      onRcptTo: (to, _session, done) => done(failure(550, `<${to.address}> unknown`)),
    })
    expect((await refusal(relayTo(gone.port).send(message()))).message).not.toContain('maria')
  })

  test('a relay that offers no login does not get the mail without one', async () => {
    const { port, delivered } = await startServer({ disabledCommands: ['AUTH'] })
    expect(await refusal(relayTo(port, login).send(message()))).toBeInstanceOf(MailUnavailable)
    expect(delivered).toEqual([])
  })

  test('checkRelay says whether login works and sends nothing', async () => {
    const { port, delivered } = await startServer(auth)
    await relayTo(port, login).checkRelay()
    expect(await refusal(relayTo(port, { ...login, password: 'wrong' }).checkRelay())).toBeInstanceOf(MailUnavailable)
    expect(delivered).toEqual([])
  })
})

describe('a relay that is not there', () => {
  test('refused connections are unavailable', async () => {
    const server = net.createServer()
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port))
    })
    await new Promise((resolve) => server.close(resolve))
    expect(await refusal(relayTo(port).send(message()))).toBeInstanceOf(MailUnavailable)
    expect(await refusal(relayTo(port).checkRelay())).toBeInstanceOf(MailUnavailable)
  })

  test('a name that does not exist is unavailable', async () => {
    const error = await refusal(relayTo(25, { host: 'relay.invalid' }).send(message()))
    expect(error).toBeInstanceOf(MailUnavailable)
  })

  test('a server that never greets times out', async () => {
    const { port } = await startRawServer(() => undefined)
    const error = await refusal(relayTo(port, {}, { greeting: 50 }).send(message()))
    expect(error).toBeInstanceOf(MailUnavailable)
    expect(error.message).toStartWith('The relay did not answer in time')
  })

  test('a server that falls silent in the middle times out', async () => {
    const { port } = await startRawServer((socket) => socket.write('220 here\r\n'))
    const error = await refusal(relayTo(port, {}, { silence: 50 }).send(message()))
    expect(error).toBeInstanceOf(MailUnavailable)
    expect(error.message).toStartWith('The relay did not answer in time')
  })

  test('a server that only trickles is given up after the limit for the whole mail', async () => {
    const { port } = await startRawServer((socket) => {
      const drip = setInterval(() => socket.write('220-still thinking\r\n'), 5)
      socket.on('close', () => clearInterval(drip))
    })
    const error = await refusal(relayTo(port, {}, { send: 60 }).send(message()))
    expect(error).toBeInstanceOf(MailUnavailable)
    expect(error.message).toStartWith('The relay took too long')
  })

  test('a server that hangs up after the whole mail, without a word, is not handed it twice in one attempt', async () => {
    let mails = 0
    const { port } = await startRawServer((socket) => {
      let inData = false
      socket.write('220 here\r\n')
      socket.on('data', (chunk) => {
        const text = chunk.toString('latin1')
        if (inData && text.endsWith('\r\n.\r\n')) return void (mails++, socket.destroy())
        if (inData) return
        inData = text.startsWith('DATA')
        socket.write(inData ? '354 go on\r\n' : '250 fine\r\n')
      })
    })
    expect(await refusal(relayTo(port).send(message()))).toBeInstanceOf(MailUnavailable)
    expect(mails).toBe(1)
  })

  test('a server that hangs up is unavailable', async () => {
    for (const words of ['', '220 here\r\n', 'HTTP/1.1 400 Bad Request\r\n\r\n']) {
      const { port } = await startRawServer((socket) => socket.end(words))
      expect(await refusal(relayTo(port).send(message()))).toBeInstanceOf(MailUnavailable)
    }
  })
})

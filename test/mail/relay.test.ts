import { afterEach, describe, expect, test } from 'bun:test'
import { composeMail } from '../../src/domain/mails-compose.ts'
import { MailRefused, MailUnavailable } from '../../src/domain/ports.ts'
import { localhost, otherName } from './certificates.ts'
import { parseMail } from './parse-mail.ts'
import { cleanUp, message, refusal, relayTo, startServer } from './relay-server.ts'

afterEach(cleanUp)

describe('a mail that the relay takes', () => {
  test('arrives with exactly the headers it should have, and no others', async () => {
    const { port, delivered } = await startServer()
    const { response } = await relayTo(port).send(message({ replyTo: 'registrar@nit.example' }))
    expect(response).toBe('250 2.0.0 Ok: queued as 4XyZ')
    expect(delivered).toHaveLength(1)
    const mail = delivered[0]!
    expect([mail.from, mail.to]).toEqual(['certificates@nit.example', ['maria@example.org']])
    const { headers, parts } = parseMail(mail.raw)
    const { 'content-type': type, ...rest } = headers
    expect(type).toStartWith('multipart/alternative')
    expect(rest).toEqual({
      from: 'Nordic Institute <certificates@nit.example>',
      to: 'Maria Andersson <maria@example.org>',
      'reply-to': 'registrar@nit.example',
      subject: 'Your certificate: Welding',
      'message-id': '<mail_0a1b2c3d4e5f6g7h8j9k0m1n2p@verify.example>',
      date: 'Tue, 03 Mar 2026 09:15:00 +0000',
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'OOF, AutoReply',
      'mime-version': '1.0',
    })
    expect(parts).toEqual({ 'text/plain': 'Dear Maria,\n\nyour certificate.\n', 'text/html': '<p>Dear Maria</p>' })
  })

  const names = [
    'Åsa Öström-Ärlig',
    '山田 太郎',
    'محمد',
    "Seán O'Brien",
    'Doe, "JD" <x@y.z>',
    'Anna 🎓👩‍🎓',
    'ß'.repeat(200),
  ]
  test.each(names)('keeps the name %s in header, subject and both parts', async (name) => {
    const { port, delivered } = await startServer()
    const composed = composeMail({
      kind: 'issued',
      language: 'sv',
      certificate: {
        title: `Kurs för ${name}`,
        recipientName: name,
        issuerName: 'Högskolan',
        issuerUrl: 'https://hogskolan.example',
        issuedOn: '2026-03-03',
        expiresAt: null,
        pageUrl: 'https://verify.example/cert_1',
        jsonUrl: 'https://verify.example/cert_1.json',
        linkedinUrl: 'https://verify.example/s/cert_1/linkedin',
        sandbox: false,
      },
    })
    await relayTo(port).send(message({ to: { name, address: 'maria@example.org' }, ...composed }))
    const { headers, parts } = parseMail(delivered[0]!.raw)
    const shownName = headers['to']!.replace(/ <maria@example\.org>$/, '').replace(/^"|"$/g, '')
    expect(shownName.replaceAll('\\"', '"')).toBe(name)
    expect(headers['subject']).toBe(composed.subject)
    expect(parts['text/plain']).toBe(composed.text)
    expect(parts['text/html']).toBe(composed.html)
    expect(delivered[0]!.to).toEqual(['maria@example.org'])
    for (const line of delivered[0]!.raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998)
    // Nothing beyond ASCII goes over the wire, so it needs no 8BITMIME.
    expect(delivered[0]!.raw).toMatch(/^[\x00-\x7f]*$/)
  })

  test('line breaks and direction marks in names, subject and headers never make a header', async () => {
    const { port, delivered } = await startServer()
    const evil = 'Maria\r\nBcc: evil@x.example\r\n\r\n\u202eBody\0'
    const headers = { 'X-Batch': evil }
    await relayTo(port).send(
      message({
        to: { name: evil, address: 'maria@example.org' },
        from: { name: evil, address: 'c@nit.example' },
        subject: evil,
        headers,
      }),
    )
    expect(delivered[0]!.to).toEqual(['maria@example.org'])
    const parsed = parseMail(delivered[0]!.raw)
    expect(Object.keys(parsed.headers)).not.toContain('bcc')
    expect(parsed.headers['subject']).toBe('Maria Bcc: evil@x.example Body')
    expect(parsed.headers['x-batch']).toBe('Maria Bcc: evil@x.example Body')
  })

  test('international domains go out as A-labels, the local part as typed', async () => {
    const { port, delivered } = await startServer()
    await relayTo(port).send(message({ to: { name: 'M', address: 'Maria@Bücher.example' } }))
    expect(parseMail(delivered[0]!.raw).headers['to']).toBe('M <Maria@xn--bcher-kva.example>')
  })

  test('a retry carries the same Message-ID', async () => {
    const { port, delivered } = await startServer()
    const relay = relayTo(port)
    await relay.send(message())
    await relay.send(message())
    const ids = delivered.map(({ raw }) => parseMail(raw).headers['message-id'])
    expect(ids[0]).toBe(ids[1])
  })

  test('a header that the message has anyway cannot be set a second time', async () => {
    const { port, delivered } = await startServer()
    for (const name of ['Bcc', 'to', 'List-Unsubscribe', 'Content-Type', 'X\r\nBcc'])
      await expect(relayTo(port).send(message({ headers: { [name]: 'evil@x.example' } }))).rejects.toThrow(
        'may not set',
      )
    expect(delivered).toEqual([])
  })

  test('files and addresses of the network are never read into a mail', async () => {
    const { port, delivered } = await startServer()
    const path = { path: import.meta.path } as unknown as string
    expect(await refusal(relayTo(port).send(message({ html: path })))).toBeInstanceOf(MailUnavailable)
    const href = { href: 'http://127.0.0.1:1/' } as unknown as string
    expect(await refusal(relayTo(port).send(message({ text: href })))).toBeInstanceOf(MailUnavailable)
    expect(delivered).toEqual([])
  })
})

test.each([
  'm@example.com, evil@x.example',
  'm@example.com\r\nBcc: evil@x.example',
  'a b@c.example',
  '"a@b.example\r\nRCPT TO:<x@y.example>"',
])('an address that could be misread, %j, is refused before anybody connects', async (address) => {
  let connected = 0
  const { port } = await startServer({ onConnect: (_session, done) => (connected++, done()) })
  expect(await refusal(relayTo(port).send(message({ to: { name: 'M', address } })))).toBeInstanceOf(MailRefused)
  expect(connected).toBe(0)
})

test('without a host it is not configured and sends nothing', async () => {
  const relay = relayTo(25, { host: '' })
  expect(relay.configured).toBe(false)
  expect(await refusal(relay.send(message()))).toBeInstanceOf(MailUnavailable)
  expect(await refusal(relay.checkRelay())).toBeInstanceOf(MailUnavailable)
  expect(relayTo(25).configured).toBe(true)
})

describe('TLS', () => {
  test('starttls and tls deliver encrypted to a relay whose certificate is trusted', async () => {
    const starttls = await startServer({ hideSTARTTLS: false })
    await relayTo(starttls.port, { security: 'starttls', ca: localhost.cert }).send(message())
    expect(starttls.delivered[0]!.secure).toBe(true)
    const implicit = await startServer({ secure: true })
    await relayTo(implicit.port, { security: 'tls', ca: localhost.cert }).send(message())
    expect(implicit.delivered[0]!.secure).toBe(true)
  })

  test('starttls refuses a relay that offers none, instead of sending in the clear', async () => {
    const { port, delivered } = await startServer({ disabledCommands: ['STARTTLS'] })
    const error = await refusal(relayTo(port, { security: 'starttls', ca: localhost.cert }).send(message()))
    expect(error).toBeInstanceOf(MailUnavailable)
    expect(error.message).toStartWith('No secure connection to the relay')
    expect(delivered).toEqual([])
  })

  test.each(['starttls', 'tls'] as const)('%s refuses a certificate that nobody vouches for', async (security) => {
    const { port, delivered } = await startServer({ hideSTARTTLS: false, secure: security === 'tls' })
    expect(await refusal(relayTo(port, { security }).send(message()))).toBeInstanceOf(MailUnavailable)
    expect(delivered).toEqual([])
  })

  test.each(['starttls', 'tls'] as const)('%s refuses a trusted certificate for another name', async (security) => {
    const { port, delivered } = await startServer({ ...otherName, hideSTARTTLS: false, secure: security === 'tls' })
    const error = await refusal(relayTo(port, { security, ca: otherName.cert }).send(message()))
    expect(error).toBeInstanceOf(MailUnavailable)
    expect(delivered).toEqual([])
  })

  test('none stays in the clear even where the relay offers STARTTLS with a certificate of its own', async () => {
    const { port, delivered } = await startServer({ hideSTARTTLS: false })
    await relayTo(port).send(message())
    expect(delivered[0]!.secure).toBe(false)
  })
})

/** R17: what a Mailer promises, kept by the relay on a real SMTP server and by the fake that other tests send with. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type Mailer, type MailMessage, MailRefused, MailUnavailable } from '../../src/domain/ports.ts'
import { FakeMailer } from '../kit/mailer.ts'
import { parseMail } from './parse-mail.ts'
import { cleanUp, message, refusal, relayTo, startServer } from './relay-server.ts'

interface Arrived {
  to: string
  toName: string
  subject: string
  messageId: string
  text: string
  html: string
  headers: Record<string, string>
  attachments: Array<{ name: string; mediaType: string; cid: string | null; bytes: string }>
}
interface Bench {
  mailer: Mailer
  arrived(): Arrived[]
  /** From now on it says so to every mail; undefined: it takes them again. */
  answer(as: 'no' | 'later' | undefined): void
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

function fake(): Bench {
  const mailer = new FakeMailer()
  mailer.configured = true
  return {
    mailer,
    arrived: () =>
      mailer.sent.map(({ to, subject, messageId, text, html, headers, attachments }) => ({
        to: to.address,
        toName: to.name,
        ...{ subject, messageId, text, html, headers },
        attachments: attachments.map(({ name, mediaType, cid, bytes }) => ({
          ...{ name, mediaType, cid: cid ?? null },
          bytes: hex(bytes),
        })),
      })),
    answer(as) {
      mailer.failure =
        as === 'no'
          ? new MailRefused('550 no such user')
          : as === 'later'
            ? new MailUnavailable('451 later')
            : undefined
    },
  }
}

async function real(): Promise<Bench> {
  let says: 'no' | 'later' | undefined
  const { port, delivered } = await startServer({
    onRcptTo(_address, _session, done) {
      if (says === undefined) return done()
      done(
        Object.assign(new Error(says === 'no' ? 'no such user' : 'later'), { responseCode: says === 'no' ? 550 : 451 }),
      )
    },
  })
  return {
    mailer: relayTo(port),
    arrived: () =>
      delivered.map(({ to, raw }) => {
        const { headers, parts, attachments } = parseMail(raw)
        const name = headers['to']!.replace(/ ?<[^>]*>$/, '').replace(/^"|"$/g, '')
        const extra = Object.entries(headers).filter(([header]) => header.startsWith('x-test'))
        return {
          // The server shows the envelope's domain as people write it; the header is as it went over the wire.
          to: to.length === 1 ? (/<([^>]*)>$/.exec(headers['to']!)?.[1] ?? headers['to']!) : to.join(),
          toName: name.includes('@') ? '' : name,
          subject: headers['subject']!,
          messageId: headers['message-id']!.slice(1, -1),
          text: parts['text/plain']!,
          html: parts['text/html']!,
          headers: Object.fromEntries(extra.map(([, value]) => ['X-Test', value])),
          attachments: attachments.map(({ bytes, ...facts }) => ({ ...facts, bytes: hex(bytes) })),
        }
      }),
    answer: (as) => void (says = as),
  }
}

const every = Uint8Array.from({ length: 1000 }, (_, index) => index % 256)
const picture = { name: 'certificate.jpg', mediaType: 'image/jpeg', bytes: every, cid: 'picture.mail_1@c.example' }
const pdf = { name: 'certificate.pdf', mediaType: 'application/pdf', bytes: every.slice(0, 77) }

describe.each<[string, () => Bench | Promise<Bench>]>([
  ['the fake', fake],
  ['the relay', real],
])('a mailer, %s,', (_name, open) => {
  let bench: Bench
  beforeEach(async () => void (bench = await open()))
  afterEach(cleanUp)
  const send = (changes: Partial<MailMessage> = {}) => bench.mailer.send(message(changes))

  test('hands over one mail as it was given, and says what it was answered', async () => {
    expect(bench.mailer.configured).toBe(true)
    const { response } = await send({ headers: { 'X-Test': 'yes' } })
    expect(response).toStartWith('250')
    const { messageId, subject, text, html, to } = message()
    expect(bench.arrived()).toEqual([
      {
        ...{ to: to.address, toName: to.name, messageId, subject, text, html },
        headers: { 'X-Test': 'yes' },
        attachments: [],
      },
    ])
  })

  test('carries pictures of the HTML and files to keep, byte by byte', async () => {
    await send({ html: `<img src="cid:${picture.cid}">`, attachments: [picture, pdf] })
    const [{ attachments, html, text }] = bench.arrived() as [Arrived]
    const sorted = attachments.toSorted((one, other) => one.name.localeCompare(other.name))
    expect(sorted).toEqual([
      { name: 'certificate.jpg', mediaType: 'image/jpeg', cid: picture.cid, bytes: hex(picture.bytes) },
      { name: 'certificate.pdf', mediaType: 'application/pdf', cid: null, bytes: hex(pdf.bytes) },
    ])
    expect(html).toBe(`<img src="cid:${picture.cid}">`)
    expect(text).toBe(message().text)
  })

  test('sends the same mail twice under one Message-ID when it is asked twice', async () => {
    await send()
    await send()
    expect(bench.arrived().map(({ messageId }) => messageId)).toEqual([message().messageId, message().messageId])
  })

  test('tells a final no from a later, and takes mail again afterwards', async () => {
    bench.answer('no')
    expect(await refusal(send())).toBeInstanceOf(MailRefused)
    bench.answer('later')
    expect(await refusal(send())).toBeInstanceOf(MailUnavailable)
    expect(bench.arrived()).toEqual([])
    bench.answer(undefined)
    await send()
    expect(bench.arrived()).toHaveLength(1)
  })

  test.each(['m@example.com, evil@x.example', 'm@example.com\r\nBcc: evil@x.example', '', 'nobody'])(
    'refuses the address %j for good',
    async (address) => {
      expect(await refusal(send({ to: { name: 'M', address } }))).toBeInstanceOf(MailRefused)
      expect(bench.arrived()).toEqual([])
    },
  )

  test('makes one line of what stands in a header', async () => {
    const evil = 'Maria\r\nBcc: evil@x.example\r\n\r\n\u202eBody\0'
    await send({ to: { name: evil, address: 'm@bücher.example' }, subject: evil, headers: { 'X-Test': evil } })
    const line = 'Maria Bcc: evil@x.example Body'
    const [mail] = bench.arrived()
    expect(mail).toMatchObject({ to: 'm@xn--bcher-kva.example', subject: line, headers: { 'X-Test': line } })
  })

  const wrong: Array<[string, Partial<MailMessage>]> = [
    ['a header that it makes itself', { headers: { Bcc: 'evil@x.example' } }],
    ['a header whose name breaks the line', { headers: { 'X\r\nBcc': 'evil@x.example' } }],
    ['a Message-ID that breaks the line', { messageId: 'a@b\r\nBcc: evil@x.example' }],
    ['a file whose name breaks the line', { attachments: [{ ...pdf, name: 'a.pdf"\r\nX: y' }] }],
    ['a file that is named by its path', { attachments: [{ ...pdf, name: '../../etc/passwd' }] }],
    ['a media type that breaks the line', { attachments: [{ ...pdf, mediaType: 'text/html\r\nX: y' }] }],
    ['a Content-ID that breaks the line', { attachments: [{ ...picture, cid: 'a@b>\r\nX: y' }] }],
    ['a file without bytes', { attachments: [{ ...pdf, bytes: '/etc/passwd' as never }] }],
  ]
  test.each(wrong)('does not take %s', async (_what, changes) => {
    expect(await refusal(send(changes))).toBeInstanceOf(Error)
    expect(bench.arrived()).toEqual([])
  })
})

describe.each<[string, () => Mailer]>([
  ['the fake', () => new FakeMailer()],
  ['the relay', () => relayTo(25, { host: '' })],
])('a mailer that is not configured, %s,', (_name, open) => {
  afterEach(cleanUp)
  test('says so, and that it may be later', async () => {
    const mailer = open()
    expect(mailer.configured).toBe(false)
    expect(await refusal(mailer.send(message()))).toBeInstanceOf(MailUnavailable)
  })
})

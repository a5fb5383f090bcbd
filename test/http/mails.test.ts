import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { RenderRefused, RenderUnavailable } from '../../src/domain/ports.ts'
import { TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'
import { FakeRenderer } from '../kit/renderer.ts'

let http: TestHttp
let renderer: FakeRenderer
beforeEach(async () => {
  renderer = new FakeRenderer()
  http = await startHttp({ renderer })
})
afterEach(() => http.close())

const MAIL = {
  sv: { subject: 'Bra, {{recipient.name}}!', body: 'Kurs: {{course_name}}, till {{expires_at}}.' },
  en: { heading: 'Well done' },
}
const define = async (more: object = {}, key = http.keys.designer) => {
  const { json } = await http.api('POST', '/v1/templates', { key, body: { ...TEMPLATE, mail: MAIL, ...more } })
  return json.id as string
}
const preview = (id: string, body: object = {}, key = http.keys.designer) =>
  http.api('POST', `/v1/templates/${id}/mail/preview`, { key, body })
const send = (id: string, body: object, key = http.keys.designer) =>
  http.api('POST', `/v1/templates/${id}/mail/test`, { key, body })

describe('the preview of a mail', () => {
  test('is what a recipient would get, with invented data and the picture in it', async () => {
    const id = await define({ validity: { months: 24 } })
    const { status, json } = await preview(id, { language: 'sv' })
    expect(status).toBe(200)
    expect(json.subject).toMatch(/^\[PROVMEJL\] Bra, \S+ \S+!$/)
    expect(json.text).toMatch(/Kurs: [^,]+, till \d+ mars 2028\./)
    expect(json.html).toContain(`src="data:image/jpeg;base64,${Buffer.from('jpeg 1200').toString('base64')}"`)
    expect(json.html).not.toContain('cid:')
    expect(json.attachments).toEqual([{ name: 'certificate.jpg', media_type: 'image/jpeg', bytes: 9 }])
    expect(renderer.asked.at(-1)!.job.mark).toBe('preview')
    expect((await http.api('GET', '/v1/mails')).json.data).toEqual([])
  })

  test("takes the caller's values, by either name of a field", async () => {
    const id = await define()
    const values = { 'recipient.name': 'Åsa <b>Öström</b>', 'fields.course_name': 'Svets' }
    const { json } = await preview(id, { language: 'sv', values })
    expect(json.subject).toContain('Bra, Åsa <b>Öström</b>!')
    expect(json.text).toContain('Kurs: Svets, till .')
    expect(json.html).toContain('Åsa &lt;b&gt;Öström&lt;/b&gt;')
    expect(json.html).not.toContain('<b>')
  })

  test('is of every kind, and of the template as it is without being asked anything', async () => {
    const id = await define({ language: 'en' })
    expect(
      (await http.api('POST', `/v1/templates/${id}/mail/preview`, { key: http.keys.designer })).json.html,
    ).toContain('Well done')
    for (const kind of ['issued', 'updated', 'revoked', 'link'])
      expect((await preview(id, { kind })).json.subject).toStartWith('[TEST MAIL] ')
  })

  test('names a value that the template has no place for', async () => {
    const { status, json } = await preview(await define(), { values: { coursename: 'x' } })
    expect(status).toBe(400)
    expect(json.error.message).toContain(
      'values.coursename is no merge field of this template. Did you mean "course_name"?',
    )
  })

  test('shows the mail without its picture where that cannot be drawn', async () => {
    const id = await define()
    renderer.failure = new RenderRefused('no')
    const { status, json } = await preview(id)
    expect([status, json.attachments]).toEqual([200, []])
    expect(json.html).not.toContain('<img')
  })

  test('needs the right to templates', async () => {
    const id = await define()
    expect((await preview(id, {}, http.keys.issuer)).status).toBe(403)
    expect((await preview('nothing')).status).toBe(404)
  })
})

describe('words with merge fields that do not exist', () => {
  test('are refused when the template is defined', async () => {
    const body = { ...TEMPLATE, mail: { sv: { body: 'Hej {{recipient.nme}}' } } }
    const { status, json } = await http.api('POST', '/v1/templates', { key: http.keys.designer, body })
    expect(status).toBe(400)
    expect(json.error).toMatchObject({ field: 'mail.sv.body' })
    expect(json.error.message).toContain('Did you mean "recipient.name"?')
  })
})

describe('a test mail', () => {
  test('goes to the address and nowhere else, is marked, and is about no certificate', async () => {
    http.appliance.mailer.configured = true
    const id = await define()
    const { status, json } = await send(id, { to: 'me@example.org', language: 'sv' })
    expect(status).toBe(202)
    expect(json).toMatchObject({ kind: 'test', status: 'queued', certificate_id: null, to: 'me@example.org' })
    await http.appliance.settle()
    const [sent] = http.appliance.mailer.sent
    expect(sent).toMatchObject({
      to: { address: 'me@example.org' },
      subject: expect.stringContaining('[PROVMEJL] Bra'),
    })
    expect(sent!.attachments.map(({ name }) => name)).toEqual(['certificate.jpg'])
    expect(http.appliance.mailer.sent).toHaveLength(1)
  })

  test.each(['nobody', 'a@b.example, c@d.example', 'a@b.example\r\nBcc: c@d.example', 'Me <me@example.org>'])(
    'to %j is refused, naming the field',
    async (to) => {
      const { status, json } = await send(await define(), { to })
      expect([status, json.error.field]).toEqual([400, 'to'])
      expect((await http.api('GET', '/v1/mails')).json.data).toEqual([])
    },
  )

  test('may be sent ten times in an hour with one key, and again in the next', async () => {
    const id = await define()
    for (let sent = 0; sent < 10; sent++) expect((await send(id, { to: 'me@example.org' })).status).toBe(202)
    const over = await send(id, { to: 'me@example.org' })
    expect([over.status, over.json.error.code]).toEqual([429, 'rate_limited'])
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await send(id, { to: 'me@example.org' }, http.keys.admin)).status).toBe(202)
    http.appliance.clock.advance(3_600_000)
    expect((await send(id, { to: 'me@example.org' })).status).toBe(202)
  })

  test('of the sandbox is captured, also where there is a relay', async () => {
    http.appliance.mailer.configured = true
    const id = await define({}, http.keys.sandbox)
    const { json } = await send(id, { to: 'me@example.org' }, http.keys.sandbox)
    await http.appliance.settle()
    expect(http.appliance.mailer.sent).toEqual([])
    const read = await http.api('GET', `/v1/mails/${json.id}`, { key: http.keys.sandbox })
    expect(read.json).toMatchObject({ status: 'captured', kind: 'test' })
    expect(read.json.subject).toStartWith('[TEST MAIL] ')
    const picture = await http.api('GET', read.json.attachments[0].url, { key: http.keys.sandbox })
    expect([picture.status, picture.text]).toEqual([200, 'jpeg 1200'])
  })

  test('is found among the mails by its kind', async () => {
    const { json } = await send(await define(), { to: 'me@example.org' })
    const found = async (kind: string) =>
      (await http.api('GET', `/v1/mails?kind=${kind}`)).json.data.map(({ id }: { id: string }) => id)
    expect([await found('test'), await found('issued')]).toEqual([[json.id], []])
  })

  test('shows the template as it was when it was asked for', async () => {
    const id = await define({ language: 'en' })
    const { json } = await send(id, { to: 'me@example.org' })
    const body = { mail: { en: { heading: 'Changed' } } }
    await http.api('PATCH', `/v1/templates/${id}`, { key: http.keys.designer, body })
    await http.appliance.settle()
    expect((await http.api('GET', `/v1/mails/${json.id}`)).json.html).toContain('Well done')
  })
})

describe('what travels with a mail', () => {
  const captured = async () => {
    const issued = await http.api('POST', '/v1/certificates', {
      chain: true,
      body: {
        template_id: await define({ attach_pdf: true }),
        recipient: { name: 'Maria', email: 'maria@example.org' },
        fields: { course_name: 'Welding', completion_date: '2026-03-03' },
      },
    })
    await http.appliance.settle()
    const { json } = await http.api('GET', `/v1/mails?certificate_id=${issued.json.id}`)
    return json.data[0] as { id: string; html: string; attachments: Array<Record<string, string>> }
  }

  test('is listed with the mail and drawn when somebody looks; nothing of it is stored', async () => {
    const mail = await captured()
    expect(mail.attachments).toEqual([
      {
        name: 'certificate.jpg',
        media_type: 'image/jpeg',
        content_id: expect.stringMatching(/^picture\.mail_\w+@certs\.example\.edu$/),
        bytes: null,
        url: `/v1/mails/${mail.id}/attachments/certificate.jpg`,
      },
      {
        name: 'certificate.pdf',
        media_type: 'application/pdf',
        content_id: null,
        bytes: null,
        url: `/v1/mails/${mail.id}/attachments/certificate.pdf`,
      },
    ] as never)
    expect(mail.html).toContain(`cid:${mail.attachments[0]!.content_id}`)
    const picture = await http.api('GET', mail.attachments[0]!.url!)
    expect([picture.text, picture.headers.get('content-type')]).toEqual(['jpeg 1200', 'image/jpeg'])
    expect((await http.api('GET', mail.attachments[1]!.url!)).text).toStartWith('%PDF')
  })

  test('is 404 where the mail has no such part, and in the other partition', async () => {
    const { id } = await captured()
    for (const name of ['logo.png', 'certificate.png', '..%2fkey.pdf'])
      expect((await http.api('GET', `/v1/mails/${id}/attachments/${name}`)).status).toBe(404)
    const path = `/v1/mails/${id}/attachments/certificate.jpg`
    expect((await http.api('GET', path, { key: http.keys.sandbox })).status).toBe(404)
    expect((await http.api('GET', path, { key: http.keys.designer })).status).toBe(403)
  })

  test('is asked for again later when there is too much to draw', async () => {
    const { attachments } = await captured()
    for (const failure of [new RenderUnavailable('busy'), new RenderRefused('no')]) {
      renderer.failure = failure
      expect((await http.api('GET', attachments[0]!.url!)).status).toBe(503)
    }
  })
})

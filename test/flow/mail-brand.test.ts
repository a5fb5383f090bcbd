import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { certificateOf } from '../kit/mail-flow.ts'
import { credentialFile } from '../../src/actions/certificates-public.ts'
import { addAsset, deleteAsset } from '../../src/actions/assets.ts'
import { revokeCertificate } from '../../src/actions/certificates.ts'
import { newLinkMail, newMistakeMail, type QueuedMail } from '../../src/domain/mails-decide.ts'
import { MAX_PICTURE_BYTES } from '../../src/domain/mails-fit.ts'
import { RenderRefused, RenderUnavailable, type Renderer, type RenderJob } from '../../src/domain/ports.ts'
import { certificateInFull } from '../../src/http/private/certificate-body.ts'
import type { HttpContext } from '../../src/http/context.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'
import { FakeRenderer } from '../kit/renderer.ts'

let app: TestAppliance
let renderer: FakeRenderer
/** What drawing pictures ends with; checking a design before issuing goes on. */
let failure: Error | undefined
beforeEach(async () => {
  renderer = new FakeRenderer()
  const draw = renderer.raster.bind(renderer)
  failure = undefined
  renderer.raster = async (job, options) => {
    if (failure) throw failure
    return draw(job, options)
  }
  app = await startTestAppliance({ renderer })
  app.mailer.configured = true
})
afterEach(() => app.close())

const mails = () => app.store.mails.list(app.live, {}, { limit: 10 })
const only = async () => {
  const all = await mails()
  expect(all).toHaveLength(1)
  return all[0]!
}
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const rasters = () => renderer.asked.filter(({ kind }) => kind === 'raster')
async function issued(template: object = {}, more: Record<string, unknown> = {}) {
  const { certificate } = await app.issue(await app.template(app.live, template as Record<string, unknown>), more)
  await app.settle()
  return certificate.id
}
const recipient = (language: string) => ({
  recipient: { name: 'Maria Andersson', email: 'maria@example.org', language },
})

describe('the picture of the certificate', () => {
  test('travels with the mail, is shown in it and leads to the page', async () => {
    const id = await issued()
    const [sent] = app.mailer.sent
    const [picture] = sent!.attachments
    expect(sent!.attachments).toHaveLength(1)
    expect(picture).toMatchObject({ name: 'certificate.jpg', mediaType: 'image/jpeg' })
    expect(picture!.cid).toBe(`picture.${sent!.messageId}`)
    expect(text(picture!.bytes)).toBe('jpeg 1200')
    expect(sent!.html).toContain(`<img src="cid:${picture!.cid}" width="600"`)
    expect(rasters()[0]!.job).toMatchObject({ mark: null, values: { 'certificate.id': id } })
    // Only its facts are kept: it can be drawn again.
    expect((await only()).attachments).toEqual([
      { name: 'certificate.jpg', mediaType: 'image/jpeg', cid: picture!.cid!, size: 9 },
    ])
  })

  test('that cannot be drawn keeps no mail back: it goes without', async () => {
    failure = new RenderRefused('no such font')
    await issued()
    expect(app.mailer.sent).toHaveLength(1)
    expect(app.mailer.sent[0]!.attachments).toEqual([])
    expect(app.mailer.sent[0]!.html).not.toContain('<img')
    expect(await only()).toMatchObject({ status: 'sent', attempts: 1, attachments: null })
  })

  test('is waited for while the renderer has too much to do, but not for ever', async () => {
    failure = new RenderUnavailable('too much at once')
    await issued()
    expect(app.mailer.sent).toEqual([])
    expect(await only()).toMatchObject({ status: 'queued', attempts: 0 })
    app.clock.advance(11 * 60_000)
    await app.settle()
    expect(app.mailer.sent[0]!.attachments).toEqual([])
  })

  test('comes with the mail when the renderer is free again', async () => {
    failure = new RenderUnavailable('too much at once')
    await issued()
    failure = undefined
    app.clock.advance(30_000)
    await app.settle()
    expect(app.mailer.sent[0]!.attachments).toHaveLength(1)
  })

  test('is drawn smaller while it is too heavy, and left out where even that does not help', async () => {
    const widths: number[] = []
    let each = (width: number) => width * 150
    renderer.raster = async (_job: RenderJob, { width }: { width: number }) => {
      widths.push(width)
      return new Uint8Array(each(width))
    }
    await issued()
    expect(widths).toEqual([1200, 960, 750])
    expect(app.mailer.sent[0]!.attachments[0]!.bytes.length).toBeLessThanOrEqual(MAX_PICTURE_BYTES)
    each = () => MAX_PICTURE_BYTES + 1
    await issued()
    expect(app.mailer.sent[1]!.attachments).toEqual([])
    expect(app.mailer.sent[1]!.html).not.toContain('<img')
  })

  test('is not drawn for a mail that stays here, and yet it is said what it would carry', async () => {
    app.mailer.configured = false
    await issued()
    expect(rasters()).toEqual([])
    const mail = await only()
    expect(mail).toMatchObject({ status: 'captured', attachments: [{ name: 'certificate.jpg', size: null }] })
    expect(mail.html).toContain(`cid:${mail.attachments![0]!.cid}`)
  })

  test('is not in a mail about a revocation', async () => {
    const id = await issued()
    await revokeCertificate(app.context, app.live, id, { reason: 'Issued in error.', notify: true })
    await app.settle()
    expect(app.mailer.sent.map(({ attachments }) => attachments.length)).toEqual([1, 0])
    expect(app.mailer.sent[1]!.subject).toStartWith('Your certificate has been revoked')
  })
})

describe("the issuer's logo", () => {
  const upload = async (size: number, width: number, height: number) => {
    const bytes = new Uint8Array(size).fill(7)
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    renderer.normalizeImage = async () => ({ bytes, mediaType: 'image/png', width, height })
    return (await addAsset(app.context, app.live, { bytes, name: 'logo.png' })).asset.id
  }

  test('stands above the mail, with the name for whoever does not see it, and cannot be deleted under it', async () => {
    const logo = await upload(2_000, 880, 112)
    await issued({ logo })
    const [sent] = app.mailer.sent
    expect(sent!.attachments.map(({ name, bytes }) => [name, bytes.length])).toEqual([
      ['logo.png', 2_000],
      ['certificate.jpg', 9],
    ])
    const { cid } = sent!.attachments[0]!
    expect(sent!.html).toContain(`<img src="cid:${cid}" width="220" height="28" alt="Example University"`)
    await expect(deleteAsset(app.context, app.live, logo)).rejects.toMatchObject({ code: 'asset_in_use' })
  })

  test('that is too heavy is made smaller, and gives way to the name where that does not help', async () => {
    const logo = await upload(70_000, 2_000, 1_000)
    const asked: number[] = []
    let made = 30_000
    const port: Renderer = renderer
    port.normalizeImage = async (_bytes, maxPixels) => {
      asked.push(maxPixels)
      return { bytes: new Uint8Array(made), mediaType: 'image/png', width: 1, height: 1 }
    }
    await issued({ logo })
    expect(asked).toEqual([224]) // twice the 112 × 56 pixels it is shown in
    expect(app.mailer.sent[0]!.attachments[0]).toMatchObject({ name: 'logo.png', bytes: { length: 30_000 } })
    made = 61_000
    await issued({ logo })
    expect(app.mailer.sent[1]!.attachments.map(({ name }) => name)).toEqual(['certificate.jpg'])
    expect(app.mailer.sent[1]!.html).not.toContain('logo.')
  })

  test('that does not exist is refused with the template', async () => {
    const nothing = `asset_${'0'.repeat(26)}`
    await expect(app.template(app.live, { logo: nothing })).rejects.toThrow(
      `logo names "${nothing}", which is no uploaded picture here.`,
    )
  })
})

describe("the issuer's words", () => {
  const mail = {
    sv: {
      subject: '{{recipient.name}} klarade {{course_name}}',
      heading: 'Bra jobbat!',
      body: 'Avslutad {{completion_date}}.',
    },
    en: { subject: 'Done: {{fields.course_name}}' },
  }
  const subjectFor = async (template: object, language: string) => {
    await issued(template, recipient(language))
    return app.mailer.sent[0]!
  }

  test("speak the recipient's language, with its dates", async () => {
    const sent = await subjectFor({ mail, language: 'en' }, 'sv-SE')
    expect(sent.subject).toBe('Maria Andersson klarade Advanced Project Management')
    expect(sent.text).toContain('Avslutad 3 mars 2026.')
    expect(sent.text).toContain('Tilldelat:')
    expect(sent.html).toContain('Bra jobbat!')
  })

  test("speak the template's own language where the recipient's has none, and the whole mail with them", async () => {
    const sent = await subjectFor({ mail, language: 'sv' }, 'de')
    expect(sent.subject).toBe('Maria Andersson klarade Advanced Project Management')
    expect(sent.text).toContain('Tilldelat:')
  })

  test('are the built-in ones where there are none for either', async () => {
    const sent = await subjectFor({ mail: { sv: mail.sv } }, 'de')
    expect(sent.subject).toBe('Ihr Zertifikat: Advanced Project Management')
  })

  test('are those of the version that the certificate was issued with', async () => {
    expect((await subjectFor({ mail }, 'en')).subject).toBe('Done: Advanced Project Management')
  })
})

describe('the PDF', () => {
  test('is attached where the template says so, with the credential as the page serves it', async () => {
    let carried: Uint8Array | null = null
    const plain = renderer.pdf.bind(renderer)
    renderer.pdf = (job, facts) => {
      carried = facts.credential
      return plain(job, facts)
    }
    const id = await issued({ attach_pdf: true })
    const [sent] = app.mailer.sent
    expect(sent!.attachments.map(({ name, cid }) => [name, cid === undefined])).toEqual([
      ['certificate.jpg', false],
      ['certificate.pdf', true],
    ])
    expect(text(carried!)).toBe(JSON.stringify(await credentialFile(app.context, id)))
    expect(sent!.text).toContain('The certificate is attached as a PDF.')
  })

  test('is not attached, and not announced, where the template does not say so', async () => {
    await issued()
    expect(renderer.asked.some(({ kind }) => kind === 'pdf')).toBe(false)
    expect(app.mailer.sent[0]!.text).not.toContain('PDF')
  })
})

describe('the link again, and a report of a mistake', () => {
  const origin = () => ({ now: app.clock.now(), random: app.context.random, mailDomain: 'certs.example.edu' })
  const queue = async (mail: QueuedMail | null) => {
    await app.store.commit({ at: app.clock.now(), ...mail! })
    await app.settle()
    return app.mailer.sent.at(-1)!
  }

  test('the link goes to the address on file', async () => {
    const id = await issued({}, recipient('fr'))
    const { certificate, version } = await certificateOf(app, id)
    const sent = await queue(newLinkMail(certificate, version, origin()))
    expect(sent).toMatchObject({ to: { address: 'maria@example.org' }, subject: expect.stringContaining('Votre lien') })
    expect(sent.text).toContain(`https://certs.example.edu/${id}`)
  })

  test('the report goes to the issuer, and the answer to who wrote it', async () => {
    const id = await issued()
    const { certificate, version } = await certificateOf(app, id)
    const issuer = { name: 'Example University', email: 'registrar@example.edu' }
    const report = { message: 'My name is misspelt.', from: 'ase@example.org' }
    const sent = await queue(newMistakeMail(certificate, version, report, issuer, origin()))
    expect(sent).toMatchObject({ to: { address: 'registrar@example.edu' }, replyTo: 'ase@example.org' })
    expect(sent.text).toContain('> My name is misspelt.')
    const odd = { message: 'x', from: 'a@b.example\r\nBcc: c@d.example' }
    const second = await queue(newMistakeMail(certificate, version, odd, issuer, origin()))
    expect(second.replyTo).toBeNull()
    expect(second.text).not.toContain('Bcc')
  })

  test('neither is what `mail.status` of the certificate tells', async () => {
    const id = await issued()
    const current = await certificateOf(app, id)
    app.mailer.failure = new Error('never asked')
    await app.store.commit({ at: app.clock.now(), ...newLinkMail(current.certificate, current.version, origin())! })
    const context = { ...app.context, headOf: () => undefined } as unknown as HttpContext
    const { mail } = await certificateInFull(context, app.live, await certificateOf(app, id))
    expect(mail.status).toBe('sent')
  })
})

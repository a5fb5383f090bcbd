/** The credential out of a PDF: as written, saved again by others, changed, and out of what is no such PDF. */
import { describe, expect, test } from 'bun:test'
import { PDFDocument, PDFRawStream } from '@cantoo/pdf-lib'
import { RenderRefused } from '../../src/domain/ports.ts'
import { credentialOf } from '../../src/render/pdf-read.ts'
import { CREDENTIAL, facts, jobOf, page, qpdf, text } from '../kit/drawings.ts'
import { LocalRenderer } from '../kit/renderer.ts'

const pdf = await new LocalRenderer().pdf(jobOf(page([text()])), facts())
const bare = await new LocalRenderer().pdf(jobOf(page([text()])), facts({ credential: null }))
const same = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).equals(CREDENTIAL)
const open = (file: Uint8Array) => PDFDocument.load(file, { updateMetadata: false })

describe('the credential comes back byte for byte', () => {
  test('as written', async () => expect(same(await credentialOf(pdf))).toBe(true))
  test.each([
    ['with object streams, linearized', ['--object-streams=generate', '--linearize']],
    ['with everything unpacked', ['--qdf', '--stream-data=uncompress']],
    ['packed anew', ['--recompress-flate', '--compression-level=9', '--object-streams=generate']],
    ['encrypted without a password to open it', ['--encrypt', '', 'owner', '256', '--']],
  ])('saved again by qpdf, %s', async (_, words) => {
    const again = await qpdf(pdf, ...words, '/out.pdf')
    expect(again.code).toBe(0)
    expect(Buffer.from(again.pdf!).equals(pdf)).toBe(false)
    expect(same(await credentialOf(again.pdf!))).toBe(true)
  })
  test('saved again with object streams by another program, and with bytes before its header', async () => {
    expect(same(await credentialOf(await (await open(pdf)).save({ useObjectStreams: true })))).toBe(true)
    expect(same(await credentialOf(Uint8Array.from(Buffer.concat([Buffer.from('\n\n'), pdf]))))).toBe(true)
  })
  test('beside other attachments', async () => {
    const doc = await open(pdf)
    await doc.attach(new Uint8Array([1, 2]), 'invoice.xml', { mimeType: 'text/xml' })
    expect(same(await credentialOf(await doc.save()))).toBe(true)
  })
})

describe('what carries none, or two', () => {
  test('null for a PDF without', async () => expect(await credentialOf(bare)).toBeNull())
  test('null for one with other attachments', async () => {
    const doc = await open(bare)
    await doc.attach(CREDENTIAL, 'other.json', { mimeType: 'application/json' })
    expect(await credentialOf(await doc.save())).toBeNull()
  })
  test('two that differ are refused: which one would count?', async () => {
    const doc = await open(pdf)
    await doc.attach(new TextEncoder().encode('{}'), 'credential.json', { mimeType: 'application/vc+json' })
    expect(credentialOf(await doc.save())).rejects.toThrow(/differ/)
  })
})

describe('what is no PDF, or a hostile one', () => {
  const refused = async (file: Uint8Array) => {
    const error = await credentialOf(file).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(RenderRefused)
    return (error as Error).message
  }
  test('other files', async () => {
    expect(await refused(new Uint8Array())).toMatch(/no PDF/)
    expect(await refused(new TextEncoder().encode('{"type":[]}'))).toMatch(/no PDF/)
    expect(await refused(new TextEncoder().encode('%PDF-1.7\nnothing'))).toMatch(/damaged/)
  })
  test('one with a password', async () => {
    const locked = await qpdf(pdf, '--encrypt', 'secret', 'owner', '256', '--', '/out.pdf')
    expect(await refused(locked.pdf!)).toMatch(/password/)
  })
  test('an attachment that unpacks to a gigabyte', async () => {
    const doc = await open(bare)
    await doc.attach(new Uint8Array(6_000_000), 'credential.json')
    expect(await refused(await doc.save())).toMatch(/too large/)
  })
  test('a damaged attachment gives what is left of it: the checks of the credential refuse that', async () => {
    const objects = [...(await open(pdf)).context.enumerateIndirectObjects()].map(([, object]) => object)
    const attached = objects.find(
      (object) => object instanceof PDFRawStream && String(object.dict).includes('/EmbeddedFile'),
    )
    const { contents } = attached as PDFRawStream
    const at = Buffer.from(pdf).indexOf(contents)
    expect(at).toBeGreaterThan(0)
    for (const place of [at + 8, at + (contents.length >> 1), at + contents.length - 12]) {
      const bent = Uint8Array.from(pdf)
      bent[place] = bent[place]! ^ 0x55
      expect(same(await credentialOf(bent))).toBe(false)
    }
  })
})

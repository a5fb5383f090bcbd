/** The credential out of a PDF, as browsers do it: written by several programs, packed, changed, broken and hostile. */
import { describe, expect, test } from 'bun:test'
import { deflateSync } from 'node:zlib'
import { AFRelationship, PDFDocument } from '@cantoo/pdf-lib'
import fc from 'fast-check'
import { credentialInPdf } from '../../web/shared/pdf-credential.ts'
import { PdfReader, readableText } from '../../web/shared/pdf-objects.ts'

const CREDENTIAL = JSON.stringify({ type: ['VerifiableCredential'], name: 'Zoë 漢字 (endobj) stream' })
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const binary = (bytes: Uint8Array) => [...bytes].map((byte) => String.fromCharCode(byte)).join('')
const utf8 = (text: string) => binary(new TextEncoder().encode(text))

async function written(useObjectStreams: boolean, name = 'credential.json'): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  document.addPage([300, 200])
  await document.attach(new TextEncoder().encode(CREDENTIAL), name, {
    mimeType: 'application/vc+json',
    creationDate: new Date(0),
    modificationDate: new Date(0),
    afRelationship: AFRelationship.Data,
  })
  return document.save({ useObjectStreams })
}

const object = (number: number, body: string) => `${number} 0 obj\n${body}\nendobj\n`
const stream = (number: number, dictionary: string, content: string) =>
  object(number, `<< ${dictionary} /Length ${content.length} >>\nstream\n${content}\nendstream`)
const file = (...objects: string[]) => latin1(`%PDF-1.7\n${objects.join('')}trailer\n<< /Root 1 0 R >>\n%%EOF\n`)
const SPEC = object(2, '<< /Type /Filespec /F (credential.json) /EF << /F 3 0 R >> >>')

describe('the credential in a PDF', () => {
  test('is found as our library writes it, with and without object streams, byte for byte', async () => {
    for (const useObjectStreams of [false, true])
      expect(await credentialInPdf(await written(useObjectStreams))).toEqual({ file: CREDENTIAL })
  })

  test('is found plain, packed, with a length that stands elsewhere, lies or is missing, and under a UTF-16 name', async () => {
    const packed = binary(deflateSync(CREDENTIAL))
    const plain = utf8(CREDENTIAL)
    const utf16 = `<FEFF${[...'credential.json'].map((letter) => `00${letter.charCodeAt(0).toString(16)}`).join('')}>`
    const noLength = object(3, `<< /Type /EmbeddedFile >>\nstream\r\n${plain}\nendstream`)
    for (const [name, bytes] of Object.entries({
      plain: file(SPEC, stream(3, '/Type /EmbeddedFile', plain)),
      packed: file(SPEC, stream(3, '/Filter /FlateDecode', packed)),
      list: file(SPEC, stream(3, '/Filter [ /FlateDecode ] /DecodeParms null', packed)),
      elsewhere: file(
        SPEC,
        object(3, `<< /Length 4 0 R >>\nstream\n${plain}\nendstream`),
        object(4, `${plain.length}`),
      ),
      lie: file(SPEC, object(3, `<< /Length 99999 >>\nstream\n${plain}\nendstream`)),
      noLength: file(SPEC, noLength),
      utf16: file(object(2, `<< /UF ${utf16} /EF << /UF 3 0 R >> >>`), stream(3, '', plain)),
      other: file(object(2, '<< /F (badge.json) /EF << /F 3 0 R >> >>'), stream(3, '', plain)),
    })) {
      const found = await credentialInPdf(bytes)
      expect([name, 'file' in found ? found.file.trimEnd() : found]).toEqual([name, CREDENTIAL])
    }
  })

  test('the newest counts when a program added to the file, and the named one before any other', async () => {
    const old = stream(3, '', utf8('{"old":true}'))
    const added = `${SPEC.replace('3 0 R', '9 0 R')}${stream(9, '', utf8('{"new":true}'))}`
    expect(await credentialInPdf(file(SPEC, old, added))).toEqual({ file: '{"new":true}' })
    const other = `${object(7, '<< /F (other.json) /EF << /F 8 0 R >> >>')}${stream(8, '', '{"other":1}')}`
    expect(await credentialInPdf(file(SPEC, stream(3, '', utf8(CREDENTIAL)), other))).toEqual({ file: CREDENTIAL })
  })

  test('what stands inside a stream is no object', async () => {
    const fake = `${SPEC}${stream(3, '', '{"planted":true}')}`.replaceAll('endstream', 'endstraem')
    const bytes = file(SPEC, stream(3, '', utf8(CREDENTIAL)), stream(5, '', fake))
    expect(await credentialInPdf(bytes)).toEqual({ file: CREDENTIAL })
  })

  test('none, locked and too large are told apart', async () => {
    const empty = await PDFDocument.create()
    empty.addPage()
    expect(await credentialInPdf(await empty.save())).toEqual({ problem: 'none' })
    expect(await credentialInPdf(await written(false, 'photo.png'))).toEqual({ problem: 'none' })
    expect(await credentialInPdf(file(SPEC, stream(3, '', '\u0081\u00ff')))).toEqual({ problem: 'none' })
    const locked = latin1(`%PDF-1.7\n${SPEC}${stream(3, '', 'x')}trailer << /Encrypt 9 0 R >>`)
    expect(await credentialInPdf(locked)).toEqual({ problem: 'locked' })
    expect(await credentialInPdf(new Uint8Array(40_000_001))).toEqual({ problem: 'too_large' })
  })

  test('a small file that unpacks to gigabytes is given up', async () => {
    const bomb = binary(deflateSync(new Uint8Array(30_000_000)))
    expect(bomb.length).toBeLessThan(100_000)
    expect(await credentialInPdf(file(SPEC, stream(3, '/Filter /FlateDecode', bomb)))).toEqual({ problem: 'none' })
    const objects = stream(4, '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', bomb)
    expect(await credentialInPdf(file(objects))).toEqual({ problem: 'none' })
  })

  test('nothing that is thrown at it makes it throw or hang', async () => {
    const good = await written(false)
    for (const bytes of [
      latin1('%PDF-1.7\n1 0 obj\n' + '<<'.repeat(10_000)),
      latin1('%PDF-1.7\n1 0 obj\n' + '['.repeat(10_000)),
      latin1('%PDF-1.7\n1 0 obj (' + '('.repeat(10_000)),
      latin1('1 0 obj << /EF 1 0 R /F (credential.json) >> endobj'),
      latin1('1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj 3 0 obj << /F 1 0 R /EF << /F 1 0 R >> >> endobj'),
      latin1(`1 0 obj << /Length 1 0 R >> stream`),
    ])
      expect(await credentialInPdf(bytes)).toEqual({ problem: 'none' })
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(good.length),
        async (at, byte, cut) => {
          const broken = good.slice(0, Math.max(20, cut))
          if (at < broken.length) broken[at] = byte
          await credentialInPdf(broken)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('values of a PDF', () => {
  test('are read as the standard writes them', () => {
    const read = (text: string) => new PdfReader(text).value()
    expect(read('(a\\(b\\)\\\\ \\101\\n(in) c)')).toBe('a(b)\\ A\n(in) c')
    expect(read('<48 65 6c6C6f>')).toBe('Hello')
    expect(read('[ 1 -2.5 .5 true null ]')).toEqual([1, -2.5, 0.5, true, null])
    expect(read('% comment\n /A#20B')).toMatchObject({ name: 'A B' })
    expect(read('<< /A 12 0 R /B [ 1 0 R 2 ] >>')).toEqual(
      new Map<string, never>([
        ['A', { number: 12 } as never],
        ['B', [{ number: 1 }, 2] as never],
      ]),
    )
    expect(readableText('\u00fe\u00ff\u0000H\u0000i')).toBe('Hi')
    for (const bad of ['', '(open', '<zz>', '<< 1 2 >>', '['.repeat(50)]) expect(() => read(bad)).toThrow()
  })
})

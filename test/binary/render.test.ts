/** The compiled program draws: as nobody's user, with no folder for temporary files, and its PDF verifies anywhere. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PDFDocument, PDFRawStream } from '@cantoo/pdf-lib'
import { Binary, newFolder, OTHER_USER, runBinary } from '../kit/binary.ts'
import { page, pdfium, qpdf, text } from '../kit/drawings.ts'

const folder = newFolder()
const app = new Binary({ env: { TMPDIR: '/nonexistent' }, ...(OTHER_USER === undefined ? {} : { uid: OTHER_USER }) })
let id = ''
let pdf = new Uint8Array()

const design = page([
  text({ id: 'name' }),
  text({ id: 'what', text: '{{template.name}} – Абв – 王', size: 20, y: 110 }),
  { id: 'code', kind: 'qr', x: 240, y: 150, width: 35, height: 35 },
])
const get = async (path: string) => {
  const answer = await fetch(`${app.url}${path}`)
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return new Uint8Array(await answer.arrayBuffer())
}
const verify = (...words: string[]) => runBinary(['verify', ...words], { dir: folder, env: { TMPDIR: '/nonexistent' } })
const put = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes)

beforeAll(async () => {
  await app.start()
  app.key = await app.createKey('--scope', 'admin', '--plan', 'enterprise')
  const template = await app.api('POST', '/v1/templates', { name: 'Bee keeping', slug: 'bees', fields: [], design })
  expect(template.json).toMatchObject({ slug: 'bees' })
  const recipient = { name: 'Maria Andersson', email: 'maria@example.org' }
  const { json } = await app.api('POST', '/v1/certificates', { template_id: 'bees', recipient, fields: {} })
  expect(json.status).toBe('issued')
  id = json.id
  pdf = await get(`/${id}.pdf`)
}, 60_000)

afterAll(async () => {
  await app.discard()
  for (const dir of [folder, app.dir]) rmSync(dir, { recursive: true, force: true })
})

test('the PDF holds name, letters of all fonts and the very credential that is served', async () => {
  expect((await pdfium(pdf)).text).toContain('Maria Andersson')
  expect((await pdfium(pdf)).text).toContain('Bee keeping – Абв – 王')
  expect((await qpdf(pdf, '--check')).code).toBe(0)
  expect(Buffer.from(await get(`/${id}.pdf`)).equals(pdf)).toBe(true)
})

test('SVG and pictures come out of the same worker', async () => {
  expect(new TextDecoder().decode(await get(`/${id}.svg`))).toContain('aria-label="Maria Andersson"')
  expect(await new Bun.Image(await get(`/${id}.png?width=600`)).metadata()).toMatchObject({ format: 'png', width: 600 })
  expect(await new Bun.Image(await get(`/${id}.jpg?width=600`)).metadata()).toMatchObject({
    format: 'jpeg',
    width: 600,
  })
})

test('"testamur verify FILE.pdf" takes the credential out and checks it, also when another program saved the file again', async () => {
  const again = await qpdf(pdf, '--object-streams=generate', '--linearize', '/out.pdf')
  put('good.pdf', pdf)
  put('again.pdf', again.pdf!)
  for (const file of ['good.pdf', 'again.pdf', `${app.url}/${id}.pdf`]) {
    const { code, out } = await verify('--rpc', `${app.url}/chain/rpc`, file)
    expect(out).toContain(`${file}: VALID`)
    expect(code).toBe(0)
  }
  expect((await verify('--rpc', `${app.url}/chain/rpc`, 'good.pdf')).out).toContain('attached to the PDF')
})

test('one changed byte of the credential fails, and the check that failed is named', async () => {
  const doc = await PDFDocument.load(pdf, { updateMetadata: false })
  const objects = [...doc.context.enumerateIndirectObjects()].map(([, object]) => object)
  const isFile = (object: unknown) => object instanceof PDFRawStream && String(object.dict).includes('/EmbeddedFile')
  const { contents } = objects.find(isFile) as PDFRawStream
  const credential = Buffer.from(Bun.inflateSync(contents.subarray(2, -4) as Uint8Array<ArrayBuffer>))
  const place = credential.indexOf('Maria')
  expect(place).toBeGreaterThan(0)
  credential[place] = 'm'.charCodeAt(0)
  const other = await PDFDocument.create()
  other.addPage()
  await other.attach(Uint8Array.from(credential), 'credential.json', { mimeType: 'application/vc+json' })
  put('changed.pdf', await other.save())
  const changed = await verify('--rpc', `${app.url}/chain/rpc`, 'changed.pdf')
  expect([changed.code, changed.out]).toEqual([
    1,
    expect.stringContaining('the content was changed after it was signed'),
  ])

  const at = Buffer.from(pdf).indexOf(contents) + (contents.length >> 1)
  const bent = Uint8Array.from(pdf)
  bent[at] = bent[at]! ^ 0x55
  put('bent.pdf', bent)
  const damaged = await verify('--rpc', `${app.url}/chain/rpc`, 'bent.pdf')
  expect(damaged.code).toBe(1)
  expect(damaged.out).toMatch(/ {2}intact +FAIL\n {4}x /)
})

test('a PDF without a credential could not be checked, and the cure is named', async () => {
  const other = await PDFDocument.create()
  other.addPage()
  put('scan.pdf', await other.save())
  put('broken.pdf', new TextEncoder().encode('%PDF-1.7 nothing'))
  const { code, out } = await verify('scan.pdf', 'broken.pdf')
  expect(code).toBe(2)
  expect(out).toMatch(/scan\.pdf carries no credential\.json.*link or QR code/)
  expect(out).toContain('broken.pdf cannot be read: the PDF is damaged')
})

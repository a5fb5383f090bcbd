/** A whole mail, drawn by the real renderer, handed over by the real relay: what arrives, and how heavy it is. */
import { afterAll, afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { credentialFile } from '../../src/actions/certificates-public.ts'
import { GALLERY } from '../../src/domain/gallery/gallery.ts'
import { openRenderer } from '../../src/wire-render.ts'
import { startTestAppliance } from '../kit/appliance.ts'
import { parseMail } from './parse-mail.ts'
import { cleanUp, relayTo, startServer } from './relay-server.ts'

setDefaultTimeout(120_000)
const renderer = openRenderer({
  spawnWorker: () => new Worker(new URL('../../src/worker.ts', import.meta.url).href),
  schedule: () => () => {},
})
afterAll(() => renderer.close())
afterEach(cleanUp)

const MAX_MAIL = 300_000
const JPEG = 'ffd8ff'

describe('the mail about a certificate', () => {
  test.each(GALLERY.map(({ slug }) => slug))(
    'of the design %s brings its picture in less than 300 kB',
    async (design) => {
      const { port, delivered } = await startServer()
      const app = await startTestAppliance({ renderer })
      try {
        app.context.mailer = relayTo(port)
        await app.issue(await app.template(app.live, { design, mail: { en: { body: 'ä'.repeat(4000) } } }))
        await app.settle()
        const [mail] = delivered
        expect(mail!.raw.length).toBeLessThan(MAX_MAIL)
        const { attachments, parts } = parseMail(mail!.raw)
        expect(attachments.map(({ name }) => name)).toEqual(['certificate.jpg'])
        const [{ bytes, cid }] = attachments as [(typeof attachments)[0]]
        expect(Buffer.from(bytes.slice(0, 3)).toString('hex')).toBe(JPEG)
        expect(parts['text/html']).toContain(`src="cid:${cid}"`)
      } finally {
        await app.close()
      }
    },
  )

  test('stays below 300 kB with the longest words', async () => {
    const { port, delivered } = await startServer()
    const app = await startTestAppliance({ renderer })
    try {
      app.context.mailer = relayTo(port)
      for (const [index, body] of [
        '"'.repeat(9_970),
        'ä'.repeat(9_970),
        '漢字'.repeat(4_980),
        '😀 '.repeat(3_300),
      ].entries()) {
        const design = 'membership'
        const mail = { en: { body: `${body} {{recipient.name}}` } }
        await app.issue(await app.template(app.live, { design, mail, slug: `long-${index}` }))
        await app.settle()
        expect(delivered[index]!.raw.length).toBeLessThan(MAX_MAIL)
        expect(parseMail(delivered[index]!.raw).attachments).toHaveLength(1)
      }
    } finally {
      await app.close()
    }
  })

  test('with its PDF carries a credential that can be taken out again', async () => {
    const { port, delivered } = await startServer()
    const app = await startTestAppliance({ renderer })
    try {
      app.context.mailer = relayTo(port)
      const { certificate } = await app.issue(await app.template(app.live, { attach_pdf: true }))
      await app.settle()
      const pdf = parseMail(delivered[0]!.raw).attachments.find(({ mediaType }) => mediaType === 'application/pdf')!
      const credential = JSON.parse(new TextDecoder().decode((await renderer.credentialOf(pdf.bytes))!))
      expect(credential).toEqual(await credentialFile(app.context, certificate.id))
      expect(credential.proof).toHaveLength(2)
    } finally {
      await app.close()
    }
  })
})

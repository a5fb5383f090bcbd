/** The files of a certificate as the real renderer makes them: what a visitor gets is what a verifier can read. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { credentialInPdf } from '../../web/shared/pdf-credential.ts'
import { TEMPLATE, requestFor } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'
import { RealRenderer } from '../kit/real-renderer.ts'

setDefaultTimeout(60_000)
let http: TestHttp
let id = ''
beforeAll(async () => {
  http = await startHttp({ renderer: new RealRenderer() })
  for (const key of [http.keys.admin, http.keys.sandbox])
    await http.api('POST', '/v1/templates', { key, body: { ...TEMPLATE, slug: 'apm' } })
  id = await issue()
})
afterAll(() => http.close())
const issue = async (key = http.keys.issuer) =>
  (await http.api('POST', '/v1/certificates', { body: requestFor('apm'), chain: true, key })).json.id as string
const file = async (path: string) => {
  const request = new Request(`http://certs.example.edu${path}`)
  const response = await http.fetch(request, { remoteAddress: '203.0.113.7' })
  expect(response.status).toBe(200)
  return new Uint8Array(await response.arrayBuffer())
}
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

test('the PDF holds the credential file that .json gives, and a browser finds it there', async () => {
  const pdf = await file(`/${id}.pdf`)
  expect(await credentialInPdf(pdf)).toEqual({ file: text(await file(`/${id}.json`)) })
  expect(await file(`/${id}.pdf`)).toEqual(pdf)
})

test('pictures have the widths they are asked for; the one for social networks is 1200 by 630', async () => {
  const size = async (path: string) => {
    const { width, height } = await new Bun.Image(await file(path)).metadata()
    return { width, height }
  }
  expect((await size(`/${id}.png?width=600`)).width).toBe(600)
  expect((await size(`/${id}.jpg`)).width).toBe(1200)
  expect(await size(`/${id}.og.jpg`)).toEqual({ width: 1200, height: 630 })
})

test('the page asks for a picture of the proportions that the file has, and no more than the file loads', async () => {
  const page = text(await file(`/${id}`))
  const [, width, height] = /width="(\d+)"\s+height="(\d+)"\s+alt="/.exec(page)!
  const svg = text(await file(`/${id}.svg`))
  const [, , , boxWidth, boxHeight] = /viewBox="(\S+) (\S+) (\S+) (\S+)"/.exec(svg)!
  expect(Number(width) / Number(height)).toBeCloseTo(Number(boxWidth) / Number(boxHeight), 2)
  expect(svg).not.toMatch(
    /<script|<foreignObject|<(image|use)\b[^>]*href="(?!#|data:image\/(png|jpeg);)|@import|url\((?!["']?#)/,
  )
})

test('of the sandbox differ from those of the real thing', async () => {
  const sandbox = await issue(http.keys.sandbox)
  const strip = (svg: string) => svg.replace(/cert_\w+/g, '').length
  expect(strip(text(await file(`/${sandbox}.svg`)))).toBeGreaterThan(strip(text(await file(`/${id}.svg`))))
})

/** /verify.html of the executable, saved to a disk and opened there: it checks the executable's certificates. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { Binary, newFolder, until } from '../kit/binary.ts'
import { launchBrowser } from '../kit/certificate-site.ts'

setDefaultTimeout(60_000)
const folder = newFolder()
const app = new Binary()
let browser: Browser
let good = ''
let replaced = { first: '', second: '' }

beforeAll(async () => {
  await app.start()
  app.key = await app.createKey('--scope', 'admin', '--plan', 'enterprise')
  const field = { key: 'course_name', label: 'Course', type: 'text', required: true }
  await app.api('POST', '/v1/templates', { name: 'Course', slug: 'course', fields: [field] })
  const issue = async () => {
    const recipient = { name: 'Maria Andersson', email: 'maria@example.org' }
    const body = { template_id: 'course', recipient, fields: { course_name: 'Bees' } }
    return (await app.api('POST', '/v1/certificates', body)).json.id as string
  }
  const file = async (id: string) => (await app.api('GET', `/${id}.json`)).text
  good = await file(await issue())
  const id = await issue()
  const first = await file(id)
  await app.api('PATCH', `/v1/certificates/${id}`, { recipient: { name: 'Maria Anderson' }, reason: 'misspelt' })
  replaced = { first, second: await file(id) }
  await until('the replacement to be on the chain', async () => {
    const { json } = await app.api('GET', `/v1/certificates/${id}`)
    return json.history.some((version: { revocation: { on_chain: boolean } | null }) => version.revocation?.on_chain)
  })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await app.discard()
  for (const dir of [folder, app.dir]) rmSync(dir, { recursive: true, force: true })
})

test('the policy it is served with names exactly the script and the style inside it', async () => {
  const answer = await fetch(`${app.url}/verify.html`)
  const text = await answer.text()
  const policy = answer.headers.get('content-security-policy')!
  const hash = (inside: string) => `'sha256-${createHash('sha256').update(inside).digest('base64')}'`
  expect(policy).toContain(`script-src ${hash(/<script type="module">([^]*?)<\/script>/.exec(text)![1]!)};`)
  expect(policy).toContain(`style-src ${hash(/<style>([^]*?)<\/style>/.exec(text)![1]!)};`)
  expect(policy).not.toContain('unsafe')
})

test('saved and opened from a disk it tells valid, replaced and changed files apart', async () => {
  const path = join(folder, 'verify.html')
  writeFileSync(path, await (await fetch(`${app.url}/verify.html`)).text())
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
  const hosts = new Set<string>()
  page.on('request', (request) => {
    if (request.url().startsWith('http')) hosts.add(new URL(request.url()).host)
  })
  await page.goto(pathToFileURL(path).href)
  const check = async (text: string, mood: string) => {
    const buffer = Buffer.from(text)
    await page.setInputFiles('#file', { name: 'certificate.json', mimeType: 'application/json', buffer })
    await page.waitForSelector(`body[data-verdict="${mood}"] .groups`)
    return page.innerText('#check')
  }
  expect(await check(good, 'valid')).toContain('Awarded to Maria Andersson')
  expect(await check(replaced.first, 'ended')).toContain('It is authentic, but was replaced by a newer version on')
  expect(await check(replaced.second, 'valid')).toContain('Awarded to Maria Anderson by')
  expect(await check(good.replace('Bees', 'Wasps'), 'invalid')).toContain('something was changed')
  expect([...hosts]).toEqual([new URL(app.url).host])
})

/** The one-time link of a first start: it makes the administrator's key, once, and tells nobody else. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { openSetup, redeemSetup } from '../../src/actions/setup.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.close())
const ask = (method: string, token: string, headers = {}) =>
  http.api(method, `/admin/setup/${token}`, { key: null, headers, ...(method === 'POST' ? { raw: '' } : {}) })

test('looking does not use it up; the key is shown once and may do everything; then the link is gone', async () => {
  const token = (await openSetup(http.appliance.context))!
  for (let look = 0; look < 2; look++) expect((await ask('GET', token)).text).toContain('method="post"')
  const made = await ask('POST', token)
  const key = /tm_live_\w{37}/.exec(made.text)![0]
  expect(made.headers.get('cache-control')).toBe('no-store')
  expect(made.headers.get('referrer-policy')).toBe('no-referrer')
  expect((await http.api('GET', '/v1/system', { key })).status).toBe(200)
  for (const method of ['GET', 'POST']) {
    const gone = await ask(method, token)
    expect(gone.status).toBe(410)
    expect(gone.text).not.toContain('tm_live_')
  }
  expect(redeemSetup(http.appliance.context, token)).rejects.toMatchObject({ code: 'setup_link_used' })
  // An administrator is set up: later starts print no link.
  expect(await openSetup(http.appliance.context)).toBeUndefined()
  expect(JSON.stringify(http.log)).not.toContain(token)
  expect((await http.api('GET', '/docs/errors/setup_link_used', { key: null })).status).toBe(200)
})

test('two at once make one key', async () => {
  const own = await startHttp()
  const token = (await openSetup(own.appliance.context))!
  const redeem = () => own.api('POST', `/admin/setup/${token}`, { key: null, raw: '' })
  const statuses = (await Promise.all([redeem(), redeem(), redeem()])).map(({ status }) => status)
  expect(statuses.sort()).toEqual([200, 410, 410])
  await own.close()
})

test('a guessed or expired link opens nothing', async () => {
  const own = await startHttp()
  const token = (await openSetup(own.appliance.context))!
  const at = (path: string) => own.api('GET', `/admin/setup/${path}`, { key: null })
  expect((await at('0'.repeat(64))).status).toBe(404)
  expect((await at('x')).status).toBe(404)
  own.appliance.clock.advance(30 * 60_000)
  expect((await at(token)).status).toBe(410)
  await own.close()
})

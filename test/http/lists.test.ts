/** Lists: pages, cursors and filters. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
const made: string[] = []
beforeAll(async () => {
  http = await startHttp({ appliance: { syncWaitMs: 0 } })
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'apm' } })
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'other' } })
  for (let number = 0; number < 25; number++) {
    const recipient = { name: `Person ${number}`, email: `p${number}@example.org` }
    const body = { ...requestFor(number % 5 === 0 ? 'other' : 'apm'), recipient, expires_at: `20${30 + number}-01-01` }
    made.unshift((await http.api('POST', '/v1/certificates', { body })).json.id)
    http.appliance.clock.advance(number % 3 === 0 ? 0 : 1000)
  }
  await http.appliance.settle()
})
afterAll(() => http.close())

const list = async (query: string) => (await http.api('GET', `/v1/certificates?${query}`)).json
type Entry = { id: string }
const ids = (page: { data: Entry[] }) => page.data.map(({ id }) => id)

test('walking forward meets every certificate once, newest first, and walking back the same', async () => {
  const forward: string[] = []
  let page = await list('limit=7')
  expect(page.pagination.prev).toBeNull()
  for (;;) {
    forward.push(...ids(page))
    if (page.pagination.next === null) break
    page = await list(`limit=7&cursor=${page.pagination.next}`)
  }
  expect(forward).toHaveLength(25)
  expect(new Set(forward)).toEqual(new Set(made))
  const back: string[] = [...ids(page)]
  while (page.pagination.prev !== null) {
    page = await list(`limit=7&cursor=${page.pagination.prev}`)
    back.unshift(...ids(page))
  }
  expect(back).toEqual(forward)
})

test('new certificates on the way do not repeat or hide old ones', async () => {
  let page = await list('limit=5')
  const seen = ids(page)
  while (page.pagination.next !== null) {
    await http.api('POST', '/v1/certificates', { body: requestFor('apm') })
    page = await list(`limit=5&cursor=${page.pagination.next}`)
    seen.push(...ids(page))
  }
  expect(seen.filter((id) => made.includes(id))).toHaveLength(25)
  expect(new Set(seen).size).toBe(seen.length)
})

test('a cursor is refused when it was changed, or comes from another list', async () => {
  const { pagination } = await list('limit=5')
  const cursor = pagination.next as string
  const changed = Buffer.from(Buffer.from(cursor, 'base64url').toString().replace('next', 'prev')).toString('base64url')
  for (const bad of [changed, `${cursor}x`, cursor.slice(2), 'x', '%00'])
    expect((await http.api('GET', `/v1/certificates?cursor=${bad}`)).status).toBe(400)
  expect((await http.api('GET', `/v1/mails?cursor=${cursor}`)).status).toBe(400)
})

test('filters narrow the list', async () => {
  const count = async (query: string) =>
    (await list(`limit=100&${query}`)).data.filter(({ id }: Entry) => made.includes(id)).length
  expect(await count('template_id=other')).toBe(5)
  expect(await count('template_id=nothing')).toBe(0)
  expect(await count('recipient_email=p7@example.org')).toBe(1)
  expect(await count('q=Person%202')).toBe(6)
  expect(await count(`q=${made[0]}`)).toBe(1)
  expect(await count('status=issued')).toBe(25)
  expect(await count('status=expired')).toBe(0)
  expect(await count('expires_before=2031-01-01')).toBe(1)
  expect(await count('issued_from=2026-03-03&issued_to=2026-03-03')).toBe(25)
  expect(await count('issued_from=2026-03-04')).toBe(0)
  expect(await count('valid_on=2026-03-04')).toBe(25)
  expect(await count('valid_on=2020-01-01')).toBe(0)
})

test('what has run out is shown as expired, and nothing has to happen for it', async () => {
  http.appliance.clock.advance(5 * 366 * 86_400_000)
  const { json } = await http.api('GET', `/v1/certificates/${made.at(-1)}`)
  expect(json.status).toBe('expired')
  expect((await list('status=expired&limit=100')).data.length).toBeGreaterThan(0)
})

test('events are read on from where one was; the audit log says who', async () => {
  const first = (await http.api('GET', '/v1/events?types=certificate.issued&limit=3')).json
  expect(first.data).toHaveLength(3)
  expect(first.data[0]).toMatchObject({ type: 'certificate.issued', event: 'certificate.issued' })
  expect(made).toContain(first.data[0].certificate_id)
  const next = (await http.api('GET', `/v1/events?types=certificate.issued&limit=3&after=${first.pagination.next}`))
    .json
  expect(next.data[0].seq).toBeGreaterThan(first.data[2].seq)
  const last = (await http.api('GET', '/v1/events?after=999999')).json
  expect(last).toEqual({ data: [], pagination: { next: null, prev: null } })
  const audit = (await http.api('GET', '/v1/audit?limit=100', { key: http.keys.admin })).json
  expect(audit.data.some(({ actor }: { actor: string }) => actor.startsWith('key_'))).toBe(true)
  for (const { hash } of audit.data) expect(hash).toMatch(/^[0-9a-f]{64}$/)
})

/** Visits over a period, and what of them becomes an event. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { recordVisits } from '../../src/actions/visits.ts'
import { countVisit, noVisitDay, noVisits, type Visit } from '../../src/domain/visits.ts'
import { VisitQueue } from '../../src/http/visit-queue.ts'
import { Visitors } from '../../src/http/visitors.ts'
import { ManualClock } from '../kit/clock.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
const BROWSER = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0' }
const templates: Record<string, string> = {}
beforeAll(async () => {
  http = await startHttp()
  for (const slug of ['one', 'two'])
    templates[slug] = (
      await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug } })
    ).json.id
  await http.api('POST', '/v1/templates', { key: http.keys.sandbox, body: { ...TEMPLATE, slug: 'one' } })
})
afterAll(() => http.close())
const issue = async (slug: string, key = http.keys.issuer) =>
  (await http.api('POST', '/v1/certificates', { body: requestFor(slug), chain: true, key })).json.id as string
const visit = (id: string, body: object, address = '203.0.113.50') =>
  http.api('POST', `/${id}/visits`, { key: null, body, headers: BROWSER, address })
const ask = (query = '', key = http.keys.reader) => http.api('GET', `/v1/analytics${query}`, { key })

describe('analytics', () => {
  test('add up by day and by template, within the period, for the caller’s own partition', async () => {
    const [one, two] = [await issue('one'), await issue('two')]
    const day = new Date(http.appliance.clock.now()).toISOString().slice(0, 10)
    await visit(one, { kind: 'view', referrer: 'linkedin.com' })
    await visit(one, { kind: 'view', referrer: 'linkedin.com' })
    await visit(one, { kind: 'verified' })
    http.appliance.clock.advance(86_400_000)
    await visit(two, { kind: 'view', referrer: 'example.org' }, '203.0.113.51')
    await http.api('GET', `/s/${two}/x`, { key: null, headers: BROWSER })
    await http.api('GET', `/${two}/embed`, { key: null, headers: { ...BROWSER, Referer: 'https://blog.example/' } })
    const sandbox = await issue('one', http.keys.sandbox)
    await visit(sandbox, { kind: 'view' })
    const next = new Date(http.appliance.clock.now()).toISOString().slice(0, 10)
    const first = { views: 2, unique_views: 1, verifications: 1, embed_views: 0, shares: {} }
    const second = { views: 1, unique_views: 1, verifications: 0, embed_views: 1, shares: { x: 1, embed: 1 } }
    const { json } = await ask()
    expect(json).toMatchObject({
      to: next,
      template_id: null,
      totals: {
        ...{ views: 3, unique_views: 2, verifications: 1, embed_views: 1, shares: { x: 1, embed: 1 } },
        referrers: [
          { referrer: 'linkedin.com', views: 2 },
          { referrer: 'example.org', views: 1 },
        ],
      },
      days: [
        { day, ...first },
        { day: next, ...second },
      ],
      templates: [
        { template_id: templates.one, ...first },
        { template_id: templates.two, ...second },
      ],
    })
    expect((Date.parse(json.to) - Date.parse(json.from)) / 86_400_000).toBe(29)
    expect((await ask(`?from=${next}`)).json.totals.views).toBe(1)
    expect((await ask('?template_id=one')).json).toMatchObject({ template_id: templates.one, totals: { views: 2 } })
    expect((await ask(`?template_id=${templates.two}&from=${day}&to=${day}`)).json).toMatchObject({
      totals: { views: 0 },
      days: [],
    })
    expect((await ask('', http.keys.sandbox)).json.totals.views).toBe(1)
    expect((await ask(`?template_id=${templates.one}`, http.keys.sandbox)).status).toBe(404)
  })

  test('are for keys that may read certificates, and for periods that make sense', async () => {
    expect((await ask('', http.keys.designer)).status).toBe(403)
    expect((await http.api('GET', '/v1/analytics', { key: null })).status).toBe(401)
    for (const query of [
      '?from=2026-02-30',
      '?from=2026-03-02&to=2026-03-01',
      '?from=2024-01-01&to=2026-01-01',
      '?to=yesterday',
      '?since=2026-01-01',
    ])
      expect([query, (await ask(query)).status]).toEqual([query, 400])
    expect((await ask('?template_id=nothing')).json.error.code).toBe('template_not_found')
    expect((await ask('?from=2025-01-01&to=2025-12-31')).json.days).toEqual([])
  })

  test('of a sandbox that is wiped are gone with it', async () => {
    await http.api('DELETE', '/v1/sandbox', { key: http.keys.sandbox })
    expect((await ask('', http.keys.sandbox)).json).toMatchObject({ totals: { views: 0 }, templates: [] })
    expect((await ask()).json.totals.views).toBe(3)
  })
})

describe('events of visits', () => {
  const eventsOf = async (id: string) =>
    (await http.appliance.store.events.ofSubject(id)).filter(({ type }) => type === 'certificate.viewed')

  test('are told once a visitor and day, so that reloading fills no log', async () => {
    const id = await issue('one')
    for (let times = 0; times < 20; times++) await visit(id, { kind: 'view' })
    await visit(id, { kind: 'view' }, '203.0.113.60')
    expect(await eventsOf(id)).toHaveLength(2)
    expect((await http.api('GET', `/v1/certificates/${id}`)).json.analytics.views).toBe(21)
  })

  test('of one certificate end at a number a day, also for a flood of invented visitors', async () => {
    const clock = new ManualClock()
    const visitors = new Visitors(
      clock,
      (size) => new Uint8Array(size),
      (text) => text.padEnd(30),
    )
    const told = () => Array.from({ length: 1000 }, () => visitors.mayTell('cert_1', 'view')).filter(Boolean).length
    expect(told()).toBe(200)
    expect(visitors.mayTell('cert_1', 'verified')).toBe(true)
    expect(visitors.mayTell('cert_2', 'view')).toBe(true)
    clock.advance(86_400_000)
    expect(told()).toBe(200)
  })

  test('that come together share a commit, and none is lost', async () => {
    const ids = [await issue('one'), await issue('two')]
    const before = http.appliance.store.activity().commits
    await Promise.all(
      Array.from({ length: 150 }, (_, index) => visit(ids[index % 2]!, { kind: 'view' }, `192.0.2.${index}`)),
    )
    expect(http.appliance.store.activity().commits - before).toBeLessThan(30)
    for (const id of ids) expect((await http.api('GET', `/v1/certificates/${id}`)).json.analytics.views).toBe(75)
  })

  test('never fail the page: a store that refuses costs the count and no more', async () => {
    const id = await issue('one')
    const { store } = http.appliance
    const real = store.commit
    store.commit = () => Promise.reject(new Error('disk full'))
    try {
      expect((await visit(id, { kind: 'view' })).status).toBe(204)
    } finally {
      store.commit = real
    }
    expect(http.log.at(-1)?.message).toBe('visits could not be counted')
    expect((await visit(id, { kind: 'view' })).status).toBe(204)
    expect((await http.api('GET', `/v1/certificates/${id}`)).json.analytics.views).toBe(1)
  })

  test('of unknown certificates are nothing', async () => {
    const before = http.appliance.store.activity().commits
    const visit = { kind: 'view', unique: true, told: true, referrer: null, channel: null, location: null } as const
    await recordVisits(http.context, [
      { ...visit, certificateId: `cert_${'0'.repeat(26)}` },
      { ...visit, certificateId: '' },
    ])
    expect(http.appliance.store.activity().commits).toBe(before)
    await new VisitQueue(http.context).count({ ...visit, certificateId: 'x' })
  })
})

test('invented referrers, channels and places end in "other"', () => {
  let row = noVisits('cert_1', 'live')
  let day = noVisitDay('tmpl_1', '2026-03-03', 'live')
  const visit: Visit = {
    certificateId: 'cert_1',
    kind: 'view',
    unique: true,
    told: true,
    referrer: null,
    channel: null,
    location: null,
  }
  for (let index = 0; index < 80; index++) {
    ;({ row, day } = countVisit(row, day, { ...visit, referrer: `h${index}.example` }, 1))
    ;({ row, day } = countVisit(row, day, { ...visit, kind: 'embed', referrer: `h${index}.example` }, 1))
  }
  for (const counts of [row.referrers, row.embeds, day.referrers]) {
    expect(Object.keys(counts)).toHaveLength(51)
    expect(counts.other).toBe(30)
  }
  expect(row.shares).toEqual({ embed: 50 })
  expect(countVisit(row, day, { ...visit, referrer: '__proto__' }, 1).row.referrers.other).toBe(31)
})

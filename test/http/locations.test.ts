/** Town and country of visitors: counted and told, without their address; and not at all where nobody wants it. */
import { afterAll, afterEach, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, loadConfig, type Config } from '../../src/config.ts'
import { systemRandom } from '../../src/domain/ids.ts'
import { countVisit, noVisitDay, noVisits, type Visit } from '../../src/domain/visits.ts'
import type { HttpContext } from '../../src/http/context.ts'
import { createLog } from '../../src/log.ts'
import { openLocations } from '../../src/wire-geo.ts'
import { startAppliance } from '../../src/wire-serve.ts'
import type { System } from '../../src/wire-system.ts'
import { ManualClock } from '../kit/clock.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'
import { PLACES, writeMmdb } from '../kit/mmdb.ts'

const BROWSER = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0' }
const PROXY = '198.51.100.1'
const folder = mkdtempSync(join(tmpdir(), 'testamur-geo-'))
const database = join(folder, 'places.mmdb')
writeFileSync(database, writeMmdb(PLACES))
const locations = (path: string, storeLocations = true) =>
  openLocations({ file: 't.toml', geo: { database: path }, privacy: { storeLocations } } as Config, { info() {} })

let http: TestHttp | undefined
afterEach(async () => {
  await http?.close()
  http = undefined
})

/** An appliance on disk with one certificate, whose page is seen from here and there. */
async function seen(locate: HttpContext['locate'], addresses: string[]) {
  const dir = mkdtempSync(join(folder, 'data-'))
  http = await startHttp({ onDisk: true, dir, context: { locate, trustedProxies: [PROXY] } })
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'apm' } })
  const { id } = (await http.api('POST', '/v1/certificates', { body: requestFor('apm'), chain: true })).json
  for (const kind of ['view', 'verified'])
    for (const address of addresses)
      await http.api('POST', `/${id}/visits`, {
        ...{ key: null, body: { kind }, address: PROXY },
        headers: { ...BROWSER, 'X-Forwarded-For': address },
      })
  const events = await http.appliance.store.events.ofSubject(id)
  return {
    ...{ id: id as string, dir, http },
    analytics: (await http.api('GET', `/v1/certificates/${id}`)).json.analytics,
    totals: (await http.api('GET', '/v1/analytics')).json.totals,
    viewed: events.filter(({ type }) => type === 'certificate.viewed').map(({ data }) => data),
    others: events.filter(({ type }) => type !== 'certificate.viewed').map(({ data }) => JSON.stringify(data)),
  }
}
const bytesOf = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

describe('locations of visitors', () => {
  const ADDRESSES = ['192.0.2.71', '192.0.2.72', '192.0.2.201', '2001:db8::71', '198.51.100.99', '10.0.0.9']

  test('are counted by view and told in the event, behind a trusted proxy; the address is nowhere', async () => {
    const { analytics, totals, viewed, others, dir, http } = await seen(locations(database), ADDRESSES)
    const counts = [
      { location: 'Stockholm, SE', views: 2 },
      { location: 'DE', views: 1 },
      { location: 'São Paulo, BR', views: 1 },
    ]
    expect(analytics).toMatchObject({ views: 6, locations: counts })
    expect(totals.locations).toEqual(counts)
    expect(viewed).toEqual([
      { viewer_location: 'Stockholm, SE' },
      { viewer_location: 'Stockholm, SE' },
      { viewer_location: 'DE' },
      { viewer_location: 'São Paulo, BR' },
      {},
      {},
    ])
    expect(others.join()).not.toContain('viewer_location')
    const kept = `${bytesOf(dir)}\n${JSON.stringify(http.log)}`
    expect(kept).toContain('Stockholm, SE') // what is looked for would be found
    for (const address of [...ADDRESSES, PROXY]) expect(kept).not.toContain(address)
  })

  test('are of the peer when it is no trusted proxy, whatever it says', async () => {
    const { id, http } = await seen(locations(database), [])
    await http.api('POST', `/${id}/visits`, {
      ...{ key: null, body: { kind: 'view' }, address: '192.0.2.201' },
      headers: { ...BROWSER, 'X-Forwarded-For': '192.0.2.71' },
    })
    const { analytics } = (await http.api('GET', `/v1/certificates/${id}`)).json
    expect(analytics.locations).toEqual([{ location: 'DE', views: 1 }])
  })

  test('are nothing without a database, and with store_locations = false', async () => {
    for (const locate of [locations(''), locations(database, false)]) {
      const { analytics, totals, viewed, dir } = await seen(locate, ADDRESSES)
      expect(analytics).toMatchObject({ views: 6, locations: [] })
      expect(totals.locations).toEqual([])
      expect(viewed).toEqual(ADDRESSES.map(() => ({})))
      expect(bytesOf(dir)).not.toContain('Stockholm')
      await http!.close()
      http = undefined
    }
  })

  test('beyond fifty of a certificate are counted together', () => {
    let row = noVisits('cert_1', 'live')
    let day = noVisitDay('tmpl_1', '2026-03-03', 'live')
    const visit: Visit = {
      ...{ certificateId: 'cert_1', kind: 'view', unique: true, told: true, referrer: null, channel: null },
      location: null,
    }
    for (let index = 0; index < 80; index++)
      ({ row, day } = countVisit(row, day, { ...visit, location: `Town ${index}, SE` }, 1))
    ;({ row, day } = countVisit(row, day, { ...visit, location: 'Town 7, SE' }, 1))
    for (const { locations } of [row, day]) {
      expect(Object.keys(locations)).toHaveLength(51)
      expect(locations).toMatchObject({ 'Town 7, SE': 2, Other: 30 })
    }
    expect(countVisit(row, day, { ...visit, kind: 'verified', location: 'SE' }, 1).row.locations).toEqual(row.locations)
  })
})

describe('a database that cannot be asked', () => {
  const refusal = (path: string) => {
    try {
      locations(path)
    } catch (error) {
      if (error instanceof ConfigError) return error.lines.join('\n')
      throw error
    }
    return 'accepted'
  }

  test('is a problem of the configuration that names key, file, reason and cure', () => {
    expect(refusal(database)).toBe('accepted')
    const whole = readFileSync(database)
    const bad = (name: string, bytes: Uint8Array) => {
      writeFileSync(join(folder, name), bytes)
      return refusal(join(folder, name))
    }
    expect(bad('cut.mmdb', whole.subarray(0, -9))).toMatch(/^t\.toml: geo\.database: ".*cut\.mmdb" is damaged/)
    expect(
      bad(
        'noise.mmdb',
        new Uint8Array(5000).map((_, index) => (index * 7919) >> 3),
      ),
    ).toContain('MaxMind format')
    expect(bad('empty.mmdb', new Uint8Array())).toContain('name a whole .mmdb file')
    expect(refusal(join(folder, 'none.mmdb'))).toContain('cannot be read (ENOENT)')
    expect(refusal(folder)).toContain('is no file')
  })

  test('stops the start before the data folder is touched', async () => {
    const dir = join(folder, 'never-made')
    const noise = join(folder, 'noise.mmdb')
    writeFileSync(noise, 'no database')
    const env = { TESTAMUR_DATA__DIR: dir, TESTAMUR_GEO__DATABASE: noise }
    const config = loadConfig({ env, exists: existsSync, readFile: () => '' })
    const log = createLog(config.log, () => {}, false)
    const starting = startAppliance(
      config,
      { clock: new ManualClock(), random: systemRandom } as unknown as System,
      log,
    )
    expect(await starting.catch((error: unknown) => error)).toBeInstanceOf(ConfigError)
    expect(existsSync(dir)).toBe(false)
  })

  test('is not looked at where no location is wanted', () => {
    expect(locations(join(folder, 'none.mmdb'), false)).toBeUndefined()
  })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

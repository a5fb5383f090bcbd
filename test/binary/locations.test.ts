/** The reader of geo databases inside the compiled binary: the bundler resolves its library in another way than tests do. */
import { afterAll, expect, test } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Binary, newFolder, runBinary, until } from '../kit/binary.ts'
import { PLACES, writeMmdb } from '../kit/mmdb.ts'

const folder = newFolder()
const database = join(folder, 'places.mmdb')
writeFileSync(database, writeMmdb(PLACES))
const config = `[geo]\ndatabase = ${JSON.stringify(database)}\n`
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a view through the trusted proxy is counted with its town', async () => {
  const env = { TESTAMUR_SERVER__TRUSTED_PROXIES: '127.0.0.1' }
  const app = new Binary({ config, env })
  try {
    await app.start()
    app.key = await app.createKey('--sandbox', '--plan', 'enterprise', '--scope', 'admin')
    await app.api('POST', '/v1/templates', { name: 'Course', slug: 'course', fields: [] })
    const body = { template_id: 'course', recipient: { name: 'Anna Berg', email: 'anna@example.org' }, fields: {} }
    const { id } = JSON.parse((await app.api('POST', '/v1/certificates', body)).text)
    const [address] = Object.keys(PLACES)
    const visitor = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0',
      'x-forwarded-for': address!.split('/')[0]!.replace(/\.0$/, '.7'),
    }
    expect((await app.api('POST', `/${id}/visits`, { kind: 'view' }, visitor)).status).toBeLessThan(300)
    const counted = await until('the view is counted', async () => {
      const { analytics } = JSON.parse((await app.api('GET', `/v1/certificates/${id}`)).text)
      return analytics.locations.length > 0 ? analytics.locations : undefined
    })
    expect(JSON.stringify(counted)).toContain('SE')
  } finally {
    await app.discard()
  }
})

test('the control: a file that is no database is refused with its name', async () => {
  const bad = join(folder, 'bad.mmdb')
  writeFileSync(bad, 'nothing of the kind')
  writeFileSync(join(folder, 't.toml'), `[server]\nlisten = "127.0.0.1:0"\n[geo]\ndatabase = "bad.mmdb"\n`)
  const { code, err } = await runBinary(['serve', '--config', 't.toml'], { dir: folder })
  expect([code, err.includes('geo.database')]).toEqual([78, true])
})

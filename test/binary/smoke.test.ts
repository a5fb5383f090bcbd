import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Database } from 'bun:sqlite'
import { Binary, installBinary, newFolder, OTHER_USER, runBinary, until } from '../kit/binary.ts'

/** What Bun would obey in the working directory, were the program not built to ignore it. */
const EVIL: Record<string, string> = {
  '.env': 'TESTAMUR_DATA__DIR=/proc/evil\nTESTAMUR_LOG__LEVEL=trace\nEVIL=1\n',
  'bunfig.toml': 'preload = ["./evil.ts"]\n',
  'evil.ts': 'console.log("EVIL PRELOAD RAN")\nprocess.exit(66)\n',
  'package.json': '{"imports": {"#x": "./evil.ts"}, "main": "./evil.ts"}\n',
  'tsconfig.json': '{"compilerOptions": {"paths": {"*": ["./evil.ts"]}}}\n',
}

const TEMPLATE = {
  name: 'Advanced Project Management',
  slug: 'apm',
  fields: [
    { key: 'course_name', label: 'Course', type: 'text', required: true },
    { key: 'completion_date', label: 'Completed', type: 'date', required: true },
    { key: 'credential_id', label: 'Number', type: 'text' },
  ],
  validity: { months: 24 },
}
const request = (number: string) => ({
  template_id: 'apm',
  recipient: { name: 'Maria Andersson', email: 'maria@example.org' },
  fields: { course_name: 'Advanced Project Management', completion_date: '2026-03-03', credential_id: number },
})

const folder = newFolder(OTHER_USER)
const binary = installBinary(folder)
for (const [name, text] of Object.entries(EVIL)) writeFileSync(join(folder, name), text)
// The user needs no more than this folder.
const app = new Binary({ dir: folder, binary, ...(OTHER_USER === undefined ? {} : { uid: OTHER_USER }) })
let earlyKey = ''
let certificate = ''

beforeAll(async () => {
  earlyKey = await app.createKey('--scope', 'admin', '--plan', 'enterprise') // before the first start
  await app.start()
  app.key = await app.createKey('--scope', 'admin', '--plan', 'enterprise') // beside the running server
}, 60_000)
afterAll(async () => {
  await app.discard()
  rmSync(folder, { recursive: true, force: true })
})

describe('the binary alone in a folder', () => {
  test('makes keys before its first start and beside the running server', async () => {
    for (const key of [earlyKey, app.key]) {
      expect(key).toMatch(/^tm_live_[0-9A-Za-z]{30}_[0-9A-Za-z]{6}$/)
      const { status } = await app.api('GET', '/v1/templates', undefined, { authorization: `Bearer ${key}` })
      expect(status).toBe(200)
    }
    const { out } = await app.run(['keys', 'list', '--json'])
    expect(JSON.parse(out)).toHaveLength(2)
  })

  test('issues a certificate in one call, confirmed on its own chain', async () => {
    expect((await app.api('POST', '/v1/templates', TEMPLATE)).status).toBe(201)
    const { status, json } = await app.api('POST', '/v1/certificates', request('PM-1'))
    expect(status).toBe(201)
    expect(json).toMatchObject({ status: 'issued', blockchain: { network: 'embedded', confirmed: true } })
    certificate = json.id
    expect(json.verification_url).toBe(`${app.url}/${certificate}`)
  })

  test('serves its page, file, RPC, site facts and API description', async () => {
    const get = (path: string, accept: string) => app.api('GET', path, undefined, { accept, authorization: '' })
    const page = await get(`/${certificate}`, 'text/html')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toStartWith('text/html')
    expect(page.text).toContain('Maria Andersson')
    const file = await get(`/${certificate}.json`, '*/*')
    expect(file.json.credentialSubject.name).toBe('Maria Andersson')
    expect(file.json.proof).toHaveLength(2)
    expect(await app.rpc<string>('eth_chainId')).toBe('0x7473746d')
    expect((await get('/.well-known/testamur.json', '*/*')).json.issuers[0].did).toBe(file.json.issuer.id)
    expect((await get('/openapi.json', '*/*')).json.openapi).toStartWith('3.1')
    expect((await get('/livez', '*/*')).status).toBe(200)
    expect((await get('/docs', 'text/html')).status).toBe(200)
  })

  test('everything that the page asks for is served, and nothing of it by somebody else', async () => {
    const { text } = await app.api('GET', `/${certificate}`, undefined, { accept: 'text/html' })
    const addresses = [...text.matchAll(/<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"]+)"/g)]
      .map(([, address]) => new URL(address!, app.url))
      .filter(({ protocol }) => protocol !== 'data:')
    expect(addresses.length).toBeGreaterThan(1)
    for (const { href, origin, pathname, search } of addresses) {
      expect(origin).toBe(app.url)
      expect({ href, status: (await app.api('GET', pathname + search)).status }).toEqual({ href, status: 200 })
    }
  })

  test('obeys nothing that lies in the working directory', () => {
    expect(app.output()).not.toContain('EVIL')
    expect(app.logs().some(({ level }) => level === 'trace')).toBe(false)
    expect(readdirSync(folder).sort()).toEqual([...Object.keys(EVIL), 'data', 'testamur', 'testamur.toml'].sort())
  })

  test('keeps folders at 0700 and files at 0600, owned by its user', () => {
    const paths = readdirSync(app.dataDir, { recursive: true }).map((name) => join(app.dataDir, String(name)))
    expect(paths.length).toBeGreaterThan(6)
    for (const path of [app.dataDir, ...paths]) {
      const stat = statSync(path)
      const mode = (stat.mode & 0o777).toString(8)
      expect({ path, mode }).toEqual({ path, mode: stat.isDirectory() ? '700' : '600' })
      if (OTHER_USER !== undefined) expect(stat.uid).toBe(OTHER_USER)
    }
  })

  test('says that it is ready, by its own health check', async () => {
    expect(await app.run(['healthcheck'])).toEqual({ code: 0, out: '', err: '' })
    const { code, out } = await app.run(['chain', 'status', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)[0]).toMatchObject({
      network: 'embedded',
      problem: null,
      head: expect.any(Number),
      transactions: [],
    })
  })

  test('tells version and licences without configuration or data', async () => {
    const empty = newFolder()
    const version = await runBinary(['version'], { dir: empty, binary })
    expect(version).toMatchObject({ code: 0, err: '' })
    expect(version.out).toMatch(/\d+\.\d+\.\d+/)
    expect((await runBinary(['licenses'], { dir: empty, binary })).out).toContain('Mozilla')
    expect(readdirSync(empty)).toEqual([])
    rmSync(empty, { recursive: true })
  })
})

/** A request whose last part is sent when we say so; resolves with everything that comes back. */
function slowRequest(path: string, body: unknown) {
  const text = JSON.stringify(body)
  const { hostname, port } = new URL(app.url)
  const answer = Promise.withResolvers<string>()
  const begun = Promise.withResolvers<void>()
  let received = ''
  const socket = connect(Number(port), hostname, () => {
    const head = [
      `POST ${path} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      `Authorization: Bearer ${app.key}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(text)}`,
      'Connection: close',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n${text.slice(0, 10)}`, () => begun.resolve())
  })
  socket.on('data', (data) => (received += data.toString()))
  socket.on('close', () => answer.resolve(received))
  socket.on('error', answer.reject)
  answer.promise.catch(() => {}) // a test that never finishes its request is cut off, as it should be
  // Connections are accepted in their order: once a later one is answered, ours is no longer waiting to be accepted,
  // where the end of the listener would reset it.
  const accepted = begun.promise.then(async () => {
    const later = await fetch(`${app.url}/livez`, { keepalive: false, headers: { connection: 'close' } })
    await later.arrayBuffer()
  })
  return { begun: accepted, finish: () => socket.write(text.slice(10)), answer: answer.promise }
}

describe('SIGTERM', () => {
  test('finishes what is under way and ends with 0; the next start has the same data and keys and issues nothing', async () => {
    const before = {
      file: (await app.api('GET', `/${certificate}.json`)).text,
      keys: ['issuer.json', 'ethereum.json', 'master.key'].map((name) => app.dataFile(`keys/${name}`)),
      blocks: await app.rpc<string>('eth_blockNumber'),
    }
    expect(before.keys.every((text) => text.length > 50)).toBe(true)
    const slow = slowRequest('/v1/certificates', request('PM-2'))
    await slow.begun
    const started = performance.now()
    const ended = app.stop()
    await until('the program to hear the signal', () =>
      app.logs().some(({ message }) => String(message).startsWith('stopping')),
    )
    slow.finish()
    const answer = await slow.answer
    expect(answer).toStartWith('HTTP/1.1 201')
    expect(await ended).toBe(0)
    expect(performance.now() - started).toBeLessThan(30_000)
    const id = /cert_[0-9a-z]{26}/.exec(answer)![0]

    await app.start()
    const { status } = (await app.api('GET', `/v1/certificates/${id}`)).json
    expect(['pending', 'issued']).toContain(status)
    const settled = await until('the certificate to be issued', async () => {
      const { json } = await app.api('GET', `/v1/certificates/${id}`)
      return json.status === 'issued' ? json : undefined
    })
    expect(settled.blockchain.confirmed).toBe(true)
    expect((await app.api('GET', `/${certificate}.json`)).text).toBe(before.file)
    expect(['issuer.json', 'ethereum.json', 'master.key'].map((name) => app.dataFile(`keys/${name}`))).toEqual(
      before.keys,
    )
    expect((await app.api('GET', '/v1/certificates')).json.data).toHaveLength(2)
    // One transaction for the one certificate of the last moment; the registries stand as they stood.
    expect(Number(await app.rpc<string>('eth_blockNumber'))).toBe(Number(before.blocks) + 1)
  }, 60_000)

  test('a batch that is being read goes on where it stopped', async () => {
    const recipients = Array.from({ length: 2_000 }, (_, index) => ({
      name: `Maria ${index}`,
      email: `m${index}@example.org`,
      fields: { course_name: 'Batch', completion_date: '2026-03-03' },
    }))
    const { status, json } = await app.api('POST', '/v1/certificates/batch', {
      template_id: 'apm',
      recipients,
      notify: false,
    })
    expect(status).toBe(202)
    expect(await app.stop()).toBe(0)
    await app.start()
    const batch = await until('the batch to be completed', async () => {
      const answer = await app.api('GET', `/v1/batches/${json.id}`)
      return answer.json.status === 'completed' ? answer.json : undefined
    })
    expect(batch).toMatchObject({ total: 2_000, completed: 2_000, failed: 0, errors: [] })
    expect(new Set(batch.certificate_ids).size).toBe(2_000)
  }, 120_000)

  test('a client that never finishes its request, and one that never hangs up, do not hold it for ever', async () => {
    const slow = slowRequest('/v1/certificates', request('PM-3'))
    await slow.begun
    const started = performance.now()
    expect(await app.stop()).toBe(0)
    const seconds = (performance.now() - started) / 1_000
    expect(seconds).toBeGreaterThan(5) // it was given its time
    expect(seconds).toBeLessThan(30)
    await app.start()
  }, 60_000)

  test('idle, it ends at once, and leaves databases that are whole', async () => {
    const started = performance.now()
    expect(await app.stop()).toBe(0)
    expect(performance.now() - started).toBeLessThan(5_000)
    for (const name of ['testamur.db', 'chain.db']) {
      const db = new Database(join(app.dataDir, name), { readonly: true })
      expect(db.query('pragma integrity_check').values()).toEqual([['ok']])
      db.close()
    }
    await app.start()
  }, 60_000)
})

describe('secrets', () => {
  test('stand in no log and in no database', async () => {
    const keyFiles = ['issuer.json', 'ethereum.json', 'master.key'].map((name) => app.dataFile(`keys/${name}`))
    // Everything long and random in the key files, besides addresses and public keys that are public anyway.
    const isAddress = (text: string) => /^0x[0-9a-fA-F]{40}$/.test(text)
    const secrets = keyFiles
      .flatMap((text) => text.match(/[0-9A-Za-z+/_-]{40,}/g) ?? [])
      .filter((text) => !isAddress(text))
    expect(secrets.length).toBeGreaterThan(2)
    const places = {
      log: app.output(),
      ...Object.fromEntries(
        readdirSync(app.dataDir)
          .filter((name) => /\.db/.test(name))
          .map((name) => [name, app.dataFile(name)]),
      ),
    }
    expect(Object.values(places).join('').length).toBeGreaterThan(100_000)
    for (const secret of [earlyKey, app.key, ...secrets])
      for (const [place, text] of Object.entries(places))
        expect({ place, leaked: text.includes(secret) ? secret.slice(0, 12) : null }).toEqual({ place, leaked: null })
  })

  test('a request with a wrong key or a broken body does not put them there either', async () => {
    const canary = 'tm_live_CANARYCANARYCANARYCANARYCANARY_AAAAAA'
    await app.api('GET', '/v1/templates', undefined, { authorization: `Bearer ${canary}` })
    await app.api('POST', `/v1/certificates?key=${canary}`, { canary }, { 'x-request-id': canary })
    expect(app.output()).not.toContain('CANARYCANARY')
  })
})

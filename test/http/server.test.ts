/** What every request meets: surfaces, hosts, methods, headers, errors that tell nothing, and the listener itself. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ChainUnavailable } from '../../src/domain/ports.ts'
import { ListenRefused, startListener } from '../../src/http/listener.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { answerOf, requestOf, startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
let id = ''
beforeAll(async () => {
  http = await startHttp({ appliance: { syncWaitMs: 0 } })
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'apm' } })
  id = (await http.api('POST', '/v1/certificates', { body: requestFor('apm') })).json.id
  await http.appliance.settle()
})
afterAll(() => http.close())
const peer = { remoteAddress: '203.0.113.7' }

describe('surfaces', () => {
  const on = async (surfaces: Parameters<TestHttp['server']['serve']>[0], path: string) =>
    (await http.server.serve(surfaces)(requestOf('GET', path, { key: http.keys.admin }), peer)).status

  test('a public listener has no API, a private one no pages; both are alive and documented', async () => {
    expect(await on(['common', 'public'], '/v1/certificates')).toBe(404)
    expect(await on(['common', 'public'], `/v1/certificates/${id}`)).toBe(404)
    expect(await on(['common', 'public'], `/${id}`)).toBe(200)
    expect(await on(['common', 'private'], '/v1/certificates')).toBe(200)
    for (const path of [`/${id}`, '/', '/verify', '/status/1.json', '/issuer.json', '/chain/rpc'])
      expect(await on(['common', 'private'], path)).toBe(404)
    for (const path of ['/livez', '/readyz', '/docs', '/openapi.json', '/docs/errors/not_found'])
      for (const surface of ['public', 'private'] as const) expect(await on(['common', surface], path)).toBe(200)
  })

  test('the designer is where the API is, and the files of pages are wherever there are pages', async () => {
    expect(await on(['common', 'public'], '/admin/designer')).toBe(404)
    for (const surfaces of [
      ['common', 'private'],
      ['common', 'public', 'private'],
    ] as const)
      expect(await on(surfaces, '/admin/designer')).toBe(200)
    for (const surface of ['public', 'private'] as const)
      expect(await on(['common', surface], '/assets/certificate.js')).toBe(200)
  })
})

describe('hosts', () => {
  test('a short host leads where a long one leads', async () => {
    for (const host of ['hr', 'a', 'hr:80', '[::1]:8', 'certificates.example.org'])
      for (const scheme of ['http', 'https'])
        for (const [path, status] of [
          ['/livez', 200],
          [`/v1/certificates/${id}`, 200],
          ['/v1/certificates/livez', 404],
          ['/x/livez', 404],
        ] as const)
          expect([host, path, (await http.api('GET', `${scheme}://${host}${path}`)).status]).toEqual([
            host,
            path,
            status,
          ])
  })
  test('a body survives the detour', async () => {
    const answer = await http.api('POST', 'http://hr/v1/certificates?dry_run=true', { body: requestFor('apm') })
    expect(answer.json.valid).toBe(true)
  })
})

describe('methods', () => {
  test('HEAD is GET without its body, but with its length', async () => {
    for (const path of [`/${id}`, `/${id}.json`, '/v1/certificates', '/livez']) {
      const [get, head] = [await http.api('GET', path), await http.api('HEAD', path)]
      expect(head.status).toBe(200)
      expect(head.text).toBe('')
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
      expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(get.text)))
    }
    expect((await http.api('HEAD', '/v1/certificates', { key: null })).status).toBe(401)
  })
  test('another method is 405 and names those there are', async () => {
    const cases = [
      ['PUT', '/v1/certificates', 'GET, HEAD, POST, OPTIONS'],
      ['POST', '/livez', 'GET, HEAD, OPTIONS'],
      ['GET', '/chain/rpc', 'POST, OPTIONS'],
      ['DELETE', `/${id}`, 'GET, HEAD, OPTIONS'],
      ['GET', `/v1/certificates/${id}/revoke`, 'POST, OPTIONS'],
    ] as const
    for (const [method, path, allow] of cases) {
      const answer = await http.api(method, path)
      expect(answer.status).toBe(405)
      expect(answer.json.error.code).toBe('method_not_allowed')
      expect(answer.headers.get('allow')).toBe(allow)
    }
    expect((await http.api('PROPFIND', '/v1/nothing')).status).toBe(404)
  })
  test('OPTIONS tells the methods; only what is public anyway is open to scripts of other sites', async () => {
    const open = await http.api('OPTIONS', '/chain/rpc', { key: null })
    expect(open.status).toBe(204)
    expect(open.headers.get('access-control-allow-origin')).toBe('*')
    expect(open.headers.get('access-control-allow-headers')).toContain('Content-Type')
    const closed = await http.api('OPTIONS', '/v1/certificates', {
      key: null,
      headers: { Origin: 'https://evil.example' },
    })
    expect(closed.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
    expect(closed.headers.get('access-control-allow-origin')).toBeNull()
    const read = await http.api('GET', '/v1/certificates', { headers: { Origin: 'https://evil.example' } })
    expect(read.headers.get('access-control-allow-origin')).toBeNull()
    expect((await http.api('GET', `/${id}.json`)).headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('headers', () => {
  test('every answer is guarded, pages by their own policy', async () => {
    for (const path of [
      '/',
      `/${id}`,
      `/${id}.json`,
      '/v1/certificates',
      '/v1/nothing',
      '/livez',
      '/docs',
      '/nothing',
    ]) {
      const { headers } = await http.api('GET', path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
      expect(headers.get('x-request-id')).toMatch(/^req_\w{26}$/)
      expect(headers.get('server')).toBeNull()
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('set-cookie')).toBeNull()
      const policy = headers.get('content-security-policy')!
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
    }
  })
  test('what the API says is stored nowhere', async () => {
    expect((await http.api('GET', `/v1/certificates/${id}`)).headers.get('cache-control')).toBe('no-store')
  })
  test('without https there is no HSTS', async () => {
    const plain = await startHttp({ publicUrl: 'http://127.0.0.1:8080' })
    expect((await plain.api('GET', '/livez')).headers.get('strict-transport-security')).toBeNull()
    await plain.close()
  })
})

describe('errors', () => {
  const broken = async (error: unknown) => {
    const { apiKeys } = http.appliance.store
    const real = apiKeys.byHash
    apiKeys.byHash = () => Promise.reject(error)
    try {
      return await http.api('GET', '/v1/certificates')
    } finally {
      apiKeys.byHash = real
    }
  }
  const secrets = [
    new Error('SQLITE_ERROR: no such column at /srv/testamur/data'),
    new TypeError("undefined is not an object (evaluating 'a.b')"),
    new ChainUnavailable('https://rpc.example.org/v1/secret-key refused'),
    'a bare text with a secret',
    { password: 'secret' },
    null,
  ]

  test('whatever breaks inside: 500, our own words, the cause in the log under the id of the answer', async () => {
    for (const secret of secrets) {
      http.log.length = 0
      const answer = await broken(secret)
      expect(answer.status).toBe(500)
      expect(answer.json.error.code).toBe('internal_error')
      expect(answer.json.error.message).toBe('Something went wrong on our side. Nothing was changed.')
      expect(answer.text).not.toMatch(/secret|SQLITE|\/srv|undefined|rpc\./)
      expect(http.log).toHaveLength(1)
      expect(http.log[0]).toMatchObject({ level: 'error', fields: { request_id: answer.json.error.request_id } })
    }
  })

  test('RFC 9457 for those who ask for it', async () => {
    const { status, json, headers } = await http.api('POST', '/v1/certificates', {
      body: { template_id: 'apm' },
      headers: { Accept: 'application/problem+json' },
    })
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(json).toMatchObject({
      type: 'https://certs.example.edu/docs/errors/invalid_request',
      title: 'The request is not valid.',
      status,
      detail: 'recipient is required.',
      code: 'invalid_request',
      field: 'recipient',
    })
  })

  test('404: a page for people, JSON for programs, and the same for ids that exist nowhere and ids that are held back', async () => {
    const held = (await http.api('POST', '/v1/certificates', { body: { ...requestFor('apm'), hold: true } })).json.id
    const ghost = `cert_${'0'.repeat(26)}`
    const html = { Accept: 'text/html' }
    const pages = [held, ghost, 'nothing', 'cert_x', '%E0%A4', 'a%2Fb'].map((path) =>
      http.api('GET', `/${path}`, { key: null, headers: html }),
    )
    const texts = (await Promise.all(pages)).map(({ status, text }) => [status, text])
    for (const each of texts) expect(each).toEqual(texts[0]!)
    expect(texts[0]![0]).toBe(404)
    const [one, two] = [await http.api('GET', `/${held}.json`), await http.api('GET', `/${ghost}.json`)]
    expect(one.json.error).toEqual(two.json.error)
    expect(one.json.error.code).toBe('certificate_not_found')
  })
})

describe('the listener', () => {
  const listen = (options: Partial<Parameters<typeof startListener>[0]> = {}) =>
    startListener({ hostname: '127.0.0.1', port: 0, fetch: http.fetch, ...options })

  test('answers on the port it took, and knows who asks', async () => {
    const seen: string[] = []
    const listener = listen({
      fetch: async (request, { remoteAddress }) => {
        seen.push(remoteAddress)
        return http.fetch(request, { remoteAddress })
      },
    })
    expect(listener.port).toBeGreaterThan(0)
    expect((await answerOf(await fetch(`${listener.url}/livez`))).json).toEqual({ status: 'ok' })
    expect(seen).toEqual(['127.0.0.1'])
    await listener.stop()
  })

  test('finishes what is in flight before it stops', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    let arrived = () => {}
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    const listener = listen({
      fetch: async () => {
        arrived()
        await held
        return new Response('done')
      },
    })
    const answer = fetch(listener.url)
    await arrival
    const stopped = listener.stop()
    release()
    expect(await (await answer).text()).toBe('done')
    await stopped
    expect(fetch(listener.url)).rejects.toThrow()
  })

  test('says in one line why an address cannot be used', async () => {
    const listener = listen()
    expect(() => listen({ port: listener.port })).toThrow(ListenRefused)
    expect(() => listen({ port: listener.port })).toThrow('in use')
    await listener.stop()
  })

  test('answers a body of 200 MB in our own words before it came', async () => {
    const listener = listen()
    const head = ['POST /v1/certificates HTTP/1.1', 'Host: x', `Authorization: Bearer ${http.keys.issuer}`]
    const sent = [...head, 'Content-Type: application/json', 'Content-Length: 200000000', '', ''].join('\r\n')
    const text = await new Promise<string>((resolve, reject) => {
      let answer = ''
      void Bun.connect({
        hostname: '127.0.0.1',
        port: listener.port,
        socket: {
          open: (socket) => void socket.write(sent),
          data(socket, bytes) {
            answer += bytes.toString()
            if (!answer.includes('documentation_url')) return
            socket.terminate()
            resolve(answer)
          },
          error: (_socket, error) => reject(error),
        },
      })
    })
    expect(text).toStartWith('HTTP/1.1 413')
    expect(text).toContain('payload_too_large')
    expect(text.toLowerCase()).toContain('x-ratelimit-limit')
    await listener.stop(true)
  })

  test('should the door itself fail, nothing of it leaves', async () => {
    const seen: unknown[] = []
    const listener = listen({
      fetch: () => Promise.reject(new Error('secret')),
      onError: (error) => void seen.push(error),
    })
    const answer = await answerOf(await fetch(listener.url))
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('secret')
    expect(seen).toHaveLength(1)
    await listener.stop()
  })
})

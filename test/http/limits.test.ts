/** Rate limits: every answer under /v1 says where the caller stands; who asks too often waits. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { DEFAULT_LIMITS } from '../../src/http/context.ts'
import { RateLimits, UNLIMITED } from '../../src/http/limits.ts'
import { clientAddress, countedAddress, isWithin, readRange } from '../../src/http/remote-address.ts'
import { ManualClock } from '../kit/clock.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startHttp({
    context: {
      limits: { ...DEFAULT_LIMITS, unauthenticatedPerMinute: 3, publicPerMinute: 4 },
      trustedProxies: ['10.0.0.1'],
    },
  })
})
afterAll(() => http.close())

const nextMinute = () => http.appliance.clock.advance(60_000)

test('a plan of 60 counts down, refuses the 61st request with Retry-After, and begins anew with the minute', async () => {
  nextMinute()
  http.appliance.clock.advance(60_000 - (http.appliance.clock.now() % 60_000) + 18_000)
  const { key } = await http.makeKey({ plan: 'standard' })
  const first = await http.api('GET', '/v1/certificates', { key })
  const reset = (Math.floor(http.appliance.clock.now() / 60_000) + 1) * 60
  expect(
    Object.fromEntries(
      ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'ratelimit', 'ratelimit-policy'].map(
        (name) => [name, first.headers.get(name)],
      ),
    ),
  ).toEqual({
    'x-ratelimit-limit': '60',
    'x-ratelimit-remaining': '59',
    'x-ratelimit-reset': String(reset),
    ratelimit: '"default";r=59;t=42',
    'ratelimit-policy': '"default";q=60;w=60',
  })
  for (let request = 2; request <= 60; request++)
    expect((await http.api('GET', '/v1/certificates', { key })).status).toBe(200)
  const refused = await http.api('GET', '/v1/certificates', { key })
  expect(refused.status).toBe(429)
  expect(refused.json.error.code).toBe('rate_limited')
  expect(refused.headers.get('retry-after')).toBe('42')
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
  const other = await http.makeKey({ plan: 'standard' })
  expect((await http.api('GET', '/v1/certificates', { key: other.key })).status).toBe(200)
  http.appliance.clock.advance(42_000)
  expect((await http.api('GET', '/v1/certificates', { key })).headers.get('x-ratelimit-remaining')).toBe('59')
})

test('a plan without a limit says so by a number that clients can read', async () => {
  const { headers } = await http.api('GET', '/v1/certificates')
  expect(Number(headers.get('x-ratelimit-limit'))).toBe(UNLIMITED)
  expect(Number(headers.get('x-ratelimit-remaining'))).toBe(UNLIMITED - 1)
})

test('errors carry the headers too: 400, 401, 403, 404, 405, 413', async () => {
  nextMinute()
  const answers = [
    await http.api('GET', '/v1/certificates?x=1'),
    await http.api('GET', '/v1/certificates', { key: null }),
    await http.api('GET', '/v1/audit'),
    await http.api('GET', '/v1/nothing'),
    await http.api('PUT', '/v1/certificates'),
    await http.api('POST', '/v1/certificates', { raw: '{}', headers: { 'Content-Length': '99999999' } }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([400, 401, 403, 404, 405, 413])
  for (const { headers } of answers) expect(headers.get('x-ratelimit-reset')).toMatch(/^\d{10}$/)
})

test('requests without a valid key are counted by address', async () => {
  nextMinute()
  const ask = (address: string, headers = {}) => http.api('GET', '/v1/certificates', { key: null, address, headers })
  for (let request = 0; request < 3; request++) expect((await ask('198.51.100.1')).status).toBe(401)
  expect((await ask('198.51.100.1')).status).toBe(429)
  expect((await ask('198.51.100.2')).status).toBe(401)
  expect((await ask('198.51.100.1', { 'X-Forwarded-For': '198.51.100.3' })).status).toBe(429)
  // Behind the proxy that is trusted, what it says counts.
  for (let request = 0; request < 3; request++)
    expect((await ask('10.0.0.1', { 'X-Forwarded-For': '1.2.3.4, 198.51.100.9' })).status).toBe(401)
  expect((await ask('10.0.0.1', { 'X-Forwarded-For': '5.6.7.8, 198.51.100.9' })).status).toBe(429)
  expect((await ask('10.0.0.1', { 'X-Forwarded-For': '198.51.100.10' })).status).toBe(401)
  // Whoever has a key is not held up by those who have none.
  expect((await http.api('GET', '/v1/certificates', { address: '198.51.100.1' })).status).toBe(200)
})

test('an IPv6 customer is one visitor, however many addresses he has', async () => {
  nextMinute()
  const visit = (address: string) => http.api('GET', '/', { key: null, address })
  for (let host = 1; host <= 4; host++) expect((await visit(`2001:db8:1:1::${host}`)).status).toBe(200)
  expect((await visit('2001:db8:1:1:ffff::9')).status).toBe(429)
  expect((await visit('2001:db8:1:2::1')).status).toBe(200)
})

test('a visitor who asks too often gets a page, a program JSON; health and documentation are never limited', async () => {
  nextMinute()
  const address = '198.51.100.77'
  for (let request = 0; request < 4; request++) await http.api('GET', '/', { key: null, address })
  const page = await http.api('GET', '/', { key: null, address, headers: { Accept: 'text/html' } })
  expect(page.status).toBe(429)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect((await http.api('GET', '/', { key: null, address })).json.error.code).toBe('rate_limited')
  for (let request = 0; request < 10; request++)
    for (const path of ['/livez', '/readyz', '/docs/errors/rate_limited'])
      expect((await http.api('GET', path, { key: null, address })).status).toBe(200)
})

describe('the counter', () => {
  test('forgets with the minute and is bounded', () => {
    const clock = new ManualClock()
    const limits = new RateLimits(clock)
    for (let subject = 0; subject < 100_001; subject++) limits.take(`s${subject}`, 1)
    expect(limits.take('s100000', 1).exceeded).toBe(true)
    expect(limits.take('s0', 1).exceeded).toBe(false)
    clock.advance(60_000)
    expect(limits.take('s100000', 1).exceeded).toBe(false)
  })
})

describe('whose request it is', () => {
  const trusted = ['10.0.0.0/8', '2001:db8::1'].map((text) => readRange(text)!)
  const cases: Array<[peer: string, forwarded: string | null, client: string]> = [
    ['203.0.113.1', null, '203.0.113.1'],
    ['203.0.113.1', '1.2.3.4', '203.0.113.1'],
    ['10.0.0.1', null, '10.0.0.1'],
    ['10.0.0.1', '1.2.3.4', '1.2.3.4'],
    ['::ffff:10.0.0.1', '1.2.3.4', '1.2.3.4'],
    ['10.0.0.1', '9.9.9.9, 1.2.3.4, 10.1.1.1', '1.2.3.4'],
    ['10.0.0.1', '1.2.3.4, nonsense', '10.0.0.1'],
    ['10.0.0.1', 'nonsense, 1.2.3.4', '1.2.3.4'],
    ['2001:db8::1', '[2001:db8::9]:443', '2001:db8::9'],
    ['10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
    ['10.0.0.1', '0x7f.1', '10.0.0.1'],
    ['', '1.2.3.4', ''],
  ]
  for (const [peer, forwarded, client] of cases)
    test(`${peer || 'nobody'} with ${forwarded} is ${client || 'nobody'}`, () =>
      expect(clientAddress(peer, forwarded, trusted)).toBe(client))

  test('ranges are read strictly', () => {
    expect(readRange('10.0.0.0/33')).toBeUndefined()
    expect(readRange('10')).toBeUndefined()
    expect(isWithin('10.0.0.7', [readRange('10.0.0.7')!])).toBe(true)
    expect(isWithin('10.0.0.8', [readRange('10.0.0.7')!])).toBe(false)
    expect(countedAddress('::ffff:192.0.2.1')).toBe('192.0.2.1')
  })
})

import { afterAll, describe, expect, test } from 'bun:test'
import { AddressRefused, isPublicAddress, resolveGuarded } from '../../src/outbound/address-guard.ts'
import { getDocument } from '../../src/outbound/client.ts'

let asked = 0
const inside = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request) => {
    asked++
    const { pathname } = new URL(request.url)
    if (pathname === '/away') return new Response(null, { status: 302, headers: { location: '/secret' } })
    if (pathname === '/large') return new Response('x'.repeat(5_000))
    return new Response('secret')
  },
})
afterAll(() => inside.stop(true))

/** What Stripe's smokescreen and Svix keep closed, put together: mapped, tunnelled, documented and reserved ones too. */
const CLOSED = [
  ...['10.0.0.1', '172.16.0.1', '192.168.0.1', '100.64.0.1', '100.127.255.254', '127.0.0.1', '127.255.255.255', '::1'],
  ...['169.254.169.254', '255.255.255.255', '224.1.2.3', '0.0.0.0', '0.1.2.3', '240.0.0.1', '192.0.0.1', '192.0.0.171'],
  ...['192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '192.88.99.1', 'ff02::2', '64:ff9b::ac1c:5'],
  ...['64:ff9b::808:808', '64:ff9b:1::a00:1', '2002:a00:1::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', 'fe80::1'],
  ...['fc00::1', 'fd00:ec2::254', 'fec0::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::10.0.0.1', '100::1'],
  ...['2001:db8::1', '3fff::1', '5f00::1', '2001:2::1', '2001:10::1', '::', 'no address'],
]
const OPEN = [
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.254',
  '100.128.0.1',
  '2001:4860:4860::8888',
  '2606:4700:4700::1111',
  '64:ff9c::1',
]

describe('an address that somebody else named', () => {
  test.each(CLOSED)('%s is never called', (address) => expect(isPublicAddress(address)).toBe(false))
  test.each(OPEN)('%s may be called', (address) => expect(isPublicAddress(address)).toBe(true))

  test.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '0x7f.1', '017700000001'])(
    'loopback written as %s is not reached',
    async (host) => {
      const before = asked
      const failure = await getDocument(`http://${host}:${inside.port}/secret`).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(AddressRefused)
      expect(asked).toBe(before)
    },
  )

  test('is reached when the person at the keyboard named it: the guard alone kept it out', async () => {
    const { status, bytes } = await getDocument(`${inside.url.origin}/secret`, { allowPrivate: true })
    expect([status, new TextDecoder().decode(bytes)]).toEqual([200, 'secret'])
  })

  test('the connection goes to the address that was checked', async () => {
    expect(await resolveGuarded('127.0.0.1', true)).toEqual({ address: '127.0.0.1', family: 4 })
    await expect(resolveGuarded('localhost', false)).rejects.toBeInstanceOf(AddressRefused)
  })
})

describe('what comes back', () => {
  test('a redirect is an answer and is not followed', async () => {
    const before = asked
    expect((await getDocument(`${inside.url.origin}/away`, { allowPrivate: true })).status).toBe(302)
    expect(asked).toBe(before + 1)
  })

  test('more than was allowed is not read', async () => {
    const reading = getDocument(`${inside.url.origin}/large`, { allowPrivate: true, maxBytes: 1_000 })
    await expect(reading).rejects.toThrow('larger than 1000 bytes')
  })

  test.each(['file:///etc/passwd', 'ftp://example.org/', 'data:text/plain,x'])('%s is not called', async (address) => {
    await expect(getDocument(address, { allowPrivate: true })).rejects.toThrow('only http and https')
  })
})

import { afterEach, describe, expect, test } from 'bun:test'
import net from 'node:net'
import fc from 'fast-check'
import { RpcPool } from '../../src/chain/rpc.ts'
import { ChainRefused } from '../../src/domain/ports.ts'
import { chainOver, manualClock, never, node, pool, problem, rpcError, stopNodes } from './nodes.ts'

afterEach(stopNodes)

/** How a node or a gateway can fail while it repeats the address it was asked at. */
const MODES: Record<string, (echo: string) => unknown> = {
  hang: never,
  plain: (echo) => new Response(echo, { status: 500 }),
  html: (echo) => new Response(`<html>${echo}</html>`),
  limited: (echo) => rpcError(-32005, `slow down, ${echo}`),
  internal: (echo) => rpcError(-32603, echo),
  refused: (echo) => rpcError(-32000, `no: ${echo}`),
  reverted: (echo) => rpcError(3, `execution reverted: ${echo}`),
  malformed: (echo) => ({ number: echo, hash: echo }),
  text: (echo) => echo,
  disagreeing: () => null,
}
const modes = Object.keys(MODES)

const part = fc.stringMatching(/^[A-Za-z0-9._~!$*+%-]{8,40}$/).filter((text) => {
  try {
    decodeURIComponent(text)
    return !/^[.]+$/.test(text)
  } catch {
    return true
  }
})
const unguessable = (text: string) => `Zq${text.replaceAll('%', '%25')}`
const addressParts = fc.record({ path: part, key: part, value: part, user: part, password: part }).map((parts) => ({
  path: unguessable(parts.path),
  key: unguessable(parts.key),
  value: unguessable(parts.value),
  user: unguessable(parts.user),
  password: unguessable(parts.password),
}))

describe('no part of an address', () => {
  test('appears in any error or in the health, however the endpoint fails', async () => {
    let answer: (echo: string) => unknown = never
    const stub = node((_call, request) => {
      const url = new URL(request.url)
      const credentials = request.headers.get('authorization') ?? ''
      const clear = Buffer.from(credentials.slice(6), 'base64').toString()
      const query = [...url.searchParams].flat().join(' ')
      return answer([url.href, query, url.pathname.toUpperCase(), credentials, clear].join(' '))
    })
    await fc.assert(
      fc.asyncProperty(addressParts, fc.constantFrom(...modes), fc.boolean(), async (parts, mode, wrong) => {
        const { path, key, value, user, password } = parts
        answer = MODES[mode]!
        stub.chainId = wrong ? 1 : 137
        const url = `http://${user}:${password}@${stub.host}/v2/${path}?${key}&token=${value}`
        const rpc = new RpcPool({ chainId: 137, urls: [url], clock: manualClock(), timeoutMs: 20, graceMs: 1 })
        const chain = chainOver(rpc, { finalityTag: true })
        const problems = await Promise.all(
          [
            () => chain.request('eth_x', []),
            () => chain.heads(),
            () => chain.block(5),
            () => chain.receipt(`0x${'ab'.repeat(32)}`),
            () => chain.fees(),
            () => chain.estimateGas(null, '0x'),
            () => chain.broadcast('0x00'),
            () => chain.userOfNonce(1, 0, 5),
          ].map((ask) => problem(ask())),
        )
        await chain.checkEndpoints()
        const said = [...problems.map((error) => Bun.inspect(error)), JSON.stringify(chain.health())].join('\n')
        const credentials = Buffer.from(`${decodeURIComponent(user)}:${decodeURIComponent(password)}`)
        expect(said).not.toContain(credentials.toString('base64'))
        for (const secret of Object.values(parts)) {
          expect(said).not.toContain(decodeURIComponent(secret).replaceAll('+', ' '))
          expect(said.toLowerCase()).not.toContain(secret.toLowerCase())
          expect(said).not.toContain(decodeURIComponent(secret))
        }
        expect(said).toContain(stub.host) // control: it is named, by its host
      }),
      { numRuns: 150 },
    )
  })
  test('is hidden where a node puts it into the data of an error', async () => {
    const key = 'deadbeefdeadbeefdeadbeefdeadbeef'
    const stub = node(() => rpcError(3, 'execution reverted', `0x${key}`))
    const { rpc } = pool([stub.url.replace(/\/v2\/.*/, `/${key}`)])
    const error = (await problem(rpc.ask('eth_call', [], String))) as ChainRefused
    expect([error.message, error.data]).toEqual(['execution reverted', undefined])
  })
})

test('a connection that was kept open and is gone costs nothing: none is kept', async () => {
  let connections = 0
  const server = net.createServer((socket) => {
    connections++
    let asked = false
    socket.on('error', () => {})
    socket.on('data', () => {
      if (asked) return // the other end is gone, and nobody says so
      asked = true
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, result: '0x89' })
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n${body}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const { rpc } = pool([`http://127.0.0.1:${port}/`])
  for (let round = 0; round < 3; round++) expect(await rpc.ask('eth_x', [], String)).toBe('0x89')
  expect(connections).toBe(4) // chain id and three questions
  server.close()
})

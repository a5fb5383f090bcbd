/** What `npm start` adds: a sample, a link, a key and a line to paste; once. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { Binary, OTHER_USER, newFolder, installBinary, runBinary, until } from '../kit/binary.ts'

const app = new Binary({ flags: ['--quickstart'] })
const guide = () =>
  until('the guide to be printed', () => (app.printed().includes('  Documentation ') ? app.printed() : undefined))
const after = (text: string, title: string) => {
  const lines = text.split('\n')
  return lines[lines.findIndex((line) => line.includes(title)) + 1]!.trim()
}
let first = ''

beforeAll(async () => {
  await app.start()
  first = await guide()
}, 60_000)
afterAll(async () => {
  await app.discard()
  rmSync(app.dir, { recursive: true, force: true })
})

/** Runs a pasted line in a shell, where there is curl; else asks the same by what stands in it. */
async function paste(line: string): Promise<{ status: string; id: string; sandbox: boolean }> {
  if (Bun.which('curl')) {
    const { stdout } = Bun.spawnSync(['sh', '-c', line])
    return JSON.parse(stdout.toString())
  }
  const [, url, authorization, body] = /^curl -s (\S+) -H 'Authorization: ([^']+)' .* -d '([^']+)'$/.exec(line)!
  const headers = { authorization: authorization!, 'content-type': 'application/json' }
  return (await fetch(url!, { method: 'POST', headers, body: body! })).json() as never
}

describe('serve --quickstart', () => {
  test('shows a sample certificate, which verifies', async () => {
    const page = after(first, 'A sample certificate')
    expect(page).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/cert_[0-9a-z]{26}$/)
    const answer = await fetch(page, { headers: { accept: 'text/html' } })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Maria Andersson')
    expect(await app.run(['verify', page])).toMatchObject({ code: 0, err: '' })
  })

  test('shows a set-up link that makes the administrator’s key, once', async () => {
    const setup = after(first, 'Become its administrator')
    expect(setup).toMatch(/\/admin\/setup\/[0-9a-f]{64}$/)
    const ask = (method: string) => fetch(setup, { method, headers: { accept: 'text/html' } })
    // Looking at it, as a preview does, uses nothing up.
    for (let look = 0; look < 2; look++) expect((await ask('GET')).status).toBe(200)
    const made = await ask('POST')
    expect(made.status).toBe(200)
    const key = /tm_live_\w{30}_\w{6}/.exec(await made.text())![0]
    app.key = key
    expect((await app.api('GET', '/v1/api_keys')).status).toBe(200)
    for (const method of ['GET', 'POST']) expect((await ask(method)).status).toBe(410)
    expect(app.output()).not.toContain(key)
  })

  test('shows a sandbox key and a line that works when it is pasted', async () => {
    expect(after(first, 'Sandbox API key')).toMatch(/^tm_test_\w{30}_\w{6}$/)
    const line = after(first, 'paste this')
    expect(line).toStartWith('curl ')
    const issued = await paste(line)
    expect(issued).toMatchObject({ status: 'issued', sandbox: true })
  })

  test('the key and the link are in no log line', () => {
    const lines = JSON.stringify(app.logs())
    expect(lines).not.toContain(after(first, 'Sandbox API key'))
    expect(lines).not.toContain(after(first, 'Become its administrator').slice(-64))
  })

  test('a second start shows the same certificate, and issues nothing', async () => {
    const blocks = await app.rpc<string>('eth_blockNumber')
    const page = after(first, 'A sample certificate')
    await app.restart()
    const second = await guide()
    expect(after(second, 'A sample certificate')).toBe(page)
    expect(second).not.toContain('tm_test_')
    expect(second).not.toContain('/admin/setup/') // there is an administrator
    expect(await app.rpc<string>('eth_blockNumber')).toBe(blocks)
    app.key = await app.createKey('--sandbox', '--scope', 'admin')
    expect((await app.api('GET', '/v1/certificates')).json.data).toHaveLength(2) // the sample and the pasted one
    expect((await app.api('GET', '/v1/templates')).json.data).toHaveLength(1)
  }, 60_000)

  test('killed at its very first start, it begins anew and shows one sample', async () => {
    const again = new Binary({ flags: ['--quickstart'] })
    try {
      for (const patience of ['listening', 'registry is deployed']) {
        again.spawn()
        await until(patience, () => again.logs().some(({ message }) => message === patience))
        await again.kill()
      }
      await again.start()
      await until('the guide', () => again.printed().includes('  Documentation '))
      again.key = await again.createKey('--sandbox', '--scope', 'admin')
      const { data } = (await again.api('GET', '/v1/certificates')).json
      expect(data).toHaveLength(1)
      expect(after(again.printed(), 'A sample certificate')).toEndWith(data[0].id)
    } finally {
      await again.discard()
      rmSync(again.dir, { recursive: true, force: true })
    }
  }, 60_000)
})

/** A network of its own with nothing but loopback; without the rights for it, the one that is there. */
function withoutNetwork(): string[] {
  const enter = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
  const works = Bun.which('unshare') && Bun.spawnSync([...enter, 'true']).exitCode === 0
  return works ? enter : []
}

test('without configuration, network and rights it issues and verifies all the same', async () => {
  const dir = newFolder(OTHER_USER)
  const binary = installBinary(dir)
  const uid = OTHER_USER === undefined ? {} : { uid: OTHER_USER }
  const wrap = withoutNetwork()
  // One line in one shell, because the network ends with it; port 8080 is free there.
  const script = `"$0" serve --quickstart > log 2>&1 & server=$!
    n=0; until grep -q '  Documentation ' log || [ $n -ge 300 ]; do n=$((n+1)); sleep 0.1; done
    "$0" healthcheck; echo "health $?"
    "$0" verify "$(grep -o 'http://[^ ]*/cert_[0-9a-z]*' log | head -1)" > verdict; echo "verify $?"
    kill $server; wait $server; echo "stopped $?"`
  const env: Record<string, string> = wrap.length ? {} : { TESTAMUR_SERVER__LISTEN: `127.0.0.1:${await freePort()}` }
  try {
    const { out } = await runBinary(['-c', script, binary], { dir, binary: 'sh', ...uid, wrap, env })
    expect(out.trim().split('\n')).toEqual(['health 0', 'verify 0', 'stopped 0'])
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}, 60_000)

async function freePort(): Promise<number> {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('') })
  const { port } = server
  await server.stop(true)
  return port!
}

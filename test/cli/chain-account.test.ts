import { afterAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/domain/clock.ts'
import { systemRandom } from '../../src/domain/ids.ts'
import { openKeys } from '../../src/keys/keystore.ts'
import { lockDataFolder } from '../../src/store/lock.ts'
import { appContext, runProgram } from '../../src/wire.ts'
import type { System } from '../../src/wire-system.ts'

const folder = mkdtempSync(join(tmpdir(), 'testamur-account-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The whole command line, as main.ts runs it. */
async function run(argv: string[], env: Record<string, string>) {
  const [out, err]: [string[], string[]] = [[], []]
  const system = {
    version: '1.2.3',
    clock: systemClock,
    random: systemRandom,
    print: (line: string) => out.push(line),
    printError: (line: string) => err.push(line),
  } as unknown as System
  const readers = {
    env,
    readFile: (path: string) => readFileSync(path, 'utf8'),
    exists: existsSync,
    readBytes: readFile,
  }
  const code = await runProgram(argv, appContext(system, readers))
  return { code, out: out.join('\n'), err: err.join('\n') }
}
const newData = () => ({ TESTAMUR_DATA__DIR: mkdtempSync(join(folder, 'data-')) })
const fileWith = (text: string) => {
  const path = join(mkdtempSync(join(folder, 'secret-')), 'password')
  writeFileSync(path, text)
  return path
}

describe('testamur chain account', () => {
  test('shows account, networks and where the key is held, before the first start too', async () => {
    const data = newData()
    const { code, out } = await run(['chain', 'account'], data)
    expect(code).toBe(0)
    const [address, ...lines] = out.split('\n')
    expect(address).toMatch(/^0x[0-9a-fA-F]{40}$/)
    expect(lines.join('\n')).toContain('embedded')
    expect(lines.join('\n')).toContain(
      `${data.TESTAMUR_DATA__DIR}/keys/ethereum.json, encrypted with master.key beside it`,
    )
    const [json] = JSON.parse((await run(['chain', 'account', '--json'], data)).out) as [Record<string, unknown>]
    expect(json).toEqual({
      address,
      fragment: null,
      networks: ['embedded'],
      held: 'data_folder',
      place: join(data.TESTAMUR_DATA__DIR, 'keys', 'ethereum.json'),
      password: false,
    })
  })

  test('names a remote signer by its host, never by its address', async () => {
    const { out } = await run(['chain', 'account'], {
      ...newData(),
      TESTAMUR_CHAIN__SIGNER_URL: 'https://user:CANARY@signer.example/CANARY',
      TESTAMUR_CHAIN__SIGNER_ADDRESS: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
    })
    expect(out).toContain('a remote signer at signer.example (chain.signer_url)')
    expect(out).not.toContain('CANARY')
  })
})

test('a signer that is away when its public key is needed is one line without secrets, and exit code 1: a restart may help', async () => {
  const { code, err } = await run(['chain', 'status'], {
    ...newData(),
    TESTAMUR_CHAIN__SIGNER_URL: 'http://user:CANARY@127.0.0.1:9/CANARY',
    TESTAMUR_CHAIN__SIGNER_ADDRESS: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
  })
  expect(code).toBe(1)
  expect(err).toMatch(/^testamur: the remote signer at 127\.0\.0\.1:9 does not answer: .*Check chain\.signer_url/)
  expect(err).not.toContain('CANARY')
})

describe('testamur chain account --change-password', () => {
  const change = (env: Record<string, string>, ...more: string[]) =>
    run(['chain', 'account', '--change-password', ...more], env)

  test('sets a password and takes it off again; each time the configuration has to follow', async () => {
    const data = newData()
    await run(['chain', 'account'], data)
    const set = await change(data, '--new-password-file', fileWith('correct horse\n'))
    expect([set.code, set.out]).toEqual([0, ''])
    expect(set.err).toContain('set chain.key_password to it')
    const without = await run(['chain', 'account'], data)
    expect([without.code, without.err]).toEqual([78, expect.stringContaining('encrypted with a password')])
    const withIt = { ...data, TESTAMUR_CHAIN__KEY_PASSWORD: 'correct horse' }
    expect((await run(['chain', 'account'], withIt)).out).toContain('encrypted with chain.key_password')
    await openKeys(join(data.TESTAMUR_DATA__DIR, 'keys'), { random: systemRandom, password: 'correct horse' })
    expect((await change(withIt, '--no-password')).err).toContain('remove chain.key_password')
    expect((await run(['chain', 'account'], data)).code).toBe(0)
  }, 30_000)

  test('is refused without saying to what, with a password that the configuration would refuse, and beside a server', async () => {
    const data = newData()
    await run(['chain', 'account'], data)
    const refused = async (...more: string[]) => {
      const { code, err } = await change(data, ...more)
      expect(code).not.toBe(0)
      expect(err).not.toContain('CANARY')
      return [code, err]
    }
    expect(await refused()).toEqual([2, expect.stringContaining('--new-password-file FILE')])
    const good = fileWith('good')
    expect((await refused('--new-password-file', good, '--no-password'))[0]).toBe(2)
    expect((await refused('--new-password-file', fileWith('\n')))[1]).toContain('is empty')
    expect((await refused('--new-password-file', fileWith('CANARY\nline two')))[1]).toContain('on one line')
    expect((await refused('--new-password-file', join(folder, 'gone')))[1]).toContain('cannot be read')
    expect((await run(['chain', 'account', '--no-password'], data)).err).toContain('--change-password')
    const running = lockDataFolder(data.TESTAMUR_DATA__DIR)
    expect(await refused('--new-password-file', good)).toEqual([1, expect.stringContaining('stop the other process')])
    running.release()
    expect(await refused('--no-password')).toEqual([78, expect.stringContaining('no password')])
  })
})

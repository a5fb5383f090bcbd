import { describe, expect, test } from 'bun:test'
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { systemRandom, toHex } from '../../src/domain/ids.ts'
import { KeysUnusable } from '../../src/domain/ports.ts'
import { replaceKeyFile, removeKeyFile } from '../../src/keys/files.ts'
import type { KeyFileWrites } from '../../src/keys/keystore.ts'
import { DataFolderBusy } from '../../src/store/errors.ts'
import { lockDataFolder } from '../../src/store/lock.ts'
import { changePassword, describeAccounts, openIdentity } from '../../src/wire-identity.ts'
import type { System } from '../../src/wire-system.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'

/** What is asked of the system here: chance and time. */
const system = { random: systemRandom, clock: systemClock } as System
const SMALL = { scryptCost: 1024 }
const newDir = () => mkdtempSync(join(tmpdir(), 'testamur-password-'))
const configOf = (dir: string, password?: string, more: Record<string, string> = {}) =>
  loadConfig({
    env: {
      TESTAMUR_DATA__DIR: dir,
      ...(password === undefined ? {} : { TESTAMUR_CHAIN__KEY_PASSWORD: password }),
      ...more,
    },
    exists: existsSync,
    readFile: (path) => readFileSync(path, 'utf8'),
  })
const openWith = async (dir: string, password?: string, more: Record<string, string> = {}) => {
  const { keys, accounts } = await openIdentity(configOf(dir, password, more), system, [])
  return {
    live: toHex(keys.signer.publicKey('live')),
    secret: toHex(keys.secret('x')),
    address: accounts.embedded.address,
  }
}
const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('no error'),
    (error: Error) => error,
  )
const change = (dir: string, from: string | undefined, to: string | undefined, writes?: KeyFileWrites) =>
  changePassword(configOf(dir, from), system, to, writes, SMALL)

/** A folder whose keys are under this password, cheaply: made without one, then changed. */
async function newKeys(password: string | undefined): Promise<string> {
  const dir = newDir()
  await openIdentity(configOf(dir), system, [])
  if (password !== undefined) await change(dir, undefined, password)
  return dir
}

const CHANGES: Array<[name: string, from: string | undefined, to: string | undefined]> = [
  ['from none to a password', undefined, 'new one'],
  ['from one password to another', 'old one', 'new one'],
  ['from a password to none', 'old one', undefined],
  ['from a password to the same', 'old one', 'old one'],
]

describe.each(CHANGES)('a change of password %s', (_name, from, to) => {
  test('keeps every key, opens with the new one and no more with the old', async () => {
    const dir = await newKeys(from)
    const before = await openWith(dir, from)
    await change(dir, from, to)
    expect(await openWith(dir, to)).toEqual(before)
    if (from !== to) expect(await problem(openWith(dir, from))).toBeInstanceOf(KeysUnusable)
    const files = readdirSync(join(dir, 'keys')).sort()
    expect(files).toEqual(['ethereum.json', 'issuer.json', ...(to === undefined ? ['master.key'] : [])])
    const account = JSON.parse(readFileSync(join(dir, 'keys', 'ethereum.json'), 'utf8')) as { version: number }
    expect(account.version).toBe(to === undefined ? 1 : 3) // with a password a keystore, which wallets open
  })

  test('that dies at any step leaves a folder that opens with the old password or the new one', async () => {
    const start = await newKeys(from)
    const before = await openWith(start, from)
    let steps = 0
    for (let deadly = 1; ; deadly++) {
      let done = false
      for (const when of ['before', 'half', 'after'] as const) {
        const dir = newDir()
        cpSync(start, dir, { recursive: true })
        const writes = dyingWrites(deadly, when)
        const error = await problem(change(dir, from, to, writes))
        done = error.message === 'no error'
        if (!done) expect(error.message).toBe('the power is gone')
        const opened = await Promise.all([openWith(dir, from), openWith(dir, to)].map((each) => each.catch(() => null)))
        expect([deadly, when, opened.find((each) => each !== null)]).toEqual([deadly, when, before])
        // Asked again with whatever opens it, it comes to its end.
        const now = opened[1] === null ? from : to
        if (now !== undefined || to !== undefined) await change(dir, now, to)
        expect(await openWith(dir, to)).toEqual(before)
        expect(existsSync(join(dir, 'keys', 'master.key'))).toBe(to === undefined)
      }
      if (done) break
      steps = deadly
    }
    expect(steps).toBeGreaterThanOrEqual(from === undefined ? 3 : 2)
  }, 30_000)
})

/** The n-th write to the disk is the last: not begun, a draft that is half written, or done and nothing after it. */
function dyingWrites(deadly: number, when: 'before' | 'half' | 'after'): KeyFileWrites {
  let count = 0
  const step = (run: () => void, half: () => void) => {
    if (++count !== deadly) return run()
    if (when === 'half') half()
    if (when === 'after') run()
    throw new Error('the power is gone')
  }
  return {
    replace: (path, text) =>
      step(
        () => replaceKeyFile(path, text),
        () => writeFileSync(`${path}.new`, text.slice(0, 20)),
      ),
    remove: (path) =>
      step(
        () => removeKeyFile(path),
        () => {},
      ),
  }
}

test('a change is refused while the server runs, before the first start, and with a wrong password', async () => {
  const dir = await newKeys('old one')
  const read = () => readdirSync(join(dir, 'keys')).map((name) => readFileSync(join(dir, 'keys', name), 'utf8'))
  const before = read()
  const running = lockDataFolder(dir)
  expect(await problem(change(dir, 'old one', 'new one'))).toBeInstanceOf(DataFolderBusy)
  running.release()
  expect((await problem(change(dir, 'wrong', 'new one'))).message).toContain('password is wrong')
  expect((await problem(change(dir, undefined, 'new one'))).message).toContain('encrypted with a password')
  expect(read()).toEqual(before)
  expect((await problem(change(newDir(), undefined, 'new one'))).message).toContain('holds no keys yet')
  const open = await newKeys(undefined)
  expect((await problem(change(open, undefined, undefined))).message).toContain('no password that could be removed')
  await change(dir, 'old one', 'new one') // control: each refusal gave the lock back
})

test('the old master key opens nothing after a password was set', async () => {
  const dir = await newKeys(undefined)
  const [master, copy] = [join(dir, 'keys', 'master.key'), join(newDir(), 'master.key')]
  copyFileSync(master, copy)
  await change(dir, undefined, 'new one')
  copyFileSync(copy, master)
  expect((await problem(openWith(dir))).message).toContain('encrypted with a password')
})

describe('an account of the operator’s own', () => {
  const OWN = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  async function withKeyFile(dir: string, password?: string) {
    const path = join(newDir(), 'key')
    writeFileSync(path, DEVELOPMENT_KEYS[0])
    const { accounts } = await openIdentity(configOf(dir, password, { TESTAMUR_CHAIN__KEY_FILE: path }), system, [])
    return accounts
  }

  test('sends on public networks, while the embedded chain keeps that of the data folder', async () => {
    const dir = await newKeys(undefined)
    const { address } = await openWith(dir)
    const accounts = await withKeyFile(dir)
    expect([accounts.embedded.address, accounts.remote.address]).toEqual([address, OWN])
  })

  test('shares key_password with the keys of the data folder only where these were made with it', async () => {
    expect((await withKeyFile(await newKeys(undefined), 'of the key file')).remote.address).toBe(OWN)
    const dir = await newKeys('the same')
    expect((await withKeyFile(dir, 'the same')).remote.address).toBe(OWN)
    expect((await problem(withKeyFile(dir, 'another'))).message).toContain('password is wrong')
  })
})

test('the accounts are described without asking anybody, a signer by its host alone', async () => {
  const dir = await newKeys('old one')
  const { address } = await openWith(dir, 'old one')
  const own = {
    address,
    fragment: null,
    held: 'data_folder',
    place: join(dir, 'keys', 'ethereum.json'),
    password: true,
  }
  expect(await describeAccounts(configOf(dir, 'old one'), system, [])).toEqual([
    { ...own, networks: ['embedded'] } as never,
  ])
  const signer = {
    TESTAMUR_CHAIN__SIGNER_URL: 'http://user:pass@127.0.0.1:1/secret',
    TESTAMUR_CHAIN__SIGNER_ADDRESS: '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266',
    TESTAMUR_CHAIN__FUJI__RPC_URLS: 'http://127.0.0.1:2',
  }
  const known = [{ address, fragment: 'eth', publicKey: '', createdAt: 1 }]
  expect(await describeAccounts(configOf(dir, 'old one', signer), system, known)).toEqual([
    {
      address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
      fragment: null,
      networks: ['fuji'],
      held: 'remote_signer',
      place: '127.0.0.1:1',
      password: null,
    },
    { ...own, fragment: 'eth', networks: ['embedded'] } as never,
  ])
})

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AccountInUse } from '../../src/chain/account-lock.ts'
import { loadConfig } from '../../src/config.ts'
import { systemClock } from '../../src/domain/clock.ts'
import type { DidDocument } from '../../src/domain/did.ts'
import { systemRandom, toHex } from '../../src/domain/ids.ts'
import { KeysUnusable } from '../../src/domain/ports.ts'
import { createLog } from '../../src/log.ts'
import { rotateIssuerKey, SignerAway } from '../../src/wire-identity.ts'
import { startAppliance } from '../../src/wire-serve.ts'
import type { System } from '../../src/wire-system.ts'
import { checksumAddress } from '../../src/domain/hash.ts'
import { startAnvil, type Anvil } from '../kit/anvil.ts'

const system: System = {
  version: '0.0.0-test',
  clock: systemClock,
  random: systemRandom,
  env: {},
  print: () => {},
  printError: () => {},
  writeLog: () => {},
  isTerminal: false,
  spawnWorker: () => new Worker(new URL('../../src/worker.ts', import.meta.url).href),
  asset: () => undefined,
  stopSignal: new Promise(() => {}),
  schedule: () => () => {}, // nothing here takes long enough to be given up
  notify: () => {},
}

setDefaultTimeout(30_000) // each test starts the whole program several times

// Of this run alone: the lock is the machine's, and other tests may run beside these.
let anvil: Anvil
let signing: string
let keyFile: string
const folders: string[] = []
const newDir = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'testamur-start-')))
  return folders.at(-1)!
}
beforeAll(async () => {
  anvil = await startAnvil({ args: ['--mnemonic-random'] })
  signing = checksumAddress((await anvil.request<string[]>('eth_accounts'))[0]!)
  keyFile = join(newDir(), 'key')
  writeFileSync(keyFile, toHex(systemRandom(32)))
})
afterAll(async () => {
  await anvil.stop()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** The whole program in this process, as `testamur serve` starts it, on this data folder. */
function start(dir: string, env: Record<string, string>) {
  const config = configOf(dir, env)
  return startAppliance(
    config,
    system,
    createLog(config.log, () => {}, false),
  )
}
const configOf = (dir: string, env: Record<string, string>) =>
  loadConfig({
    env: { TESTAMUR_DATA__DIR: dir, TESTAMUR_SERVER__LISTEN: '127.0.0.1:0', ...env },
    exists: existsSync,
    readFile: (path) => readFileSync(path, 'utf8'),
  })
const network = () => ({ TESTAMUR_CHAIN__LOCAL__CHAIN_ID: '31337', TESTAMUR_CHAIN__LOCAL__RPC_URLS: anvil.url })
const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('no error'),
    (error: Error) => error,
  )

describe('two programs with one account', () => {
  test('do not both start where they would send to a public network; the second does when the first has stopped', async () => {
    const env = { ...network(), TESTAMUR_CHAIN__KEY_FILE: keyFile }
    const [one, two] = [newDir(), newDir()]
    const first = await start(one, env)
    const refused = await problem(start(two, env))
    expect(refused).toBeInstanceOf(AccountInUse)
    expect(refused.message).toContain(first.context.chains.get('local')!.account)
    await first.stop()
    await (await start(two, env)).stop()
  })

  test('both start where there is the embedded chain alone: it cannot be spoiled', async () => {
    const env = { TESTAMUR_CHAIN__KEY_FILE: keyFile }
    const first = await start(newDir(), env)
    await (await start(newDir(), env)).stop()
    await first.stop()
  })

  test('a start that is refused later gives the account back', async () => {
    const env = { ...network(), TESTAMUR_CHAIN__KEY_FILE: keyFile }
    const taken = await start(newDir(), {})
    const port = new URL(taken.listenUrl).port
    const error = await problem(start(newDir(), { ...env, TESTAMUR_SERVER__LISTEN: `127.0.0.1:${port}` }))
    expect(error.message).not.toBe('no error')
    expect(error).not.toBeInstanceOf(AccountInUse)
    await (await start(newDir(), env)).stop()
    await taken.stop()
  })
})

describe('a remote signer', () => {
  const signer = (url: string, address = signing) => ({
    ...network(),
    TESTAMUR_CHAIN__SIGNER_URL: url,
    TESTAMUR_CHAIN__SIGNER_ADDRESS: address,
  })
  const AWAY = 'http://user:CANARY-password@127.0.0.1:9'

  test('is asked once, and is not needed at a later start', async () => {
    const dir = newDir()
    const first = await start(dir, signer(anvil.url))
    const [embedded, remote] = await first.store.accounts.all()
    expect([embedded!.fragment, remote!.fragment, remote!.address]).toEqual(['eth', 'eth-2', signing])
    expect(first.context.chains.get('embedded')!.account).toBe(embedded!.address)
    const { publicKey } = first.context.chains.get('local')!
    expect(remote!.publicKey).toBe(toHex(publicKey.x) + toHex(publicKey.y))
    await first.stop()
    const again = await start(dir, signer(AWAY))
    expect(await again.store.accounts.all()).toEqual([embedded!, remote!])
    expect(again.context.chains.get('local')!.account).toBe(signing)
    await again.stop()
  })

  test('that is away at the first start, or holds another account, is named without its secrets', async () => {
    const away = await problem(start(newDir(), signer(AWAY)))
    expect(away).toBeInstanceOf(SignerAway)
    expect(away.message).toContain('127.0.0.1:9')
    expect(away.message).not.toContain('CANARY')
    const stranger = await problem(start(newDir(), signer(anvil.url, `0x${'00'.repeat(19)}01`)))
    expect(stranger).toBeInstanceOf(KeysUnusable)
    expect(stranger.message).toContain('chain.signer_address')
  })
})

test('did.json lists the accounts and the keys of earlier starts', async () => {
  const env = { TESTAMUR_SERVER__PUBLIC_URL: 'https://certs.example.edu' }
  const dir = newDir()
  const methods = async () => {
    const appliance = await start(dir, env)
    const document = await fetch(`${appliance.listenUrl}/.well-known/did.json`, { keepalive: false })
    await appliance.stop()
    return ((await document.json()) as DidDocument).assertionMethod
  }
  const [key, account] = (await methods()) as [string, string]
  expect(account).toBe('did:web:certs.example.edu#eth')
  const { to } = await rotateIssuerKey(configOf(dir, env), system)
  expect(await methods()).toEqual([`did:web:certs.example.edu#${to}`, key, account])
})

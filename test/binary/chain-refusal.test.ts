/** On a public chain the program starts only where its account is its own, and says what cures it where it is not. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEVELOPMENT_KEYS, startAnvil, type Anvil } from '../kit/anvil.ts'
import { Binary, newFolder, runBinary } from '../kit/binary.ts'
import { addressOf, signRaw } from '../kit/chains.ts'

const KEY = DEVELOPMENT_KEYS[3]
let anvil: Anvil
let dir: string
beforeAll(async () => {
  anvil = await startAnvil({ args: ['--no-mining'] })
  dir = newFolder()
  writeFileSync(join(dir, 'account.key'), KEY, { mode: 0o600 })
  writeFileSync(
    join(dir, 't.toml'),
    `[server]\nlisten = "127.0.0.1:0"\n[chain]\nkey_file = "account.key"\n[chain.local]\nchain_id = 31337\nrpc_urls = ["${anvil.url}"]\n`,
  )
})
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true })
  await anvil.stop()
})

test('a pending transaction that is not ours: one line with account, network and cure; exit code 1', async () => {
  const draft = { chainId: 31_337, nonce: 0, to: `0x${'11'.repeat(20)}`, value: 1n, gas: 21_000n, price: 10n ** 11n }
  await anvil.request('eth_sendRawTransaction', [signRaw(KEY, draft)])
  const { code, err } = await runBinary(['serve', '--config', 't.toml'], { dir })
  expect(code).toBe(1)
  expect(err.trimEnd().split('\n').length).toBe(1)
  expect(err).toContain(`1 pending transaction of account ${addressOf(KEY)} on local`)
  expect(err).toContain('chain.key_file')
})

test('the control: once it is mined the program starts with the same account', async () => {
  await anvil.request('evm_mine')
  const keyFile = JSON.stringify(join(dir, 'account.key'))
  const config = `[chain]\nkey_file = ${keyFile}\n[chain.local]\nchain_id = 31337\nrpc_urls = ["${anvil.url}"]\n`
  const binary = new Binary({ config })
  try {
    await binary.start()
    expect((await binary.api('GET', '/livez')).status).toBe(200)
  } finally {
    await binary.discard()
  }
})

import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedChain } from '../../src/chain/embedded.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import { ChainRefused } from '../../src/domain/ports.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { addressOf, newFolder, signRaw } from '../kit/chains.ts'

const [KEY] = DEVELOPMENT_KEYS
const US = addressOf(KEY)
const newFile = () => join(newFolder(), 'chain.db')
const sign = (nonce: number, rest: Partial<Parameters<typeof signRaw>[1]> = {}) =>
  signRaw(KEY, { chainId: EMBEDDED_CHAIN_ID, nonce, to: US, gas: 100_000n, ...rest })

async function open(file = newFile(), installation = 'one', time = Date.UTC(2026, 0, 1)) {
  const clock = { time, now: () => clock.time }
  const chain = await EmbeddedChain.open({ file, installation, clock })
  const ask = <T = unknown>(method: string, ...params: unknown[]) => chain.request(method, params) as Promise<T>
  return { chain, ask, clock, file }
}
interface BlockJson {
  hash: string
  parentHash: string
  timestamp: string
  transactions: unknown[]
}

describe('the embedded chain', () => {
  test('is the same after it was opened again, and goes on from there', async () => {
    const first = await open()
    await first.ask('eth_sendRawTransaction', sign(0))
    const block = await first.ask('eth_getBlockByNumber', 'latest', true)
    await first.chain.close()
    const again = await open(first.file, 'ignored on an existing file')
    expect(await again.ask('eth_getBlockByNumber', 'latest', true)).toEqual(block)
    await again.ask('eth_sendRawTransaction', sign(1))
    expect(await again.ask('eth_blockNumber')).toBe('0x2')
    await again.chain.close()
  })

  test('never shares a block hash with the chain of another installation', async () => {
    const genesis = async (installation: string) =>
      (await (await open(newFile(), installation)).ask<BlockJson>('eth_getBlockByNumber', '0x0', false)).hash
    expect(await genesis('one')).not.toBe(await genesis('two'))
    expect(await genesis('one')).toBe(await genesis('one')) // control: nothing else differs
  })

  test('keeps its file to its owner, also one that was open to others', async () => {
    const path = newFile()
    writeFileSync(path, '', { mode: 0o644 })
    const { file, ask } = await open(path)
    await ask('eth_sendRawTransaction', sign(0))
    for (const suffix of ['', '-wal', '-shm'])
      expect([suffix, statSync(file + suffix).mode & 0o777]).toEqual([suffix, 0o600])
  })

  test('refuses a transaction without changing anything, and mines the next one', async () => {
    const { ask, chain, file } = await open()
    const raw = sign(0)
    const refused: [unknown, RegExp][] = [
      [sign(3), /nonce too high: next nonce 0, tx nonce 3/],
      [sign(0, { value: 1n }), /funds/],
      [sign(0, { gas: 20_000n }), /./],
      [sign(0, { chainId: 1 }), /invalid transaction/],
      ['0x1234', /invalid transaction/],
      ['no hex', /invalid transaction/],
      [undefined, /invalid transaction/],
    ]
    for (const [bad, message] of refused) {
      await expect(ask('eth_sendRawTransaction', bad)).rejects.toThrow(message)
      await expect(ask('eth_sendRawTransaction', bad)).rejects.toBeInstanceOf(ChainRefused)
    }
    expect(await ask('eth_blockNumber')).toBe('0x0')
    const all = [raw, ...Array.from({ length: 9 }, (_, index) => sign(index + 1))]
    await Promise.all(all.map((each) => ask('eth_sendRawTransaction', each))) // at once: they queue
    expect(await ask('eth_blockNumber')).toBe('0xa')
    await expect(ask('eth_sendRawTransaction', raw)).rejects.toThrow('already known')
    await expect(ask('eth_sendRawTransaction', sign(0, { gas: 99_999n }))).rejects.toThrow('nonce too low')
    await chain.close()
    const again = await open(file) // what was mined after a refusal is on the disk, state and all
    expect(await again.ask('eth_getTransactionCount', US, 'latest')).toBe('0xa')
  })

  test('answers for the state of every past block', async () => {
    const { ask } = await open()
    for (let nonce = 0; nonce < 5; nonce++) await ask('eth_sendRawTransaction', sign(nonce))
    expect(await ask('eth_blockNumber')).toBe('0x5')
    for (let height = 0; height <= 5; height++)
      expect(await ask('eth_getTransactionCount', US, `0x${height}`)).toBe(`0x${height}`)
    await expect(ask('eth_getTransactionCount', US, '0x6')).rejects.toThrow('header not found')
    expect(await ask('eth_getBlockByNumber', '0x6', false)).toBeNull()
  })

  test('stamps blocks with its clock, and never back in time', async () => {
    const { ask, clock } = await open()
    clock.time += 90_000
    await ask('eth_sendRawTransaction', sign(0))
    clock.time -= 3_600_000
    await ask('eth_sendRawTransaction', sign(1))
    const times = await Promise.all(
      ['0x1', '0x2'].map(async (height) =>
        Number((await ask<BlockJson>('eth_getBlockByNumber', height, false)).timestamp),
      ),
    )
    expect(times).toEqual([Date.UTC(2026, 0, 1) / 1000 + 90, Date.UTC(2026, 0, 1) / 1000 + 90])
  })

  test('writes nothing to its file while it is only asked', async () => {
    const { ask, file } = await open()
    const writes = '0x6001600055' // stores 1 in slot 0
    const receipt = sign(0, { to: null, data: `0x64${writes.slice(2)}6000526005601bf3` })
    const hash = await ask('eth_sendRawTransaction', receipt)
    const { contractAddress: to } = await ask<{ contractAddress: string }>('eth_getTransactionReceipt', hash)
    const rows = () =>
      new Database(file, { readonly: true }).query('select count(*) n from node').get() as { n: number }
    const before = rows()
    const gas = Number(await ask('eth_estimateGas', { from: US, to, data: '0x' }))
    expect(await ask('eth_call', { from: US, to, data: '0x' }, 'latest')).toBe('0x')
    expect(rows()).toEqual(before)
    await ask('eth_sendRawTransaction', sign(1, { to, gas: BigInt(Math.ceil(gas * 1.25)) }))
    expect(rows().n).toBeGreaterThan(before.n) // control: the same code does write when it is mined
  })

  test('copies itself while it runs, and never over a file', async () => {
    const { chain, ask } = await open()
    await ask('eth_sendRawTransaction', sign(0))
    const copy = newFile()
    await chain.copyTo(copy)
    await expect(chain.copyTo(copy)).rejects.toThrow('EEXIST')
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    expect(await (await open(copy)).ask('eth_blockNumber')).toBe('0x1')
  })

  test('names a file that it cannot read, and the cure', async () => {
    const file = newFile()
    writeFileSync(file, 'this is no database'.repeat(100))
    await expect(open(file)).rejects.toThrow(`${file} cannot be opened as embedded chain`)
    const whole = await open()
    await whole.ask('eth_sendRawTransaction', sign(0))
    await whole.chain.close()
    new Database(whole.file).exec('delete from node')
    await expect(open(whole.file)).rejects.toThrow('restore it from a backup')
  })
})

test('kill -9 while mining loses nothing that was acknowledged, and leaves the chain whole', async () => {
  const file = newFile()
  const acknowledged: string[] = []
  for (let kill = 0; kill < 4; kill++) {
    const script = join(import.meta.dir, 'embedded-miner.ts')
    const child = Bun.spawn([process.execPath, script, file, KEY], { stdout: 'pipe', stderr: 'inherit' })
    const enough = acknowledged.length + 10 + Math.floor(Math.random() * 20)
    let rest = ''
    for await (const chunk of child.stdout) {
      const lines = (rest + Buffer.from(chunk).toString()).split('\n')
      rest = lines.pop()!
      acknowledged.push(...lines)
      if (acknowledged.length >= enough) child.kill(9)
    }
    await child.exited
  }
  const { ask } = await open(file)
  for (const hash of acknowledged)
    expect((await ask<{ status: string }>('eth_getTransactionReceipt', hash)).status).toBe('0x1')
  const head = Number(await ask('eth_blockNumber'))
  expect(head).toBeGreaterThanOrEqual(acknowledged.length)
  expect(Number(await ask('eth_getTransactionCount', US, 'latest'))).toBe(head)
  let parent = ''
  for (let height = 0; height <= head; height++) {
    const block = await ask<BlockJson>('eth_getBlockByNumber', `0x${height.toString(16)}`, false)
    if (height > 0) expect(block.parentHash).toBe(parent)
    parent = block.hash
  }
}, 60_000)

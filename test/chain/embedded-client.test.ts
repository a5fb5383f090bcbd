import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { EmbeddedClient } from '../../src/chain/embedded-client.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import { ChainRefused, ChainUnavailable } from '../../src/domain/ports.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { addressOf, newFolder, signRaw } from '../kit/chains.ts'

const [KEY] = DEVELOPMENT_KEYS
const US = addressOf(KEY)
const workerFile = new URL('../../src/worker.ts', import.meta.url).href
const clock = { time: Date.UTC(2026, 4, 1), now: () => clock.time }

function start(file = join(newFolder(), 'chain.db')) {
  const workers: Worker[] = []
  const spawn = () => {
    workers.push(new Worker(workerFile))
    return workers.at(-1)!
  }
  return { file, workers, opened: EmbeddedClient.open({ file, installation: 'test', clock, spawn }) }
}
const sign = (nonce: number) => signRaw(KEY, { chainId: EMBEDDED_CHAIN_ID, nonce, to: US, gas: 100_000n })

describe('the embedded chain in a worker', () => {
  let client: EmbeddedClient
  let workers: Worker[]
  let file: string
  beforeAll(async () => {
    const started = start()
    client = await started.opened
    ;({ workers, file } = started)
  })
  afterAll(() => client.close())
  const nonce = async () => Number(await client.request('eth_getTransactionCount', [US, 'latest']))

  test('answers like a node, with the time of the main thread', async () => {
    expect(await client.request('eth_chainId', [])).toBe('0x7473746d')
    clock.time += 5000
    await client.request('eth_sendRawTransaction', [sign(await nonce())])
    const block = (await client.request('eth_getBlockByNumber', ['latest', false])) as { timestamp: string }
    expect(Number(block.timestamp)).toBe(clock.time / 1000)
  })

  test("gives the chain's no as ChainRefused, with its code", async () => {
    const refusal = await client.request('eth_sendRawTransaction', [sign(99)]).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ChainRefused)
    expect((refusal as Error).message).toContain('nonce too high')
    const unknown = await client.request('eth_nothing', []).catch((error: unknown) => error)
    expect((unknown as ChainRefused).code).toBe(-32601)
  })

  test('is started again when its worker dies, with nothing lost, even in the middle of a block', async () => {
    for (let round = 0; round < 3; round++) {
      const before = await nonce()
      const dying = client.request('eth_sendRawTransaction', [sign(before)]).then(
        () => 'mined',
        (error: unknown) => error,
      )
      workers.at(-1)!.terminate()
      const outcome = await dying
      if (outcome !== 'mined') expect(outcome).toBeInstanceOf(ChainUnavailable)
      const after = await nonce()
      expect([before, before + 1]).toContain(after)
      if (outcome === 'mined') expect(after).toBe(before + 1)
      await client.request('eth_sendRawTransaction', [sign(after)]) // the file is not locked by the dead one
    }
    expect(workers.length).toBe(4)
  })

  test('copies its file, closes it, and answers nothing afterwards', async () => {
    const head = await client.request('eth_blockNumber', [])
    const copy = `${file}.copy`
    await client.copyTo(copy)
    await client.close()
    await client.close()
    await expect(client.request('eth_blockNumber', [])).rejects.toBeInstanceOf(ChainUnavailable)
    for (const each of [file, copy]) {
      const again = await start(each).opened
      expect(await again.request('eth_blockNumber', [])).toBe(head)
      await again.close()
    }
  })

  test('does not open a damaged file, and says which', async () => {
    const damaged = join(newFolder(), 'chain.db')
    writeFileSync(damaged, 'this is no database'.repeat(100))
    await expect(start(damaged).opened).rejects.toThrow(damaged)
  })
})

test('a worker that nobody asks rests, and the next question wakes it with nothing lost', async () => {
  const file = join(newFolder(), 'chain.db')
  const workers: Worker[] = []
  const spawn = () => {
    workers.push(new Worker(workerFile))
    return workers.at(-1)!
  }
  let rest: (() => void) | undefined
  const schedule = (_milliseconds: number, wake: () => void) => {
    rest = wake
    return () => (rest = undefined)
  }
  const client = await EmbeddedClient.open({
    file,
    installation: 'test',
    clock,
    spawn,
    idle: { milliseconds: 3000, schedule },
  })
  await client.request('eth_sendRawTransaction', [sign(0)])
  const height = await client.request('eth_blockNumber', [])
  const ended = new Promise((resolve) => workers[0]!.addEventListener('close', resolve))
  rest!()
  expect(await client.request('eth_blockNumber', [])).toBe(height)
  await ended
  expect(workers).toHaveLength(2)
  expect(await client.request('eth_getTransactionCount', [US, 'latest'])).toBe('0x1')
  await client.close()
})

test('the main thread loads no EVM: the client and the chain port bundle without @ethereumjs', async () => {
  const bundle = async (entry: string) => {
    const built = await Bun.build({ entrypoints: [Bun.fileURLToPath(new URL(entry, import.meta.url))], target: 'bun' })
    return built.outputs[0]!.text()
  }
  for (const entry of ['embedded-client', 'evm', 'accounts', 'rpc', 'chain-rpc', 'contract'])
    expect((await bundle(`../../src/chain/${entry}.ts`)).includes('node_modules/@ethereumjs/')).toBe(false)
  expect((await bundle('../../src/worker.ts')).includes('node_modules/@ethereumjs/')).toBe(true) // control
})

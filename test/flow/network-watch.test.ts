/** Facts about networks while the program runs: quick to read, renewed behind, and said in the log once a day. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NetworkReport } from '../../src/actions/networks.ts'
import { loadConfig } from '../../src/config.ts'
import { systemRandom } from '../../src/domain/ids.ts'
import { ChainUnavailable, type Chain, type EndpointHealth } from '../../src/domain/ports.ts'
import { RELEASED_CODE, ZERO_ADDRESS } from '../../src/domain/registry.ts'
import { createLog } from '../../src/log.ts'
import { startAppliance, type Appliance } from '../../src/wire-serve.ts'
import { askNetwork, keepWatching, KeptFacts, NetworkWatch, type Question } from '../../src/wire-status.ts'
import type { System } from '../../src/wire-system.ts'
import { ManualClock } from '../kit/clock.ts'
import { readExposition } from '../kit/exposition.ts'
import { ManualSchedule } from '../kit/http.ts'

const ACCOUNT = `0x${'11'.repeat(20)}`
const REGISTRY = `0x${'33'.repeat(20)}`
const ok: EndpointHealth = {
  ...{ host: 'rpc.example', state: 'ok', failures: 0, lastError: null, downUntil: 0 },
  ...{ head: 100, latencyMs: 5, requests: 1, errors: 0 },
}

/** Answers what the test says, and counts what it was asked. */
class StubChain {
  readonly asked: Record<string, number> = {}
  answers: Record<string, () => Promise<unknown>> = {
    checkEndpoints: async () => [ok],
    balance: async () => '1000',
    fees: async () => ({ base: '1', tip: '0', maxFee: '2', legacy: false }),
    estimateGas: async () => 59_000,
    registryFacts: async () => ({ codeHash: [...RELEASED_CODE][0]!, did: 'did:x', owner: ACCOUNT, permissions: 3 }),
    owners: async () => ({ owner: ACCOUNT, pendingOwner: ZERO_ADDRESS }),
  }
  readonly chain = new Proxy(
    {
      ...{ network: 'local', chainId: 1, embedded: false, account: ACCOUNT, feeCap: '9', dailyBudget: '0' },
      ...{ lowBalance: 50, health: () => [] },
    } as unknown as Chain,
    {
      get: (target, name) =>
        Reflect.get(target, name) ??
        (() => {
          this.asked[String(name)] = (this.asked[String(name)] ?? 0) + 1
          return this.answers[String(name)]!()
        }),
    },
  )
}
const question = (stub: StubChain, address: string | null = REGISTRY): Question => ({
  chain: stub.chain,
  registry: address === null ? undefined : ({ address } as Question['registry']),
  deployment: '0x00',
})

function kept(stub: StubChain, ask: () => Question = () => question(stub)) {
  const clock = new ManualClock()
  const schedule = new ManualSchedule()
  const embedded = { ...new StubChain().chain, network: 'embedded', embedded: true, health: () => [] } as Chain
  const chains = { get: () => stub.chain, all: () => [stub.chain, embedded] }
  const facts = new KeptFacts({
    ...{ chains, clock, schedule: schedule.schedule },
    question: async () => ask(),
    headOf: (network) => (network === 'embedded' ? 7 : undefined),
  })
  return { facts, clock, schedule }
}

describe('asked now', () => {
  test('everything at once', async () => {
    expect(await askNetwork(question(new StubChain()), 5)).toMatchObject({
      ...{ askedAt: 5, problem: null, head: 100, balance: '1000', anchorGas: 59_000, deployGas: 0 },
      registry: { permissions: 3 },
    })
  })

  test('before there is a registry, the deployment is estimated', async () => {
    expect(await askNetwork(question(new StubChain(), null), 5)).toMatchObject({ deployGas: 59_000, registry: null })
  })

  test('without a node that answers nothing more is asked, and each says why', async () => {
    const stub = new StubChain()
    const failing = { ...ok, state: 'failing' as const, lastError: 'timed out' }
    stub.answers.checkEndpoints = async () => [failing, { ...failing, host: 'two', lastError: null }]
    const facts = await askNetwork(question(stub), 5)
    expect(facts).toMatchObject({ balance: null, fees: null, registry: null })
    expect(facts.problem).toContain('(rpc.example: timed out; two: no answer)')
    expect(Object.keys(stub.asked)).toEqual(['checkEndpoints'])
  })

  test('what a node refuses is typical gas, and an unknown registry', async () => {
    const stub = new StubChain()
    stub.answers.estimateGas = stub.answers.registryFacts = () => Promise.reject(new ChainUnavailable('no'))
    expect(await askNetwork(question(stub), 5)).toMatchObject({ problem: null, anchorGas: 60_000, registry: null })
    stub.answers.balance = () => Promise.reject(new ChainUnavailable('rpc.example: no'))
    expect((await askNetwork(question(stub), 5)).problem).toContain('rpc.example: no')
  })
})

describe('kept', () => {
  test('the first reader waits for the nodes; the next gets the same; after 15 seconds it is renewed behind', async () => {
    const stub = new StubChain()
    const { facts, clock } = kept(stub)
    expect((await facts.current()).get('local')).toMatchObject({ balance: '1000', head: 100 })
    stub.answers.balance = async () => '2000'
    clock.advance(14_999)
    expect((await facts.current()).get('local')!.balance).toBe('1000')
    expect(stub.asked.balance).toBe(1)
    clock.advance(1)
    expect((await facts.current()).get('local')!.balance).toBe('1000') // at once
    await facts.fresh()
    expect((await facts.current()).get('local')!.balance).toBe('2000')
    expect(stub.asked.balance).toBe(2) // both readers joined one renewal
  })

  test('a node that hangs holds the first reader for a second and no more', async () => {
    const stub = new StubChain()
    const hanging = Promise.withResolvers<unknown>()
    stub.answers.checkEndpoints = () => hanging.promise
    const { facts, schedule } = kept(stub)
    const reading = facts.current()
    expect(schedule.count).toBe(1)
    schedule.elapse()
    expect((await reading).get('local')).toMatchObject({ account: ACCOUNT, balance: null, askedAt: 0 })
    hanging.resolve([ok])
    expect((await facts.fresh()).get('local')!.balance).toBe('1000')
  })

  test('gas and owner are asked every ten minutes, and as soon as another registry is named', async () => {
    const stub = new StubChain()
    let address = REGISTRY
    const { facts, clock } = kept(stub, () => question(stub, address))
    await facts.fresh()
    clock.advance(60_000)
    await facts.fresh()
    expect([stub.asked.balance, stub.asked.owners]).toEqual([2, 1])
    address = `0x${'44'.repeat(20)}`
    await facts.fresh()
    expect(stub.asked.owners).toBe(2)
    clock.advance(600_000)
    await facts.fresh()
    expect(stub.asked.owners).toBe(3)
  })

  test('the embedded chain is never asked: its head is what was seen', async () => {
    const { facts } = kept(new StubChain())
    expect((await facts.current()).get('embedded')).toMatchObject({ head: 7, balance: null, problem: null })
  })

  test('whatever throws becomes a problem, and the last known numbers go', async () => {
    const stub = new StubChain()
    const { facts } = kept(stub)
    await facts.fresh()
    stub.answers.checkEndpoints = () => Promise.reject(new Error('boom'))
    const { problem, balance } = (await facts.fresh()).get('local')!
    expect([problem, balance]).toEqual(['local cannot be asked: boom', null])
  })
})

describe('watched', () => {
  const report = (...codes: string[]) =>
    [
      { network: { name: 'local' }, warnings: codes.map((code) => ({ code, message: `about ${code}`, urgent: true })) },
    ] as unknown as NetworkReport[]

  test('each warning is said once a day, a new one at once', async () => {
    const clock = new ManualClock()
    const said: string[] = []
    let reports = report('low_balance')
    const watch = new NetworkWatch(async () => reports, clock, { warn: (_, message) => void said.push(message) })
    await watch.look()
    await watch.look()
    clock.advance(86_399_999)
    await watch.look()
    expect(said).toEqual(['about low_balance'])
    reports = report('low_balance', 'owner_is_operator')
    await watch.look()
    expect(said).toEqual(['about low_balance', 'about owner_is_operator'])
    clock.advance(1)
    await watch.look()
    expect(said.slice(2)).toEqual(['about low_balance'])
  })

  test('it looks again and again, whatever a look meets, until it is stopped', async () => {
    const schedule = new ManualSchedule()
    let looks = 0
    const watch = { look: () => (looks++, Promise.reject(new Error('closing'))) } as unknown as NetworkWatch
    const watching = keepWatching(schedule.schedule, watch)
    for (let round = 0; round < 3; round++) {
      expect(schedule.count).toBe(1)
      schedule.next()
    }
    expect(looks).toBe(3)
    watching.stop()
    expect(schedule.count).toBe(0)
  })
})

describe('in the program', () => {
  const dir = mkdtempSync(join(tmpdir(), 'testamur-watch-'))
  const clock = new ManualClock()
  const timers: Array<{ milliseconds: number; wake: () => void }> = []
  const lines: string[] = []
  let program: Appliance
  const start = (env: Record<string, string>) => {
    const config = loadConfig({
      env: { TESTAMUR_DATA__DIR: dir, TESTAMUR_SERVER__LISTEN: '127.0.0.1:0', TESTAMUR_ISSUER__NAME: 'X', ...env },
      exists: existsSync,
      readFile: () => '',
    })
    const system: System = {
      ...{ version: '0.0.0-test', clock, random: systemRandom, env: {}, print() {}, printError() {}, writeLog() {} },
      ...{ isTerminal: false, asset: () => undefined, stopSignal: new Promise<string>(() => {}), notify() {} },
      spawnWorker: () => new Worker(new URL('../../src/worker.ts', import.meta.url).href),
      schedule: (milliseconds, wake) => {
        // A breath between two pieces of work; the rest waits until the test says so.
        if (milliseconds < 1_000) {
          const breath = setImmediate(wake)
          return () => clearImmediate(breath)
        }
        const timer = { milliseconds, wake }
        timers.push(timer)
        return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1))
      },
    }
    return startAppliance(
      config,
      system,
      createLog(config.log, (line) => void lines.push(line), false),
    )
  }
  beforeAll(async () => {
    program = await start({
      TESTAMUR_METRICS__LISTEN: '127.0.0.1:0',
      TESTAMUR_CHAIN__FANTOM__RPC_URLS: 'http://127.0.0.1:1/v2/SECRETKEY',
    })
  })
  afterAll(async () => {
    await program.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  test('the numbers have a listener of their own with nothing else on it', async () => {
    const families = readExposition(await (await fetch(`${program.metricsUrl}/metrics`)).text())
    expect(families.get('testamur_build_info')!.samples[0]!.labels).toEqual({ version: '0.0.0-test' })
    expect(families.get('testamur_rpc_endpoint_up')!.samples).toEqual([
      expect.objectContaining({ labels: { network: 'fantom', host: '127.0.0.1:1' }, value: 0 }),
    ])
    expect((await fetch(`${program.metricsUrl}/v1/networks`)).status).toBe(404)
    expect((await fetch(`${program.listenUrl}/metrics`)).status).toBe(404)
  })

  test('after half a minute the log says what a person should know, without the key in the address', async () => {
    const said = Promise.withResolvers<void>()
    const { push } = lines
    lines.push = (...more) => {
      if (more.some((line) => line.includes('moved to Sonic'))) said.resolve()
      return push.apply(lines, more)
    }
    for (const timer of timers.filter(({ milliseconds }) => milliseconds === 30_000)) timer.wake()
    await said.promise
    const warnings = lines.filter((line) => line.includes('"level":"warn"')).map((line) => JSON.parse(line))
    expect(warnings.map(({ network, warning }) => `${network} ${warning}`)).toEqual(
      expect.arrayContaining(['fantom unreachable', 'fantom network']),
    )
    expect(lines.join('')).not.toContain('SECRETKEY')
  })

  test('a port that is taken is said with the setting that cures it', async () => {
    const other = mkdtempSync(join(tmpdir(), 'testamur-watch-'))
    const taken = program.metricsUrl!.slice('http://'.length)
    const refusal = await start({ TESTAMUR_DATA__DIR: other, TESTAMUR_METRICS__LISTEN: taken }).catch(
      (error: Error) => error,
    )
    rmSync(other, { recursive: true, force: true })
    expect((refusal as Error).message).toContain('[metrics] listen')
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { AppContext, NetworksContext } from '../../src/cli/app-context.ts'
import { chainReanchor, strandedLines } from '../../src/cli/chain-reanchor.ts'
import { runCommand } from '../../src/cli/run.ts'
import { loadConfig } from '../../src/config.ts'
import { revokeCertificate } from '../../src/actions/certificates.ts'
import type { NetworkFacts } from '../../src/domain/network-facts.ts'
import { BUILT_IN_NETWORKS } from '../../src/domain/networks.ts'
import type { Chain } from '../../src/domain/ports.ts'
import { knownFacts } from '../../src/wire-status.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'

let app: TestAppliance
/** What the target's nodes say. */
let said: Partial<NetworkFacts> = {}
beforeAll(async () => {
  const sonic = BUILT_IN_NETWORKS.find(({ name }) => name === 'sonic')!
  app = await startTestAppliance({ networks: [sonic] })
  const template = await app.template()
  for (let number = 0; number < 3; number++) {
    const { certificate } = await app.issue(template)
    await app.settle()
    if (number > 0) await revokeCertificate(app.context, app.live, certificate.id, { reason: null, notify: false })
    await app.settle()
  }
})
afterAll(() => app.close())

const GWEI = 10n ** 9n
const answering: Partial<NetworkFacts> = {
  ...{ feeCap: String(500n * GWEI), anchorGas: 60_000, deployGas: 800_000, balance: String(5n * 10n ** 17n) },
  fees: { base: String(50n * GWEI), tip: '0', maxFee: String(100n * GWEI), legacy: false },
}

async function run(line: string) {
  const out: string[] = []
  const err: string[] = []
  const sonic = { ...app.chain, network: 'sonic', token: 'S', health: () => [] } as unknown as Chain
  const networks: NetworksContext = {
    ...app.context,
    chains: { get: (name) => (name === 'sonic' ? sonic : undefined), all: () => [sonic] },
    facts: async () => ({ ...knownFacts(sonic), ...said }),
    deployment: () => '0x',
  }
  const context = {
    print: (text: string) => out.push(text),
    printError: (text: string) => err.push(text),
    loadConfig: () => loadConfig({ file: 't.toml', env: {}, readFile: () => '', exists: () => true }),
    withNetworks: (_: unknown, work: (context: NetworksContext) => Promise<number>) => work(networks),
  } as unknown as AppContext
  const code = await runCommand([chainReanchor], line.split(' '), context)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('chain reanchor', () => {
  test('a dry run says how many transactions it takes and what they cost, and orders nothing', async () => {
    said = answering
    const { code, out } = await run('chain reanchor --from embedded --to sonic --dry-run')
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      'embedded → sonic',
      '  roots         3 on embedded: 0 confirmed on sonic, 0 on their way, 3 to send',
      '  revocations   2 go with them',
      '  transactions  4 at most, and the deployment of a registry',
      // (3 × 60,000 + 2 × 30,000 + 800,000) gas × 50 gwei
      '  cost          about 0.052 S at the price of now',
      'Dry run: nothing was ordered.',
    ])
    expect(await app.store.reanchors.all()).toEqual([])
    said = { ...answering, balance: '1000' }
    expect((await run('chain reanchor --from embedded --to sonic --dry-run')).out).toContain('send it more')
    said = { problem: 'No node of sonic gives a usable answer (rpc.example.org: away).' }
    const away = await run('chain reanchor --from embedded --to sonic --dry-run')
    expect([away.code, away.out]).toEqual([0, expect.stringContaining('not known: No node of sonic')])
  })

  test('without it the order is stored; asked again it shows how far it is', async () => {
    said = answering
    const first = await run('chain reanchor --from embedded --to sonic')
    expect(first.out).toContain('Ordered. The server sends it')
    const [order] = await app.store.reanchors.all()
    expect(order).toMatchObject({ fromNetwork: 'embedded', toNetwork: 'sonic', state: 'open', createdBy: 'cli' })
    const jobs = await app.store.jobs.list({ state: 'open', limit: 100 })
    expect(jobs.filter(({ kind }) => kind === 'reanchor').map(({ ref }) => ref)).toEqual([order!.id])
    const again = await run('chain reanchor --from embedded --to sonic')
    expect(again.out).toContain(`embedded → sonic (${order!.id}, open)`)
    expect(again.out).toEndWith('Under way.')
    expect((await app.store.reanchors.all()).length).toBe(1)
    const { out } = await run('chain reanchor --from embedded --to sonic --json')
    expect(JSON.parse(out)).toEqual({
      ...{ from: 'embedded', to: 'sonic', order: order!.id, state: 'open', ordered: false, roots: 3, confirmed: 0 },
      ...{ on_their_way: 0, failed: 0, to_send: 3, revocations: 2, transactions: 4, deploys_registry: true },
      ...{ cost_wei: '52000000000000000', balance_wei: '500000000000000000', problem: null },
    })
  })

  test('refuses what cannot be with one line', async () => {
    const refusals = {
      '--from embedded --to nowhere': 'network "nowhere" is not configured (configured: sonic)',
      '--from embedded --to embedded': 'both name "embedded"',
      '--from sonic --to embedded': 'the embedded chain cannot be a target',
      '--from fantom --to sonic': 'nothing was anchored on "fantom" by this appliance; there are roots on embedded (3)',
      '--from embedded': '--to',
    }
    for (const [flags, reason] of Object.entries(refusals)) {
      const { code, out, err } = await run(`chain reanchor ${flags}`)
      expect({ flags, code, out }).toEqual({ flags, code: 2, out: '' })
      expect(err).toContain(reason)
      expect(err).not.toContain('\n')
    }
  })
})

test('revocations for a network that is gone from the configuration are told', async () => {
  expect(await strandedLines(app.context as unknown as NetworksContext)).toEqual([])
  const { certificate } = await app.issue(await app.template())
  await app.settle()
  await revokeCertificate(app.context, app.live, certificate.id, { reason: null, notify: false })
  const none = { get: () => undefined, all: () => [] }
  expect(await strandedLines({ ...app.context, chains: none } as unknown as NetworksContext)).toEqual([
    'embedded (not configured any more)',
    '  waiting       1 revocations: they are kept, and sent should it come back',
    '',
  ])
})

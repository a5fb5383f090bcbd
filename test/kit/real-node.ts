/** The whole program in one process, on a real node: a clock the test moves, and a door to the node that can be shut. */
import { remoteChain } from '../../src/chain/chains.ts'
import type { Network } from '../../src/domain/networks.ts'
import type { Chain } from '../../src/domain/ports.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { DEVELOPMENT_KEYS, startAnvil, type Anvil } from './anvil.ts'
import { startTestAppliance, type TestAppliance } from './appliance.ts'
import { ManualClock } from './clock.ts'

export const LOCAL_CHAIN_ID = 31_337
export const LOCAL_NETWORK: Network = {
  name: 'local',
  title: 'Local node',
  chainId: LOCAL_CHAIN_ID,
  token: 'ETH',
  explorerUrl: 'https://explorer.example.org',
  confirmations: 3,
  finalityTag: false,
  legacyFees: false,
  minTipGwei: 0,
  maxFeeGwei: 200,
  testnet: true,
  bumpAfterSeconds: 60,
  dailyBudget: 0,
  lowBalance: 50,
  warning: '',
}

export interface RealNode {
  app: TestAppliance
  anvil: Anvil
  /** Shut: every request is answered 503. */
  door: { shut: boolean; url: string; requests: number }
  chain: () => Chain
  /** Jobs alone, so often, with time between; no block is made. */
  run(rounds?: number, stepMs?: number): Promise<void>
  /** Jobs, blocks and time until nothing moves any more. */
  settle(rounds?: number): Promise<void>
  /** Registry deployed and final; the id of a template on this network. */
  ready(): Promise<string>
  close(): Promise<void>
}

export async function startRealNode(change: Partial<Network> = {}, anvilArgs: string[] = []): Promise<RealNode> {
  const anvil = await startAnvil({ chainId: LOCAL_CHAIN_ID, args: anvilArgs })
  const door = { shut: false, url: '', requests: 0 }
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      door.requests++
      if (door.shut) return new Response('away', { status: 503 })
      const headers = { 'content-type': 'application/json' }
      return fetch(anvil.url, { method: 'POST', headers, body: await request.text(), keepalive: false })
    },
  })
  door.url = server.url.href
  const network = { ...LOCAL_NETWORK, ...change }
  const app = await startTestAppliance({
    clock: new ManualClock(Date.now()),
    networks: [network],
    chains: (account, clock) => [remoteChain(network, [door.url], account, clock)],
    key: DEVELOPMENT_KEYS[0],
  })
  const run = async (rounds = 3, stepMs = 2_000) => {
    for (let round = 0; round < rounds; round++) {
      await runDue(app.context)
      app.clock.advance(stepMs)
    }
  }
  const settle = async (rounds = 12) => {
    for (let round = 0; round < rounds; round++) {
      await runDue(app.context)
      await anvil.request('anvil_mine', ['0x1'])
      app.clock.advance(3_000)
    }
  }
  return {
    app,
    anvil,
    door,
    chain: () => app.context.chains.get('local')!,
    run,
    settle,
    async ready() {
      const template = await app.template(app.live, { network: 'local' })
      await app.issue(template).catch(() => {}) // asks for the registry
      await settle()
      return template
    },
    async close() {
      await app.close()
      await server.stop(true)
      await anvil.stop()
    },
  }
}

/** Looks after the networks while the program runs: facts for answers, warnings for the log, numbers for monitoring. */
import type { ActionContext } from './actions/context.ts'
import { networkReports } from './actions/networks.ts'
import { startListener, type Listener } from './http/listener.ts'
import type { Config } from './config.ts'
import type { NetworkFacts } from './domain/network-facts.ts'
import type { Chains } from './domain/ports.ts'
import { metricsDoor } from './http/metrics.ts'
import type { Fetch } from './http/server.ts'
import type { Log } from './log.ts'
import { collectMetrics, countIssued } from './wire-metrics.ts'
import { deploymentOf } from './wire-networks.ts'
import { keepWatching, KeptFacts, NetworkWatch } from './wire-status.ts'
import type { System } from './wire-system.ts'

export interface NetworkCare {
  facts: () => Promise<ReadonlyMap<string, NetworkFacts>>
  stop(): void
}

/** Starts to look; `door` is where the numbers go, if anywhere. */
export function careForNetworks(
  config: Config,
  system: System,
  log: Log,
  parts: { chains: Chains; heads: ReadonlyMap<string, number>; actions: ActionContext; door: MetricsDoor | undefined },
): NetworkCare {
  const { chains, heads, actions, door } = parts
  const { clock, schedule } = system
  const did = actions.appliance.dids.live
  const deployment = deploymentOf(config, chains, did)
  const kept = new KeptFacts({
    chains,
    clock,
    schedule,
    headOf: (network) => heads.get(network),
    question: async (chain) => ({
      chain,
      registry: await actions.store.registries.of(chain.network, 'live', did),
      deployment: deployment(chain.network, ''),
    }),
  })
  const facts = () => kept.current()
  const issued = countIssued(actions.store)
  door?.open(metricsDoor(() => collectMetrics({ actions, facts, issued: issued.count, startedAt: clock.now() })))
  const watch = new NetworkWatch(async () => networkReports(actions, await kept.fresh()), clock, log)
  const watching = keepWatching(schedule, watch)
  return {
    facts,
    stop() {
      watching.stop()
      issued.stop()
    },
  }
}

/** Bound before the program is put together, so that a taken port is said at once; 503 until then. */
export class MetricsDoor {
  readonly listener: Listener
  private fetch: Fetch | undefined

  constructor({ host, port }: { host: string; port: number }) {
    this.listener = startListener({
      hostname: host,
      port,
      setting: '[metrics] listen',
      fetch: async (request, peer) => this.fetch?.(request, peer) ?? new Response(null, { status: 503 }),
    })
  }

  open(fetch: Fetch) {
    this.fetch = fetch
  }
}

/** `testamur serve`: everything in its order of start, and of draining (HTTP, jobs, chain, database). */
import type { PublishedAccount } from './actions/accounts.ts'
import type { ActionContext } from './actions/context.ts'
import type { Config } from './config.ts'
import { answerRpc } from './chain/chain-rpc.ts'
import { deployData } from './chain/contract.ts'
import type { EmbeddedClient } from './chain/embedded-client.ts'
import { auditJob } from './domain/anchors-decide.ts'
import { EMBEDDED_NETWORK } from './domain/networks.ts'
import { PARTITIONS } from './domain/scopes.ts'
import type { Chains } from './domain/ports.ts'
import { DEFAULT_LIMITS, type HttpContext } from './http/context.ts'
import { createHttp, type HttpServer } from './http/server.ts'
import type { JobContext } from './jobs/context.ts'
import { startJobs } from './jobs/loop.ts'
import { pace, type Breathe } from './jobs/pace.ts'
import type { Log } from './log.ts'
import { Relay } from './mail/relay.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import { openChains, openEmbedded, refuseOlderChain, rememberHeads } from './wire-chain.ts'
import { actionContext, applianceOf, didsOf, publicOrigin, textHash } from './wire-context.ts'
import { drain, stopAll } from './wire-drain.ts'
import { openLocations } from './wire-geo.ts'
import { health } from './wire-health.ts'
import { installationId, openToSend } from './wire-identity.ts'
import { Doors, openListeners } from './wire-listeners.ts'
import { refuseForeignPending } from './wire-preflight.ts'
import { openRenderer } from './wire-render.ts'
import { careForNetworks, MetricsDoor } from './wire-watch.ts'
import type { System } from './wire-system.ts'

export interface Appliance {
  /** What recipients see. */
  url: string
  /** Where the public half listens, and the private one. */
  listenUrl: string
  adminUrl: string
  /** Where monitoring reads numbers, at /metrics; undefined where none are asked for. */
  metricsUrl: string | undefined
  context: JobContext
  store: Store
  log: Log
  /** Finishes what is running, in order, and closes everything. */
  stop(): Promise<void>
}

/** Starts the whole program. Throws ConfigError, StoreOpenError, KeysUnusable, … with a line a person can act on. */
export async function startAppliance(config: Config, system: System, log: Log): Promise<Appliance> {
  const locate = openLocations(config, log)
  const store = await openStore({
    dir: config.data.dir,
    random: system.random,
    hash: textHash,
    lock: true,
    clock: system.clock,
  })
  const opened: Array<() => Promise<void>> = [() => store.close()]
  try {
    return await assemble(config, system, log, store, { opened, locate })
  } catch (error) {
    for (const close of opened.reverse()) await close().catch(() => {})
    throw error
  }
}

async function assemble(
  config: Config,
  system: System,
  log: Log,
  store: Store,
  { opened, locate }: { opened: Array<() => Promise<void>>; locate: HttpContext['locate'] },
): Promise<Appliance> {
  const installation = await installationId(store, system)
  const node = openEmbedded(config, system, installation)
  opened.push(async () => (await node).close())
  const [identity, embedded] = await Promise.all([openToSend(config, system, store, log), node])
  const { keys, accounts } = identity
  opened.push(async () => identity.release())
  const chains = openChains(config, system, accounts, embedded)
  await refuseOlderChain(store, chains)
  await refuseForeignPending(store, chains, system.schedule)
  const heads = rememberHeads(chains)
  await store.jobs.voidLeases()
  const doors = new Doors()
  const listeners = openListeners(config, doors)
  opened.push(() => stopAll(listeners.all))
  const door = config.metrics.listen ? new MetricsDoor(config.metrics.listen) : undefined
  if (door) listeners.all.push(door.listener)
  const publicUrl = publicOrigin(config, listeners.main.port)
  const facts = applianceOf(config, system, publicUrl, didsOf(publicUrl, keys))
  const renderer = openRenderer(system)
  opened.push(async () => renderer.close())
  // The first certificate after a start need not wait for the worker; without one it would be said then.
  void renderer.fonts().catch(() => {})
  const actions = actionContext(system, store, { keys, appliance: facts, renderer, mail: mailOf(config) })
  const relay = new Relay({ ...config.mail, from: sender(config), replyTo: config.mail.replyTo }, system.clock)
  const state = { draining: false }
  const care = careForNetworks(config, system, log, { chains, heads, actions, door })
  const { facts: networkFacts } = care
  const parts = { identity, heads, embedded, networkFacts, locate }
  const http = createHttp(httpContext(config, system, log, actions, parts, state))
  const breathe = pace(() => ({ arrived: doors.arrived, waiting: http.waiting() }), system.clock, system.schedule)
  const jobs = jobContext(config, actions, { chains, relay, log, node: installation, breathe })
  doors.open(http)
  await queueStanding(jobs, config)
  const loop = startJobs(jobs)
  const timers = [keepFlushing(system, http), care]
  const working = { schedule: system.schedule, state, http, listeners: listeners.all, loop, timers }
  const stop = () => drain({ ...working, relay, renderer, embedded, store, identity })
  return {
    url: publicUrl,
    listenUrl: listeners.main.url,
    adminUrl: listeners.admin.url,
    metricsUrl: door?.listener.url,
    context: jobs,
    store,
    log,
    stop,
  }
}

function jobContext(
  config: Config,
  actions: ActionContext,
  { chains, relay, log, node, breathe }: { chains: Chains; relay: Relay; log: Log; node: string; breathe: Breathe },
): JobContext {
  const networks = Object.entries(config.chain.networks)
  const given = networks.filter(([, { contract }]) => contract !== '')
  const owned = networks.filter(([, { owner }]) => owner !== '')
  return {
    ...actions,
    chains,
    mailer: relay,
    deployData,
    givenRegistries: Object.fromEntries(given.map(([name, { contract }]) => [name, contract])),
    registryOwners: Object.fromEntries(owned.map(([name, { owner }]) => [name, owner])),
    node,
    startedAt: actions.clock.now(),
    breathe,
    rest: () => rest(actions.store),
    log,
  }
}

/** After work the heap and the page cache hold tens of megabytes that nobody needs. */
function rest(store: Store) {
  store.relax()
  Bun.gc(true)
}

const mailOf = (config: Config) => ({ from: sender(config), replyTo: config.mail.replyTo || null })

const sender = (config: Config) =>
  config.mail.from ?? { name: config.issuer.name, address: 'no-reply@localhost.localdomain' }

function httpContext(
  config: Config,
  system: System,
  log: Log,
  actions: Omit<
    HttpContext,
    | 'log'
    | 'chainRpc'
    | 'pageRpcUrls'
    | 'headOf'
    | 'networkFacts'
    | 'accounts'
    | 'earlierKeys'
    | 'health'
    | 'locate'
    | 'trustedProxies'
    | 'embedOrigins'
    | 'limits'
    | 'schedule'
    | 'assets'
  >,
  {
    identity: { published, earlierKeys },
    heads,
    embedded,
    networkFacts,
    locate,
  }: Pick<HttpContext, 'networkFacts' | 'locate'> & {
    identity: { published: PublishedAccount[]; earlierKeys: Uint8Array[] }
    heads: Map<string, number>
    embedded: EmbeddedClient
  },
  state: { draining: boolean },
): HttpContext {
  return {
    ...actions,
    log,
    chainRpc: (bodyText) => answerRpc(embedded, bodyText),
    // rpc_urls may hold an access key in their address: a page never names them, only those meant for it.
    pageRpcUrls: (network) => config.chain.networks[network]?.pageRpcUrls ?? [],
    headOf: (network) => heads.get(network),
    networkFacts,
    locate,
    accounts: () => published,
    earlierKeys: () => earlierKeys,
    health: () => health(actions, state),
    trustedProxies: config.server.trustedProxies,
    embedOrigins: config.server.embedOrigins,
    limits: DEFAULT_LIMITS,
    schedule: system.schedule,
    assets: system.asset,
  }
}

/** Standing jobs that begin by themselves, and whatever an earlier life left undone. */
async function queueStanding(context: JobContext, config: Config) {
  const now = context.clock.now()
  const networks = [...new Set([EMBEDDED_NETWORK, config.chain.default, ...Object.keys(config.chain.networks)])]
  // The others are deployed at their first use: it costs money.
  const prepared = [...new Set([EMBEDDED_NETWORK, config.chain.default])]
  const registries = networks.flatMap((network) =>
    PARTITIONS.filter((partition) => partition === 'live' || network === EMBEDDED_NETWORK).map((partition) => ({
      network,
      partition,
    })),
  )
  await context.store.commit({
    at: now,
    jobs: [
      ...registries.flatMap((payload) => {
        const ref = `${payload.network}/${payload.partition}`
        const common = { ref, payload, runAt: now, standing: true }
        return [
          ...(prepared.includes(payload.network) ? [{ kind: 'ensure-registry' as const, ...common }] : []),
          { kind: 'close-anchor' as const, ...common },
          { kind: 'revoke-on-chain' as const, ...common },
        ]
      }),
      ...networks.map((network) => ({
        kind: 'drive-lane' as const,
        ref: network,
        payload: { network },
        runAt: now,
        standing: true,
      })),
      ...networks.filter((network) => network !== EMBEDDED_NETWORK).map((network) => auditJob(network, now + 60_000)),
      { kind: 'sweep', ref: 'hourly', payload: {}, runAt: now + 60_000, standing: true },
    ],
  })
}

const FLUSH_MS = 30_000
function keepFlushing(system: System, http: HttpServer) {
  let cancel = () => {}
  const again = () => {
    cancel = system.schedule(
      FLUSH_MS,
      () =>
        void http
          .flushLastUsed()
          .catch(() => {})
          .finally(again),
    )
  }
  again()
  return { stop: () => cancel() }
}

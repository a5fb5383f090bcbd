/** `testamur serve`: everything in its order of start, and of draining (HTTP, jobs, chain, database). */
import type { ActionContext } from './actions/context.ts'
import type { Config } from './config.ts'
import { answerRpc } from './chain/chain-rpc.ts'
import { deployData } from './chain/contract.ts'
import type { EmbeddedClient } from './chain/embedded-client.ts'
import { fresh } from './domain/commit.ts'
import { newId } from './domain/ids.ts'
import { EMBEDDED_NETWORK } from './domain/networks.ts'
import { PARTITIONS } from './domain/scopes.ts'
import type { Chains } from './domain/ports.ts'
import { DEFAULT_LIMITS, type Health, type HttpContext } from './http/context.ts'
import type { Listener } from './http/listener.ts'
import { createHttp, type HttpServer } from './http/server.ts'
import type { JobContext } from './jobs/context.ts'
import { startJobs, type JobLoop } from './jobs/loop.ts'
import { pace, type Breathe } from './jobs/pace.ts'
import type { Log } from './log.ts'
import { Relay } from './mail/relay.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import { openChains, openEmbedded, openIdentity, refuseOlderChain, rememberHeads } from './wire-chain.ts'
import { actionContext, applianceOf, didsOf, publicOrigin, textHash } from './wire-context.ts'
import { Doors, openListeners } from './wire-listeners.ts'
import type { System } from './wire-system.ts'

export interface Appliance {
  /** What recipients see. */
  url: string
  /** Where the public half listens, and the private one. */
  listenUrl: string
  adminUrl: string
  context: JobContext
  store: Store
  log: Log
  /** Finishes what is running, in order, and closes everything. */
  stop(): Promise<void>
}

/** Starts the whole program. Throws ConfigError, StoreOpenError, KeysUnusable, … with a line a person can act on. */
export async function startAppliance(config: Config, system: System, log: Log): Promise<Appliance> {
  const store = await openStore({
    dir: config.data.dir,
    random: system.random,
    hash: textHash,
    lock: true,
    clock: system.clock,
  })
  const opened: Array<() => Promise<void>> = [() => store.close()]
  try {
    return await assemble(config, system, log, store, opened)
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
  opened: Array<() => Promise<void>>,
): Promise<Appliance> {
  const installation = await installationId(store, system)
  const [{ keys, account }, embedded] = await Promise.all([
    openIdentity(config, system),
    openEmbedded(config, system, installation),
  ])
  opened.push(() => embedded.close())
  const chains = openChains(config, system, account, embedded)
  await refuseOlderChain(store, chains)
  const heads = rememberHeads(chains)
  await store.jobs.voidLeases()
  const doors = new Doors()
  const listeners = openListeners(config, doors)
  opened.push(() => stopAll(listeners.all))
  const publicUrl = publicOrigin(config, listeners.main.port)
  const facts = applianceOf(config, system, publicUrl, didsOf(publicUrl, keys))
  const actions = actionContext(system, store, keys, facts)
  const relay = new Relay({ ...config.mail, from: sender(config), replyTo: config.mail.replyTo }, system.clock)
  const state = { draining: false }
  const http = createHttp(httpContext(config, system, log, actions, { chains, heads, embedded }, state))
  const breathe = pace(() => ({ arrived: doors.arrived, waiting: http.waiting() }), system.clock, system.schedule)
  const jobs = jobContext(config, actions, { chains, relay, log, node: installation, breathe })
  doors.open(http)
  await queueStanding(jobs, config)
  const loop = startJobs(jobs)
  const flush = keepFlushing(system, http)
  const stop = () =>
    drain({ schedule: system.schedule, state, http, listeners: listeners.all, loop, flush, relay, embedded, store })
  return {
    url: publicUrl,
    listenUrl: listeners.main.url,
    adminUrl: listeners.admin.url,
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
  const given = Object.entries(config.chain.networks).filter(([, { contract }]) => contract !== '')
  return {
    ...actions,
    chains,
    mailer: relay,
    deployData,
    givenRegistries: Object.fromEntries(given.map(([name, { contract }]) => [name, contract])),
    mail: { from: sender(config), replyTo: config.mail.replyTo || null },
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

const sender = (config: Config) =>
  config.mail.from ?? { name: config.issuer.name, address: 'no-reply@localhost.localdomain' }

/** Random, made once; part of the embedded chain's first block. */
async function installationId(store: Store, system: System): Promise<string> {
  const stored = await store.instance.get('installation')
  if (stored) return stored.value
  const value = newId('req', system.random).slice(4)
  await store.commit({
    at: system.clock.now(),
    puts: [{ entity: 'instanceValue', row: fresh({ name: 'installation', value }) }],
  })
  return value
}

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
    | 'accounts'
    | 'health'
    | 'trustedProxies'
    | 'limits'
    | 'schedule'
    | 'assets'
  >,
  { chains, heads, embedded }: { chains: Chains; heads: Map<string, number>; embedded: EmbeddedClient },
  state: { draining: boolean },
): HttpContext {
  return {
    ...actions,
    log,
    chainRpc: (bodyText) => answerRpc(embedded, bodyText),
    // rpc_urls may hold an access key in their address: a page never names them, only those meant for it.
    pageRpcUrls: (network) => config.chain.networks[network]?.pageRpcUrls ?? [],
    headOf: (network) => heads.get(network),
    accounts: () => {
      const { account, publicKey } = chains.get(EMBEDDED_NETWORK)!
      return [{ address: account, fragment: 'eth', ...publicKey, since: 0 }]
    },
    health: () => health(actions, state),
    trustedProxies: config.server.trustedProxies,
    limits: DEFAULT_LIMITS,
    schedule: system.schedule,
    assets: system.asset,
  }
}

/** Ready = requests can be accepted for good. A chain that is away degrades: certificates wait, nothing is lost. */
async function health(
  actions: Pick<HttpContext, 'store' | 'appliance'>,
  state: { draining: boolean },
): Promise<Health> {
  const { store, appliance } = actions
  const checks: Record<string, string> = {}
  checks.draining = state.draining ? 'the program is stopping' : 'ok'
  try {
    await store.instance.get('installation')
    checks.database = 'ok'
  } catch {
    checks.database = 'the database does not answer'
  }
  for (const partition of PARTITIONS) {
    const registry = await store.registries
      .of(EMBEDDED_NETWORK, partition, appliance.dids[partition])
      .catch(() => undefined)
    checks[`embedded_chain_${partition}`] = registry?.address ? 'ok' : 'its registry is being set up'
  }
  const ready = Object.values(checks).every((check) => check === 'ok')
  return { ready, degraded: !ready, checks }
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

const stopAll = async (listeners: Listener[], force = false) =>
  void (await Promise.all(listeners.map((listener) => listener.stop(force))))

/** Requests and jobs get this long to end. What is cut off then is as safe as after a crash, and is done at the next start. */
const DRAIN_MS = 20_000

async function drain(parts: {
  schedule: System['schedule']
  state: { draining: boolean }
  http: HttpServer
  listeners: Listener[]
  loop: JobLoop
  flush: { stop(): void }
  relay: Relay
  embedded: EmbeddedClient
  store: Store
}) {
  parts.state.draining = true
  parts.flush.stop()
  parts.http.endWaits()
  const over = Promise.withResolvers<void>()
  const cancel = parts.schedule(DRAIN_MS, over.resolve)
  await Promise.race([stopAll(parts.listeners), over.promise.then(() => stopAll(parts.listeners, true))])
  await parts.http.flushLastUsed().catch(() => {})
  await Promise.race([parts.loop.stop(), over.promise])
  cancel()
  parts.relay.close()
  await parts.embedded.close()
  await parts.store.close()
}

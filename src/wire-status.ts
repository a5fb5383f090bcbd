/** What the networks say now: asked for the command line, kept for answers and numbers, watched for the log. */
import type { NetworkReport } from './actions/networks.ts'
import type { Registry } from './domain/anchors.ts'
import type { Clock } from './domain/clock.ts'
import { TYPICAL_ANCHOR_GAS, TYPICAL_DEPLOY_GAS } from './domain/funding.ts'
import { checksumAddress } from './domain/hash.ts'
import type { NetworkFacts } from './domain/network-facts.ts'
import type { Chain, Chains } from './domain/ports.ts'
import { encodeAnchor, ZERO_ADDRESS } from './domain/registry.ts'
import type { System } from './wire-system.ts'

/** What has to be known before a network can be asked. */
export interface Question {
  chain: Chain
  /** The registry that live certificates name, as stored. */
  registry: Registry | undefined
  /** Call data of the deployment that it would take else. */
  deployment: string
}

/** What is known without asking anybody. */
export const knownFacts = (chain: Chain): NetworkFacts => ({
  network: chain.network,
  askedAt: 0,
  embedded: chain.embedded,
  account: chain.account,
  feeCap: chain.feeCap,
  dailyBudget: chain.dailyBudget,
  lowBalance: chain.lowBalance,
  endpoints: chain.health(),
  head: null,
  problem: null,
  balance: null,
  fees: null,
  anchorGas: TYPICAL_ANCHOR_GAS,
  deployGas: 0,
  registry: null,
})

/** Everything, asked now; never throws: what is not answered is null. */
export async function askNetwork(question: Question, now: number): Promise<NetworkFacts> {
  const quick = await askQuick(question.chain)
  const slow = quick.problem === null ? await askSlow(question) : {}
  return { ...knownFacts(question.chain), ...quick, ...slow, askedAt: now }
}

type Quick = Pick<NetworkFacts, 'endpoints' | 'head' | 'problem' | 'balance' | 'fees'>
type Slow = Pick<NetworkFacts, 'anchorGas' | 'deployGas' | 'registry'>
const UNKNOWN = { head: null, balance: null, fees: null }

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Endpoints, head, balance and price: what changes by the minute. */
async function askQuick(chain: Chain): Promise<Quick> {
  if (chain.embedded) {
    try {
      return { ...UNKNOWN, endpoints: [], problem: null, head: (await chain.heads()).latest }
    } catch {
      return { ...UNKNOWN, endpoints: [], problem: 'The embedded chain is not running: start "testamur serve".' }
    }
  }
  const endpoints = await chain.checkEndpoints()
  const usable = endpoints.filter(({ state }) => state === 'ok' || state === 'stale')
  if (usable.length === 0) {
    const reasons = endpoints.map(({ host, lastError }) => `${host}: ${lastError ?? 'no answer'}`)
    const problem = `No node of ${chain.network} gives a usable answer (${reasons.join('; ')}). Certificates wait and nothing is lost; see rpc_urls.`
    return { ...UNKNOWN, endpoints, problem }
  }
  const heads = usable.map(({ head }) => head).filter((head) => head !== null)
  try {
    const [balance, fees] = await Promise.all([chain.balance(), chain.fees()])
    return { endpoints, problem: null, head: heads.length === 0 ? null : Math.max(...heads), balance, fees }
  } catch (error) {
    return {
      ...UNKNOWN,
      endpoints,
      problem: `The nodes of ${chain.network} do not say balance or price: ${reasonOf(error)}`,
    }
  }
}

/** No root of anybody: 32 bytes that begin with no function's selector. */
const SAMPLE_ROOT = 'e7'.repeat(32)

/** Gas and the registry's owner: what changes rarely and costs several requests. */
async function askSlow({ chain, registry, deployment }: Question): Promise<Slow> {
  const address = registry?.address
  const estimate = (to: string | null, data: string, typical: number) =>
    chain.embedded ? typical : chain.estimateGas(to, data).catch(() => typical)
  if (!address) {
    const deployGas = await estimate(null, deployment, TYPICAL_DEPLOY_GAS)
    return { anchorGas: TYPICAL_ANCHOR_GAS, deployGas: chain.embedded ? 0 : deployGas, registry: null }
  }
  const [anchorGas, facts] = await Promise.all([
    estimate(address, encodeAnchor(SAMPLE_ROOT), TYPICAL_ANCHOR_GAS),
    askRegistry(chain, address).catch(() => null),
  ])
  return { anchorGas, deployGas: 0, registry: facts }
}

async function askRegistry(chain: Chain, address: string): Promise<NetworkFacts['registry']> {
  const facts = await chain.registryFacts(address)
  // Foreign code has no owner that means anything.
  const { owner, pendingOwner } =
    facts.did === '' ? { owner: ZERO_ADDRESS, pendingOwner: ZERO_ADDRESS } : await chain.owners(address)
  return { ...facts, owner: checksumAddress(owner), pendingOwner: checksumAddress(pendingOwner) }
}

const QUICK_MS = 15_000
const SLOW_MS = 10 * 60_000
/** Whoever asks first waits for the nodes, but no longer than this. */
const PATIENCE_MS = 1_000

export interface KeptFactsOptions {
  chains: Chains
  question: (chain: Chain) => Promise<Question>
  clock: Clock
  schedule: System['schedule']
  /** Of the embedded chain, which is not asked: that would wake its worker. */
  headOf: (network: string) => number | undefined
}

/** Facts that are some seconds old: who asks gets them at once, and they are renewed behind. */
export class KeptFacts {
  readonly #options: KeptFactsOptions
  readonly #facts = new Map<string, NetworkFacts>()
  readonly #slowAt = new Map<string, { at: number; address: string | null | undefined }>()
  #renewing: Promise<void> | undefined
  #renewedAt = -Infinity

  constructor(options: KeptFactsOptions) {
    this.#options = options
    for (const chain of options.chains.all()) this.#facts.set(chain.network, knownFacts(chain))
  }

  /** Never throws, and never takes more than a second. */
  async current(): Promise<ReadonlyMap<string, NetworkFacts>> {
    const { clock, schedule } = this.#options
    const isNew = this.#renewedAt === -Infinity
    if (clock.now() - this.#renewedAt < QUICK_MS) return this.#snapshot()
    const renewing = this.#renew()
    if (isNew) {
      const over = Promise.withResolvers<void>()
      const cancel = schedule(PATIENCE_MS, over.resolve)
      await Promise.race([renewing, over.promise])
      cancel()
    }
    return this.#snapshot()
  }

  /** The same without hurry: what the nodes say now. */
  async fresh(): Promise<ReadonlyMap<string, NetworkFacts>> {
    await this.#renew()
    return this.#snapshot()
  }

  /** Asks all networks now; who comes meanwhile joins. */
  #renew(): Promise<void> {
    this.#renewing ??= Promise.all(this.#options.chains.all().map((chain) => this.#renewOne(chain)))
      .then(() => void (this.#renewedAt = this.#options.clock.now()))
      .finally(() => (this.#renewing = undefined))
    return this.#renewing
  }

  #snapshot(): ReadonlyMap<string, NetworkFacts> {
    const facts = new Map(this.#facts)
    for (const [name, each] of facts)
      if (each.embedded) facts.set(name, { ...each, head: this.#options.headOf(name) ?? null })
    return facts
  }

  async #renewOne(chain: Chain): Promise<void> {
    if (chain.embedded) return
    const now = this.#options.clock.now()
    try {
      const quick = await askQuick(chain)
      const question = await this.#options.question(chain)
      const slow = quick.problem === null && this.#isSlowDue(question, now) ? await askSlow(question) : {}
      if ('anchorGas' in slow) this.#slowAt.set(chain.network, { at: now, address: question.registry?.address })
      this.#facts.set(chain.network, { ...this.#facts.get(chain.network)!, ...quick, ...slow, askedAt: now })
    } catch (error) {
      const problem = `${chain.network} cannot be asked: ${reasonOf(error)}`
      this.#facts.set(chain.network, { ...this.#facts.get(chain.network)!, ...UNKNOWN, problem, askedAt: now })
    }
  }

  /** After ten minutes, and as soon as another registry is named. */
  #isSlowDue({ chain, registry }: Question, now: number): boolean {
    const last = this.#slowAt.get(chain.network)
    return !last || now - last.at >= SLOW_MS || last.address !== registry?.address
  }
}

const DAY = 86_400_000
const LOOK_MS = 10 * 60_000
const FIRST_LOOK_MS = 30_000

export interface WatchLog {
  warn(fields: object, message: string): void
}

/** Says once a day what a person should know about a network: an empty account is a bad way to learn of it. */
export class NetworkWatch {
  readonly #said = new Map<string, number>()

  constructor(
    private readonly reports: () => Promise<NetworkReport[]>,
    private readonly clock: Clock,
    private readonly log: WatchLog,
  ) {}

  async look(): Promise<void> {
    const now = this.clock.now()
    const reports = await this.reports()
    const warnings = reports.flatMap(({ network, warnings: all }) =>
      all.map((one) => ({ ...one, network: network.name })),
    )
    for (const { network, code, message } of warnings) {
      const name = `${network} ${code}`
      if (now - (this.#said.get(name) ?? -Infinity) < DAY) continue
      this.#said.set(name, now)
      this.log.warn({ network, warning: code }, message)
    }
  }
}

/** Looks every ten minutes until it is stopped. */
export function keepWatching(schedule: System['schedule'], watch: NetworkWatch): { stop(): void } {
  let cancel = () => {}
  const after = (milliseconds: number) => {
    cancel = schedule(milliseconds, () => {
      after(LOOK_MS)
      void watch.look().catch(() => {}) // the database is closing, or looked at again
    })
  }
  after(FIRST_LOOK_MS)
  return { stop: () => cancel() }
}

/** The product's queue and transaction manager in a process that can be killed: store, lane and job loop as they are. */
import { recordAccounts } from '../../src/actions/accounts.ts'
import { openAccount } from '../../src/chain/accounts.ts'
import { deployData } from '../../src/chain/contract.ts'
import { EvmChain } from '../../src/chain/evm.ts'
import { RpcPool } from '../../src/chain/rpc.ts'
import { laneJob } from '../../src/domain/anchors-decide.ts'
import type { Appliance } from '../../src/domain/appliance.ts'
import { type Clock, systemClock } from '../../src/domain/clock.ts'
import { fresh, type Commit } from '../../src/domain/commit.ts'
import { systemRandom } from '../../src/domain/ids.ts'
import type { Chain } from '../../src/domain/ports.ts'
import { encodeRevoke, RELEASED_CODE } from '../../src/domain/registry.ts'
import { askCancel, laneOf, queuedTransaction } from '../../src/domain/transactions-decide.ts'
import type { Transaction } from '../../src/domain/transactions.ts'
import type { JobContext } from '../../src/jobs/context.ts'
import { startJobs } from '../../src/jobs/loop.ts'
import { unpaced } from '../../src/jobs/pace.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { pause } from '../kit/binary.ts'
import { put } from '../kit/store.ts'
import { blindChain, mortalChain, mortalStore } from './child-faults.ts'
import counting from './counting-anchor.json'
import type { Death, Job, Report } from './job.ts'
import { CHAIN_ID } from './node.ts'

const NETWORK = 'local'
const GWEI = 1_000_000_000
const LOOK_MS = 25
const sha256 = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('hex')

const job = JSON.parse(await Bun.stdin.text()) as Job
/** The same moment in every child of a job, and never backwards. */
const clock: Clock = {
  now: () => job.epoch - job.clockBehind + Math.round((systemClock.now() - job.epoch) * job.speed),
}
const kill = (point: Death) => {
  if (point === job.dieAt) process.kill(process.pid, 'SIGKILL')
}
const print =
  (level: string) =>
  (fields: Record<string, unknown>, message: string): void =>
    void process.stderr.write(`${level} ${message} ${JSON.stringify(fields)}\n`)

async function openChain(): Promise<Chain> {
  const account = await openAccount({
    dir: job.dir,
    random: systemRandom,
    seal: () => '',
    unseal: () => new Uint8Array(),
    write: () => {},
    key: DEVELOPMENT_KEYS[job.key]!,
  })
  const { urls, confirmations, finalityTag, legacyFees, timeoutMs } = job
  const { bumpAfterMs, rebroadcastMs, lookAgainMs, maxInFlight } = job
  const chain = new EvmChain({
    network: NETWORK,
    chainId: CHAIN_ID,
    embedded: false,
    confirmations,
    finalityTag,
    legacyFees,
    minTip: BigInt(GWEI),
    feeCap: BigInt(job.capGwei * GWEI),
    explorerUrl: '',
    token: 'ETH',
    testnet: true,
    pace: { bumpAfterMs, rebroadcastMs, lookAgainMs, maxInFlight },
    dailyBudget: 0n,
    lowBalance: 0,
    rpc: new RpcPool({ chainId: CHAIN_ID, urls, clock, timeoutMs, cooldownMs: 1_000 }),
    account,
  })
  const mortal = mortalChain(chain, kill)
  return job.blind ? blindChain(mortal) : mortal
}

const DIDS = { live: 'did:web:example.edu', test: 'did:key:zTest' }
/** Only what these jobs ask for. */
function contextOf(store: Store, chain: Chain): JobContext {
  const context: Partial<JobContext> = {
    appliance: { dids: DIDS, batchMax: 1 } as Appliance,
    ...{ store, clock, random: systemRandom, textHash: sha256, mac: sha256 },
    hash: {
      sha256: (...parts) => new Uint8Array(new Bun.CryptoHasher('sha256').update(Buffer.concat(parts)).digest()),
    },
    chains: { get: (network) => (network === NETWORK ? chain : undefined), all: () => [chain] },
    mailer: { configured: false, send: () => Promise.reject(new Error('a scenario sends no mail')) },
    ...{ node: 'scenario', startedAt: clock.now(), breathe: unpaced, rest: () => {} },
    log: { info: print('info'), warn: print('warn'), error: print('error') },
  }
  return context as JobContext
}

/** A sealed anchor and its queued transaction, as close-anchor commits them; a root that was queued before stays as it is. */
function queueOf(chain: Chain, root: string): Commit {
  const now = clock.now()
  const [id, registryId] = [root.slice(2, 28), `${NETWORK}/live/${job.contract}`]
  const transaction = queuedTransaction(
    {
      ...{ id: `txn_${id}`, lane: laneOf(CHAIN_ID, chain.account), network: NETWORK, key: `anchor/anch_${id}` },
      ...{ kind: 'anchor', subject: `anch_${id}`, dest: job.contract, data: root },
    },
    now,
  )
  const anchor = put('anchor', {
    ...{ id: `anch_${id}`, network: NETWORK, chainId: CHAIN_ID, registryId, state: 'sealed', root: root.slice(2) },
    ...{ transactionId: transaction.id, createdAt: now, sealedAt: now },
  })
  return {
    at: now,
    puts: [anchor, { entity: 'transaction', row: fresh(transaction) }],
    jobs: [laneJob(NETWORK, now)],
  }
}

const NEW_REGISTRY = `${NETWORK}/live/new`
/** What is not an anchor. */
function further(chain: Chain): Transaction[] {
  const lane = laneOf(CHAIN_ID, chain.account)
  const common = { lane, network: NETWORK }
  const data = deployData(DIDS.live, chain.account, chain.account)
  const deploy = { id: 'txn_deploy', key: 'deploy', kind: 'deploy' as const, subject: NEW_REGISTRY, dest: null, data }
  const revoke = { id: 'txn_revoke', key: 'revoke', kind: 'revoke' as const, subject: 'txn_revoke', dest: job.contract }
  return [
    ...(job.deploy ? [queuedTransaction({ ...common, ...deploy }, clock.now())] : []),
    ...(job.revoke.length > 0
      ? [queuedTransaction({ ...common, ...revoke, data: encodeRevoke(job.revoke, 1) }, clock.now())]
      : []),
  ]
}

async function queue(store: Store, chain: Chain) {
  const id = `${NETWORK}/live/${job.contract}`
  if (!(await store.registries.find(id))) {
    const row = { id, did: DIDS.live, network: NETWORK, chainId: CHAIN_ID, address: job.contract, readyAt: clock.now() }
    const made = { id: NEW_REGISTRY, did: DIDS.live, network: `${NETWORK}-new`, chainId: CHAIN_ID, address: null }
    await store.commit({ at: clock.now(), puts: [put('registry', row), put('registry', made)] })
  }
  const missing: string[] = []
  for (const root of job.roots) if (!(await store.anchors.find(`anch_${root.slice(2, 28)}`))) missing.push(root)
  await Promise.all(missing.map((root) => store.commit(queueOf(chain, root))))
  for (const transaction of further(chain))
    if (!(await store.transactions.byKey(transaction.lane, transaction.key)))
      await store.commit({ at: clock.now(), puts: [{ entity: 'transaction', row: fresh(transaction) }] })
  const [payload, runAt] = [{ network: NETWORK }, clock.now()]
  const audit = { kind: 'audit-lane' as const, ref: NETWORK, payload, runAt, standing: true }
  await store.commit({ at: runAt, jobs: [laneJob(NETWORK, runAt), ...(job.audit ? [audit] : [])] })
}
/** Only by then may it be said that nothing is open. */
const isAudited = async (store: Store) =>
  !job.audit ||
  (await store.jobs.list({ limit: LARGE })).some(({ kind, runAt }) => kind === 'audit-lane' && runAt > clock.now())

const LARGE = 500
const countBy = (values: string[]) =>
  values.reduce<Record<string, number>>((counts, value) => ({ ...counts, [value]: (counts[value] ?? 0) + 1 }), {})

async function isSettled(store: Store): Promise<boolean> {
  for (const lane of await store.transactions.lanes())
    if ((await store.transactions.open(lane)).length > 0) return false
  return true
}

async function reportOf(store: Store): Promise<Report> {
  const transactions = await store.transactions.list({ limit: LARGE })
  const attempts = await Promise.all(transactions.map(({ id }) => store.transactions.attempts(id)))
  const anchors = await Promise.all(job.roots.map((root) => store.anchors.find(`anch_${root.slice(2, 28)}`)))
  const lanes = await store.transactions.laneStates()
  return {
    states: countBy(transactions.map(({ state }) => state)),
    attempts: attempts.flat().length,
    anchors: countBy(anchors.map((anchor) => anchor?.state ?? 'lost')),
    holds: Object.fromEntries(lanes.flatMap(({ id, hold }) => (hold === null ? [] : [[id, hold]]))),
    deployed: [(await store.registries.find(NEW_REGISTRY))?.address ?? []].flat(),
    highest: Math.max(0, ...transactions.map(({ blockNumber }) => blockNumber ?? 0)),
    notes: transactions.flatMap(({ note }) => (note === null ? [] : [note])),
  }
}

/** As the page of an administrator does it. */
async function cancelSigned(store: Store) {
  for (const root of job.cancel) {
    const row = await store.transactions.find(`txn_${root.slice(2, 28)}`)
    if (row?.state !== 'signed' || row.cancelAskedAt !== null) continue
    const now = clock.now()
    const asked = { entity: 'transaction' as const, row: { ...askCancel(row, now), revision: row.revision } }
    await store.commit({ at: now, puts: [asked], jobs: [laneJob(NETWORK, now)] }).catch(() => {}) // moved meanwhile
  }
}

// What a receipt would have said is read from the state of contracts that are known, and this one is the registry here.
;(RELEASED_CODE as Set<string>).add(counting.runtimeSha256)
const end = systemClock.now() + job.seconds * 1000
const store = await openStore({ dir: job.dir, random: systemRandom, hash: sha256, lock: true, clock })
mortalStore(store, kill)
const chain = await openChain()
await store.jobs.voidLeases()
await recordAccounts({ store, clock }, [{ address: chain.account, publicKey: chain.publicKey }])
await queue(store, chain)
kill('after-enqueue')
const loop = startJobs(contextOf(store, chain))
while (systemClock.now() < end && !((await isAudited(store)) && (await isSettled(store)))) {
  await cancelSigned(store)
  loop.wake() // its own timers go by the wall
  await pause(LOOK_MS)
}
await loop.stop()
process.stdout.write(JSON.stringify(await reportOf(store)))
await store.close()
process.exit(0)

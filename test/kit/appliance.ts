/** The whole program in one process: real store, real keys, real embedded chain; a clock the test moves, a mailer that remembers. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { recordAccounts } from '../../src/actions/accounts.ts'
import { issueCertificate } from '../../src/actions/certificates-issue.ts'
import { addTemplate } from '../../src/actions/templates.ts'
import { openAccount, type Account } from '../../src/chain/accounts.ts'
import { chainsOf, embeddedChain } from '../../src/chain/chains.ts'
import { deployData } from '../../src/chain/contract.ts'
import { EmbeddedChain } from '../../src/chain/embedded.ts'
import type { Appliance } from '../../src/domain/appliance.ts'
import { didKey, didWeb } from '../../src/domain/did.ts'
import { systemRandom, toHex } from '../../src/domain/ids.ts'
import { issueCommand } from '../../src/domain/issue-request.ts'
import { BUILT_IN_NETWORKS, EMBEDDED_NETWORK, type Network } from '../../src/domain/networks.ts'
import type { Chain, Renderer } from '../../src/domain/ports.ts'
import { PARTITIONS, type Scope } from '../../src/domain/scopes.ts'
import type { JobContext } from '../../src/jobs/context.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { unpaced } from '../../src/jobs/pace.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { openKeys } from '../../src/keys/keystore.ts'
import { openMemoryStore, openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { ManualClock } from './clock.ts'
import { FakeMailer } from './mailer.ts'
import { FakeRenderer } from './renderer.ts'

const encoder = new TextEncoder()
export const textHash = (text: string) => toHex(serverHash.sha256(encoder.encode(text)))

export interface TestAppliance {
  context: JobContext
  store: Store
  clock: ManualClock
  mailer: FakeMailer
  chain: Chain
  node: EmbeddedChain
  dir: string
  live: Scope
  sandbox: Scope
  /** Runs jobs until nothing is due. */
  settle(): Promise<void>
  /** A template with the fields of the product's example, and its id. */
  template(scope?: Scope, more?: Record<string, unknown>): Promise<string>
  issue(templateId: string, more?: Record<string, unknown>, scope?: Scope): ReturnType<typeof issueCertificate>
  close(): Promise<void>
}

export interface TestApplianceOptions {
  publicUrl?: string
  onDisk?: boolean
  clock?: ManualClock
  dir?: string
  /** Further networks and their chains, for real nodes. */
  networks?: Network[]
  chains?: (account: Account, clock: ManualClock) => Chain[]
  /** Private key of the account, 64 hex digits. */
  key?: string
  /** Wraps the embedded chain, for faults. */
  wrap?: (chain: Chain) => Chain
  appliance?: Partial<Appliance>
  /** Instead of one that draws nothing. */
  renderer?: Renderer
}

export async function startTestAppliance(options: TestApplianceOptions = {}): Promise<TestAppliance> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'testamur-'))
  const clock = options.clock ?? new ManualClock()
  const random = systemRandom
  const store = options.onDisk
    ? await openStore({ dir, random, hash: textHash, lock: true, clock })
    : await openMemoryStore({ random, hash: textHash })
  const keys = await openKeys(join(dir, 'keys'), { random })
  const account = await openAccount({
    dir: join(dir, 'keys'),
    random,
    seal: keys.seal,
    unseal: keys.unseal,
    write: keys.write,
    ...(options.key ? { key: options.key } : {}),
  })
  const node = await EmbeddedChain.open({ file: join(dir, 'chain.db'), installation: 'test', clock })
  const plain = embeddedChain(node, account)
  const chain = options.wrap?.(plain) ?? plain
  const publicUrl = options.publicUrl ?? 'https://certs.example.edu'
  const live = publicUrl.startsWith('https:') ? didWeb(publicUrl) : didKey(keys.signer.publicKey('live'))
  const appliance: Appliance = {
    publicUrl,
    issuer: {
      name: 'Example University',
      url: 'https://example.edu',
      email: 'registrar@example.edu',
      language: 'en',
      linkedinOrganizationId: '',
      statusList: true,
    },
    dids: { live, test: didKey(keys.signer.publicKey('test')) },
    networks: [...BUILT_IN_NETWORKS.filter(({ name }) => name === EMBEDDED_NETWORK), ...(options.networks ?? [])],
    defaultNetwork: EMBEDDED_NETWORK,
    plans: {
      standard: { requestsPerMinute: 60, batchSize: 100 },
      professional: { requestsPerMinute: 300, batchSize: 500 },
      enterprise: { requestsPerMinute: 0, batchSize: 10_000 },
    },
    batchWindowMs: () => 0,
    batchMax: 20_000,
    syncWaitMs: 10_000,
    version: '0.0.0-test',
    ...options.appliance,
  }
  const mailer = new FakeMailer()
  const context: JobContext = {
    store,
    clock,
    random,
    hash: serverHash,
    textHash,
    mac: keys.mac,
    signer: keys.signer,
    appliance,
    statusKey: keys.secret('status-list'),
    gzip: (bytes) => gzipSync(bytes, { level: 9 }),
    renderer: options.renderer ?? new FakeRenderer(),
    chains: chainsOf([chain, ...(options.chains?.(account, clock) ?? [])]),
    mailer,
    deployData,
    givenRegistries: {},
    registryOwners: {},
    mail: { from: { name: 'Example University', address: 'registrar@example.edu' }, replyTo: null },
    node: 'test',
    startedAt: clock.now(),
    breathe: unpaced,
    rest: () => {},
    log: process.env.TEST_LOG
      ? { info: console.log, warn: console.log, error: console.log }
      : { info() {}, warn() {}, error() {} },
  }
  const scopes = {
    live: { partition: 'live', actor: 'key_test' },
    sandbox: { partition: 'test', actor: 'key_test' },
  } as const
  const settle = async () => {
    for (let round = 0; round < 200; round++) {
      if ((await runDue(context)) === 0) return
      clock.advance(1)
    }
    throw new Error('jobs do not come to rest')
  }
  await recordAccounts(
    context,
    context.chains.all().map((one) => ({ address: one.account, publicKey: one.publicKey })),
  )
  await store.commit({
    at: clock.now(),
    jobs: PARTITIONS.map((partition) => ({
      kind: 'ensure-registry' as const,
      ref: `${EMBEDDED_NETWORK}/${partition}`,
      payload: { network: EMBEDDED_NETWORK, partition },
      runAt: clock.now(),
      standing: true,
    })),
  })
  await settle()
  return {
    context,
    store,
    clock,
    mailer,
    chain,
    node,
    dir,
    ...scopes,
    settle,
    async template(scope = scopes.live, more = {}) {
      const { template } = await addTemplate(context, scope, { ...TEMPLATE, ...more })
      return template.id
    },
    issue: (templateId, more = {}, scope = scopes.live) =>
      issueCertificate(context, scope, issueCommand({ ...requestFor(templateId), ...more })),
    async close() {
      await store.close()
      await node.close()
      if (!options.dir) rmSync(dir, { recursive: true, force: true })
    },
  }
}

export const TEMPLATE = {
  name: 'Advanced Project Management',
  fields: [
    { key: 'course_name', label: 'Course', type: 'text', required: true },
    { key: 'completion_date', label: 'Completed', type: 'date', required: true },
    { key: 'credential_id', label: 'Number', type: 'text' },
  ],
}

export const requestFor = (templateId: string) => ({
  template_id: templateId,
  recipient: { name: 'Maria Andersson', email: 'maria@example.org' },
  fields: { course_name: 'Advanced Project Management', completion_date: '2026-03-03', credential_id: 'PM-2026-0042' },
})

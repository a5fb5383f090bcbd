/** Certificates of the whole program in this process on a chain that outsiders can ask over HTTP: its own, or a real node. */
import { credentialFile } from '../../src/actions/certificates-public.ts'
import { correctCertificate, readCertificate, revokeCertificate } from '../../src/actions/certificates.ts'
import { readDidDocument } from '../../src/actions/identity.ts'
import { answerRpc } from '../../src/chain/chain-rpc.ts'
import { remoteChain } from '../../src/chain/chains.ts'
import type { JsonObject } from '../../src/domain/canonical.ts'
import { BUILT_IN_NETWORKS, EMBEDDED_CHAIN_ID, EMBEDDED_NETWORK, type Network } from '../../src/domain/networks.ts'
import type { Scope } from '../../src/domain/scopes.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { DEVELOPMENT_KEYS, startAnvil } from './anvil.ts'
import { type TestAppliance, startTestAppliance } from './appliance.ts'
import { type TestChain, sender } from './chains.ts'
import { ManualClock } from './clock.ts'

const DAY = 86_400_000

export interface CertificateChain {
  app: TestAppliance
  network: string
  chainId: number
  /** For outsiders: the embedded chain's public door, or the node. */
  rpcUrl: string
  /** Sends what a stranger would send, and waits for the receipt. */
  send: TestChain['send']
  settle(): Promise<void>
  close(): Promise<void>
}

export interface Order {
  scope?: Scope
  /** More of the template. */
  template?: Record<string, unknown>
}

/** The embedded chain behind its public door; its certificates are that many days old. */
export async function embeddedCertificates(daysAgo = 1): Promise<CertificateChain> {
  const app = await startTestAppliance({ clock: new ManualClock(Date.now() - daysAgo * DAY) })
  const door = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const reader = { request: (method: string, params: unknown[]) => app.node.request(method, params) }
      const { status, body } = await answerRpc(reader, await request.text())
      return new Response(body, { status })
    },
  })
  const request = <T>(method: string, params: unknown[] = []) => app.node.request(method, params) as Promise<T>
  return {
    app,
    network: EMBEDDED_NETWORK,
    chainId: EMBEDDED_CHAIN_ID,
    rpcUrl: door.url.href,
    send: sender(EMBEDDED_CHAIN_ID, 0n, request),
    settle: () => app.settle(),
    close: async () => {
      await door.stop(true)
      await app.close()
    },
  }
}

const local: Network = {
  ...BUILT_IN_NETWORKS.find(({ name }) => name === 'sepolia')!,
  name: 'local',
  title: 'Local node',
  chainId: 31_337,
  confirmations: 1,
  finalityTag: false,
}

/** A real node, whose blocks come when the test asks for them. */
export async function nodeCertificates(): Promise<CertificateChain> {
  const node = await startAnvil({ chainId: local.chainId })
  const app = await startTestAppliance({
    clock: new ManualClock(Date.now() - DAY), // it runs ahead while blocks are made
    networks: [local],
    chains: (account, clock) => [remoteChain(local, [node.url], account, clock)],
    key: DEVELOPMENT_KEYS[0],
  })
  return {
    app,
    network: local.name,
    chainId: local.chainId,
    rpcUrl: node.url,
    send: sender(local.chainId, 3_000_000_000n, node.request),
    async settle() {
      for (let round = 0; round < 12; round++) {
        await runDue(app.context)
        await node.request('anvil_mine', ['0x1'])
        app.clock.advance(3_000)
      }
    },
    async close() {
      await app.close()
      await node.stop()
    },
  }
}

/** Issues that many certificates under one root and gives their ids; the registry is deployed first where there is none. */
export async function issueOn(chain: CertificateChain, count = 1, order: Order = {}): Promise<string[]> {
  const { app } = chain
  const { scope = app.live, template: more = {} } = order
  const template = await app.template(scope, { network: chain.network, ...more })
  const issue = async () => (await app.issue(template, {}, scope)).certificate.id
  const first = await issue().catch(async () => {
    await chain.settle()
    return issue()
  })
  const ids = [first]
  while (ids.length < count) ids.push(await issue())
  await chain.settle()
  for (const id of ids) {
    const { status } = (await readCertificate(app.context, scope, id)).certificate
    if (status !== 'issued') throw new Error(`the certificate is ${status}`)
  }
  return ids
}

/** The newest version, unless another is asked for. */
export const fileOf = (chain: CertificateChain, id: string, version?: number): Promise<JsonObject> =>
  credentialFile(chain.app.context, id, version)
export const didDocumentOf = (chain: CertificateChain) => readDidDocument(chain.app.context, [])

export async function revokeOn(chain: CertificateChain, id: string): Promise<void> {
  await revokeCertificate(chain.app.context, chain.app.live, id, { reason: null, notify: false })
  await chain.settle()
}

/** Issues a second version; the first one is replaced. */
export async function correctOn(chain: CertificateChain, id: string): Promise<void> {
  const change = {
    recipient: { name: 'Maria Anderson' },
    fields: {},
    issuedOn: null,
    reason: 'misspelt',
    notify: false,
  }
  const unchanged = { expiresAt: undefined, metadata: undefined }
  await correctCertificate(chain.app.context, chain.app.live, id, { ...change, ...unchanged })
  await chain.settle()
}

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publishedAccounts } from '../../src/actions/accounts.ts'
import { credentialFile } from '../../src/actions/certificates-public.ts'
import { readCertificate } from '../../src/actions/certificates.ts'
import { readDidDocument, readIssuerProfile } from '../../src/actions/identity.ts'
import { openAccount, type Account } from '../../src/chain/accounts.ts'
import { remoteChain } from '../../src/chain/chains.ts'
import { openRemoteSigner } from '../../src/chain/remote-signer.ts'
import type { DidDocument } from '../../src/domain/did.ts'
import { ethereumAddress } from '../../src/domain/hash.ts'
import { systemRandom } from '../../src/domain/ids.ts'
import { unbase64url } from '../../src/domain/multibase.ts'
import { encodeSetOperator } from '../../src/domain/registry.ts'
import { verifyCredential } from '../../src/domain/verify.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { DEVELOPMENT_KEYS, startAnvil, type Anvil } from '../kit/anvil.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'
import { ManualClock } from '../kit/clock.ts'
import { LOCAL_CHAIN_ID, LOCAL_NETWORK } from '../kit/real-node.ts'

const nothing = () => {
  throw new Error('the files of this account are not used')
}
const accountOf = (key: string) =>
  openAccount({ dir: '', random: systemRandom, seal: nothing, unseal: nothing, write: nothing, key })

/** A door to the node that can be shut. */
function doorTo(anvil: Anvil) {
  const door = { shut: false, url: '', stop: async () => {} }
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      if (door.shut) return new Response('away', { status: 503 })
      const headers = { 'content-type': 'application/json' }
      return fetch(anvil.url, { method: 'POST', headers, body: await request.text(), keepalive: false })
    },
  })
  door.url = server.url.href
  door.stop = () => server.stop(true)
  return door
}

let anvil: Anvil
let door: ReturnType<typeof doorTo>
const clock = new ManualClock(Date.now())
beforeAll(async () => {
  anvil = await startAnvil({ chainId: LOCAL_CHAIN_ID })
  door = doorTo(anvil)
})
afterAll(async () => {
  await door.stop()
  await anvil.stop()
})

/** One life of the program in this folder: the embedded chain has the folder's account, the node's network this one. */
const live = (dir: string, account: Account) =>
  startTestAppliance({
    dir,
    onDisk: true,
    clock,
    networks: [LOCAL_NETWORK],
    chains: (_own, time) => [remoteChain(LOCAL_NETWORK, [door.url], account, time)],
  })
async function settle(app: TestAppliance, rounds = 12) {
  for (let round = 0; round < rounds; round++) {
    await runDue(app.context)
    await anvil.request('anvil_mine', ['0x1'])
    clock.advance(3_000)
  }
}
const statusOf = async (app: TestAppliance, id: string) =>
  (await readCertificate(app.context, app.live, id)).certificate.status
const registryOf = async (app: TestAppliance) =>
  (await app.store.registries.of('local', 'live', app.context.appliance.dids.live))!.address!
async function readyTemplate(app: TestAppliance) {
  const template = await app.template(app.live, { network: 'local' })
  await app.issue(template).catch(() => {}) // asks for the registry
  await settle(app)
  return template
}

interface File {
  proof: Array<{ verificationMethod: string }>
}
const fileOf = async (app: TestAppliance, id: string) => (await credentialFile(app.context, id)) as unknown as File
const methodOf = (file: File) => file.proof[1]!.verificationMethod
const documentOf = async (app: TestAppliance) =>
  readDidDocument(app.context, publishedAccounts(await app.store.accounts.all()))
const verdictOf = (file: File, document: DidDocument) =>
  verifyCredential(JSON.stringify(file), {
    hash: serverHash,
    signatures: serverVerifier,
    now: clock.now() + 86_400_000,
    rpc: { [LOCAL_CHAIN_ID]: (method, params) => anvil.request(method, params) },
    resolveDid: async () => document,
    minConfirmations: 3,
  })
/** The address of the key that a DID document lists under this id. */
function addressIn(document: DidDocument, id: string): string | undefined {
  const key = document.verificationMethod.find((method) => method.id === id)?.publicKeyJwk
  return key && ethereumAddress(unbase64url(key.x), unbase64url(key.y!))
}

describe('an account that is exchanged for another', () => {
  let dir: string
  let old: Account
  let next: Account
  let app: TestAppliance
  let first: File
  let waiting: string
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'testamur-rotation-'))
    old = await accountOf(DEVELOPMENT_KEYS[0])
    next = await accountOf(DEVELOPMENT_KEYS[1])
    app = await live(dir, old)
    const template = await readyTemplate(app)
    const { certificate } = await app.issue(template)
    await settle(app)
    expect(await statusOf(app, certificate.id)).toBe('issued')
    first = await fileOf(app, certificate.id)
    // Its tree is begun and its transaction queued by the old account, and sent by the new one.
    door.shut = true
    waiting = (await app.issue(template)).certificate.id
    for (let round = 0; round < 3; round++) {
      await runDue(app.context)
      clock.advance(3_000)
    }
    const [begun] = await app.store.anchors.list({ state: 'sealed', limit: 2 })
    expect(begun!.method).toEndWith('#eth-2')
    door.shut = false
    const registry = await registryOf(app)
    const data = encodeSetOperator(next.address, 3)
    await anvil.request('eth_sendTransaction', [{ from: old.address, to: registry, data }])
    await app.close()
    app = await live(dir, next)
    clock.advance(120_000)
    await settle(app, 16)
  })
  afterAll(async () => {
    await app.close()
    rmSync(dir, { recursive: true, force: true })
  })

  test('stays in did.json and issuer.json beside the new one and that of the embedded chain', async () => {
    const accounts = await app.store.accounts.all()
    expect(accounts.map(({ fragment }) => fragment)).toEqual(['eth', 'eth-2', 'eth-3'])
    expect(accounts.map(({ address }) => address)).toEqual([app.chain.account, old.address, next.address])
    const document = await documentOf(app)
    const did = app.context.appliance.dids.live
    for (const { address, fragment } of accounts) expect(addressIn(document, `${did}#${fragment}`)).toBe(address)
    const profile = readIssuerProfile(app.context, publishedAccounts(accounts))
    expect(profile.publicKey.map(({ id }) => id)).toEqual(
      accounts.map(({ address }) => `ecdsa-koblitz-pubkey:${address}`),
    )
    const anchors = await app.store.anchors.list({ limit: 10 })
    const earliest = Math.min(...anchors.flatMap(({ blockTime }) => (blockTime === null ? [] : [blockTime * 1000])))
    for (const { created } of profile.publicKey) expect(Date.parse(created)).toBeLessThan(earliest)
  })

  test('keeps its certificates good: their second proof is found in did.json, and only because it is there', async () => {
    const document = await documentOf(app)
    expect(methodOf(first)).toEndWith('#eth-2')
    expect(addressIn(document, methodOf(first))).toBe(old.address)
    const verdict = await verdictOf(first, document)
    expect(verdict.checks.filter(({ result }) => result !== 'pass')).toEqual([])
    expect(verdict.checks.map(({ code }) => code)).toContain('did_lists_account')
    const without = {
      ...document,
      verificationMethod: document.verificationMethod.filter(({ id }) => id !== methodOf(first)),
    }
    const codes = (await verdictOf(first, without)).checks.map(({ code }) => code)
    expect(codes).toContain('did_does_not_list_account')
  })

  test('is not named by what the new one sends, though the old one had begun it', async () => {
    expect(await statusOf(app, waiting)).toBe('issued')
    const later = (await app.issue(await app.template(app.live, { network: 'local' }))).certificate.id
    await settle(app)
    const document = await documentOf(app)
    for (const id of [waiting, later]) {
      const file = await fileOf(app, id)
      expect(methodOf(file)).toEndWith('#eth-3')
      expect(addressIn(document, methodOf(file))).toBe(next.address)
      expect((await verdictOf(file, document)).checks.filter(({ result }) => result !== 'pass')).toEqual([])
    }
  })

  test('comes back under the name it had', async () => {
    await app.close()
    app = await live(dir, old)
    expect((await app.store.accounts.all()).map(({ address }) => address)).toEqual([
      app.chain.account,
      old.address,
      next.address,
    ])
    const { certificate } = await app.issue(await app.template(app.live, { network: 'local' }))
    await settle(app)
    expect(methodOf(await fileOf(app, certificate.id))).toEndWith('#eth-2')
  })
})

describe('an account at a remote signer', () => {
  test('issues; while the signer is away certificates wait, and nothing is lost', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'testamur-signer-'))
    const signer = doorTo(anvil)
    const address = (await accountOf(DEVELOPMENT_KEYS[2])).address
    const account = await openRemoteSigner({ url: signer.url, address, chainIds: [LOCAL_CHAIN_ID] })
    const app = await live(dir, account)
    try {
      const template = await readyTemplate(app)
      const first = (await app.issue(template)).certificate.id
      await settle(app)
      const document = await documentOf(app)
      const file = await fileOf(app, first)
      expect(addressIn(document, methodOf(file))).toBe(address)
      expect((await verdictOf(file, document)).checks.filter(({ result }) => result !== 'pass')).toEqual([])
      signer.shut = true
      const second = (await app.issue(template)).certificate.id
      await settle(app)
      expect(await statusOf(app, second)).toBe('pending')
      const sandbox = await app.issue(await app.template(app.sandbox), {}, app.sandbox)
      await settle(app, 3)
      // The embedded chain has an account of its own.
      expect((await readCertificate(app.context, app.sandbox, sandbox.certificate.id)).certificate.status).toBe(
        'issued',
      )
      signer.shut = false
      clock.advance(600_000)
      await settle(app)
      expect(await statusOf(app, second)).toBe('issued')
    } finally {
      await app.close()
      await signer.stop()
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

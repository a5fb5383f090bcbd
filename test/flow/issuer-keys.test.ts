import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publishedAccounts } from '../../src/actions/accounts.ts'
import { credentialFile } from '../../src/actions/certificates-public.ts'
import { readDidDocument } from '../../src/actions/identity.ts'
import { recordIssuerKey } from '../../src/actions/issuer-keys.ts'
import { loadConfig } from '../../src/config.ts'
import { systemClock } from '../../src/domain/clock.ts'
import type { DidDocument } from '../../src/domain/did.ts'
import { systemRandom } from '../../src/domain/ids.ts'
import { encodeMultikey } from '../../src/domain/multibase.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import { KeysUnusable } from '../../src/domain/ports.ts'
import { verifyCredential } from '../../src/domain/verify.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { DataFolderBusy } from '../../src/store/errors.ts'
import { rotateIssuerKey } from '../../src/wire-identity.ts'
import type { System } from '../../src/wire-system.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'
import { ManualClock } from '../kit/clock.ts'

const dir = mkdtempSync(join(tmpdir(), 'testamur-issuer-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const clock = new ManualClock()
const system = { random: systemRandom, clock: systemClock } as System
const rotate = (publicUrl: string, folder = dir) =>
  rotateIssuerKey(
    loadConfig({
      env: { TESTAMUR_DATA__DIR: folder, TESTAMUR_SERVER__PUBLIC_URL: publicUrl },
      exists: existsSync,
      readFile: () => '',
    }),
    system,
  )
const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('no error'),
    (error: Error) => error,
  )
const SITE = 'https://certs.example.edu'

/** One life of the program in the folder, as far as its keys go. */
async function begin() {
  const app = await startTestAppliance({ dir, onDisk: true, clock, publicUrl: SITE })
  const earlier = await recordIssuerKey(app.context)
  const accounts = publishedAccounts(await app.store.accounts.all())
  return { app, earlier, document: readDidDocument(app.context, accounts, earlier) }
}
async function issued(app: TestAppliance): Promise<string> {
  const { certificate } = await app.issue(await app.template())
  await app.settle()
  return JSON.stringify(await credentialFile(app.context, certificate.id))
}
const verdictOf = (app: TestAppliance, file: string, document: DidDocument) =>
  verifyCredential(file, {
    hash: serverHash,
    signatures: serverVerifier,
    now: clock.now() + 86_400_000,
    rpc: { [EMBEDDED_CHAIN_ID]: (method, params) => app.node.request(method, params) },
    resolveDid: async () => document,
  })
const failures = async (...asked: Parameters<typeof verdictOf>) =>
  (await verdictOf(...asked)).checks.filter(({ result }) => result === 'fail').map(({ code }) => code)

test('a new issuer key signs what comes; did.json lists both, and what the old one signed stays good', async () => {
  const first = await begin()
  expect(first.earlier).toEqual([])
  const old = await issued(first.app)
  const sandboxKey = encodeMultikey(first.app.context.signer.publicKey('test'))
  expect(await problem(rotate(SITE))).toBeInstanceOf(DataFolderBusy)
  await first.app.close()
  const { did, from, to } = await rotate(SITE)
  expect([did, from]).toEqual(['did:web:certs.example.edu', encodeMultikey(first.app.context.signer.publicKey('live'))])
  const { app, earlier, document } = await begin()
  try {
    expect(encodeMultikey(app.context.signer.publicKey('live'))).toBe(to)
    expect(encodeMultikey(app.context.signer.publicKey('test'))).toBe(sandboxKey)
    expect(earlier.map(encodeMultikey)).toEqual([from])
    expect(document.assertionMethod).toEqual([`${did}#${to}`, `${did}#${from}`, `${did}#eth`])
    const next = await issued(app)
    expect(next).toContain(`${did}#${to}`)
    for (const file of [old, next]) expect(await failures(app, file, document)).toEqual([])
    // Only because both are listed: each file fails in a document without its key.
    expect(await failures(app, old, readDidDocument(app.context, []))).toContain('did_does_not_list_key')
    expect(await failures(app, next, first.document)).toContain('did_does_not_list_key')
    expect((await recordIssuerKey(app.context)).map(encodeMultikey)).toEqual([from]) // noted once
  } finally {
    await app.close()
  }
})

test('an issuer that is its key, or has none yet, is refused with the reason', async () => {
  const own = await problem(rotate('http://localhost:8080'))
  expect(own).toBeInstanceOf(KeysUnusable)
  expect(own.message).toMatch(/is a did:key.*server\.public_url/)
  expect((await problem(rotate(SITE, mkdtempSync(join(dir, 'empty-'))))).message).toContain('holds no keys yet')
})

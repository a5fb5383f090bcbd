import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { JsonObject } from '../../src/domain/canonical.ts'
import { signingMethod } from '../../src/domain/did.ts'
import { signStatusList, statusListDocument } from '../../src/domain/status-lists.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { didDocumentOf, issueBatch, NOW, ORIGIN, profileOf, testIssuer, type TestIssuer } from '../kit/credentials.ts'
import { FakeChain, serveChain } from '../kit/fake-registry.ts'

const JUDGE = resolve(import.meta.dir, '../oracles/judge.mjs')
const INDEX = 24514
const folder = mkdtempSync(join(tmpdir(), 'testamur-judges-'))
const chain = new FakeChain(11155111)
const node = serveChain(chain)
afterAll(async () => {
  await node.stop()
  rmSync(folder, { recursive: true })
})

const statusList = (issuer: TestIssuer, revoked: number[]) =>
  signStatusList(
    statusListDocument({
      url: `${ORIGIN}/status/1.json`,
      issuer: issuer.did,
      validFrom: NOW - 86_400_000,
      revoked,
      gzip: (bytes) => gzipSync(bytes),
    }),
    {
      hash: serverHash,
      sign: issuer.sign,
      verificationMethod: signingMethod(issuer.did, issuer.publicKey),
      created: NOW - 86_400_000,
    },
  )

let bundles = 0
/** The judge's verdict, given under node as it would be anywhere else. */
async function judge(which: 'db' | 'dcc' | 'blockcerts', bundle: object) {
  const file = join(folder, `${bundles++}.json`)
  await Bun.write(file, JSON.stringify({ rpcUrl: node.url, ...bundle }))
  const child = Bun.spawn(['node', JUDGE, which, file], { stdout: 'pipe', stderr: 'pipe' })
  const [text, complaints] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  if (!text) throw new Error(complaints)
  return JSON.parse(text) as { verified: boolean; steps: Record<string, unknown> }
}

describe.each(['web', 'key'] as const)('a certificate of a did:%s issuer', (kind) => {
  const issuer = testIssuer(7, kind)
  let certificate: JsonObject
  beforeAll(async () => {
    const registry = chain.deploy(issuer.did, issuer.account.address)
    const { files } = await issueBatch(chain, { issuer, registry, count: 5 })
    certificate = files[2]!
  })
  const bundle = async (revoked: number[] = []) => ({
    certificate,
    didDocument: didDocumentOf(issuer),
    issuerProfile: profileOf(issuer),
    statusList: await statusList(issuer, revoked),
  })

  describe.each(['db', 'dcc'] as const)('before the judge %s', (which) => {
    test('is accepted', async () => {
      const verdict = await judge(which, await bundle())
      expect(verdict).toMatchObject({
        verified: true,
        steps: which === 'db' ? { signature: true } : { schema: true, expiration: true },
      })
    })
    test('is accepted with the first proof alone, while it waits for the chain', async () => {
      const pending = { ...certificate, proof: [(certificate.proof as JsonObject[])[0]!] }
      expect(await judge(which, { ...(await bundle()), certificate: pending })).toMatchObject({ verified: true })
    })
    test('is refused when a letter was changed', async () => {
      const verdict = await judge(which, { ...(await bundle()), tamper: true })
      expect(verdict.verified).toBe(false)
      expect(JSON.stringify(verdict.steps)).toMatch(/[Ii]nvalid.signature/)
    })
    test('is refused when its bit in the status list is set', async () => {
      const verdict = await judge(which, await bundle([INDEX]))
      expect(verdict.verified).toBe(false)
      expect(verdict.steps).toMatchObject(
        which === 'db' ? { signature: true, revoked: true } : { valid_signature: true, revocation_status: false },
      )
    })
  })
})

describe('before the judge blockcerts, a certificate without status entry', () => {
  const issuer = testIssuer()
  const forBlockcerts = async (order: object = {}) => {
    const registry = chain.deploy(issuer.did, issuer.account.address)
    const { files } = await issueBatch(chain, { issuer, registry, count: 5, change: { status: null }, ...order })
    chain.mine()
    return { certificate: files[2]!, didDocument: didDocumentOf(issuer), issuerProfile: profileOf(issuer) }
  }
  test('is accepted in every step, the chain included', async () => {
    const verdict = await judge('blockcerts', await forBlockcerts())
    expect(verdict).toMatchObject({
      verified: true,
      steps: { checkMerkleRoot: true, checkReceipt: true, checkAuthenticity: true, compareIssuingAddress: true },
    })
  }, 60_000)
  test('is refused when a letter was changed', async () => {
    const verdict = await judge('blockcerts', { ...(await forBlockcerts()), tamper: true })
    expect(verdict.verified).toBe(false)
    expect(verdict.steps.checkDocumentSignature).toContain('Invalid signature')
  }, 60_000)
  test('is refused when another account than the one of the DID document sent the transaction', async () => {
    const verdict = await judge('blockcerts', {
      ...(await forBlockcerts()),
      didDocument: didDocumentOf({ ...issuer, account: testIssuer(9).account }),
    })
    expect(verdict.verified).toBe(false)
    expect(verdict.steps.compareIssuingAddress).toContain('identity mismatch')
  }, 60_000)
})

/** The script of docs/verify-without-us.md, as it stands there, before certificates of the whole program. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deployData } from '../../src/chain/contract.ts'
import type { JsonObject } from '../../src/domain/canonical.ts'
import { decodeMerkleProof } from '../../src/domain/merkle-proof.ts'
import { toHex } from '../../src/domain/ids.ts'
import { RELEASED_CODE } from '../../src/domain/registry.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import * as kit from '../kit/certificate-chains.ts'
import { addressOf } from '../kit/chains.ts'
import { finishBatch, signBatch, testIssuer } from '../kit/credentials.ts'
import { withSecondProof } from '../kit/forgery.ts'
import { type Outside, OutsideCheck, VALID, invalid, outsideScript, registryOf, unchecked } from '../kit/outside.ts'

const STRANGER = DEVELOPMENT_KEYS[2]
const script = outsideScript()
const outside = new OutsideCheck()
afterAll(() => outside.discard())

const check = (chain: kit.CertificateChain, file: JsonObject, more: Partial<Outside> = {}) =>
  outside.run(file, { rpcUrl: chain.rpcUrl, ...more })

describe('the script', () => {
  test('has at most 60 lines of at most 120 letters, and imports nothing of ours', () => {
    const lines = script.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(20)
    expect(lines.length).toBeLessThanOrEqual(60)
    expect(lines.filter((line) => line.length > 120)).toEqual([])
    const imported = [...script.matchAll(/(?:from|import\(|require\()\s*'([^']+)'/g)].map(([, name]) => name)
    expect(imported).toEqual(['node:crypto', 'node:fs', 'jsonld'])
  })
  test('knows every released contract', () => {
    expect(new Set(script.match(/(?<=')[0-9a-f]{64}(?=')/g))).toEqual(new Set(RELEASED_CODE))
  })
})

const chains: [string, () => Promise<kit.CertificateChain>][] = [
  ['the embedded chain', kit.embeddedCertificates],
  ['a real node', kit.nodeCertificates],
]
describe.each(chains)('the script on %s', (_name, start) => {
  let chain: kit.CertificateChain
  let file: JsonObject
  let revoked: JsonObject
  let site: Partial<Outside>
  beforeAll(async () => {
    chain = await start()
    const [whole, gone] = await kit.issueOn(chain, 3)
    await kit.revokeOn(chain, gone!)
    file = await kit.fileOf(chain, whole!)
    revoked = await kit.fileOf(chain, gone!)
    site = { didDocument: kit.didDocumentOf(chain) }
  }, 60_000)
  afterAll(() => chain.close())

  test('accepts a certificate, by the issuer’s domain or by a registry one knows', async () => {
    expect(await check(chain, file, site)).toEqual(VALID)
    expect(await check(chain, file, { known: registryOf(file) })).toEqual(VALID)
  }, 30_000)

  test('accepts a batch of one, whose root is the leaf', async () => {
    const [id] = await kit.issueOn(chain)
    expect(await check(chain, await kit.fileOf(chain, id!), site)).toEqual(VALID)
  }, 30_000)

  test('refuses a changed letter, and the second proof of another', async () => {
    const subject = file.credentialSubject as JsonObject
    const altered = { ...file, credentialSubject: { ...subject, name: 'Maria Anderssom' } }
    expect(await check(chain, altered, site)).toEqual(invalid('signed by', 'in the tree'))
    const [first] = file.proof as JsonObject[]
    const [, second] = revoked.proof as JsonObject[]
    expect(await check(chain, { ...file, proof: [first!, second!] }, site)).toEqual(invalid('in the tree'))
  }, 30_000)

  test('refuses what is revoked or replaced, and not what replaces it', async () => {
    expect(await check(chain, revoked, site)).toEqual(invalid('revoked 20'))
    const [id] = await kit.issueOn(chain)
    await kit.correctOn(chain, id!)
    expect(await check(chain, await kit.fileOf(chain, id!, 1), site)).toEqual(invalid('replaced 20'))
    expect(await check(chain, await kit.fileOf(chain, id!), site)).toEqual(VALID)
  }, 30_000)

  test('refuses a revoked certificate that its holder anchored anew in a look-alike', async () => {
    const account = addressOf(STRANGER)
    const did = (revoked.issuer as { id: string }).id
    const { contractAddress } = await chain.send(STRANGER, { data: deployData(did, account, account) })
    const { leaf } = decodeMerkleProof((revoked.proof as JsonObject[])[1]!.proofValue as string)
    const sent = await chain.send(STRANGER, { to: contractAddress, data: `0x${toHex(leaf)}` })
    const forged = withSecondProof(revoked, { chainId: chain.chainId, account, ...sent })
    expect(await check(chain, forged, site)).toEqual(invalid('not anchored there', 'revoked 20'))
    const renamed = JSON.parse(
      JSON.stringify(forged).replaceAll(registryOf(revoked).split(':')[2]!, contractAddress!),
    ) as JsonObject
    // Everything passes there but the signature, which covers the address.
    expect(await check(chain, renamed, site)).toEqual(invalid('signed by', 'in the tree'))
  }, 30_000)

  test('refuses a stranger’s certificate in the issuer’s name', async () => {
    const stranger = { ...testIssuer(9), did: (file.issuer as { id: string }).id }
    const account = addressOf(STRANGER)
    const { contractAddress } = await chain.send(STRANGER, { data: deployData(stranger.did, account, account) })
    const signed = await signBatch(chain.chainId, { issuer: stranger, registry: contractAddress!.toLowerCase() })
    let root = ''
    finishBatch(chain.chainId, stranger, signed, (made) => ((root = made), `0x${'00'.repeat(32)}`))
    const { transactionHash } = await chain.send(STRANGER, { to: contractAddress, data: `0x${root}` })
    const [forged] = finishBatch(chain.chainId, stranger, signed, () => transactionHash).files
    expect(await check(chain, forged!, site)).toEqual(invalid('issuer: '))
    expect(await check(chain, forged!, { known: registryOf(file) })).toEqual(invalid('issuer: '))
  }, 30_000)

  test('does not call a failure what nobody answers', async () => {
    expect(await check(chain, file)).toEqual(unchecked('issuer: '))
    const answers: [body: object | string, open: string][] = [
      ['', '127.0.0.1'],
      [{ error: { code: -32000, message: 'busy' } }, 'eth_chainId'],
      [{ result: '0x1' }, `not of chain ${chain.chainId}`],
    ]
    for (const [body, open] of answers) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const node = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response(text) })
      expect(await check(chain, file, { ...site, rpcUrl: node.url.href })).toEqual(unchecked(open))
      await node.stop(true)
    }
  }, 30_000)
})

describe('the script on certificates of two years ago', () => {
  let chain: kit.CertificateChain
  let site: Partial<Outside>
  beforeAll(async () => {
    chain = await kit.embeddedCertificates(700)
    site = { didDocument: kit.didDocumentOf(chain) }
  })
  afterAll(() => chain.close())

  test('asks whose a did:key is, unless one knows it', async () => {
    const [id] = await kit.issueOn(chain, 1, { scope: chain.app.sandbox })
    const file = await kit.fileOf(chain, id!)
    const did = (file.issuer as { id: string }).id
    expect(did).toStartWith('did:key:')
    expect(await check(chain, file)).toEqual(unchecked('issuer: '))
    expect(await check(chain, file, { known: did })).toEqual(VALID)
    expect(await check(chain, file, { known: `${did}x` })).toEqual(invalid('issuer: '))
  }, 30_000)

  test('refuses what has expired, and nothing that has no end', async () => {
    for (const [months, said] of [
      [12, invalid('in its time')],
      [36, VALID],
      [0, VALID],
    ] as const) {
      const [id] = await kit.issueOn(chain, 1, { template: months > 0 ? { validity: { months } } : {} })
      expect(await check(chain, await kit.fileOf(chain, id!), site)).toEqual(said)
    }
  }, 30_000)

  test('refuses terms that mean something else, at the top or further inside', async () => {
    const [id] = await kit.issueOn(chain)
    const file = await kit.fileOf(chain, id!)
    const { name, ...subject } = file.credentialSubject as JsonObject
    const term = { nickname: 'https://schema.org/name' }
    const inside = { ...file, credentialSubject: { ...subject, '@context': term, nickname: name! } }
    expect(await check(chain, inside as JsonObject, site)).toMatchObject({ verdict: 'INVALID' })
    const above = {
      ...file,
      '@context': [...(file['@context'] as JsonObject[]), term],
      credentialSubject: { ...subject, nickname: name! },
    }
    expect(await check(chain, above as JsonObject, site)).toMatchObject({ verdict: 'INVALID' })
  }, 30_000)

  test('does not decide about what is signed and not anchored', async () => {
    const [id] = await kit.issueOn(chain)
    const file = await kit.fileOf(chain, id!)
    const [first] = file.proof as JsonObject[]
    expect(await check(chain, { ...file, proof: [first!] }, site)).toEqual(unchecked('not anchored yet'))
  }, 30_000)
})

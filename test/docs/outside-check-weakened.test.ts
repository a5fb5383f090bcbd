/**
 * Each check of the script is there for a forgery: without it the script says VALID. The forgeries are made on a chain
 * where strangers can do what they like, and each of them fails at that one check alone.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import artefact from '../../src/chain/registry.json'
import type { JsonObject } from '../../src/domain/canonical.ts'
import { decodeMerkleProof } from '../../src/domain/merkle-proof.ts'
import { toHex } from '../../src/domain/ids.ts'
import { deploymentData } from '../chain/registry-kit.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import * as kit from '../kit/certificate-chains.ts'
import { addressOf } from '../kit/chains.ts'
import { type TestIssuer, didDocumentOf, finishBatch, signBatch, testIssuer } from '../kit/credentials.ts'
import { leafOfFile, withSecondProof } from '../kit/forgery.ts'
import { type Outside, OutsideCheck, VALID, invalid, outsideScript, registryOf, unchecked } from '../kit/outside.ts'

const STRANGER = DEVELOPMENT_KEYS[2]
const account = addressOf(STRANGER)
const didOf = (file: JsonObject) => (file.issuer as { id: string }).id

let chain: kit.CertificateChain
let file: JsonObject
let neighbour: JsonObject
let single: JsonObject
let revoked: JsonObject
let expired: JsonObject
let site: Partial<Outside>
beforeAll(async () => {
  chain = await kit.embeddedCertificates(700)
  const ids = await kit.issueOn(chain, 3)
  await kit.revokeOn(chain, ids[2]!)
  file = await kit.fileOf(chain, ids[0]!)
  neighbour = await kit.fileOf(chain, ids[1]!)
  revoked = await kit.fileOf(chain, ids[2]!)
  const [alone] = await kit.issueOn(chain)
  const [old] = await kit.issueOn(chain, 1, { template: { validity: { months: 12 } } })
  single = await kit.fileOf(chain, alone!)
  expired = await kit.fileOf(chain, old!)
  site = { didDocument: kit.didDocumentOf(chain) }
}, 60_000)
afterAll(() => chain.close())

/** Address of a registry of the stranger's. */
async function deploy(did: string, code?: string): Promise<string> {
  const data = deploymentData({ did, owner: STRANGER, operator: STRANGER, ...(code ? { code } : {}) })
  return (await chain.send(STRANGER, { data })).contractAddress!.toLowerCase()
}
const anchor = async (registry: string, root: string) =>
  (await chain.send(STRANGER, { to: registry, data: `0x${root}` })).transactionHash

/** Signed by that key, anchored in that registry of the stranger's. */
async function issueAs(issuer: TestIssuer, registry: string): Promise<JsonObject> {
  const signed = await signBatch(chain.chainId, { issuer, registry })
  let root = ''
  finishBatch(chain.chainId, issuer, signed, (made) => ((root = made), `0x${'00'.repeat(32)}`))
  const transactionHash = await anchor(registry, root)
  return finishBatch(chain.chainId, issuer, signed, () => transactionHash).files[0]!
}

/** Anchored anew in a copy of the registry. */
async function inLookAlike(original: JsonObject) {
  const lookAlike = await deploy(didOf(original))
  const { leaf } = decodeMerkleProof((original.proof as JsonObject[])[1]!.proofValue as string)
  const transactionHash = await anchor(lookAlike, toHex(leaf))
  return { lookAlike, forged: withSecondProof(original, { chainId: chain.chainId, account, transactionHash }) }
}

/** Another name, in a copy of the registry that the document names. */
async function altered(): Promise<JsonObject> {
  const lookAlike = await deploy(didOf(file))
  const text = JSON.stringify(file).replaceAll(registryOf(file), `eip155:${chain.chainId}:${lookAlike}`)
  const renamed = JSON.parse(text.replaceAll('Maria Andersson', 'Mallory')) as JsonObject
  const leaf = leafOfFile(renamed)
  const transactionHash = await anchor(lookAlike, toHex(leaf))
  return withSecondProof(renamed, { chainId: chain.chainId, account, transactionHash, leaf })
}

const transactionHash = `0x${'11'.repeat(32)}`
const notAnchored = () => withSecondProof(file, { chainId: chain.chainId, account, transactionHash })
const ofOtherChain = () => withSecondProof(single, { chainId: 1, account, transactionHash })
const withProofOf = (other: JsonObject) => ({
  ...file,
  proof: [(file.proof as JsonObject[])[0]!, (other.proof as JsonObject[])[1]!],
})
/** The same statements under another name: what is signed as the name is shown as something else. */
function renamedMember(): JsonObject {
  const { name, ...subject } = file.credentialSubject as JsonObject
  const terms = { supervisor: 'https://schema.org/name' }
  return { ...file, credentialSubject: { '@context': terms, ...subject, supervisor: name! } }
}

const replace = (from: string, to: string) => {
  const script = outsideScript()
  if (script.split(from).length !== 2) throw new Error(`not once in the script: ${from}`)
  return script.replace(from, () => to)
}
/** The forgery is refused for just that, and accepted by the script without the check. */
async function needs(forged: JsonObject, said: unknown, weaker: string, more: Partial<Outside> = site) {
  const asked = { rpcUrl: chain.rpcUrl, ...more }
  const [real, weak] = [new OutsideCheck(), new OutsideCheck(weaker)]
  try {
    expect(await real.run(forged, asked)).toEqual(said as typeof VALID)
    expect(await weak.run(forged, asked)).toEqual(VALID)
  } finally {
    for (const one of [real, weak]) one.discard()
  }
}

describe('the script would be fooled without', () => {
  test('the signature', async () => {
    await needs(await altered(), invalid('signed by'), replace('isSigned && isWhose,', 'isWhose,'))
  }, 60_000)
  test('the path', async () => {
    await needs(withProofOf(neighbour), invalid('in the tree'), replace('leaf === own && end === root && ', ''))
    const noPath = replace('end === root && ', '')
    await needs(withProofOf(file), VALID, noPath)
  }, 60_000)
  test('the chain of the proof', async () => {
    await needs(ofOtherChain(), invalid('in the tree'), replace(' && parseInt(id, 16) === Number(chain)', ''))
  }, 60_000)
  test('the chain of the node', async () => {
    const node = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: async (request) => {
        const body = await request.text()
        if (body.includes('eth_chainId')) return Response.json({ result: '0x1' })
        return fetch(chain.rpcUrl, { method: 'POST', body })
      },
    })
    const weaker = replace('!== Number(chain)) await', '=== 0) await')
    await needs(file, unchecked('not of chain'), weaker, { ...site, rpcUrl: node.url.href })
    await node.stop(true)
  }, 60_000)
  test('the code of the contract', async () => {
    const issuer = testIssuer()
    const code = artefact.bytecode.replace('e228f47f', 'e228f47e') // another error, all else the same
    expect(code).not.toBe(artefact.bytecode)
    const forged = await issueAs(issuer, await deploy(issuer.did, code))
    const weaker = replace(' || undefined, `released', ' || true, `released')
    await needs(forged, unchecked('released code'), weaker, { didDocument: didDocumentOf(issuer) })
  }, 60_000)
  test('the issuer in the contract', async () => {
    const issuer = testIssuer()
    const forged = await issueAs(issuer, await deploy('did:web:another.example.org'))
    const weaker = replace('=== did, `it belongs', "!== '', `it belongs")
    await needs(forged, invalid('it belongs to'), weaker, { didDocument: didDocumentOf(issuer) })
  }, 60_000)
  test('the anchor', async () => {
    await needs(notAnchored(), invalid('not anchored there'), replace('check(anchored > 0,', 'check(true,'))
  }, 60_000)
  test('the revocation', async () => {
    await needs(revoked, invalid('revoked 20'), replace('check(!revoked,', 'check(true,'))
  }, 60_000)
  test('the signed address of the contract', async () => {
    const { lookAlike, forged } = await inLookAlike(revoked)
    const naive = replace('document.issuer.otherIdentifier[0].identifier', `'eip155:${chain.chainId}:${lookAlike}'`)
    await needs(forged, invalid('not anchored there', 'revoked 20'), naive)
  }, 60_000)
  test('the dates', async () => {
    await needs(expired, invalid('in its time'), replace('!(Date.parse(document.validUntil) < Date.now())', 'true'))
  }, 60_000)
  test('the key in the DID document', async () => {
    const stranger = { ...testIssuer(9), did: didOf(file) }
    const forged = await issueAs(stranger, await deploy(stranger.did))
    await needs(forged, invalid('issuer: '), replace('assertionMethod.includes(first.verificationMethod)', 'id !== ""'))
    const known = { known: registryOf(file) }
    await needs(forged, invalid('issuer: '), replace('check(known ? isKnown', 'check(known ? true'), known)
  }, 60_000)
  test('contexts of its own', async () => {
    const weaker = replace("(key === '@context' ? undefined : value)", 'value')
    await needs(renamedMember(), invalid('Safe mode validation error'), weaker)
  }, 60_000)
})

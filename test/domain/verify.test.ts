import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../../src/domain/canonical.ts'
import { caip10 } from '../../src/domain/did.ts'
import { fromHex } from '../../src/domain/ids.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import { decodeMerkleProof, encodeMerkleProof } from '../../src/domain/merkle-proof.ts'
import { signCredential } from '../../src/domain/proof.ts'
import { CHECK_CODES, type Verdict } from '../../src/domain/verdict.ts'
import { verifyCredential, type VerifyOptions } from '../../src/domain/verify.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { didDocumentOf, finishBatch, issueBatch, NOW, revoke, signBatch, testIssuer } from '../kit/credentials.ts'
import { FAKE_CODE_HASH, FakeChain } from '../kit/fake-registry.ts'

const CHAIN = 80002
const issuer = testIssuer()
const stranger = testIssuer(9)

interface World {
  chain: FakeChain
  registry: string
  options: VerifyOptions
}
function world(by = issuer, chainId = CHAIN): World {
  const chain = new FakeChain(chainId)
  const registry = chain.deploy(by.did, by.account.address)
  const options: VerifyOptions = {
    hash: serverHash,
    signatures: serverVerifier,
    now: NOW,
    rpc: { [chainId]: chain.request },
    knownIssuers: [{ did: by.did, registries: [caip10(chainId, registry)] }],
    knownCode: new Set([FAKE_CODE_HASH]),
  }
  return { chain, registry, options }
}
const one = async ({ chain, registry }: World, order: object = {}) =>
  (await issueBatch(chain, { issuer, registry, ...order })).files[0]!
const changed = (file: JsonObject, change: (copy: any) => void) => {
  const copy = structuredClone(file)
  change(copy)
  return copy
}
const codes = (verdict: Verdict) => verdict.checks.map(({ code }) => code)
/** intact issuer anchored valid → overall, as one line. */
const line = (verdict: Verdict) =>
  [verdict.intact, verdict.issuer, verdict.anchored, verdict.valid, '→', verdict.overall].join(' ')

const GOOD = 'pass pass pass pass → valid'
const NOT_INTACT = 'fail unknown unknown unknown → invalid'

async function expectVerdict(file: unknown, options: VerifyOptions, expected: string, code?: string) {
  const verdict = await verifyCredential(file, options)
  expect(`${line(verdict)} ${JSON.stringify(verdict.checks)}`).toStartWith(expected)
  if (code) expect(codes(verdict)).toContain(code as never)
  for (const { code: found, group, result } of verdict.checks) expect([group, result]).toEqual([...CHECK_CODES[found]])
  return verdict
}

describe('a good certificate', () => {
  test('is valid as text, with everything that is known about it', async () => {
    const here = world()
    const { files, leaves, root, transactionHash } = await issueBatch(here.chain, {
      issuer,
      registry: here.registry,
      count: 5,
    })
    const verdict = await expectVerdict(JSON.stringify(files[2]), here.options, GOOD, 'registry_of_issuer')
    expect(verdict.facts).toEqual({
      issuerId: 'did:web:certs.example.edu',
      issuerName: 'Example University',
      recipientName: 'Maria Åström 漢字',
      title: 'Advanced Project Management',
      validFrom: '2026-03-02T12:00:00Z',
      validUntil: '2036-03-03T00:00:00Z',
      chainId: CHAIN,
      network: 'amoy',
      registry: here.registry,
      root,
      leaf: leaves[2]!,
      transactionHash,
      anchoredSince: new Date(here.chain.time() * 1000).toISOString(),
      anchoredIn: caip10(CHAIN, here.registry),
      firstAnchored: null,
      revokedAt: null,
      revocationReason: null,
      embedded: false,
    })
  })
  test('is valid as parsed JSON, by the DID document of its domain', async () => {
    const here = world()
    const resolveDid = async () => didDocumentOf(issuer)
    const options = { ...here.options, knownIssuers: [], resolveDid }
    const verdict = await expectVerdict(await one(here), options, GOOD, 'did_lists_key')
    expect(codes(verdict)).toContain('did_lists_account')
  })
  test('of a did:key issuer is valid when its registry is known', async () => {
    const owner = testIssuer(7, 'key')
    const here = world(owner)
    await expectVerdict(await one(here, { issuer: owner }), here.options, GOOD)
  })
  test('on the embedded chain says that this is no public evidence', async () => {
    const here = world(issuer, EMBEDDED_CHAIN_ID)
    const verdict = await expectVerdict(await one(here), here.options, GOOD)
    expect(verdict.facts).toMatchObject({ embedded: true, network: 'embedded' })
  })
  test('stays valid when nodes have forgotten the transaction', async () => {
    const here = world()
    const file = await one(here)
    here.chain.pruned = true
    await expectVerdict(file, here.options, GOOD, 'transaction_not_served')
  })
  test('is valid with two nodes that agree, and with one of two down', async () => {
    const here = world()
    const file = await one(here)
    const down = async () => Promise.reject(new Error('refused'))
    await expectVerdict(file, { ...here.options, rpc: { [CHAIN]: [here.chain.request, here.chain.request] } }, GOOD)
    await expectVerdict(file, { ...here.options, rpc: { [CHAIN]: [down, here.chain.request] } }, GOOD)
  })
  test('without own fields, end, e-mail and status entry is valid', async () => {
    const here = world()
    const change = { fields: null, validUntil: null, status: null, recipient: { name: 'Ada', email: null } }
    await expectVerdict(await one(here, { change }), here.options, GOOD)
  })
})

describe('content that was changed', () => {
  const cases: [string, (copy: any) => void, string][] = [
    ['a name', (f) => (f.credentialSubject.name = 'Altered'), 'signature_invalid'],
    ['a field', (f) => (f.credentialSubject.fields.score = 98), 'signature_invalid'],
    [
      'the registry under the signature',
      (f) => (f.issuer.otherIdentifier[0].identifier = 'eip155:80002:0x' + '11'.repeat(20)),
      'signature_invalid',
    ],
    ['the signature', (f) => (f.proof[0].proofValue = 'z' + '2'.repeat(88)), 'signature_invalid'],
    ['a short signature', (f) => (f.proof[0].proofValue = 'z22'), 'signature_invalid'],
    ['the moment of signing', (f) => (f.proof[0].created = '2026-01-01T00:00:00Z'), 'signature_invalid'],
    [
      'another context',
      (f) => f['@context'].push({ name: 'https://schema.org/alternateName' }),
      'malformed_credential',
    ],
    ['contexts in another order', (f) => f['@context'].reverse(), 'malformed_credential'],
    ['an unsigned nested @context', (f) => (f.credentialSubject['@context'] = {}), 'malformed_credential'],
    ['an unsigned nested proof', (f) => (f.credentialSubject.proof = { name: 'Altered' }), 'malformed_credential'],
    ['an unknown member', (f) => (f.honours = 'summa cum laude'), 'malformed_credential'],
    [
      'a member named __proto__',
      (f) => Object.defineProperty(f, '__proto__', { value: 'x', enumerable: true }),
      'malformed_credential',
    ],
    [
      'a list instead of a text',
      (f) => (f.credentialSubject.name = [f.credentialSubject.name]),
      'malformed_credential',
    ],
    ['a second subject', (f) => (f.credentialSubject = [f.credentialSubject]), 'not_a_credential'],
    ['null', (f) => (f.validUntil = null), 'malformed_credential'],
    ['a day that does not exist', (f) => (f.validUntil = '2036-02-30T00:00:00Z'), 'malformed_credential'],
    ['half of a surrogate pair', (f) => (f.credentialSubject.name = 'x\ud800'), 'malformed_credential'],
    [
      'one id for two nodes',
      (f) => (f.credentialSubject.id = f.credentialSubject.achievement.id),
      'malformed_credential',
    ],
    ['no fields under the context of fields', (f) => delete f.credentialSubject.fields, 'malformed_credential'],
    ['fields that hold structures', (f) => (f.credentialSubject.fields.score = { a: 1 }), 'malformed_credential'],
    ['a third proof', (f) => f.proof.push(f.proof[1]), 'proof_chain_invalid'],
    ['proofs in the other order', (f) => f.proof.reverse(), 'proof_chain_invalid'],
    ['no proof in the list', (f) => (f.proof = []), 'proof_chain_invalid'],
    ['a proof that is no object', (f) => (f.proof = ['x']), 'proof_chain_invalid'],
    ['a private cryptosuite', (f) => (f.proof[0].cryptosuite = 'own-2026'), 'proof_chain_invalid'],
    ['another purpose', (f) => (f.proof[0].proofPurpose = 'authentication'), 'proof_chain_invalid'],
    ['a chain proof of other bytes', (f) => (f.proof[1].proofValue = 'z2222'), 'proof_chain_invalid'],
    [
      'a chain proof by a stranger',
      (f) => (f.proof[1].verificationMethod = 'did:web:evil.example#eth'),
      'proof_chain_invalid',
    ],
    ['a chain proof for another signature', (f) => (f.proof[1].previousProof = 'urn:uuid:0'), 'proof_chain_invalid'],
    ['a key that is none', (f) => (f.proof[0].verificationMethod = `${f.issuer.id}#eth`), 'key_not_of_issuer'],
    [
      'a key of another DID',
      (f) => (f.proof[0].verificationMethod = f.proof[0].verificationMethod.replace('certs', 'evil')),
      'key_not_of_issuer',
    ],
  ]
  test.each(cases)('%s is noticed', async (_name, change, code) => {
    const here = world()
    await expectVerdict(changed(await one(here), change), here.options, NOT_INTACT, code)
  })
})

describe('text that is no credential', () => {
  const cases: [string, unknown, string][] = [
    ['no JSON', '%PDF-1.7', 'not_json'],
    ['nothing', '', 'not_json'],
    ['a number', '17', 'not_a_credential'],
    ['null', null, 'not_a_credential'],
    ['undefined', undefined, 'not_a_credential'],
    ['a function', () => 1, 'not_a_credential'],
    ['a list', '[]', 'not_a_credential'],
    ['another object', '{"type":["VerifiableCredential"]}', 'not_a_credential'],
    ['a deep nest', '['.repeat(100_000), 'too_deep'],
    ['a huge text', `"${'x'.repeat(1_000_001)}"`, 'too_large'],
    ['a member given twice', '{"a":1,"\\u0061":2}', 'duplicate_member'],
    [
      'a credential of a sibling format',
      { '@context': [], type: ['VerifiableCredential'], credentialSubject: {}, proof: {} },
      'malformed_credential',
    ],
  ]
  test.each(cases)('%s gets a failed check, never an exception', async (_name, input, code) => {
    await expectVerdict(input, world().options, NOT_INTACT, code)
  })
  test('a member given twice in a real file is refused, though both readings verify', async () => {
    const here = world()
    const text = JSON.stringify(await one(here))
    const doubled = text.replace('"name":"Maria', '"name":"Mallory","name":"Maria')
    expect(doubled).not.toBe(text)
    await expectVerdict(doubled, here.options, NOT_INTACT, 'duplicate_member')
  })
  test('an object whose members throw ends as unknown, never as valid', async () => {
    const trap = {
      get '@context'() {
        throw new Error('boo')
      },
    }
    const file = Object.assign(trap, { type: ['VerifiableCredential'], credentialSubject: {}, proof: [] })
    const verdict = await verifyCredential(file, world().options)
    expect(verdict.overall).not.toBe('valid')
  })
})

describe('a second proof that does not belong', () => {
  test('of another certificate fails at the leaf', async () => {
    const here = world()
    const { files } = await issueBatch(here.chain, { issuer, registry: here.registry, count: 2 })
    const swapped = changed(files[0]!, (f) => {
      f.proof[1] = { ...(files[1]!.proof as any)[1], previousProof: f.proof[0].id }
    })
    await expectVerdict(swapped, here.options, NOT_INTACT, 'leaf_mismatch')
  })
  test('with another path does not lead to the root', async () => {
    const here = world()
    const { files } = await issueBatch(here.chain, { issuer, registry: here.registry, count: 2 })
    const file = changed(files[0]!, (f) => {
      const proof = decodeMerkleProof(f.proof[1].proofValue)
      f.proof[1].proofValue = encodeMerkleProof({ ...proof, path: [{ right: new Uint8Array(32) }] })
    })
    await expectVerdict(file, here.options, NOT_INTACT, 'path_mismatch')
  })
  test('on another chain fails: the issuer signed no registry there', async () => {
    const here = world()
    const file = changed(await one(here), (f) => {
      f.proof[1].proofValue = encodeMerkleProof({ ...decodeMerkleProof(f.proof[1].proofValue), chainId: 5 })
    })
    await expectVerdict(file, here.options, 'pass unknown fail unknown → invalid', 'registry_not_signed')
  })
  test('naming another transaction fails, though the registry holds the root', async () => {
    const here = world()
    const other = here.chain.send(issuer.account.address, here.registry, `0x${'ab'.repeat(32)}`)
    const file = changed(await one(here), (f) => {
      const proof = decodeMerkleProof(f.proof[1].proofValue)
      f.proof[1].proofValue = encodeMerkleProof({ ...proof, transactionHash: fromHex(other) })
    })
    await expectVerdict(file, here.options, 'pass pass fail pass → invalid', 'transaction_other_content')
  })
  test('naming a transaction to somewhere else fails', async () => {
    const here = world()
    const { files, root } = await issueBatch(here.chain, { issuer, registry: here.registry })
    const other = here.chain.send(issuer.account.address, `0x${'33'.repeat(20)}`, `0x${root}`)
    const file = changed(files[0]!, (f) => {
      const proof = decodeMerkleProof(f.proof[1].proofValue)
      f.proof[1].proofValue = encodeMerkleProof({ ...proof, transactionHash: fromHex(other) })
    })
    await expectVerdict(file, here.options, 'pass pass fail pass → invalid', 'transaction_elsewhere')
  })
})

describe('an issuer who is not the issuer', () => {
  const forgery = async (here: World) => {
    const forger = { ...stranger, did: issuer.did }
    const registry = here.chain.deploy(issuer.did, stranger.account.address)
    return one(here, { issuer: forger, registry })
  }
  test('forged under a did:web: fails where the registry is known', async () => {
    const here = world()
    await expectVerdict(await forgery(here), here.options, 'pass fail pass pass → invalid', 'registry_not_of_issuer')
  })
  test('a registry known on another chain is not known on this one', async () => {
    const here = world()
    const knownIssuers = [{ did: issuer.did, registries: [caip10(1, here.registry)] }]
    const options = { ...here.options, knownIssuers }
    await expectVerdict(await one(here), options, 'pass fail pass pass → invalid', 'registry_not_of_issuer')
  })
  test('forged under a did:web: fails by the DID document', async () => {
    const here = world()
    const options = { ...here.options, knownIssuers: [], resolveDid: async () => didDocumentOf(issuer) }
    await expectVerdict(await forgery(here), options, 'pass fail pass pass → invalid', 'did_does_not_list_key')
  })
  test('forged under a did:web: never valid without a trusted link', async () => {
    const here = world()
    const options = { ...here.options, knownIssuers: [] }
    await expectVerdict(await forgery(here), options, 'pass unknown pass pass → unknown', 'issuer_not_known')
  })
  test('forged with the true registry signed: the registry does not hold it', async () => {
    const here = world()
    const forger = { ...stranger, did: issuer.did }
    const file = await one(here, { issuer: forger })
    await expectVerdict(file, here.options, 'pass unknown fail unknown → invalid', 'root_not_anchored')
  })
  test('a did:key with the key of another is not intact', async () => {
    const thief = { ...stranger, did: testIssuer(7, 'key').did }
    const here = world(thief)
    await expectVerdict(await one(here, { issuer: thief }), here.options, NOT_INTACT, 'key_not_of_issuer')
  })
  test('a did:key that nobody knows is unknown, not invalid', async () => {
    const owner = testIssuer(7, 'key')
    const here = world(owner)
    const options = { ...here.options, knownIssuers: [], resolveDid: async () => didDocumentOf(owner) }
    await expectVerdict(
      await one(here, { issuer: owner }),
      options,
      'pass unknown pass pass → unknown',
      'issuer_not_known',
    )
  })
  test('a registry that names another issuer fails', async () => {
    const here = world()
    const registry = here.chain.deploy('did:web:other.example', issuer.account.address)
    const knownIssuers = [{ did: issuer.did, registries: [caip10(CHAIN, registry)] }]
    const file = await one(here, { registry })
    await expectVerdict(
      file,
      { ...here.options, knownIssuers },
      'pass fail pass pass → invalid',
      'registry_names_other_issuer',
    )
  })
  test('an account that the DID document does not list fails', async () => {
    const here = world()
    const bare = { ...didDocumentOf(issuer), assertionMethod: [didDocumentOf(issuer).assertionMethod[0]] }
    const options = { ...here.options, knownIssuers: [], resolveDid: async () => bare }
    await expectVerdict(await one(here), options, 'pass fail pass pass → invalid', 'did_does_not_list_account')
  })
  test.each([
    ['cannot be had', async () => undefined],
    ['cannot be fetched', async () => Promise.reject(new Error('down'))],
  ])('a DID document that %s makes it unknown', async (_name, resolveDid) => {
    const here = world()
    const options = { ...here.options, knownIssuers: [], resolveDid }
    await expectVerdict(await one(here), options, 'pass unknown pass pass → unknown', 'did_unreachable')
  })
  test.each([
    ['text', 'x'],
    ['another id', { ...didDocumentOf(issuer), id: 'did:web:evil.example' }],
    [
      'a list of keys that somebody else controls',
      {
        ...didDocumentOf(issuer),
        verificationMethod: didDocumentOf(issuer).verificationMethod.map((one) => ({
          ...one,
          controller: 'did:web:x',
        })),
      },
    ],
    ['odd members', { id: issuer.did, verificationMethod: [null, 1], assertionMethod: {} }],
  ])('a DID document that is %s lists nobody', async (_name, document) => {
    const here = world()
    const options = { ...here.options, knownIssuers: [], resolveDid: async () => document }
    await expectVerdict(await one(here), options, 'pass fail pass pass → invalid', 'did_does_not_list_key')
  })
})

describe('the chain', () => {
  test('a revoked leaf is revoked, its neighbour is not', async () => {
    const here = world()
    const { files, leaves } = await issueBatch(here.chain, { issuer, registry: here.registry, count: 2 })
    revoke(here.chain, issuer, here.registry, [leaves[0]!], 1)
    const verdict = await expectVerdict(files[0], here.options, 'pass pass pass fail → invalid', 'revoked')
    expect(verdict.facts).toMatchObject({
      revocationReason: 'revoked',
      revokedAt: new Date(here.chain.time() * 1000).toISOString(),
    })
    await expectVerdict(files[1], here.options, GOOD)
  })
  test('a revoked batch is revoked as a whole', async () => {
    const here = world()
    const { files, root } = await issueBatch(here.chain, { issuer, registry: here.registry, count: 2 })
    revoke(here.chain, issuer, here.registry, [root], 1)
    for (const file of files) await expectVerdict(file, here.options, 'pass pass pass fail → invalid', 'revoked')
  })
  test('a superseded certificate is authentic but replaced', async () => {
    const here = world()
    const { files, leaves } = await issueBatch(here.chain, { issuer, registry: here.registry })
    revoke(here.chain, issuer, here.registry, leaves, 2)
    const verdict = await expectVerdict(files[0], here.options, 'pass pass pass fail → invalid', 'superseded')
    expect(verdict.facts.revocationReason).toBe('superseded')
  })
  test('a revoked certificate anchored anew in a look-alike is unmasked by the signed registry', async () => {
    const here = world()
    const signed = await signBatch(CHAIN, { issuer, registry: here.registry, count: 2 })
    const leaves = signed.map(({ leaf }) => Buffer.from(leaf).toString('hex'))
    finishBatch(CHAIN, issuer, signed, (root) => here.chain.send(issuer.account.address, here.registry, `0x${root}`))
    revoke(here.chain, issuer, here.registry, [leaves[0]!], 1)
    const lookAlike = here.chain.deploy(issuer.did, stranger.account.address)
    const again = finishBatch(CHAIN, issuer, signed.slice(0, 1), (root) =>
      here.chain.send(stranger.account.address, lookAlike, `0x${root}`),
    )
    for (const knownIssuers of [here.options.knownIssuers!, []]) {
      const options = { ...here.options, knownIssuers }
      const verdict = await expectVerdict(
        again.files[0],
        options,
        'pass unknown fail fail → invalid',
        'root_not_anchored',
      )
      expect(codes(verdict)).toEqual(expect.arrayContaining(['transaction_elsewhere', 'revoked']))
    }
  })
  test('a reverted transaction anchors nothing, though its input is the root', async () => {
    const here = world()
    const file = await one(here, { revert: true })
    const verdict = await expectVerdict(
      file,
      here.options,
      'pass unknown fail unknown → invalid',
      'transaction_reverted',
    )
    expect(codes(verdict)).toContain('root_not_anchored')
  })
  test('an address without code is no registry', async () => {
    const here = world()
    const registry = `0x${'44'.repeat(20)}`
    const knownIssuers = [{ did: issuer.did, registries: [caip10(CHAIN, registry)] }]
    const file = await one(here, { registry })
    await expectVerdict(
      file,
      { ...here.options, knownIssuers },
      'pass unknown fail unknown → invalid',
      'registry_missing',
    )
  })
  test('code that no release had is unknown: this verifier may be older', async () => {
    const here = world()
    const options = { ...here.options, knownCode: new Set<string>() }
    await expectVerdict(await one(here), options, 'pass pass unknown pass → unknown', 'registry_code_not_known')
  })
  test.each([
    ['no node for the chain', {}, 'no_rpc'],
    ['a node that is down', { [CHAIN]: async () => Promise.reject(new Error('refused')) }, 'rpc_unavailable'],
    ['a node of another chain', { [CHAIN]: new FakeChain(1).request }, 'rpc_on_other_chain'],
    ['a node that talks nonsense', { [CHAIN]: async () => ({}) as unknown }, 'rpc_unavailable'],
    [
      'a node that lies in hexadecimal',
      { [CHAIN]: async (method: string) => (method === 'eth_chainId' ? '0x13882' : '0xdead') },
      'rpc_unavailable',
    ],
  ])('%s makes it unknown, never invalid', async (_name, rpc, code) => {
    const here = world()
    await expectVerdict(await one(here), { ...here.options, rpc }, 'pass unknown unknown unknown → unknown', code)
  })
  test('nodes that disagree are reported, not averaged', async () => {
    const here = world()
    const file = await one(here)
    const lagging = new FakeChain(CHAIN)
    lagging.deploy(issuer.did, issuer.account.address)
    const options = { ...here.options, rpc: { [CHAIN]: [here.chain.request, lagging.request] } }
    await expectVerdict(file, options, 'pass unknown unknown unknown → unknown', 'endpoints_disagree')
  })
  test('nodes that give different transactions are reported too', async () => {
    const here = world()
    const file = await one(here)
    const lying = async (method: string, params: unknown[]) => {
      const answer = (await here.chain.request(method, params)) as object
      return method === 'eth_getTransactionByHash' ? { ...answer, from: `0x${'66'.repeat(20)}` } : answer
    }
    const options = { ...here.options, rpc: { [CHAIN]: [here.chain.request, lying] } }
    await expectVerdict(file, options, 'pass unknown unknown unknown → unknown', 'endpoints_disagree')
  })
  test('a young anchor is not final yet; deep enough it is', async () => {
    const here = world()
    const file = await one(here)
    const options = { ...here.options, minConfirmations: 10 }
    await expectVerdict(file, options, 'pass pass unknown pass → unknown', 'anchor_not_final')
    here.chain.mine(8)
    await expectVerdict(file, options, 'pass pass unknown pass → unknown', 'anchor_not_final')
    here.chain.mine(1)
    await expectVerdict(file, options, GOOD, 'anchor_final')
  })
  test('without the transaction the depth comes from an older state, or stays open', async () => {
    const here = world()
    const file = await one(here)
    here.chain.pruned = true
    const options = { ...here.options, minConfirmations: 10 }
    await expectVerdict(file, options, 'pass pass unknown pass → unknown', 'anchor_not_final')
    here.chain.mine(8)
    await expectVerdict(file, options, 'pass pass unknown pass → unknown', 'anchor_not_final')
    here.chain.mine(1)
    await expectVerdict(file, options, GOOD, 'anchor_final')
    here.chain.withoutHistory = true
    await expectVerdict(file, options, 'pass pass unknown pass → unknown', 'finality_not_checked')
  })
  test('two registries signed for one chain are ambiguous, so neither counts', async () => {
    const here = world()
    const [signed] = await signBatch(CHAIN, { issuer, registry: here.registry })
    const document = structuredClone(signed!.document) as any
    document.issuer.otherIdentifier.push({
      type: 'IdentifierEntry',
      identifier: caip10(CHAIN, `0x${'55'.repeat(20)}`),
      identifierType: 'ext:caip10',
    })
    const { proof, leaf } = await signCredential(document, {
      hash: serverHash,
      sign: issuer.sign,
      verificationMethod: signed!.proof.verificationMethod,
      created: NOW,
      proofId: signed!.proof.id,
    })
    const { files } = finishBatch(CHAIN, issuer, [{ document, proof, leaf }], (root) =>
      here.chain.send(issuer.account.address, here.registry, `0x${root}`),
    )
    await expectVerdict(files[0], here.options, 'pass unknown fail unknown → invalid', 'registry_not_signed')
  })
})

describe('time', () => {
  test('expired and not yet valid fail, on the second', async () => {
    const here = world()
    const file = await one(here)
    const end = Date.UTC(2036, 2, 3)
    await expectVerdict(file, { ...here.options, now: end - 1 }, GOOD, 'within_dates')
    await expectVerdict(file, { ...here.options, now: end }, 'pass pass pass fail → invalid', 'expired')
    const begin = Date.parse('2026-03-02T12:00:00Z')
    await expectVerdict(file, { ...here.options, now: begin - 1 }, 'pass pass pass fail → invalid', 'not_yet_valid')
    await expectVerdict(file, { ...here.options, now: begin }, GOOD)
  })
  test('a file with the first proof alone is signed, not anchored yet, and never green', async () => {
    const here = world()
    const pending = changed(await one(here), (f) => f.proof.pop())
    const verdict = await expectVerdict(
      pending,
      here.options,
      'pass unknown unknown unknown → unknown',
      'not_anchored_yet',
    )
    expect(verdict.facts.leaf).toMatch(/^[0-9a-f]{64}$/)
  })
})

test('nothing more is said about a file whose signature is wrong', async () => {
  const here = world()
  const pending = changed(await one(here), (f) => {
    f.proof.pop()
    f.credentialSubject.name = 'Altered'
  })
  const verdict = await expectVerdict(pending, here.options, NOT_INTACT)
  expect(codes(verdict)).toEqual(['signature_invalid'])
})

test('the default list of code is the released registries', async () => {
  const here = world()
  const { knownCode: _none, ...options } = here.options
  await expectVerdict(await one(here), options, 'pass pass unknown pass → unknown', 'registry_code_not_known')
})

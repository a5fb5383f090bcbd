/** Issuers with public test keys, and certificates of theirs anchored on a chain. Anyone can sign with these keys. */
import { createPrivateKey, createPublicKey, sign as edSign } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { buildCredential, type CredentialInput } from '../../src/domain/credential.ts'
import { caip10, didDocument, didKey, didWeb, ethMethod, issuerProfile, signingMethod } from '../../src/domain/did.ts'
import { ethereumAddress } from '../../src/domain/hash.ts'
import { fromHex, newUrn, systemRandom, toHex } from '../../src/domain/ids.ts'
import { buildTree, pathOf } from '../../src/domain/merkle.ts'
import { attachProofs, merkleProof, signCredential, type SignatureProof } from '../../src/domain/proof.ts'
import { encodeRevoke } from '../../src/domain/registry.ts'
import type { JsonObject } from '../../src/domain/canonical.ts'
import { serverHash } from '../../src/keys/hash.ts'
import type { FakeChain } from './fake-registry.ts'

export const ORIGIN = 'https://certs.example.edu'
export const NOW = Date.UTC(2026, 2, 3, 12)
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export interface TestIssuer {
  did: string
  publicKey: Uint8Array
  sign: (message: Uint8Array) => Promise<Uint8Array>
  account: { address: string; x: Uint8Array; y: Uint8Array }
}

/** `number` picks key and account; kind 'web' is did:web:certs.example.edu. */
export function testIssuer(number = 7, kind: 'web' | 'key' = 'web'): TestIssuer {
  const seed = Buffer.alloc(32, number)
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const publicKey = new Uint8Array(spki.subarray(-32))
  const point = secp256k1.getPublicKey(new Uint8Array(seed), false)
  const [x, y] = [point.slice(1, 33), point.slice(33)]
  return {
    did: kind === 'key' ? didKey(publicKey) : didWeb(ORIGIN),
    publicKey,
    sign: async (message) => edSign(null, message, privateKey),
    account: { address: ethereumAddress(x, y), x, y },
  }
}

export const didDocumentOf = (issuer: TestIssuer) =>
  didDocument({
    did: issuer.did,
    keys: [issuer.publicKey],
    accounts: [{ fragment: 'eth', x: issuer.account.x, y: issuer.account.y }],
    profileUrl: `${ORIGIN}/issuer.json`,
  })
export const profileOf = (issuer: TestIssuer) =>
  issuerProfile({
    profileUrl: `${ORIGIN}/issuer.json`,
    name: 'Example University',
    url: ORIGIN,
    accounts: [{ address: issuer.account.address, since: Date.UTC(2026, 0, 1) }],
  })

/** What a certificate says, with everything filled in. */
export function sampleInput(
  issuer: TestIssuer,
  registry: string,
  change: Partial<CredentialInput> = {},
): CredentialInput {
  return {
    credentialId: newUrn(systemRandom),
    subjectId: newUrn(systemRandom),
    salt: systemRandom(16),
    issuer: { did: issuer.did, name: 'Example University', url: ORIGIN, registry },
    achievement: {
      id: `${ORIGIN}/achievements/apm-2026`,
      criteriaId: `${ORIGIN}/achievements/apm-2026#criteria`,
      name: 'Advanced Project Management',
      description: 'Completed the 40 hour course.',
      criteriaNarrative: 'Attend all lessons and pass the exam.',
      type: 'CertificateOfCompletion',
    },
    recipient: { name: 'Maria Åström 漢字', email: 'Maria@Example.org ' },
    validFrom: NOW - 3_600_000 * 24,
    validUntil: Date.UTC(2036, 2, 3),
    awardedOn: '2026-03-03',
    completionDate: '2026-03-03',
    licenseNumber: 'PM-2026-0042',
    fields: { course_name: 'Advanced Project Management', score: 97.5, honours: true },
    status: { listUrl: `${ORIGIN}/status/1.json`, index: 24514 },
    ...change,
  }
}

export interface IssuedBatch {
  files: JsonObject[]
  leaves: string[]
  root: string
  transactionHash: string
}
export interface BatchOrder {
  issuer: TestIssuer
  registry: string
  /** The registry that is signed, when it is another than the one anchored in. */
  signedRegistry?: string
  count?: number
  change?: Partial<CredentialInput>
  revert?: boolean
}

/** Signs a batch; nothing is anchored yet. */
export async function signBatch(chainId: number, order: BatchOrder) {
  const { issuer, registry, signedRegistry = registry, count = 1 } = order
  return Promise.all(
    Array.from({ length: count }, async () => {
      const document = buildCredential(sampleInput(issuer, caip10(chainId, signedRegistry), order.change), serverHash)
      const signed = await signCredential(document, {
        hash: serverHash,
        sign: issuer.sign,
        verificationMethod: signingMethod(issuer.did, issuer.publicKey),
        created: NOW - 3_600_000 * 24,
        proofId: newUrn(systemRandom),
      })
      return { document, ...signed }
    }),
  )
}

/** Second proofs for signed documents whose root `transactionHash` anchors. */
export function finishBatch(
  chainId: number,
  issuer: TestIssuer,
  signed: { document: JsonObject; proof: SignatureProof; leaf: Uint8Array }[],
  send: (root: string) => string,
): IssuedBatch {
  const leaves = signed.map(({ leaf }) => leaf)
  const tree = buildTree(leaves, serverHash)
  const root = toHex(tree.root)
  const transactionHash = send(root)
  const files = signed.map(({ document, proof, leaf }, index) => {
    const second = merkleProof({
      root: tree.root,
      leaf,
      chainId,
      transactionHash: fromHex(transactionHash),
      path: pathOf(tree, index),
      verificationMethod: ethMethod(issuer.did, chainId, issuer.account.address, 'eth'),
      previousProof: proof.id,
      created: NOW - 3_600_000 * 24,
    })
    return attachProofs(document, [proof, second]) as JsonObject
  })
  return { files, leaves: leaves.map(toHex), root, transactionHash }
}

/** A batch signed, anchored and finished. */
export async function issueBatch(chain: FakeChain, order: BatchOrder): Promise<IssuedBatch> {
  const signed = await signBatch(chain.chainId, order)
  return finishBatch(chain.chainId, order.issuer, signed, (root) =>
    chain.send(order.issuer.account.address, order.registry, `0x${root}`, { revert: order.revert ?? false }),
  )
}

export const revoke = (chain: FakeChain, issuer: TestIssuer, registry: string, ids: string[], reason: 1 | 2) =>
  chain.send(issuer.account.address, registry, encodeRevoke(ids, reason))

/** What a certificate costs in the credential core, in µs. `node_modules/.bin/bun bench/sign.ts` prints it. */
import { createPrivateKey, createPublicKey, sign as edSign } from 'node:crypto'
import { buildCredential, type CredentialInput } from '../src/domain/credential.ts'
import { signingMethod, didWeb } from '../src/domain/did.ts'
import { newUrn, systemRandom } from '../src/domain/ids.ts'
import { buildTree, pathOf } from '../src/domain/merkle.ts'
import { decodeMerkleProof, encodeMerkleProof } from '../src/domain/merkle-proof.ts'
import { attachProofs, merkleProof, signCredential } from '../src/domain/proof.ts'
import { verifyCredential } from '../src/domain/verify.ts'
import { serverHash } from '../src/keys/hash.ts'
import { serverVerifier } from '../src/keys/verifier.ts'

const DID = didWeb('https://certs.example.edu')
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const privateKey = createPrivateKey({
  key: Buffer.concat([PKCS8, Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
})
const publicKey = new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32))
export const sign = async (message: Uint8Array) => edSign(null, message, privateKey)
export const NOW = Date.UTC(2026, 2, 3)

export function sampleInput(index: number): CredentialInput {
  return {
    credentialId: newUrn(systemRandom),
    subjectId: newUrn(systemRandom),
    salt: systemRandom(16),
    issuer: {
      did: DID,
      name: 'Example University',
      url: 'https://certs.example.edu',
      registry: 'eip155:11155111:0x5FbDB2315678afecb367f032d93F642f64180aa3',
    },
    achievement: {
      id: 'https://certs.example.edu/achievements/apm-2026',
      criteriaId: 'https://certs.example.edu/achievements/apm-2026#criteria',
      name: 'Advanced Project Management',
      description: 'Completed the 40 hour course.',
      criteriaNarrative: 'Attend all lessons and pass the exam.',
      type: 'CertificateOfCompletion',
    },
    recipient: { name: `Recipient ÅÄÖ 漢字 ${index}`, email: `recipient${index}@example.edu` },
    validFrom: NOW,
    validUntil: Date.UTC(2036, 2, 3),
    awardedOn: '2026-03-03',
    completionDate: '2026-03-03',
    licenseNumber: `PM-2026-${index}`,
    fields: { course_name: 'Advanced Project Management', score: 97.5 },
    status: { listUrl: 'https://certs.example.edu/status/1.json', index },
  }
}

/** One certificate, built, signed and hashed to its leaf. */
export async function signOne(index: number) {
  const document = buildCredential(sampleInput(index), serverHash)
  const signed = await signCredential(document, {
    hash: serverHash,
    sign,
    verificationMethod: signingMethod(DID, publicKey),
    created: NOW,
    proofId: newUrn(systemRandom),
  })
  return { document, ...signed }
}

/** µs per call of `work`, after a warm-up. */
export async function microseconds(work: (index: number) => unknown, count = 3000): Promise<number> {
  for (let index = 0; index < count / 3; index++) await work(index)
  const start = performance.now()
  for (let index = 0; index < count; index++) await work(index)
  return ((performance.now() - start) * 1000) / count
}

/** The files of a batch of `count` certificates, as after anchoring. */
export async function sampleBatch(count: number) {
  const signed: Array<Awaited<ReturnType<typeof signOne>>> = []
  for (let index = 0; index < count; index++) signed.push(await signOne(index))
  const tree = buildTree(
    signed.map((one) => one.leaf),
    serverHash,
  )
  const second = (index: number) => ({
    root: tree.root,
    leaf: signed[index]!.leaf,
    chainId: 11155111,
    transactionHash: tree.root,
    path: pathOf(tree, index),
  })
  const file = (index: number) => {
    const { document, proof } = signed[index]!
    const proofs = merkleProof({
      ...second(index),
      verificationMethod: `${DID}#eth`,
      previousProof: proof.id,
      created: NOW,
    })
    return attachProofs(document, [proof, proofs])
  }
  return { signed, tree, second, file }
}

export interface SignFigures {
  build: number
  buildSignLeaf: number
  encodeSecondProof: number
  decodeSecondProof: number
  verifyOffline: number
  ed25519Sign: number
  ed25519Verify: number
}

/** All figures in µs per certificate, of a batch of `count` with paths as long as it makes them. */
export async function measureSigning(count = 10_000): Promise<SignFigures> {
  const batch = await sampleBatch(count)
  const middle = batch.second(count >> 1)
  const encoded = encodeMerkleProof(middle)
  const text = JSON.stringify(batch.file(count >> 1))
  const message = systemRandom(64)
  const signature = await sign(message)
  const offline = { hash: serverHash, signatures: serverVerifier, now: NOW }
  return {
    build: await microseconds((index) => buildCredential(sampleInput(index), serverHash)),
    buildSignLeaf: await microseconds(signOne),
    encodeSecondProof: await microseconds(() => encodeMerkleProof(middle)),
    decodeSecondProof: await microseconds(() => decodeMerkleProof(encoded)),
    verifyOffline: await microseconds(() => verifyCredential(text, offline)),
    ed25519Sign: await microseconds(() => sign(message)),
    ed25519Verify: await microseconds(() => serverVerifier.verifyEd25519(publicKey, message, signature)),
  }
}

if (import.meta.main) {
  for (const [name, figure] of Object.entries(await measureSigning()))
    console.log(name.padEnd(20), figure.toFixed(1), 'µs')
}

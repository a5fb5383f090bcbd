import { expect, test } from 'bun:test'
import { createPrivateKey, sign } from 'node:crypto'
import {
  canonicalDocument,
  canonicalProofConfig,
  documentQuads,
  utf8,
  type JsonObject,
} from '../../src/domain/canonical.ts'
import { nobleHash } from '../../src/domain/hash.ts'
import { toHex } from '../../src/domain/ids.ts'
import { rootOfPath } from '../../src/domain/merkle.ts'
import { decodeMerkleProof, encodeMerkleProof } from '../../src/domain/merkle-proof.ts'
import { base58 } from '../../src/domain/multibase.ts'
import { leafOf, signCredential, signDocument } from '../../src/domain/proof.ts'
import { serverHash } from '../../src/keys/hash.ts'
import certificate from '../fixtures/credential-format/certificate.json'
import list from '../fixtures/credential-format/status-list-1.json'

const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)])
const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
const signer = async (message: Uint8Array) => sign(null, message, key)

const { proof, ...document } = certificate as unknown as JsonObject & {
  proof: [JsonObject & { id: string }, JsonObject]
}
const [first, second] = proof
const { proofValue, ...config } = first
const hashes = [
  ['in JavaScript', nobleHash],
  ['of the server', serverHash],
] as const

test.each(hashes)('the hashes of the worked example come out, with the hash %s', (_name, hash) => {
  const sha256 = (text: string) => toHex(hash.sha256(utf8(text)))
  const configText = canonicalProofConfig(config, hash)
  const text = canonicalDocument(document, hash)
  expect(sha256(configText)).toBe('f9dabc6994e90b897cbdca23f4bed6014fde05d15198a08c3db359723e9d2cb3')
  expect(sha256(text)).toBe('11be71f51fe0b85b972bfdcdc8f5f6ff82553652a98278e04e8c154310957771')
  expect(toHex(leafOf(documentQuads(document), first, hash))).toBe(
    'cf076be653cba67fe238ba0cffb2f8ea76935645c7bb3ca7f0062bff0492418a',
  )
  expect(text.split('\n')).toHaveLength(33 + 1)
  expect(canonicalDocument(document, hash, [first]).split('\n')).toHaveLength(40 + 1)
})

test('the same signature comes out of the same key', async () => {
  const signed = await signCredential(document, {
    hash: serverHash,
    sign: signer,
    verificationMethod: String(first.verificationMethod),
    created: Date.parse(String(first.created)),
    proofId: first.id,
  })
  expect<JsonObject>(signed.proof).toEqual(first)
})

test('the same status list proof comes out of the same key', async () => {
  const { proof: listProof, ...listDocument } = list
  const made = await signDocument(listDocument, {
    hash: serverHash,
    sign: signer,
    verificationMethod: listProof.verificationMethod,
    created: Date.parse(listProof.created),
  })
  expect<JsonObject>(made).toEqual(listProof)
})

test('the chain proof is read, leads to the root and is written the same again', () => {
  const read = decodeMerkleProof(String(second.proofValue))
  expect(toHex(read.leaf)).toBe('cf076be653cba67fe238ba0cffb2f8ea76935645c7bb3ca7f0062bff0492418a')
  expect(toHex(read.root)).toBe('d59d8f5c78c9dd63f12cbe34895858ed39f28e17fbeb8e4df01ec2293316b583')
  expect(read.chainId).toBe(11155111)
  expect(read.path.map((step) => Object.keys(step)[0])).toEqual(['right', 'left', 'right'])
  expect(toHex(rootOfPath(read.leaf, read.path, nobleHash))).toBe(toHex(read.root))
  expect(encodeMerkleProof(read)).toBe(String(second.proofValue))
  expect(proofValue).toStartWith('z')
  expect(base58(new Uint8Array(64))).toBe('1'.repeat(64))
})

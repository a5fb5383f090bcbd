import { expect, test } from 'bun:test'
import { createRequire } from 'node:module'
import { documentQuads, type JsonObject } from '../../src/domain/canonical.ts'
import { decodeMultikey, unmultibase } from '../../src/domain/multibase.ts'
import { signedBytes } from '../../src/domain/proof.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import schema from '../fixtures/open-badges/achievement-credential.schema.json'
import broken from '../fixtures/open-badges/simple-err-proof-value.json'
import wrongSubject from '../fixtures/open-badges/simple-err-credential-subject-type.json'
import two from '../fixtures/open-badges/simple-multiple-proofs.json'
import simple from '../fixtures/open-badges/simple.json'
import { issueBatch, testIssuer } from '../kit/credentials.ts'
import { FakeChain } from '../kit/fake-registry.ts'

/** Does the eddsa-rdfc-2022 proof of a credential of anybody verify by our canonical text? */
async function verifies(file: unknown): Promise<boolean> {
  const { proof, ...document } = file as JsonObject
  const { proofValue, ...config } = [proof as JsonObject[]].flat().find((one) => one.cryptosuite === 'eddsa-rdfc-2022')!
  const message = signedBytes(config, documentQuads(document), serverHash)
  const key = decodeMultikey(String(config.verificationMethod).split('#')[1]!)
  return serverVerifier.verifyEd25519(key, message, unmultibase(String(proofValue)))
}

test("1EdTech's signed samples verify by our canonical text, and its broken one does not", async () => {
  expect(await verifies(simple)).toBe(true)
  expect(await verifies(two)).toBe(true)
  expect(await verifies(broken)).toBe(false)
})

test('our certificates fit the Open Badges schema; 1EdTech’s wrong sample and small mistakes do not', async () => {
  const require = createRequire(import.meta.resolve('../oracles/package.json'))
  const { default: Ajv } = require('ajv/dist/2019')
  const { default: formats } = require('ajv-formats')
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats(ajv)
  const fits = ajv.compile(schema)
  const issuer = testIssuer()
  const chain = new FakeChain(137)
  const { files } = await issueBatch(chain, { issuer, registry: chain.deploy(issuer.did, issuer.account.address) })
  const [file] = files as [any]
  expect([fits(file), fits.errors]).toEqual([true, null])
  expect(fits(simple)).toBe(true)
  expect(fits(wrongSubject)).toBe(false)
  expect(fits({ ...file, credentialStatus: [file.credentialStatus] })).toBe(false)
  const identifier = { ...file.issuer.otherIdentifier[0], identifierType: 'caip10' }
  expect(fits({ ...file, issuer: { ...file.issuer, otherIdentifier: [identifier] } })).toBe(false)
})

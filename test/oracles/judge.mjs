// One certificate before a verifier nobody here wrote: node judge.mjs <db|dcc|blockcerts> <bundle.json>
// The bundle is described in offline.mjs. Prints one JSON line {verified, steps, fetched?}.
//   db          @digitalbazaar/vc and vc-bitstring-status-list
//   dcc         @digitalcredentials/verifier-core, which resolves DID and status list itself, and checks the Open Badges
//               schema, which is rebuilt here because it is not published as a file (open-badges-schema.mjs)
//   blockcerts  @blockcerts/cert-verifier-js 6.35.0: chain ids 1 and 11155111, did:web, a file without credentialStatus (it
//               cannot read multibase lists), and one block mined after the anchor
import { readFileSync } from 'node:fs'
import { loaderOf, readBundle, stubFetch } from './offline.mjs'

const [, , which, file] = process.argv
const bundle = readBundle(file)
const { certificate } = bundle
const print = console.log

const judges = {
  async db() {
    const vc = await import('@digitalbazaar/vc')
    const { DataIntegrityProof } = await import('@digitalbazaar/data-integrity')
    const { cryptosuite } = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite')
    const { checkStatus } = await import('@digitalbazaar/vc-bitstring-status-list')
    const suite = new DataIntegrityProof({ cryptosuite })
    const documentLoader = loaderOf(bundle)
    const status = (options) =>
      checkStatus({ ...options, suite, documentLoader, verifyBitstringStatusListCredential: true })
    const result = await vc.verifyCredential({
      credential: certificate,
      suite,
      documentLoader,
      checkStatus: certificate.credentialStatus ? status : undefined,
    })
    // `verified` stays true for a revoked certificate: the answer is in the status.
    const revoked = result.statusResult?.results?.some((one) => one.status) ?? false
    const statusRead = !certificate.credentialStatus || result.statusResult?.verified === true
    const errors = result.error?.errors?.map(({ message }) => message) ?? [result.error?.message].filter(Boolean)
    return { verified: result.verified && !revoked && statusRead, steps: { signature: result.verified, revoked, errors } }
  },

  async dcc() {
    const schema = 'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json'
    const rebuilt = new URL('../fixtures/open-badges/achievement-credential.schema.json', import.meta.url)
    const fetched = stubFetch(bundle, { [schema]: JSON.parse(readFileSync(rebuilt, 'utf8')) })
    console.log = console.error = () => {}
    const { verifyCredential } = await import('@digitalcredentials/verifier-core')
    const result = await verifyCredential({ credential: certificate, knownDIDRegistries: [] })
    const steps = Object.fromEntries((result.log ?? []).map(({ id, valid }) => [id, valid]))
    const schemas = (result.additionalInformation ?? []).filter(({ id }) => id === 'schema_check')
    steps.schema = schemas.length > 0 && schemas.every((one) => one.results?.every(({ result: { valid } }) => valid))
    const errors = (result.errors ?? []).map(({ name }) => name)
    // That nobody registered the issuer with them says nothing about the certificate.
    const judged = Object.entries(steps).filter(([id]) => id !== 'registered_issuer')
    const verified = errors.length === 0 && steps.valid_signature === true && judged.every(([, valid]) => valid === true)
    return { verified, steps: { ...steps, errors }, fetched }
  },

  async blockcerts() {
    const fetched = stubFetch(bundle)
    console.log = console.warn = console.error = () => {}
    const { blockcertsModule } = await import('./blockcerts.mjs')
    const module = await import(blockcertsModule())
    const Certificate = module.Certificate ?? module.default.Certificate
    const judged = new Certificate(certificate, { didResolverUrl: 'https://resolver.test/1.0/identifiers' })
    await judged.init()
    const steps = {}
    const result = await judged.verify(({ code, status, errorMessage }) => {
      if (status !== 'starting') steps[code] = status === 'success' ? true : (errorMessage ?? false)
    })
    return { verified: result.status === 'success', steps, fetched }
  },
}

let verdict
try {
  verdict = await judges[which]()
} catch (error) {
  verdict = { verified: false, steps: { threw: error.message } }
}
print(JSON.stringify(verdict))
process.exit(0)

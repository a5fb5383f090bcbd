/** What signing one certificate costs here and elsewhere: every contestant in this process, in this run, on the same document. */
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { JsonObject } from '../src/domain/canonical.ts'
import { buildCredential } from '../src/domain/credential.ts'
import { serverHash } from '../src/keys/hash.ts'
import { digits, median, table, type Effort, type Part } from './report.ts'
import { measureSigning, NOW, sampleInput, sign, signOne } from './sign.ts'

const ORACLES = join(import.meta.dir, '../test/oracles')
const oracle = createRequire(join(ORACLES, 'package.json'))
const CONTEXTS = join(import.meta.dir, '../test/fixtures/credential-format/contexts.json')

const documentOf = (index: number): JsonObject => buildCredential(sampleInput(index), serverHash)

/** Digital Bazaar's libraries: the same document, signed eddsa-rdfc-2022, then canonicalized with its proof for the leaf. */
async function digitalBazaar(): Promise<(index: number) => Promise<unknown>> {
  const load = (name: string) => import(oracle.resolve(name))
  const [{ DataIntegrityProof }, { cryptosuite }, Ed25519, { default: jsonld }, { default: signatures }, contexts] =
    await Promise.all([
      load('@digitalbazaar/data-integrity'),
      load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite'),
      load('@digitalbazaar/ed25519-multikey'),
      load('jsonld'),
      load('jsonld-signatures'),
      Bun.file(CONTEXTS).json() as Promise<Record<string, unknown>>,
    ])
  const documentLoader = async (url: string) => {
    const document = contexts[url]
    if (document === undefined) throw new Error(`no context ${url}`)
    return { contextUrl: null, documentUrl: url, document }
  }
  const key = await Ed25519.generate({ seed: new Uint8Array(32).fill(7) })
  const date = new Date(NOW).toISOString().replace('.000', '')
  return async (index) => {
    const document = structuredClone(documentOf(index))
    const issuer = (document.issuer as JsonObject).id as string
    key.controller = issuer
    key.id = `${issuer}#${key.publicKeyMultibase}`
    const signed = await signatures.sign(document, {
      suite: new DataIntegrityProof({ signer: key.signer(), cryptosuite, date }),
      purpose: new signatures.purposes.AssertionProofPurpose(),
      documentLoader,
    })
    const options = { algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader, safe: true }
    return createHash('sha256')
      .update(await jsonld.canonize(signed, options))
      .digest()
  }
}

/** OpenAttestation v2: salts, hashes, tree and proofs of a whole batch at once. Nothing is signed. */
function openAttestation(): (count: number) => unknown {
  const { wrapDocuments } = oracle('@govtechsg/open-attestation')
  const documentOf = (index: number) => ({
    $template: { name: 'CUSTOM', type: 'EMBEDDED_RENDERER', url: 'https://certs.example.edu' },
    issuers: [
      {
        name: 'Example University',
        documentStore: `0x${'22'.repeat(20)}`,
        identityProof: { type: 'DNS-TXT', location: 'certs.example.edu' },
      },
    ],
    id: `certificate-${index}`,
    name: 'Certificate of completion',
    recipient: { name: `Recipient ÅÄÖ 漢字 ${index}`, email: `recipient${index}@example.edu` },
    course: 'Advanced Project Management',
    completionDate: '2026-03-03',
    credentialId: `PM-2026-${index}`,
  })
  return (count) => wrapDocuments(Array.from({ length: count }, (_, index) => documentOf(index)))
}

/** The least anybody can do who signs: one Ed25519 signature and three SHA-256 over bytes that are there already. */
const bytes = new Uint8Array(2200).fill(65)
async function floor() {
  serverHash.sha256(bytes)
  serverHash.sha256(bytes)
  serverHash.sha256(await sign(bytes.subarray(0, 64)))
}

const OWN = 'own: build, sign, leaf'
const BAZAAR = 'Digital Bazaar: sign, leaf'
const ATTESTATION = 'OpenAttestation wrapDocuments, unsigned'
const FLOOR = 'floor: Ed25519 and 3 × SHA-256 over ready bytes'

async function contestants(count: number): Promise<Record<string, () => Promise<number>>> {
  const each = (work: (index: number) => unknown, times: number) => async () => {
    for (let index = 0; index < times; index++) await work(index)
    return times
  }
  const wrap = openAttestation()
  return {
    [FLOOR]: each(floor, count),
    [OWN]: each(signOne, count),
    [ATTESTATION]: async () => {
      wrap(count)
      return count
    },
    [BAZAAR]: each(await digitalBazaar(), Math.ceil(count / 20)),
  }
}

/** Milliseconds per document of every contestant, one entry per round. */
async function compare({ rounds, quick }: Effort): Promise<Map<string, number[]>> {
  const all = Object.entries(await contestants(quick ? 500 : 2000))
  const times = new Map(all.map(([name]) => [name, [] as number[]]))
  for (const [, run] of all) await run() // warm
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of all) {
      const begin = performance.now()
      const count = await run()
      times.get(name)!.push((performance.now() - begin) / count)
    }
  return times
}

export async function benchPeers(effort: Effort): Promise<Part> {
  const times = await compare(effort)
  const own = times.get(OWN)!
  const ratio = (name: string) => median(times.get(name)!.map((each, round) => each / own[round]!))
  const rows = [...times].map(([name, each]) => [name, digits(median(each), 3), `${digits(ratio(name), 2)}x`])
  const parts = Object.entries(await measureSigning(effort.quick ? 1000 : 10_000))
  const milliseconds = median(own)
  return {
    lines: [
      ...table([['per certificate', 'ms', 'to own'], ...rows]),
      '',
      ...table([['parts of it', 'µs'], ...parts.map(([name, figure]) => [name, digits(figure, 1)])]),
    ],
    goals: [
      {
        what: 'sign + leaf per certificate',
        goal: '≤ 0.2 ms',
        measured: `${digits(milliseconds, 3)} ms`,
        met: milliseconds <= 0.2,
      },
      {
        what: '  faster than Digital Bazaar',
        goal: '≥ 25x',
        measured: `${digits(ratio(BAZAAR), 1)}x`,
        met: ratio(BAZAAR) >= 25,
      },
      {
        what: '  OpenAttestation to own',
        goal: '≥ 1x',
        measured: `${digits(ratio(ATTESTATION), 2)}x`,
        met: ratio(ATTESTATION) >= 1,
      },
    ],
  }
}

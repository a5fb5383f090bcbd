import { describe, expect, test } from 'bun:test'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import {
  canonicalDocument,
  canonicalProofConfig,
  canonicalText,
  constantNode,
  documentQuads,
  jcs,
  NotCanonical,
  withProofs,
  type JsonObject,
} from '../../src/domain/canonical.ts'
import { buildCredential } from '../../src/domain/credential.ts'
import { CONTEXTS } from '../../src/domain/vocabulary.ts'
import { serverHash as hash } from '../../src/keys/hash.ts'
import certificate from '../fixtures/credential-format/certificate.json'
import contexts from '../fixtures/credential-format/contexts.json'
import { sampleInput, testIssuer } from '../kit/credentials.ts'

interface JsonLd {
  canonize(document: unknown, options: object): Promise<string>
}
const jsonld = createRequire(import.meta.url)('../oracles/node_modules/jsonld') as JsonLd
const documentLoader = async (url: string) => {
  const document = (contexts as Record<string, unknown>)[url]
  if (!document) throw new Error(`not loaded: ${url}`)
  return { contextUrl: null, documentUrl: url, document }
}
/** The real JSON-LD processor. */
const judge = (document: unknown) =>
  jsonld.canonize(document, { algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader, safe: true })

// --- documents with hostile text ------------------------------------------------------------------------------------

const HOSTILE = [
  'ÅÄÖ',
  '漢字',
  `it's "q"`,
  'back\\slash',
  '\t',
  'a\nb',
  'cr\rlf',
  '🎓',
  '',
  '  ',
  '\u007f',
  '\u0001',
  '\u0000',
  'ﬁ',
  '𝒳',
  '\ue000',
  '\u2028',
  '</script>',
  '_:b0',
  '<x>',
  '@id',
  '{{x}}',
  '^^',
  ' .\n',
]
const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 12 }).filter((one) => one.isWellFormed()),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 6 })).map((parts) => parts.join('')),
)
const urn = fc.uuid().map((uuid) => `urn:uuid:${uuid}`)
const address = fc
  .tuple(urn, fc.constantFrom('', '/å', '#x', '?q=1&b', '/%20'))
  .map(([id, end]) => `https://x.example/${id}${end}`)
const moment = fc
  .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}Z`)
const record = (shape: Record<string, fc.Arbitrary<unknown>>, required: string[]) =>
  fc.record(shape, { requiredKeys: required }) as fc.Arbitrary<JsonObject>
const type = (name: string) => fc.constantFrom<unknown>(name, [name])
const image = record({ id: address, type: type('Image'), caption: text }, ['id', 'type'])
const entry = record({ type: type('IdentifierEntry'), identifier: text, identifierType: text }, [
  'type',
  'identifier',
  'identifierType',
])
/** Equal blank nodes cannot be told apart: both sides may refuse those, so none are made. */
const distinct = (one: fc.Arbitrary<JsonObject>, maxLength: number) =>
  fc.uniqueArray(one, { minLength: 1, maxLength, selector: (node) => JSON.stringify(Object.values(node)) })
const profile = record(
  {
    id: address,
    type: type('Profile'),
    name: text,
    description: text,
    url: address,
    email: text,
    image,
    otherIdentifier: distinct(entry, 3),
  },
  ['id', 'type', 'otherIdentifier'],
)
const identity = record(
  { type: type('IdentityObject'), hashed: fc.boolean(), identityHash: text, identityType: text, salt: urn },
  ['type', 'hashed', 'identityHash', 'identityType', 'salt'],
)
const achievement = record(
  {
    id: address,
    type: type('Achievement'),
    achievementType: text,
    name: text,
    description: text,
    criteria: record({ id: address, narrative: text }, ['narrative']),
    image,
    humanCode: text,
    fieldOfStudy: text,
  },
  ['id', 'type', 'name', 'criteria'],
)
const fields = fc.dictionary(
  text,
  fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.integer()),
  { minKeys: 1, maxKeys: 5 },
)
const subject = record(
  {
    id: urn,
    type: type('AchievementSubject'),
    name: text,
    identifier: distinct(identity, 3),
    achievement,
    activityStartDate: moment,
    activityEndDate: moment,
    licenseNumber: text,
    narrative: text,
    source: profile,
    fields,
  },
  ['id', 'type', 'achievement'],
)
const status = record(
  {
    id: address,
    type: type('BitstringStatusListEntry'),
    statusPurpose: text,
    statusListIndex: text,
    statusListCredential: address,
  },
  ['id', 'type', 'statusListCredential'],
)
const document = record(
  {
    id: urn,
    type: fc.constantFrom(
      ['VerifiableCredential', 'OpenBadgeCredential'],
      ['VerifiableCredential', 'AchievementCredential'],
      ['OpenBadgeCredential', 'VerifiableCredential', 'AchievementCredential'],
    ),
    name: text,
    description: text,
    issuer: profile,
    validFrom: moment,
    validUntil: moment,
    awardedDate: moment,
    credentialSubject: subject,
    credentialStatus: status,
    image,
  },
  ['id', 'type', 'issuer', 'credentialSubject'],
).map((made): JsonObject => {
  const own = Object.hasOwn(made.credentialSubject as object, 'fields')
  return { '@context': (own ? CONTEXTS.badgeWithFields : CONTEXTS.badge) as unknown as string[], ...made }
})
const proof = record(
  {
    id: urn,
    type: type('DataIntegrityProof'),
    created: moment,
    verificationMethod: address,
    cryptosuite: text,
    proofPurpose: fc.constant('assertionMethod'),
    proofValue: urn,
    previousProof: urn,
  },
  ['type', 'created', 'cryptosuite', 'proofPurpose', 'proofValue', 'verificationMethod'],
)

/** One run per document: what is equal is counted, what differs is shown. */
async function compare(count: number, seed: number) {
  let equal = 0
  for (const [made, proofs] of fc.sample(fc.tuple(document, fc.array(proof, { maxLength: 2 })), {
    numRuns: count,
    seed,
  })) {
    const theirs = await judge(proofs.length ? { ...made, proof: proofs } : made)
    const ours = canonicalDocument(made, hash, proofs)
    if (ours !== theirs)
      expect({ document: made, proofs, text: ours }).toEqual({ document: made, proofs, text: theirs })
    equal++
  }
  return equal
}

describe('against a full JSON-LD processor', () => {
  test('2,000 documents with hostile text, with and without proofs, come out byte for byte the same', async () => {
    expect(await compare(2000, 20260303)).toBe(2000)
  }, 120_000)

  test('so do the documents that are issued, proof configurations and status lists', async () => {
    const issuer = testIssuer()
    const made = buildCredential(sampleInput(issuer, 'eip155:137:0x5FbDB2315678afecb367f032d93F642f64180aa3'), hash)
    expect(canonicalDocument(made, hash)).toBe(await judge(made))
    for (const { proofValue: _none, ...config } of fc.sample(proof, { numRuns: 50, seed: 7 })) {
      const context = ['https://www.w3.org/ns/credentials/v2']
      expect(canonicalProofConfig(config, hash)).toBe(await judge({ '@context': context, ...config }))
    }
    const { proof: _proof, ...list } = (await import('../fixtures/credential-format/status-list-1.json')).default
    expect(canonicalDocument(list, hash)).toBe(await judge(list))
  })

  test('a changed predicate in our table would be seen', async () => {
    const { proof: _proof, ...made } = certificate as unknown as JsonObject
    expect(canonicalDocument(made, hash).replace('#licenseNumber', '#licenceNumber')).not.toBe(await judge(made))
  })
})

describe('shortcuts', () => {
  test('constant parts and reused lines give the same bytes as the plain way', () => {
    fc.assert(
      fc.property(document, proof, (made, second) => {
        const plain = canonicalDocument(structuredClone(made), hash, [structuredClone(second)])
        const copy = structuredClone(made) as JsonObject & { issuer: JsonObject; credentialSubject: JsonObject }
        copy.issuer = constantNode(copy.issuer, 'Profile', hash)
        copy.credentialSubject.achievement = constantNode(
          copy.credentialSubject.achievement as JsonObject,
          'Achievement',
          hash,
        )
        const quads = documentQuads(copy)
        expect(canonicalText(quads, hash)).toBe(canonicalDocument(structuredClone(made), hash))
        expect(canonicalText(withProofs(quads, [second]), hash)).toBe(plain)
        // Nothing was changed by being used.
        expect(canonicalText(quads, hash)).toBe(canonicalDocument(structuredClone(made), hash))
      }),
      { numRuns: 500 },
    )
  })
  test('a constant part cannot be changed afterwards', () => {
    const issuer = constantNode(
      { id: 'did:web:x.example', type: ['Profile'], name: 'X' } as JsonObject,
      'Profile',
      hash,
    )
    expect(() => (issuer.name = 'Y')).toThrow()
    expect(() => (issuer.type as string[]).push('Z')).toThrow()
  })
  test('a constant part counts only in its own place', () => {
    const profileNode = constantNode({ id: 'did:web:x.example', type: ['Profile'] } as JsonObject, 'Profile', hash)
    const made = structuredClone(certificate) as any
    made.credentialSubject.achievement = profileNode
    expect(() => canonicalDocument(made, hash)).toThrow(NotCanonical)
  })
  test('a constant part needs an id', () => {
    expect(() => constantNode({ type: ['Profile'] }, 'Profile', hash)).toThrow(NotCanonical)
  })
})

describe('refused', () => {
  const { proof: _proof, ...good } = certificate as unknown as JsonObject
  const cases: [string, (copy: any) => void][] = [
    ['an unknown term', (d) => (d.credentialSubject.grade = 'A')],
    ['an unknown term of Object.prototype', (d) => (d.credentialSubject.constructor = 'A')],
    ['an unknown type', (d) => d.type.push('Thing')],
    ['a type that is no text', (d) => d.type.push(1)],
    ['a missing type', (d) => delete d.credentialSubject.type],
    ['an unknown context', (d) => d['@context'].push('https://x.example')],
    ['the contexts in another order', (d) => d['@context'].reverse()],
    ['no context', (d) => delete d['@context']],
    ['fields without their context', (d) => d['@context'].pop()],
    ['a nested context', (d) => (d.issuer['@context'] = {})],
    ['a nested proof', (d) => (d.credentialSubject.achievement.proof = {})],
    ['a lone surrogate in a text', (d) => (d.name = '\udc00')],
    ['a lone surrogate in a field', (d) => (d.credentialSubject.fields.x = '\ud800')],
    ['a lone surrogate in the name of a field', (d) => (d.credentialSubject.fields['\ud800'] = 1)],
    ['a lone surrogate in an id', (d) => (d.id = 'urn:\ud800')],
    ['a number that is no JSON', (d) => (d.credentialSubject.fields.x = Infinity)],
    ['a number for a text', (d) => (d.name = 5)],
    ['null', (d) => (d.name = null)],
    ['a text for a boolean', (d) => (d.credentialSubject.identifier[0].hashed = 'true')],
    ['a text for a node', (d) => (d.issuer = 'did:web:x.example')],
    ['a relative address', (d) => (d.id = 'x')],
    ['a blank node as id', (d) => (d.id = '_:b0')],
    ['an address with a space', (d) => (d.id = 'https://x.example/a b')],
    ['a list in a list', (d) => (d.credentialSubject.identifier = [d.credentialSubject.identifier])],
    [
      'two identifiers that cannot be told apart',
      (d) => d.credentialSubject.identifier.push(d.credentialSubject.identifier[0]),
    ],
  ]
  test('nothing of the document these cases start from', () => {
    expect(canonicalDocument(good, hash)).toContain('_:c14n0')
  })
  test.each(cases)('%s', (_name, change) => {
    const copy = structuredClone(good)
    change(copy)
    expect(() => canonicalDocument(copy, hash)).toThrow(NotCanonical)
  })
  test('a proof of another purpose, and nodes in a proof', () => {
    const base = { type: 'DataIntegrityProof', proofPurpose: 'assertionMethod' }
    expect(() => canonicalDocument(good, hash, [{ ...base, proofPurpose: 'authentication' }])).toThrow(NotCanonical)
    expect(() => canonicalDocument(good, hash, [{ ...base, verificationMethod: { id: 'urn:x' } }])).toThrow(
      NotCanonical,
    )
  })
})

describe('JCS', () => {
  test('equals the reference examples of RFC 8785', () => {
    const numbers = [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0]
    expect(jcs(numbers)).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0]')
    expect(
      jcs({ '\u20ac': 'Euro', '\r': 'CR', '\ufb33': 'Dalet', '1': 'One', '😂': 'Smiley', '\u0080': 'C', ö: 'O' }),
    ).toBe('{"\\r":"CR","1":"One","\u0080":"C","ö":"O","€":"Euro","😂":"Smiley","\ufb33":"Dalet"}')
    expect(jcs({ b: [null, true, 'x"'], a: {} })).toBe('{"a":{},"b":[null,true,"x\\""]}')
  })
  test('refuses what is not JSON', () => {
    for (const bad of [NaN, undefined, '\ud800']) expect(() => jcs(bad)).toThrow(NotCanonical)
  })
})

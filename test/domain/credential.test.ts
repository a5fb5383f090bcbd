import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { canonicalDocument, documentQuads, type JsonObject } from '../../src/domain/canonical.ts'
import { buildCredential, emailIdentity, type CredentialInput } from '../../src/domain/credential.ts'
import { readCredentialFile } from '../../src/domain/verify-shape.ts'
import { serverHash as hash } from '../../src/keys/hash.ts'
import { issueBatch, sampleInput, testIssuer } from '../kit/credentials.ts'
import { FakeChain } from '../kit/fake-registry.ts'

const REGISTRY = 'eip155:137:0x5FbDB2315678afecb367f032d93F642f64180aa3'
const issuer = testIssuer()
const input = sampleInput(issuer, REGISTRY)

describe('the document of a certificate', () => {
  test('is the template of the format, member by member', () => {
    expect<unknown>(buildCredential({ ...input, salt: new Uint8Array(16) }, hash)).toEqual({
      '@context': [
        'https://www.w3.org/ns/credentials/v2',
        'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
        { fields: { '@id': 'https://schema.org/additionalProperty', '@type': '@json' } },
      ],
      id: input.credentialId,
      type: ['VerifiableCredential', 'OpenBadgeCredential'],
      name: 'Advanced Project Management',
      issuer: {
        id: 'did:web:certs.example.edu',
        type: ['Profile'],
        name: 'Example University',
        url: 'https://certs.example.edu',
        otherIdentifier: [{ type: 'IdentifierEntry', identifier: REGISTRY, identifierType: 'ext:caip10' }],
      },
      validFrom: '2026-03-02T12:00:00Z',
      validUntil: '2036-03-03T00:00:00Z',
      awardedDate: '2026-03-03T00:00:00Z',
      credentialSubject: {
        id: input.subjectId,
        type: ['AchievementSubject'],
        name: 'Maria Åström 漢字',
        identifier: [
          {
            type: 'IdentityObject',
            hashed: true,
            identityType: 'emailAddress',
            salt: 'AAAAAAAAAAAAAAAAAAAAAA',
            identityHash: `sha256$${createHash('sha256').update('maria@example.orgAAAAAAAAAAAAAAAAAAAAAA').digest('hex')}`,
          },
        ],
        activityEndDate: '2026-03-03T00:00:00Z',
        licenseNumber: 'PM-2026-0042',
        achievement: {
          id: 'https://certs.example.edu/achievements/apm-2026',
          type: ['Achievement'],
          achievementType: 'CertificateOfCompletion',
          name: 'Advanced Project Management',
          description: 'Completed the 40 hour course.',
          criteria: {
            id: 'https://certs.example.edu/achievements/apm-2026#criteria',
            narrative: 'Attend all lessons and pass the exam.',
          },
        },
        fields: { course_name: 'Advanced Project Management', score: 97.5, honours: true },
      },
      credentialStatus: {
        id: 'https://certs.example.edu/status/1.json#24514',
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: '24514',
        statusListCredential: 'https://certs.example.edu/status/1.json',
      },
    })
  })
  test('leaves out what there is not, and the third context with it', () => {
    const bare = buildCredential(
      {
        ...input,
        fields: {},
        validUntil: null,
        awardedOn: null,
        completionDate: null,
        licenseNumber: null,
        status: null,
        recipient: { name: 'Ada', email: null },
        achievement: { ...input.achievement, description: '', criteriaNarrative: '' },
      },
      hash,
    )
    expect(bare['@context']).toHaveLength(2)
    expect(Object.keys(bare)).toEqual(['@context', 'id', 'type', 'name', 'issuer', 'validFrom', 'credentialSubject'])
    const subject = bare.credentialSubject as JsonObject
    expect(Object.keys(subject)).toEqual(['id', 'type', 'name', 'achievement'])
    expect(subject.achievement).toMatchObject({
      description: 'Advanced Project Management',
      criteria: { id: input.achievement.criteriaId },
    })
    expect(() => documentQuads(bare)).not.toThrow()
  })
  test('holds the address as salted hash alone, trimmed and in lower case', () => {
    const document = buildCredential(input, hash)
    expect(JSON.stringify(document).toLowerCase()).not.toContain('maria@')
    expect(emailIdentity(' MARIA@example.org', input.salt, hash)).toEqual(
      emailIdentity('maria@example.org', input.salt, hash),
    )
    expect(emailIdentity('maria@example.org', new Uint8Array(16), hash)).not.toEqual(
      emailIdentity('maria@example.org', input.salt, hash),
    )
  })
  test('shares issuer and achievement between certificates without changing a byte', () => {
    const [one, two] = [buildCredential(input, hash), buildCredential({ ...input }, hash)]
    expect(one.issuer).toBe(two.issuer)
    expect(canonicalDocument(one, hash)).toBe(canonicalDocument(structuredClone(one), hash))
    const renamed = buildCredential(
      { ...input, issuer: { ...input.issuer, name: 'Other', image: 'https://x.example/a.png' } },
      hash,
    )
    expect((renamed.issuer as JsonObject).name).toBe('Other')
    expect((renamed.issuer as JsonObject).image).toEqual({ id: 'https://x.example/a.png', type: 'Image' })
    expect((one.issuer as JsonObject).name).toBe('Example University')
  })
  test('stays right when more different parts come than are remembered', () => {
    for (let number = 0; number < 1200; number++) {
      const achievement = { ...input.achievement, name: `Course ${number}` }
      const document = buildCredential({ ...input, achievement }, hash)
      if (number % 100 === 0) expect(canonicalDocument(document, hash)).toContain(`"Course ${number}"`)
    }
  })
  test.each<[string, Partial<CredentialInput>, string]>([
    ['an empty name', { recipient: { name: '', email: null } }, 'credentialSubject.name'],
    ['an issuer without a name', { issuer: { ...input.issuer, name: '' } }, 'issuer.name'],
    ['an address with a space', { achievement: { ...input.achievement, id: 'https://x.example/a b' } }, 'absolute IRI'],
    ['one id for two nodes', { subjectId: input.credentialId }, 'credentialSubject.id'],
    ['half of a surrogate pair', { recipient: { name: 'x\ud800', email: null } }, 'credentialSubject.name'],
    ['a day that does not exist', { completionDate: '2026-02-30' }, 'activityEndDate'],
    ['a number that is none', { fields: { score: NaN } }, 'fields.score'],
  ])('is never made with %s, which our own verification would refuse', (_name, change, path) => {
    expect(() => buildCredential({ ...input, ...change }, hash)).toThrow(path)
  })
  test('passes the strict shape that verification demands, once it has its proofs', async () => {
    const chain = new FakeChain(137)
    const registry = chain.deploy(issuer.did, issuer.account.address)
    const { files } = await issueBatch(chain, { issuer, registry, count: 2 })
    expect(readCredentialFile(files[1]!).chain).toBeDefined()
    expect(JSON.parse(JSON.stringify(files[1]))).toEqual(files[1]!)
  })
})

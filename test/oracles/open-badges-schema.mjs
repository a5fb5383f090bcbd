// Rebuilds the Open Badges 3.0 AchievementCredential schema (JSON Schema 2019-09, VC data model 2.0), which is not published
// as a file that can be used offline, from 1EdTech's own draft-4 copy: node open-badges-schema.mjs <draft4.json> > schema.json
// Where the copy comes from: test/fixtures/open-badges/PROVENANCE.md.
import { readFileSync } from 'node:fs'

const schema = JSON.parse(readFileSync(process.argv[2], 'utf8'))
schema.$schema = 'https://json-schema.org/draft/2019-09/schema'
delete schema.$id

// `type` of every class: a list that contains the class's name.
for (const [name, definition] of Object.entries(schema.$defs)) {
  if (definition.properties?.type?.oneOf) {
    definition.properties.type = { type: 'array', minItems: 1, contains: { enum: [name] }, items: { type: 'string' } }
  }
}
// Classes that the specification opens to further properties ("Mixin Extensions").
for (const name of ['AchievementSubject', 'CredentialStatus', 'Achievement', 'Profile', 'Result', 'ResultDescription', 'Proof', 'CredentialSchema']) {
  schema.$defs[name].additionalProperties = true
}
schema.$defs.IdentityObject.properties.identityType = {
  oneOf: [
    {
      enum: ['name', 'sourcedId', 'systemId', 'productId', 'userName', 'accountId', 'emailAddress', 'nationalIdentityNumber', 'isbn', 'issn', 'lisSourcedId', 'oneRosterSourcedId', 'sisSourcedId', 'ltiContextId', 'ltiDeploymentId', 'ltiToolId', 'ltiPlatformId', 'ltiUserId', 'identifier'],
    },
    { type: 'string', pattern: '(ext:)[a-z|A-Z|0-9|.|-|_]+' },
  ],
}
schema.$defs.EndorsementCredential = { type: 'object' }
schema.$defs.Context = { oneOf: [{ type: 'string' }, { type: 'object' }] }
schema.$defs.ProfileRef = { oneOf: [{ type: 'string' }, { $ref: '#/$defs/Profile' }] }

// Members of the credential itself: VC data model 2.0 instead of 1.1.
const moment = { type: 'string', format: 'date-time' }
const openBadges = '^https:\\/\\/purl\\.imsglobal\\.org\\/spec\\/ob\\/v3p0\\/context(-3\\.\\d\\.\\d)*\\.json$'
Object.assign(schema.properties, {
  '@context': {
    type: 'array',
    minItems: 2,
    additionalItems: { $ref: '#/$defs/Context' },
    items: [{ enum: ['https://www.w3.org/ns/credentials/v2'] }, { type: 'string', pattern: openBadges }],
  },
  type: {
    allOf: [
      { type: 'array', minItems: 1, contains: { enum: ['VerifiableCredential'] }, items: { type: 'string' } },
      { type: 'array', contains: { enum: ['AchievementCredential', 'OpenBadgeCredential'] } },
    ],
  },
  issuer: { $ref: '#/$defs/ProfileRef' },
  validFrom: moment,
  validUntil: moment,
  awardedDate: moment,
  proof: { type: 'array', items: { $ref: '#/$defs/Proof' } },
  credentialSchema: { type: 'array', items: { $ref: '#/$defs/CredentialSchema' } },
  credentialStatus: { $ref: '#/$defs/CredentialStatus' },
})
delete schema.properties.issuanceDate
delete schema.properties.expirationDate
schema.required = ['@context', 'id', 'type', 'credentialSubject', 'issuer', 'validFrom']
console.log(JSON.stringify(schema))

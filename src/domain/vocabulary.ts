/**
 * The closed vocabulary of our credentials: what the JSON-LD contexts say about the terms we use, as tables. True only
 * under exactly the contexts below; they are compared, never loaded. An Open Badges context has its errors (https in
 * XMLSchema's address, an unexpanded xsd:dateTime, criteria → Criteria): they are signed, so they are copied.
 */
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const XSD = 'http://www.w3.org/2001/XMLSchema#'
const OB_XSD = 'https://www.w3.org/2001/XMLSchema#'
const CREDENTIALS = 'https://www.w3.org/2018/credentials#'
const STATUS = 'https://www.w3.org/ns/credentials/status#'
const SECURITY = 'https://w3id.org/security#'
const OPEN_BADGES = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#'
const SCHEMA = 'https://schema.org/'
const DUBLIN_CORE = 'http://purl.org/dc/terms/'

/** One term: `predicate` is ` <iri> ` as a line needs it, `closing` ends a literal: quote and datatype. */
export type Term =
  | { kind: 'text' | 'boolean' | 'json'; predicate: string; closing: string }
  | { kind: 'iri' | 'purpose'; predicate: string }
  | { kind: 'node'; predicate: string; node: NodeClass; orIri: boolean }

/** What a node must be (`required`), may be (`types`, name → IRI line) and may carry. */
export interface NodeClass {
  required: string[]
  types: Map<string, string>
  terms: Map<string, Term>
}

const predicate = (iri: string) => ` <${iri}> `
const literal = (kind: 'text' | 'boolean' | 'json', iri: string, datatype = ''): Term => ({
  kind,
  predicate: predicate(iri),
  closing: datatype ? `"^^<${datatype}>` : '"',
})
const text = (iri: string, datatype = '') => literal('text', iri, datatype)
const iri = (address: string): Term => ({ kind: 'iri', predicate: predicate(address) })
const node = (address: string, of: NodeClass, orIri = false): Term => ({
  kind: 'node',
  predicate: predicate(address),
  node: of,
  orIri,
})
function nodeClass(required: Record<string, string>, terms: Record<string, Term>, also: Record<string, string> = {}) {
  const types = Object.entries({ ...required, ...also }).map(([name, address]) => [name, `<${address}>`] as const)
  return { required: Object.keys(required), types: new Map(types), terms: new Map(Object.entries(terms)) }
}

export const RDF_TYPE = predicate(`${RDF}type`)
export const PROOF_LINK = predicate(`${SECURITY}proof`)
export const ASSERTION_METHOD = `<${SECURITY}assertionMethod>`

const Image = nodeClass({ Image: `${OPEN_BADGES}Image` }, { caption: text(`${SCHEMA}caption`) })
const IdentifierEntry = nodeClass(
  { IdentifierEntry: `${OPEN_BADGES}IdentifierEntry` },
  { identifier: text(`${OPEN_BADGES}identifier`), identifierType: text(`${OPEN_BADGES}identifierType`) },
)
const Profile = nodeClass(
  { Profile: `${OPEN_BADGES}Profile` },
  {
    name: text(`${SCHEMA}name`),
    description: text(`${SCHEMA}description`),
    url: text(`${SCHEMA}url`, `${OB_XSD}anyURI`),
    email: text(`${SCHEMA}email`),
    image: node(`${OPEN_BADGES}image`, Image),
    otherIdentifier: node(`${OPEN_BADGES}otherIdentifier`, IdentifierEntry),
  },
)
const IdentityObject = nodeClass(
  { IdentityObject: `${OPEN_BADGES}IdentityObject` },
  {
    hashed: literal('boolean', `${OPEN_BADGES}hashed`, `${OB_XSD}boolean`),
    identityHash: text(`${OPEN_BADGES}identityHash`),
    identityType: text(`${OPEN_BADGES}identityType`),
    salt: text(`${OPEN_BADGES}salt`),
  },
)
const Criteria = nodeClass({}, { narrative: text(`${OPEN_BADGES}narrative`) })
const Achievement = nodeClass(
  { Achievement: `${OPEN_BADGES}Achievement` },
  {
    achievementType: text(`${OPEN_BADGES}achievementType`),
    name: text(`${SCHEMA}name`),
    description: text(`${SCHEMA}description`),
    criteria: node(`${OPEN_BADGES}Criteria`, Criteria),
    image: node(`${OPEN_BADGES}image`, Image),
    humanCode: text(`${OPEN_BADGES}humanCode`),
    fieldOfStudy: text(`${OPEN_BADGES}fieldOfStudy`),
  },
)
const AchievementSubject = nodeClass(
  { AchievementSubject: `${OPEN_BADGES}AchievementSubject` },
  {
    source: node(`${OPEN_BADGES}source`, Profile),
    name: text(`${SCHEMA}name`),
    identifier: node(`${OPEN_BADGES}identifier`, IdentityObject),
    achievement: node(`${OPEN_BADGES}achievement`, Achievement),
    activityStartDate: text(`${OPEN_BADGES}activityStartDate`, `${OB_XSD}date`),
    activityEndDate: text(`${OPEN_BADGES}activityEndDate`, `${OB_XSD}date`),
    licenseNumber: text(`${OPEN_BADGES}licenseNumber`),
    narrative: text(`${OPEN_BADGES}narrative`),
    fields: literal('json', `${SCHEMA}additionalProperty`, `${RDF}JSON`),
  },
)
const StatusEntry = nodeClass(
  { BitstringStatusListEntry: `${STATUS}BitstringStatusListEntry` },
  {
    statusPurpose: text(`${STATUS}statusPurpose`),
    statusListIndex: text(`${STATUS}statusListIndex`),
    statusListCredential: iri(`${STATUS}statusListCredential`),
  },
)
const StatusList = nodeClass(
  { BitstringStatusList: `${STATUS}BitstringStatusList` },
  {
    statusPurpose: text(`${STATUS}statusPurpose`),
    encodedList: text(`${STATUS}encodedList`, `${SECURITY}multibase`),
  },
)
const CREDENTIAL = { VerifiableCredential: `${CREDENTIALS}VerifiableCredential` }
const DATES = {
  validFrom: text(`${CREDENTIALS}validFrom`, `${XSD}dateTime`),
  validUntil: text(`${CREDENTIALS}validUntil`, `${XSD}dateTime`),
}
const BADGE = `${OPEN_BADGES}OpenBadgeCredential`
const Badge = nodeClass(
  CREDENTIAL,
  {
    name: text(`${SCHEMA}name`),
    description: text(`${SCHEMA}description`),
    ...DATES,
    awardedDate: text(`${OPEN_BADGES}awardedDate`, 'xsd:dateTime'),
    issuer: node(`${CREDENTIALS}issuer`, Profile),
    image: node(`${OPEN_BADGES}image`, Image),
    credentialSubject: node(`${CREDENTIALS}credentialSubject`, AchievementSubject),
    credentialStatus: node(`${CREDENTIALS}credentialStatus`, StatusEntry),
  },
  { OpenBadgeCredential: BADGE, AchievementCredential: BADGE },
)
const StatusListCredential = nodeClass(
  { ...CREDENTIAL, BitstringStatusListCredential: `${STATUS}BitstringStatusListCredential` },
  {
    ...DATES,
    issuer: node(`${CREDENTIALS}issuer`, nodeClass({}, {}), true),
    credentialSubject: node(`${CREDENTIALS}credentialSubject`, StatusList),
  },
)
const Proof = nodeClass(
  { DataIntegrityProof: `${SECURITY}DataIntegrityProof` },
  {
    created: text(`${DUBLIN_CORE}created`, `${XSD}dateTime`),
    cryptosuite: text(`${SECURITY}cryptosuite`, `${SECURITY}cryptosuiteString`),
    proofPurpose: { kind: 'purpose', predicate: predicate(`${SECURITY}proofPurpose`) },
    proofValue: text(`${SECURITY}proofValue`, `${SECURITY}multibase`),
    verificationMethod: iri(`${SECURITY}verificationMethod`),
    previousProof: iri(`${SECURITY}previousProof`),
  },
)
export const NODES = { Badge, StatusListCredential, Proof, Profile, Achievement }

const V2 = 'https://www.w3.org/ns/credentials/v2'
const OPEN_BADGES_CONTEXT = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'

/** The four `@context` values we write and read, in this order of members. */
export const CONTEXTS = {
  badge: [V2, OPEN_BADGES_CONTEXT],
  badgeWithFields: [
    V2,
    OPEN_BADGES_CONTEXT,
    { fields: { '@id': `${SCHEMA}additionalProperty`, '@type': '@json' } },
  ] as const,
  list: [V2],
  /** cert-verifier-js wants two. */
  listForBlockcerts: [V2, 'https://w3id.org/security/data-integrity/v2'],
}

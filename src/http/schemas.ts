/** JSON Schemas of the answers, by name. The OpenAPI document is made of them, and the tests hold every answer to them. */
import type { JsonSchema } from './route.ts'
import { integer, listOf, object, text, textOrNull, url, yesNo } from './schema-parts.ts'
import { batchSchemas, certificateSchemas } from './schemas-certificates.ts'
import { managementSchemas, templateSchemas } from './schemas-management.ts'

const problem = object({ field: text, code: text, message: text })
const errorMembers = {
  field: text,
  details: listOf(problem),
  certificate_id: text,
  request_id: text,
}
const errorSchemas = {
  Error: object({
    error: object({ code: text, message: text, documentation_url: url, ...errorMembers }, Object.keys(errorMembers)),
  }),
  Problem: object(
    { type: url, title: text, status: integer, detail: text, code: text, ...errorMembers },
    Object.keys(errorMembers),
  ),
}

const rootPlace = { registry: text, transaction: textOrNull, anchored: text }
const openSchemas = {
  Health: object({ ready: yesNo, degraded: yesNo, checks: { type: 'object', additionalProperties: text } }),
  Alive: object({ status: { const: 'ok' } }),
  Credential: {
    type: 'object',
    description: 'W3C Verifiable Credential 2.0, Open Badges 3.0, with its proofs.',
    required: ['@context', 'id', 'type', 'issuer', 'credentialSubject', 'proof'],
  },
  StatusList: {
    type: 'object',
    description: 'W3C BitstringStatusListCredential.',
    required: ['@context', 'id', 'type', 'issuer', 'credentialSubject', 'proof'],
  },
  DidDocument: { type: 'object', required: ['@context', 'id', 'verificationMethod', 'assertionMethod'] },
  IssuerProfile: { type: 'object', required: ['@context', 'type', 'id', 'name', 'url', 'publicKey'] },
  Roots: object({
    type: { const: 'TestamurRoots' },
    version: { const: 1 },
    issuer: text,
    updated: text,
    roots: listOf(object({ root: text, ...rootPlace, also: listOf(object(rootPlace)) })),
    proof: { type: 'object', required: ['type', 'cryptosuite', 'created', 'verificationMethod', 'proofValue'] },
  }),
  Vouchers: object({
    issuers: listOf(object({ did: text, name: text, sandbox: yesNo, registries: listOf(text) })),
    roots: url,
  }),
  Achievement: object({
    id: url,
    type: listOf(text),
    achievementType: text,
    name: text,
    description: text,
    criteria: object({ id: url, narrative: text }),
    creator: object({ id: text, type: listOf(text), name: text, url }),
  }),
  JsonRpc: { description: 'JSON-RPC 2.0 response, or a list of them.' },
  OpenApi: { type: 'object', required: ['openapi', 'info', 'paths'] },
}

export const schemas: Record<string, JsonSchema> = {
  ...errorSchemas,
  ...certificateSchemas,
  ...batchSchemas,
  ...templateSchemas,
  ...managementSchemas,
  ...openSchemas,
}

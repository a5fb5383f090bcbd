/** JSON Schemas of the answers, by name. The OpenAPI document is made of them, and the tests hold every answer to them. */
import { designShape } from '../domain/designs-shape.ts'
import { schemaOf } from '../domain/shape-schema.ts'
import type { JsonSchema } from './route.ts'
import { integer, listOf, object, text, textOrNull, url, yesNo } from './schema-parts.ts'
import { analyticsSchemas, batchSchemas, certificateSchemas } from './schemas-certificates.ts'
import { managementSchemas } from './schemas-management.ts'
import { designSchemas, templateSchemas } from './schemas-templates.ts'

const problem = object({ field: text, code: text, message: text })
const errorMembers = {
  field: text,
  details: listOf(problem),
  certificate_id: text,
  template_id: text,
  template_version: integer,
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
  OEmbed: object(
    {
      version: { const: '1.0' },
      type: { const: 'rich' },
      title: text,
      author_name: text,
      author_url: url,
      provider_name: text,
      provider_url: url,
      cache_age: integer,
      width: integer,
      height: integer,
      html: text,
      thumbnail_url: url,
      thumbnail_width: integer,
      thumbnail_height: integer,
    },
    ['thumbnail_url', 'thumbnail_width', 'thumbnail_height'],
  ),
  Accepted: object({ accepted: { const: true } }),
  JsonRpc: { description: 'JSON-RPC 2.0 response, or a list of them.' },
  OpenApi: { type: 'object', required: ['openapi', 'info', 'paths'] },
}

export const schemas: Record<string, JsonSchema> = {
  ...errorSchemas,
  ...certificateSchemas,
  ...batchSchemas,
  ...analyticsSchemas,
  Design: { description: 'What a certificate looks like: a page and its elements.', ...schemaOf(designShape) },
  ...templateSchemas,
  ...designSchemas,
  ...managementSchemas,
  ...openSchemas,
}

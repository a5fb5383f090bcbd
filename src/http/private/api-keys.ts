import { addApiKey, apiKeyCommand, endApiKey, type ApiKeyBody } from '../../actions/api-keys.ts'
import type { ApiKey } from '../../domain/api-keys.ts'
import { apiKeyShape } from '../../domain/api-keys-decide.ts'
import { isoSeconds } from '../../domain/clock.ts'
import { invalid } from '../../domain/errors.ts'
import { shown } from '../../domain/text.ts'
import { readRange } from '../remote-address.ts'
import { privateRoute } from '../route.ts'
import { isoOrNull } from './certificate-body.ts'

const TAG = 'API keys'

const apiKeyBody = (apiKey: ApiKey) => ({
  id: apiKey.id,
  name: apiKey.name,
  sandbox: apiKey.partition === 'test',
  plan: apiKey.plan,
  scopes: apiKey.permissions,
  prefix: apiKey.prefix,
  allowed_cidrs: apiKey.allowedCidrs,
  expires_at: isoOrNull(apiKey.expiresAt),
  last_used_at: isoOrNull(apiKey.lastUsedAt),
  revoked_at: isoOrNull(apiKey.revokedAt),
  created_at: isoSeconds(apiKey.createdAt),
  created_by: apiKey.createdBy,
})

function refuseRanges(ranges: readonly string[]): void {
  const problems = ranges.flatMap((range, index) => {
    if (readRange(range)) return []
    const field = `allowed_cidrs[${index}]`
    const message = `${field} must be an address or range such as 192.0.2.0/24, but is ${shown(range)}.`
    return [{ field, code: 'bad_value', message }]
  })
  if (problems.length) throw invalid(problems)
}

const post = privateRoute({
  method: 'POST',
  path: '/v1/api_keys',
  permission: 'admin',
  tag: TAG,
  summary: 'Make an API key',
  description: 'The key itself is in this answer and nowhere else: only its SHA-256 is stored.',
  body: apiKeyShape,
  answers: { 201: { description: 'The new key.', schema: 'NewApiKey' } },
  example: { body: { name: 'lms', sandbox: false, plan: 'professional', scopes: ['certificates:write'] } },
  handle: async ({ context, caller, body }) => {
    const wish = body as ApiKeyBody
    refuseRanges(wish.allowed_cidrs ?? [])
    const { apiKey, key } = await addApiKey(context, caller, apiKeyCommand(context, wish))
    return { status: 201, json: { ...apiKeyBody(apiKey), key } }
  },
})

const list = privateRoute({
  method: 'GET',
  path: '/v1/api_keys',
  permission: 'admin',
  tag: TAG,
  summary: 'List API keys',
  description: 'Newest first, revoked ones too. A sandbox key sees sandbox keys only.',
  answers: { 200: { description: 'All keys, without the secrets.', schema: 'ApiKeyList' } },
  handle: async ({ context, caller }) => ({
    json: { data: (await context.store.apiKeys.list(caller)).map(apiKeyBody) },
  }),
})

const remove = privateRoute({
  method: 'DELETE',
  path: '/v1/api_keys/:id',
  permission: 'admin',
  tag: TAG,
  summary: 'Revoke an API key',
  description: 'At once and for good.',
  answers: { 200: { description: 'The key, revoked.', schema: 'ApiKey' } },
  errors: ['api_key_not_found', 'changed_meanwhile'],
  handle: async ({ context, caller, params }) => ({ json: apiKeyBody(await endApiKey(context, caller, params.id!)) }),
})

export const apiKeyRoutes = [post, list, remove]

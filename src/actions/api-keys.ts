import type { ApiKey, Permission } from '../domain/api-keys.ts'
import { createApiKey, isKey, keyRefusal, newKey, revokeApiKey, type ApiKeyCommand } from '../domain/api-keys-decide.ts'
import { momentOf } from '../domain/dates.ts'
import { AppError, invalid } from '../domain/errors.ts'
import type { Scope } from '../domain/scopes.ts'
import { didYouMean } from '../domain/suggest.ts'
import type { ActionContext } from './context.ts'
import { fromFreshReading } from './retry.ts'

type KeyContext = Pick<ActionContext, 'store' | 'clock' | 'random' | 'textHash' | 'appliance'>

/** The body of POST /v1/api_keys, after its shape was checked. */
export interface ApiKeyBody {
  name: string
  sandbox?: boolean
  plan?: string
  scopes?: Permission[]
  expires_at?: string | null
  allowed_cidrs?: string[] | null
}

export function apiKeyCommand(context: Pick<ActionContext, 'appliance'>, body: ApiKeyBody): ApiKeyCommand {
  const plan = body.plan ?? 'standard'
  const plans = Object.keys(context.appliance.plans)
  if (!plans.includes(plan)) {
    const message = `plan "${plan}" is not configured (plans: ${plans.join(', ')}).${didYouMean(plan, plans)}`
    throw invalid([{ field: 'plan', code: 'unknown_plan', message }])
  }
  return {
    name: body.name.trim(),
    partition: body.sandbox ? 'test' : 'live',
    plan,
    permissions: body.scopes ?? ['certificates:read', 'certificates:write'],
    expiresAt: body.expires_at ? momentOf(body.expires_at)! : null,
    allowedCidrs: body.allowed_cidrs ?? [],
  }
}

/** Makes a key; `key` is the secret, which exists only in this answer. A sandbox key makes sandbox keys only. */
export async function addApiKey(
  context: KeyContext,
  scope: Scope,
  command: ApiKeyCommand,
): Promise<{ apiKey: ApiKey; key: string }> {
  if (scope.partition === 'test' && command.partition === 'live')
    throw new AppError('forbidden', 'A sandbox key can make sandbox keys only: send "sandbox": true.')
  const key = newKey(command.partition, context.random)
  const { apiKey, commit } = createApiKey(
    scope,
    command,
    context.textHash(key),
    key.slice(0, 12),
    context.clock.now(),
    context.random,
  )
  await context.store.commit(commit)
  return { apiKey, key }
}

export function endApiKey(context: KeyContext, scope: Scope, id: string): Promise<ApiKey> {
  return fromFreshReading(async () => {
    const apiKey = await context.store.apiKeys.find(scope, id)
    if (!apiKey) throw new AppError('api_key_not_found')
    if (apiKey.revokedAt !== null) return apiKey
    const now = context.clock.now()
    await context.store.commit(revokeApiKey(scope, apiKey, now))
    return { ...apiKey, revokedAt: now }
  })
}

/** The key behind `Authorization: Bearer …`; throws 401 with what is wrong, but not whether a key exists. */
export async function authenticate(context: KeyContext, key: string | undefined): Promise<ApiKey> {
  if (!key) throw new AppError('unauthorized')
  if (!isKey(key))
    throw new AppError('unauthorized', 'This is no API key of this program: a letter is missing or wrong.')
  const apiKey = await context.store.apiKeys.byHash(context.textHash(key))
  if (!apiKey) throw new AppError('unauthorized', 'This API key is not known here.')
  const refused = keyRefusal(apiKey, context.clock.now())
  if (refused) throw new AppError('unauthorized', refused)
  return apiKey
}
